//! Changes of rooms: their members, names and modes.

use std::cmp::Reverse;

use crate::chat::names::NameKey;
use crate::chat::room::Rules;
use crate::chat::state::take_out;
use crate::chat::{
    Chat, InRoom, ListKind, Mask, Membership, Ranks, Room, RoomFlags, RoomId, RoomName, Timestamp,
    UserId,
};

impl Chat {
    pub(super) fn make_room(
        &mut self,
        id: RoomId,
        name: RoomName,
        (at, life): (Timestamp, u64),
        flags: RoomFlags,
    ) {
        for key in NameKey::of_room(&name) {
            self.index.names.insert(key, id);
        }
        self.index.by_size.insert((Reverse(0), id));
        let life = self.lives.begin(name.key(), at, life);
        let room = Room {
            name,
            topic: None,
            made_at: at,
            flags,
            owned: None,
            rules: None,
            since: self.said,
            life,
            members: Vec::new(),
        };
        self.rooms.put(id.0, room);
    }

    pub(super) fn remove_room(&mut self, id: RoomId) {
        if self.room(id).is_none_or(|room| !room.members.is_empty()) {
            return;
        }
        if let Some(room) = self.rooms.take(id.0) {
            for key in NameKey::of_room(&room.name) {
                take_out(&mut self.index.names, &key);
            }
            self.index.by_size.remove(&(Reverse(0), id));
            for user in room.rules.map(|rules| rules.invited).unwrap_or_default() {
                self.forget_invitation(user, id);
            }
        }
    }

    pub(super) fn enter(&mut self, user_id: UserId, room_id: RoomId, ranks: Ranks) {
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
            joined: self.said,
            ranked: self.said,
        });
        self.index.by_size.remove(&(Reverse(position), room_id));
        self.index.by_size.insert((Reverse(position + 1), room_id));
    }

    pub(super) fn leave(&mut self, user_id: UserId, room_id: RoomId) {
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

    pub(super) fn rename_room(&mut self, id: RoomId, name: &RoomName) {
        let Some(room) = self.rooms.get_mut(id.0) else {
            return;
        };
        let old = std::mem::replace(&mut room.name, name.clone());
        for key in NameKey::of_room(&old) {
            take_out(&mut self.index.names, &key);
        }
        for key in NameKey::of_room(name) {
            self.index.names.insert(key, id);
        }
        if old.key() != name.key() {
            self.change_rules(id, |rules| rules.was_called(old.key()));
            let members = self.rooms.get(id.0).map_or(&[][..], Room::members);
            let members: Vec<UserId> = members.iter().map(|member| member.user).collect();
            for member in members {
                self.rename_marker(member, old.key(), name.key());
            }
        }
    }

    pub(super) fn rank(&mut self, room: RoomId, user: UserId, ranks: Ranks) {
        let place = self.user(user).and_then(|user| user.place_in(room));
        let (Some(at), Some(room)) = (place, self.rooms.get_mut(room.0)) else {
            return;
        };
        if let Some(member) = room.members.get_mut(at as usize) {
            member.ranks = ranks;
            member.ranked = self.said;
        }
    }

    /// An entry of a list goes; of a ban it is remembered whom it meant.
    pub(super) fn unlist(&mut self, room: RoomId, list: ListKind, mask: Mask) {
        let said = self.said;
        self.change_rules(room, |rules| {
            rules.list_mut(list).retain(|entry| entry.mask != mask);
            if list == ListKind::Ban && !mask.is_mute() {
                rules.lift(mask, said);
            }
        });
    }

    /// Few rooms have rules: they are there only while there is something in them.
    pub(super) fn change_rules(&mut self, id: RoomId, change: impl FnOnce(&mut Rules)) {
        self.change_room(id, |room| {
            let rules = room.rules.get_or_insert_default();
            change(rules);
            if **rules == Rules::default() {
                room.rules = None;
            }
        });
    }
}
