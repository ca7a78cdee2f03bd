//! How the hub ends: one way, told the reason.

use std::time::Duration;

use tokio::sync::oneshot;

use super::keepsakes::Keepsakes;
use super::{Hub, Wire};
use crate::chat::{Departure, Text, Tick};

/// Why and how the chat stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Every client is told this, what waits is written, bounded by this time.
    Shutdown(Text, Duration),
}

/// A stop that is under way.
#[derive(Debug)]
pub(super) struct Stop {
    until: Tick,
    done: Vec<oneshot::Sender<()>>,
}

impl<W: Wire> Hub<W> {
    /// Begins to stop. From here on nobody is let in.
    pub(super) fn stop(&mut self, ending: Ending, done: oneshot::Sender<()>) {
        if let Some(stop) = &mut self.ending {
            stop.done.push(done);
            return;
        }
        let Ending::Shutdown(text, grace) = ending;
        let until = self.stamp.tick.after(grace);
        self.ending = Some(Stop {
            until,
            done: vec![done],
        });
        let clients: Vec<_> = self.chat.clients().map(|client| client.id).collect();
        for client in clients {
            self.detach(client, Departure::Shutdown(text.clone()));
        }
        let mut newcomers: Vec<_> = self.newcomers.keys().copied().collect();
        newcomers.sort_unstable();
        for newcomer in newcomers {
            self.newcomer_goes(newcomer, &Departure::Shutdown(text.clone()));
        }
        for mailbox in self.leaving.values_mut() {
            mailbox.deadline = until;
        }
    }

    /// Whether it has stopped: all is written, or the time is over.
    pub(super) fn has_stopped(&mut self) -> bool {
        let Some(stop) = &mut self.ending else {
            return false;
        };
        let kept = self.keepsakes.as_ref().is_none_or(Keepsakes::is_settled);
        let over = (self.leaving.is_empty() && kept) || stop.until <= self.stamp.tick;
        if over && !kept {
            tracing::error!("rooms and users as they were in the end are not stored, and lost");
        }
        if over {
            for done in stop.done.drain(..) {
                let _ = done.send(());
            }
        }
        over
    }
}
