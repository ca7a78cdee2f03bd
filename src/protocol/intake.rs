//! The words of a session: its limits, what it makes of bytes, what it waits for.

use super::account::Wish;
use super::irc;
use crate::chat::{Command, Protocol, Rate, Tick};

/// What a connection may do. Live: the limits of each call count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a plain message, without its end (`limits.line`). IRC's limits are fixed by its specifications:
    /// [`irc::TAG_DATA`], [`irc::BODY`].
    pub line: usize,
    /// The most bytes that wait because of the flood rate, or that are thrown away in search of a line's end
    /// (`limits.input_queue`). Where it is less than a line, a line counts.
    pub input_queue: usize,
    /// How many messages at once and how fast from then on (`limits.flood_burst`, `limits.flood_rate`); none: "off".
    pub flood: Option<Rate>,
    /// Whether plain bytes without a newline become a message by silence (`plain.unterminated_after` is not "off").
    pub unterminated: bool,
}

/// What came of a connection's bytes.
#[derive(Debug, PartialEq)]
pub enum Intake {
    /// A command for the chat.
    Command(Command),
    /// A look at what was said before in the room that the client talks in.
    Look(Look),
    /// Something about accounts.
    Account(Wish),
    /// An IRC message, for the one who knows the client's registration, capabilities and nick.
    Line(irc::Line),
    /// Lines to be sent to the client, in order with the replies to its commands.
    Answer(Box<[u8]>),
    /// The connection is to be ended with this reason; the last intake there is.
    Cut(Cut),
}

/// What a plain client wants to see of what was said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// The latest messages: as many as this, 1 to [`Look::MOST`].
    History(u32),
    /// The latest messages that have all these words, at most [`Look::FOUND`].
    Search(Box<str>),
}

impl Look {
    /// As many messages are shown when it is not said how many.
    pub const USUAL: u32 = 50;
    /// The most messages of a history.
    pub const MOST: u32 = 500;
    /// The most messages that a search finds.
    pub const FOUND: u32 = 100;
}

/// Why a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cut {
    /// More waits because of the flood rate than may wait.
    #[error("you send too much too fast (limits.flood_rate, limits.input_queue); send slower")]
    Flood,
    /// Bytes without any line's end.
    #[error(
        "too many bytes without a line's end (limits.input_queue); end each message with a newline"
    )]
    NoLineEnd,
    /// Not a client of ours: what we speak there, and what it speaks.
    #[error("this is a chat server that speaks {}, not {}; nothing was carried out", spoken(*.0), .1)]
    ForeignProtocol(Protocol, &'static str),
}

/// A message that was read.
pub(super) struct Message {
    /// What it takes of the flood rate.
    pub(super) cost: u32,
    pub(super) intake: Intake,
}

fn spoken(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Plain => "plain text",
        Protocol::Irc => "IRC",
    }
}

/// What the session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// More bytes.
    Idle,
    /// More bytes; and if none come for `plain.unterminated_after`, a call of [`Session::silence`].
    Unterminated,
    /// The client is over its flood rate: a call of [`Session::receive`] at this time (without bytes, if none came), or with
    /// whatever comes before.
    Held(Tick),
    /// Nothing: the client sends nothing more ([`Session::end`]), and all that it had sent is handed over.
    Ended,
    /// Nothing: what still comes is to be read away, and the connection closed.
    Cut,
}
