//! What was kept put back, before anybody is here: the third way in which the state changes.

use crate::chat::keepsake::{KeptRoom, KeptUser, Place, Unreadable};
use crate::chat::room::Rules;
use crate::chat::{Chat, ClientId, Ownership, Room, RoomFlag, RoomId, UserId};

impl Chat {
    /// Puts back what was kept of a room, before anybody is here and before users are put back.
    pub fn restore_room(&mut self, text: &str) -> Result<(), Unreadable> {
        let kept: KeptRoom = serde_json::from_str(text).map_err(|error| Unreadable {
            what: "a room".into(),
            why: error.to_string(),
        })?;
        let found = self.room_by_name(&kept.name).map(|(id, _)| id);
        let id = found.unwrap_or_else(|| {
            let id = RoomId(self.rooms.next());
            self.make_room(id, kept.name.clone(), (kept.made_at, kept.life), kept.flags);
            id
        });
        let owned = kept.owned.and_then(|owned| self.still_owned(*owned));
        let flags = kept.flags.with(RoomFlag::Registered, owned.is_some());
        let said = self.said;
        if let Some(room) = self.rooms.get_mut(id.0) {
            *room = Room {
                name: room.name.clone(),
                topic: kept.topic,
                made_at: kept.made_at,
                flags,
                owned: owned.map(Box::new),
                rules: kept
                    .rules
                    .filter(|rules| *rules != Rules::default())
                    .map(Box::new),
                since: kept.since.min(said),
                life: kept.life,
                members: Vec::new(),
            };
        }
        Ok(())
    }

    /// As those accounts leave it that are there: one may have gone just before a crash.
    fn still_owned(&self, mut owned: Ownership) -> Option<Ownership> {
        let is_there = |account: u64| self.registered(account).is_some();
        owned.access.retain(|entry| is_there(entry.0));
        if is_there(owned.founder) {
            return Some(owned);
        }
        Some(owned.handed_to(owned.heir()?))
    }

    /// Puts back what was kept of an account: how far it has read, and its user if that is always on. One whose room was not kept
    /// sits in one less; whose nick somebody else has (it cannot be), is not put back.
    pub fn restore_user(&mut self, id: u64, text: &str) -> Result<(), Unreadable> {
        let kept: KeptUser = serde_json::from_str(text).map_err(|error| Unreadable {
            what: format!("the user of account number {id}"),
            why: error.to_string(),
        })?;
        let Some(registered) = self.registered(id).cloned() else {
            return Ok(());
        };
        if let Some(markers) = kept.markers {
            self.registry.set_markers(id, markers);
        }
        let Some(present) = kept.user.filter(|_| registered.always_on) else {
            return Ok(());
        };
        if self.user_by_nick(&registered.name).is_some() {
            return Ok(());
        }
        let user = UserId(self.users.next());
        let realname = present.realname.as_str().into();
        self.make_user(user, registered.name.clone(), present.origin, realname);
        self.set_account_of(user, Some(registered.account()));
        let mut devices = present.devices;
        devices.clamp(self.said);
        self.change_user(user, |user| {
            // No client ever has such an id.
            user.came_as = ClientId(u64::MAX - id);
            user.away = present.away;
            user.flags = present.flags;
            user.devices = Some(Box::new(devices));
        });
        self.index.apart.note(user, self.users.get(user.0));
        for place in present.places {
            self.restore_place(user, &place);
        }
        Ok(())
    }

    /// All that was kept is put back. A room goes in which nobody sits after all, as far as it is not registered.
    pub fn end_restoring(&mut self) {
        let rooms: Vec<RoomId> = self.rooms.iter().map(|(id, _)| RoomId(id)).collect();
        for id in rooms {
            if self.goes_when_empty(id) {
                self.remove_room(id);
            }
        }
    }

    fn restore_place(&mut self, user: UserId, place: &Place) {
        let Some((id, _)) = self.room_by_name(&place.room) else {
            return;
        };
        self.enter(user, id, place.ranks);
        let said = self.said;
        let at = self.user(user).and_then(|user| user.place_in(id));
        if let (Some(at), Some(room)) = (at, self.rooms.get_mut(id.0))
            && let Some(member) = room.members.get_mut(at as usize)
        {
            member.joined = place.joined.min(said);
            member.ranked = place.ranked.min(said);
        }
    }
}
