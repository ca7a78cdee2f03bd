//! One input: decided, applied, told.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::history::Waiter;
use super::mailbox::{Flushed, Mailbox};
use super::marks::{RecordId, Waits};
use super::{Hub, Input, Wire, audit};
use crate::chat::{
    Audience, ClientId, Command, Decision, Departure, Effect, Event, Protocol, Refusal, Seat,
    Source,
};
use crate::protocol::irc::{Capability, Telling};
use crate::protocol::{self, plain};

const QUEUE: &str = "more waits for you than may (limits.send_queue): read faster";
const MEMORY: &str =
    "too much waits for all slow readers together (limits.send_memory): read faster";

impl<W: Wire> Hub<W> {
    pub(super) fn take(&mut self, input: Input<W>) {
        if let Some(input) = self.unless_it_waits(input) {
            self.take_now(input);
            self.replay_for_the_entered(false);
        }
    }

    fn take_now(&mut self, input: Input<W>) {
        match input {
            Input::Open(attach, wire) => self.open(attach, wire),
            Input::Command(client, Command::Detach(how)) => {
                self.counts.commands += 1;
                self.detach(client, how);
            }
            Input::Command(client, command) => self.command(client, command),
            Input::Look(client, look) => self.look(client, look),
            Input::Account(client, wish) => self.wish(client, wish),
            Input::Answer(client, bytes) => {
                if let Some(seat) = self.heard(client) {
                    self.put(client, seat, &bytes);
                }
            }
            Input::Line(client, line) => match self.heard(client) {
                Some(seat) => self.carry_out_line(client, seat, &line),
                None => self.newcomer_says(client, line),
            },
            Input::Writable(client) => self.writable(client),
            Input::Gone(client, how) if self.newcomers.contains_key(&client) => {
                self.newcomer_gone(client, how);
            }
            Input::Gone(client, how) => {
                if matches!(how, Departure::Cut(_)) {
                    self.counts.cut_off += 1;
                }
                self.gone(client, how);
            }
        }
    }

    /// Counts a line that came from a connection. Where its mailbox is, if it is a client.
    pub(super) fn heard(&mut self, client: ClientId) -> Option<Seat> {
        self.counts.commands += 1;
        let seat = self.chat.client(client)?.seat;
        let mailbox = self.mailboxes.get_mut(seat)?;
        mailbox.lines += 1;
        mailbox.heard = self.stamp.tick;
        mailbox.heard_at = self.chat.said_so_far();
        Some(seat)
    }

    fn open(&mut self, attach: Box<crate::chat::Attach>, wire: W) {
        let (client, protocol) = (attach.client, attach.protocol);
        if self.ending.is_some() {
            return turn_away(
                &wire,
                protocol,
                "shutdown",
                "the server stops; try again later",
            );
        }
        if protocol == Protocol::Irc {
            return self.welcome_newcomer(attach, wire);
        }
        let Ok(decision) = self.decide(Source::Client(client), Command::Attach(attach)) else {
            let why = "the server failed; please tell its operator";
            return turn_away(&wire, protocol, "internal", why);
        };
        self.counts.connections += 1;
        let mailbox = Mailbox::new(client, protocol, wire, self.stamp.tick);
        self.seat(client, mailbox, decision);
    }

    /// The chat has taken a client; its mailbox gets its seat, and it is told so.
    pub(super) fn seat(
        &mut self,
        client: ClientId,
        mut mailbox: Mailbox<W>,
        mut decision: Decision,
    ) {
        self.keep(Some(client), &mut decision, None);
        self.apply(decision.changes);
        let Some(seat) = self.chat.client(client).map(|client| client.seat) else {
            return mailbox.wire.abort();
        };
        mailbox.heard_at = self.chat.said_so_far();
        self.mailboxes.open(seat, mailbox);
        if let Some(client) = self.chat.client(client) {
            let (address, listener) = (client.address, &client.listener);
            tracing::debug!(client = client.id.0, %address, %listener, "connected");
        }
        let mut effects = decision.effects.into_iter();
        if let Some(welcome) = effects.next() {
            self.carry_out(Some(client), &welcome, None);
        }
        // The welcome is one write of its own, whatever else this turn brings.
        self.mailboxes.flush_one(seat, self.stamp.tick);
        for effect in effects {
            self.carry_out(Some(client), &effect, None);
        }
        self.replay_for_the_entered(true);
        self.replay_private(client);
    }

    fn command(&mut self, client: ClientId, command: Command) {
        let Some(seat) = self.heard(client) else {
            return;
        };
        match self.decide(Source::Client(client), command) {
            Ok(decision) => self.carry_out_all(Some(client), decision),
            Err(Refusal::Internal) => {
                let why = "the server failed at your last command; please tell its operator";
                self.cut(client, why);
            }
            Err(refusal) => {
                let mut bytes = Vec::new();
                plain::refusal(&refusal, &mut bytes);
                self.put(client, seat, &bytes);
            }
        }
    }

