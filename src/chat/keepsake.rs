//! What of the chat outlives a restart and a crash: users that are always on with their places, how far accounts have read, and rooms
//! that are registered or in which such a user sits. Each is a value that can be written out alone; where it is kept is not known
//! here.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::decide::Markers;
use super::room::Rules;
use super::{
    Change, Changes, Chat, Origin, Ownership, Positions, Ranks, Room, RoomFlags, RoomId, RoomName,
    Text, Timestamp, TopicNote, User, UserFlags, UserId,
};

/// Which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keepsake {
    /// The room of this name.
    Room(RoomName),
    /// The user of the account with this id, and how far the account has read.
    User(u64),
}

/// A room.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptRoom {
    pub(super) name: RoomName,
    pub(super) made_at: Timestamp,
    pub(super) life: u64,
    pub(super) since: u64,
    pub(super) flags: RoomFlags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owned: Option<Box<Ownership>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) topic: Option<TopicNote>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rules: Option<Rules>,
}

/// An account's markers, and its user if that is always on.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptUser {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) markers: Option<Markers>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<Present>,
}

/// A user that is always on.
#[derive(Serialize, Deserialize)]
pub(super) struct Present {
    pub(super) origin: Origin,
    pub(super) realname: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) away: Option<Text>,
    pub(super) flags: UserFlags,
    pub(super) devices: Positions,
    pub(super) places: Vec<Place>,
}

/// Where it sits.
#[derive(Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) room: RoomName,
    pub(super) ranks: Ranks,
    pub(super) joined: u64,
    pub(super) ranked: u64,
}

/// What was kept cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Unreadable {
    pub(super) what: String,
    pub(super) why: String,
}

impl Chat {
    /// What of these changes has to be kept otherwise, as the state is now; asked for before they are applied and after it, since
    /// either may not be there at the other time. In no order, and perhaps twice.
    pub fn touched(&self, changes: &Changes) -> SmallVec<[Keepsake; 2]> {
        let mut touched = SmallVec::new();
        for change in changes {
            let (room, user) = subjects(change);
            if let Some(room) = room.and_then(|id| self.room(id)) {
                touched.push(Keepsake::Room(room.name.clone()));
            }
            let user = match (user, change) {
                (_, Change::SeatFreed { seat } | Change::Device { seat, .. }) => {
                    self.seated(*seat).map(|client| client.user)
                }
                (user, _) => user,
            };
            let user = user.and_then(|id| self.user(id));
            let account = user.and_then(|user| self.account_of(user));
            touched.extend(account.map(|account| Keepsake::User(account.id)));
            match change {
                Change::Unregistered { id } => self.touch_account(*id, &mut touched),
                Change::Registered { registered } => {
                    self.touch_account(registered.id, &mut touched);
                }
                // A room is kept because of those who are always on in it; nothing of the others is.
                Change::Entered { room, .. } | Change::Left { room, .. } => {
                    let stays = user.is_some_and(|user| self.is_always_on(user));
                    let room = self.room(*room).filter(|_| stays);
                    touched.extend(room.map(|room| Keepsake::Room(room.name.clone())));
                }
                // How far its members have read in it goes with its name.
                Change::RoomNamed { room, .. } => {
                    let members = self.room(*room).into_iter().flat_map(|room| &room.members);
                    let users = members.filter_map(|member| self.user(member.user));
                    let accounts = users.filter_map(|user| self.account_of(user));
                    touched.extend(accounts.map(|account| Keepsake::User(account.id)));
                }
                // Whether somebody in them is always on may be otherwise now.
                Change::Account { .. } | Change::Renamed { .. } => {
                    touched.extend(user.into_iter().flat_map(|user| self.places_of(user)));
                }
                _ => {}
            }
        }
        touched
    }

    fn touch_account(&self, id: u64, touched: &mut SmallVec<[Keepsake; 2]>) {
        touched.push(Keepsake::User(id));
        // Who is always on goes by the name of the account.
        let registered = self.registered(id);
        let user = registered.and_then(|registered| self.user_by_nick(&registered.name));
        touched.extend(user.into_iter().flat_map(|(_, user)| self.places_of(user)));
    }

    /// The rooms that are kept because of a user, if it is always on.
    fn places_of(&self, user: &User) -> impl Iterator<Item = Keepsake> {
        let stays = self.is_always_on(user).then_some(user).into_iter();
        let rooms = stays.flat_map(User::rooms);
        let rooms = rooms.filter_map(|id| self.room(id));
        rooms.map(|room| Keepsake::Room(room.name.clone()))
    }

    /// Whether any of these changes can be about something that is kept: cheap, for those that come with every message.
    pub fn may_touch(changes: &Changes) -> bool {
        changes.iter().any(|change| {
            let known = matches!(
                change,
                Change::SeatFreed { .. }
                    | Change::Device { .. }
                    | Change::Registered { .. }
                    | Change::Unregistered { .. }
            );
            known || subjects(change) != (None, None)
        })
    }

    /// Whether these change what a room that is kept is by its rules, not by who is in it: what is refused when it cannot be stored.
    pub fn changes_rules(&self, changes: &Changes) -> bool {
        let rules = changes.iter().any(|change| match change {
            Change::Owned { .. } => true,
            change => {
                let room = subjects(change).0.and_then(|id| self.room(id));
                room.is_some_and(|room| self.is_kept(room))
            }
        });
        rules && !changes.iter().any(comes_or_goes)
    }

