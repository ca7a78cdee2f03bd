//! What clients are told. Whom it is for is said in `effect`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Account, ClientTags, Identity, MessageId, ModeChange, Nick, Rank, RoomId, RoomName, Talks,
    Text, Timestamp, Topic, UserFlag,
};

/// The way something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// A message.
    Message,
    /// An action (`/me`).
    Action,
    /// A notice: something no program may answer by itself.
    Notice,
}

impl Manner {
    /// The word for it, for the operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Manner::Message => "message",
            Manner::Action => "action",
            Manner::Notice => "notice",
        }
    }
}

/// The operator's name: in lines, in commands and for other operators. No nick can have a `*`.
pub const OPERATOR: &str = "*operator";

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speaker {
    /// A user.
    User(Identity),
    /// The operator.
    Operator,
}

impl Speaker {
    /// The name that it goes by.
    pub fn name(&self) -> &str {
        match self {
            Speaker::User(who) => who.nick.as_str(),
            Speaker::Operator => OPERATOR,
        }
    }
}

/// Where something is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In a room.
    Room(RoomId, RoomName),
    /// To those in a room who have this rank or a higher one.
    Ranked(Rank, RoomId, RoomName),
    /// To one user, in private; the nick it was said to.
    Private(Nick),
    /// To the operator.
    Operator,
}

/// One user of a room, as `/who` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The nick.
    pub nick: Nick,
    /// The highest of its ranks there.
    pub rank: Option<Rank>,
    /// The away message, if away.
    pub away: Option<Text>,
}

/// One room, as `/rooms` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomLine {
    /// The name.
    pub room: RoomName,
    /// How many users are in it.
    pub users: u32,
    /// The topic, if set.
    pub topic: Option<Topic>,
}

/// What was done about a registered room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owning {
    /// It is registered now.
    Registered,
    /// It is not registered any more.
    Dropped,
    /// An account has this rank there, or none.
    Access(Nick, Option<Rank>),
    /// It is this account's.
    HandedTo(Nick),
    /// A member was given this rank, or it was taken.
    Rank(Nick, Rank, bool),
}

