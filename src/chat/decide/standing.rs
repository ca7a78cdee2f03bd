//! Members' ranks in registered rooms, which follow what their accounts have there; the server says so.

use super::Asker;
use super::kick::rank_to_unseat;
use super::owning::answer;
use super::rooms::own_seats;
use crate::chat::may::rank_for;
use crate::chat::{
    Account, Audience, Change, Chat, Decision, Event, ModeChange, Nick, Owning, Rank, Ranks,
    Refusal, Registered, Room, RoomFlag, RoomFlags, RoomId, RoomName, Speaker, Standing, User,
    UserId,
};

/// The rank by an account, before and after.
type Shift = (Option<Rank>, Option<Rank>);

impl Chat {
    /// An account has another rank in a room than before: so have those members who are logged in to it. What all there are to be
    /// told; of members who are hidden from most it is told here.
    pub(super) fn regrade(
        &self,
        d: &mut Decision,
        (id, room): (RoomId, &Room),
        of: &Registered,
        shift: Shift,
    ) -> Vec<ModeChange> {
        let account = of.account();
        let mut told = Vec::new();
        for member in room.members() {
            if let Some(user) = self.user(member.user)
                && user.account.as_ref() == Some(&account)
            {
                let changes = shifted(d, id, (member.user, user, member.ranks), shift);
                let ranks = either(member.ranks, shift);
                match self.others_in(id, ranks, None) {
                    Audience::Room(..) => told.extend(changes),
                    _ => self.tell_ranks(d, (id, room), (own_seats(user), ranks), changes),
                }
            }
        }
        told
    }

    /// A user logs in to an account, or to none: its ranks in the rooms where it is follow.
    pub(super) fn follow_account(
        &self,
        d: &mut Decision,
        (id, user): (UserId, &User),
        account: Option<&Account>,
    ) {
        let was = self.account_of(user).map(|was| was.id);
        let is = account.and_then(|account| self.registered_as(account));
        let is = is.map(|is| is.id);
        for place in user.rooms() {
            let Some(room) = self.room(place) else {
                continue;
            };
            let shift = (room.rank_of(was), room.rank_of(is));
            let before = self.ranks_in(place, user);
            let told = shifted(d, place, (id, user, before), shift);
            let member = (own_seats(user), either(before, shift));
            self.tell_ranks(d, (place, room), member, told);
        }
    }

    /// An account goes: it has no rank anywhere any more, and its rooms pass on to their heirs, or are registered no more. Who was
    /// logged in to it is not any more.
    pub(super) fn leave_to_heirs(&self, d: &mut Decision, gone: u64) {
        for (id, room) in self.rooms() {
            let Some(owned) = &room.owned else { continue };
            if owned.founder != gone {
                if owned.rank_of(gone).is_some() {
                    let owned = Some(Box::new(owned.with(gone, None)));
                    d.change(Change::Owned { room: id, owned });
                }
                continue;
            }
            let heir = owned.heir().and_then(|heir| self.registered(heir));
            let Some(heir) = heir else {
                self.disown(d, (id, room));
                continue;
            };
            let shift = (owned.rank_of(heir.id), Some(Rank::Founder));
            let told = self.regrade(d, (id, room), heir, shift);
            let owned = Some(Box::new(owned.handed_to(heir.id)));
            d.change(Change::Owned { room: id, owned });
            tell_modes(d, (id, room), told);
        }
    }

    /// Tells a room which ranks of one member the server has changed; `ranks`: those from before, and those from now on. Of one who
    /// is hidden in an auditorium those know it who see it there, and itself.
    pub(super) fn tell_ranks(
        &self,
        d: &mut Decision,
        (id, room): (RoomId, &Room),
        (own, ranks): (Audience, Ranks),
        changes: Vec<ModeChange>,
    ) {
        if changes.is_empty() {
            return;
        }
        let changed = by_the_server((id, room), changes);
        let others = self.others_in(id, ranks, None);
        if !matches!(others, Audience::Room(..)) {
            d.tell(own, changed.clone());
        }
        d.tell(others, changed);
    }

