//! What to do about a command. Only reads; what shall change and who shall be told is the answer.

mod presence;
mod questions;
mod rooms;
mod say;

use super::{
    Audience, Change, Chat, Client, Command, Decision, Effect, Event, Refusal, RoomId, RoomName,
    Source, Stamp, User,
};

/// Who asks, when it is a client.
#[derive(Clone, Copy)]
struct Asker<'a> {
    client: &'a Client,
    user: &'a User,
}

impl Decision {
    fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    fn tell(&mut self, audience: Audience, event: Event) {
        self.effects.push(Effect::Tell(audience, event));
    }

    fn answer(&mut self, asker: Asker<'_>, event: Event) {
        self.tell(Audience::Client(asker.client.seat), event);
    }
}

impl Chat {
    /// What this command, from this source, changes, and whom it makes the outside tell what; or why it is not carried out. The
    /// same state, stamp and command give the same answer, always.
    pub fn decide(
        &self,
        stamp: &Stamp,
        source: Source,
        command: Command,
    ) -> Result<Decision, Refusal> {
        match source {
            Source::Operator => self.decide_operator(stamp, command),
            Source::Client(id) => match command {
                Command::Attach(attach) if attach.client == id => self.attach(stamp, attach),
                command => {
                    let client = self.client(id).ok_or(Refusal::Detached)?;
                    let user = self.user(client.user).ok_or(Refusal::Detached)?;
                    self.decide_client(stamp, Asker { client, user }, command)
                }
            },
        }
    }

    fn decide_operator(&self, stamp: &Stamp, command: Command) -> Result<Decision, Refusal> {
        match command {
            Command::Kick(id, reason) => self.kick(id, reason),
            Command::Say {
                to, manner, text, ..
            } => self.operator_says(stamp, to, manner, text),
            Command::SetTopic(Some(name), topic) => self.operator_sets_topic(stamp, name, topic),
            Command::Consoles(open) => {
                let mut decision = Decision::default();
                decision.change(Change::Consoles { open });
                Ok(decision)
            }
            _ => Err(Refusal::NotFromHere),
        }
    }

    fn decide_client(
        &self,
        stamp: &Stamp,
        asker: Asker<'_>,
        command: Command,
    ) -> Result<Decision, Refusal> {
        let mut decision = Decision::default();
        decision.change(Change::Active {
            seat: asker.client.seat,
            at: stamp.tick,
        });
        let d = &mut decision;
        match command {
            Command::Detach(how) => return Ok(self.depart(asker, how)),
            Command::Nick(nick) => self.rename_to(d, stamp, asker, nick)?,
            Command::Join(name, _key) => self.join(d, stamp, asker, name)?,
            Command::Part(name, reason) => self.part(d, asker, name, reason)?,
            Command::Say {
                to,
                manner,
                text,
                tags,
            } => self.say(d, stamp, asker, to, (manner, text, tags))?,
            Command::Who(name) => self.who(d, asker, name)?,
            Command::Whois(nick) => self.whois(d, stamp, asker, nick)?,
            Command::Rooms => self.list_rooms(d, asker),
            Command::ShowTopic(name) => self.show_topic(d, asker, name)?,
            Command::SetTopic(name, topic) => self.set_topic(d, stamp, asker, name, topic)?,
            Command::Away(away) => Chat::away(d, asker, away),
            _ => return Err(Refusal::NotFromHere),
        }
        Ok(decision)
    }

    /// The named room, or without a name the current one.
    fn named_or_current(
        &self,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(RoomId, &super::Room), Refusal> {
        match name {
            None => {
                let id = asker.client.current.ok_or(Refusal::NoCurrentRoom)?;
                let room = self.room(id).ok_or(Refusal::NoCurrentRoom)?;
                Ok((id, room))
            }
            Some(name) => self
                .room_by_name(&name)
                .ok_or(Refusal::NoSuchRoom { room: name }),
        }
    }

    /// As [`Chat::named_or_current`], and the asker is in it.
    fn own_room(
        &self,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(RoomId, &super::Room), Refusal> {
        let (id, room) = self.named_or_current(asker, name)?;
        if asker.user.is_in(id) {
            Ok((id, room))
        } else {
            Err(Refusal::NotInRoom {
                room: room.name.clone(),
            })
        }
    }
}
