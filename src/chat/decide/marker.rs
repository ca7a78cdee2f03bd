//! How far a user has read in a room or in a conversation (IRCv3 read-marker). Told to its own clients, and to nobody else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Asker;
use super::rooms::own_seats;
use crate::chat::{
    Change, Chat, Decision, Event, Refusal, RoomName, Stamp, Target, Timestamp, User,
};

/// The most rooms and users of which it is kept how far one user has read.
pub(in crate::chat) const MARKERS: usize = 1000;

/// Until when one has read what was said, by the keys of rooms' names and of nicks; at most [`MARKERS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::chat) struct Markers(BTreeMap<Box<str>, Timestamp>);

impl Markers {
    /// Where there are too many, the one goes until which it was read longest ago.
    pub(in crate::chat) fn set(&mut self, target: Box<str>, at: Timestamp) {
        if !self.0.contains_key(&target) && self.0.len() >= MARKERS {
            let oldest = self.0.iter().min_by_key(|(_, at)| **at);
            if let Some(oldest) = oldest.map(|(target, _)| target.clone()) {
                self.0.remove(&oldest);
            }
        }
        self.0.insert(target, at);
    }

    /// A room is called otherwise now.
    pub(in crate::chat) fn rename(&mut self, old: &str, new: &str) {
        if let Some(at) = self.0.remove(old) {
            let known = self.0.entry(new.into()).or_insert(at);
            *known = at.max(*known);
        }
    }

    /// How many there are.
    pub(in crate::chat) fn count(&self) -> usize {
        self.0.len()
    }
}

impl Chat {
    /// Until when a user has read what was said in a room, as its clients, or others of its account, have said.
    pub fn has_read(&self, user: &User, room: &RoomName) -> Option<Timestamp> {
        self.marker(user, room.key())
    }

    /// Until when it has read what was said there: the key of a room's name or of a nick.
    pub(in crate::chat) fn marker(&self, user: &User, key: &str) -> Option<Timestamp> {
        let markers = match self.account_of(user) {
            Some(account) => self.registry.markers(account.id),
            None => user.markers.as_deref(),
        };
        markers?.0.get(key).copied()
    }

    /// Sets it, if that is later than what is known and not in the future, which counts as now; then all clients of the user are
    /// told. Else the asker is told what is known. Whether there is such a room or user makes no difference.
    pub(super) fn mark_read(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        target: Target,
        at: Option<Timestamp>,
    ) -> Result<(), Refusal> {
        let (key, target): (Box<str>, Box<str>) = match target {
            Target::Room(name) => {
                let name = self.own_name(asker, name);
                (name.key().into(), name.as_str().into())
            }
            Target::User(nick) => (nick.key().into(), nick.as_str().into()),
            Target::Current | Target::Ranked(..) | Target::Client(_) | Target::Operator => {
                return Err(Refusal::NotFromHere);
            }
        };
        let known = self.marker(asker.user, &key);
        match at.map(|at| at.min(stamp.at)) {
            Some(at) if known.is_none_or(|known| known < at) => {
                let user = asker.client.user;
                let change = Change::MarkedRead {
                    user,
                    target: key,
                    at,
                };
                d.change(change);
                let at = Some(at);
                d.tell(own_seats(asker.user), Event::MarkedRead { target, at });
            }
            _ => d.answer(asker, Event::MarkedRead { target, at: known }),
        }
        Ok(())
    }

    /// The name of a room that the asker is in, as it is shown; of any other room, as it was given.
    fn own_name(&self, asker: Asker<'_>, given: RoomName) -> RoomName {
        match self.room_by_name(&given) {
            Some((id, room)) if asker.user.is_in(id) => room.name.clone(),
            _ => given,
        }
    }
}
