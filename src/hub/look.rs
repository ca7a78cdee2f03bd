//! What clients look up in the history: on entering a room, and when they ask. What follows waits for the answer.

use super::history::Reading;
use super::lines::Waiting;
use super::marks::{Fate, Waits};
use super::{Hub, Wire};
use crate::chat::{
    Bound, Client, ClientId, Command, Kept, LookedUp, Lookup, MessageId, Of, Protocol, Query,
    Refusal, RoomId, RoomName, Span, Stamp, Target, Text,
};
use crate::protocol::irc::{self, Capability, Errand, Outcome, Replayed, Step};
use crate::protocol::plain::{self, NotSeen, Seen};
use crate::protocol::{Look, irc::Recall};
use crate::store::ReadError;

/// The message that a client wants to take back: where, which, and why.
pub(super) type Wanted = (Target, MessageId, Option<Text>);

impl<W: Wire> Hub<W> {
    /// Has the last messages looked up of the rooms that clients have entered by the input that was taken, for those that do not ask
    /// by themselves. The place for them is where they have just been told that they are in.
    /// `followed`: they came to where their users have been before.
    pub(super) fn replay_for_the_entered(&mut self, followed: bool) {
        for (client, room) in std::mem::take(&mut self.entered) {
            self.replay(client, room, followed);
        }
    }

    /// From which number on the device of a client that has come has missed what was said. While its former connection, which may be
    /// dead, is not known to have ended: what was said since that was last heard of.
    pub(super) fn missed_by(&self, client: &Client) -> Option<u64> {
        let of = self.chat.user(client.user)?;
        let former = of.clients.iter().filter_map(|seat| self.chat.seated(*seat));
        let former = former.filter(|other| {
            let named = client.device().is_some();
            named && other.seat != client.seat && other.device() == client.device()
        });
        let heard = former.filter_map(|other| Some(self.mailboxes.get(other.seat)?.heard_at));
        heard.min().or_else(|| client.missed())
    }

    fn replay(&mut self, client: ClientId, room: RoomId, followed: bool) -> Option<()> {
        let found = self.chat.client(client)?;
        // Where its user is already, its device gets what it has missed.
        let missed = self.missed_by(found).filter(|_| followed);
        let history = self.history.as_mut()?;
        let settings = &self.settings.history;
        let can = history.may_look_up() && history.closed(settings, self.stamp.tick).is_none();
        let (lives, rights) = self.chat.readable(self.chat.user(found.user)?, room)?;
        let missed = missed.map(|missed| missed.max(rights.joined));
        let count = match (missed, found.protocol) {
            _ if asks(found) => 0,
            (Some(_), _) => self.settings.missed,
            (None, Protocol::Plain) => settings.plain_replay,
            (None, Protocol::Irc) => settings.replay,
        };
        if count == 0 || !can {
            return None;
        }
        // What is said from now on comes by itself.
        let span = match missed {
            Some(missed) => since(&self.stamp, missed),
            None if followed => Span::Latest(None),
            None => Span::Before(Bound::Id(MessageId::new(&self.stamp, rights.joined))),
        };
        let query = Query::all(Of::Lives(lives, rights), span, count);
        let name = self.chat.room(room)?.name.clone();
        let (seat, reading) = (found.seat, Reading::Replay(client, name));
        let number = history.look_up(Lookup::Messages(query), reading);
        self.mailboxes.mark(seat, Waits::Gap(number));
        Some(())
    }

    /// Has the private messages looked up that the device of a client has missed. The place for them is where it is now.
    pub(super) fn replay_private(&mut self, client: ClientId) -> Option<()> {
        let found = self.chat.client(client)?;
        let missed = self.missed_by(found).filter(|_| !asks(found))?;
        let user = self.chat.user(found.user)?;
        let history = self.history.as_mut()?;
        if self.settings.missed == 0 || !history.may_look_up() {
            return None;
        }
        let own = self.chat.party(&self.stamp, user);
        let seat = found.seat;
        let lookup = Lookup::Private(own, since(&self.stamp, missed), self.settings.missed);
        let number = history.look_up(lookup, Reading::Missed(client));
        self.mailboxes.mark(seat, Waits::Gap(number));
        Some(())
    }

    /// A plain client wants to see what was said.
    pub(super) fn look(&mut self, client: ClientId, look: Look) {
        let Some(seat) = self.heard(client) else {
            return;
        };
        let bytes = match self.lookup_for(client, &look) {
            Ok((query, room)) => {
                let Some(history) = &mut self.history else {
                    return;
                };
                history.look_up(Lookup::Messages(query), Reading::Look(client, look, room));
                self.waiting.insert(client, Waiting::plain());
                return;
            }
            Err(bytes) => bytes,
        };
        self.put(client, seat, &bytes);
    }