    /// Tells a room what somebody has changed in it; `after`: its flags from now on, and the ranks of members that differ, the latest
    /// last. Of members who are hidden in an auditorium, before and after, those know it who see them there, themselves, and who did
    /// it.
    pub(super) fn tell_made(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        (id, room): (RoomId, &Room),
        made: Vec<ModeChange>,
        (flags, ranks): (RoomFlags, &[(UserId, Ranks)]),
    ) {
        let hides = |flags: RoomFlags| flags.has(RoomFlag::Auditorium);
        let latest = |user: UserId, before: Ranks| {
            let changed = ranks.iter().rfind(|(other, _)| *other == user);
            changed.map_or(before, |(_, ranks)| *ranks)
        };
        let hidden = |change: &ModeChange| -> Option<(UserId, &User)> {
            let ModeChange::Rank(_, nick, _) = change else {
                return None;
            };
            let (user, them) = self.user_by_nick(nick)?;
            let before = self.ranks_in(id, them);
            let seen = |ranks: Ranks| ranks.at_least(Rank::HalfOp);
            (!seen(before) && !seen(latest(user, before))).then_some((user, them))
        };
        let changed = |changes: Vec<ModeChange>| Event::ModesChanged {
            by: Some(Speaker::User(asker.user.identity())),
            room: id,
            name: room.name.clone(),
            changes: changes.into(),
        };
        let mut secret: Vec<ModeChange> = Vec::new();
        let mut told: Vec<((UserId, &User), Vec<ModeChange>)> = Vec::new();
        let mut open = made;
        if hides(room.flags) && hides(flags) {
            open.retain(|change| {
                let Some(member) = hidden(change) else {
                    return true;
                };
                secret.push(change.clone());
                match told.iter_mut().find(|((user, _), _)| *user == member.0) {
                    Some((_, own)) => own.push(change.clone()),
                    None => told.push((member, vec![change.clone()])),
                }
                false
            });
        }
        if !open.is_empty() {
            let changed = changed(open);
            if !asker.user.is_in(id) {
                d.tell(own_seats(asker.user), changed.clone());
            }
            d.tell(Audience::Room(id, None), changed);
        }
        if secret.is_empty() {
            return;
        }
        let doer = asker.client.user;
        let sees = latest(doer, self.ranks_in(id, asker.user)).at_least(Rank::HalfOp);
        if !sees {
            d.tell(own_seats(asker.user), changed(secret.clone()));
        }
        for ((user, member), own) in told {
            if user != doer {
                d.tell(own_seats(member), changed(own));
            }
        }
        d.tell(Audience::Ranked(id, Rank::HalfOp, None), changed(secret));
    }

    /// What members may with MODE by their ranks, one may here by the rank of one's account; that rank, and what one has, are always
    /// one's own to take and to give up.
    pub(super) fn set_rank_by_access(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        name: RoomName,
        (nick, rank, on): (Option<Nick>, Rank, bool),
    ) -> Result<(), Refusal> {
        let (id, room, _) = self.owned_room(asker, Some(name))?;
        let (user, them) = match nick {
            None => (asker.client.user, asker.user),
            Some(nick) => match self.user_by_nick(&nick) {
                Some(found) => found,
                None => return Err(Refusal::NoSuchNick { nick }),
            },
        };
        let (nick, name) = (them.nick.clone(), room.name.clone());
        let own = self.access_of(asker.user, room);
        let change = ModeChange::Rank(rank, nick.clone(), on);
        let is_own = user == asker.client.user && (!on || own >= Some(rank));
        let needed = rank_for(&change).unwrap_or(Rank::Founder);
        if !is_own && own < Some(needed) {
            let (room, rank) = (name, needed);
            return Err(Refusal::AccessTooLow { room, rank });
        }
        let Some(member) = self.member(id, them) else {
            let room = name;
            return Err(Refusal::TheyAreNotInRoom { nick, room });
        };
        let standing = Standing::Member(own.map(Ranks::of).unwrap_or_default());
        if !on && !is_own && !standing.may_unseat(member.ranks) {
            let (room, rank) = (name, rank_to_unseat(member.ranks));
            return Err(Refusal::AccessTooLow { room, rank });
        }
        answer(d, asker, name.clone(), Owning::Rank(nick, rank, on));
        if member.ranks.has(rank) == on {
            return Ok(());
        }
        let ranks = member.ranks.with(rank, on);
        d.change(Change::Ranks {
            room: id,
            user,
            ranks,
        });
        let after = (room.flags, &[(user, ranks)][..]);
        self.tell_made(d, asker, (id, room), vec![change], after);
        Ok(())
    }
}

/// The rank that came of an account is exchanged for another; what else a member has, it keeps.
fn shifted(
    d: &mut Decision,
    room: RoomId,
    (id, user, before): (UserId, &User, Ranks),
    (was, is): Shift,
) -> Vec<ModeChange> {
    let mut told = Vec::new();
    if was == is {
        return told;
    }
    let mut ranks = before;
    for (rank, on) in [(was, false), (is, true)] {
        if let Some(rank) = rank
            && ranks.has(rank) != on
        {
            ranks = ranks.with(rank, on);
            told.push(ModeChange::Rank(rank, user.nick.clone(), on));
        }
    }
    if ranks != before {
        d.change(Change::Ranks {
            room,
            user: id,
            ranks,
        });
    }
    told
}

/// The ranks from before, with the one from now on.
fn either(before: Ranks, (_, is): Shift) -> Ranks {
    is.map_or(before, |is| before.with(is, true))
}

/// Tells all in a room what the server has changed in it, if that is anything.
pub(super) fn tell_modes(d: &mut Decision, (id, room): (RoomId, &Room), changes: Vec<ModeChange>) {
    if !changes.is_empty() {
        let changed = by_the_server((id, room), changes);
        d.tell(Audience::Room(id, None), changed);
    }
}

fn by_the_server((id, room): (RoomId, &Room), changes: Vec<ModeChange>) -> Event {
    Event::ModesChanged {
        by: None,
        room: id,
        name: room.name.clone(),
        changes: changes.into(),
    }
}
