//! The last messages, without what they say: who said each, and where. So that one can be taken back.

use serde::{Deserialize, Serialize};

use super::{Account, Chat, ClientId, MessageId, Rank, RoomId};

/// How many messages are remembered; an older one cannot be taken back.
pub(super) const RECENT: usize = 4096;

/// A message that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Its id.
    pub(super) id: MessageId,
    /// The client that its sender came with; none: the operator.
    pub(super) from: Option<ClientId>,
    /// The account of its sender.
    pub(super) account: Option<Account>,
    /// Where it was said.
    pub(super) heard: Heard,
}

/// Where a message was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Heard {
    /// In a room.
    Room(RoomId),
    /// To those of a room who have this rank or a higher one.
    Ranked(Rank, RoomId),
    /// To the user that came with this client.
    User(ClientId),
    /// To the operator; or it was taken back.
    Nobody,
}

impl Chat {
    /// The message with this id, if it is remembered.
    pub(super) fn recent(&self, id: MessageId) -> Option<&Recent> {
        self.recent
            .get(self.place_of(id)?)
            .filter(|recent| recent.id == id)
    }

    /// Messages are in the order of their numbers; what else has happened has numbers between theirs.
    fn place_of(&self, id: MessageId) -> Option<usize> {
        let nth = |recent: &Recent| recent.id.nth();
        self.recent.binary_search_by_key(&id.nth(), nth).ok()
    }

    pub(super) fn remember(&mut self, recent: Recent) {
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        self.latest = recent.id.time();
        self.recent.push_back(recent);
        self.said += 1;
    }

    pub(super) fn restore_message(&mut self, recent: Recent) {
        if let Some(place) = self.place_of(recent.id)
            && let Some(known) = self.recent.get_mut(place)
            && known.id == recent.id
        {
            *known = recent;
        }
    }

    /// What is known of a message, for [`Change::Restored`](super::Change::Restored).
    pub fn remembered(&self, id: MessageId) -> Option<Recent> {
        self.recent(id).cloned()
    }

    pub(super) fn forget_message(&mut self, id: MessageId) {
        let Some(place) = self.place_of(id) else {
            return;
        };
        if let Some(recent) = self.recent.get_mut(place).filter(|recent| recent.id == id) {
            recent.heard = Heard::Nobody;
        }
    }
}
