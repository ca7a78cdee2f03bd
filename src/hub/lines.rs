//! Lines of IRC clients: each is read against the chat, and its steps are taken in order.

use std::collections::VecDeque;
use std::net::IpAddr;

use smallvec::SmallVec;

use super::labelled::Labelled;
use super::{Hub, Input, Wire, audit};
use crate::chat::{
    Capabilities, Chat, Client, ClientId, Command, Departure, Protocol, Refusal, Seat, Source, Tick,
};
use crate::protocol::irc::{self, Asker, Errand, Line, Outcome, Step, Tally};
use crate::protocol::plain;

/// A command that is not carried out yet, because something outside takes its time; and what its client has sent since.
#[derive(Debug)]
pub(super) struct Waiting<W> {
    verb: &'static str,
    label: Option<Labelled>,
    /// What is left of the command's steps.
    rest: SmallVec<[Step; 1]>,
    said: VecDeque<Input<W>>,
    bytes: usize,
    /// How the client has gone since; what it said before comes first.
    pub(super) gone: Option<(Tick, Departure)>,
}

impl<W> Waiting<W> {
    /// Of a plain client, whose command has no further steps.
    pub(super) fn plain() -> Waiting<W> {
        Waiting::of("", None, SmallVec::new())
    }

    fn of(verb: &'static str, label: Option<Labelled>, rest: SmallVec<[Step; 1]>) -> Waiting<W> {
        Waiting {
            verb,
            label,
            rest,
            said: VecDeque::new(),
            bytes: 0,
            gone: None,
        }
    }
}

/// Something that is done outside, for a client that waits for it; [`super::Ask::Returned`] brings what came of it.
#[derive(Debug)]
pub struct Sent {
    /// For whom.
    pub client: ClientId,
    /// Where that client is.
    pub from: IpAddr,
    /// What.
    pub errand: Errand,
}

/// The most bytes that a client may send while it waits.
const MOST_WAITING: usize = 64 * 1024;

impl<W: Wire> Hub<W> {
    /// A line of an IRC connection, registered or not, that has been counted before.
    pub(super) fn line(&mut self, client: ClientId, line: Line) {
        let Some(found) = self.chat.client(client) else {
            return self.newcomer_says(client, line);
        };
        let seat = found.seat;
        self.carry_out_line(client, seat, &line);
    }

    /// The input, unless its client waits for something; then it is kept until that is there.
    pub(super) fn unless_it_waits(&mut self, input: Input<W>) -> Option<Input<W>> {
        let (client, length) = match &input {
            _ if self.waiting.is_empty() => return Some(input),
            Input::Line(client, line) => (*client, line.len()),
            Input::Answer(client, bytes) => (*client, bytes.len()),
            Input::Command(client, Command::Say { text, .. }) => (*client, text.as_str().len()),
            Input::Command(client, _) | Input::Look(client, _) | Input::Account(client, _) => {
                (*client, 0)
            }
            Input::Open(..) | Input::Writable(_) | Input::Gone(..) => return Some(input),
        };
        let Some(waiting) = self.waiting.get_mut(&client) else {
            return Some(input);
        };
        waiting.bytes += length + 64;
        if waiting.bytes > MOST_WAITING {
            let why = "you send too much while a command of yours is carried out";
            self.cut(client, why);
        } else {
            waiting.said.push_back(input);
            // Who says something is there, however long it waits.
            let seat = self.chat.client(client).map(|client| client.seat);
            if let Some(mailbox) = seat.and_then(|seat| self.mailboxes.get_mut(seat)) {
                mailbox.heard = self.stamp.tick;
            }
        }
        None
    }

