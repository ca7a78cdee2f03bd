//! What the clients say and look for, in each of the protocols.

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

    /// What a client sends first.
    pub(crate) fn register(self, nick: &str) -> Vec<u8> {
        match self {
            // Nobody needs to; the last answer shows that one is known.
            Protocol::Plain => format!("/nick {nick}\n/nick\n").into_bytes(),
            Protocol::Irc => format!("NICK {nick}\r\nUSER load 0 * :load\r\n").into_bytes(),
        }
    }

    /// Whether a line says that the client is registered.
    pub(crate) fn is_welcome(self, line: &[u8]) -> bool {
        match self {
            Protocol::Plain => is_nick(line),
            Protocol::Irc => numeric(line) == Some(b"001"),
        }
    }

    /// What a client sends to sit in a room, whose answer shows that it does.
    pub(crate) fn enter(self, room: &str) -> Vec<u8> {
        match self {
            Protocol::Plain => format!("/join {room}\n/nick\n").into_bytes(),
            Protocol::Irc => format!("JOIN {room}\r\n").into_bytes(),
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

    /// What says a text in the room that one sits in.
    pub(crate) fn say(self, room: &str, text: &[u8]) -> Vec<u8> {
        match self {
            Protocol::Plain => [text, b"\n"].concat(),
            Protocol::Irc => [b"PRIVMSG ", room.as_bytes(), b" :", text, b"\r\n"].concat(),
        }
    }

    /// What says a text to one other.
    pub(crate) fn say_to(self, nick: &str, text: &[u8]) -> Vec<u8> {
        match self {
            Protocol::Plain => [b"/msg ", nick.as_bytes(), b" ", text, b"\n"].concat(),
            Protocol::Irc => [b"PRIVMSG ", nick.as_bytes(), b" :", text, b"\r\n"].concat(),
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
