//! The one door for change: [`Chat::apply`], and the two other writers of the state, a new policy and a snapshot's indices.

use std::cmp::Reverse;
use std::sync::Arc;

use smallvec::SmallVec;

use super::names::NameKey;
use super::state::{Index, Membership, TopicNote};
use super::{
    Bucket, Change, Changes, Chat, Client, InRoom, Nick, Origin, Policy, Ranks, Room, RoomFlag,
    RoomFlags, RoomId, RoomName, Timestamp, User, UserFlags, UserId,
};

impl Chat {
    /// Carries out the changes of a decision that was taken on this very state. Total: a change that names what is not there
    /// does nothing.
    pub fn apply(&mut self, changes: Changes) {
        for change in changes {
            self.apply_one(change);
        }
    }

    fn apply_one(&mut self, change: Change) {
        match change {
            Change::Active { seat, at } => {
                if let Some(client) = self.clients.get_mut(seat.0) {
                    client.active_at = client.active_at.max(at);
                    client.lines += 1;
                }
            }
            Change::UserMade {
                user,
                nick,
                origin,
                realname,
            } => self.make_user(user, nick, origin, realname),
            Change::Seated {
                seat,
                user,
                attach,
                at,
                tick,
            } => {
                let Some(owner) = self.users.get_mut(user.0) else {
                    return;
                };
                owner.clients.push(seat);
                self.index.seats.insert(attach.client, seat);
                let client = Client {
                    id: attach.client,
                    seat,
                    user,
                    address: attach.address,
                    protocol: attach.protocol,
                    listener: attach.listener,
                    news: attach.news,
                    exempt: attach.exempt,
                    current: None,
                    connected_at: at,
                    active_at: tick,
                    attached_at: tick,
                    lines: 0,
                    capabilities: attach.capabilities,
                };
                self.clients.put(seat.0, client);
            }
            Change::SeatFreed { seat } => {
                let Some(client) = self.clients.take(seat.0) else {
                    return;
                };
                self.index.seats.remove(&client.id);
                if let Some(user) = self.users.get_mut(client.user.0) {
                    user.clients.retain(|s| *s != seat);
                }
            }
            Change::UserGone { user } => {
                if let Some(gone) = self.users.take(user.0) {
                    self.forget_nick(&gone.nick);
                }
            }
            Change::Renamed { user, nick, spent } => self.rename(user, nick, spent),
            Change::RoomMade { room, name, at } => {
                self.make_room(room, name, at, self.policy.room_modes);
            }
            Change::Entered { user, room, ranks } => self.enter(user, room, ranks),
            Change::JoinSpent { user, spent } => {
                if let Some(user) = self.users.get_mut(user.0) {
                    user.joins = spent;
                }
            }
            Change::Left { user, room } => self.leave(user, room),
            Change::RoomGone { room } => self.remove_room(room),
            Change::Current { seat, room } => {
                if let Some(client) = self.clients.get_mut(seat.0) {
                    client.current = room;
                }
            }
            Change::TopicSet {
                room,
                topic,
                by,
                at,
            } => {
                if let Some(room) = self.rooms.get_mut(room.0) {
                    room.topic = topic.map(|topic| TopicNote { topic, by, at });
                }
            }
            Change::AwaySet { user, away } => {
                if let Some(user) = self.users.get_mut(user.0) {
                    user.away = away;
                }
            }
            Change::Said { messages } => self.said += u64::from(messages),
            Change::Negotiated { seat, capabilities } => {
                if let Some(client) = self.clients.get_mut(seat.0) {
                    client.capabilities = capabilities;
                }
            }
            Change::Consoles { open } => self.consoles = open,
        }
    }

    /// Puts another policy in force. Who is in stays where it is; the new landing room is made, the old one goes when it is
    /// empty.
    pub fn set_policy(&mut self, policy: Policy) {
        let old = self.room_by_name(&self.policy.landing).map(|(id, _)| id);
        self.policy = policy;
        let new = self.make_landing();
        if let Some(old) = old
            && old != new
            && self.room(old).is_some_and(|room| room.members.is_empty())
        {
            self.remove_room(old);
        }
    }

    pub(super) fn make_landing(&mut self) -> RoomId {
        if let Some((id, _)) = self.room_by_name(&self.policy.landing) {
            return id;
        }
        let id = RoomId(self.rooms.next());
        let flags = RoomFlags::default().with(RoomFlag::NoExternal, true);
        self.make_room(id, self.policy.landing.clone(), Timestamp::default(), flags);
        id
    }

