//! One watcher: happenings from the hub, those that are wanted, to the operator.

use tokio::sync::mpsc;

use super::views;
use crate::admin::{Matcher, Reply, StreamSender};
use crate::hub::{Ask, Handle, What};

/// Runs until the watcher or the chat has gone.
pub(super) async fn run(
    hub: Handle,
    stream: StreamSender,
    matcher: Option<Matcher>,
    messages: bool,
    private: bool,
    queue: usize,
) {
    let (sender, mut happenings) = mpsc::channel(queue);
    if hub
        .tell(Ask::Watch(sender, messages, private))
        .await
        .is_err()
    {
        return;
    }
    loop {
        let happening = tokio::select! {
            happening = happenings.recv() => happening,
            () = stream.closed() => None,
        };
        let Some(happening) = happening else { return };
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
    }
}
