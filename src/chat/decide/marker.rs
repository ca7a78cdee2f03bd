//! How far a user has read in a room or in a conversation (IRCv3 read-marker). Told to its own clients, and to nobody else.

use super::Asker;
use super::rooms::own_seats;
use crate::chat::{
    Change, Chat, Decision, Event, Refusal, RoomName, Stamp, Target, Timestamp, User,
};

/// The most rooms and nicks of which it is kept how far a user has read.
pub(in crate::chat) const MARKERS: usize = 1000;

impl User {
    /// Until when it has read what was said in a room, as its clients have said.
    pub fn has_read(&self, room: &RoomName) -> Option<Timestamp> {
        self.marker(room.key())
    }

    /// Until when it has read what was said there: the key of a room's name or of a nick.
    fn marker(&self, key: &str) -> Option<Timestamp> {
        self.markers.as_ref()?.get(key).copied()
    }
}

impl Chat {
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
        let known = asker.user.marker(&key);
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
