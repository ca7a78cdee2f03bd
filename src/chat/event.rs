//! What clients are told, and whom it is for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{ClientId, Nick, RoomId, RoomName, Seat, Text, Timestamp, Topic};

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
    User(Nick),
    /// The operator.
    Operator,
}

impl Speaker {
    /// The name that it goes by.
    pub fn name(&self) -> &str {
        match self {
            Speaker::User(nick) => nick.as_str(),
            Speaker::Operator => OPERATOR,
        }
    }
}

/// Where something is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In a room.
    Room(RoomId, RoomName),
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
    /// Something was said.
    Said {
        from: Speaker,
        place: Place,
        manner: Manner,
        text: Text,
    },
    /// News: a user entered a room.
    Joined {
        nick: Nick,
        room: RoomId,
        name: RoomName,
    },
    /// News: a user left a room.
    Parted {
        nick: Nick,
        room: RoomId,
        name: RoomName,
        reason: Option<Text>,
    },
    /// News: a user has gone from the server; told once to each who shared a room with it.
    Gone { nick: Nick, how: super::Departure },
    /// News: a user has another nick.
    Renamed { old: Nick, new: Nick },
    /// News: a room has another topic.
    TopicChanged {
        by: Speaker,
        room: RoomId,
        name: RoomName,
        topic: Topic,
    },
    /// Answer: one's own nick is now this.
    YouAre { nick: Nick },
    /// Answer: one is in this room now, and it is the current one.
    YouEntered {
        room: RoomId,
        name: RoomName,
        others: u32,
        topic: Option<Topic>,
    },
    /// Answer: the current room is now this one.
    YouTalkIn { room: RoomId, name: RoomName },
    /// Answer: one has left a room; the current one now, if any.
    YouLeft {
        name: RoomName,
        current: Option<RoomName>,
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
        away: Option<Text>,
        rooms: Vec<RoomName>,
        connected_at: Timestamp,
        idle_seconds: u64,
    },
    /// Answer: the rooms.
    RoomsAre { rooms: Vec<RoomLine>, more: u32 },
    /// Answer: the topic of a room.
    TopicIs {
        name: RoomName,
        topic: Option<Topic>,
        by: Option<Nick>,
        at: Option<Timestamp>,
    },
    /// Answer: the topic of a room was set by oneself.
    TopicSet { name: RoomName, topic: Topic },
    /// Answer: one is away now, or back.
    AwayIs { away: Option<Text> },
    /// Answer: the user that one wrote to is away.
    TheyAreAway { nick: Nick, away: Text },
    /// The last thing a client is told: why it has to go.
    Farewell { how: super::Departure },
}

impl Event {
    /// The room that it is about: how a client is told depends on whether that is its current one.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Event::Said {
                place: Place::Room(room, _),
                ..
            }
            | Event::Joined { room, .. }
            | Event::Parted { room, .. }
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
                | Event::Renamed { .. }
                | Event::TopicChanged { .. }
        )
    }
}

/// Whom an effect is for. Room audiences are looked up after the changes have been applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// One client.
    Client(Seat),
    /// All clients of the users of a room, but for those of the user of this client.
    Room(RoomId, Option<ClientId>),
    /// All clients of the users who sit in one of these rooms, each once, but for those of the user of this client.
    Rooms(SmallVec<[RoomId; 2]>, Option<ClientId>),
    /// These clients.
    Clients(SmallVec<[Seat; 2]>),
    /// Whoever reads at an operator's console.
    Operator,
}

/// What the outside must do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Tell these that.
    Tell(Audience, Event),
    /// End this connection once its mailbox is written. The client is already detached; the seat was its own.
    Close(ClientId, Seat),
}
