//! What clients look up in the history when they ask. What follows waits for the answer.

use super::history::Reading;
use super::lines::Waiting;
use super::marks::{Fate, Waits};
use super::{Hub, Wire};
use crate::chat::{
    ClientId, Command, LookedUp, Lookup, MessageId, Of, Query, Refusal, RoomName, Span, Target,
    Text,
};
use crate::protocol::irc::{Errand, Outcome, Step};
use crate::protocol::plain::{self, NotSeen};
use crate::protocol::{Look, irc::Recall};
use crate::store::ReadError;

/// The message that a client wants to take back: where, which, and why.
pub(super) type Wanted = (Target, MessageId, Option<Text>);

impl<W: Wire> Hub<W> {
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
            Some(Reading::Replay(client, room, missed)) => {
                self.replayed(client, number, &room, missed, found);
            }
            Some(Reading::Missed(client, most)) => self.missed(client, number, most, found),
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

    /// Puts what was looked up where it belongs.
    pub(super) fn fill(&mut self, client: ClientId, number: u64, bytes: Vec<u8>) {
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
