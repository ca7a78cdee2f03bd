//! Giving a room another name (IRCv3 channel-rename).

use super::Asker;
use super::rooms::own_seats;
use crate::chat::{
    Audience, Change, Chat, Decision, Event, Rank, Refusal, RoomName, Speaker, Standing, Text,
};

impl Chat {
    pub(super) fn rename_room_to(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        old: RoomName,
        (new, reason): (RoomName, Option<Text>),
    ) -> Result<(), Refusal> {
        let (id, room) = self.room_in_reach(asker, Some(old))?;
        if !room.is_registered() {
            self.need_rank(asker, (id, room), Rank::Op)?;
        } else if self.standing(asker.user, id) != Standing::Operator
            && self.access_of(asker.user, room) != Some(Rank::Founder)
        {
            let room = room.name.clone();
            return Err(Refusal::NotItsFounder { room });
        }
        let old = room.name.clone();
        if self.is_landing(id) {
            return Err(Refusal::RoomKeepsName { room: old, new });
        }
        if old == new || self.is_taken(&new, id) {
            return Err(Refusal::RoomExists { room: new, old });
        }
        let name = new.clone();
        d.change(Change::RoomNamed { room: id, name });
        let renamed = Event::RoomRenamed {
            by: Speaker::User(asker.user.identity()),
            room: id,
            old,
            new,
            reason,
        };
        if !asker.user.is_in(id) {
            d.tell(own_seats(asker.user), renamed.clone());
        }
        d.tell(Audience::Room(id, None), renamed);
        Ok(())
    }
}
