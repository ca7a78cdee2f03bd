//! Writing lines that come from somebody: tags, source, command, parameters, within the limits. Knows no event.

use std::io::Write as _;

use jiff::fmt::StdIoWrite;
use jiff::fmt::temporal::DateTimePrinter;
use memchr::memchr3;

use crate::chat::{
    Capabilities, ClientTags, Identity, MessageId, Nick, OPERATOR, Speaker, Timestamp,
};
use crate::protocol::irc::split::shortened;
use crate::protocol::irc::{BODY, Capability, escape};

/// The most bytes of `nick!user@host`; one that is longer is shown by its nick alone, so that a line always has room for a text.
pub(super) const MASK: usize = 200;

/// Who a line comes from.
#[derive(Clone, Copy)]
pub(super) enum Sender<'a> {
    /// A user, with its host.
    User(&'a Identity),
    /// A user by its nick alone, where the rest would take the room of the text.
    Nick(&'a Identity),
    /// A user of whom nothing more is known.
    Named(&'a Nick),
    /// The operator at the admin channel: `*operator!operator@SERVER`.
    Operator,
    /// The server.
    Server,
}

impl<'a> Sender<'a> {
    pub(super) fn of(speaker: &'a Speaker) -> Sender<'a> {
        match speaker {
            Speaker::User(who) => Sender::User(who),
            Speaker::Operator => Sender::Operator,
        }
    }

    fn who(self) -> Option<&'a Identity> {
        match self {
            Sender::User(who) | Sender::Nick(who) => Some(who),
            Sender::Named(_) | Sender::Operator | Sender::Server => None,
        }
    }
}

/// What a line's tags say beside its time and its sender.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks<'a> {
    /// Which message it is (IRCv3 message-ids).
    pub(super) id: Option<MessageId>,
    /// What its sender says to programs (IRCv3 client-only tags).
    pub(super) client: Option<&'a ClientTags>,
}

/// Lines in the making, for a client with these capabilities.
pub(super) struct Pen<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) server: &'a str,
    pub(super) at: Timestamp,
    pub(super) capabilities: Capabilities,
    /// The batch that all lines are in.
    batch: Option<&'a str>,
    /// What the next line has for its id, where it has none of its own.
    pub(super) id: Option<MessageId>,
    /// Where the line begins, its tags not counted.
    start: usize,
}

