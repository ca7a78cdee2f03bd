//! Where a client's lines go.

use serde::{Deserialize, Serialize};

use super::{Chat, Client, RoomName, User};

/// Where the lines of a client go, as it is told when the rooms change that it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Talks {
    /// To this room.
    In(RoomName),
    /// Nowhere, until it enters this room or another: it has left the one that they went to against its will, and what was on its
    /// way must not reach other people.
    Nowhere(RoomName),
    /// Nowhere: it is in no room.
    InNoRoom,
}

impl Chat {
    /// Where a client of this user talks.
    pub(super) fn talks(&self, client: &Client, user: &User) -> Talks {
        let room = |id| self.room(id).map(|room| room.name.clone());
        match client.current.and_then(room) {
            Some(current) => Talks::In(current),
            None => user
                .rooms()
                .next_back()
                .and_then(room)
                .map_or(Talks::InNoRoom, Talks::Nowhere),
        }
    }
}