    /// What is to be looked up, and of which room; or what the client is told instead.
    fn lookup_for(&self, client: ClientId, look: &Look) -> Result<(Query, RoomName), Vec<u8>> {
        let mut bytes = Vec::new();
        if self.history.is_none() {
            plain::not_seen(&NotSeen::Off, &mut bytes);
            return Err(bytes);
        }
        let in_room = || {
            let found = self.chat.client(client)?;
            let room = found.current?;
            let read = self.chat.readable(self.chat.user(found.user)?, room)?;
            Some((read, self.chat.room(room)?.name.clone()))
        };
        let Some(((lives, rights), name)) = in_room() else {
            plain::refusal(&Refusal::NoCurrentRoom, &mut bytes);
            return Err(bytes);
        };
        let (limit, words) = match look {
            Look::History(count) => (*count, None),
            Look::Search(words) => (Look::FOUND, Some(words.clone())),
        };
        let query = Query {
            words,
            ..Query::all(Of::Lives(lives, rights), Span::Latest(None), limit)
        };
        Ok((query, name))
    }

    /// An IRC client wants something looked up; it comes back as any errand does.
    pub(super) fn recall(&mut self, client: ClientId, recall: Box<Recall>) {
        if let Some(history) = &mut self.history {
            let lookup = recall.lookup.clone();
            let errand = Errand::History(recall);
            history.look_up(lookup, Reading::Errand(client, Box::new(errand)));
        } else {
            let outcome = Outcome::Refused(NotSeen::Off.to_string().into());
            self.returned_later
                .push((client, Errand::History(recall), outcome));
        }
    }

    /// A client wants to take back what is not remembered: the history may have it.
    pub(super) fn look_for_older(&mut self, client: ClientId, (to, id, reason): Wanted) {
        if let Some(history) = &mut self.history {
            let reading = Reading::Older(client, to, id, reason);
            history.look_up(Lookup::Message(id), reading);
        }
    }

    /// Something was decided: what waited for that is looked for once more.
    pub(super) fn look_again(&mut self) {
        let Some(history) = &self.history else {
            return;
        };
        let decided = |(_, (_, id, _)): &mut (_, Wanted)| !history.is_being_taken_back(*id);
        let decided: Vec<_> = self.looked_for_later.extract_if(.., decided).collect();
        for (client, wanted) in decided {
            self.look_for_older(client, wanted);
        }
    }

    fn found_older(
        &mut self,
        (client, to, id, reason): (ClientId, Target, MessageId, Option<Text>),
        found: Result<LookedUp, ReadError>,
    ) {
        let kept = match found {
            Ok(LookedUp::Message(found)) => Ok(found.filter(|(kept, _)| kept.text.is_some())),
            Ok(_) => Ok(None),
            Err(error) => Err(error.to_string()),
        };
        let history = self.history.as_ref();
        if matches!(kept, Ok(Some(_))) && history.is_some_and(|of| of.is_being_taken_back(id)) {
            // Somebody else is doing it: what comes of that decides.
            return self.looked_for_later.push((client, (to, id, reason)));
        }
        let step = if let Ok(Some((kept, life))) = kept {
            Step::Do(Command::RedactOlder(to, kept.older(life), reason))
        } else if let Err(why) = kept {
            let refusal = Refusal::NotKept { why: why.into() };
            Step::Tell(self.refusal_for(client, "REDACT", &refusal))
        } else {
            let target = match to {
                Target::Room(name) | Target::Ranked(_, name) => name.as_str().into(),
                Target::User(nick) => nick.as_str().into(),
                Target::Current | Target::Operator | Target::Client(_) => "*".into(),
            };
            let refusal = Refusal::NoSuchMessage { id, target };
            Step::Tell(self.refusal_for(client, "REDACT", &refusal))
        };
        self.resume(client, step);
    }

