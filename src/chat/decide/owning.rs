//! Registered rooms: registering and dropping them, who has which rank in them by its account. What becomes of members' ranks is in
//! `standing`.

use super::Asker;
use super::standing::tell_modes;
use crate::chat::{
    Change, Chat, Client, Decision, Event, ModeChange, Nick, Ownership, Owning, Rank, Refusal,
    Registered, Role, Room, RoomFlag, RoomId, RoomName, Stamp, User,
};

/// A registered room.
type Owned<'a> = (RoomId, &'a Room, &'a Ownership);

impl Chat {
    pub(super) fn register_room(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let own = self.account_of(asker.user).ok_or(Refusal::NotLoggedIn)?;
        let (id, there) = self.own_room(asker, name)?;
        let room = there.name.clone();
        if there.is_registered() {
            return Err(Refusal::RoomRegistered { room });
        }
        if self.is_landing(id) {
            return Err(Refusal::RoomIsLanding { room });
        }
        if !self.ranks_in(id, asker.user).at_least(Rank::Op) {
            let rank = Rank::Op;
            return Err(Refusal::RankTooLow { room, rank });
        }
        self.may_own_more(own, &room)?;
        let owned = Ownership {
            founder: own.id,
            since: stamp.at,
            access: Vec::new(),
        };
        d.change(Change::Owned {
            room: id,
            owned: Some(Box::new(owned)),
        });
        let flags = there.flags.with(RoomFlag::Registered, true);
        d.change(Change::RoomFlags { room: id, flags });
        let mut told = vec![ModeChange::Flag(RoomFlag::Registered, true)];
        told.extend(self.regrade(d, (id, there), own, (None, Some(Rank::Founder))));
        tell_modes(d, (id, there), told);
        answer(d, asker, room, Owning::Registered);
        Ok(())
    }

    pub(super) fn drop_room(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: RoomName,
    ) -> Result<(), Refusal> {
        let owned = self.owned_room(asker, Some(name))?;
        let (id, room, _) = self.as_founder(asker, owned)?;
        answer(d, asker, room.name.clone(), Owning::Dropped);
        self.disown(d, (id, room));
        Ok(())
    }

    /// Whether this client may drop a room.
    pub fn may_drop(
        &self,
        (client, user): (&Client, &User),
        name: RoomName,
    ) -> Result<(), Refusal> {
        let asker = Asker { client, user };
        let owned = self.owned_room(asker, Some(name))?;
        self.as_founder(asker, owned).map(|_| ())
    }

    /// A room is not registered any more, and goes if nobody is in it. Members keep their ranks: it is a room as any other.
    pub(super) fn disown(&self, d: &mut Decision, (id, room): (RoomId, &Room)) {
        let flags = room.flags.with(RoomFlag::Registered, false);
        d.change(Change::Owned {
            room: id,
            owned: None,
        });
        d.change(Change::RoomFlags { room: id, flags });
        let told = vec![ModeChange::Flag(RoomFlag::Registered, false)];
        tell_modes(d, (id, room), told);
        let leaving = |change: &&Change| matches!(change, Change::Left { room, .. } if *room == id);
        let left = d.changes.iter().filter(leaving).count();
        if room.members().len() == left && !self.stays_when_empty(id, flags) {
            d.change(Change::RoomGone { room: id });
        }
    }

    /// Nobody gives a rank, or takes one, that is not below its own.
    pub(super) fn set_access(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
        (account, rank): (&Nick, Option<Rank>),
    ) -> Result<(), Refusal> {
        let (id, room, owned) = self.owned_room(asker, name)?;
        let them = self.account_called(account)?;
        let (name, was) = (room.name.clone(), owned.rank_of(them.id));
        if [was, rank].contains(&Some(Rank::Founder)) {
            return Err(Refusal::OneFounder { room: name });
        }
        let own = self.account_of(asker.user).map(|own| own.id);
        let given_up = rank.is_none() && own == Some(them.id);
        let needed = if [was, rank].contains(&Some(Rank::Admin)) {
            Rank::Founder
        } else {
            Rank::Admin
        };
        if !given_up && self.authority(asker, room) < Some(needed) {
            let (room, rank) = (name, needed);
            return Err(Refusal::AccessTooLow { room, rank });
        }
        if (was, rank) == (None, None) {
            let (room, name) = (name, them.name.clone());
            return Err(Refusal::NoAccess { room, name });
        }
        let what = Owning::Access(them.name.clone(), rank);
        if was == rank {
            answer(d, asker, name, what);
            return Ok(());
        }
        let limit = self.policy.list_entries;
        if was.is_none() && owned.access.len() >= limit as usize {
            return Err(Refusal::AccessFull { room: name, limit });
        }
        let owned = Some(Box::new(owned.with(them.id, rank)));
        d.change(Change::Owned { room: id, owned });
        let told = self.regrade(d, (id, room), them, (was, rank));
        tell_modes(d, (id, room), told);
        answer(d, asker, name, what);
        Ok(())
    }