    /// A line of a client that sits there.
    pub(super) fn carry_out_line(&mut self, client: ClientId, seat: Seat, line: &Line) {
        let reading = {
            let world = world!(self, self.tally());
            let Some(asker) = asker(&self.chat, self.chat.seated(seat)) else {
                return;
            };
            let asker = Asker {
                batch: self.batches.get(&client).map(|batch| &**batch),
                exchange: self.exchanges.get(&client).map(|exchange| &**exchange),
                ..asker
            };
            match line {
                Line::Whole(line) => irc::read(&world, asker, line),
                unreadable => irc::unreadable(&world, asker, unreadable),
            }
        };
        if let Some(change) = reading.batch {
            let mut batch = self.batches.remove(&client);
            change.apply(&mut batch);
            self.batches.extend(batch.map(|batch| (client, batch)));
        }
        let found = self.chat.client(client);
        let capabilities = found.map_or_else(Capabilities::default, |found| found.capabilities);
        let label = reading.label;
        let label = label.map(|label| Labelled::new(seat, label, capabilities));
        self.take_steps(client, seat, reading.verb, label, reading.steps);
    }

    /// Takes a command's steps. Whose client becomes another user's by them gets what its device has missed.
    fn take_steps(
        &mut self,
        client: ClientId,
        seat: Seat,
        verb: &'static str,
        label: Option<Labelled>,
        steps: SmallVec<[Step; 1]>,
    ) {
        let was = self.chat.seated(seat).map(|client| client.user);
        self.take_each(client, seat, verb, label, steps);
        self.tell_missed_if_moved((client, seat), was);
    }

    fn take_each(
        &mut self,
        client: ClientId,
        seat: Seat,
        verb: &'static str,
        label: Option<Labelled>,
        steps: SmallVec<[Step; 1]>,
    ) {
        self.labelled = label;
        let mut steps = steps.into_iter();
        while let Some(step) = steps.next() {
            match step {
                Step::Do(command) => self.do_for(client, seat, verb, command),
                Step::Tell(bytes) => self.put(client, seat, &bytes),
                Step::Outside(errand) => {
                    let waiting = Waiting::of(verb, self.labelled.take(), steps.collect());
                    self.waiting.insert(client, waiting);
                    return self.send_errand(client, errand);
                }
                Step::Exchange(exchange) => {
                    self.exchanges.remove(&client);
                    let begun = exchange.map(|exchange| (client, exchange));
                    self.exchanges.extend(begun);
                }
                Step::Login(login) => {
                    self.log_in(client, login);
                }
                Step::Leave(how) => self.detach(client, how),
                // Who is registered does not register.
                Step::Register => {}
            }
            if !self.chat.is_on(seat, client) {
                self.labelled = None;
                return;
            }
        }
        if let Some(labelled) = self.labelled.take() {
            self.tell_labelled(client, seat, labelled);
        }
    }

    /// Has the chat decide a client's command, and tells it of a refusal.
    pub(super) fn do_for(
        &mut self,
        client: ClientId,
        seat: Seat,
        verb: &'static str,
        command: Command,
    ) {
        self.verb = verb;
        let redaction = match &command {
            Command::Redact(to, id, reason) => Some((to.clone(), *id, reason.clone())),
            _ => None,
        };
        let refusal = match self.decide(Source::Client(client), command) {
            Ok(decision) => return self.carry_out_all(Some(client), decision),
            Err(refusal) => refusal,
        };
        match (refusal, redaction) {
            (Refusal::NoSuchMessage { .. }, Some(redaction)) if self.history.is_some() => {
                let label = self.labelled.take();
                let waiting = Waiting::of(verb, label, SmallVec::new());
                self.waiting.insert(client, waiting);
                self.look_for_older(client, redaction);
            }
            (Refusal::Internal, _) => {
                let why = "the server failed at your last command; please tell its operator";
                self.cut(client, why);
            }
            (refusal, _) => {
                let bytes = self.refusal_for(client, verb, &refusal);
                self.put(client, seat, &bytes);
            }
        }
    }

    /// What a client is told of a refusal of its command.
    pub(super) fn refusal_for(
        &self,
        client: ClientId,
        verb: &'static str,
        refusal: &Refusal,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let Some(asker) = asker(&self.chat, self.chat.client(client)) else {
            plain::refusal(refusal, &mut bytes);
            return bytes;
        };
        let capabilities = asker.client.capabilities;
        let world = world!(self, self.tally());
        asker.reply(&world, &mut bytes, |replies| {
            irc::refusal(replies, verb, refusal, capabilities);
        });
        bytes
    }

