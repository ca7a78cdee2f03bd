//! What is kept of what was said, and what a user may read of it. Only reads.

use super::mask::Subject;
use super::{
    Chat, ClientId, Event, Life, Older, Party, Place, Rights, Room, RoomFlag, RoomId, RoomName,
    Said, Speaker, Stamp, User, Where,
};

impl Room {
    /// Whether anybody could come in now: what is said is as good as public.
    fn is_open(&self) -> bool {
        let closing = [
            RoomFlag::InviteOnly,
            RoomFlag::Secret,
            RoomFlag::Private,
            RoomFlag::RegisteredOnly,
        ];
        self.key().is_none() && !closing.into_iter().any(|flag| self.flags.has(flag))
    }

    /// Whether a message of the history was said in this life of it, by whatever name.
    pub(super) fn had(&self, older: &Older) -> bool {
        let Ok(name) = RoomName::parse(&older.to) else {
            return false;
        };
        let was = self.rules.as_ref().map_or(&[][..], |rules| &rules.was);
        let called = name.key() == self.name.key() || was.iter().any(|key| **key == *name.key());
        called && older.id.nth() >= self.since
    }

    /// Its life.
    pub fn life(&self) -> Life {
        Life {
            key: self.name.key().into(),
            since: self.since,
        }
    }
}

impl Chat {
    /// The lives of a room that a user is in, the latest first, and what it may read of them; none: it is not in it, or there is
    /// no such room.
    pub fn readable(&self, user: &User, room: RoomId) -> Option<(Vec<Life>, Rights)> {
        let member = self.member(room, user)?;
        let room = self.room(room)?;
        let rights = Rights {
            joined: member.joined,
            before: self.readable_from(user, room),
            rank: member.ranks.highest(),
            ranked: member.ranked,
        };
        let rules = room.rules.as_ref();
        let earlier = rules.map_or(&[][..], |rules| &rules.was).iter().rev();
        let earlier = earlier.filter(|key| ***key != *room.name.key());
        let earlier = earlier.map(|key| Life {
            key: key.clone(),
            since: room.since,
        });
        Some((
            std::iter::once(room.life()).chain(earlier).collect(),
            rights,
        ))
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

    /// A user as a side of private conversations.
    pub fn party(stamp: &Stamp, user: &User) -> Party {
        Party {
            salt: stamp.salt,
            came_as: user.came_as,
        }
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
        let mut open = false;
        let place = match place {
            Place::Room(id, name) | Place::Ranked(_, id, name) => {
                let room = self.room(*id)?;
                open = room.is_open();
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
                        Speaker::User(_) => Some(Chat::party(stamp, speaker?)),
                        Speaker::Operator => None,
                    },
                    to: Chat::party(stamp, to),
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
