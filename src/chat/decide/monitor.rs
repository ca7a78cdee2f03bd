//! Being told when others come and go (IRCv3 MONITOR), and what else they do (extended-monitor).

use smallvec::SmallVec;

use super::Asker;
use crate::chat::names::NameKey;
use crate::chat::{
    Audience, Change, Chat, Client, Decision, Event, Identity, Nick, Rank, Refusal, RoomFlag, Seat,
    User, UserId,
};

impl Chat {
    pub(super) fn monitor_these(&self, d: &mut Decision, asker: Asker<'_>, nicks: Vec<Nick>) {
        let limit = self.policy.monitor;
        let known = asker.client.monitored();
        let free = (limit as usize).saturating_sub(known.len());
        let (mut added, mut left_out) = (Vec::new(), Vec::new());
        let (mut here, mut gone) = (Vec::new(), Vec::new());
        for nick in nicks {
            let has = |nicks: &[Nick]| nicks.iter().any(|other| other.same_as(&nick));
            if has(known) || has(&added) {
                continue;
            }
            if added.len() >= free {
                left_out.push(nick);
                continue;
            }
            match self.user_by_nick(&nick) {
                Some((_, user)) => here.push(user.identity()),
                None => gone.push(nick.clone()),
            }
            added.push(nick);
        }
        if !added.is_empty() {
            let seat = asker.client.seat;
            d.change(Change::Monitored { seat, nicks: added });
            d.answer(asker, Event::Monitored { here, gone });
        }
        if !left_out.is_empty() {
            let nicks = left_out;
            d.answer(asker, Event::Refused(Refusal::MonitorFull { limit, nicks }));
        }
    }

    /// Tells those who monitor a nick that a user has it now.
    pub(super) fn tell_online(&self, d: &mut Decision, who: &Identity) {
        let who = who.clone();
        if let Some(monitors) = self.audience_of(&who.nick, None) {
            d.tell(monitors, Event::CameOnline { who });
        }
    }

    /// Tells those who monitor a nick that nobody has it any more; but for the user that has gone itself.
    pub(super) fn tell_offline(&self, d: &mut Decision, nick: &Nick, gone: Option<UserId>) {
        let nick = nick.clone();
        if let Some(monitors) = self.audience_of(&nick, gone) {
            d.tell(monitors, Event::WentOffline { nick });
        }
    }

    /// Tells those who monitor a user of something about it, when nobody sees it in a room yet.
    pub(super) fn tell_monitors(&self, d: &mut Decision, who: &Nick, event: Event) {
        if let Some(Audience::Clients(seats)) = self.audience_of(who, None) {
            d.tell(Audience::Monitoring(seats), event);
        }
    }

    fn audience_of(&self, nick: &Nick, but: Option<UserId>) -> Option<Audience> {
        let monitors = self.monitors(nick);
        let monitors = monitors.filter(|client| Some(client.user) != but);
        let seats: SmallVec<_> = monitors.map(|client| client.seat).collect();
        (!seats.is_empty()).then_some(Audience::Clients(seats))
    }

    /// The clients that monitor this nick.
    fn monitors(&self, nick: &Nick) -> impl Iterator<Item = &Client> {
        let key = NameKey::first_of_nick(nick);
        let seats = key.and_then(|key| self.index.monitors.get(&key));
        let clients = seats.into_iter().flatten();
        let clients = clients.filter_map(|&seat| self.seated(seat));
        clients.filter(|client| client.monitored().iter().any(|other| other.same_as(nick)))
    }

    /// Tells those who see a user in a room of something about it, once each, and those who monitor it without seeing it.
    pub(super) fn tell_about(&self, d: &mut Decision, (id, user): (UserId, &User), event: Event) {
        let monitors = self.monitors(&user.nick).filter(|client| {
            client.user != id
                && !self
                    .user(client.user)
                    .is_some_and(|watcher| self.sees(watcher, user))
        });
        let monitors: SmallVec<[Seat; 2]> = monitors.map(|client| client.seat).collect();
        self.tell_sharers(d, (id, user), event.clone());
        if !monitors.is_empty() {
            d.tell(Audience::Monitoring(monitors), event);
        }
    }

    /// Tells those who see a user in a room, but for itself.
    pub(super) fn tell_sharers(&self, d: &mut Decision, (id, user): (UserId, &User), event: Event) {
        if let Some(audience) = self.sharers(id, user) {
            d.tell(audience, event);
        }
    }

    /// All who see a user in a room, but for itself; none: it is in no room.
    pub(super) fn sharers(&self, id: UserId, user: &User) -> Option<Audience> {
        if user.memberships.is_empty() {
            return None;
        }
        let hidden = user.rooms().any(|room| {
            let auditorium = self.room(room).map(|room| room.flags);
            auditorium.is_some_and(|flags| flags.has(RoomFlag::Auditorium))
                && !self.ranks_in(room, user).at_least(Rank::HalfOp)
        });
        if !hidden {
            let but = self.own_clients(user).next().map(|client| client.id);
            return Some(Audience::Rooms(user.rooms().collect(), but));
        }
        let mut seats: SmallVec<[Seat; 2]> = SmallVec::new();
        for room in user.rooms() {
            let members = self.room(room).map_or(&[][..], |room| room.members());
            for member in members.iter().filter(|member| member.user != id) {
                if let Some(watcher) = self.user(member.user)
                    && self.sees(watcher, user)
                {
                    seats.extend(watcher.clients.iter().copied());
                }
            }
        }
        seats.sort_unstable();
        seats.dedup();
        // What happens to it is kept, also where nobody is there to be told.
        if seats.is_empty() {
            return Some(Audience::Rooms(SmallVec::new(), None));
        }
        Some(Audience::Clients(seats))
    }

    /// Whether one user sees another in a room: in an auditorium one who ranks below half-op is seen only by those who do not.
    fn sees(&self, watcher: &User, user: &User) -> bool {
        user.rooms().any(|room| {
            let auditorium = self.room(room).map(|room| room.flags);
            watcher.is_in(room)
                && (auditorium.is_none_or(|flags| !flags.has(RoomFlag::Auditorium))
                    || self.ranks_in(room, user).at_least(Rank::HalfOp)
                    || self.ranks_in(room, watcher).at_least(Rank::HalfOp))
        })
    }
}
