//! What a client, or the operator, asks of the chat.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    ClientId, Key, Manner, MessageId, ModeChange, Nick, Older, Rank, Registered, Role, RoomName,
    Text, Timestamp, Tls, Topic, UserFlag,
};

/// The protocol that a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Lines of text, with or without newlines.
    Plain,
    /// IRC.
    Irc,
}

impl Protocol {
    /// The word for it in the configuration and for the operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Plain => "plain",
            Protocol::Irc => "irc",
        }
    }

    /// The protocol of that word; none if there is no such.
    pub fn parse(word: &str) -> Option<Protocol> {
        [Protocol::Plain, Protocol::Irc]
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
    /// Those in a room who have this rank or a higher one.
    Ranked(Rank, RoomName),
    /// A user by nick.
    User(Nick),
    /// One client by id; only the operator names clients so.
    Client(ClientId),
    /// The operator ([`OPERATOR`](super::OPERATOR)).
    Operator,
}

/// What a client's protocol has negotiated: a set of bits that the protocol knows the meaning of. The chat only carries it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Capabilities(pub u64);

/// What a client says beside a message for other clients' programs: IRCv3's client-only tags (`+typing=active;+reply=...`), as they
/// go over the wire, valid and bounded by the protocol. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientTags(pub Arc<str>);

/// An account, proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The account's id.
    pub id: u64,
    /// Which of its devices; none: the one without a name.
    pub device: Option<Arc<str>>,
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
    /// The nick that it asks for; none: a guest's, and it enters the landing room.
    pub nick: Option<Nick>,
    /// What it calls itself at its host: 1 to 18 characters without `@`, `!`, `*`, `?` and space.
    pub username: Box<str>,
    /// Its host as others see it; no space, no colon at its start.
    pub host: Box<str>,
    /// What else it says of itself; one line, at most 200 bytes, may be empty.
    pub realname: Arc<str>,
    /// Its away message, if it is away from the start.
    pub away: Option<Text>,
    /// What its protocol has negotiated.
    pub capabilities: Capabilities,
    /// Its TLS; none: it has none.
    pub tls: Option<Arc<Tls>>,
    /// The account that it has proven to be, and which of its devices.
    pub login: Option<Login>,
    /// Whether its messages come by WebSocket.
    pub websocket: bool,
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
    /// A user who is an operator ended it, with a reason.
    Killed(Nick, Text),
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
            Departure::Killed(..) => "killed",
            Departure::Cut(_) => "cut off",
            Departure::Shutdown(_) => "shutdown",
        }
    }

    /// The reason, if one was given.
    pub fn reason(&self) -> Option<&Text> {
        match self {
            Departure::Quit(reason) => reason.as_ref(),
            Departure::Closed | Departure::Failed => None,
            Departure::Kicked(reason)
            | Departure::Killed(_, reason)
            | Departure::Cut(reason)
            | Departure::Shutdown(reason) => Some(reason),
        }
    }
}

