//! Who sees what: which rooms, which members of a room, which users. Says only that, and changes nothing; every protocol asks
//! here.
//!
//! A room that is secret or private (+s, +p) is there for its members and for operators only. In an auditorium (+u) those below
//! half-op see the half-ops and above, and themselves. An invisible user (+i) is seen by those who share a room with it, and
//! in a room's list by the room's members.

#[cfg(test)]
mod tests;

use smallvec::SmallVec;

use super::{Chat, InRoom, Membership, Rank, Room, RoomFlag, RoomId, User, UserFlag, UserId};

/// What one user sees, for questions with long answers: each look-up takes a binary search in the user's own rooms at most.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    chat: &'a Chat,
    asker: &'a User,
    /// The asker's places, by room.
    places: SmallVec<[Membership; 8]>,
}

/// What one user sees of one room's members.
#[derive(Clone, Copy, Debug)]
struct View {
    /// Who asks, if it is in the room.
    own: Option<UserId>,
    /// Those who rank below half-op are hidden.
    ops_only: bool,
    /// Those who are invisible are hidden.
    visible_only: bool,
}

impl View {
    fn shows(self, member: InRoom, user: &User) -> bool {
        let own = self.own == Some(member.user);
        own || ((!self.ops_only || member.ranks.at_least(Rank::HalfOp))
            && (!self.visible_only || !user.flags.has(UserFlag::Invisible)))
    }
}

fn is_hidden(room: &Room) -> bool {
    room.flags.has(RoomFlag::Secret) || room.flags.has(RoomFlag::Private)
}

impl<'a> Sight<'a> {
    /// Whether it sees everything, as operators do.
    fn is_whole(&self) -> bool {
        self.asker.operator.is_some()
    }

    fn place(&self, room: RoomId) -> Option<InRoom> {
        let at = self
            .places
            .binary_search_by_key(&room, |membership| membership.room)
            .ok()?;
        let members = self.chat.room(room)?.members();
        members.get(self.places[at].position as usize).copied()
    }

    /// How it looks at a room's members; none: it may not know of the room.
    fn view(&self, id: RoomId) -> Option<(&'a Room, View)> {
        let room = self.chat.room(id)?;
        let own = self.place(id);
        let whole = self.is_whole();
        if own.is_none() && !whole && is_hidden(room) {
            return None;
        }
        let ranks = own.map(|member| member.ranks).unwrap_or_default();
        let ops_only =
            !whole && room.flags.has(RoomFlag::Auditorium) && !ranks.at_least(Rank::HalfOp);
        let view = View {
            own: own.map(|member| member.user),
            ops_only,
            visible_only: !whole && own.is_none(),
        };
        Some((room, view))
    }

    /// Whether it may know that there is this room.
    pub fn room(&self, id: RoomId) -> bool {
        let hidden = self.chat.room(id).map(is_hidden);
        hidden.is_some_and(|hidden| !hidden || self.view(id).is_some())
    }

    /// Whether it may know that this user is in this room.
    pub fn member(&self, id: RoomId, member: InRoom) -> bool {
        let user = self.chat.user(member.user);
        let view = self.view(id);
        matches!((view, user), (Some((_, view)), Some(user)) if view.shows(member, user))
    }

    /// The members of a room whom it may know of: itself first, then the others in the room's order. None of a room that it may
    /// not know of.
    pub fn members(&self, id: RoomId) -> impl Iterator<Item = (InRoom, &'a User)> {
        let chat = self.chat;
        let own = self.place(id);
        let seen = self.view(id).map(move |(room, view)| {
            let others = room.members().iter().copied();
            let others = others.filter(move |member| own.is_none_or(|own| own.user != member.user));
            own.into_iter().chain(others).filter_map(move |member| {
                let user = chat.user(member.user)?;
                view.shows(member, user).then_some((member, user))
            })
        });
        seen.into_iter().flatten()
    }

    /// The rooms in which it may know this user to be, in the order of joining, with the user's place.
    pub fn rooms_of(&self, user: &'a User) -> impl Iterator<Item = (&'a Room, InRoom)> {
        user.memberships.iter().filter_map(|membership| {
            let (room, view) = self.view(membership.room)?;
            let member = *room.members().get(membership.position as usize)?;
            view.shows(member, user).then_some((room, member))
        })
    }

    /// Whether it comes upon this user without knowing its nick: it is not invisible, or shares a room with it and sees it there.
    /// Who knows the nick may always ask for it.
    pub fn user(&self, user: &User) -> bool {
        let visible = !user.flags.has(UserFlag::Invisible);
        if visible || self.is_whole() || user.nick == self.asker.nick {
            return true;
        }
        user.memberships.iter().any(|membership| {
            let Some(own) = self.place(membership.room) else {
                return false;
            };
            let Some((room, view)) = self.view(membership.room) else {
                return false;
            };
            let member = room.members().get(membership.position as usize);
            member.is_some_and(|member| member.user == own.user || view.shows(*member, user))
        })
    }
}

impl Chat {
    /// What `asker` sees. Costs a look at each of its rooms, once.
    pub fn sight<'a>(&'a self, asker: &'a User) -> Sight<'a> {
        let mut places: SmallVec<[Membership; 8]> = asker.memberships.iter().copied().collect();
        places.sort_unstable_by_key(|membership| membership.room);
        Sight {
            chat: self,
            asker,
            places,
        }
    }

    /// Whether `asker` may know that there is this room: hidden ones (+s, +p) are for their members and for operators.
    pub fn may_see_room(&self, asker: &User, room: RoomId) -> bool {
        let hidden = self.room(room).map(is_hidden);
        hidden.is_some_and(|hidden| !hidden || asker.operator.is_some() || asker.is_in(room))
    }

    /// Whether `asker` may know that this user is in this room: not, where the room is hidden from it, where it is an auditorium
    /// and neither of them ranks high enough, and where the user is invisible and the asker is not in the room.
    pub fn may_see_member(&self, asker: &User, room: RoomId, member: InRoom) -> bool {
        self.sight(asker).member(room, member)
    }

    /// Whether `asker` comes upon this user without knowing its nick, see [`Sight::user`].
    pub fn may_see_user(&self, asker: &User, user: &User) -> bool {
        !user.flags.has(UserFlag::Invisible) || self.sight(asker).user(user)
    }
}
