//! One watcher: happenings from the hub, those that are wanted, to the operator.

use tokio::sync::mpsc;

use super::patience::within;
use super::views;
use crate::admin::{Answer, Error, Matcher, Reply};
use crate::hub::{Ask, Handle, What};

/// Runs until the watcher or the chat has gone. The stream is promised (and recorded) once it stands in the hub.
pub(super) async fn run(
    hub: Handle,
    answer: Answer,
    matcher: Option<Matcher>,
    messages: bool,
    private: bool,
    queue: usize,
) {
    let (sender, mut happenings) = mpsc::channel(queue);
    let stands = async {
        hub.tell(Ask::Watch(sender, messages, private)).await.ok()?;
        happenings.recv().await
    };
    let mut next = match within("the chat", stands).await {
        Ok(first) => first,
        Err(failure) => {
            let message = failure.to_string();
            return answer.send(Err(Error::Failed { message }));
        }
    };
    let Some(stream) = answer.stream() else {
        return;
    };
    while let Some(happening) = next {
        let wanted = match (&matcher, &happening.client) {
            (None, _) | (_, None) => {
                !matches!(happening.what, What::Message { .. }) || matcher.is_none()
            }
            (Some(matcher), Some(view)) => matcher.matches(&views::client(view)),
        };
        if wanted {
            let happening = Box::new(views::happening(&happening));
            if stream
                .send(Ok(Reply::Happening { happening }))
                .await
                .is_err()
            {
                return;
            }
        }
        next = tokio::select! {
            happening = happenings.recv() => happening,
            () = stream.closed() => None,
        };
    }
}
