//! The chat's state: users, clients, rooms, and the ways to find them. Read here, changed only in `apply`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::census::Apart;
use super::decide::Markers;
use super::devices::OnDevice;
use super::lives::Lives;
use super::names::NameKey;
use super::past::PastUsers;
use super::recent::Recents;
use super::registry::Registry;
use super::slots::Slots;
use super::{
    Account, Bucket, Capabilities, ClientId, Identity, InRoom, Life, Membership, MessageId, Nick,
    Operator, Origin, PastUser, Policy, Positions, Protocol, Room, RoomId, RoomName, Seat, Text,
    Tick, Timestamp, Tls, UserFlag, UserFlags, UserId,
};

/// The whole state. A value: it can be cloned, compared, written out and read back at any moment between two decisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Chat {
    pub(super) policy: Policy,
    pub(super) consoles: u32,
    pub(super) users: Slots<User>,
    pub(super) clients: Slots<Client>,
    pub(super) rooms: Slots<Room>,
    /// Who was here and is not any more, the latest last; at most `policy.whowas`.
    pub(super) past: PastUsers,
    /// The last messages, the latest last; at most [`RECENT`](super::recent::RECENT).
    pub(super) recent: Recents,
    /// How many messages were said, ever.
    pub(super) said: u64,
    /// The time in the latest id: no later one has an earlier time in it, whatever the clock does.
    pub(super) latest: Timestamp,
    pub(super) lives: Lives,
    pub(super) registry: Registry,
    /// The most users there were at one time.
    pub(super) most_users: u32,
    /// Follows from the tables above, as `Index` says.
    #[serde(skip)]
    pub(super) index: Index,
}

/// What is written out of a [`Chat`].
#[derive(Deserialize)]
struct Stored {
    policy: Policy,
    consoles: u32,
    users: Slots<User>,
    clients: Slots<Client>,
    rooms: Slots<Room>,
    past: PastUsers,
    recent: Recents,
    said: u64,
    latest: Timestamp,
    lives: Lives,
    registry: Registry,
    most_users: u32,
}

/// The ways to find things. Never walked in an order that anyone can see, but for the sorted ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Index {
    /// Clients by their ids.
    pub(super) seats: BTreeMap<ClientId, Seat>,
    /// Users by each of their nicks' keys.
    pub(super) nicks: HashMap<NameKey, UserId>,
    /// Rooms by each of their names' keys.
    pub(super) names: HashMap<NameKey, RoomId>,
    /// Rooms by how many users they have, most first.
    pub(super) by_size: BTreeSet<(Reverse<u32>, RoomId)>,
    /// Clients by the keys of the nicks that they monitor; sorted, so that they are told in an order that does not change.
    pub(super) monitors: HashMap<NameKey, BTreeSet<Seat>>,
    /// Users who are counted apart from others.
    pub(super) apart: Apart,
    /// Users by the accounts that they are logged in to.
    pub(super) logged_in: BTreeSet<(Account, UserId)>,
}

/// Fewer entries are not worth giving memory back for.
const SMALL: usize = 64;

/// Takes an entry out; a table that has become much smaller gives memory back.
pub(super) fn take_out<V>(table: &mut HashMap<NameKey, V>, key: &NameKey) {
    table.remove(key);
    if table.capacity() > SMALL && table.len() < table.capacity() / 4 {
        table.shrink_to(table.len() * 2);
    }
}

/// One attached session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Its id, never reused.
    pub id: ClientId,
    /// Its place while it is attached; its mailbox is found by it.
    pub seat: Seat,
    /// Whose client it is.
    pub user: UserId,
    /// Where it connected from.
    pub address: SocketAddr,
    /// What it speaks.
    pub protocol: Protocol,
    /// The name of its listener.
    pub listener: Arc<str>,
    /// Whether it is told news.
    pub news: bool,
    /// Whether join and nick rates do not apply to it.
    pub exempt: bool,
    /// Its TLS, if it has that.
    pub tls: Option<Arc<Tls>>,
    /// Whether its messages come by WebSocket.
    pub websocket: bool,
    /// What is to be known of its account's device; none: it is the one without a name, and nothing.
    #[serde(default)]
    pub(super) on: Option<Box<OnDevice>>,
    /// The room that its lines go to.
    pub current: Option<RoomId>,
    /// When it connected, for people.
    pub connected_at: Timestamp,
    /// When it was last active.
    pub active_at: Tick,
    /// When it connected, for measuring.
    pub attached_at: Tick,
    /// What its protocol has negotiated.
    pub capabilities: Capabilities,
    pub(super) monitored: Box<[Nick]>,
}