    /// Decides. A panic inside has only read, so the state is as it was; it becomes a refusal.
    pub(super) fn decide(&mut self, source: Source, command: Command) -> Result<Decision, Refusal> {
        let record = audit::Record::of(&self.chat, source, &command);
        let (chat, stamp) = (&self.chat, &self.stamp);
        // A decision is some hundred bytes: it is put where it is looked at.
        let mut decision = Err(Refusal::Internal);
        let decide = || {
            #[cfg(test)]
            super::tests::fail_if_told(&command);
            decision = chat.decide(stamp, source, command);
        };
        if catch_unwind(AssertUnwindSafe(decide)).is_err() {
            self.counts.panics += 1;
            tracing::error!(?source, "a decision failed; its client is cut off");
        }
        if let Ok(decided) = &decision
            && let Err(unkept) = self
                .may_be_kept(decided)
                .and_then(|()| self.may_be_noted(decided))
        {
            decision = Err(unkept);
        }
        if let Some(record) = record {
            record.decided(&decision);
        }
        decision
    }

    pub(super) fn carry_out_all(&mut self, by: Option<ClientId>, decision: Decision) {
        self.carry_out_for(by, decision, None);
    }

    /// Carries out a decision; an operator who waits for it is answered once what it brings is stored.
    pub(super) fn carry_out_for(
        &mut self,
        by: Option<ClientId>,
        mut decision: Decision,
        operator: Option<Waiter>,
    ) {
        let record = self.keep(by, &mut decision, operator);
        self.awaited = self.await_notes(by, &decision.changes);
        self.apply(decision.changes);
        let mut told = None;
        for effect in &decision.effects {
            match (effect, told) {
                (Effect::Echo(seat), Some(event)) => self.echo(*seat, event, record),
                _ => self.carry_out(by, effect, record),
            }
            if let Effect::Tell(_, event) = effect {
                told = Some(event);
            }
        }
        self.awaited = None;
    }

    /// Tells one's own clients what one has said.
    fn echo(&mut self, seat: Seat, event: &Event, record: Option<RecordId>) {
        let audience = Audience::Echo(seat);
        let client = self.chat.seated(seat);
        let user = client.and_then(|client| self.chat.user(client.user));
        // Most have one client, which shows by itself what is typed.
        let nobody_hears = user.is_none_or(|user| user.clients.len() == 1)
            && client.is_none_or(|client| !may_hear(&audience, client));
        if !nobody_hears {
            self.tell(&audience, event, shows(event, record));
        }
    }

    fn carry_out(&mut self, by: Option<ClientId>, effect: &Effect, record: Option<RecordId>) {
        match effect {
            // The same as was told to others.
            Effect::Tell(audience @ Audience::Monitoring(_), event) => {
                self.tell(audience, event, None);
            }
            // The same as is told to the room.
            Effect::Tell(
                audience @ (Audience::Client(_) | Audience::Clients(_)),
                event @ Event::ModesChanged { .. },
            ) => self.tell(audience, event, None),
            Effect::Tell(audience, event) => {
                if matches!(event, Event::Said { .. }) {
                    self.counts.messages += 1;
                }
                if let Event::YouEntered { room, .. } | Event::Welcome { room, .. } = event {
                    let entered = &mut self.entered;
                    self.chat
                        .for_each_recipient(audience, |client| entered.push((client.id, *room)));
                }
                let shows = shows(event, record);
                self.watch();
                self.watchers
                    .observe(&self.chat, &self.mailboxes, self.stamp, by, (event, shows));
                self.tell(audience, event, shows);
            }
            Effect::Close(client, seat) => self.close(*client, *seat),
            // There is nothing that it repeats.
            Effect::Echo(_) => {}
        }
    }

    /// What happens now is reported after what is not stored yet.
    pub(super) fn watch(&mut self) {
        self.watchers.after = self.history.as_ref().and_then(super::History::latest);
    }

