//! Who is invited where. Only looks.

use super::{Chat, Room, UserId};

impl Chat {
    /// The rooms that a user has been invited to and has not entered since, in the order of inviting.
    pub fn invitations(&self, user: UserId) -> impl Iterator<Item = &Room> {
        let rooms = self.user(user).map_or(&[][..], |user| user.invited_to());
        rooms.iter().filter_map(|&room| self.room(room))
    }
}
