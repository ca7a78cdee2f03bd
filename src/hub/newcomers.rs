//! Newcomers: IRC connections that have not registered yet. Each has a mailbox, and what it has said of itself so far.

use super::mailbox::{Flushed, Mailbox};
use super::{Devices, Hub, Input, Wire};
use crate::chat::{Attach, ClientId, Command, Departure, Event, Refusal, Source, Text, Tick};
use crate::protocol::irc::{self, Errand, Line, Outcome, Readvertisement, Registration, Step};

/// The most bytes that may wait for one that has not registered. The longest answer that it can ask for is a fraction of it.
const MOST_WAITING: usize = 8 * 1024;

/// One newcomer.
#[derive(Debug)]
pub(super) struct Newcomer<W> {
    registration: Registration,
    mailbox: Mailbox<W>,
    /// It waits for an errand.
    waits: Option<Ahead>,
}

/// What came from a newcomer while it waits.
#[derive(Debug, Default)]
struct Ahead {
    said: Vec<Line>,
    /// How it has gone; what it said before comes first.
    gone: Option<Departure>,
}

/// The most lines that a newcomer may send while it waits, and the most bytes of them.
const MOST_LINES: usize = 32;
const MOST_SAID: usize = 8 * 1024;

impl<W> Newcomer<W> {
    /// Where it is.
    pub(super) fn address(&self) -> std::net::SocketAddr {
        self.registration.attach().address
    }

    /// Until when it has to register.
    pub(super) fn due(&self) -> Tick {
        self.mailbox.due
    }
}

impl<W: Wire> Hub<W> {
    /// A connection is there that has to register.
    pub(super) fn welcome_newcomer(&mut self, attach: Box<Attach>, wire: W) {
        let client = attach.client;
        self.counts.connections += 1;
        let mut mailbox = Mailbox::new(client, attach.protocol, wire, self.stamp.tick);
        mailbox.due = self.stamp.tick.after(self.settings.registration_time);
        self.timers.set(mailbox.due, client);
        let newcomer = Newcomer {
            registration: Registration::new(attach),
            mailbox,
            waits: None,
        };
        self.newcomers.insert(client, newcomer);
    }

    /// A line of a newcomer.
    pub(super) fn newcomer_says(&mut self, client: ClientId, line: Line) {
        let tally = self.tally();
        let Some(newcomer) = self.newcomers.get_mut(&client) else {
            return;
        };
        if let Some(Ahead { said, .. }) = &mut newcomer.waits {
            let bytes: usize = said.iter().map(Line::len).sum();
            if said.len() < MOST_LINES && bytes + line.len() <= MOST_SAID {
                said.push(line);
            } else {
                self.newcomer_goes(client, &cut("you send too much before you are registered"));
            }
            return;
        }
        let steps = {
            let world = world!(self, tally);
            match &line {
                Line::Whole(line) => newcomer.registration.read(&world, line),
                unreadable => newcomer.registration.unreadable(&world, unreadable),
            }
        };
        self.newcomer_does(client, steps);
    }

    /// An errand of a newcomer has come back.
    pub(super) fn newcomer_returned(
        &mut self,
        client: ClientId,
        errand: &Errand,
        outcome: &Outcome,
    ) {
        let tally = self.tally();
        let Some(newcomer) = self.newcomers.get_mut(&client) else {
            return;
        };
        let Ahead { said, gone } = newcomer.waits.take().unwrap_or_default();
        let steps = {
            let world = world!(self, tally);
            newcomer.registration.returned(&world, errand, outcome)
        };
        self.newcomer_does(client, steps);
        for line in said {
            // By now it may be a client, and wait for something again.
            if let Some(Input::Line(client, line)) = self.unless_it_waits(Input::Line(client, line))
            {
                self.line(client, line);
                self.replay_for_the_entered(false);
            }
        }
        if let Some(how) = gone {
            self.gone(client, how);
        }
    }

    /// A reload has changed what they were told.
    pub(super) fn readvertise_to_newcomers(&mut self, change: &Readvertisement) {
        let all: Vec<ClientId> = self.newcomers.keys().copied().collect();
        for client in all {
            let tally = self.tally();
            let Some(newcomer) = self.newcomers.get_mut(&client) else {
                continue;
            };
            let steps = {
                let world = world!(self, tally);
                newcomer.registration.readvertised(&world, change)
            };
            self.newcomer_does(client, steps);
        }
    }

