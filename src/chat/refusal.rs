//! Why a command is not carried out, and what the client can do about it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ListKind, MessageId, Nick, Rank, RoomFlag, RoomName};

/// A refusal. `Display` is one sentence for a person with what to do; [`Refusal::code`] is for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[allow(missing_docs, reason = "the fields' names say it")]
pub enum Refusal {
    /// Somebody has that nick, or one that looks like it.
    #[error("{nick} is taken (or looks like a nick that is); choose another")]
    NickInUse { nick: Nick },
    /// The nick belongs to an account, or looks like one that does.
    #[error(
        "{nick} belongs to an account (or looks like a name that does); log in to it, or choose another"
    )]
    NickReserved { nick: Nick },
    /// The nick is the server's name, or looks like it.
    #[error("{nick} is this server's name (or looks like it); choose another")]
    NickIsServers { nick: Nick },
    /// The nick belongs to no account that one is logged in to.
    #[error("{nick} is not yours: log in to the account of that name first")]
    NickNotYours { nick: Nick },
    /// Other clients are the same user by the account that it is logged in to.
    #[error(
        "other clients are you too: what you are logged in to stays while they are here; use a connection of its own for another account"
    )]
    SharedUser,
    /// There is no such account (any more).
    #[error("there is no such account; it may have been removed just now")]
    NoSuchAccount,
    /// There is no account of that name.
    #[error("there is no account {name}; /whois NICK shows who is logged in to which")]
    NoAccountCalled { name: Nick },
    /// One is logged in to no account.
    #[error("you are logged in to no account; log in first")]
    NotLoggedIn,
    /// The room is registered already.
    #[error("{room} is registered already; ask its founder for access")]
    RoomRegistered { room: RoomName },
    /// The room is not registered.
    #[error("{room} is not registered; one of its ops who has an account can register it")]
    RoomNotRegistered { room: RoomName },
    /// The room cannot be registered.
    #[error("{room} belongs to nobody: it is where one lands")]
    RoomIsLanding { room: RoomName },
    /// As many rooms as one account may have.
    #[error(
        "that account has {limit} registered rooms, which is the most (limits.rooms_per_account); drop one first"
    )]
    TooManyOwned { room: RoomName, limit: u32 },
    /// Only the founder may, or an administrator of the server.
    #[error("{room} is registered, and only its founder may do that; ask for it there")]
    NotItsFounder { room: RoomName },
    /// The founder's rank is neither given nor taken as others are.
    #[error("{room} has one founder, who can hand it over to another account")]
    OneFounder { room: RoomName },
    /// One's account ranks too low in the room.
    #[error("your account must be at least {} in {room} for that; ask its founder", .rank.as_str())]
    AccessTooLow { room: RoomName, rank: Rank },
    /// The account has no rank in the room.
    #[error("{name} has no access to {room} that could be taken; look at who has it first")]
    NoAccess { room: RoomName, name: Nick },
    /// As many accounts have a rank in the room as may.
    #[error(
        "{room} gives {limit} accounts access, which is the most (limits.list_entries); take one away first"
    )]
    AccessFull { room: RoomName, limit: u32 },
    /// It cannot be stored, so nobody sees it.
    #[error("that was not stored and nobody has seen it: {why}")]
    NotKept { why: Box<str> },
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
    #[error("you talk in no room; /join #room first")]
    NoCurrentRoom,
    /// As many rooms as one may be in.
    #[error(
        "you are in {limit} rooms, which is the most (limits.rooms_per_client); /part one first"
    )]
    TooManyRooms { room: RoomName, limit: u32 },
    /// As many rooms as there may be.
    #[error(
        "the server has {limit} rooms, which is the most (limits.rooms); join one of those that /rooms lists"
    )]
    RoomsFull { room: RoomName, limit: u32 },
    /// Joined too often.
    #[error("you join rooms too fast (limits.join_rate); wait {} and try again", seconds(*.wait))]
    JoinRate { room: RoomName, wait: Duration },
    /// Changed nick too often.
    #[error("you change your nick too fast (limits.nick_rate); wait {} and try again", seconds(*.wait))]
    NickRate { nick: Nick, wait: Duration },
    /// One is banned from the room.
    #[error("you are banned from {room}; ask one of its ops")]
    Banned { room: RoomName },
    /// Only the invited enter.
    #[error("{room} is for the invited only; ask one of its ops")]
    InviteOnly { room: RoomName },
    /// The key is missing or wrong.
    #[error("{room} has a key, and that was not it; /join {room} KEY")]
    WrongKey { room: RoomName },
    /// As many are in the room as may be.
    #[error("{room} is full; try again later")]
    RoomFull { room: RoomName },
    /// One needs an account to enter or to speak.
    #[error("{room} is for those with an account only; log in first")]
    NeedAccount { room: RoomName },
    /// One may not speak in the room; which mode or list says so.
    #[error("you may not speak in {room} (mode +{letter}); ask one of its ops")]
    MayNotSpeak { room: RoomName, letter: char },
    /// What was said may not be said in the room or to the user; which mode says so.
    #[error("{target} does not take that (mode +{letter}); say it otherwise")]
    MayNotSayThat { target: Box<str>, letter: char },
    /// The user takes no messages from those without an account.
    #[error("{nick} takes messages from those with an account only; log in first")]
    NotToThem { nick: Nick },
    /// The user has no client now to read it, and private messages are not kept for it.
    #[error(
        "{nick} is not here now, and private messages are not kept: nobody has seen that; say it when {nick} is back"
    )]
    NobodyReads { nick: Nick },
    /// It is for those of a rank in the room, and nobody there has it.
    #[error("nobody in {room} is at least {}, so nobody would hear that; say it to all, or try again later", .rank.as_str())]
    NobodyHears { room: RoomName, rank: Rank },
    /// One ranks too low in the room.
    #[error("you must be at least {} in {room} for that; ask {}", .rank.as_str(), whose_office(*.rank))]
    RankTooLow { room: RoomName, rank: Rank },
    /// The other is not in the room.
    #[error("{nick} is not in {room}")]
    TheyAreNotInRoom { nick: Nick, room: RoomName },
    /// The other is in the room already.
    #[error("{nick} is in {room} already")]
    TheyAreInRoom { nick: Nick, room: RoomName },
    /// The room's members keep their nicks, or one is banned there and may not change it.
    #[error("you cannot change your nick while you are in {room} (mode +{letter}); /part it first")]
    NickLocked { room: RoomName, letter: char },
    /// A list of the room is full.
    #[error("the list +{} of {room} has {limit} entries, which is the most (limits.list_entries); take one away first", .list.letter())]
    ListFull {
        room: RoomName,
        list: ListKind,
        limit: u32,
        mask: Box<str>,
    },
    /// The mode is not for clients to set.
    #[error("mode +{} of {room} is not yours to change", .flag.letter())]
    ModeNotYours { room: RoomName, flag: RoomFlag },
    /// Where a room would forward to, one must rank as op.
    #[error("you must be op in {to} too to forward there")]
    ForwardNotYours { room: RoomName, to: RoomName },
    /// The room can be entered without being let in.
    #[error("{room} is open; /join {room}")]
    RoomOpen { room: RoomName },
    /// Knocking there is refused.
    #[error("nobody answers a knock at {room}")]
    MayNotKnock { room: RoomName },
    /// Nobody is there who would hear the knock and could let one in.
    #[error("nobody who could let you in is in {room} now; try again later")]
    NobodyLetsIn { room: RoomName },
    /// Knocked too often.
    #[error("you knock too often; wait {} and try again", seconds(*.wait))]
    KnockRate { room: RoomName, wait: Duration },
    /// There is a room of that name already.
    #[error("there is a room {room} already (or one that looks like it)")]
    RoomExists { room: RoomName, old: RoomName },
    /// The room's name cannot be changed.
    #[error("{room} keeps its name: it is where one lands")]
    RoomKeepsName { room: RoomName, new: RoomName },
    /// As many are monitored as may be.
    #[error("you monitor as many as you may ({limit}, limits.monitor)")]
    MonitorFull { limit: u32, nicks: Vec<Nick> },
    /// There is no such message, or none that one may know of.
    #[error("there is no message {id} there")]
    NoSuchMessage { id: MessageId, target: Box<str> },
    /// The message is not one's own, and one ranks too low.
    #[error("that message is not yours to take back")]
    MessageNotYours { id: MessageId, target: Box<str> },
    /// Only operators may.
    #[error("that is for operators (at least {})", .role.as_str())]
    NeedRole { role: super::Role },
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
            Refusal::NotKept { .. } => "not-stored",
            Refusal::NickInUse { .. } => "nick-in-use",
            Refusal::NickReserved { .. } => "nick-reserved",
            Refusal::NickIsServers { .. } => "bad-name",
            Refusal::SharedUser => "shared",
            Refusal::NoSuchAccount | Refusal::NoAccountCalled { .. } => "no-such-account",
            Refusal::NotLoggedIn => "not-logged-in",
            Refusal::RoomRegistered { .. } => "room-registered",
            Refusal::RoomNotRegistered { .. } => "not-registered",
            Refusal::NoAccess { .. } => "no-access",
            Refusal::NoSuchNick { .. } => "no-such-nick",
            Refusal::NoSuchRoom { .. } => "no-such-room",
            Refusal::NotInRoom { .. } | Refusal::TheyAreNotInRoom { .. } => "not-in-room",
            Refusal::NoCurrentRoom => "no-room",
            Refusal::TooManyRooms { .. } | Refusal::TooManyOwned { .. } => "too-many-rooms",
            Refusal::RoomsFull { .. } => "rooms-full",
            Refusal::Banned { .. } => "banned",
            Refusal::InviteOnly { .. } => "invite-only",
            Refusal::WrongKey { .. } => "wrong-key",
            Refusal::RoomFull { .. } => "room-full",
            Refusal::NeedAccount { .. } | Refusal::NotToThem { .. } => "need-account",
            Refusal::NobodyReads { .. } | Refusal::NobodyHears { .. } => "not-here",
            Refusal::MayNotSpeak { .. } => "may-not-speak",
            Refusal::MayNotSayThat { .. } => "not-that",
            Refusal::RankTooLow { .. } | Refusal::AccessTooLow { .. } => "need-rank",
            Refusal::TheyAreInRoom { .. } => "in-room",
            Refusal::NickLocked { .. } => "nick-locked",
            Refusal::ListFull { .. } | Refusal::AccessFull { .. } => "list-full",
            Refusal::ModeNotYours { .. }
            | Refusal::ForwardNotYours { .. }
            | Refusal::RoomKeepsName { .. }
            | Refusal::NickNotYours { .. }
            | Refusal::NotItsFounder { .. }
            | Refusal::OneFounder { .. }
            | Refusal::RoomIsLanding { .. }
            | Refusal::MessageNotYours { .. } => "not-yours",
            Refusal::RoomOpen { .. } => "room-open",
            Refusal::MayNotKnock { .. } | Refusal::NobodyLetsIn { .. } => "no-knock",
            Refusal::RoomExists { .. } => "room-exists",
            Refusal::MonitorFull { .. } => "monitor-full",
            Refusal::NoSuchMessage { .. } => "no-such-message",
            Refusal::NeedRole { .. } => "need-role",
            Refusal::JoinRate { .. } | Refusal::NickRate { .. } | Refusal::KnockRate { .. } => {
                "too-fast"
            }
            Refusal::NoOperator => "no-operator",
            Refusal::NotFromHere => "not-from-here",
            Refusal::Detached => "gone",
            Refusal::Internal => "internal",
        }
    }
}

/// Who in a room may do what needs this rank, for a person.
fn whose_office(rank: Rank) -> &'static str {
    match rank {
        Rank::Voice | Rank::HalfOp | Rank::Op => "one of its ops",
        Rank::Admin => "one of its admins or its founder",
        Rank::Founder => "its founder",
    }
}

/// Whole seconds, rounded up, for a person: "1 second", "12 seconds".
pub fn seconds(wait: Duration) -> String {
    let n = wait.as_millis().div_ceil(1000).max(1);
    if n == 1 {
        "1 second".into()
    } else {
        format!("{n} seconds")
    }
}

#[cfg(test)]
mod tests;
