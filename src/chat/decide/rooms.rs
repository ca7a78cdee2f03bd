//! Entering and leaving rooms, and their topics.

use super::Asker;
use crate::chat::{
    Audience, Change, Chat, Decision, Event, Ranks, Refusal, RoomId, RoomName, Speaker, Stamp,
    Text, Topic, UserId,
};

impl Chat {
    pub(super) fn join(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        name: RoomName,
    ) -> Result<(), Refusal> {
        let found = self.room_by_name(&name);
        let seat = asker.client.seat;
        if let Some((room, there)) = found
            && asker.user.is_in(room)
        {
            d.change(Change::Current {
                seat,
                room: Some(room),
            });
            let name = there.name.clone();
            d.answer(asker, Event::YouTalkIn { room, name });
            return Ok(());
        }
        if let Some(limit) = self.policy.rooms_per_client
            && asker.user.memberships.len() >= limit as usize
        {
            return Err(Refusal::TooManyRooms { room: name, limit });
        }
        if let (Some(limit), None) = (self.policy.rooms, found)
            && self.rooms_count() >= limit as usize
        {
            return Err(Refusal::RoomsFull { room: name, limit });
        }
        let user = asker.client.user;
        if let (Some(rate), false) = (self.policy.join_rate, asker.client.exempt) {
            let spent =
                asker
                    .user
                    .joins
                    .take(rate, 1, stamp.tick)
                    .map_err(|wait| Refusal::JoinRate {
                        room: name.clone(),
                        wait,
                    })?;
            d.change(Change::JoinSpent { user, spent });
        }
        let (room, name, others, topic) = if let Some((room, there)) = found {
            let topic = there.topic.as_ref().map(|note| note.topic.clone());
            (room, there.name.clone(), there.users(), topic)
        } else {
            let room = RoomId(self.rooms.next());
            d.change(Change::RoomMade {
                room,
                name: name.clone(),
                at: stamp.at,
            });
            (room, name, 0, None)
        };
        d.change(Change::Entered {
            user,
            room,
            ranks: Ranks::default(),
        });
        d.change(Change::Current {
            seat,
            room: Some(room),
        });
        let who = asker.user.identity();
        let entered = Event::YouEntered {
            who: who.clone(),
            room,
            name: name.clone(),
            others,
            topic,
        };
        d.answer(asker, entered);
        d.tell(
            Audience::Room(room, Some(asker.client.id)),
            Event::Joined {
                who,
                realname: asker.user.realname.clone(),
                away: asker.user.away.clone(),
                room,
                name,
            },
        );
        Ok(())
    }

    pub(super) fn part(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
        reason: Option<Text>,
    ) -> Result<(), Refusal> {
        let (room, there) = self.own_room(asker, name)?;
        let name = there.name.clone();
        self.leave_room(d, asker.client.user, room);
        let next = asker.user.rooms().rev().find(|&other| other != room);
        let own = asker.user.clients.iter().filter_map(|&s| self.seated(s));
        let who = asker.user.identity();
        for client in own {
            let mut current = client.current;
            if current == Some(room) {
                current = next;
                d.change(Change::Current {
                    seat: client.seat,
                    room: next,
                });
            }
            let current = current.and_then(|id| self.room(id)).map(|r| r.name.clone());
            d.tell(
                Audience::Client(client.seat),
                Event::YouLeft {
                    who: who.clone(),
                    name: name.clone(),
                    reason: reason.clone(),
                    current,
                },
            );
        }
        d.tell(
            Audience::Room(room, Some(asker.client.id)),
            Event::Parted {
                who,
                room,
                name,
                reason,
            },
        );
        Ok(())
    }

    /// One user leaves one room; the room goes when it was the last one, unless it is where one lands.
    pub(super) fn leave_room(&self, d: &mut Decision, user: UserId, room: RoomId) {
        d.change(Change::Left { user, room });
        let landing = self.room_by_name(&self.policy.landing).map(|(id, _)| id);
        if landing != Some(room) && self.room(room).is_some_and(|r| r.users() <= 1) {
            d.change(Change::RoomGone { room });
        }
    }

    pub(super) fn show_topic(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let (_, there) = self.named_or_current(asker, name)?;
        let note = there.topic.as_ref();
        d.answer(
            asker,
            Event::TopicIs {
                name: there.name.clone(),
                topic: note.map(|note| note.topic.clone()),
                by: note.and_then(|note| note.by.clone()),
                at: note.map(|note| note.at),
            },
        );
        Ok(())
    }

    pub(super) fn set_topic(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        name: Option<RoomName>,
        topic: Topic,
    ) -> Result<(), Refusal> {
        let (room, there) = self.own_room(asker, name)?;
        let name = there.name.clone();
        let who = asker.user.identity();
        d.change(Change::TopicSet {
            room,
            topic: (!topic.is_empty()).then(|| topic.clone()),
            by: Some(who.mask().into()),
            at: stamp.at,
        });
        let set = Event::TopicSet {
            who: who.clone(),
            room,
            name: name.clone(),
            topic: topic.clone(),
        };
        d.answer(asker, set);
        d.tell(
            Audience::Room(room, Some(asker.client.id)),
            Event::TopicChanged {
                by: Speaker::User(who),
                room,
                name,
                topic,
            },
        );
        Ok(())
    }

    pub(super) fn operator_sets_topic(
        &self,
        stamp: &Stamp,
        name: RoomName,
        topic: Topic,
    ) -> Result<Decision, Refusal> {
        let Some((room, there)) = self.room_by_name(&name) else {
            return Err(Refusal::NoSuchRoom { room: name });
        };
        let name = there.name.clone();
        let mut d = Decision::default();
        d.change(Change::TopicSet {
            room,
            topic: (!topic.is_empty()).then(|| topic.clone()),
            by: None,
            at: stamp.at,
        });
        let by = Speaker::Operator;
        d.tell(
            Audience::Room(room, None),
            Event::TopicChanged {
                by,
                room,
                name,
                topic,
            },
        );
        Ok(d)
    }
}
