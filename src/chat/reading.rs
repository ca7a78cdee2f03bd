//! What a user may read of what was said. Only reads.

use super::{Chat, Life, Party, Rights, RoomId, Stamp, User};

impl Chat {
    /// The lives of a room that a user is in, the latest first, and what it may read of them; none: it is not in it, or there is
    /// no such room.
    pub fn readable(&self, _user: &User, _room: RoomId) -> Option<(Vec<Life>, Rights)> {
        None
    }

    /// A user as a side of private conversations.
    pub fn party(stamp: &Stamp, user: &User) -> Party {
        Party {
            salt: stamp.salt,
            came_as: user.came_as,
        }
    }
}
