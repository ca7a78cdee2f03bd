//! What to do about a command. Only reads; what shall change and who shall be told is the answer.

mod account;
mod invite;
mod kick;
mod marker;
mod modes;
mod monitor;
mod oneself;
mod owning;
mod presence;
mod questions;
mod redact;
mod rename;
mod rooms;
mod say;
mod standing;
mod topic;

pub(super) use marker::{MARKERS, Markers};

use super::{
    Audience, Change, Chat, Client, Command, Decision, Effect, Event, Rank, Ranks, Refusal, Role,
    Room, RoomId, RoomName, Source, Stamp, Standing, Text, User, UserId,
};

/// Why a client went whose account nobody may log in to any more, as all others are told.
const SUSPENDED: &str = "account suspended";

/// Who asks, when it is a client.
#[derive(Clone, Copy)]
struct Asker<'a> {
    client: &'a Client,
    user: &'a User,
}

impl<'a> Asker<'a> {
    /// Who it is whose client asks.
    fn who(self) -> (UserId, &'a User) {
        (self.client.user, self.user)
    }
}

impl Decision {
    pub(super) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    fn tell(&mut self, audience: Audience, event: Event) {
        self.effects.push(Effect::Tell(audience, event));
    }

    fn answer(&mut self, asker: Asker<'_>, event: Event) {
        self.tell(Audience::Client(asker.client.seat), event);
    }
}

impl Chat {
    /// What this command, from this source, changes, and whom it makes the outside tell what; or why it is not carried out. The
    /// same state, stamp and command give the same answer, always.
    pub fn decide(
        &self,
        stamp: &Stamp,
        source: Source,
        command: Command,
    ) -> Result<Decision, Refusal> {
        match source {
            Source::Operator => self.decide_operator(stamp, command),
            Source::Client(id) => match command {
                Command::Attach(attach) if attach.client == id => self.attach(stamp, &attach),
                command => {
                    let client = self.client(id).ok_or(Refusal::Detached)?;
                    let user = self.user(client.user).ok_or(Refusal::Detached)?;
                    self.decide_client(stamp, Asker { client, user }, command)
                }
            },
        }
    }

    fn decide_operator(&self, stamp: &Stamp, command: Command) -> Result<Decision, Refusal> {
        match command {
            Command::Kick(id, reason) => self.kick(stamp, id, (&reason, &reason)),
            Command::Expel(id, reason) => {
                let shown = Text::parse(SUSPENDED).map_err(|_| Refusal::Internal)?;
                self.kick(stamp, id, (&reason, &shown))
            }
            Command::Say {
                to, manner, text, ..
            } => self.operator_says(stamp, to, manner, text),
            Command::SetTopic(Some(name), topic) => self.operator_sets_topic(stamp, name, topic),
            Command::Redact(_, id, reason) => self.operator_redacts(id, reason.as_ref()),
            Command::Login(id, login) => self.login(id, login.as_ref()),
            Command::Register(registered) => Ok(self.register(stamp, registered)),
            Command::Unregister(id) => Ok(self.unregister(stamp, id)),
            Command::EndUser(nick, reason) => {
                self.end_user(stamp, nick, &super::Departure::Kicked(reason))
            }
            Command::Consoles(open) => {
                let mut decision = Decision::default();
                decision.change(Change::Consoles { open });
                Ok(decision)
            }
            _ => Err(Refusal::NotFromHere),
        }
    }