/// Who is chatting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Its name.
    pub nick: Nick,
    /// Its clients, in the order of attaching.
    pub clients: SmallVec<[Seat; 1]>,
    /// The rooms it is in, in the order of joining.
    pub memberships: SmallVec<[Membership; 2]>,
    /// The away message, if away.
    pub away: Option<Text>,
    /// Where it comes from, `user@host`, as others see it.
    pub origin: Origin,
    /// What else it says of itself; may be empty.
    pub realname: Arc<str>,
    /// The account that it is logged in to.
    pub account: Option<Account>,
    /// Its modes.
    pub flags: UserFlags,
    /// What it is as an operator.
    pub operator: Option<Box<Operator>>,
    /// The client that it came with: its own for ever, while its [`UserId`] is used again.
    pub(super) came_as: ClientId,
    /// Rooms that it does not sit in, but has to do with.
    pub(super) doors: Option<Box<Doors>>,
    /// Until where its devices have been told what was said.
    #[serde(default)]
    pub(super) devices: Option<Box<Positions>>,
    /// Until when it has read what was said, in rooms and with users; while it is logged in its account has that.
    pub(super) markers: Option<Box<Markers>>,
    pub(super) joins: Bucket,
    pub(super) renames: Bucket,
}

/// Where a user may enter, and where it has knocked. What few users have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Doors {
    /// The rooms that it is invited into, in the order of inviting; at most [`INVITATIONS`].
    pub(super) invited: Vec<RoomId>,
    /// Where it has knocked, and when it may again; at most [`KNOCKS`].
    pub(super) knocked: Vec<(RoomId, Tick)>,
}

/// The most invitations that a room, or a user, keeps; the oldest goes for a new one.
pub(super) const INVITATIONS: usize = 100;
/// The most rooms that a user may knock at within the time that one waits between two knocks at one room.
pub(super) const KNOCKS: usize = 16;

impl User {
    /// The rooms it is in, in the order of joining.
    pub fn rooms(&self) -> impl DoubleEndedIterator<Item = RoomId> + '_ {
        self.memberships.iter().map(|m| m.room)
    }

    /// Who it is just now.
    pub fn identity(&self) -> Identity {
        Identity {
            nick: self.nick.clone(),
            origin: self.origin.clone(),
            account: self.account.clone(),
            bot: self.flags.has(UserFlag::Bot),
            oper: self.operator.is_some(),
        }
    }

    /// The rooms that it is invited into, in the order of inviting.
    pub(super) fn invited_to(&self) -> &[RoomId] {
        self.doors.as_ref().map_or(&[], |doors| &doors.invited)
    }

    pub(super) fn place_in(&self, room: RoomId) -> Option<u32> {
        self.memberships
            .iter()
            .find(|m| m.room == room)
            .map(|m| m.position)
    }

    /// Whether it is in a room.
    pub fn is_in(&self, room: RoomId) -> bool {
        self.memberships.iter().any(|m| m.room == room)
    }
}

impl Chat {
    /// A chat with nobody in it, and with the landing room, which is made at that time.
    pub fn new(policy: Policy, at: Timestamp) -> Chat {
        Chat::after(policy, at, None, Vec::new(), 0)
    }

