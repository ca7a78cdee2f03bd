//! Saying something, by a client or by the operator.

use super::Asker;
use crate::chat::{
    Audience, Change, Chat, ClientTags, Decision, Event, Manner, MessageId, Nick, Place, Refusal,
    Speaker, Stamp, Target, Text, User,
};

impl Chat {
    pub(super) fn say(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        to: Target,
        (manner, text, tags): (Manner, Text, Option<ClientTags>),
    ) -> Result<(), Refusal> {
        let from = Speaker::User(asker.user.identity());
        let id = MessageId::new(stamp, self.said);
        d.change(Change::Said { messages: 1 });
        let name = match to {
            Target::Current => None,
            Target::Room(name) => Some(name),
            Target::User(nick) => {
                let target = self.named_user(nick)?;
                let place = Place::Private(target.nick.clone());
                let all = target.clients.iter().copied().collect();
                d.tell(
                    Audience::Clients(all),
                    Event::Said {
                        from,
                        place,
                        manner,
                        text,
                        id,
                        tags,
                    },
                );
                if let (Some(away), Manner::Message) = (&target.away, manner) {
                    let (nick, away) = (target.nick.clone(), away.clone());
                    d.answer(asker, Event::TheyAreAway { nick, away });
                }
                return Ok(());
            }
            Target::Operator if self.consoles == 0 => return Err(Refusal::NoOperator),
            Target::Operator => {
                let place = Place::Operator;
                d.tell(
                    Audience::Operator,
                    Event::Said {
                        from,
                        place,
                        manner,
                        text,
                        id,
                        tags,
                    },
                );
                return Ok(());
            }
            Target::Client(_) | Target::Ranked(..) => return Err(Refusal::NotFromHere),
        };
        let (room, there) = self.own_room(asker, name)?;
        let place = Place::Room(room, there.name.clone());
        d.tell(
            Audience::Room(room, Some(asker.client.id)),
            Event::Said {
                from,
                place,
                manner,
                text,
                id,
                tags,
            },
        );
        Ok(())
    }

    pub(super) fn operator_says(
        &self,
        stamp: &Stamp,
        to: Target,
        manner: Manner,
        text: Text,
    ) -> Result<Decision, Refusal> {
        let (audience, place) = match to {
            Target::Room(name) => {
                let (id, room) = self
                    .room_by_name(&name)
                    .ok_or(Refusal::NoSuchRoom { room: name })?;
                (Audience::Room(id, None), Place::Room(id, room.name.clone()))
            }
            Target::User(nick) => {
                let target = self.named_user(nick)?;
                let all = target.clients.iter().copied().collect();
                (Audience::Clients(all), Place::Private(target.nick.clone()))
            }
            Target::Client(id) => {
                let client = self.client(id).ok_or(Refusal::Detached)?;
                let user = self.user(client.user).ok_or(Refusal::Detached)?;
                (
                    Audience::Client(client.seat),
                    Place::Private(user.nick.clone()),
                )
            }
            Target::Current => return Err(Refusal::NoCurrentRoom),
            Target::Operator | Target::Ranked(..) => return Err(Refusal::NotFromHere),
        };
        let from = Speaker::Operator;
        let id = MessageId::new(stamp, self.said);
        let mut d = Decision::default();
        d.change(Change::Said { messages: 1 });
        d.tell(
            audience,
            Event::Said {
                from,
                place,
                manner,
                text,
                id,
                tags: None,
            },
        );
        Ok(d)
    }

    pub(super) fn named_user(&self, nick: Nick) -> Result<&User, Refusal> {
        match self.user_by_nick(&nick) {
            Some((_, user)) => Ok(user),
            None => Err(Refusal::NoSuchNick { nick }),
        }
    }
}