/// What a client is told. News are about others; answers are what one's own command brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum Event {
    /// The first thing a client is told: one event, so that it can be one write.
    Welcome {
        greeting: Arc<str>,
        nick: Nick,
        room: RoomId,
        name: RoomName,
        others: u32,
        topic: Option<Topic>,
        news: bool,
    },
    /// The first thing that a client is told which chose its nick and lands in no room.
    Registered { who: Identity },
    /// Something was said.
    Said {
        from: Speaker,
        place: Place,
        manner: Manner,
        text: Text,
        id: MessageId,
        tags: Option<ClientTags>,
    },
    /// Something was said for programs only.
    Tagged {
        from: Speaker,
        place: Place,
        tags: ClientTags,
        id: MessageId,
    },
    /// A message was taken back.
    Redacted {
        by: Speaker,
        place: Place,
        id: MessageId,
        reason: Option<Text>,
    },
    /// News: a user entered a room. `away`: it is away.
    Joined {
        who: Identity,
        realname: Arc<str>,
        away: Option<Text>,
        room: RoomId,
        name: RoomName,
    },
    /// News: a user left a room.
    Parted {
        who: Identity,
        room: RoomId,
        name: RoomName,
        reason: Option<Text>,
    },
    /// News: a user was made to leave a room.
    KickedFrom {
        by: Speaker,
        who: Identity,
        room: RoomId,
        name: RoomName,
        reason: Option<Text>,
    },
    /// News: a user has gone from the server; told once to each who shared a room with it.
    Gone {
        who: Identity,
        how: super::Departure,
    },
    /// News: a user has another nick.
    Renamed { who: Identity, new: Nick },
    /// News: a room has another topic.
    TopicChanged {
        by: Speaker,
        room: RoomId,
        name: RoomName,
        topic: Topic,
    },
    /// News: a room has other modes. Told to who did it too. `by`: none is the server, which keeps ranks as accounts have them.
    ModesChanged {
        by: Option<Speaker>,
        room: RoomId,
        name: RoomName,
        changes: Arc<[ModeChange]>,
    },
    /// News: a room has another name. Told to who did it too.
    RoomRenamed {
        by: Speaker,
        room: RoomId,
        old: RoomName,
        new: RoomName,
        reason: Option<Text>,
    },
    /// News: a user is away, or back.
    AwayChanged { who: Identity, away: Option<Text> },
    /// News: a user says something else of itself. Told to itself too.
    RealnameChanged { who: Identity, realname: Arc<str> },
    /// News: a user is shown with another host. Told to itself too.
    HostChanged { old: Identity, new: Identity },
    /// News: a user is logged in to an account (as its identity says), or not any more.
    AccountChanged { who: Identity },
    /// One is invited into a room.
    Invited {
        by: Speaker,
        room: RoomId,
        name: RoomName,
    },
    /// News for those in a room who may invite: somebody else was invited.
    InvitedOther {
        by: Speaker,
        nick: Nick,
        room: RoomId,
        name: RoomName,
    },
    /// News for those in a room who may invite: somebody asks to be let in.
    Knocked {
        who: Identity,
        room: RoomId,
        name: RoomName,
        text: Option<Text>,
    },
    /// What an operator says to all who listen.
    Wallops { from: Speaker, text: Text },
    /// What the server tells its operators.
    ServerNotice { text: Text },
    /// A user that one monitors has come.
    CameOnline { who: Identity },
    /// A user that one monitors has gone, or is called something else now.
    WentOffline { nick: Nick },
    /// Answer: one's own nick is now this; `who` is as it was before.
    YouAre { who: Identity, nick: Nick },
    /// Answer: one is in this room now.
    YouEntered {
        who: Identity,
        room: RoomId,
        name: RoomName,
        others: u32,
        topic: Option<Topic>,
        talks: Talks,
    },
    /// Answer: one may not enter the one room and is let into the other instead.
    YouAreForwarded { from: RoomName, to: RoomName },
    /// Answer: the current room is now this one.
    YouTalkIn { room: RoomId, name: RoomName },
    /// Answer: one has left a room.
    YouLeft {
        who: Identity,
        name: RoomName,
        reason: Option<Text>,
        talks: Talks,
    },
    /// One was made to leave a room.
    YouWereKickedFrom {
        by: Speaker,
        nick: Nick,
        name: RoomName,
        reason: Option<Text>,
        talks: Talks,
    },
    /// Answer: who is in a room.
    WhoIs {
        name: RoomName,
        members: Vec<Member>,
        more: u32,
    },
    /// Answer: what there is to know of a user.
    UserIs {
        nick: Nick,
        account: Option<Account>,
        away: Option<Text>,
        rooms: Vec<RoomName>,
        /// Since when it has been here, and for how many seconds it has been idle; none: it has no client now.
        here: Option<(Timestamp, u64)>,
    },
    /// Answer: the rooms.
    RoomsAre { rooms: Vec<RoomLine>, more: u32 },
    /// Answer: the topic of a room.
    TopicIs {
        name: RoomName,
        topic: Option<Topic>,
        by: Option<Arc<str>>,
        at: Option<Timestamp>,
    },
    /// Answer: the modes of a room, each as the change that sets it; the key only for members.
    ModesAre {
        name: RoomName,
        modes: Vec<ModeChange>,
    },
    /// Answer: the topic of a room was set by oneself.
    TopicSet {
        who: Identity,
        room: RoomId,
        name: RoomName,
        topic: Topic,
    },
    /// Answer: one's own modes have changed.
    FlagsChanged {
        nick: Nick,
        changes: Vec<(UserFlag, bool)>,
    },
    /// Answer: somebody was invited; `away`: it is away.
    InviteSent {
        nick: Nick,
        name: RoomName,
        away: Option<Text>,
    },
    /// Answer: one has asked to be let in.
    KnockSent { name: RoomName },
    /// Answer: these of those that one monitors are here, and these are not.
    Monitored {
        here: Vec<Identity>,
        gone: Vec<Nick>,
    },
    /// Until when one has read what was said there, a room or a nick, as one of one's clients has said; none: nothing is known.
    MarkedRead {
        target: Box<str>,
        at: Option<Timestamp>,
    },
    /// Answer: one is away now, or back.
    AwayIs { away: Option<Text> },
    /// Answer: the user that one wrote to is away.
    TheyAreAway { nick: Nick, away: Text },
    /// Answer: one is an operator now.
    YouAreOperator { role: super::Role },
    /// Answer: one is logged in to an account now (as the identity says), or not any more.
    YouAreLoggedIn { who: Identity },
    /// Answer: whose a registered room is. No founder: its account is not known here.
    OwnerIs {
        name: RoomName,
        founder: Option<Nick>,
        since: Timestamp,
    },
    /// Answer: which accounts have which ranks in a registered room, the highest first, the founder before them.
    AccessIs {
        name: RoomName,
        access: Vec<(Nick, Rank)>,
    },
    /// Answer: what one has done about a registered room.
    Owned { name: RoomName, what: Owning },
    /// Part of a command was not carried out, and the rest was.
    Refused(super::Refusal),
    /// The last thing a client is told: why it has to go. `nick`: what it was called; none: it had not been given one yet.
    Farewell {
        nick: Option<Nick>,
        how: super::Departure,
    },
}

impl Event {
    /// The room that it is about: how a client is told depends on whether that is its current one.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Event::Said {
                place: Place::Room(room, _) | Place::Ranked(_, room, _),
                ..
            }
            | Event::Joined { room, .. }
            | Event::Parted { room, .. }
            | Event::KickedFrom { room, .. }
            | Event::ModesChanged { room, .. }
            | Event::TopicChanged { room, .. } => Some(*room),
            _ => None,
        }
    }

    /// Whether it is news: not told to clients that want none.
    pub fn is_news(&self) -> bool {
        matches!(
            self,
            Event::Joined { .. }
                | Event::Parted { .. }
                | Event::Gone { .. }
                | Event::KickedFrom { .. }
                | Event::Renamed { .. }
                | Event::TopicChanged { .. }
                | Event::ModesChanged { .. }
                | Event::RoomRenamed { .. }
                | Event::Redacted { .. }
                | Event::AwayChanged { .. }
                | Event::RealnameChanged { .. }
                | Event::HostChanged { .. }
                | Event::AccountChanged { .. }
                | Event::InvitedOther { .. }
                | Event::Knocked { .. }
        )
    }
}
