//! What is kept of what was said, and how it is asked for: types that protocols ask with, the store answers with, and the hub
//! carries between them. Reads nothing and keeps nothing.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{
    Account, ClientId, ClientTags, Entry, Manner, MessageId, Nick, Rank, RoomName, Speaker, Text,
    Timestamp,
};

/// One life of a room: from when it was made to when its last member left. A room that is made again under the name of another is
/// another life, and its members do not read what was said in the first. A restart of the server ends no life.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Life {
    /// The key of the room's name.
    pub key: Box<str>,
    /// Its own number, below 2^63; no other life of that key has it, ever.
    pub since: u64,
}

/// One side of a private conversation: an account, or a user without one, for as long as it is here. Unique for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// Which process: [`Stamp::salt`](super::Stamp::salt).
    pub salt: u32,
    /// The client that the user came with.
    pub came_as: ClientId,
}

/// All that one user is in private conversations: its account, and itself.
pub type Parties = SmallVec<[Party; 2]>;

impl Party {
    /// An account.
    pub fn of_account(id: u64) -> Party {
        // No process has this salt.
        Party {
            salt: 0,
            came_as: ClientId(id),
        }
    }
}

/// What may be read of a room, decided when it is asked for; what each message was is decided when it is written.
///
/// Of a message with the number `n`: it may be read when it was said while the reader was a member (`n >= joined`), or when
/// anybody could have come in and heard it ([`Said::open`]) and `before` allows it, and, where somebody was banned then, `known`
/// too; and, if it was for a rank only, when the reader has had that rank since before it (`n >= ranked`, and `rank` is enough).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The number of the next message when the reader joined.
    pub joined: u64,
    /// Open messages from this number on may be read although they were said before; none: they may not.
    pub before: Option<u64>,
    /// Whom bans meant is known from this number on.
    pub known: u64,
    /// The reader's highest rank.
    pub rank: Option<Rank>,
    /// The number of the next message when it got its ranks.
    pub ranked: u64,
}

impl Rights {
    /// Everything: the operator's.
    pub const ALL: Rights = Rights {
        joined: 0,
        before: Some(0),
        known: 0,
        rank: Some(Rank::Founder),
        ranked: 0,
    };
}

/// Where something was said, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// In a room, which has this name; with a rank, only for those of it who have that rank or a higher one.
    Room {
        /// The room.
        life: Life,
        /// Its name then.
        name: RoomName,
        /// Whom it was for, if not for all.
        rank: Option<Rank>,
    },
    /// Between two users.
    Direct {
        /// Who said it; none: the operator.
        from: Option<Party>,
        /// To whom.
        to: Party,
        /// What that one was called.
        nick: Nick,
    },
}

/// Who could have come in and heard a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Not anybody.
    No,
    /// Anybody but those who were banned, if anybody was.
    ButForBanned,
    /// Anybody.
    Yes,
}

/// A message to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its id; the store keeps messages in the order of the ids' numbers.
    pub id: MessageId,
    /// When it was said, by the wall clock.
    pub at: Timestamp,
    /// Who said it.
    pub from: Speaker,
    /// Where.
    pub place: Where,
    /// Whether anybody could have come in and heard it.
    pub open: Open,
    /// As a message, an action or a notice.
    pub manner: Manner,
    /// What.
    pub text: Text,
    /// What went with it for other clients' programs.
    pub tags: Option<ClientTags>,
}

/// A message as it is read back. What it was then: names and nicks may have changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: MessageId,
    /// When it was said, by the wall clock.
    pub at: Timestamp,
    /// Who said it.
    pub from: Speaker,
    /// The name of the room or the nick that it was said to.
    pub to: Box<str>,
    /// Whom of the room it was for, if not for all.
    pub rank: Option<Rank>,
    /// As a message, an action or a notice.
    pub manner: Manner,
    /// What; none: it was taken back.
    pub text: Option<Text>,
    /// What went with it for other clients' programs.
    pub tags: Option<ClientTags>,
}