impl<'a> Pen<'a> {
    pub(super) fn new(
        out: &'a mut Vec<u8>,
        server: &'a str,
        at: Timestamp,
        capabilities: Capabilities,
    ) -> Pen<'a> {
        let start = out.len();
        Pen {
            out,
            server,
            at,
            capabilities,
            batch: None,
            id: None,
            start,
        }
    }

    /// The same, for lines that are in a batch of this name.
    pub(super) fn within(self, batch: Option<&'a str>) -> Pen<'a> {
        Pen { batch, ..self }
    }

    /// The same, for lines of something that has this id.
    pub(super) fn about(self, id: MessageId) -> Pen<'a> {
        Pen {
            id: Some(id),
            ..self
        }
    }

    pub(super) fn has(&self, capability: Capability) -> bool {
        capability.is_in(self.capabilities)
    }

    /// Begins a line.
    pub(super) fn open(&mut self, sender: Sender<'_>, command: &str) -> &mut Self {
        let marks = Marks {
            id: self.id,
            client: None,
        };
        self.open_marked(sender, marks, command)
    }

    /// Begins a line of a message.
    pub(super) fn open_marked(
        &mut self,
        sender: Sender<'_>,
        marks: Marks<'_>,
        command: &str,
    ) -> &mut Self {
        self.tags(sender, marks);
        self.begin(sender, command)
    }

    /// Begins a line within the batch of one message: what the tags of the batch's first line say holds for all of it.
    /// `goes_on`: it is said without a line's end after the line before (IRCv3 multiline).
    pub(super) fn open_in_batch(
        &mut self,
        sender: Sender<'_>,
        batch: MessageId,
        goes_on: bool,
        command: &str,
    ) -> &mut Self {
        // Writing into memory cannot fail.
        let _ = write!(self.out, "@batch={batch}");
        if goes_on {
            self.put(";draft/multiline-concat");
        }
        self.out.push(b' ');
        self.begin(sender, command)
    }

    /// Ends the batch of one message (IRCv3 batch, "Nested batch": where it is in another, its end says so too).
    pub(super) fn end_batch(&mut self, sender: Sender<'_>, batch: MessageId) {
        if let Some(outer) = self.batch {
            let _ = write!(self.out, "@batch={outer} ");
        }
        self.begin(sender, "BATCH").word(&format!("-{batch}")).end();
    }

    /// Begins a line without tags.
    pub(super) fn begin(&mut self, sender: Sender<'_>, command: &str) -> &mut Self {
        self.start = self.out.len();
        self.out.push(b':');
        match sender {
            Sender::User(who) => {
                self.put(who.nick.as_str());
                if has_room_for_mask(who) {
                    self.out.push(b'!');
                    self.put(who.origin.as_str());
                }
            }
            Sender::Nick(who) => self.put(who.nick.as_str()),
            Sender::Named(nick) => self.put(nick.as_str()),
            Sender::Operator => {
                self.put(OPERATOR);
                self.put("!operator@");
                self.put(self.server);
            }
            Sender::Server => self.put(self.server),
        }
        self.out.push(b' ');
        self.put(command);
        self
    }

    /// Begins a line without tags and source.
    pub(super) fn begin_bare(&mut self, command: &str) -> &mut Self {
        self.start = self.out.len();
        self.put(command);
        self
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn tags(&mut self, sender: Sender<'_>, marks: Marks<'_>) {
        let from = self.out.len();
        self.out.push(b'@');
        if let Some(batch) = self.batch {
            let _ = write!(self.out, "batch={batch};");
        }
        if self.has(Capability::ServerTime) {
            time(self.at, self.out);
        }
        let all = self.has(Capability::MessageTags);
        if let Some(id) = marks.id.filter(|_| all) {
            let _ = write!(self.out, "msgid={id};");
        }
        if let Some(who) = sender.who() {
            if let Some(account) = &who.account
                && self.has(Capability::AccountTag)
            {
                self.put("account=");
                escape(&account.0, self.out);
                self.out.push(b';');
            }
            if who.bot && all {
                self.put("bot;");
            }
            if who.oper && self.has(Capability::OperTag) {
                self.put("draft/oper;");
            }
        }
        // After those of the server, so that they cannot push them out (IRCv3 message-tags, "Client-only tags").
        if let Some(tags) = marks.client.filter(|tags| all && !tags.0.is_empty()) {
            self.put(&tags.0);
            self.out.push(b';');
        }
        match self.out.last_mut() {
            Some(last) if *last == b';' => *last = b' ',
            _ => self.out.truncate(from),
        }
    }

    /// A parameter: never empty, never with a space or a colon first, so that what follows stays in place.
    pub(super) fn word(&mut self, param: &str) -> &mut Self {
        let stands = !param.is_empty()
            && !param.starts_with(':')
            && !param.bytes().any(|b| matches!(b, b' ' | b'\r' | b'\n' | 0));
        self.out.push(b' ');
        self.put(if stands { param } else { "*" });
        self
    }

    /// How many bytes of a last parameter the line still has room for.
    pub(super) fn room(&self) -> usize {
        (self.start + BODY).saturating_sub(self.out.len() + " :".len())
    }

    /// The last parameter, and the line's end. What does not fit is left out, with a sign that it is; what would end the line
    /// becomes a space.
    pub(super) fn last(&mut self, text: &str) {
        let (text, left_out) = shortened(text, self.room());
        self.put(" :");
        let from = self.out.len();
        self.put(text);
        if memchr3(b'\r', b'\n', 0, text.as_bytes()).is_some() {
            let written = &mut self.out[from..];
            let ends = |b: &&mut u8| matches!(**b, b'\r' | b'\n' | 0);
            written.iter_mut().filter(ends).for_each(|b| *b = b' ');
        }
        self.put(left_out);
        self.end();
    }

    /// The last parameter, if there is one, and the line's end.
    pub(super) fn last_if(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.last(text),
            None => self.end(),
        }
    }

    /// The line's end.
    pub(super) fn end(&mut self) {
        self.put("\r\n");
    }
}

/// How many bytes the source takes, without colon and space.
pub(super) fn source_len(sender: Sender<'_>, server: &str) -> usize {
    match sender {
        Sender::User(who) if has_room_for_mask(who) => {
            who.nick.as_str().len() + 1 + who.origin.as_str().len()
        }
        Sender::User(who) | Sender::Nick(who) => who.nick.as_str().len(),
        Sender::Named(nick) => nick.as_str().len(),
        Sender::Operator => OPERATOR.len() + "!operator@".len() + server.len(),
        Sender::Server => server.len(),
    }
}

fn has_room_for_mask(who: &Identity) -> bool {
    who.nick.as_str().len() + 1 + who.origin.as_str().len() <= MASK
}

/// Appends `time=YYYY-MM-DDThh:mm:ss.sssZ;` (IRCv3 server-time).
pub(super) fn time(at: Timestamp, out: &mut Vec<u8>) {
    out.extend_from_slice(b"time=");
    moment(at, out);
    out.push(b';');
}

/// Appends `YYYY-MM-DDThh:mm:ss.sssZ`.
pub(super) fn moment(at: Timestamp, out: &mut Vec<u8>) {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    // The format has four digits for the year, and no sign before it.
    let at = jiff::Timestamp::from_millisecond(at.0.max(0)).unwrap_or(jiff::Timestamp::MAX);
    let _ = PRINTER.print_timestamp(&at, StdIoWrite(out));
}
