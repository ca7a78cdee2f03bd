//! Questions: who is in a room, who is a user, which rooms there are, which modes one has. Answers are bounded, and so is the work for them.

use std::cmp::Ordering;

use super::Asker;
use crate::chat::{
    Chat, Decision, Event, Member, ModeChange, Nick, Refusal, RoomLine, RoomName, Stamp, User,
};

/// The most members that `/who` shows.
const MEMBERS: usize = 500;
/// The most members that `/who` looks at to sort them; of a larger room it shows some, not the first by name. And the most rooms
/// that `/rooms` looks at, the largest.
const SORTED: usize = 10_000;
/// The most rooms that `/rooms` shows.
const ROOMS: usize = 200;
/// The most rooms of a user that `/whois` shows.
const ROOMS_OF_ONE: usize = 100;

fn rest(all: usize, shown: usize) -> u32 {
    u32::try_from(all.saturating_sub(shown)).unwrap_or(u32::MAX)
}

/// As a person looks for names: capitals beside small letters.
fn by_name(a: &str, b: &str) -> Ordering {
    let folded = a
        .chars()
        .flat_map(char::to_lowercase)
        .cmp(b.chars().flat_map(char::to_lowercase));
    folded.then_with(|| a.cmp(b))
}

impl Chat {
    pub(super) fn who(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let (id, room) = self.seen_room(asker, name)?;
        let sight = self.sight(asker.user);
        let seen = sight.members(id).map(|(_, user)| user);
        let mut users: Vec<_> = seen.take(SORTED).collect();
        // Of a room too large to look at, all that are not shown are more.
        let all = match room.members().len() {
            all if all > SORTED => all,
            _ => users.len(),
        };
        let by_nick = |a: &&User, b: &&User| by_name(a.nick.as_str(), b.nick.as_str());
        if users.len() > MEMBERS {
            users.select_nth_unstable_by(MEMBERS, by_nick);
            users.truncate(MEMBERS);
        }
        users.sort_unstable_by(by_nick);
        let members: Vec<_> = users
            .into_iter()
            .map(|user| Member {
                nick: user.nick.clone(),
                rank: self.ranks_in(id, user).highest(),
                away: user.away.clone(),
            })
            .collect();
        let more = rest(all, members.len());
        let name = room.name.clone();
        d.answer(
            asker,
            Event::WhoIs {
                name,
                members,
                more,
            },
        );
        Ok(())
    }

    pub(super) fn whois(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        nick: Nick,
    ) -> Result<(), Refusal> {
        let user = self.named_user(nick)?;
        let sight = self.sight(asker.user);
        let clients = || user.clients.iter().filter_map(|&s| self.seated(s));
        let active_at = clients().map(|c| c.active_at).max().unwrap_or_default();
        let connected_at = clients().map(|c| c.connected_at).min();
        let idle = stamp.tick.seconds_since(active_at);
        d.answer(
            asker,
            Event::UserIs {
                nick: user.nick.clone(),
                account: user.account.clone(),
                away: user.away.clone(),
                rooms: sight
                    .rooms_of(user)
                    .take(ROOMS_OF_ONE)
                    .map(|(room, _)| room.name.clone())
                    .collect(),
                here: connected_at.map(|at| (at, idle)),
            },
        );
        Ok(())
    }

    pub(super) fn show_modes(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(), Refusal> {
        let (id, room) = self.seen_room(asker, name)?;
        let is_told = asker.user.is_in(id) || asker.user.operator.is_some();
        let flags = room.flags.iter().map(|flag| ModeChange::Flag(flag, true));
        let key = room.key().filter(|_| is_told).cloned();
        let (limit, forward) = (room.limit(), room.forward().cloned());
        let modes = flags
            .chain(key.map(|key| ModeChange::Key(Some(key))))
            .chain(limit.map(|limit| ModeChange::Limit(Some(limit))))
            .chain(forward.map(|to| ModeChange::Forward(Some(to))))
            .collect();
        let name = room.name.clone();
        d.answer(asker, Event::ModesAre { name, modes });
        Ok(())
    }

    pub(super) fn list_rooms(&self, d: &mut Decision, asker: Asker<'_>) {
        let sight = self.sight(asker.user);
        let seen = self.rooms().take(SORTED).filter(|(id, _)| sight.room(*id));
        let mut hidden = self.rooms_count().min(SORTED);
        let mut rooms = Vec::new();
        for (_, room) in seen {
            hidden -= 1;
            if rooms.len() < ROOMS {
                rooms.push(RoomLine {
                    room: room.name.clone(),
                    users: room.users(),
                    topic: room.topic.as_ref().map(|note| note.topic.clone()),
                });
            }
        }
        rooms.sort_by(|a, b| {
            b.users
                .cmp(&a.users)
                .then_with(|| by_name(a.room.as_str(), b.room.as_str()))
        });
        let more = rest(self.rooms_count() - hidden, rooms.len());
        d.answer(asker, Event::RoomsAre { rooms, more });
    }
}