impl Kept {
    /// What of it decides who may take it back; `life`: where it was said.
    pub fn older(&self, life: Option<Life>) -> Older {
        let account = match &self.from {
            Speaker::User(who) => who.account.clone(),
            Speaker::Operator => None,
        };
        Older {
            id: self.id,
            life,
            operator: self.from == Speaker::Operator,
            account,
            rank: self.rank,
        }
    }
}

/// A message that is kept but not remembered any more, as far as it matters for who may take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Older {
    /// Its id.
    pub id: MessageId,
    /// The life of a room that it was said in, if it was.
    pub life: Option<Life>,
    /// Whether the operator said it.
    pub operator: bool,
    /// The account of its sender.
    pub account: Option<Account>,
    /// Whom of the room it was for, if not for all.
    pub rank: Option<Rank>,
}

/// A message, and the life of a room that it was said in, if it was.
pub type Placed = (Box<Kept>, Option<Life>);

/// One end of a span, itself not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A message. One that is not kept is the place where it would be.
    Id(MessageId),
    /// A moment.
    At(Timestamp),
}

/// Which messages of a conversation (IRCv3 chathistory has all of them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The latest; with a bound, only those after it.
    Latest(Option<Bound>),
    /// The latest before it.
    Before(Bound),
    /// The earliest after it.
    After(Bound),
    /// About half before it, itself if it is a message, and the rest after it.
    Around(Bound),
    /// Between the two, from the first towards the second: the earliest when the first is the earlier one, else the latest.
    Between(Bound, Bound),
}

/// Of which conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of these lives of a room, the latest life first, as far as the rights reach.
    Lives(Vec<Life>, Rights),
    /// Of whatever was said in rooms of this name, to whomever: the operator's.
    Name(RoomName),
    /// Between a user and others.
    Direct {
        /// The user ([`Chat::parties`](super::Chat::parties)).
        own: Parties,
        /// With this one.
        other: Option<Party>,
        /// And with whoever was called so when they last talked.
        nick: Nick,
    },
}

/// A question to the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Of which conversation.
    pub of: Of,
    /// Which messages.
    pub span: Span,
    /// At most so many.
    pub limit: u32,
    /// Only those in which all these words are found.
    pub words: Option<Box<str>>,
    /// Only from one who was called so.
    pub from: Option<Box<str>>,
    /// Only those that have this text in them, whatever the case.
    pub containing: Option<Box<str>>,
    /// What else has happened too, unless something is searched for.
    pub events: bool,
}

impl Query {
    /// All messages of a span.
    pub fn all(of: Of, span: Span, limit: u32) -> Query {
        Query {
            of,
            span,
            limit,
            words: None,
            from: None,
            containing: None,
            events: false,
        }
    }
}

/// A conversation in which something was said, and when that was last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The room or the nick, as it was last called.
    pub name: Box<str>,
    /// When the latest message was said that the reader may read.
    pub at: Timestamp,
}

/// What is looked up in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Messages.
    Messages(Query),
    /// What was said in private to a user or by it; at most so many.
    Private(Party, Span, u32),
    /// One message, whoever may read it.
    Message(MessageId),
    /// The conversations of a user, and the rooms that it may read, in which something was said between two moments.
    Targets {
        /// The user.
        own: Parties,
        /// The rooms, each by its name, with its lives and what may be read of them.
        rooms: Vec<(RoomName, Vec<Life>, Rights)>,
        /// After this one.
        after: Timestamp,
        /// Before this one.
        before: Timestamp,
        /// At most so many.
        limit: u32,
    },
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookedUp {
    /// The messages, the earliest first.
    Messages(Vec<Kept>),
    /// The messages and what else has happened, the earliest first.
    Log(Vec<Entry>),
    /// The message, and the life of a room that it was said in, if it was; none: it is not kept.
    Message(Option<Placed>),
    /// The conversations, by when something was last said in them, the earliest first.
    Targets(Vec<Spoken>),
}
