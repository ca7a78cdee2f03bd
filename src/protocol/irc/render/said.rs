//! What is said: messages, notices, actions, tags alone, messages taken back, words to all. Long ones in several lines.

use super::pen::{MASK, Marks, Pen, Sender, source_len};
use crate::chat::{ClientTags, Identity, Manner, MessageId, OPERATOR, Place, Rank, Speaker, Text};
use crate::protocol::irc::split::parts;
use crate::protocol::irc::{BODY, Capability};

const ACTION: &str = "\u{1}ACTION ";
const ACTION_END: &str = "\u{1}";
/// The most bytes of a target: a room's name with a sign before it.
const TARGET: usize = 1 + 150;
/// A text of so many bytes fits into one line, whichever user says it to whom.
pub(super) const SHORT: usize =
    BODY - (":  PRIVMSG :".len() + MASK + TARGET + ACTION.len() + ACTION_END.len());

/// A message on its way to one kind of client.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) from: &'a Speaker,
    pub(super) to: To<'a>,
    pub(super) manner: Manner,
    pub(super) text: &'a Text,
    pub(super) marks: Marks<'a>,
}

/// Whom something is said to, as it stands in a line.
#[derive(Clone, Copy)]
pub(super) struct To<'a> {
    /// The rank that it is for, in a room (STATUSMSG).
    pub(super) rank: Option<Rank>,
    /// The room or the nick.
    pub(super) name: &'a str,
}

impl<'a> To<'a> {
    pub(super) fn place(place: &'a Place) -> To<'a> {
        let (rank, name) = match place {
            Place::Room(_, name) => (None, name.as_str()),
            Place::Ranked(rank, _, name) => (Some(*rank), name.as_str()),
            Place::Private(nick) => (None, nick.as_str()),
            Place::Operator => (None, OPERATOR),
        };
        To { rank, name }
    }

    fn length(self) -> usize {
        self.rank.map_or(0, |rank| rank.sign().len_utf8()) + self.name.len()
    }
}

/// How many bytes of a text fit into one line, with a source and a target of so many bytes.
fn room(source: usize, command: &str, target: usize) -> usize {
    BODY.saturating_sub(":  ".len() + source + command.len() + target + " :".len())
}

/// How many bytes of a text fit into one line from this user to a target of so many bytes.
pub(in crate::protocol::irc) fn room_of(who: &Identity, command: &str, target: usize) -> usize {
    room(source_len(Sender::User(who), ""), command, target)
}

impl Pen<'_> {
    /// A name that stands there as it is: names of rooms and nicks have no spaces.
    fn target(&mut self, to: To<'_>) -> &mut Self {
        self.out.push(b' ');
        if let Some(rank) = to.rank {
            let mut bytes = [0; 4];
            let sign = rank.sign().encode_utf8(&mut bytes);
            self.out.extend_from_slice(sign.as_bytes());
        }
        self.out.extend_from_slice(to.name.as_bytes());
        self
    }

    /// The text that ends the line, known to fit.
    fn words(&mut self, manner: Manner, text: &str) {
        let (before, after) = match manner {
            Manner::Action => (ACTION, ACTION_END),
            Manner::Message | Manner::Notice => ("", ""),
        };
        for part in [" :", before, text, after, "\r\n"] {
            self.out.extend_from_slice(part.as_bytes());
        }
    }

    /// Says it: in one line if it fits; else to clients with multiline as one batch, and to others line after line, where what
    /// goes with the message goes with the first of them.
    pub(super) fn said(&mut self, said: Said<'_>) {
        let sender = Sender::of(said.from);
        let command = match said.manner {
            Manner::Notice => "NOTICE",
            Manner::Message | Manner::Action => "PRIVMSG",
        };
        let wrapped = match said.manner {
            Manner::Action => ACTION.len() + ACTION_END.len(),
            Manner::Message | Manner::Notice => 0,
        };
        let source = source_len(sender, self.server);
        let room = room(source, command, said.to.length()).saturating_sub(wrapped);
        let text = said.text.as_str();
        if text.len() <= room && !said.text.is_in_pieces() {
            self.open_marked(sender, said.marks, command)
                .target(said.to);
            return self.words(said.manner, text);
        }
        if let Some(id) = said.marks.id
            && said.manner != Manner::Action
            && self.has(Capability::Multiline)
            && self.has(Capability::Batch)
        {
            return self.batch(said, id, (sender, command), room);
        }
        let mut marks = said.marks;
        // A blank line cannot be said alone (IRCv3 multiline, "Fallback").
        for (piece, _) in said.text.pieces().filter(|(piece, _)| !piece.is_empty()) {
            for part in parts(piece, room) {
                self.open_marked(sender, marks, command).target(said.to);
                self.words(said.manner, part);
                marks = Marks::default();
            }
        }
    }

    /// IRCv3 multiline. The batch is called as the message is, which no other message is.
    fn batch(
        &mut self,
        said: Said<'_>,
        id: MessageId,
        (sender, command): (Sender<'_>, &str),
        room: usize,
    ) {
        let name = id.to_string();
        self.open_marked(sender, said.marks, "BATCH")
            .word(&["+", &name].concat())
            .word("draft/multiline")
            .target(said.to)
            .end();
        for (piece, goes_on) in said.text.pieces() {
            for (nth, part) in parts(piece, room).enumerate() {
                self.open_in_batch(sender, id, goes_on || nth > 0, command)
                    .target(said.to);
                self.words(said.manner, part);
            }
        }
        self.end_batch(sender, id);
    }

    /// TAGMSG, for those who can read tags (IRCv3 message-tags).
    pub(super) fn tagged(&mut self, from: &Speaker, to: To<'_>, id: MessageId, tags: &ClientTags) {
        if self.has(Capability::MessageTags) {
            let marks = Marks {
                id: Some(id),
                client: Some(tags),
            };
            self.open_marked(Sender::of(from), marks, "TAGMSG")
                .target(to)
                .end();
        }
    }

    /// REDACT, for those who know it (IRCv3 message-redaction).
    pub(super) fn redacted(
        &mut self,
        by: &Speaker,
        place: &Place,
        id: MessageId,
        reason: Option<&Text>,
    ) {
        if self.has(Capability::MessageRedaction) {
            self.open(Sender::of(by), "REDACT")
                .target(To::place(place))
                .word(&id.to_string())
                .last_if(reason.map(Text::as_str));
        }
    }

    /// A text that may take several lines, each with the same beginning.
    pub(super) fn lines(&mut self, sender: Sender<'_>, (command, to): (&str, &str), text: &Text) {
        let before = if to.is_empty() { 0 } else { 1 + to.len() };
        let head = ":  :".len() + source_len(sender, self.server) + command.len() + before;
        let room = BODY.saturating_sub(head);
        let lines = text.lines().filter(|line| !line.is_empty());
        for part in lines.flat_map(|line| parts(line, room)) {
            self.open(sender, command);
            if !to.is_empty() {
                self.word(to);
            }
            self.last(part);
        }
    }
}