    /// Whether these change what is kept of a user whose client stays: where it is, as what, and how far it has read.
    pub fn changes_place(&self, changes: &Changes) -> bool {
        let place = changes.iter().any(|change| {
            let user = subjects(change).1.and_then(|id| self.user(id));
            user.is_some_and(|user| match change {
                Change::MarkedRead { .. } => self.account_of(user).is_some(),
                _ => self.is_always_on(user),
            })
        });
        let seats = |change: &Change| {
            matches!(
                change,
                Change::Seated { .. } | Change::SeatFreed { .. } | Change::UserGone { .. }
            )
        };
        place && !changes.iter().any(seats)
    }

    /// What is to be kept of it now; none: nothing.
    pub fn keepsake(&self, which: &Keepsake) -> Option<String> {
        match which {
            Keepsake::Room(name) => self.kept_room(name),
            Keepsake::User(id) => self.kept_user(*id),
        }
    }

    /// The users that are always on and have clients: those have been told more since they were last kept.
    pub fn always_on(&self) -> impl Iterator<Item = Keepsake> {
        let all = self.always_on_accounts();
        let here = all.filter(|registered| {
            let user = self.user_by_nick(&registered.name);
            user.is_some_and(|(_, user)| !user.clients.is_empty())
        });
        here.map(|registered| Keepsake::User(registered.id))
    }

    /// How many messages were said, ever.
    pub fn said_so_far(&self) -> u64 {
        self.said
    }

    fn is_kept(&self, room: &Room) -> bool {
        room.is_registered()
            || room.members.iter().any(|member| {
                let user = self.user(member.user);
                user.is_some_and(|user| self.is_always_on(user))
            })
    }

    fn kept_room(&self, name: &RoomName) -> Option<String> {
        let (_, room) = self.room_by_name(name)?;
        // Another may look like it.
        let room = Some(room).filter(|room| room.name.key() == name.key())?;
        if !self.is_kept(room) {
            return None;
        }
        let rules = room.rules.as_deref().map(|rules| Rules {
            // Users have other ids after a restart.
            invited: Vec::new(),
            ..rules.clone()
        });
        let kept = KeptRoom {
            name: room.name.clone(),
            made_at: room.made_at,
            life: room.life,
            since: room.since,
            flags: room.flags,
            owned: room.owned.clone(),
            topic: room.topic.clone(),
            rules: rules.filter(|rules| *rules != Rules::default()),
        };
        serde_json::to_string(&kept).ok()
    }

    fn kept_user(&self, id: u64) -> Option<String> {
        let registered = self.registered(id)?;
        let user = self.user_by_nick(&registered.name);
        let user = user.filter(|(_, user)| self.is_always_on(user));
        let kept = KeptUser {
            markers: self.registry.markers(id).cloned(),
            user: user.map(|(_, user)| self.present(user)),
        };
        if kept.markers.is_none() && kept.user.is_none() {
            return None;
        }
        serde_json::to_string(&kept).ok()
    }

    fn present(&self, user: &User) -> Present {
        let mut devices = user.devices.as_deref().cloned().unwrap_or_default();
        for client in user.clients.iter().filter_map(|seat| self.seated(*seat)) {
            devices.set(client.device(), self.said);
        }
        let places = user.rooms().filter_map(|id| {
            let member = self.member(id, user)?;
            Some(Place {
                room: self.room(id)?.name.clone(),
                ranks: member.ranks,
                joined: member.joined,
                ranked: member.ranked,
            })
        });
        Present {
            // Who comes back has not proven to be an operator.
            origin: user.without_office().origin,
            realname: user.realname.to_string(),
            away: user.away.clone(),
            flags: user.flags.without_office(),
            devices,
            places: places.collect(),
        }
    }
}

/// Whether by this change somebody enters or leaves a room, or the server: that is never refused.
fn comes_or_goes(change: &Change) -> bool {
    matches!(
        change,
        Change::Seated { .. }
            | Change::SeatFreed { .. }
            | Change::UserGone { .. }
            | Change::Entered { .. }
            | Change::Left { .. }
    )
}

/// The room and the user that a change is about, where that matters for what is kept of them.
fn subjects(change: &Change) -> (Option<RoomId>, Option<UserId>) {
    match change {
        Change::TopicSet { room, .. }
        | Change::RoomFlags { room, .. }
        | Change::Owned { room, .. }
        | Change::Listed { room, .. }
        | Change::Unlisted { room, .. }
        | Change::RoomKey { room, .. }
        | Change::RoomLimit { room, .. }
        | Change::RoomForward { room, .. }
        | Change::RoomNamed { room, .. }
        | Change::RoomGone { room } => (Some(*room), None),
        Change::Entered { user, .. }
        | Change::Left { user, .. }
        | Change::Ranks { user, .. }
        | Change::Seated { user, .. }
        | Change::UserGone { user }
        | Change::AwaySet { user, .. }
        | Change::Realname { user, .. }
        | Change::Origin { user, .. }
        | Change::UserFlags { user, .. }
        | Change::Account { user, .. }
        | Change::MarkedRead { user, .. }
        | Change::Renamed { user, .. } => (None, Some(*user)),
        _ => (None, None),
    }
}
