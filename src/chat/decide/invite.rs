//! Inviting into a room, and asking to be let in.

use std::time::Duration;

use super::Asker;
use crate::chat::id::micros;
use crate::chat::state::KNOCKS;
use crate::chat::{
    Audience, Change, Chat, Decision, Event, Nick, Rank, Refusal, Room, RoomFlag, RoomName,
    Speaker, Stamp, Text, Tick,
};

/// How long one waits until one may knock at the same room again.
const KNOCK_WAIT: Duration = Duration::from_mins(1);

impl Chat {
    /// The invitation opens the room once if somebody sends it whose office it is; anybody else's only tells.
    pub(super) fn invite_user(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        nick: Nick,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let (id, room) = self.room_in_reach(asker, name)?;
        if room.flags.has(RoomFlag::InviteOnly) {
            self.need_rank(asker, (id, room), Rank::HalfOp)?;
        }
        let Some((user, them)) = self.user_by_nick(&nick) else {
            return Err(Refusal::NoSuchNick { nick });
        };
        let (nick, name) = (them.nick.clone(), room.name.clone());
        if them.is_in(id) {
            return Err(Refusal::TheyAreInRoom { nick, room: name });
        }
        if self.standing(asker.user, id).at_least(Rank::HalfOp) {
            d.change(Change::Invited { user, room: id });
        }
        let by = Speaker::User(asker.user.identity());
        let sent = Event::InviteSent {
            nick: nick.clone(),
            name: name.clone(),
            away: them.away.clone(),
        };
        d.answer(asker, sent);
        let invited = Event::Invited {
            by: by.clone(),
            room: id,
            name: name.clone(),
        };
        d.tell(super::rooms::own_seats(them), invited);
        let other = Event::InvitedOther {
            by,
            nick,
            room: id,
            name,
        };
        let but = Some(asker.client.id);
        d.tell(Audience::Ranked(id, Rank::HalfOp, but), other);
        Ok(())
    }

    /// Who knows a room's name may knock, hidden or not: it would be told by JOIN too that it is not let in.
    pub(super) fn knock(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        name: RoomName,
        text: Option<Text>,
    ) -> Result<(), Refusal> {
        let (id, room) = self.room_named(name)?;
        let (user, name) = (asker.client.user, room.name.clone());
        if asker.user.is_in(id) {
            let nick = asker.user.nick.clone();
            return Err(Refusal::TheyAreInRoom { nick, room: name });
        }
        if self.is_banned(asker.user, room) {
            return Err(Refusal::Banned { room: name });
        }
        if room.flags.has(RoomFlag::NoKnock) {
            return Err(Refusal::MayNotKnock { room: name });
        }
        match self.may_join(user, room, None) {
            // Letting in cannot help who has no account.
            Err(refusal @ Refusal::NeedAccount { .. }) => return Err(refusal),
            Err(_) => {}
            Ok(()) => return Err(Refusal::RoomOpen { room: name }),
        }
        if !self.hears_knocks(room) {
            return Err(Refusal::NobodyLetsIn { room: name });
        }
        let now = stamp.tick;
        if let Some(again) = knocks_until(asker, id, now) {
            let wait = Duration::from_micros(again.0 - now.0);
            return Err(Refusal::KnockRate { room: name, wait });
        }
        d.change(Change::Knocked {
            user,
            room: id,
            at: now,
            again: Tick(now.0.saturating_add(micros(KNOCK_WAIT))),
        });
        d.answer(asker, Event::KnockSent { name: name.clone() });
        let knocked = Event::Knocked {
            who: asker.user.identity(),
            room: id,
            name,
            text,
        };
        d.tell(Audience::Ranked(id, Rank::HalfOp, None), knocked);
        Ok(())
    }

    /// Whether somebody in the room who could let others in has a client now: knocks are not kept.
    fn hears_knocks(&self, room: &Room) -> bool {
        let mut ranked = room.members_from(Rank::HalfOp);
        ranked.any(|member| {
            let user = self.user(member.user);
            user.is_some_and(|user| !user.clients.is_empty())
        })
    }
}

/// When the asker may knock at this room, if not now.
fn knocks_until(asker: Asker<'_>, room: crate::chat::RoomId, now: Tick) -> Option<Tick> {
    let doors = asker.user.doors.as_ref()?;
    let waiting = || doors.knocked.iter().filter(|(_, again)| *again > now);
    let here = waiting().find(|(other, _)| *other == room).map(|at| at.1);
    let many = || {
        let first = waiting().map(|(_, again)| *again).min();
        first.filter(|_| waiting().count() >= KNOCKS)
    };
    here.or_else(many)
}
