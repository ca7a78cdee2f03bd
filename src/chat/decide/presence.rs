//! Coming and going.

use smallvec::SmallVec;

use super::Asker;
use super::oneself::remember;
use crate::chat::{
    Account, Attach, Audience, Change, Chat, ClientId, Decision, Departure, Effect, Event,
    Identity, ModeChange, Nick, OPERATOR, Origin, Ranks, Refusal, RoomId, RoomName, Seat, Stamp,
    Text, User, UserFlag, UserFlags, UserId,
};

impl Chat {
    pub(super) fn attach(&self, stamp: &Stamp, attach: &Attach) -> Result<Decision, Refusal> {
        if self.client(attach.client).is_some() {
            return Err(Refusal::NotFromHere);
        }
        let account = attach.login.as_ref().map(|login| self.proven(login));
        let account = account.transpose()?;
        let nick = match &attach.nick {
            Some(nick) => {
                if let Some(own) = self.own_user(nick, account.as_ref()) {
                    return Ok(self.attach_to(stamp, own, attach));
                }
                self.can_come_as(nick, account.as_ref())?;
                nick.clone()
            }
            None => self.guest_nick(attach.client)?,
        };
        self.attach_new(stamp, attach, nick, account)
    }

    /// A client that is a user of its own.
    fn attach_new(
        &self,
        stamp: &Stamp,
        attach: &Attach,
        nick: Nick,
        account: Option<Account>,
    ) -> Result<Decision, Refusal> {
        let (seat, user) = (Seat(self.clients.next()), UserId(self.users.next()));
        let who = Identity {
            nick: nick.clone(),
            origin: Origin::new(&attach.username, &attach.host),
            account: account.clone(),
            bot: false,
            oper: false,
        };
        let mut decision = Decision::default();
        let d = &mut decision;
        d.change(Change::UserMade {
            user,
            nick,
            origin: who.origin.clone(),
            realname: attach.realname.clone(),
        });
        d.change(seated((seat, user), attach, stamp));
        if account.is_some() {
            d.change(Change::Account { user, account });
        }
        if attach.tls.is_some() {
            let flags = UserFlags::default().with(UserFlag::Secure, true);
            d.change(Change::UserFlags { user, flags });
        }
        if let Some(away) = attach.away.clone() {
            let away = Some(away);
            d.change(Change::AwaySet { user, away });
        }
        if attach.nick.is_some() {
            let who = who.clone();
            d.tell(Audience::Client(seat), Event::Registered { who });
        } else {
            self.land(d, (seat, user), attach, &who)?;
        }
        self.tell_online(d, &who);
        if attach.away.is_some() {
            let (nick, away) = (who.nick.clone(), attach.away.clone());
            self.tell_monitors(d, &nick, Event::AwayChanged { who, away });
        }
        Ok(decision)
    }

    /// Enters the landing room.
    fn land(
        &self,
        d: &mut Decision,
        (seat, user): (Seat, UserId),
        attach: &Attach,
        who: &Identity,
    ) -> Result<(), Refusal> {
        let (room, landing) = self
            .room_by_name(&self.policy.landing)
            .ok_or(Refusal::Internal)?;
        let rank = landing.rank_of(attach.login.as_ref().map(|login| login.id));
        let ranks = rank.map(Ranks::of).unwrap_or_default();
        d.change(Change::Entered { user, room, ranks });
        d.change(Change::Current {
            seat,
            room: Some(room),
        });
        let welcome = Event::Welcome {
            greeting: attach.greeting.clone(),
            nick: who.nick.clone(),
            room,
            name: landing.name.clone(),
            others: landing.users(),
            topic: landing.topic.as_ref().map(|note| note.topic.clone()),
            news: attach.news,
        };
        d.tell(Audience::Client(seat), welcome);
        let joined = Event::Joined {
            who: who.clone(),
            realname: attach.realname.clone(),
            away: attach.away.clone(),
            room,
            name: landing.name.clone(),
        };
        let others = match self.others_in(room, ranks, None) {
            Audience::Room(room, _) => Audience::Room(room, Some(attach.client)),
            others => others,
        };
        d.tell(others, joined);
        let given = rank.map(|rank| ModeChange::Rank(rank, who.nick.clone(), true));
        let own = Audience::Client(seat);
        let given = given.into_iter().collect();
        self.tell_ranks(d, (room, landing), (own, ranks), given);
        Ok(())
    }

    /// `guest` and the client's id; with some `_` if that is taken, and if somebody takes all of those, with a number.
    fn guest_nick(&self, id: ClientId) -> Result<Nick, Refusal> {
        const UNDERSCORES: usize = 8;
        let with_underscores = (0..UNDERSCORES).map(|n| format!("guest{id}{}", "_".repeat(n)));
        let with_number = (2u64..).map(|n| format!("guest{id}-{n}"));
        for name in with_underscores.chain(with_number) {
            let nick = Nick::parse(&name).map_err(|_| Refusal::Internal)?;
            if self.is_free(&nick) {
                return Ok(nick);
            }
        }
        Err(Refusal::Internal)
    }

