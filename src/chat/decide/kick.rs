//! Making somebody leave a room.

use super::Asker;
use super::rooms::own_seats;
use crate::chat::{
    Audience, Chat, Decision, Event, Nick, Rank, Ranks, Refusal, RoomName, Speaker, Standing, Text,
};

impl Chat {
    pub(super) fn kick_from(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
        (nick, reason): (Nick, Option<Text>),
    ) -> Result<(), Refusal> {
        let (id, room) = self.room_in_reach(asker, name)?;
        self.need_rank(asker, (id, room), Rank::HalfOp)?;
        let Some((user, them)) = self.user_by_nick(&nick) else {
            return Err(Refusal::NoSuchNick { nick });
        };
        let Some(member) = self.member(id, them) else {
            let (nick, room) = (them.nick.clone(), room.name.clone());
            return Err(Refusal::TheyAreNotInRoom { nick, room });
        };
        let standing = self.standing(asker.user, id);
        if user != asker.client.user && !standing.may_unseat(member.ranks) {
            let (room, rank) = (room.name.clone(), rank_to_unseat(member.ranks));
            return Err(Refusal::RankTooLow { room, rank });
        }
        self.leave_room(d, user, id);
        let by = Speaker::User(asker.user.identity());
        for (seat, talks) in self.talks_without(d, them, id, None) {
            let kicked = Event::YouWereKickedFrom {
                by: by.clone(),
                nick: them.nick.clone(),
                name: room.name.clone(),
                reason: reason.clone(),
                talks,
            };
            d.tell(Audience::Client(seat), kicked);
        }
        let kicked = Event::KickedFrom {
            by,
            who: them.identity(),
            room: id,
            name: room.name.clone(),
            reason,
        };
        if standing == Standing::Operator && !asker.user.is_in(id) {
            d.tell(own_seats(asker.user), kicked.clone());
        }
        d.tell(self.others_in(id, member.ranks, None), kicked);
        Ok(())
    }
}

/// The lowest rank that may take something from a member with these.
pub(super) fn rank_to_unseat(ranks: Ranks) -> Rank {
    match ranks.highest() {
        None | Some(Rank::Voice) => Rank::HalfOp,
        Some(Rank::HalfOp) => Rank::Op,
        Some(rank) => rank,
    }
}
