//! What may be done in a room, by whom: entering, speaking, changing. Only reads; the same for every protocol.

use super::mask::Subject;
use super::{
    Chat, Key, ListEntry, ListKind, ModeChange, Rank, Ranks, Refusal, Role, Room, RoomFlag,
    RoomFlags, RoomId, User, UserId,
};

/// What somebody is to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not in it.
    Outside,
    /// In it, with these ranks.
    Member(Ranks),
    /// An operator of the server who may change every room; in it or not.
    Operator,
}

impl Standing {
    /// Whether it may what those may who have this rank.
    pub fn at_least(self, rank: Rank) -> bool {
        match self {
            Standing::Outside => false,
            Standing::Member(ranks) => ranks.at_least(rank),
            Standing::Operator => true,
        }
    }

    /// Whether it may take a rank, or the room, from a member with these ranks: from nobody who ranks higher; half-ops only from
    /// those below them.
    pub fn may_unseat(self, other: Ranks) -> bool {
        let own = match self {
            Standing::Outside => return false,
            Standing::Member(ranks) => ranks.highest(),
            Standing::Operator => return true,
        };
        own >= other.highest() && (own > Some(Rank::HalfOp) || own > other.highest())
    }
}

/// The rank that a change of modes needs; none: no client may.
pub(super) fn rank_for(change: &ModeChange) -> Option<Rank> {
    Some(match change {
        ModeChange::Flag(RoomFlag::Registered | RoomFlag::Permanent, _) => return None,
        ModeChange::Flag(
            RoomFlag::InviteOnly
            | RoomFlag::Moderated
            | RoomFlag::NoExternal
            | RoomFlag::Secret
            | RoomFlag::TopicLocked,
            _,
        )
        | ModeChange::Key(_)
        | ModeChange::Limit(_)
        | ModeChange::List(..)
        | ModeChange::Rank(Rank::Voice, ..) => Rank::HalfOp,
        ModeChange::Flag(..)
        | ModeChange::Forward(_)
        | ModeChange::Rank(Rank::HalfOp | Rank::Op, ..) => Rank::Op,
        ModeChange::Rank(Rank::Admin, ..) => Rank::Admin,
        ModeChange::Rank(Rank::Founder, ..) => Rank::Founder,
    })
}

/// Whether an entry of a list means somebody. Mutes count only where it is asked who may speak.
fn listed(list: &[ListEntry], subject: &Subject<'_>, mutes: bool) -> bool {
    let mut counting = list.iter().filter(|entry| mutes || !entry.mask.is_mute());
    counting.any(|entry| entry.mask.matches(subject))
}

impl Chat {
    /// What this user is to a room.
    pub fn standing(&self, user: &User, room: RoomId) -> Standing {
        if user.role() >= Some(Role::Moderator) {
            return Standing::Operator;
        }
        let member = self.member(room, user);
        member.map_or(Standing::Outside, |member| Standing::Member(member.ranks))
    }

    /// Whether a ban keeps this user out of a room.
    pub fn is_banned(&self, user: &User, room: &Room) -> bool {
        self.is_listed(user, room, false)
    }

    /// Whether a ban or a mute takes this user's voice in a room.
    pub fn is_silenced(&self, user: &User, room: &Room) -> bool {
        self.is_listed(user, room, true)
    }

    fn is_listed(&self, user: &User, room: &Room, mutes: bool) -> bool {
        let bans = room.list(ListKind::Ban);
        if bans.is_empty() {
            return false;
        }
        let subject = Subject::new(self, user);
        listed(bans, &subject, mutes) && !listed(room.list(ListKind::Exception), &subject, mutes)
    }

    /// Whether a user who is not in a room may enter it, giving this key or none. An invitation opens the room to the banned, the
    /// uninvited and one too many (RFC 2811 section 4.3); the key and the account are needed all the same. Operators may
    /// always, and so may those whose account is half-op there or more.
    pub fn may_join(&self, id: UserId, room: &Room, key: Option<&Key>) -> Result<(), Refusal> {
        let user = self.user(id).ok_or(Refusal::Detached)?;
        if user.role() >= Some(Role::Moderator) {
            return Ok(());
        }
        if self.access_of(user, room) >= Some(Rank::HalfOp) {
            return Ok(());
        }
        let name = || room.name.clone();
        let invited = room.is_invited(id);
        if !invited && self.is_banned(user, room) {
            return Err(Refusal::Banned { room: name() });
        }
        if room.flags.has(RoomFlag::RegisteredOnly) && user.account.is_none() {
            return Err(Refusal::NeedAccount { room: name() });
        }
        if !invited && room.flags.has(RoomFlag::InviteOnly) {
            let exceptions = room.list(ListKind::InviteException);
            let excepted =
                !exceptions.is_empty() && listed(exceptions, &Subject::new(self, user), false);
            if !excepted {
                return Err(Refusal::InviteOnly { room: name() });
            }
        }
        if room.key().is_some_and(|wanted| key != Some(wanted)) {
            return Err(Refusal::WrongKey { room: name() });
        }
        if !invited && room.limit().is_some_and(|limit| room.users() >= limit) {
            return Err(Refusal::RoomFull { room: name() });
        }
        Ok(())
    }

    /// Whether a user may speak in a room: those with a voice or more always.
    pub fn may_speak(&self, user: &User, id: RoomId, room: &Room) -> Result<(), Refusal> {
        let member = self.member(id, user);
        if member.is_some_and(|member| member.ranks.at_least(Rank::Voice)) {
            return Ok(());
        }
        let name = || room.name.clone();
        if member.is_none() && room.flags.has(RoomFlag::NoExternal) {
            return Err(Refusal::NotInRoom { room: name() });
        }
        let silent = |letter| {
            let room = name();
            Err(Refusal::MayNotSpeak { room, letter })
        };
        if room.flags.has(RoomFlag::Moderated) {
            return silent('m');
        }
        if room.flags.has(RoomFlag::RegisteredSpeak) && user.account.is_none() {
            return silent('M');
        }
        if self.is_silenced(user, room) {
            return silent('b');
        }
        Ok(())
    }

    /// Whether a user may have another nick now: not in a room that keeps nicks, nor where its voice is taken, unless it ranks
    /// high enough there.
    pub(super) fn may_rename(&self, user: &User) -> Result<(), Refusal> {
        if user.role() >= Some(Role::Moderator) {
            return Ok(());
        }
        for id in user.rooms() {
            let (Some(room), Some(member)) = (self.room(id), self.member(id, user)) else {
                continue;
            };
            let kept = room.flags.has(RoomFlag::NoNickChange);
            let letter = if kept && !member.ranks.at_least(Rank::HalfOp) {
                'N'
            } else if !member.ranks.at_least(Rank::Voice) && self.is_silenced(user, room) {
                'b'
            } else {
                continue;
            };
            let room = room.name.clone();
            return Err(Refusal::NickLocked { room, letter });
        }
        Ok(())
    }

    /// Whether a room goes when nobody is in it.
    pub(super) fn goes_when_empty(&self, id: RoomId) -> bool {
        let room = self.room(id);
        room.is_some_and(|room| !self.stays_when_empty(id, room.flags))
    }

    /// Whether a room with these flags stays when nobody is in it.
    pub(super) fn stays_when_empty(&self, id: RoomId, flags: RoomFlags) -> bool {
        self.is_landing(id) || flags.has(RoomFlag::Permanent) || flags.has(RoomFlag::Registered)
    }
}
