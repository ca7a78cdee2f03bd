//! What of a decision happens in rooms besides what is said, to be kept. Only reads.

use smallvec::{SmallVec, smallvec};

use super::{
    Audience, Change, Chat, Decision, Effect, Event, Happened, Life, MessageId, ModeChange, Nick,
    Open, Place, Rank, RoomFlag, RoomId, RoomName, Stamp, What,
};

impl Chat {
    /// What a decision brings to rooms that is to be kept besides what is said, in the order in which it is told: for each room that
    /// it concerns once, whoever is there to be told. Asked before any change of the decision is applied; the numbers that it takes
    /// are behind those of the decision's messages, and become one more change of it.
    pub fn happened(&self, stamp: &Stamp, decision: &mut Decision) -> Vec<Happened> {
        let said = decision.changes.iter().filter_map(|change| match change {
            Change::Said { recent } => Some(recent.id),
            _ => None,
        });
        let (first, latest) = said.fold((self.said, self.latest), |(next, latest), id| {
            (next.max(id.nth() + 1), latest.max(id.time()))
        });
        let mut next = first;
        // The clock may have been set back; ids go on.
        let stamped = Stamp {
            at: stamp.at.max(latest),
            ..*stamp
        };
        let mut all = Vec::new();
        for effect in &decision.effects {
            let Effect::Tell(audience, event) = effect else {
                continue;
            };
            for (room, rank, what) in self.in_rooms(audience, event) {
                let Some((life, name, open)) = self.place_of_event(decision, room) else {
                    continue;
                };
                let id = if let Event::Tagged { id, .. } = event {
                    *id
                } else {
                    next += 1;
                    MessageId::new(&stamped, next - 1)
                };
                all.push(Happened {
                    id,
                    at: stamp.at,
                    life,
                    name,
                    open: if shows_key(&what) { Open::No } else { open },
                    rank,
                    what,
                });
            }
        }
        if next > first {
            decision.change(Change::Numbered {
                count: next - first,
                at: stamped.at,
            });
        }
        all
    }

    /// The rooms that an effect brings something to that is kept; for whom in each, if not for all.
    fn in_rooms(
        &self,
        audience: &Audience,
        event: &Event,
    ) -> SmallVec<[(RoomId, Option<Rank>, What); 1]> {
        match event {
            Event::Gone { who, how } => self.each_room_of(&who.nick, || What::Gone {
                who: who.clone(),
                how: how.clone(),
            }),
            Event::Renamed { who, new } => self.each_room_of(&who.nick, || What::Renamed {
                who: who.clone(),
                new: new.clone(),
            }),
            event => {
                // The same is told to oneself, or to who did it from outside, by other effects.
                let rank = match audience {
                    Audience::Room(..) => None,
                    Audience::Ranked(_, rank, _) => Some(*rank),
                    _ => return SmallVec::new(),
                };
                match in_room(event) {
                    Some((room, what)) => smallvec![(room, rank, what)],
                    None => SmallVec::new(),
                }
            }
        }
    }

    /// Something that concerns each room that a user is in; in an auditorium those below half-op are seen by the others only.
    fn each_room_of(
        &self,
        nick: &Nick,
        what: impl Fn() -> What,
    ) -> SmallVec<[(RoomId, Option<Rank>, What); 1]> {
        let user = self.user_by_nick(nick).map(|(_, user)| user);
        let rooms = user.into_iter().flat_map(|user| {
            user.rooms().filter_map(move |id| {
                let (room, member) = (self.room(id)?, self.member(id, user)?);
                let hidden =
                    room.flags.has(RoomFlag::Auditorium) && !member.ranks.at_least(Rank::HalfOp);
                Some((id, hidden.then_some(Rank::HalfOp)))
            })
        });
        rooms.map(|(id, rank)| (id, rank, what())).collect()
    }

    /// Under what something of a room is kept: of one that the decision makes, as it will be.
    fn place_of_event(&self, decision: &Decision, id: RoomId) -> Option<(Life, RoomName, Open)> {
        let made = decision.changes.iter().find_map(|change| match change {
            Change::RoomMade {
                room,
                name,
                at,
                life,
            } if *room == id => Some((name, *at, *life)),
            _ => None,
        });
        if let Some((name, at, life)) = made {
            let life = Life {
                key: name.key().into(),
                since: self.lives.would_begin(name.key(), at, life),
            };
            return Some((life, name.clone(), self.openness_of_new()));
        }
        let room = self.room(id)?;
        Some((room.life(), room.name.clone(), room.openness()))
    }
}

/// What is told to a room, as it is kept.
fn in_room(event: &Event) -> Option<(RoomId, What)> {
    let (room, what) = match event {
        Event::Joined { who, room, .. } => (room, What::Joined { who: who.clone() }),
        Event::Parted {
            who, room, reason, ..
        } => {
            let (who, reason) = (who.clone(), reason.clone());
            (room, What::Parted { who, reason })
        }
        Event::KickedFrom {
            by,
            who,
            room,
            reason,
            ..
        } => {
            let (by, nick, reason) = (by.clone(), who.nick.clone(), reason.clone());
            (room, What::Kicked { by, nick, reason })
        }
        Event::TopicChanged {
            by, room, topic, ..
        } => {
            let (by, topic) = (by.clone(), topic.clone());
            (room, What::Topic { by, topic })
        }
        Event::ModesChanged {
            by, room, changes, ..
        } => {
            let (by, changes) = (by.clone(), changes.to_vec());
            (room, What::Modes { by, changes })
        }
        Event::RoomRenamed {
            by,
            room,
            old,
            new,
            reason,
        } => {
            let what = What::RoomRenamed {
                by: by.clone(),
                old: old.clone(),
                new: new.clone(),
                reason: reason.clone(),
            };
            (room, what)
        }
        Event::Tagged {
            from,
            place: Place::Room(room, _) | Place::Ranked(_, room, _),
            tags,
            ..
        } if !tags.are_of_the_moment() => {
            let (from, tags) = (from.clone(), tags.clone());
            (room, What::Tagged { from, tags })
        }
        _ => return None,
    };
    Some((*room, what))
}

/// A key is for members only, whoever could come in when it was set.
fn shows_key(what: &What) -> bool {
    matches!(what, What::Modes { changes, .. }
        if changes.iter().any(|change| matches!(change, ModeChange::Key(_))))
}