    /// An errand has come back: its command goes on, and then what the client has said since.
    pub(super) fn returned(&mut self, client: ClientId, errand: &Errand, outcome: &Outcome) {
        if self.newcomers.contains_key(&client) {
            return self.newcomer_returned(client, errand, outcome);
        }
        if let Errand::Account(request, _) = errand
            && self.is_plain(client)
        {
            return self.plain_returned(client, request, outcome);
        }
        let Some(waiting) = self.waiting.get_mut(&client) else {
            return;
        };
        let (verb, label) = (waiting.verb, waiting.label.take());
        let rest = std::mem::take(&mut waiting.rest);
        let Some(seat) = self.chat.client(client).map(|client| client.seat) else {
            return;
        };
        if let Some(record) = audit::Record::of_attempt(&self.chat, client, errand, outcome) {
            record.write("failed", "the password was refused");
        }
        let mut steps: SmallVec<[Step; 1]> = {
            let world = world!(self, self.tally());
            let Some(asker) = asker(&self.chat, self.chat.client(client)) else {
                return;
            };
            irc::returned(&world, asker, errand, outcome).into()
        };
        steps.extend(rest);
        let waiting = self.waiting.remove(&client);
        self.take_steps(client, seat, verb, label, steps);
        self.take_later(client, waiting);
    }

    /// What a command waited for is there: these steps are taken, and then what the client has sent since.
    pub(super) fn resume(&mut self, client: ClientId, step: Step) {
        let seat = self.chat.client(client).map(|client| client.seat);
        let waiting = self.waiting.remove(&client);
        if let (Some(seat), Some(mut waiting)) = (seat, waiting) {
            let steps = SmallVec::from_buf([step]);
            self.take_steps(client, seat, waiting.verb, waiting.label.take(), steps);
            self.take_later(client, Some(waiting));
        }
    }

    /// What a client waited for is there: what it has sent since is carried out.
    pub(super) fn go_on(&mut self, client: ClientId) {
        let waiting = self.waiting.remove(&client);
        self.take_later(client, waiting);
    }

    fn take_later(&mut self, client: ClientId, waiting: Option<Waiting<W>>) {
        let Some(waiting) = waiting else {
            return;
        };
        for input in waiting.said {
            self.take(input);
        }
        if let Some((_, how)) = waiting.gone {
            self.gone(client, how);
        }
    }

    /// What is counted, as IRC clients may ask.
    pub(super) fn tally(&self) -> Tally {
        Tally {
            newcomers: self.newcomers.len(),
            connections: self.counts.connections,
            commands: self.counts.commands,
            messages: self.counts.messages,
        }
    }

    /// Sends something outside. Where nobody does it, or too much waits to be done, it comes back refused.
    pub(super) fn send_errand(&mut self, client: ClientId, errand: Errand) {
        if let Some(record) = audit::Record::of_request(&self.chat, client, &errand) {
            record.write("asked", "asked");
        }
        let errand = match errand {
            Errand::History(recall) => return self.recall(client, recall),
            errand => errand,
        };
        let found = self.chat.client(client).map(|client| client.address.ip());
        let newcomer = || self.newcomers.get(&client).map(|one| one.address().ip());
        let Some(from) = found.or_else(newcomer) else {
            return;
        };
        let sent = Sent {
            client,
            from,
            errand,
        };
        if let Err(error) = self.errands.try_send(sent) {
            let errand = error.into_inner().errand;
            let outcome = Outcome::Refused("the server has too much to do; try again later".into());
            self.returned_later.push((client, errand, outcome));
        }
    }
}

/// Who asks, when it is a client that has registered.
pub(super) fn asker<'a>(chat: &'a Chat, client: Option<&'a Client>) -> Option<Asker<'a>> {
    let client = client.filter(|client| client.protocol == Protocol::Irc)?;
    let user = chat.user(client.user)?;
    Some(Asker {
        client,
        user,
        batch: None,
        exchange: None,
    })
}
