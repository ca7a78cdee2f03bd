//! Whether a state that was read back is one: everything that must agree, agrees.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::census::Apart;
use super::decide::MARKERS;
use super::devices::DEVICES;
use super::names::NameKey;
use super::recent::RECENT;
use super::room::Rules;
use super::state::{INVITATIONS, KNOCKS};
use super::{Chat, ClientId, Nick, Rank, RoomFlag, RoomId, Seat, UserId};

/// What is wrong with a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chat's state does not agree with itself: {0}")]
pub struct Inconsistent(String);

fn must(holds: bool, what: impl FnOnce() -> String) -> Result<(), Inconsistent> {
    if holds {
        Ok(())
    } else {
        Err(Inconsistent(what()))
    }
}

impl Chat {
    /// Looks at everything; for a state that was read back, and for tests. Takes time in proportion to its size.
    pub fn check(&self) -> Result<(), Inconsistent> {
        self.check_clients()?;
        self.check_users()?;
        self.check_rooms()?;
        self.check_ownerships()?;
        self.check_doors()?;
        self.check_bounds()
    }

    fn check_clients(&self) -> Result<(), Inconsistent> {
        must(self.index.seats.len() == self.clients.len(), || {
            "two clients have one id".into()
        })?;
        for (seat, client) in self.clients.iter() {
            let ClientId(id) = client.id;
            must(client.seat == Seat(seat), || {
                format!("client {id} sits elsewhere")
            })?;
            let user = self.user(client.user);
            must(
                user.is_some_and(|u| u.clients.contains(&client.seat)),
                || format!("client {id} is not its user's"),
            )?;
            let in_current = match client.current {
                None => user.is_some(),
                Some(room) => user.is_some_and(|u| u.is_in(room)),
            };
            must(in_current, || {
                format!("client {id} is not in its current room")
            })?;
            must(
                self.index.seats.get(&client.id) == Some(&client.seat),
                || format!("client {id} is not found by its id"),
            )?;
        }
        Ok(())
    }

    fn check_users(&self) -> Result<(), Inconsistent> {
        let mut keys = 0;
        for (id, user) in self.users.iter() {
            let nick = &user.nick;
            must(!user.clients.is_empty() || self.is_always_on(user), || {
                format!("{nick} has no client")
            })?;
            let devices = user.devices.as_ref().map_or(0, |devices| devices.count());
            must(devices <= DEVICES, || {
                format!("{nick} has too many devices")
            })?;
            for &seat in &user.clients {
                must(
                    self.seated(seat).is_some_and(|c| c.user == UserId(id)),
                    || format!("{nick} has a client that is not its own"),
                )?;
            }
            for (nth, m) in user.memberships.iter().enumerate() {
                let place = self
                    .room(m.room)
                    .and_then(|r| r.members.get(m.position as usize));
                must(place.is_some_and(|place| place.user == UserId(id)), || {
                    format!("{nick} is not where it should be in a room")
                })?;
                let twice = user.memberships[..nth]
                    .iter()
                    .any(|other| other.room == m.room);
                must(!twice, || format!("{nick} is in a room twice"))?;
            }
            for key in NameKey::of_nick(nick) {
                keys += 1;
                must(self.index.nicks.get(&key) == Some(&UserId(id)), || {
                    format!("{nick} is not the only one")
                })?;
            }
        }
        let mut apart = Apart::default();
        for (id, user) in self.users.iter() {
            apart.note(UserId(id), Some(user));
        }
        must(self.index.apart == apart, || {
            "the invisible or the operators are miscounted".into()
        })?;
        let accounts = self.users().filter(|(_, user)| user.account.is_some());
        let accounts = accounts.collect::<Vec<_>>();
        must(self.index.logged_in.len() == accounts.len(), || {
            "users are found by accounts that they are not logged in to".into()
        })?;
        for (id, user) in accounts {
            let account = user.account.clone();
            let found = account.is_some_and(|of| self.index.logged_in.contains(&(of, id)));
            must(found, || {
                format!("{} is not found by its account", user.nick)
            })?;
        }
        must(self.index.nicks.len() == keys, || {
            "there are nicks without users".into()
        })
    }

