//! What a command changes: the only things that [`Chat::apply`](super::Chat::apply) takes. Data, so that it can be stored and
//! replayed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{
    Attach, Bucket, Capabilities, Effect, Nick, Origin, Ranks, RoomId, RoomName, Seat, Text, Tick,
    Timestamp, Topic, UserId,
};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum Change {
    /// A client did something.
    Active { seat: Seat, at: Tick },
    /// A user is here.
    UserMade {
        user: UserId,
        nick: Nick,
        origin: Origin,
        realname: Arc<str>,
    },
    /// A client is attached to a user.
    Seated {
        seat: Seat,
        user: UserId,
        attach: Box<Attach>,
        at: Timestamp,
        tick: Tick,
    },
    /// A client has gone.
    SeatFreed { seat: Seat },
    /// A user, in no room any more, has gone.
    UserGone { user: UserId },
    /// A user has another nick, and has spent this much of its rate.
    Renamed {
        user: UserId,
        nick: Nick,
        spent: Bucket,
    },
    /// A room is there.
    RoomMade {
        room: RoomId,
        name: RoomName,
        at: Timestamp,
    },
    /// A user is in a room, with these ranks.
    Entered {
        user: UserId,
        room: RoomId,
        ranks: Ranks,
    },
    /// A user has spent this much of its rate of joins.
    JoinSpent { user: UserId, spent: Bucket },
    /// A user is not in a room any more.
    Left { user: UserId, room: RoomId },
    /// A room, empty, is not there any more.
    RoomGone { room: RoomId },
    /// A client's lines go to this room.
    Current { seat: Seat, room: Option<RoomId> },
    /// A room's topic.
    TopicSet {
        room: RoomId,
        topic: Option<Topic>,
        by: Option<Arc<str>>,
        at: Timestamp,
    },
    /// A user is away, or back.
    AwaySet { user: UserId, away: Option<Text> },
    /// So many messages more were said.
    Said { messages: u32 },
    /// A client has negotiated something else.
    Negotiated {
        seat: Seat,
        capabilities: Capabilities,
    },
    /// As many consoles read what is said to the operator.
    Consoles { open: u32 },
}

/// The changes of one decision, in order.
pub type Changes = SmallVec<[Change; 2]>;

/// The effects of one decision, in order.
pub type Effects = SmallVec<[Effect; 2]>;

/// What is to be done about a command: first all changes are applied, then the effects are carried out.
///
/// `Farewell` and [`Effect::Close`] name the seat that this same decision frees: its mailbox is still the departed client's
/// until the next decision is applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// For [`Chat::apply`](super::Chat::apply).
    pub changes: Changes,
    /// For the outside.
    pub effects: Effects,
}
