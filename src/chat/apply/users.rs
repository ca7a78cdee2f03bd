//! Changes of users and clients.

use std::collections::BTreeSet;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::chat::decide::Markers;
use crate::chat::names::NameKey;
use crate::chat::state::{INVITATIONS, KNOCKS, take_out};
use crate::chat::{
    Account, Attach, Bucket, Chat, Client, ClientId, Nick, Origin, RoomId, Seat, Tick, Timestamp,
    User, UserFlags, UserId,
};

impl Chat {
    pub(super) fn make_user(&mut self, id: UserId, nick: Nick, origin: Origin, realname: Arc<str>) {
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
            came_as: ClientId(0),
            doors: None,
            devices: None,
            markers: None,
            joins: Bucket::default(),
            renames: Bucket::default(),
        };
        self.users.put(id.0, user);
        let users = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        self.most_users = self.most_users.max(users);
    }

    pub(super) fn rename(&mut self, id: UserId, nick: Nick, spent: Bucket) {
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

    pub(super) fn remember_nick(&mut self, id: UserId, nick: &Nick) {
        for key in NameKey::of_nick(nick) {
            self.index.nicks.insert(key, id);
        }
    }

    pub(super) fn forget_nick(&mut self, nick: &Nick) {
        for key in NameKey::of_nick(nick) {
            take_out(&mut self.index.nicks, &key);
        }
    }

    pub(super) fn remove_user(&mut self, id: UserId) {
        let Some(mut user) = self.users.take(id.0) else {
            return;
        };
        self.forget_nick(&user.nick);
        self.index.apart.note(id, None);
        if let Some(account) = user.account.take() {
            self.index.logged_in.remove(&(account, id));
        }
        for &room in user.invited_to() {
            self.change_rules(room, |rules| rules.invited.retain(|other| *other != id));
        }
    }

    pub(super) fn seat(
        &mut self,
        seat: Seat,
        user: UserId,
        attach: Attach,
        (at, tick): (Timestamp, Tick),
    ) {
        let Some(owner) = self.users.get_mut(user.0) else {
            return;
        };
        owner.clients.push(seat);
        if owner.came_as == ClientId(0) {
            owner.came_as = attach.client;
        }
        self.index.seats.insert(attach.client, seat);
        let device = attach.login.and_then(|login| login.device);
        let positions = owner.devices.as_ref();
        let missed = positions.and_then(|positions| positions.position(device.as_deref()));
        let mut client = Client {
            id: attach.client,
            seat,
            user,
            address: attach.address,
            protocol: attach.protocol,
            listener: attach.listener,
            news: attach.news,
            exempt: attach.exempt,
            tls: attach.tls,
            websocket: attach.websocket,
            on: None,
            current: None,
            connected_at: at,
            active_at: tick,
            attached_at: tick,
            capabilities: attach.capabilities,
            monitored: Box::default(),
        };
        client.set_on(|on| (on.name, on.missed) = (device, missed));
        self.clients.put(seat.0, client);
    }

    pub(super) fn free_seat(&mut self, seat: Seat) {
        self.unmonitor(seat, None);
        let Some(client) = self.clients.take(seat.0) else {
            return;
        };
        self.index.seats.remove(&client.id);
        self.change_user(client.user, |user| user.clients.retain(|s| *s != seat));
        let told = client.on.as_ref().and_then(|on| on.told);
        let said = told.unwrap_or(self.said);
        let user = self.user(client.user);
        // A device that came back before this was known to have ended is told on.
        let is_here = client.device().is_some()
            && user.is_some_and(|user| {
                let mut others = user.clients.iter().filter_map(|seat| self.seated(*seat));
                others.any(|other| other.device() == client.device())
            });
        if user.is_some_and(|user| self.is_always_on(user)) && !is_here {
            self.change_user(client.user, |user| {
                let devices = user.devices.get_or_insert_default();
                devices.set(client.device(), said);
            });
        }
    }

    /// What a user has read before it logs in its account has, if nothing is known of that.
    pub(super) fn set_account_of(&mut self, id: UserId, account: Option<Account>) {
        let registered = account.as_ref().and_then(|of| self.registered_as(of));
        let registered = registered.map(|registered| registered.id);
        let mut read = None;
        let logged_in = &mut self.index.logged_in;
        if let Some(user) = self.users.get_mut(id.0) {
            if let Some(was) = user.account.take() {
                logged_in.remove(&(was, id));
            }
            logged_in.extend(account.clone().map(|account| (account, id)));
            user.account = account;
            if registered.is_some() {
                read = user.markers.take();
            }
        }
        if let (Some(registered), Some(read)) = (registered, read)
            && self.registry.markers(registered).is_none()
        {
            self.registry.set_markers(registered, *read);
        }
    }

    /// What a user has read its account has.
    pub(super) fn change_markers(&mut self, id: UserId, change: impl FnOnce(&mut Markers)) {
        let account = self.user(id).and_then(|user| self.account_of(user));
        match account.map(|account| account.id) {
            Some(account) => change(self.registry.markers_mut(account)),
            None => self.change_user(id, |user| change(user.markers.get_or_insert_default())),
        }
    }

    pub(super) fn rename_marker(&mut self, id: UserId, old: &str, new: &str) {
        if self
            .user(id)
            .is_some_and(|user| self.marker(user, old).is_some())
        {
            self.change_markers(id, |markers| markers.rename(old, new));
        }
    }

    pub(super) fn move_client(&mut self, seat: Seat, to: UserId) {
        let Some(from) = self.seated(seat).map(|client| client.user) else {
            return;
        };
        if self.user(to).is_none() {
            return;
        }
        self.change_user(from, |user| user.clients.retain(|s| *s != seat));
        self.change_user(to, |user| user.clients.push(seat));
        let device = self.seated(seat).and_then(Client::device);
        let positions = self.user(to).and_then(|user| user.devices.as_ref());
        let missed = positions.and_then(|of| of.position(device));
        self.change_client(seat, |client| {
            client.user = to;
            client.current = None;
            client.set_on(|on| on.missed = missed);
        });
    }

    /// Forgets those who went longest ago.
    pub(super) fn forget_past(&mut self) {
        let most = self.policy.whowas as usize;
        self.past.keep(most);
    }

    pub(super) fn invite(&mut self, user: UserId, room: RoomId) {
        if self.user(user).is_none() || self.room(room).is_none() {
            return;
        }
        let (mut not_this, mut not_here) = (None, None);
        self.change_user(user, |user| {
            let invited = &mut user.doors.get_or_insert_default().invited;
            invited.retain(|other| *other != room);
            not_here = (invited.len() >= INVITATIONS).then(|| invited.remove(0));
            invited.push(room);
        });
        self.change_rules(room, |rules| {
            rules.invited.retain(|other| *other != user);
            not_this = (rules.invited.len() >= INVITATIONS).then(|| rules.invited.remove(0));
            rules.invited.push(user);
        });
        if let Some(elsewhere) = not_here {
            self.change_rules(elsewhere, |rules| rules.invited.retain(|u| *u != user));
        }
        if let Some(other) = not_this {
            self.forget_invitation(other, room);
        }
    }

    pub(super) fn uninvite(&mut self, user: UserId, room: RoomId) {
        self.forget_invitation(user, room);
        self.change_rules(room, |rules| rules.invited.retain(|other| *other != user));
    }

    pub(super) fn forget_invitation(&mut self, user: UserId, room: RoomId) {
        self.change_user(user, |user| {
            if let Some(doors) = &mut user.doors {
                doors.invited.retain(|other| *other != room);
                if doors.invited.is_empty() && doors.knocked.is_empty() {
                    user.doors = None;
                }
            }
        });
    }

    pub(super) fn knock_at(&mut self, user: UserId, room: RoomId, at: Tick, again: Tick) {
        self.change_user(user, |user| {
            let knocked = &mut user.doors.get_or_insert_default().knocked;
            knocked.retain(|(other, again)| *other != room && *again > at);
            if knocked.len() < KNOCKS {
                knocked.push((room, again));
            }
        });
    }

    pub(super) fn monitor(&mut self, seat: Seat, nicks: Vec<Nick>) {
        let Some(client) = self.clients.get_mut(seat.0) else {
            return;
        };
        for key in nicks.iter().filter_map(NameKey::first_of_nick) {
            self.index.monitors.entry(key).or_default().insert(seat);
        }
        let mut all = std::mem::take(&mut client.monitored).into_vec();
        all.extend(nicks);
        client.monitored = all.into();
    }

    pub(super) fn unmonitor(&mut self, seat: Seat, nicks: Option<&[Nick]>) {
        let Some(client) = self.clients.get_mut(seat.0) else {
            return;
        };
        let all = std::mem::take(&mut client.monitored).into_vec();
        let goes = |nick: &Nick| nicks.is_none_or(|nicks| nicks.iter().any(|n| n.same_as(nick)));
        let (gone, rest): (Vec<Nick>, Vec<Nick>) = all.into_iter().partition(goes);
        // Two nicks that look alike have one key.
        let kept: BTreeSet<&str> = rest.iter().map(Nick::key).collect();
        for nick in gone.iter().filter(|nick| !kept.contains(nick.key())) {
            let Some(key) = NameKey::first_of_nick(nick) else {
                continue;
            };
            if let Some(seats) = self.index.monitors.get_mut(&key) {
                seats.remove(&seat);
                if seats.is_empty() {
                    take_out(&mut self.index.monitors, &key);
                }
            }
        }
        drop(kept);
        client.monitored = rest.into();
    }
}
