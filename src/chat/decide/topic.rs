//! Topics of rooms.

use super::Asker;
use crate::chat::{
    Audience, Change, Chat, Decision, Event, Rank, Refusal, RoomFlag, RoomName, Speaker, Stamp,
    Topic,
};

impl Chat {
    pub(super) fn show_topic(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let (_, there) = self.seen_room(asker, name)?;
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
        let (room, there) = self.room_in_reach(asker, name)?;
        if there.flags.has(RoomFlag::TopicLocked) {
            self.need_rank(asker, (room, there), Rank::HalfOp)?;
        } else if asker.user.is_in(room) {
            self.may_speak(asker.user, room, there)?;
        }
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
        let (room, there) = self.room_named(name)?;
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
