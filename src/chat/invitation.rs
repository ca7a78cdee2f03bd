//! Who is invited where. Only looks.

use super::{Chat, Room, UserId};

impl Chat {
    /// The rooms that a user has been invited to and has not entered since, the largest first. Takes a look at every room.
    pub fn invitations(&self, user: UserId) -> impl Iterator<Item = &Room> {
        let rooms = self.rooms().map(|(_, room)| room);
        rooms.filter(move |room| room.is_invited(user))
    }
}