    /// Who else than this user has this nick, or one that looks like it.
    pub(super) fn owner_of(&self, nick: &Nick, but: Option<UserId>) -> Option<UserId> {
        let owner = |key| self.index.nicks.get(key).copied();
        nick.keys()
            .filter_map(owner)
            .find(|owner| Some(*owner) != but)
    }

    /// Whether this is where one lands.
    pub(in crate::chat) fn is_landing(&self, id: RoomId) -> bool {
        let landing = self.room_by_name(&self.policy.landing);
        landing.is_some_and(|(landing, _)| landing == id)
    }

    /// Whether another room has this name, or one that looks like it.
    pub(super) fn is_taken(&self, name: &RoomName, but: RoomId) -> bool {
        name.keys().any(|key| {
            let owner = self.index.names.get(key);
            owner.is_some_and(|owner| *owner != but)
        })
    }

    /// The client is told the first of the reasons, all others the second.
    pub(super) fn kick(
        &self,
        stamp: &Stamp,
        id: ClientId,
        (reason, shown): (&Text, &Text),
    ) -> Result<Decision, Refusal> {
        let client = self.client(id).ok_or(Refusal::Detached)?;
        let user = self.user(client.user).ok_or(Refusal::Detached)?;
        let mut decision = Decision::default();
        let d = &mut decision;
        let going = [client.seat];
        free_seats(d, user, &going, &Departure::Kicked(reason.clone()));
        let how = Departure::Kicked(shown.clone());
        self.user_is_left(d, stamp, (client.user, user), &going, &how);
        self.notify_end(d, OPERATOR, user, shown);
        Ok(decision)
    }

    pub(super) fn depart(&self, stamp: &Stamp, asker: Asker<'_>, how: &Departure) -> Decision {
        let Asker { client, user } = asker;
        let mut decision = Decision::default();
        let going = [client.seat];
        self.depart_from(&mut decision, stamp, (client.user, user), &going, how);
        decision
    }

    /// Some of a user's clients go; with the last of them the user, but for one that is always on and was not made to go.
    pub(super) fn depart_from(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        (id, user): (UserId, &User),
        going: &[Seat],
        how: &Departure,
    ) {
        free_seats(d, user, going, how);
        self.user_is_left(d, stamp, (id, user), going, how);
    }

    /// Some of a user's clients have left their seats.
    fn user_is_left(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        (id, user): (UserId, &User),
        going: &[Seat],
        how: &Departure,
    ) {
        let ended = matches!(how, Departure::Kicked(_) | Departure::Killed(..));
        let stays = self.is_always_on(user) && !ended;
        if user.clients.iter().all(|seat| going.contains(seat)) {
            if stays {
                self.lose_office(d, (id, user));
            } else {
                self.user_goes(d, stamp, (id, user), how);
            }
        }
        let going = going.iter().filter_map(|&seat| self.seated(seat));
        d.effects
            .extend(going.map(|client| Effect::Close(client.id, client.seat)));
    }

    /// A user that stays without clients is no operator any more: who comes back proves its account, and not that.
    fn lose_office(&self, d: &mut Decision, (id, user): (UserId, &User)) {
        if user.operator.is_none() {
            return;
        }
        self.leave_office(d, (id, user), None);
        let flags = user.flags.without_office();
        d.change(Change::UserFlags { user: id, flags });
    }

    pub(super) fn user_goes(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        (id, user): (UserId, &User),
        how: &Departure,
    ) {
        let sharers = self.sharers(id, user);
        let rooms: SmallVec<[RoomId; 2]> = user.rooms().collect();
        for room in rooms {
            self.leave_room(d, id, room);
        }
        remember(d, stamp, user);
        d.change(Change::UserGone { user: id });
        if matches!(how, Departure::Shutdown(_)) {
            return;
        }
        let who = user.identity();
        let how = how.clone();
        match sharers {
            // The one who goes is in none of them any more.
            Some(Audience::Rooms(rooms, _)) => {
                d.tell(Audience::Rooms(rooms, None), Event::Gone { who, how });
            }
            Some(others) => d.tell(others, Event::Gone { who, how }),
            None => {}
        }
        self.tell_offline(d, &user.nick, Some(id));
    }
}

/// Clients of a user leave their seats, and are told why.
fn free_seats(d: &mut Decision, user: &User, going: &[Seat], how: &Departure) {
    for &seat in going {
        // One whose connection has ended reads nothing any more.
        if !matches!(how, Departure::Closed | Departure::Failed) {
            let (nick, how) = (Some(user.nick.clone()), how.clone());
            d.tell(Audience::Client(seat), Event::Farewell { nick, how });
        }
        d.change(Change::SeatFreed { seat });
    }
}

/// A client sits down.
pub(super) fn seated((seat, user): (Seat, UserId), attach: &Attach, stamp: &Stamp) -> Change {
    Change::Seated {
        seat,
        user,
        attach: Box::new(attach.clone()),
        at: stamp.at,
        tick: stamp.tick,
    }
}