    /// Who hands it over by itself is an admin from then on, if the list has a place.
    pub(super) fn hand_over(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: RoomName,
        account: &Nick,
    ) -> Result<(), Refusal> {
        let owned = self.owned_room(asker, Some(name))?;
        let (id, room, owned) = self.as_founder(asker, owned)?;
        let them = self.account_called(account)?;
        let what = Owning::HandedTo(them.name.clone());
        if them.id == owned.founder {
            answer(d, asker, room.name.clone(), what);
            return Ok(());
        }
        self.may_own_more(them, &room.name)?;
        let was = owned.rank_of(them.id);
        let mut handed = owned.handed_to(them.id);
        let own = self.account_of(asker.user);
        let own = own.filter(|own| own.id == owned.founder);
        let limit = self.policy.list_entries as usize;
        if let Some(own) = own
            && handed.access.len() < limit
        {
            handed = handed.with(own.id, Some(Rank::Admin));
        }
        let mut told = self.regrade(d, (id, room), them, (was, Some(Rank::Founder)));
        if let Some(before) = self.registered(owned.founder) {
            let left = (Some(Rank::Founder), handed.rank_of(before.id));
            told.extend(self.regrade(d, (id, room), before, left));
        }
        let owned = Some(Box::new(handed));
        d.change(Change::Owned { room: id, owned });
        tell_modes(d, (id, room), told);
        answer(d, asker, room.name.clone(), what);
        Ok(())
    }

    pub(super) fn show_owner(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let owned = self.owned_room(asker, name)?;
        self.tell_owner(d, asker, owned);
        Ok(())
    }

    fn tell_owner(&self, d: &mut Decision, asker: Asker<'_>, (_, room, owned): Owned<'_>) {
        let founder = self.registered(owned.founder);
        d.answer(
            asker,
            Event::OwnerIs {
                name: room.name.clone(),
                founder: founder.map(|founder| founder.name.clone()),
                since: owned.since,
            },
        );
    }

    pub(super) fn show_access(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let (id, room, owned) = self.owned_room(asker, name)?;
        let name = room.name.clone();
        if asker.user.role().is_none() && self.access_of(asker.user, room).is_none() {
            self.tell_owner(d, asker, (id, room, owned));
            return Ok(());
        }
        let mut all = owned.access.clone();
        all.sort_by_key(|entry| std::cmp::Reverse(entry.1));
        all.insert(0, (owned.founder, Rank::Founder));
        let named = all.into_iter().filter_map(|(id, rank)| {
            let registered = self.registered(id)?;
            Some((registered.name.clone(), rank))
        });
        let access = named.collect();
        d.answer(asker, Event::AccessIs { name, access });
        Ok(())
    }

    /// The named room, or without a name the current one, which is registered. Who has access to it knows that it is there,
    /// hidden or not.
    pub(super) fn owned_room(
        &self,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<Owned<'_>, Refusal> {
        let (id, room) = match name {
            Some(name) => {
                let found = self.room_named(name.clone())?;
                match self.access_of(asker.user, found.1) {
                    Some(_) => found,
                    None => self.known_room(asker, name)?,
                }
            }
            None => self.seen_room(asker, None)?,
        };
        let Some(owned) = &room.owned else {
            let room = room.name.clone();
            return Err(Refusal::RoomNotRegistered { room });
        };
        Ok((id, room, owned))
    }

    /// Refuses whoever is not the founder.
    fn as_founder<'a>(&self, asker: Asker<'_>, owned: Owned<'a>) -> Result<Owned<'a>, Refusal> {
        if self.authority(asker, owned.1) == Some(Rank::Founder) {
            return Ok(owned);
        }
        let room = owned.1.name.clone();
        Err(Refusal::NotItsFounder { room })
    }

    /// The rank by which one decides about access: administrators of the server do as founders.
    fn authority(&self, asker: Asker<'_>, room: &Room) -> Option<Rank> {
        if asker.user.role() >= Some(Role::Administrator) {
            return Some(Rank::Founder);
        }
        self.access_of(asker.user, room)
    }

    fn may_own_more(&self, account: &Registered, room: &RoomName) -> Result<(), Refusal> {
        match self.policy.rooms_per_account {
            Some(limit) if self.owned_by(account.id) >= limit as usize => {
                let room = room.clone();
                Err(Refusal::TooManyOwned { room, limit })
            }
            _ => Ok(()),
        }
    }

    fn account_called(&self, name: &Nick) -> Result<&Registered, Refusal> {
        self.registered_by_name(name)
            .ok_or_else(|| Refusal::NoAccountCalled { name: name.clone() })
    }
}

pub(super) fn answer(d: &mut Decision, asker: Asker<'_>, name: RoomName, what: Owning) {
    d.answer(asker, Event::Owned { name, what });
}
