//! What clients look up in the history: on joining, and when they ask. Each answer takes its place where it was asked for.

use super::marks::{Fate, Waits};
use super::{Hub, Wire};
use crate::chat::{ClientId, LookedUp};
use crate::store::ReadError;

/// For whom something is looked up, and what for.
#[derive(Debug)]
pub(super) enum Reading {
    /// The last messages of a room that a client has entered.
    Replay(ClientId),
}

impl<W: Wire> Hub<W> {
    /// Something was looked up, or could not be.
    pub(super) fn looked_up(&mut self, number: u64, _found: Result<LookedUp, ReadError>) {
        let Some(history) = &mut self.history else {
            return;
        };
        match history.reading.remove(&number) {
            Some(Reading::Replay(client)) => self.fill(client, number, Vec::new()),
            None => {}
        }
    }

    /// Puts what was looked up where it belongs.
    fn fill(&mut self, client: ClientId, number: u64, bytes: Vec<u8>) {
        let Some(seat) = self.chat.client(client).map(|client| client.seat) else {
            return;
        };
        let mut bytes = Some(bytes);
        let mut fate = |_, waits: &Waits| match waits {
            Waits::Gap(gap) if *gap == number => Fate::Instead(bytes.take().unwrap_or_default()),
            _ => Fate::Waits,
        };
        self.mailboxes.resolve_one(seat, self.stamp.tick, &mut fate);
    }
}
