//! Waiting that ends: for the chat's thread, for a disk. The control loop waits for nothing without it, so that signals
//! are served whatever hangs.

use std::time::Duration;

use super::Failure;
use super::aside::aside;

/// The longest that the control loop waits for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// What comes of it, or that it does not answer in time.
pub(super) async fn within<T>(
    what: &'static str,
    answer: impl Future<Output = T>,
) -> Result<T, Failure> {
    tokio::time::timeout(PATIENCE, answer)
        .await
        .map_err(|_| Failure::Stuck(what))
}

/// Does something that touches a disk, on a thread that may wait for it. A disk that hangs keeps that thread; what it
/// does in the end is done, but nobody hears of it.
pub(super) async fn on_disk<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let done = within(what, aside(work)).await?;
    done.map_err(|error| Failure::System(what, error))
}
