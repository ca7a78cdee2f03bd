//! Changing the modes of a room: each change by itself, in order, each as the ones before it have left the room.

use smallvec::SmallVec;

use super::Asker;
use super::kick::rank_to_unseat;
use crate::chat::may::rank_for;
use crate::chat::{
    Change, Chat, Decision, Event, Key, ListEntry, ListKind, Mask, ModeChange, Nick, Rank, Ranks,
    Refusal, Room, RoomFlag, RoomFlags, RoomId, RoomName, Stamp, Standing, UserId,
};

/// A room as the changes so far would leave it.
struct Draft<'a> {
    id: RoomId,
    room: &'a Room,
    flags: RoomFlags,
    key: Option<Key>,
    limit: Option<u32>,
    forward: Option<RoomName>,
    /// Ranks that differ.
    ranks: SmallVec<[(UserId, Ranks); 2]>,
    /// Entries of lists that are there now, and that are not any more.
    entries: Vec<(ListKind, Mask, bool)>,
}

impl Draft<'_> {
    fn ranks_of(&self, user: UserId, before: Ranks) -> Ranks {
        let changed = self.ranks.iter().rfind(|(other, _)| *other == user);
        changed.map_or(before, |(_, ranks)| *ranks)
    }

    fn has(&self, list: ListKind, mask: &Mask) -> bool {
        let mut changed = self.entries.iter().rev();
        let changed = changed.find(|(other, known, _)| *other == list && known == mask);
        let there = || self.room.list(list).iter().any(|entry| entry.mask == *mask);
        changed.map_or_else(there, |(_, _, on)| *on)
    }

    fn length(&self, list: ListKind) -> usize {
        let count = |on: bool| {
            let changed = self.entries.iter();
            changed
                .filter(|entry| (entry.0, entry.2) == (list, on))
                .count()
        };
        self.room.list(list).len() + count(true) - count(false)
    }
}

impl Chat {
    pub(super) fn set_modes(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        (name, wanted): (Option<RoomName>, Vec<ModeChange>),
    ) -> Result<(), Refusal> {
        let (id, room) = self.room_in_reach(asker, name)?;
        let mut draft = Draft {
            id,
            room,
            flags: room.flags,
            key: room.key().cloned(),
            limit: room.limit(),
            forward: room.forward().cloned(),
            ranks: SmallVec::new(),
            entries: Vec::new(),
        };
        let mut made = Vec::new();
        for change in wanted {
            match self.set_mode(d, stamp, asker, &mut draft, change) {
                Ok(change) => made.extend(change),
                Err(refusal) => d.answer(asker, Event::Refused(refusal)),
            }
        }
        let made = come_to(&made, room);
        if made.is_empty() {
            return Ok(());
        }
        if draft.flags != room.flags {
            let flags = draft.flags;
            d.change(Change::RoomFlags { room: id, flags });
        }
        let after = (draft.flags, draft.ranks.as_slice());
        self.tell_made(d, asker, (id, room), made, after);
        if room.members().is_empty() && !self.stays_when_empty(id, draft.flags) {
            d.change(Change::RoomGone { room: id });
        }
        Ok(())
    }

    /// One change: as it is told, or none if it makes no difference.
    fn set_mode(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        draft: &mut Draft<'_>,
        change: ModeChange,
    ) -> Result<Option<ModeChange>, Refusal> {
        let (id, name) = (draft.id, || draft.room.name.clone());
        let own = self.ranks_in(id, asker.user);
        let standing = match self.standing(asker.user, id) {
            Standing::Member(_) => Standing::Member(draft.ranks_of(asker.client.user, own)),
            other => other,
        };
        // What one has, one can give up.
        let own_rank = |nick: &Nick| nick.same_as(&asker.user.nick);
        let given_up = matches!(&change, ModeChange::Rank(_, nick, false) if own_rank(nick));
        match (rank_for(&change), &change) {
            (None, ModeChange::Flag(flag, _)) if !is_operators(standing, *flag) => {
                let (room, flag) = (name(), *flag);
                return Err(Refusal::ModeNotYours { room, flag });
            }
            (Some(rank), _) if !given_up && !standing.at_least(rank) => {
                return Err(Refusal::RankTooLow { room: name(), rank });
            }
            _ => {}
        }
        let differs = match &change {
            ModeChange::Flag(flag, on) => {
                let differs = draft.flags.has(*flag) != *on;
                draft.flags = draft.flags.with(*flag, *on);
                differs
            }
            ModeChange::Rank(rank, nick, on) => {
                return self.set_rank(d, asker, draft, standing, (*rank, nick, *on));
            }
            ModeChange::List(list, mask, true) => {
                return self.add_entry(d, stamp, asker, draft, (*list, mask));
            }
            ModeChange::List(list, mask, false) => {
                return Ok(remove_entry(d, draft, (*list, mask)));
            }
            ModeChange::Key(key) => {
                let differs = draft.key != *key;
                if differs {
                    let key = key.clone();
                    d.change(Change::RoomKey { room: id, key });
                }
                draft.key.clone_from(key);
                differs
            }
            ModeChange::Limit(limit) => {
                let (differs, limit) = (draft.limit != *limit, *limit);
                if differs {
                    d.change(Change::RoomLimit { room: id, limit });
                }
                draft.limit = limit;
                differs
            }
            ModeChange::Forward(to) => return self.set_forward(d, asker, draft, to.as_ref()),
        };
        Ok(differs.then_some(change))
    }

