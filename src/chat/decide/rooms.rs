//! Entering and leaving rooms.

use smallvec::SmallVec;

use super::Asker;
use crate::chat::{
    Audience, Change, Chat, Decision, Event, Identity, Key, ModeChange, Rank, Ranks, Refusal, Room,
    RoomFlag, RoomId, RoomName, Seat, Stamp, Talks, Text, User, UserId,
};

impl Chat {
    pub(super) fn join(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        (name, key): (RoomName, Option<Key>),
    ) -> Result<(), Refusal> {
        let found = self.room_by_name(&name);
        if let Some((id, room)) = found
            && asker.user.is_in(id)
        {
            let (seat, name) = (asker.client.seat, room.name.clone());
            d.change(Change::Current {
                seat,
                room: Some(id),
            });
            d.answer(asker, Event::YouTalkIn { room: id, name });
            return Ok(());
        }
        if let Some(limit) = self.policy.rooms_per_client
            && asker.user.memberships.len() >= limit as usize
        {
            return Err(Refusal::TooManyRooms { room: name, limit });
        }
        if let (Some(limit), None) = (self.policy.rooms, found)
            && self.rooms_count() >= limit as usize
        {
            return Err(Refusal::RoomsFull { room: name, limit });
        }
        let found = match found {
            None => None,
            Some(found) => Some(self.admitted(d, asker, found, key.as_ref())?),
        };
        let user = asker.client.user;
        if let (Some(rate), false) = (self.policy.join_rate, asker.client.exempt) {
            let spent =
                asker
                    .user
                    .joins
                    .take(rate, 1, stamp.tick)
                    .map_err(|wait| Refusal::JoinRate {
                        room: name.clone(),
                        wait,
                    })?;
            d.change(Change::JoinSpent { user, spent });
        }
        self.enter_room(d, stamp, asker, found, name);
        Ok(())
    }

    /// The room that the asker gets into: the one it wants, or the one that this forwards to, not farther.
    fn admitted<'a>(
        &'a self,
        d: &mut Decision,
        asker: Asker<'_>,
        (id, room): (RoomId, &'a Room),
        key: Option<&Key>,
    ) -> Result<(RoomId, &'a Room), Refusal> {
        let Err(refusal) = self.may_join(asker.client.user, room, key) else {
            return Ok((id, room));
        };
        let elsewhere = room.forward().and_then(|to| self.room_by_name(to));
        if let Some((other, there)) = elsewhere
            && !asker.user.is_in(other)
            && self.may_join(asker.client.user, there, key).is_ok()
        {
            let (from, to) = (room.name.clone(), there.name.clone());
            d.answer(asker, Event::YouAreForwarded { from, to });
            return Ok((other, there));
        }
        Err(refusal)
    }

    /// Enters a room that is there, or makes it.
    fn enter_room(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        found: Option<(RoomId, &Room)>,
        name: RoomName,
    ) {
        let user = asker.client.user;
        let (room, name, others, topic, ranks) = if let Some((id, room)) = found {
            if room.is_invited(user) {
                d.change(Change::InvitationUsed { user, room: id });
            }
            let topic = room.topic.as_ref().map(|note| note.topic.clone());
            let ranks = self.access_of(asker.user, room).map(Ranks::of);
            let ranks = ranks.unwrap_or_default();
            (id, room.name.clone(), room.users(), topic, ranks)
        } else {
            let room = RoomId(self.rooms.next());
            d.change(Change::RoomMade {
                room,
                name: name.clone(),
                at: stamp.at,
                life: self.lives.next(),
            });
            (room, name, 0, None, Ranks::of(Rank::Op))
        };
        d.change(Change::Entered { user, room, ranks });
        d.change(Change::Current {
            seat: asker.client.seat,
            room: Some(room),
        });
        let who = asker.user.identity();
        for client in self.own_clients(asker.user) {
            // Another device of the same user stays where it talks.
            let talks = match self.talks(client, asker.user) {
                _ if client.seat == asker.client.seat => Talks::In(name.clone()),
                Talks::In(current) => Talks::In(current),
                Talks::Nowhere(_) | Talks::InNoRoom => Talks::Nowhere(name.clone()),
            };
            let entered = Event::YouEntered {
                who: who.clone(),
                room,
                name: name.clone(),
                others,
                topic: topic.clone(),
                talks,
            };
            d.tell(Audience::Client(client.seat), entered);
        }
        let joined = Event::Joined {
            who,
            realname: asker.user.realname.clone(),
            away: asker.user.away.clone(),
            room,
            name,
        };
        d.tell(self.others_in(room, ranks, Some(asker)), joined);
        if let Some((id, room)) = found {
            let nick = &asker.user.nick;
            let given = ranks.iter();
            let given = given.map(|rank| ModeChange::Rank(rank, nick.clone(), true));
            let own = own_seats(asker.user);
            self.tell_ranks(d, (id, room), (own, ranks), given.collect());
        }
    }