    fn decide_client(
        &self,
        stamp: &Stamp,
        asker: Asker<'_>,
        command: Command,
    ) -> Result<Decision, Refusal> {
        let mut decision = Decision::default();
        decision.change(Change::Active {
            seat: asker.client.seat,
            at: stamp.tick,
        });
        let d = &mut decision;
        match command {
            Command::Detach(how) => return Ok(self.depart(stamp, asker, &how)),
            Command::Nick(nick) => self.rename_to(d, stamp, asker, nick)?,
            Command::Join(name, key) => self.join(d, stamp, asker, (name, key))?,
            Command::Part(name, reason) => self.part(d, asker, name, reason.as_ref())?,
            Command::PartAll => self.part_all(d, asker),
            Command::KickFrom(name, nick, reason) => {
                self.kick_from(d, asker, name, (nick, reason))?;
            }
            Command::Say {
                to,
                manner,
                text,
                tags,
            } => self.say(d, stamp, asker, to, (manner, text, tags))?,
            Command::Tag(to, tags) => self.tag(d, stamp, asker, to, tags)?,
            Command::Redact(to, id, reason) => self.redact(d, asker, to, (id, reason))?,
            Command::RedactOlder(to, older, reason) => {
                self.redact_older(d, asker, to, (older, reason))?;
            }
            Command::Who(name) => self.who(d, asker, name)?,
            Command::Whois(nick) => self.whois(d, stamp, asker, nick)?,
            Command::Rooms => self.list_rooms(d, asker),
            Command::ShowTopic(name) => self.show_topic(d, asker, name)?,
            Command::SetTopic(name, topic) => self.set_topic(d, stamp, asker, name, topic)?,
            Command::ShowModes(name) => self.show_modes(d, asker, name)?,
            Command::SetModes(name, changes) => self.set_modes(d, stamp, asker, (name, changes))?,
            Command::SetFlags(changes) => self.set_flags(d, asker, &changes),
            Command::Invite(nick, name) => self.invite_user(d, asker, nick, name)?,
            Command::Knock(name, text) => self.knock(d, stamp, asker, name, text)?,
            Command::RenameRoom(old, new, reason) => {
                self.rename_room_to(d, asker, old, (new, reason))?;
            }
            Command::RegisterRoom(name) => self.register_room(d, stamp, asker, name)?,
            Command::DropRoom(name) => self.drop_room(d, asker, name)?,
            Command::SetAccess(name, account, rank) => {
                self.set_access(d, asker, name, (&account, rank))?;
            }
            Command::HandOver(name, account) => self.hand_over(d, asker, name, &account)?,
            Command::ShowOwner(name) => self.show_owner(d, asker, name)?,
            Command::ShowAccess(name) => self.show_access(d, asker, name)?,
            Command::SetRank(name, nick, rank, on) => {
                self.set_rank_by_access(d, asker, name, (nick, rank, on))?;
            }
            Command::Ghost(nick) => self.ghost(d, stamp, asker, nick)?,
            Command::BeOneself => self.be_oneself(d, stamp, asker),
            Command::Away(away) => self.set_away(d, asker, away),
            Command::SetRealname(realname) => self.set_realname(d, asker, &realname),
            Command::Monitor(nicks) => self.monitor_these(d, asker, nicks),
            Command::Unmonitor(nicks) => d.change(Change::Unmonitored {
                seat: asker.client.seat,
                nicks,
            }),
            Command::MarkRead(target, at) => self.mark_read(d, stamp, asker, target, at)?,
            Command::Negotiate(capabilities) => d.change(Change::Negotiated {
                seat: asker.client.seat,
                capabilities,
            }),
            Command::Promote(role, name, host) => self.promote(d, asker, role, (name, host)),
            Command::Kill(nick, reason) => self.kill(d, stamp, asker, nick, reason)?,
            Command::Wallops(text) => {
                need_role(asker, Role::Moderator)?;
                let from = super::Speaker::User(asker.user.identity());
                let flag = super::UserFlag::Wallops;
                d.tell(Audience::Flagged(flag), Event::Wallops { from, text });
            }
            Command::Attach(_)
            | Command::Kick(..)
            | Command::Expel(..)
            | Command::Login(..)
            | Command::Register(_)
            | Command::Unregister(_)
            | Command::EndUser(..)
            | Command::Consoles(_) => {
                return Err(Refusal::NotFromHere);
            }
        }
        Ok(decision)
    }

    /// The named room, or without a name the current one, as far as the asker may know of it.
    fn seen_room(
        &self,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(RoomId, &Room), Refusal> {
        match name {
            None => {
                let id = asker.client.current.ok_or(Refusal::NoCurrentRoom)?;
                let room = self.room(id).ok_or(Refusal::NoCurrentRoom)?;
                Ok((id, room))
            }
            Some(name) => self.known_room(asker, name),
        }
    }

    /// As [`Chat::seen_room`], and the asker is in it.
    fn own_room(
        &self,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(RoomId, &Room), Refusal> {
        let (id, room) = self.seen_room(asker, name)?;
        if asker.user.is_in(id) {
            Ok((id, room))
        } else {
            let room = room.name.clone();
            Err(Refusal::NotInRoom { room })
        }
    }

    /// As [`Chat::seen_room`], and the asker is in it or may change every room.
    fn room_in_reach(
        &self,
        asker: Asker<'_>,
        name: Option<RoomName>,
    ) -> Result<(RoomId, &Room), Refusal> {
        let (id, room) = self.seen_room(asker, name)?;
        if self.standing(asker.user, id) == Standing::Outside {
            let room = room.name.clone();
            return Err(Refusal::NotInRoom { room });
        }
        Ok((id, room))
    }

    /// Refuses an asker who ranks below this in the room.
    fn need_rank(
        &self,
        asker: Asker<'_>,
        (id, room): (RoomId, &Room),
        rank: Rank,
    ) -> Result<(), Refusal> {
        if self.standing(asker.user, id).at_least(rank) {
            return Ok(());
        }
        let room = room.name.clone();
        Err(Refusal::RankTooLow { room, rank })
    }

    /// The ranks of a user in a room; none of them outside.
    fn ranks_in(&self, room: RoomId, user: &User) -> Ranks {
        let member = self.member(room, user);
        member.map(|member| member.ranks).unwrap_or_default()
    }

    fn own_clients<'a>(&'a self, user: &'a User) -> impl Iterator<Item = &'a Client> {
        user.clients.iter().filter_map(|&seat| self.seated(seat))
    }
}

/// Refuses who is no operator, or not enough of one.
fn need_role(asker: Asker<'_>, role: Role) -> Result<(), Refusal> {
    if asker.user.role() >= Some(role) {
        Ok(())
    } else {
        Err(Refusal::NeedRole { role })
    }
}