/// A command. Which of them an operator may give is said at each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A connection becomes a client: with the nick that it asks for, in no room; or with a guest's, in the landing room, whatever
    /// that room's modes are. Its source is that client.
    Attach(Box<Attach>),
    /// A client has gone, or has to go. Its source is that client; the operator gives [`Command::Kick`].
    Detach(Departure),
    /// The operator ends a client.
    Kick(ClientId, Text),
    /// The operator ends a client whose account nobody may log in to any more. It alone is told why.
    Expel(ClientId, Text),
    /// Take another nick.
    Nick(Nick),
    /// Enter a room, or, being in it, make it the current one. The first in a new one is op.
    Join(RoomName, Option<Key>),
    /// Leave a room (none: the current one), with an optional reason.
    Part(Option<RoomName>, Option<Text>),
    /// Leave all rooms.
    PartAll,
    /// Have a user leave a room (none: the current one), with an optional reason.
    KickFrom(Option<RoomName>, Nick, Option<Text>),
    /// Say something. Clients and the operator.
    Say {
        /// To whom.
        to: Target,
        /// As a message, an action or a notice.
        manner: Manner,
        /// What; several lines from those who can say them at once.
        text: Text,
        /// What goes with it for other clients' programs.
        tags: Option<ClientTags>,
    },
    /// Say something for other clients' programs only (IRCv3 TAGMSG).
    Tag(Target, ClientTags),
    /// Take back a message of one's own, or, ranking high enough, of another. Clients, and the operator, whatever the target.
    Redact(Target, MessageId, Option<Text>),
    /// The same of a message of a room that is kept but not remembered, as it was found: one's own, or, being op, any.
    RedactOlder(Target, Older, Option<Text>),
    /// Who is in a room (none: the current one).
    Who(Option<RoomName>),
    /// What there is to know of a user.
    Whois(Nick),
    /// Which rooms there are.
    Rooms,
    /// Show the topic of a room (none: the current one).
    ShowTopic(Option<RoomName>),
    /// Set the topic of a room (none: the current one); an empty topic takes it away. Clients and the operator.
    SetTopic(Option<RoomName>, Topic),
    /// Show the modes of a room (none: the current one).
    ShowModes(Option<RoomName>),
    /// Change the modes of a room (none: the current one), in order; what cannot be changed is refused one by one.
    SetModes(Option<RoomName>, Vec<ModeChange>),
    /// Change one's own modes; those that are not one's own to set stay as they are.
    SetFlags(Vec<(UserFlag, bool)>),
    /// Invite a user into a room (none: the current one). From half-ops and above it opens the room once, from others it only tells.
    Invite(Nick, Option<RoomName>),
    /// Ask to be let into a room that one cannot enter; once a minute for each.
    Knock(RoomName, Option<Text>),
    /// Give a room (the first) another name, with an optional reason.
    RenameRoom(RoomName, RoomName, Option<Text>),
    /// Register a room (none: the current one) that one is op in, to one's account.
    RegisterRoom(Option<RoomName>),
    /// Have a room not be registered any more, as its founder or an administrator.
    DropRoom(RoomName),
    /// Give an account (by its name) a rank in a registered room (none: the current one) whenever it is there; none: no more. Admins
    /// of a room give and take up to op, the founder and administrators up to admin; everybody may give up one's own.
    SetAccess(Option<RoomName>, Nick, Option<Rank>),
    /// Make another account (by its name) the founder, as the founder, who is an admin then, or an administrator.
    HandOver(RoomName, Nick),
    /// Whose a registered room (none: the current one) is.
    ShowOwner(Option<RoomName>),
    /// Which accounts have which ranks in it, for those who have one, and operators; to others, whose it is.
    ShowAccess(Option<RoomName>),
    /// Give a member of a registered room (none: oneself) a rank, or take it, by the rank that one's own account has there.
    SetRank(RoomName, Option<Nick>, Rank, bool),
    /// Go by the name of one's account: as another client of the account's user who has it, or, if nobody has it, by taking it.
    BeOneself,
    /// End whoever has a nick that belongs to one's account; of the account's own user one becomes a client.
    Ghost(Nick),
    /// Be away, with a message; none: be back.
    Away(Option<Text>),
    /// Say something else of oneself (at most 200 bytes).
    SetRealname(Text),
    /// Be told when these come and go, from now on.
    Monitor(Vec<Nick>),
    /// Be told no more; none: of nobody.
    Unmonitor(Option<Vec<Nick>>),
    /// How far one has read in a room or in a conversation with a user; with a time, that one has read until then.
    MarkRead(Target, Option<Timestamp>),
    /// Another set of capabilities.
    Negotiate(Capabilities),
    /// Become an operator: who asks has proven it. The name in the configuration, and another host to be shown with.
    Promote(Role, Arc<str>, Option<Box<str>>),
    /// End a user's clients, as an operator.
    Kill(Nick, Text),
    /// Say something to all who listen to operators.
    Wallops(Text),
    /// A client has proven to be an account, or is none any more. From the operator's side.
    Login(ClientId, Option<Login>),
    /// There is this account, from now on or as before. From the operator's side.
    Register(Registered),
    /// The account is not there any more; who was logged in to it is not. From the operator's side.
    Unregister(u64),
    /// A user that is always on and has no clients goes, with a reason. From the operator.
    EndUser(Nick, Text),
    /// How many consoles are open that read what is said to the operator. From the operator.
    Consoles(u32),
}