    fn check_rooms(&self) -> Result<(), Inconsistent> {
        let landing = self.room_by_name(&self.policy.landing).map(|(id, _)| id);
        must(landing.is_some(), || "there is no landing room".into())?;
        must(self.index.by_size.len() == self.rooms.len(), || {
            "the order of rooms is not theirs".into()
        })?;
        let mut keys = 0;
        for (id, room) in self.rooms.iter() {
            let (id, name) = (RoomId(id), &room.name);
            for key in NameKey::of_room(name) {
                keys += 1;
                must(self.index.names.get(&key) == Some(&id), || {
                    format!("{name} is not found")
                })?;
            }
            must(
                self.index.by_size.contains(&(Reverse(room.users()), id)),
                || format!("{name} is miscounted"),
            )?;
            let stays =
                Some(id) == landing || room.flags.has(RoomFlag::Permanent) || room.is_registered();
            must(!room.members.is_empty() || stays, || {
                format!("{name} is empty")
            })?;
            for &member in &room.members {
                must(self.user(member.user).is_some_and(|u| u.is_in(id)), || {
                    format!("{name} has a member that is not in it")
                })?;
            }
        }
        must(self.index.names.len() == keys, || {
            "there are names without rooms".into()
        })
    }

    /// Whether the accounts are there is not asked: they are read from elsewhere.
    fn check_ownerships(&self) -> Result<(), Inconsistent> {
        for (_, room) in self.rooms.iter() {
            let marked = room.flags.has(RoomFlag::Registered);
            must(room.is_registered() == marked, || {
                format!("{} is not marked as it is registered", room.name)
            })?;
            let Some(owned) = &room.owned else { continue };
            for (nth, (account, rank)) in owned.access.iter().enumerate() {
                let known = owned.access[..nth].iter().any(|other| other.0 == *account);
                must(!known && *account != owned.founder, || {
                    format!("{} knows an account twice", room.name)
                })?;
                must(*rank < Rank::Founder, || {
                    format!("{} has two founders", room.name)
                })?;
            }
        }
        Ok(())
    }

    fn check_doors(&self) -> Result<(), Inconsistent> {
        for (id, user) in self.users.iter() {
            for &room in user.invited_to() {
                let invited = self.room(room).is_some_and(|r| r.is_invited(UserId(id)));
                must(invited, || {
                    format!("{} is invited where nobody knows", user.nick)
                })?;
            }
        }
        for (id, room) in self.rooms.iter() {
            let rules = room.rules.as_ref();
            for &user in rules.map_or(&[][..], |rules| &rules.invited) {
                let user = self.user(user);
                let knows = user.is_some_and(|user| user.invited_to().contains(&RoomId(id)));
                must(knows, || format!("{} invites somebody else", room.name))?;
            }
            must(
                rules.is_none_or(|rules| **rules != Rules::default()),
                || format!("{} has no rules", room.name),
            )?;
        }
        Ok(())
    }

    /// Nothing that clients fill is larger than it may be, but for what a smaller limit found there.
    fn check_bounds(&self) -> Result<(), Inconsistent> {
        must(self.recent.len() <= RECENT, || {
            "more messages are remembered than may be".into()
        })?;
        must(self.recent.len() as u64 <= self.said, || {
            "messages are remembered that nobody said".into()
        })?;
        must(self.past.len() <= self.policy.whowas as usize, || {
            "more who went are remembered than may be".into()
        })?;
        for (_, user) in self.users.iter() {
            let (invited, knocked) = user
                .doors
                .as_ref()
                .map_or((0, 0), |doors| (doors.invited.len(), doors.knocked.len()));
            must(invited <= INVITATIONS && knocked <= KNOCKS, || {
                format!("{} stands at too many doors", user.nick)
            })?;
        }
        let own = self
            .users
            .iter()
            .filter_map(|(_, user)| user.markers.as_deref());
        for markers in own.chain(self.registry.all_markers()) {
            must(markers.count() <= MARKERS, || {
                "somebody has read in too many places".into()
            })?;
        }
        for (_, room) in self.rooms.iter() {
            let invited = room.rules.as_ref().map_or(0, |rules| rules.invited.len());
            must(invited <= INVITATIONS, || {
                format!("{} invites too many", room.name)
            })?;
        }
        let mut monitored = 0;
        for (_, client) in self.clients.iter() {
            let keys: BTreeSet<&str> = client.monitored.iter().map(Nick::key).collect();
            monitored += keys.len();
            for key in client.monitored.iter().filter_map(NameKey::first_of_nick) {
                let seats = self.index.monitors.get(&key);
                must(seats.is_some_and(|s| s.contains(&client.seat)), || {
                    format!("client {} is not told of whom it monitors", client.id)
                })?;
            }
        }
        let told: usize = self.index.monitors.values().map(BTreeSet::len).sum();
        must(told == monitored, || {
            "clients are told of whom they do not monitor".into()
        })
    }
}
