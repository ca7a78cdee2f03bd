//! The words of a session: its limits, what it makes of bytes, what it waits for.

use crate::chat::{Command, Rate, Tick};

/// What a connection may do. Live: the limits of each call count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a message, without its end (`limits.line`).
    pub line: usize,
    /// The most bytes that wait because of the flood rate, or that are thrown away in search of a line's end
    /// (`limits.input_queue`). Where it is less than a line, a line counts.
    pub input_queue: usize,
    /// How many messages at once and how fast from then on (`limits.flood_burst`, `limits.flood_rate`); none: "off".
    pub flood: Option<Rate>,
    /// Whether bytes without a newline become a message by silence (`plain.unterminated_after` is not "off").
    pub unterminated: bool,
}

/// What came of a connection's bytes.
#[derive(Debug, PartialEq)]
pub enum Intake {
    /// A command for the chat.
    Command(Command),
    /// Lines to be sent to the client, in order with the replies to its commands.
    Answer(Box<[u8]>),
    /// The connection is to be ended with this reason; the last intake there is.
    Cut(Cut),
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
    /// Not a chat client.
    #[error("this is a chat server that speaks plain text, not {0}; nothing was carried out")]
    ForeignProtocol(&'static str),
}

impl Limits {
    pub(super) fn queue(&self) -> usize {
        self.input_queue.max(self.line)
    }
}

impl Cut {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Cut::Flood => "flood",
            Cut::NoLineEnd => "no-line-end",
            Cut::ForeignProtocol(_) => "foreign-protocol",
        }
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
