//! Taking back what was said (IRCv3 message-redaction), as long as it is remembered.

use super::Asker;
use super::rooms::own_seats;
use crate::chat::recent::{Heard, Recent};
use crate::chat::{
    Account, Audience, Change, Chat, ClientId, Decision, Event, MessageId, Older, Place, Rank,
    Ranks, Refusal, Room, RoomId, Speaker, Standing, Target, Text, UserId,
};

impl Chat {
    pub(super) fn redact(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        to: Target,
        (id, reason): (MessageId, Option<Text>),
    ) -> Result<(), Refusal> {
        let recent = self.recent(id);
        let (audience, place) = match to {
            Target::Current | Target::Room(_) | Target::Ranked(..) => {
                let name = match to {
                    Target::Room(name) | Target::Ranked(_, name) => Some(name),
                    _ => None,
                };
                let (room, there) = self.room_in_reach(asker, name)?;
                self.redacted_in(asker, (room, there), recent.as_ref(), id)?
            }
            Target::User(nick) => {
                let them = self.named_user(nick)?;
                let (own, other) = (asker.user.came_as, them.came_as);
                let target = || them.nick.as_str().into();
                let about = recent.as_ref();
                match about.map(|recent| (recent.heard, self.is_from(asker, recent))) {
                    Some((Heard::User(to), true)) if to == other => {}
                    Some((Heard::User(to), false))
                        if to == own && about.is_some_and(|r| r.from == Some(other)) =>
                    {
                        let target = target();
                        return Err(Refusal::MessageNotYours { id, target });
                    }
                    _ => {
                        let target = target();
                        return Err(Refusal::NoSuchMessage { id, target });
                    }
                }
                (own_seats(them), Place::Private(them.nick.clone()))
            }
            Target::Operator | Target::Client(_) => return Err(Refusal::NotFromHere),
        };
        d.change(Change::Redacted { id });
        tell_redacted(d, asker, (audience, place), (id, reason));
        Ok(())
    }

    /// A message that only the history has: of its sender nothing is known but the account, so that it takes an op to take it back
    /// for another.
    pub(super) fn redact_older(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        to: Target,
        (older, reason): (Older, Option<Text>),
    ) -> Result<(), Refusal> {
        let id = older.id;
        let (room, there) = match to {
            Target::Current => self.room_in_reach(asker, None)?,
            Target::Room(name) | Target::Ranked(_, name) => {
                self.room_in_reach(asker, Some(name))?
            }
            Target::User(nick) => {
                let target = nick.as_str().into();
                return Err(Refusal::NoSuchMessage { id, target });
            }
            Target::Operator | Target::Client(_) => return Err(Refusal::NotFromHere),
        };
        let target = || there.name.as_str().into();
        let standing = self.standing(asker.user, room);
        let own = self.is_of_account(asker, older.account.as_ref(), id);
        let shown = older.rank.is_none_or(|rank| own || standing.at_least(rank));
        let here = older.life.is_some_and(|life| there.lives().contains(&life));
        if !here || !shown {
            let target = target();
            return Err(Refusal::NoSuchMessage { id, target });
        }
        let over =
            standing == Standing::Operator || (!older.operator && standing.at_least(Rank::Op));
        if !own && !over {
            let target = target();
            return Err(Refusal::MessageNotYours { id, target });
        }
        let heard = heard_in((room, there), older.rank, Some(asker.client.id));
        tell_redacted(d, asker, heard, (id, reason));
        Ok(())
    }

    /// The operator may take back any message, whether those are still here who heard it or not.
    pub(super) fn operator_redacts(
        &self,
        id: MessageId,
        reason: Option<&Text>,
    ) -> Result<Decision, Refusal> {
        let missing = || Refusal::NoSuchMessage {
            id,
            target: crate::chat::OPERATOR.into(),
        };
        let recent = self.recent(id).ok_or_else(missing)?;
        let mut told = smallvec::SmallVec::<[(Audience, Place); 2]>::new();
        match recent.heard {
            Heard::Nobody => return Err(missing()),
            Heard::Room(id) | Heard::Ranked(_, id) => {
                let rank = match recent.heard {
                    Heard::Ranked(rank, _) => Some(rank),
                    _ => None,
                };
                let room = self.room(id);
                let room = room.filter(|room| recent.id.nth() >= room.since);
                told.extend(room.map(|room| heard_in((id, room), rank, None)));
            }
            Heard::User(to) => {
                let user = |came_as| {
                    let mut users = self.users().map(|(_, user)| user);
                    users.find(|user| user.came_as == came_as)
                };
                if let Some(to) = user(to) {
                    let place = Place::Private(to.nick.clone());
                    told.push((own_seats(to), place.clone()));
                    if let Some(from) = recent.from.and_then(user) {
                        told.push((own_seats(from), place));
                    }
                }
            }
        }
        let mut d = Decision::default();
        d.change(Change::Redacted { id });
        for (audience, place) in told {
            let redacted = Event::Redacted {
                by: Speaker::Operator,
                place,
                id,
                reason: reason.cloned(),
            };
            d.tell(audience, redacted);
        }
        Ok(d)
    }