    fn newcomer_does(&mut self, client: ClientId, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Tell(bytes) => self.tell_newcomer(client, &bytes),
                Step::Outside(errand) => {
                    if let Some(newcomer) = self.newcomers.get_mut(&client) {
                        newcomer.waits = Some(Ahead::default());
                    }
                    self.send_errand(client, errand);
                }
                Step::Register => self.register(client),
                Step::Leave(how) => self.newcomer_goes(client, &how),
                // Who is not in the chat asks nothing of it.
                Step::Do(_) | Step::Exchange(_) | Step::Login(_) => {}
            }
        }
    }

    /// It has said all that is needed: the chat takes it, or says why not.
    fn register(&mut self, client: ClientId) {
        let Some(newcomer) = self.newcomers.get_mut(&client) else {
            return;
        };
        let attach = Box::new(newcomer.registration.attach().clone());
        match self.decide(Source::Client(client), Command::Attach(attach)) {
            Ok(decision) => {
                let Some(mut newcomer) = self.newcomers.remove(&client) else {
                    return;
                };
                newcomer.mailbox.heard = self.stamp.tick;
                self.seat(client, newcomer.mailbox, decision);
                if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
                    self.ask_whether_it_is_there(client, seat);
                }
            }
            Err(Refusal::Internal) => {
                self.newcomer_goes(client, &cut("the server failed; please tell its operator"));
            }
            Err(refusal) => {
                let tally = self.tally();
                let Some(newcomer) = self.newcomers.get_mut(&client) else {
                    return;
                };
                let steps = {
                    let world = world!(self, tally);
                    newcomer.registration.refused(&world, &refusal)
                };
                self.newcomer_does(client, steps);
            }
        }
    }

    /// Those that have proven to be this account, by one of these devices.
    pub(super) fn newcomers_of(&self, id: u64, devices: &Devices) -> Vec<ClientId> {
        let of = |newcomer: &Newcomer<W>| {
            let login = newcomer.registration.attach().login.as_ref();
            login.is_some_and(|login| login.id == id && devices.have(login.device.as_deref()))
        };
        let newcomers = self.newcomers.iter().filter(|(_, newcomer)| of(newcomer));
        newcomers.map(|(client, _)| *client).collect()
    }

    fn tell_newcomer(&mut self, client: ClientId, bytes: &[u8]) {
        let full =
            |newcomer: &Newcomer<W>| newcomer.mailbox.mail.len() + bytes.len() > MOST_WAITING;
        // One whose socket takes bytes has not been written to yet, and reads for all that is known.
        if self.newcomers.get(&client).is_some_and(full) {
            self.flush_newcomer(client);
        }
        let Some(newcomer) = self.newcomers.get_mut(&client) else {
            return;
        };
        if full(newcomer) {
            return self.newcomer_goes(client, &cut("you do not read what you are sent"));
        }
        newcomer
            .mailbox
            .mail
            .append(bytes, &mut self.mailboxes.spool);
        if newcomer.mailbox.becomes_dirty() {
            self.dirty_newcomers.push(client);
        }
    }

    /// Writes to those that were told something.
    pub(super) fn flush_newcomers(&mut self) {
        for client in std::mem::take(&mut self.dirty_newcomers) {
            self.flush_newcomer(client);
        }
    }

    pub(super) fn flush_newcomer(&mut self, client: ClientId) {
        let now = self.stamp.tick;
        if let Some(newcomer) = self.newcomers.get_mut(&client)
            && newcomer.mailbox.flush(now, &mut self.mailboxes.spool) == Flushed::Broken
        {
            self.newcomer_goes(client, &Departure::Failed);
        }
    }

    /// Its connection has ended. What it said before is carried out first, if what it waits for comes in the time that it has for
    /// registering.
    pub(super) fn newcomer_gone(&mut self, client: ClientId, how: Departure) {
        let newcomer = self.newcomers.get_mut(&client);
        match newcomer.and_then(|newcomer| newcomer.waits.as_mut()) {
            Some(ahead) if !matches!(how, Departure::Cut(_)) => ahead.gone = Some(how),
            _ => self.newcomer_goes(client, &how),
        }
    }

    pub(super) fn newcomer_is_late(&mut self, client: ClientId) {
        let why = "you did not register in time (limits.registration_time)";
        self.newcomer_goes(client, &cut(why));
    }

    /// It goes, told why where it may still read.
    pub(super) fn newcomer_goes(&mut self, client: ClientId, how: &Departure) {
        let Some(mut newcomer) = self.newcomers.remove(&client) else {
            return;
        };
        if matches!(how, Departure::Cut(_)) {
            self.counts.cut_off += 1;
        }
        if !matches!(how, Departure::Closed | Departure::Failed) {
            let telling = self.telling();
            let mut farewell = Vec::new();
            let event = Event::Farewell {
                nick: None,
                how: how.clone(),
            };
            irc::render(&telling, &event, None, &mut farewell);
            newcomer
                .mailbox
                .mail
                .append(&farewell, &mut self.mailboxes.spool);
        }
        let address = newcomer.address();
        tracing::debug!(client = client.0, %address, ?how, "gone before it was registered");
        newcomer
            .mailbox
            .flush(self.stamp.tick, &mut self.mailboxes.spool);
        newcomer.mailbox.deadline = self.stamp.tick.after(self.settings.linger);
        self.see_off(client, newcomer.mailbox);
    }
}

fn cut(why: &str) -> Departure {
    Text::parse(why).map_or(Departure::Closed, Departure::Cut)
}
