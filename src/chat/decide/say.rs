//! Saying something, by a client or by the operator.

use super::Asker;
use crate::chat::recent::{Heard, Recent};
use crate::chat::{
    Audience, Change, Chat, ClientTags, Decision, Effect, Event, Manner, MessageId, Nick, Place,
    Protocol, Rank, Refusal, Room, RoomFlag, RoomId, RoomName, Speaker, Stamp, Target, Text, User,
    UserFlag,
};

/// Who hears a message.
struct Hearers<'a> {
    audience: Audience,
    place: Place,
    heard: Heard,
    /// The one that it is for, when it is for one.
    user: Option<&'a User>,
    /// The room, when it is for a room.
    room: Option<&'a Room>,
}

impl Chat {
    pub(super) fn say(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        to: Target,
        (manner, text, tags): (Manner, Text, Option<ClientTags>),
    ) -> Result<(), Refusal> {
        let hearers = self.hearers(asker, to)?;
        let text = match (hearers.user, hearers.room) {
            (Some(user), _) => {
                self.is_read(user)?;
                fit_for_user(user, manner, text)?
            }
            (_, Some(room)) => fit_for_room(room, manner, text)?,
            _ => text,
        };
        let away = match hearers.user {
            Some(user) if manner != Manner::Notice => {
                let away = user.away.clone();
                away.map(|away| (user.nick.clone(), away))
            }
            _ => None,
        };
        let said = Event::Said {
            from: Speaker::User(asker.user.identity()),
            place: hearers.place,
            manner,
            text,
            id: self.note(d, stamp, Some(asker), hearers.heard),
            tags,
        };
        tell_hearers(d, asker, hearers.audience, said);
        if let Some((nick, away)) = away {
            d.answer(asker, Event::TheyAreAway { nick, away });
        }
        Ok(())
    }

    pub(super) fn tag(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        to: Target,
        tags: ClientTags,
    ) -> Result<(), Refusal> {
        let hearers = self.hearers(asker, to)?;
        let tagged = Event::Tagged {
            from: Speaker::User(asker.user.identity()),
            place: hearers.place,
            tags,
            id: self.note(d, stamp, Some(asker), hearers.heard),
        };
        tell_hearers(d, asker, hearers.audience, tagged);
        Ok(())
    }

    /// Remembers that something is said, and gives it its id.
    fn note(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Option<Asker<'_>>,
        heard: Heard,
    ) -> MessageId {
        // The clock may have been set back; ids go on.
        let stamp = Stamp {
            at: stamp.at.max(self.latest),
            ..*stamp
        };
        let id = MessageId::new(&stamp, self.said);
        let recent = Recent {
            id,
            from: asker.map(|asker| asker.user.came_as),
            account: asker.and_then(|asker| asker.user.account.clone()),
            heard,
        };
        d.change(Change::Said { recent });
        id
    }