    fn make_user(&mut self, id: UserId, nick: Nick, origin: Origin, realname: Arc<str>) {
        self.remember_nick(id, &nick);
        let user = User {
            nick,
            clients: SmallVec::new(),
            memberships: SmallVec::new(),
            away: None,
            origin,
            realname,
            account: None,
            flags: UserFlags::default(),
            operator: None,
            joins: Bucket::default(),
            renames: Bucket::default(),
        };
        self.users.put(id.0, user);
        let users = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        self.most_users = self.most_users.max(users);
    }

    fn rename(&mut self, id: UserId, nick: Nick, spent: Bucket) {
        let Some(user) = self.users.get_mut(id.0) else {
            return;
        };
        user.renames = spent;
        let old = user.nick.clone();
        self.forget_nick(&old);
        self.remember_nick(id, &nick);
        if let Some(user) = self.users.get_mut(id.0) {
            user.nick = nick;
        }
    }

    fn remember_nick(&mut self, id: UserId, nick: &Nick) {
        for key in NameKey::of_nick(nick) {
            self.index.nicks.insert(key, id);
        }
    }

    fn forget_nick(&mut self, nick: &Nick) {
        for key in NameKey::of_nick(nick) {
            self.index.nicks.remove(&key);
        }
    }

    fn make_room(&mut self, id: RoomId, name: RoomName, at: Timestamp, flags: RoomFlags) {
        for key in NameKey::of_room(&name) {
            self.index.names.insert(key, id);
        }
        self.index.by_size.insert((Reverse(0), id));
        let room = Room {
            name,
            topic: None,
            made_at: at,
            flags,
            rules: None,
            members: Vec::new(),
        };
        self.rooms.put(id.0, room);
    }

    fn remove_room(&mut self, id: RoomId) {
        if self.room(id).is_none_or(|room| !room.members.is_empty()) {
            return;
        }
        if let Some(room) = self.rooms.take(id.0) {
            for key in NameKey::of_room(&room.name) {
                self.index.names.remove(&key);
            }
            self.index.by_size.remove(&(Reverse(0), id));
        }
    }

    fn enter(&mut self, user_id: UserId, room_id: RoomId, ranks: Ranks) {
        let (Some(user), Some(room)) =
            (self.users.get_mut(user_id.0), self.rooms.get_mut(room_id.0))
        else {
            return;
        };
        if user.is_in(room_id) {
            return;
        }
        let position = room.users();
        user.memberships.push(Membership {
            room: room_id,
            position,
        });
        room.members.push(InRoom {
            user: user_id,
            ranks,
        });
        self.index.by_size.remove(&(Reverse(position), room_id));
        self.index.by_size.insert((Reverse(position + 1), room_id));
    }

    fn leave(&mut self, user_id: UserId, room_id: RoomId) {
        let (Some(user), Some(room)) =
            (self.users.get_mut(user_id.0), self.rooms.get_mut(room_id.0))
        else {
            return;
        };
        let Some(at) = user.memberships.iter().position(|m| m.room == room_id) else {
            return;
        };
        let position = user.memberships.remove(at).position;
        if user.memberships.len() <= user.memberships.inline_size() {
            user.memberships.shrink_to_fit();
        }
        let before = room.users();
        room.members.swap_remove(position as usize);
        if room.members.capacity() > 64 && room.members.len() < room.members.capacity() / 4 {
            room.members.shrink_to(room.members.len() * 2);
        }
        // The last member stands now where the one who left stood.
        if let Some(&moved) = room.members.get(position as usize)
            && let Some(moved) = self.users.get_mut(moved.user.0)
            && let Some(m) = moved.memberships.iter_mut().find(|m| m.room == room_id)
        {
            m.position = position;
        }
        self.index.by_size.remove(&(Reverse(before), room_id));
        self.index
            .by_size
            .insert((Reverse(before.saturating_sub(1)), room_id));
    }

    /// Builds the indices anew from the tables.
    pub(super) fn reindex(&mut self) {
        let mut index = Index::default();
        for (_, client) in self.clients.iter() {
            index.seats.insert(client.id, client.seat);
        }
        for (id, user) in self.users.iter() {
            for key in NameKey::of_nick(&user.nick) {
                index.nicks.insert(key, UserId(id));
            }
        }
        for (id, room) in self.rooms.iter() {
            for key in NameKey::of_room(&room.name) {
                index.names.insert(key, RoomId(id));
            }
            index.by_size.insert((Reverse(room.users()), RoomId(id)));
        }
        self.index = index;
    }
}