    /// Something was looked up, or could not be.
    pub(super) fn looked_up(&mut self, number: u64, mut found: Result<LookedUp, ReadError>) {
        let Some(history) = &mut self.history else {
            return;
        };
        match history.answered(number, &mut found) {
            Some(Reading::Replay(client, room)) => {
                let bytes = self.replayed(client, &room, found);
                self.fill(client, number, bytes);
            }
            Some(Reading::Missed(client)) => {
                let bytes = self.missed(client, found);
                self.fill(client, number, bytes);
            }
            Some(Reading::Errand(client, errand)) => {
                let outcome = match found {
                    Ok(found) => Outcome::History(found),
                    Err(error) => Outcome::Refused(error.to_string().into()),
                };
                self.returned(client, &errand, &outcome);
            }
            Some(Reading::Older(client, to, id, reason)) => {
                self.found_older((client, to, id, reason), found);
            }
            Some(Reading::Look(client, look, room)) => {
                let (mut bytes, most) = (Vec::new(), self.settings.send_queue / 4);
                match found {
                    Ok(LookedUp::Messages(kept)) => {
                        plain::looked_up(&look, &room, &kept, most, &mut bytes);
                    }
                    Ok(_) => {}
                    Err(ReadError::Busy) => plain::not_seen(&NotSeen::Busy, &mut bytes),
                    Err(ReadError::Failed(why)) => {
                        plain::not_seen(&NotSeen::Failed(why), &mut bytes);
                    }
                }
                if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
                    self.put(client, seat, &bytes);
                }
                self.go_on(client);
            }
            None => {}
        }
    }

    /// What a client that has entered a room reads of what was said before.
    fn replayed(
        &self,
        client: ClientId,
        room: &RoomName,
        found: Result<LookedUp, ReadError>,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let kept = unasked(found);
        let telling = self.telling();
        match self.chat.client(client) {
            Some(client @ Client { protocol, .. }) if *protocol == Protocol::Irc => {
                let of = Replayed::Room(room);
                irc::replay(&telling, &kept, client, of, &mut bytes);
            }
            Some(client) => {
                let current = client.current.and_then(|id| self.chat.room(id));
                let seen = match current {
                    Some(current) if current.name == *room => Seen::Here,
                    _ => Seen::There,
                };
                plain::replay(&kept, seen, self.settings.send_queue / 4, &mut bytes);
            }
            None => {}
        }
        bytes
    }

    /// What the device of a client has missed of private messages, by whom they were exchanged with.
    fn missed(&self, client: ClientId, found: Result<LookedUp, ReadError>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let kept = unasked(found);
        let Some(client) = self.chat.client(client) else {
            return bytes;
        };
        let Some(own) = self.chat.user(client.user).map(|user| user.nick.as_str()) else {
            return bytes;
        };
        if client.protocol == Protocol::Plain {
            let most = self.settings.send_queue / 4;
            plain::replay(&kept, Seen::Private(own), most, &mut bytes);
            return bytes;
        }
        let hears_itself = Capability::EchoMessage.is_in(client.capabilities);
        let mut with: Vec<(String, Vec<Kept>)> = Vec::new();
        for message in kept {
            let is_own = message.from.name() == own;
            if is_own && !hears_itself {
                continue;
            }
            let other = if is_own {
                message.to.to_string()
            } else {
                message.from.name().to_owned()
            };
            match with.iter_mut().find(|(name, _)| *name == other) {
                Some((_, messages)) => messages.push(message),
                None => with.push((other, vec![message])),
            }
        }
        for (name, messages) in &with {
            let of = Replayed::User(name);
            irc::replay(&self.telling(), messages, client, of, &mut bytes);
        }
        bytes
    }

    /// Puts what was looked up where it belongs.
    fn fill(&mut self, client: ClientId, number: u64, bytes: Vec<u8>) {
        let Some(seat) = self.chat.client(client).map(|client| client.seat) else {
            return;
        };
        let mut bytes = Some(bytes);
        let mut fate = |_, waits: &Waits| match waits {
            Waits::Gap(gap) if *gap == number => Fate::Instead(bytes.take().unwrap_or_default()),
            _ => Fate::Waits,
        };
        self.mailboxes.resolve_one(seat, self.stamp.tick, &mut fate);
    }
}

/// The messages that were found for one who has not asked for them: without them it goes on as well.
fn unasked(found: Result<LookedUp, ReadError>) -> Vec<Kept> {
    match found {
        Ok(LookedUp::Messages(kept)) => return kept,
        Ok(_) | Err(ReadError::Busy) => {}
        Err(error) => tracing::warn!(%error, "what was said before is not replayed"),
    }
    Vec::new()
}

/// Whether a client asks for what was said before by itself.
fn asks(client: &Client) -> bool {
    client.protocol == Protocol::Irc && Capability::ChatHistory.is_in(client.capabilities)
}

/// What was said from that number on.
fn since(stamp: &Stamp, number: u64) -> Span {
    let last = number.checked_sub(1);
    Span::Latest(last.map(|last| Bound::Id(MessageId::new(stamp, last))))
}