    pub(super) fn part(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
        reason: Option<&Text>,
    ) -> Result<(), Refusal> {
        let (id, room) = self.own_room(asker, name)?;
        let who = asker.user.identity();
        let ranks = self.ranks_in(id, asker.user);
        self.leave_room(d, asker.client.user, id);
        for (seat, talks) in self.talks_without(d, asker.user, id, Some(asker)) {
            let left = Event::YouLeft {
                who: who.clone(),
                name: room.name.clone(),
                reason: reason.cloned(),
                talks,
            };
            d.tell(Audience::Client(seat), left);
        }
        let others = self.others_in(id, ranks, Some(asker));
        d.tell(others, parted(who, id, room, reason));
        Ok(())
    }

    pub(super) fn part_all(&self, d: &mut Decision, asker: Asker<'_>) {
        for client in self.own_clients(asker.user) {
            d.change(Change::Current {
                seat: client.seat,
                room: None,
            });
        }
        for id in asker.user.rooms() {
            let Some(room) = self.room(id) else { continue };
            let who = asker.user.identity();
            let ranks = self.ranks_in(id, asker.user);
            self.leave_room(d, asker.client.user, id);
            let left = Event::YouLeft {
                who: who.clone(),
                name: room.name.clone(),
                reason: None,
                talks: Talks::InNoRoom,
            };
            d.tell(own_seats(asker.user), left);
            let others = self.others_in(id, ranks, Some(asker));
            d.tell(others, parted(who, id, room, None));
        }
    }

    /// One user leaves one room; the room goes when it was the last one, unless it stays.
    pub(super) fn leave_room(&self, d: &mut Decision, user: UserId, room: RoomId) {
        d.change(Change::Left { user, room });
        if self.goes_when_empty(room) && self.room(room).is_some_and(|r| r.users() <= 1) {
            d.change(Change::RoomGone { room });
        }
    }

    /// Where each client of a user talks who is leaving a room: where it talked. Who talked there talks nowhere, but the one by whose
    /// own will it leaves, in the last room joined that is left.
    pub(super) fn talks_without(
        &self,
        d: &mut Decision,
        user: &User,
        room: RoomId,
        by: Option<Asker<'_>>,
    ) -> SmallVec<[(Seat, Talks); 1]> {
        let next = user.rooms().rev().find(|&other| other != room);
        let name = next.and_then(|id| self.room(id)).map(|r| &r.name);
        let mut all = SmallVec::new();
        for client in self.own_clients(user) {
            let seat = client.seat;
            let is_asker = by.is_some_and(|asker| asker.client.seat == seat);
            let leaves = client.current == Some(room);
            if leaves {
                let room = next.filter(|_| is_asker);
                d.change(Change::Current { seat, room });
            }
            let talks = match (client.current.filter(|_| !leaves), name) {
                (Some(_), _) => self.talks(client, user),
                (None, None) => Talks::InNoRoom,
                (None, Some(name)) if leaves && is_asker => Talks::In(name.clone()),
                (None, Some(name)) => Talks::Nowhere(name.clone()),
            };
            all.push((seat, talks));
        }
        all
    }

    /// Those in a room who are told that this member came or went: all, but in an auditorium only those whose office it is, for
    /// one who is below them.
    pub(super) fn others_in(&self, id: RoomId, ranks: Ranks, but: Option<Asker<'_>>) -> Audience {
        let auditorium = self
            .room(id)
            .is_some_and(|room| room.flags.has(RoomFlag::Auditorium));
        let but = but.map(|asker| asker.client.id);
        if auditorium && !ranks.at_least(Rank::HalfOp) {
            Audience::Ranked(id, Rank::HalfOp, but)
        } else {
            Audience::Room(id, but)
        }
    }
}

fn parted(who: Identity, id: RoomId, room: &Room, reason: Option<&Text>) -> Event {
    Event::Parted {
        who,
        room: id,
        name: room.name.clone(),
        reason: reason.cloned(),
    }
}

/// All clients of a user.
pub(super) fn own_seats(user: &User) -> Audience {
    match user.clients.as_slice() {
        [only] => Audience::Client(*only),
        all => Audience::Clients(all.iter().copied().collect()),
    }
}
