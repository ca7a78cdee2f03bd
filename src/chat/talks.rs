//! Where a client's lines go.

use serde::{Deserialize, Serialize};

use super::{Chat, Client, Room, RoomName, User};

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
            None => match self.last_joined(user) {
                Some(last) => Talks::Nowhere(last.name.clone()),
                None => Talks::InNoRoom,
            },
        }
    }

    /// The last room joined of those that a user is in.
    pub(super) fn last_joined(&self, user: &User) -> Option<&Room> {
        user.rooms().next_back().and_then(|id| self.room(id))
    }
}