    /// A chat that goes on where another ended: after that last message, and with these lives of rooms, which those rooms go on with
    /// that are made again within a day. `salt`: the process's own, as in its stamps.
    pub fn after(
        policy: Policy,
        at: Timestamp,
        last: Option<MessageId>,
        lives: Vec<Life>,
        salt: u32,
    ) -> Chat {
        let mut chat = Chat {
            policy,
            consoles: 0,
            users: Slots::new(),
            clients: Slots::new(),
            rooms: Slots::new(),
            past: PastUsers::default(),
            recent: Recents::default(),
            said: last.map_or(0, |last| last.nth() + 1),
            latest: last.map_or(Timestamp(0), MessageId::time),
            lives: Lives::new(at, lives, salt),
            registry: Registry::default(),
            most_users: 0,
            index: Index::default(),
        };
        chat.make_landing(at);
        chat
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// How many consoles read what is said to the operator.
    pub fn consoles(&self) -> u32 {
        self.consoles
    }

    /// The client with this id, if it is attached.
    pub fn client(&self, id: ClientId) -> Option<&Client> {
        self.seated(*self.index.seats.get(&id)?)
    }

    /// The client on this seat.
    pub fn seated(&self, seat: Seat) -> Option<&Client> {
        self.clients.get(seat.0)
    }

    /// Whether this client is attached, on this seat: found without going through all their ids.
    pub fn is_on(&self, seat: Seat, id: ClientId) -> bool {
        self.seated(seat).is_some_and(|client| client.id == id)
    }

    /// All clients, by ascending id.
    pub fn clients(&self) -> impl Iterator<Item = &Client> {
        self.index.seats.values().filter_map(|&s| self.seated(s))
    }

    /// The user with this id.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(id.0)
    }

    /// The user with this nick, in any casing. One whose nick only looks like it is not meant.
    pub fn user_by_nick(&self, nick: &Nick) -> Option<(UserId, &User)> {
        let id = nick
            .keys()
            .find_map(|key| self.index.nicks.get(key).copied())?;
        let user = self.user(id)?;
        user.nick.same_as(nick).then_some((id, user))
    }

    /// The room with this name, in any casing, or one that looks like it.
    pub fn room_by_name(&self, name: &RoomName) -> Option<(RoomId, &Room)> {
        let id = name
            .keys()
            .find_map(|key| self.index.names.get(key).copied())?;
        Some((id, self.room(id)?))
    }

    /// The room with this id.
    pub fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(id.0)
    }

    /// All rooms, the largest first.
    pub fn rooms(&self) -> impl Iterator<Item = (RoomId, &Room)> {
        let ids = self.index.by_size.iter().map(|&(_, id)| id);
        ids.filter_map(|id| Some((id, self.room(id)?)))
    }

    /// All users, by ascending id.
    pub fn users(&self) -> impl Iterator<Item = (UserId, &User)> {
        self.users.iter().map(|(id, user)| (UserId(id), user))
    }

    /// How many users there are, and the most there were at one time.
    pub fn users_count(&self) -> (usize, u32) {
        (self.users.len(), self.most_users)
    }

    /// A user's place in a room, with its ranks; none: it is not in it.
    pub fn member(&self, room: RoomId, user: &User) -> Option<InRoom> {
        let at = user.place_in(room)?;
        self.room(room)?.members.get(at as usize).copied()
    }

    /// Who was here under this nick and is not any more, the latest first.
    pub fn past(&self, nick: &Nick) -> impl Iterator<Item = PastUser<'_>> {
        self.past.called(nick)
    }

    /// Whether nobody has this nick, or one that looks like it, now or by an account.
    pub fn is_free(&self, nick: &Nick) -> bool {
        nick.keys().all(|key| !self.index.nicks.contains_key(key))
            && self.owner_of_name(nick).is_none()
    }

    /// How many rooms there are.
    pub fn rooms_count(&self) -> usize {
        self.rooms.len()
    }

    /// How many clients are attached.
    pub fn clients_count(&self) -> usize {
        self.clients.len()
    }
}

impl TryFrom<Stored> for Chat {
    type Error = super::check::Inconsistent;

    fn try_from(stored: Stored) -> Result<Chat, Self::Error> {
        let mut chat = Chat {
            policy: stored.policy,
            consoles: stored.consoles,
            users: stored.users,
            clients: stored.clients,
            rooms: stored.rooms,
            past: stored.past,
            recent: stored.recent,
            said: stored.said,
            latest: stored.latest,
            lives: stored.lives,
            registry: stored.registry,
            most_users: stored.most_users,
            index: Index::default(),
        };
        chat.reindex();
        chat.check()?;
        Ok(chat)
    }
}
