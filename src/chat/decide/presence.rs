//! Coming, going, being away, being called something else.

use smallvec::SmallVec;

use super::Asker;
use crate::chat::names::NameKey;
use crate::chat::{
    Attach, Audience, Change, Chat, ClientId, Decision, Departure, Effect, Event, Identity, Nick,
    Origin, Ranks, Refusal, RoomId, Seat, Stamp, Text, UserId,
};

impl Chat {
    pub(super) fn attach(&self, stamp: &Stamp, attach: Box<Attach>) -> Result<Decision, Refusal> {
        if self.client(attach.client).is_some() {
            return Err(Refusal::NotFromHere);
        }
        let (room, landing) = self
            .room_by_name(&self.policy.landing)
            .ok_or(Refusal::Internal)?;
        let id = attach.client;
        let seat = Seat(self.clients.next());
        let user = UserId(self.users.next());
        let nick = self.guest_nick(id)?;
        let welcome = Event::Welcome {
            greeting: attach.greeting.clone(),
            nick: nick.clone(),
            room,
            name: landing.name.clone(),
            others: landing.users(),
            topic: landing.topic.as_ref().map(|note| note.topic.clone()),
            news: attach.news,
        };
        let who = Identity {
            nick: nick.clone(),
            origin: Origin::new(&attach.username, &attach.host),
            account: None,
            bot: false,
            oper: false,
        };
        let joined = Event::Joined {
            who: who.clone(),
            realname: attach.realname.clone(),
            away: None,
            room,
            name: landing.name.clone(),
        };
        let mut decision = Decision::default();
        decision.change(Change::UserMade {
            user,
            nick,
            origin: who.origin,
            realname: attach.realname.clone(),
        });
        decision.change(Change::Seated {
            seat,
            user,
            attach,
            at: stamp.at,
            tick: stamp.tick,
        });
        decision.change(Change::Entered {
            user,
            room,
            ranks: Ranks::default(),
        });
        decision.change(Change::Current {
            seat,
            room: Some(room),
        });
        decision.tell(Audience::Client(seat), welcome);
        decision.tell(Audience::Room(room, Some(id)), joined);
        Ok(decision)
    }

    /// `guest` and the client's id; with some `_` if that is taken, and if somebody takes all of those, with a number.
    fn guest_nick(&self, id: ClientId) -> Result<Nick, Refusal> {
        const UNDERSCORES: usize = 8;
        let with_underscores = (0..UNDERSCORES).map(|n| format!("guest{id}{}", "_".repeat(n)));
        let with_number = (2u64..).map(|n| format!("guest{id}-{n}"));
        for name in with_underscores.chain(with_number) {
            let nick = Nick::parse(&name).map_err(|_| Refusal::Internal)?;
            if self.owner_of(&nick).is_none() {
                return Ok(nick);
            }
        }
        Err(Refusal::Internal)
    }

    /// Who has this nick, or one that looks like it.
    fn owner_of(&self, nick: &Nick) -> Option<UserId> {
        NameKey::of_nick(nick).find_map(|key| self.index.nicks.get(&key).copied())
    }

    pub(super) fn rename_to(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        nick: Nick,
    ) -> Result<(), Refusal> {
        let user = asker.client.user;
        let taken = NameKey::of_nick(&nick).any(|key| {
            self.index
                .nicks
                .get(&key)
                .is_some_and(|&owner| owner != user)
        });
        if taken {
            return Err(Refusal::NickInUse { nick });
        }
        if nick == asker.user.nick {
            d.answer(
                asker,
                Event::YouAre {
                    who: asker.user.identity(),
                    nick,
                },
            );
            return Ok(());
        }
        let mut spent = asker.user.renames;
        if let (Some(rate), false) = (self.policy.nick_rate, asker.client.exempt) {
            spent = spent
                .take(rate, 1, stamp.tick)
                .map_err(|wait| Refusal::NickRate {
                    nick: nick.clone(),
                    wait,
                })?;
        }
        d.change(Change::Renamed {
            user,
            nick: nick.clone(),
            spent,
        });
        let own = asker.user.clients.iter().copied().collect();
        let who = asker.user.identity();
        d.tell(
            Audience::Clients(own),
            Event::YouAre {
                who: who.clone(),
                nick: nick.clone(),
            },
        );
        d.tell(
            Audience::Rooms(asker.user.rooms().collect(), Some(asker.client.id)),
            Event::Renamed { who, new: nick },
        );
        Ok(())
    }

    pub(super) fn away(d: &mut Decision, asker: Asker<'_>, away: Option<Text>) {
        d.change(Change::AwaySet {
            user: asker.client.user,
            away: away.clone(),
        });
        d.answer(asker, Event::AwayIs { away });
    }

    pub(super) fn kick(&self, id: ClientId, reason: Text) -> Result<Decision, Refusal> {
        let client = self.client(id).ok_or(Refusal::Detached)?;
        let user = self.user(client.user).ok_or(Refusal::Detached)?;
        Ok(self.depart(Asker { client, user }, Departure::Kicked(reason)))
    }

    pub(super) fn depart(&self, asker: Asker<'_>, how: Departure) -> Decision {
        let Asker { client, user } = asker;
        let mut decision = Decision::default();
        // One whose connection has ended reads nothing any more.
        if !matches!(how, Departure::Closed | Departure::Failed) {
            decision.answer(asker, Event::Farewell { how: how.clone() });
        }
        decision.change(Change::SeatFreed { seat: client.seat });
        if user.clients.len() == 1 {
            let rooms: SmallVec<[RoomId; 2]> = user.rooms().collect();
            for &room in &rooms {
                self.leave_room(&mut decision, client.user, room);
            }
            decision.change(Change::UserGone { user: client.user });
            if !matches!(how, Departure::Shutdown(_)) {
                let who = user.identity();
                decision.tell(Audience::Rooms(rooms, None), Event::Gone { who, how });
            }
        }
        decision.effects.push(Effect::Close(client.id, client.seat));
        decision
    }
}
