//! What a client, or the operator, asks of the chat.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ClientId, Manner, Nick, RoomName, Text, Topic};

/// The protocol that a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Lines of text, with or without newlines.
    Plain,
}

impl Protocol {
    /// The word for it in the configuration and for the operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Plain => "plain",
        }
    }

    /// The protocol of that word; none if there is no such.
    pub fn parse(word: &str) -> Option<Protocol> {
        [Protocol::Plain]
            .into_iter()
            .find(|protocol| protocol.as_str() == word)
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A client.
    Client(ClientId),
    /// The operator, through the admin channel.
    Operator,
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// The client's current room.
    Current,
    /// A room by name.
    Room(RoomName),
    /// A user by nick.
    User(Nick),
    /// One client by id; only the operator names clients so.
    Client(ClientId),
    /// The operator ([`OPERATOR`](super::OPERATOR)).
    Operator,
}

/// A connection that becomes a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attach {
    /// The new client's id, never used before.
    pub client: ClientId,
    /// Where it connects from.
    pub address: SocketAddr,
    /// What it speaks.
    pub protocol: Protocol,
    /// The name of its listener.
    pub listener: Arc<str>,
    /// What the listener greets with; empty for nothing.
    pub greeting: Arc<str>,
    /// Whether the client is told news (who comes and goes).
    pub news: bool,
    /// Whether join and nick rates do not apply to it.
    pub exempt: bool,
}

/// How a client went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Departure {
    /// It asked to (`/quit`), with or without a reason.
    Quit(Option<Text>),
    /// Its connection ended.
    Closed,
    /// Its connection failed.
    Failed,
    /// The operator ended it, with a reason.
    Kicked(Text),
    /// A limit ended it; a sentence for the client that says which, and what to do.
    Cut(Text),
    /// The server stops, for a reason.
    Shutdown(Text),
}

impl Departure {
    /// How, in a word or two for others; [`Departure::reason`] says more.
    pub fn word(&self) -> &'static str {
        match self {
            Departure::Quit(_) => "quit",
            Departure::Closed => "connection closed",
            Departure::Failed => "connection failed",
            Departure::Kicked(_) => "kicked",
            Departure::Cut(_) => "cut off",
            Departure::Shutdown(_) => "shutdown",
        }
    }

    /// The reason, if one was given.
    pub fn reason(&self) -> Option<&Text> {
        match self {
            Departure::Quit(reason) => reason.as_ref(),
            Departure::Closed | Departure::Failed => None,
            Departure::Kicked(reason) | Departure::Cut(reason) | Departure::Shutdown(reason) => {
                Some(reason)
            }
        }
    }
}

/// A command. Which of them an operator may give is said at each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A connection becomes a client: gets a guest nick, enters the landing room. Its source is that client.
    Attach(Box<Attach>),
    /// A client has gone, or has to go. Its source is that client; the operator gives [`Command::Kick`].
    Detach(Departure),
    /// The operator ends a client.
    Kick(ClientId, Text),
    /// Take another nick.
    Nick(Nick),
    /// Enter a room, or, being in it, make it the current one.
    Join(RoomName),
    /// Leave a room (none: the current one), with an optional reason.
    Part(Option<RoomName>, Option<Text>),
    /// Say something. Clients and the operator.
    Say {
        /// To whom.
        to: Target,
        /// As a message, an action or a notice.
        manner: Manner,
        /// What.
        text: Text,
    },
    /// Who is in a room (none: the current one).
    Who(Option<RoomName>),
    /// What there is to know of a user.
    Whois(Nick),
    /// Which rooms there are.
    Rooms,
    /// Show the topic of a room (none: the current one).
    ShowTopic(Option<RoomName>),
    /// Set the topic of a room (none: the current one); an empty topic takes it away.
    SetTopic(Option<RoomName>, Topic),
    /// Be away, with a message; none: be back.
    Away(Option<Text>),
    /// How many consoles are open that read what is said to the operator. From the operator.
    Consoles(u32),
}
