//! Work that may take long, on a disk or a processor, is done on a thread of its own. Where no thread is to be had, that work fails, and
//! nothing else does.

use std::{io, thread};

use tokio::sync::oneshot;

/// Does it beside everything else, from now on, whether or not what comes of it is awaited. An error: no thread is to be had (`ulimit -u`,
/// `TasksMax=`), or a defect.
pub(super) fn aside<T: Send + 'static, W: FnOnce() -> T + Send + 'static>(
    work: W,
) -> impl Future<Output = io::Result<T>> + Send + use<T, W> {
    let (tell, told) = oneshot::channel();
    let work = move || drop(tell.send(work()));
    let begun = thread::Builder::new().name("aside".into()).spawn(work);
    let begun = begun.map_err(|error| {
        tracing::error!(%error, "no thread is to be had; ulimit -u and TasksMax= limit them");
        io::Error::new(error.kind(), format!("no thread is to be had: {error}"))
    });
    async move {
        begun?;
        told.await
            .map_err(|_| io::Error::other("a defect in chatd; the log says more"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_of_it_is_told_and_a_defect_is_an_error() {
        assert_eq!(aside(|| 7).await.unwrap(), 7);
        let failed: io::Result<()> = aside(|| panic!("on purpose")).await;
        let error = failed.unwrap_err();
        assert!(error.to_string().contains("defect"), "{error}");
    }
}