    fn redacted_in(
        &self,
        asker: Asker<'_>,
        (room, there): (RoomId, &Room),
        recent: Option<&Recent>,
        id: MessageId,
    ) -> Result<(Audience, Place), Refusal> {
        let target = || there.name.as_str().into();
        let missing = || Refusal::NoSuchMessage {
            id,
            target: target(),
        };
        // An id of a room is used again; what was said in the room before it is not its own.
        let recent = recent.filter(|_| id.nth() >= there.since);
        let recent = recent.ok_or_else(missing)?;
        let own = self.is_from(asker, recent);
        let standing = self.standing(asker.user, room);
        let rank = match recent.heard {
            Heard::Room(other) if other == room => None,
            Heard::Ranked(rank, other) if other == room && (own || standing.at_least(rank)) => {
                Some(rank)
            }
            _ => return Err(missing()),
        };
        let told = heard_in((room, there), rank, Some(asker.client.id));
        let sender = recent.from.map(|from| self.ranks_of_sender(from, room));
        let over = match (standing, sender) {
            (Standing::Operator, _) => true,
            (_, None) => false,
            (standing, Some(ranks)) => {
                standing.at_least(Rank::HalfOp) && standing.may_unseat(ranks)
            }
        };
        if own || over {
            Ok(told)
        } else {
            let target = target();
            Err(Refusal::MessageNotYours { id, target })
        }
    }

    /// Whether it is the asker's own message: said by itself, or while logged in to the account that it is logged in to now.
    fn is_from(&self, asker: Asker<'_>, recent: &Recent) -> bool {
        let own = recent.from == Some(asker.user.came_as);
        own || self.is_of_account(asker, recent.account.as_ref(), recent.id)
    }

    /// Whether a message is of the asker's account: one of that name that was removed before was another.
    fn is_of_account(&self, asker: Asker<'_>, of: Option<&Account>, id: MessageId) -> bool {
        let own = self.account_of(asker.user);
        let own = own.filter(|_| of == asker.user.account.as_ref());
        own.is_some_and(|own| own.since <= id.time())
    }

    /// The ranks in a room of the user that came with this client; none if it has gone.
    fn ranks_of_sender(&self, from: ClientId, room: RoomId) -> Ranks {
        let user = self.client(from).map(|client| client.user);
        let user = user.and_then(|id: UserId| self.user(id));
        user.map(|user| self.ranks_in(room, user))
            .unwrap_or_default()
    }
}

/// Who of a room heard what was said to all of it, or to those of a rank, but for the user of this client.
fn heard_in(
    (room, there): (RoomId, &Room),
    rank: Option<Rank>,
    but: Option<ClientId>,
) -> (Audience, Place) {
    let name = there.name.clone();
    match rank {
        None => (Audience::Room(room, but), Place::Room(room, name)),
        Some(rank) => (
            Audience::Ranked(room, rank, but),
            Place::Ranked(rank, room, name),
        ),
    }
}

/// Tells the asker's own clients and those who heard it, each once.
fn tell_redacted(
    d: &mut Decision,
    asker: Asker<'_>,
    (audience, place): (Audience, Place),
    (id, reason): (MessageId, Option<Text>),
) {
    let redacted = Event::Redacted {
        by: Speaker::User(asker.user.identity()),
        place,
        id,
        reason,
    };
    d.tell(own_seats(asker.user), redacted.clone());
    let own = asker.user.clients.iter();
    let own = own.copied().collect::<smallvec::SmallVec<[_; 2]>>();
    match audience {
        Audience::Client(seat) if own.contains(&seat) => {}
        Audience::Clients(seats) if seats == own => {}
        audience => d.tell(audience, redacted),
    }
}
