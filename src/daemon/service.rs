//! What the service manager is told (`sd_notify(3)`), from a thread of its own: a manager that does not read never holds
//! up the daemon. Without a manager nothing happens.

use sd_notify::NotifyState;
use std::net::TcpListener;
use std::sync::mpsc::{SyncSender, sync_channel};

use super::{Failure, fdstore};
use crate::hub::Handle;

/// Messages that may wait for the manager; further ones are dropped, as it does not read anyway.
const QUEUE: usize = 32;

/// One message.
#[derive(Debug)]
enum Message {
    Ready(String),
    Status(String),
    Reloading,
    Stopping,
    Alive,
    /// Sockets of listeners that are no longer to be kept, and those that are, by the listeners' names.
    Keep(Vec<String>, Vec<(String, TcpListener)>),
    /// Answered when all before it is told.
    Flush(SyncSender<()>),
}

/// The way to the service manager.
pub(super) struct Service {
    queue: Option<SyncSender<Message>>,
    /// The status told last; the same again is no news.
    status: String,
}

impl Service {
    pub(super) fn new() -> Service {
        let queue = std::env::var_os("NOTIFY_SOCKET").and_then(|_| {
            let (queue, messages) = sync_channel(QUEUE);
            let tell = move || {
                for message in messages {
                    send(&message);
                }
            };
            std::thread::Builder::new()
                .name("notify".into())
                .spawn(tell)
                .ok()
                .map(|_| queue)
        });
        Service {
            queue,
            status: String::new(),
        }
    }

    /// Whether it will be told.
    fn tell(&self, message: Message) -> bool {
        let queue = self.queue.as_ref();
        queue.is_some_and(|queue| queue.try_send(message).is_ok())
    }

    /// The listeners accept, or a reload has ended.
    pub(super) fn ready(&mut self, status: &str) {
        status.clone_into(&mut self.status);
        self.tell(Message::Ready(status.into()));
    }

    /// What to show in one line.
    pub(super) fn status(&mut self, status: &str) {
        if self.status != status {
            status.clone_into(&mut self.status);
            self.tell(Message::Status(status.into()));
        }
    }

    /// A reload begins.
    pub(super) fn reloading(&self) {
        self.tell(Message::Reloading);
    }

    /// Forget the sockets of these listeners, then keep those of these. Whether it will be told.
    pub(super) fn keep(&self, forget: Vec<String>, keep: Vec<(String, TcpListener)>) -> bool {
        self.tell(Message::Keep(forget, keep))
    }

    /// The daemon stops.
    pub(super) fn stopping(&self) {
        self.tell(Message::Stopping);
    }

    /// Waits until the manager has been told everything, for a second at most: the process ends next.
    pub(super) fn flush(&self) {
        let (told, all) = sync_channel(1);
        self.tell(Message::Flush(told));
        let _ = all.recv_timeout(std::time::Duration::from_secs(1));
    }

    /// Says that the daemon is alive, half as often as the manager expects it, as long as the hub comes to its turns: a
    /// hub that hangs withholds it, and the manager acts. On a thread of its own, so that nothing else withholds it.
    pub(super) fn watch(&self, hub: Handle) -> Result<(), Failure> {
        let (Some(every), Some(queue)) = (sd_notify::watchdog_enabled(), self.queue.clone()) else {
            return Ok(());
        };
        let ping = move || {
            while hub.await_turn().is_ok() {
                let _ = queue.try_send(Message::Alive);
                std::thread::sleep(every / 2);
            }
        };
        let thread = std::thread::Builder::new()
            .name("watchdog".into())
            .spawn(ping);
        thread
            .map(drop)
            .map_err(|error| Failure::System("the watchdog's thread", error))
    }
}

fn send(message: &Message) {
    let sent = match message {
        Message::Ready(status) => {
            sd_notify::notify(&[NotifyState::Ready, NotifyState::Status(status)])
        }
        Message::Status(status) => sd_notify::notify(&[NotifyState::Status(status)]),
        // Both in one message, or the manager does not know which reload is meant (sd_notify(3)).
        Message::Reloading => NotifyState::monotonic_usec_now()
            .and_then(|now| sd_notify::notify(&[NotifyState::Reloading, now])),
        Message::Stopping => {
            sd_notify::notify(&[NotifyState::Stopping, NotifyState::Status("stopping")])
        }
        Message::Alive => sd_notify::notify(&[NotifyState::Watchdog]),
        Message::Keep(forget, keep) => forget
            .iter()
            .try_for_each(|listener| fdstore::forget(listener))
            .and_then(|()| {
                keep.iter()
                    .try_for_each(|(listener, socket)| fdstore::keep(listener, socket))
            }),
        Message::Flush(told) => {
            let _ = told.try_send(());
            Ok(())
        }
    };
    if let Err(error) = sent {
        tracing::debug!(%error, "the service manager could not be told");
    }
}

/// Tells the manager why the daemon does not start, or has failed. The process ends right after, so this one waits.
pub(super) fn failed(why: &str) {
    let _ = sd_notify::notify(&[NotifyState::Status(why)]);
}
