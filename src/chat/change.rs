//! What a command changes: the only things that [`Chat::apply`](super::Chat::apply) takes. Data, so that it can be stored and
//! replayed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::recent::Recent;
use super::{
    Account, Attach, Bucket, Capabilities, Effect, Key, ListEntry, ListKind, Mask, MessageId, Nick,
    Operator, Origin, Ownership, Past, Ranks, Registered, RoomFlags, RoomId, RoomName, Seat, Text,
    Tick, Timestamp, Topic, UserFlags, UserId,
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
    /// A client has certainly been told what was said before this number, and perhaps nothing since.
    Told { seat: Seat, upto: u64 },
    /// A client has gone.
    SeatFreed { seat: Seat },
    /// A user, in no room any more, has gone.
    UserGone { user: UserId },
    /// Who was here, or went by another nick, is remembered.
    Remembered { past: Box<Past> },
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
        /// The number of its life, if it does not go on with another.
        life: u64,
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
    /// A message more was said; it is remembered for a while.
    Said { recent: Recent },
    /// So many things more have happened that have numbers as messages have, the latest with this time in its id.
    Numbered { count: u64, at: Timestamp },
    /// A message that was remembered was taken back.
    Redacted { id: MessageId },
    /// What was known of a message holds again: that it was taken back could not be stored.
    Restored { recent: Recent },
    /// A user has read until then what was said there, which is the key of a room's name or of a nick.
    MarkedRead {
        user: UserId,
        target: Box<str>,
        at: Timestamp,
    },
    /// A user's modes.
    UserFlags { user: UserId, flags: UserFlags },
    /// What a user says of itself.
    Realname { user: UserId, realname: Arc<str> },
    /// Where a user is shown to come from.
    Origin { user: UserId, origin: Origin },
    /// What a user is as an operator.
    Operator {
        user: UserId,
        operator: Option<Box<Operator>>,
    },
    /// The account that a user is logged in to.
    Account {
        user: UserId,
        account: Option<Account>,
    },
    /// Which of its account's devices a client is.
    Device {
        seat: Seat,
        device: Option<Arc<str>>,
    },
    /// A client is another user's now; it talks nowhere.
    Moved { seat: Seat, user: UserId },
    /// There is this account.
    Registered { registered: Registered },
    /// There is no such account any more.
    Unregistered { id: u64 },
    /// A user may enter a room once.
    Invited { user: UserId, room: RoomId },
    /// A user has entered by its invitation, which is used up.
    InvitationUsed { user: UserId, room: RoomId },
    /// A user has knocked at a room, at this time, and may again after that one.
    Knocked {
        user: UserId,
        room: RoomId,
        at: Tick,
        again: Tick,
    },
    /// A client monitors these as well.
    Monitored { seat: Seat, nicks: Vec<Nick> },
    /// A client does not monitor these any more; none: nobody.
    Unmonitored {
        seat: Seat,
        nicks: Option<Vec<Nick>>,
    },
    /// A room's flags.
    RoomFlags { room: RoomId, flags: RoomFlags },
    /// A member's ranks.
    Ranks {
        room: RoomId,
        user: UserId,
        ranks: Ranks,
    },
    /// An entry of a room's list is there.
    Listed {
        room: RoomId,
        list: ListKind,
        entry: ListEntry,
    },
    /// An entry of a room's list is not there any more.
    Unlisted {
        room: RoomId,
        list: ListKind,
        mask: Mask,
    },
    /// A room's key.
    RoomKey { room: RoomId, key: Option<Key> },
    /// A room's limit of members.
    RoomLimit { room: RoomId, limit: Option<u32> },
    /// Where a room forwards to.
    RoomForward { room: RoomId, to: Option<RoomName> },
    /// Whose a room is; none: it is not registered any more.
    Owned {
        room: RoomId,
        owned: Option<Box<Ownership>>,
    },
    /// A room has another name.
    RoomNamed { room: RoomId, name: RoomName },
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
