//! What the clients say and look for, in each of the protocols.

use std::sync::atomic::{AtomicU32, Ordering};

/// The room that everybody sits in.
const ROOM: &str = "#load";

/// A protocol.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Protocol {
    /// chatd's own plain lines
    Plain,
    /// IRC, without capabilities: NICK, USER, JOIN, PRIVMSG
    Irc,
}

impl Protocol {
    /// Its name in the configuration of chatd.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Protocol::Plain => "plain",
            Protocol::Irc => "irc",
        }
    }

    /// What a client sends first. Each has a nick that no other of this program ever has.
    pub(crate) fn register(self) -> Vec<u8> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        match self {
            // Nobody needs to; the answer shows that one is known.
            Protocol::Plain => b"/nick\n".to_vec(),
            Protocol::Irc => {
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                format!("NICK n{number}\r\nUSER load 0 * :load\r\n").into_bytes()
            }
        }
    }

    /// Whether a line says that the client is registered.
    pub(crate) fn is_welcome(self, line: &[u8]) -> bool {
        match self {
            Protocol::Plain => is_nick(line),
            Protocol::Irc => numeric(line) == Some(b"001"),
        }
    }

    /// What a client sends to sit in the room, whose answer shows that it does.
    pub(crate) fn enter(self) -> Vec<u8> {
        match self {
            // One sits in the lobby from the beginning, and its question is answered.
            Protocol::Plain => b"/nick\n".to_vec(),
            Protocol::Irc => format!("JOIN {ROOM}\r\n").into_bytes(),
        }
    }

    /// Whether a line is the last of that answer.
    pub(crate) fn is_in(self, line: &[u8]) -> bool {
        match self {
            Protocol::Plain => is_nick(line),
            Protocol::Irc => numeric(line) == Some(b"366"),
        }
    }

    /// What a client sends for an answer that comes after everything before it.
    pub(crate) fn barrier(self) -> &'static [u8] {
        match self {
            Protocol::Plain => b"/nick\n",
            Protocol::Irc => b"PING barrier\r\n",
        }
    }

    /// Whether a line is that answer.
    pub(crate) fn is_barrier(self, line: &[u8]) -> bool {
        match self {
            Protocol::Plain => is_nick(line),
            Protocol::Irc => command(line).starts_with(b"PONG "),
        }
    }

    /// What says a text in the room.
    pub(crate) fn say(self, text: &[u8]) -> Vec<u8> {
        match self {
            Protocol::Plain => [text, b"\n"].concat(),
            Protocol::Irc => [b"PRIVMSG ", ROOM.as_bytes(), b" :", text, b"\r\n"].concat(),
        }
    }

    /// What stands right before such a text when it arrives.
    pub(crate) fn before_text(self) -> &'static [u8] {
        match self {
            Protocol::Plain => b"> ",
            Protocol::Irc => b" :",
        }
    }

    /// The answer that a line wants at once, if it is one that keeps a connection alive.
    pub(crate) fn pong(self, line: &[u8]) -> Option<Vec<u8>> {
        let token = command(line).strip_prefix(b"PING ")?;
        (self == Protocol::Irc).then(|| [b"PONG ", token, b"\r\n"].concat())
    }

    /// Whether a line says that the server ends the connection, and why.
    pub(crate) fn is_end(self, line: &[u8]) -> bool {
        match self {
            Protocol::Plain => line.starts_with(b"! ") && !is_nick(line),
            Protocol::Irc => line.starts_with(b"ERROR "),
        }
    }

    /// What a client sends to leave.
    pub(crate) fn quit(self) -> &'static [u8] {
        match self {
            Protocol::Plain => b"/quit\n",
            Protocol::Irc => b"QUIT\r\n",
        }
    }
}

/// Whether a plain line is the answer to `/nick`, which lacks a nick.
fn is_nick(line: &[u8]) -> bool {
    line.starts_with(b"! usage: /nick")
}

/// An IRC message without its source and its end.
fn command(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match line.first() {
        Some(b':') => memchr::memchr(b' ', line).map_or(b"", |space| &line[space + 1..]),
        _ => line,
    }
}

fn numeric(line: &[u8]) -> Option<&[u8]> {
    command(line).get(..3)
}
