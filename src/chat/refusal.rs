//! Why a command is not carried out, and what the client can do about it.

use std::time::Duration;

use super::{Nick, RoomName};

/// A refusal. `Display` is one sentence for a person with what to do; [`Refusal::code`] is for programs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the fields' names say it")]
pub enum Refusal {
    /// Somebody has that nick, or one that looks like it.
    #[error("{nick} is taken (or looks like a nick that is); choose another")]
    NickInUse { nick: Nick },
    /// No user has that nick.
    #[error("nobody here is called {nick}; /who shows who is in a room")]
    NoSuchNick { nick: Nick },
    /// There is no such room.
    #[error("there is no room {room}; /rooms lists them, /join {room} makes it")]
    NoSuchRoom { room: RoomName },
    /// One must be in the room for that.
    #[error("you are not in {room}; /join {room} first")]
    NotInRoom { room: RoomName },
    /// There is no current room.
    #[error("you are in no room; /join #room first")]
    NoCurrentRoom,
    /// As many rooms as one may be in.
    #[error(
        "you are in {limit} rooms, which is the most (limits.rooms_per_client); /part one first"
    )]
    TooManyRooms { limit: u32 },
    /// As many rooms as there may be.
    #[error(
        "the server has {limit} rooms, which is the most (limits.rooms); join one of those that /rooms lists"
    )]
    RoomsFull { limit: u32 },
    /// Joined too often.
    #[error("you join rooms too fast (limits.join_rate); wait {} and try again", seconds(*.wait))]
    JoinRate { wait: Duration },
    /// Changed nick too often.
    #[error("you change your nick too fast (limits.nick_rate); wait {} and try again", seconds(*.wait))]
    NickRate { wait: Duration },
    /// Nobody reads what is said to the operator.
    #[error("no operator is reading now; try again later")]
    NoOperator,
    /// A client's command from the operator, or an operator's from a client.
    #[error("this command cannot be given from here")]
    NotFromHere,
    /// The client is not attached (any more); nobody is told.
    #[error("this client has gone")]
    Detached,
    /// A decision failed inside; the client is cut off.
    #[error("the server failed at this command; please tell its operator")]
    Internal,
}

impl Refusal {
    /// A stable word for programs: the `code` of the plain protocol's `! code: ...`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NickInUse { .. } => "nick-in-use",
            Refusal::NoSuchNick { .. } => "no-such-nick",
            Refusal::NoSuchRoom { .. } => "no-such-room",
            Refusal::NotInRoom { .. } => "not-in-room",
            Refusal::NoCurrentRoom => "no-room",
            Refusal::TooManyRooms { .. } => "too-many-rooms",
            Refusal::RoomsFull { .. } => "rooms-full",
            Refusal::JoinRate { .. } | Refusal::NickRate { .. } => "too-fast",
            Refusal::NoOperator => "no-operator",
            Refusal::NotFromHere => "not-from-here",
            Refusal::Detached => "gone",
            Refusal::Internal => "internal",
        }
    }
}

/// Whole seconds, rounded up, for a person: "1 second", "12 seconds".
fn seconds(wait: Duration) -> String {
    let n = wait.as_millis().div_ceil(1000).max(1);
    if n == 1 {
        "1 second".into()
    } else {
        format!("{n} seconds")
    }
}