    /// Puts an event into the mailboxes of its audience, rendered once per variant.
    pub(super) fn tell(&mut self, audience: &Audience, event: &Event, shows: Option<RecordId>) {
        self.rendered.clear();
        let Hub {
            chat,
            server,
            mailboxes,
            rendered,
            labelled,
            overrun,
            counts,
            settings,
            stamp,
            newcomers,
            awaited,
            ..
        } = self;
        let telling = Telling {
            chat,
            server,
            stamp: *stamp,
            newcomers: newcomers.len(),
        };
        let said = matches!(event, Event::Said { .. });
        let news = event.is_news();
        let answers = is_answer(audience, event);
        let mut put = |client: Option<&crate::chat::Client>, id: Option<ClientId>, seat: Seat| {
            let (bytes, piece) = match client {
                Some(client) => rendered.of(&telling, event, client),
                None => rendered.last(&telling, event, mailboxes.get(seat).map(|m| m.protocol)),
            };
            if bytes.is_empty() {
                return;
            }
            if let Some(labelled) = labelled
                && labelled.seat == seat
                && answers
            {
                return labelled.brings(bytes, shows);
            }
            counts.deliveries += u64::from(said);
            if id.is_none() && mailboxes.is_condemned(seat) {
                mailboxes.forget(seat);
            }
            if let Some(batch) = *awaited {
                mailboxes.mark(seat, Waits::Noted(batch));
            }
            let most = (settings.send_queue, stamp.tick);
            if !mailboxes.put(seat, (bytes, &mut *piece), shows, most) {
                if let Some(id) = id {
                    overrun.push((id, QUEUE));
                } else {
                    // The last words matter more than what it has not read so far.
                    mailboxes.forget(seat);
                    mailboxes.put(seat, (bytes, &mut *piece), shows, most);
                }
            }
        };
        match audience {
            // The one who has to go is told on the seat that it had.
            Audience::Client(seat) if matches!(event, Event::Farewell { .. }) => {
                put(None, None, *seat);
            }
            _ => chat.for_each_recipient(audience, |client| {
                if may_hear(audience, client) && (!news || client.news) {
                    put(Some(client), Some(client.id), client.seat);
                }
            }),
        }
        let shed = mailboxes.shed(settings.send_memory, stamp.tick);
        overrun.extend(shed.into_iter().map(|client| (client, MEMORY)));
    }

    pub(super) fn put(&mut self, client: ClientId, seat: Seat, bytes: &[u8]) {
        if let Some(labelled) = &mut self.labelled
            && labelled.seat == seat
        {
            return labelled.brings(bytes, None);
        }
        let most = (self.settings.send_queue, self.stamp.tick);
        if !self.mailboxes.put(seat, (bytes, &mut None), None, most) {
            self.overrun.push((client, QUEUE));
        }
    }

    pub(super) fn see_off(&mut self, client: ClientId, mailbox: Mailbox<W>) {
        if mailbox.holds() {
            self.leaving.insert(client, mailbox);
        } else {
            mailbox.wire.finish();
        }
    }

    fn writable(&mut self, client: ClientId) {
        if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
            self.mailboxes.flush_one(seat, self.stamp.tick);
        } else if self.newcomers.contains_key(&client) {
            self.flush_newcomer(client);
        } else if let Some(mut mailbox) = self.leaving.remove(&client) {
            match mailbox.flush(self.stamp.tick, &mut self.mailboxes.spool) {
                Flushed::Broken => mailbox.wire.abort(),
                Flushed::All | Flushed::Held | Flushed::Blocked => self.see_off(client, mailbox),
            }
        }
    }

    pub(super) fn flush(&mut self) {
        self.mailboxes.flush_dirty(self.stamp.tick);
    }
}

/// The record that is to be stored before this is shown, if it is one that is stored.
fn shows(event: &Event, record: Option<RecordId>) -> Option<RecordId> {
    record.filter(|_| matches!(event, Event::Said { .. } | Event::Redacted { .. }))
}

/// Whether a client of an audience has negotiated what the audience is for.
fn may_hear(audience: &Audience, client: &crate::chat::Client) -> bool {
    let capability = match audience {
        Audience::Echo(seat) if *seat == client.seat => Capability::EchoMessage,
        Audience::Monitoring(_) => Capability::ExtendedMonitor,
        _ => return true,
    };
    client.protocol == Protocol::Irc && capability.is_in(client.capabilities)
}

/// Whether what a client is told while a command of its own is carried out answers the command. What is delivered to it as to anybody
/// else who hears it does not: what one says to oneself, and what one is told of because one listens for it. Of one's own words
/// the echo is the answer (IRCv3 labeled-response, "Tags").
fn is_answer(audience: &Audience, event: &Event) -> bool {
    match event {
        Event::Said { .. } | Event::Tagged { .. } => matches!(audience, Audience::Echo(_)),
        Event::Wallops { .. }
        | Event::ServerNotice { .. }
        | Event::CameOnline { .. }
        | Event::WentOffline { .. } => false,
        _ => true,
    }
}

/// Tells a connection that will not become a client why.
fn turn_away(wire: &impl Wire, protocol: Protocol, code: &str, text: &str) {
    let _ = wire.try_write(&protocol::turned_away(protocol, code, text));
    wire.finish();
}
