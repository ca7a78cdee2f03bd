//! Saying something, by a client or by the operator.

use super::Asker;
use crate::chat::{
    Audience, Chat, Decision, Event, Manner, Nick, Place, Refusal, Speaker, Target, Text, User,
};

impl Chat {
    pub(super) fn say(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        to: Target,
        manner: Manner,
        text: Text,
    ) -> Result<(), Refusal> {
        let from = Speaker::User(asker.user.nick.clone());
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
                    },
                );
                return Ok(());
            }
            Target::Client(_) => return Err(Refusal::NotFromHere),
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
            },
        );
        Ok(())
    }

    pub(super) fn operator_says(
        &self,
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
            Target::Operator => return Err(Refusal::NotFromHere),
        };
        let from = Speaker::Operator;
        let mut d = Decision::default();
        d.tell(
            audience,
            Event::Said {
                from,
                place,
                manner,
                text,
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