    fn hearers(&self, asker: Asker<'_>, to: Target) -> Result<Hearers<'_>, Refusal> {
        match to {
            Target::Current => {
                let (id, room) = self.own_room(asker, None)?;
                self.hearers_in(asker, id, room, None)
            }
            Target::Room(name) => {
                let (id, room) = self.known_room(asker, name)?;
                self.hearers_in(asker, id, room, None)
            }
            Target::Ranked(rank, name) => {
                let (id, room) = self.known_room(asker, name)?;
                self.hearers_in(asker, id, room, Some(rank))
            }
            Target::User(nick) => {
                let user = self.named_user(nick)?;
                let known = asker.user.account.is_some()
                    || asker.user.role().is_some()
                    || user.came_as == asker.user.came_as;
                if user.flags.has(UserFlag::RegisteredOnly) && !known {
                    let nick = user.nick.clone();
                    return Err(Refusal::NotToThem { nick });
                }
                // One's own other clients hear what one says anyway.
                let audience = if user.came_as == asker.user.came_as {
                    Audience::Client(asker.client.seat)
                } else {
                    Audience::Clients(user.clients.iter().copied().collect())
                };
                Ok(Hearers {
                    audience,
                    place: Place::Private(user.nick.clone()),
                    heard: Heard::User(user.came_as),
                    user: Some(user),
                    room: None,
                })
            }
            Target::Operator if self.consoles == 0 => Err(Refusal::NoOperator),
            Target::Operator => Ok(Hearers {
                audience: Audience::Operator,
                place: Place::Operator,
                heard: Heard::Nobody,
                user: None,
                room: None,
            }),
            Target::Client(_) => Err(Refusal::NotFromHere),
        }
    }

    /// Those of a room who hear the asker: all, or from a rank on; what may not be said to all reaches the ops where the room has
    /// it so. For a rank that nobody there has nothing is said: who gets it later may not read what was said before, so it would be
    /// lost also where it is kept.
    fn hearers_in<'a>(
        &self,
        asker: Asker<'_>,
        id: RoomId,
        room: &'a Room,
        rank: Option<Rank>,
    ) -> Result<Hearers<'a>, Refusal> {
        let has = |rank| room.members_from(rank).next().is_some();
        let rank = match self.may_speak(asker.user, id, room) {
            Ok(()) => rank,
            Err(Refusal::MayNotSpeak { .. })
                if room.flags.has(RoomFlag::OpModerated)
                    && asker.user.is_in(id)
                    && has(Rank::Op) =>
            {
                Some(Rank::Op)
            }
            Err(refusal) => return Err(refusal),
        };
        if let Some(rank) = rank.filter(|rank| !has(*rank)) {
            let room = room.name.clone();
            return Err(Refusal::NobodyHears { room, rank });
        }
        let (but, name) = (Some(asker.client.id), room.name.clone());
        let (audience, place, heard) = match rank {
            None => (
                Audience::Room(id, but),
                Place::Room(id, name),
                Heard::Room(id),
            ),
            Some(rank) => (
                Audience::Ranked(id, rank, but),
                Place::Ranked(rank, id, name),
                Heard::Ranked(rank, id),
            ),
        };
        Ok(Hearers {
            audience,
            place,
            heard,
            user: None,
            room: Some(room),
        })
    }

    pub(super) fn operator_says(
        &self,
        stamp: &Stamp,
        to: Target,
        manner: Manner,
        text: Text,
    ) -> Result<Decision, Refusal> {
        let (audience, place, heard) = match to {
            Target::Room(name) => {
                let (id, room) = self.room_named(name)?;
                let place = Place::Room(id, room.name.clone());
                (Audience::Room(id, None), place, Heard::Room(id))
            }
            Target::User(nick) => {
                let user = self.named_user(nick)?;
                self.is_read(user)?;
                let all = user.clients.iter().copied().collect();
                let place = Place::Private(user.nick.clone());
                (Audience::Clients(all), place, Heard::User(user.came_as))
            }
            Target::Client(id) => {
                let client = self.client(id).ok_or(Refusal::Detached)?;
                let user = self.user(client.user).ok_or(Refusal::Detached)?;
                let place = Place::Private(user.nick.clone());
                let audience = Audience::Client(client.seat);
                (audience, place, Heard::User(user.came_as))
            }
            Target::Current => return Err(Refusal::NoCurrentRoom),
            Target::Operator | Target::Ranked(..) => return Err(Refusal::NotFromHere),
        };
        let mut d = Decision::default();
        let said = Event::Said {
            from: Speaker::Operator,
            place,
            manner,
            text,
            id: self.note(&mut d, stamp, None, heard),
            tags: None,
        };
        d.tell(audience, said);
        Ok(d)
    }

    pub(super) fn named_user(&self, nick: Nick) -> Result<&User, Refusal> {
        match self.user_by_nick(&nick) {
            Some((_, user)) => Ok(user),
            None => Err(Refusal::NoSuchNick { nick }),
        }
    }

    /// Whether somebody can read what is said to the user: now, or later.
    fn is_read(&self, user: &User) -> Result<(), Refusal> {
        if user.clients.is_empty() && !self.policy.keeps_private {
            let nick = user.nick.clone();
            return Err(Refusal::NobodyReads { nick });
        }
        Ok(())
    }

    pub(super) fn room_named(&self, name: RoomName) -> Result<(RoomId, &Room), Refusal> {
        self.room_by_name(&name)
            .ok_or(Refusal::NoSuchRoom { room: name })
    }

    /// The room of this name, if the asker may know of it.
    pub(super) fn known_room(
        &self,
        asker: Asker<'_>,
        name: RoomName,
    ) -> Result<(RoomId, &Room), Refusal> {
        let (id, room) = self
            .room_by_name(&name)
            .ok_or_else(|| Refusal::NoSuchRoom { room: name.clone() })?;
        if !self.may_see_room(asker.user, id) {
            return Err(Refusal::NoSuchRoom { room: name });
        }
        Ok((id, room))
    }
}

/// Tells those who hear it, and the speaker's own clients; a plain client shows what is typed and needs no echo.
fn tell_hearers(d: &mut Decision, asker: Asker<'_>, audience: Audience, event: Event) {
    d.tell(audience, event);
    let alone = asker.user.clients.len() == 1;
    if !alone || asker.client.protocol != Protocol::Plain {
        d.effects.push(Effect::Echo(asker.client.seat));
    }
}

fn fit_for_user(user: &User, manner: Manner, text: Text) -> Result<Text, Refusal> {
    if user.flags.has(UserFlag::NoCtcp) && manner != Manner::Action && text.is_ctcp() {
        return Err(Refusal::MayNotSayThat {
            target: user.nick.as_str().into(),
            letter: UserFlag::NoCtcp.letter(),
        });
    }
    Ok(text)
}

/// The text as the room takes it, by its flags `C`, `c` and `S`.
fn fit_for_room(room: &Room, manner: Manner, text: Text) -> Result<Text, Refusal> {
    let not = |flag: RoomFlag| {
        let target = room.name.as_str().into();
        let letter = flag.letter();
        Refusal::MayNotSayThat { target, letter }
    };
    if room.flags.has(RoomFlag::NoCtcp) && manner != Manner::Action && text.is_ctcp() {
        return Err(not(RoomFlag::NoCtcp));
    }
    if room.flags.has(RoomFlag::NoColours) && text.has_formatting() {
        return Err(not(RoomFlag::NoColours));
    }
    if room.flags.has(RoomFlag::StripColours) {
        let left = text.without_formatting();
        return left.ok_or_else(|| not(RoomFlag::StripColours));
    }
    Ok(text)
}