    fn set_rank(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        draft: &mut Draft<'_>,
        standing: Standing,
        (rank, nick, on): (Rank, &Nick, bool),
    ) -> Result<Option<ModeChange>, Refusal> {
        let room = draft.room.name.clone();
        let Some((user, them)) = self.user_by_nick(nick) else {
            let nick = nick.clone();
            return Err(Refusal::NoSuchNick { nick });
        };
        let nick = them.nick.clone();
        let Some(member) = self.member(draft.id, them) else {
            return Err(Refusal::TheyAreNotInRoom { nick, room });
        };
        let ranks = draft.ranks_of(user, member.ranks);
        if ranks.has(rank) == on {
            return Ok(None);
        }
        if !on && user != asker.client.user && !standing.may_unseat(ranks) {
            let rank = rank_to_unseat(ranks);
            return Err(Refusal::RankTooLow { room, rank });
        }
        let ranks = ranks.with(rank, on);
        draft.ranks.push((user, ranks));
        d.change(Change::Ranks {
            room: draft.id,
            user,
            ranks,
        });
        Ok(Some(ModeChange::Rank(rank, nick, on)))
    }

    fn add_entry(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        draft: &mut Draft<'_>,
        (list, mask): (ListKind, &Mask),
    ) -> Result<Option<ModeChange>, Refusal> {
        if draft.has(list, mask) {
            return Ok(None);
        }
        let limit = self.policy.list_entries;
        if draft.length(list) >= limit as usize {
            return Err(Refusal::ListFull {
                room: draft.room.name.clone(),
                list,
                limit,
                mask: mask.as_str().into(),
            });
        }
        draft.entries.push((list, mask.clone(), true));
        d.change(Change::Listed {
            room: draft.id,
            list,
            entry: ListEntry {
                mask: mask.clone(),
                by: asker.user.identity().mask().into(),
                at: stamp.at,
            },
        });
        Ok(Some(ModeChange::List(list, mask.clone(), true)))
    }

    fn set_forward(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        draft: &mut Draft<'_>,
        to: Option<&RoomName>,
    ) -> Result<Option<ModeChange>, Refusal> {
        let to = match to {
            None => None,
            Some(name) => {
                let (other, there) = self.known_room(asker, name.clone())?;
                if !self.standing(asker.user, other).at_least(Rank::Op) {
                    let (room, to) = (draft.room.name.clone(), there.name.clone());
                    return Err(Refusal::ForwardNotYours { room, to });
                }
                Some(there.name.clone())
            }
        };
        if draft.forward == to {
            return Ok(None);
        }
        draft.forward.clone_from(&to);
        d.change(Change::RoomForward {
            room: draft.id,
            to: to.clone(),
        });
        Ok(Some(ModeChange::Forward(to)))
    }
}

/// What changes come to in the end: of several of the same thing the last, and not that one either if it leaves it as it was before
/// them all. Entries of lists are told one by one, since each that is put there is a new one.
fn come_to(made: &[ModeChange], room: &Room) -> Vec<ModeChange> {
    let is_told = |(nth, change): &(usize, &ModeChange)| {
        let mut later = made[nth + 1..].iter();
        if later.any(|other| is_same_thing(change, other)) {
            return false;
        }
        match change {
            // Each made a difference, so every second one puts it back.
            ModeChange::Flag(..) | ModeChange::Rank(..) => {
                let earlier = made[..*nth].iter();
                let earlier = earlier.filter(|other| is_same_thing(change, other));
                earlier.count() % 2 == 0
            }
            ModeChange::Key(key) => room.key() != key.as_ref(),
            ModeChange::Limit(limit) => room.limit() != *limit,
            ModeChange::Forward(to) => room.forward() != to.as_ref(),
            ModeChange::List(..) => true,
        }
    };
    let told = made.iter().enumerate().filter(is_told);
    told.map(|(_, change)| change.clone()).collect()
}

/// Whether two changes are about the same flag, the same rank of the same user, or the same setting.
fn is_same_thing(one: &ModeChange, other: &ModeChange) -> bool {
    use ModeChange as M;
    match (one, other) {
        (M::Flag(one, _), M::Flag(other, _)) => one == other,
        (M::Rank(one, of, _), M::Rank(other, to, _)) => one == other && of == to,
        (M::Key(_), M::Key(_)) | (M::Limit(_), M::Limit(_)) | (M::Forward(_), M::Forward(_)) => {
            true
        }
        _ => false,
    }
}

fn remove_entry(
    d: &mut Decision,
    draft: &mut Draft<'_>,
    (list, mask): (ListKind, &Mask),
) -> Option<ModeChange> {
    if !draft.has(list, mask) {
        return None;
    }
    draft.entries.push((list, mask.clone(), false));
    // As it was put there.
    let known = draft.room.list(list).iter().find(|e| e.mask == *mask);
    let mask = known.map_or(mask, |entry| &entry.mask).clone();
    d.change(Change::Unlisted {
        room: draft.id,
        list,
        mask: mask.clone(),
    });
    Some(ModeChange::List(list, mask, false))
}

/// Whether this flag, which no member may set, is set by this asker.
fn is_operators(standing: Standing, flag: RoomFlag) -> bool {
    standing == Standing::Operator && flag == RoomFlag::Permanent
}
