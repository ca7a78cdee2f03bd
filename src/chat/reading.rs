//! What is kept of what was said, and what a user may read of it. Only reads.

use super::mask::Subject;
use super::{
    Chat, ClientId, Event, Life, Open, Parties, Party, Place, Rights, Room, RoomFlag, RoomFlags,
    RoomId, Said, Speaker, Stamp, User, Where,
};

impl Room {
    /// Whether anybody could come in now: what is said is as good as public.
    fn is_open(&self) -> bool {
        self.key().is_none() && !are_closing(self.flags)
    }

    /// Who could come in now and hear what is said.
    pub(super) fn openness(&self) -> Open {
        let bans = self.rules.as_ref().is_some_and(|rules| {
            !rules.bans.is_empty() || !rules.lifted.is_empty() || rules.closed_before > 0
        });
        match (self.is_open(), bans) {
            (false, _) => Open::No,
            (true, true) => Open::ButForBanned,
            (true, false) => Open::Yes,
        }
    }

    /// The lives under which what was said in it is kept, the latest first: of its name, and of those that it had.
    pub(super) fn lives(&self) -> Vec<Life> {
        let was = self.rules.as_ref().map_or(&[][..], |rules| &rules.was);
        let earlier = was.iter().rev().filter(|key| ***key != *self.name.key());
        let earlier = earlier.map(|key| Life {
            key: key.clone(),
            since: self.life,
        });
        std::iter::once(self.life()).chain(earlier).collect()
    }

    /// Its life.
    pub fn life(&self) -> Life {
        Life {
            key: self.name.key().into(),
            since: self.life,
        }
    }
}

/// Whether a room with these flags keeps some out, or is hidden from them.
fn are_closing(flags: RoomFlags) -> bool {
    let closing = [
        RoomFlag::InviteOnly,
        RoomFlag::Secret,
        RoomFlag::Private,
        RoomFlag::RegisteredOnly,
    ];
    closing.into_iter().any(|flag| flags.has(flag))
}

/// A user that is not logged in.
fn guest(stamp: &Stamp, user: &User) -> Party {
    Party {
        salt: stamp.salt,
        came_as: user.came_as,
    }
}

impl Chat {
    /// Who could come into a room that is made now.
    pub(super) fn openness_of_new(&self) -> Open {
        if are_closing(self.policy.room_modes) {
            Open::No
        } else {
            Open::Yes
        }
    }

    /// The lives of a room that a user is in, the latest first, and what it may read of them; none: it is not in it, or there is
    /// no such room.
    pub fn readable(&self, user: &User, room: RoomId) -> Option<(Vec<Life>, Rights)> {
        let member = self.member(room, user)?;
        let room = self.room(room)?;
        let rights = Rights {
            joined: member.joined,
            before: self.readable_from(user, room),
            known: room.since,
            rank: member.ranks.highest(),
            ranked: member.ranked,
        };
        Some((room.lives(), rights))
    }

    /// From which number on a member may read what was said before it came; none: nothing of that.
    fn readable_from(&self, user: &User, room: &Room) -> Option<u64> {
        if !self.policy.before_join || self.is_banned(user, room) {
            return None;
        }
        let Some(rules) = &room.rules else {
            return Some(0);
        };
        let subject = Subject::new(self, user);
        let banned = rules
            .lifted
            .iter()
            .filter(|(mask, _)| mask.matches(&subject));
        let until = banned.map(|(_, until)| *until).max();
        Some(rules.closed_before.max(until.unwrap_or(0)))
    }

    /// A user as a side of private conversations: its account, if it is logged in to one.
    pub fn party(&self, stamp: &Stamp, user: &User) -> Party {
        match self.account_of(user) {
            Some(registered) => Party::of_account(registered.id),
            None => guest(stamp, user),
        }
    }

    /// All that a user is in the private conversations that it may read: its account, and, for as long as it is here, itself, since it
    /// may have talked before it was logged in.
    pub fn parties(&self, stamp: &Stamp, user: &User) -> Parties {
        let mut all = Parties::from([self.party(stamp, user), guest(stamp, user)]);
        all.dedup();
        all
    }

    /// A message as it is to be kept, before anything that its decision brings is applied; none: the event is no message, or one that
    /// is not kept (to the operator; without `direct`, to a user). `by`: the client that says it.
    pub fn said(
        &self,
        stamp: &Stamp,
        by: Option<ClientId>,
        event: &Event,
        direct: bool,
    ) -> Option<Said> {
        let Event::Said {
            from,
            place,
            manner,
            text,
            id,
            tags,
        } = event
        else {
            return None;
        };
        let mut open = Open::No;
        let place = match place {
            Place::Room(id, name) | Place::Ranked(_, id, name) => {
                let room = self.room(*id)?;
                open = room.openness();
                Where::Room {
                    life: room.life(),
                    name: name.clone(),
                    rank: match place {
                        Place::Ranked(rank, ..) => Some(*rank),
                        _ => None,
                    },
                }
            }
            Place::Private(nick) if direct => {
                let (_, to) = self.user_by_nick(nick)?;
                let speaker = by.and_then(|by| self.user(self.client(by)?.user));
                Where::Direct {
                    from: match from {
                        Speaker::User(_) => Some(self.party(stamp, speaker?)),
                        Speaker::Operator => None,
                    },
                    to: self.party(stamp, to),
                    nick: nick.clone(),
                }
            }
            Place::Private(_) | Place::Operator => return None,
        };
        Some(Said {
            id: *id,
            at: stamp.at,
            from: from.clone(),
            place,
            open,
            manner: *manner,
            text: text.clone(),
            tags: tags.clone(),
        })
    }
}
