//! The one door for change: [`Chat::apply`], and the other writers of the state: a new policy, what was kept, and a
//! snapshot's indices.

mod restore;
mod rooms;
mod users;

use std::cmp::Reverse;

use super::names::NameKey;
use super::state::Index;
use super::{
    Change, Changes, Chat, Client, PastUser, Policy, Room, RoomFlag, RoomFlags, RoomId, Seat,
    Timestamp, TopicNote, User, UserId,
};

impl Chat {
    /// Carries out the changes of a decision that was taken on this very state. Total: a change that names what is not there
    /// does nothing.
    pub fn apply(&mut self, changes: Changes) {
        for change in changes {
            self.apply_one(change);
        }
    }

    #[allow(
        clippy::too_many_lines,
        reason = "one table: each change, what it does"
    )]
    fn apply_one(&mut self, change: Change) {
        match change {
            Change::Active { seat, at } => {
                if let Some(client) = self.clients.get_mut(seat.0) {
                    client.active_at = client.active_at.max(at);
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
            } => self.seat(seat, user, *attach, (at, tick)),
            Change::Told { seat, upto } => {
                self.change_client(seat, |client| client.set_on(|on| on.told = Some(upto)));
            }
            Change::SeatFreed { seat } => self.free_seat(seat),
            Change::UserGone { user } => self.remove_user(user),
            Change::Remembered { past } => {
                self.past
                    .push(PastUser::of(&past.who, &past.realname, past.at));
                self.forget_past();
            }
            Change::Renamed { user, nick, spent } => self.rename(user, nick, spent),
            Change::RoomMade {
                room,
                name,
                at,
                life,
            } => self.make_room(room, name, (at, life), self.policy.room_modes),
            Change::Entered { user, room, ranks } => self.enter(user, room, ranks),
            Change::JoinSpent { user, spent } => self.change_user(user, |user| user.joins = spent),
            Change::Left { user, room } => self.leave(user, room),
            Change::RoomGone { room } => self.remove_room(room),
            Change::Current { seat, room } => self.change_client(seat, |c| c.current = room),
            Change::TopicSet {
                room,
                topic,
                by,
                at,
            } => self.change_room(room, |room| {
                room.topic = topic.map(|topic| TopicNote { topic, by, at });
            }),
            Change::AwaySet { user, away } => self.change_user(user, |user| user.away = away),
            Change::Said { recent } => self.remember(recent),
            Change::Numbered { count, at } => {
                self.said += count;
                self.latest = self.latest.max(at);
            }
            Change::Redacted { id } => self.forget_message(id),
            Change::Restored { recent } => self.restore_message(recent),
            Change::MarkedRead { user, target, at } => {
                self.change_markers(user, |markers| markers.set(target, at));
            }
            Change::Negotiated { seat, capabilities } => {
                self.change_client(seat, |client| client.capabilities = capabilities);
            }
            Change::UserFlags { user, flags } => {
                self.change_user(user, |u| u.flags = flags);
                self.index.apart.note(user, self.users.get(user.0));
            }
            Change::Realname { user, realname } => {
                self.change_user(user, |user| user.realname = realname);
            }
            Change::Origin { user, origin } => self.change_user(user, |u| u.origin = origin),
            Change::Operator { user, operator } => {
                self.change_user(user, |user| user.operator = operator);
                self.index.apart.note(user, self.users.get(user.0));
            }
            Change::Device { seat, device } => {
                self.change_client(seat, |client| client.set_on(|on| on.name = device));
            }
            Change::Moved { seat, user } => self.move_client(seat, user),
            Change::Registered { registered } => self.registry.put(registered),
            Change::Unregistered { id } => self.registry.remove(id),
            Change::Account { user, account } => self.set_account_of(user, account),
            Change::Invited { user, room } => self.invite(user, room),
            Change::InvitationUsed { user, room } => self.uninvite(user, room),
            Change::Knocked {
                user,
                room,
                at,
                again,
            } => self.knock_at(user, room, at, again),
            Change::Monitored { seat, nicks } => self.monitor(seat, nicks),
            Change::Unmonitored { seat, nicks } => self.unmonitor(seat, nicks.as_deref()),
            Change::RoomFlags { room, flags } => self.change_room(room, |r| r.flags = flags),
            Change::Ranks { room, user, ranks } => self.rank(room, user, ranks),
            Change::Listed { room, list, entry } => {
                self.change_rules(room, |rules| rules.list_mut(list).push(entry));
            }
            Change::Unlisted { room, list, mask } => self.unlist(room, list, mask),
            Change::RoomKey { room, key } => self.change_rules(room, |rules| rules.key = key),
            Change::RoomLimit { room, limit } => {
                self.change_rules(room, |rules| rules.limit = limit);
            }
            Change::RoomForward { room, to } => {
                self.change_rules(room, |rules| rules.forward = to);
            }
            Change::Owned { room, owned } => self.change_room(room, |room| room.owned = owned),
            Change::RoomNamed { room, name } => self.rename_room(room, &name),
            Change::Consoles { open } => self.consoles = open,
        }
    }

    /// Puts another policy in force. Who is in stays where it is; the new landing room is made, the old one goes when it is
    /// empty.
    pub fn set_policy(&mut self, policy: Policy, at: Timestamp) {
        let old = self.room_by_name(&self.policy.landing).map(|(id, _)| id);
        self.policy = policy;
        let new = self.make_landing(at);
        if let Some(old) = old
            && old != new
            && self.goes_when_empty(old)
            && self.room(old).is_some_and(|room| room.members.is_empty())
        {
            self.remove_room(old);
        }
        self.forget_past();
    }

    pub(super) fn make_landing(&mut self, at: Timestamp) -> RoomId {
        if let Some((id, _)) = self.room_by_name(&self.policy.landing) {
            return id;
        }
        let id = RoomId(self.rooms.next());
        let flags = RoomFlags::default().with(RoomFlag::NoExternal, true);
        self.make_room(
            id,
            self.policy.landing.clone(),
            (at, self.lives.next()),
            flags,
        );
        id
    }

    /// Gives up memory that only a crowd has needed. It changes nothing that anybody can see.
    pub fn shrink(&mut self) {
        self.past.pack();
    }

    fn change_user(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(user) = self.users.get_mut(id.0) {
            change(user);
        }
    }

    fn change_client(&mut self, seat: Seat, change: impl FnOnce(&mut Client)) {
        if let Some(client) = self.clients.get_mut(seat.0) {
            change(client);
        }
    }

    fn change_room(&mut self, id: RoomId, change: impl FnOnce(&mut Room)) {
        if let Some(room) = self.rooms.get_mut(id.0) {
            change(room);
        }
    }

    /// Builds the indices anew from the tables.
    pub(super) fn reindex(&mut self) {
        let mut index = Index::default();
        for (_, client) in self.clients.iter() {
            index.seats.insert(client.id, client.seat);
            for key in client.monitored.iter().filter_map(NameKey::first_of_nick) {
                index.monitors.entry(key).or_default().insert(client.seat);
            }
        }
        for (id, user) in self.users.iter() {
            for key in NameKey::of_nick(&user.nick) {
                index.nicks.insert(key, UserId(id));
            }
            index.apart.note(UserId(id), Some(user));
            let account = user.account.clone();
            let account = account.map(|account| (account, UserId(id)));
            index.logged_in.extend(account);
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
