//! What users say of themselves: nick, away, real name, modes; and what the server says of them: account, operator.

use std::sync::Arc;

use smallvec::SmallVec;

use super::rooms::own_seats;
use super::{Asker, need_role};
use crate::chat::{
    Audience, Change, Chat, Decision, Departure, Event, Identity, Nick, Operator, Origin, Past,
    Refusal, Role, Stamp, Text, User, UserFlag, UserFlags, UserId,
};

impl Chat {
    pub(super) fn rename_to(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        nick: Nick,
    ) -> Result<(), Refusal> {
        let (user, account) = (asker.client.user, asker.user.account.as_ref());
        if !nick.same_as(&asker.user.nick) {
            self.is_not_servers(&nick, account)?;
        }
        self.may_have(&nick, account)?;
        if self.owner_of(&nick, Some(user)).is_some() {
            return Err(Refusal::NickInUse { nick });
        }
        let who = asker.user.identity();
        if nick == who.nick {
            d.answer(asker, Event::YouAre { who, nick });
            return Ok(());
        }
        self.may_rename(asker.user)?;
        let mut spent = asker.user.renames;
        if let (Some(rate), false) = (self.policy.nick_rate, asker.client.exempt) {
            spent = spent
                .take(rate, 1, stamp.tick)
                .map_err(|wait| Refusal::NickRate {
                    nick: nick.clone(),
                    wait,
                })?;
        }
        let another = !nick.same_as(&who.nick);
        if another {
            remember(d, stamp, asker.user);
        }
        d.change(Change::Renamed {
            user,
            nick: nick.clone(),
            spent,
        });
        let you_are = Event::YouAre {
            who: who.clone(),
            nick: nick.clone(),
        };
        d.tell(own_seats(asker.user), you_are);
        let new = nick.clone();
        let renamed = Event::Renamed {
            who: who.clone(),
            new,
        };
        self.tell_sharers(d, asker.who(), renamed);
        if another && self.is_always_on(asker.user) {
            let (own, nick) = (&who.nick, &nick);
            let text = format!(
                "You stay in your rooms without a client as {own} only: as {nick} you go when you leave"
            );
            if let Ok(text) = Text::parse(&text) {
                d.tell(own_seats(asker.user), Event::ServerNotice { text });
            }
        }
        if another {
            self.tell_offline(d, &who.nick, None);
            self.tell_online(d, &Identity { nick, ..who });
        }
        Ok(())
    }

    pub(super) fn set_away(&self, d: &mut Decision, asker: Asker<'_>, away: Option<Text>) {
        d.change(Change::AwaySet {
            user: asker.client.user,
            away: away.clone(),
        });
        let changed = away != asker.user.away;
        let event = Event::AwayChanged {
            who: asker.user.identity(),
            away: away.clone(),
        };
        let is_so = Event::AwayIs { away };
        if changed {
            d.tell(own_seats(asker.user), is_so);
            self.tell_about(d, asker.who(), event);
        } else {
            d.answer(asker, is_so);
        }
    }

    pub(super) fn set_realname(&self, d: &mut Decision, asker: Asker<'_>, realname: &Text) {
        let realname: Arc<str> = realname.as_str().into();
        d.change(Change::Realname {
            user: asker.client.user,
            realname: realname.clone(),
        });
        let who = asker.user.identity();
        let event = Event::RealnameChanged { who, realname };
        d.tell(own_seats(asker.user), event.clone());
        self.tell_about(d, asker.who(), event);
    }

    /// What is not one's own to set stays as it is.
    pub(super) fn set_flags(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        wanted: &[(UserFlag, bool)],
    ) {
        let user = asker.client.user;
        let mut flags = asker.user.flags;
        let mut changes = Vec::new();
        for &(flag, on) in wanted {
            let own = match flag {
                UserFlag::Bot
                | UserFlag::RegisteredOnly
                | UserFlag::NoCtcp
                | UserFlag::Invisible
                | UserFlag::Wallops => true,
                UserFlag::Operator => !on,
                UserFlag::ServerNotices => !on || flags.has(UserFlag::Operator),
                UserFlag::Secure => false,
            };
            if !own || flags.has(flag) == on {
                continue;
            }
            flags = flags.with(flag, on);
            changes.push((flag, on));
            if flag == UserFlag::Operator {
                self.leave_office(d, asker.who(), Some(own_seats(asker.user)));
                let office = UserFlags::OFFICE.into_iter();
                changes.extend(
                    office
                        .filter(|flag| flags.has(*flag))
                        .map(|flag| (flag, false)),
                );
                flags = flags.without_office();
            }
        }
        if changes.is_empty() {
            return;
        }
        d.change(Change::UserFlags { user, flags });
        let nick = asker.user.nick.clone();
        d.tell(own_seats(asker.user), Event::FlagsChanged { nick, changes });
    }

    pub(super) fn promote(
        &self,
        d: &mut Decision,
        asker: Asker<'_>,
        role: Role,
        (name, host): (Arc<str>, Option<Box<str>>),
    ) {
        let (user, old) = (asker.client.user, asker.user.identity());
        let as_whom = format!("is an operator now: {name} ({})", role.as_str());
        let shown = host.map(|host| asker.user.origin.at_host(&host));
        let shown = shown.filter(|shown| *shown != asker.user.origin);
        let own = asker.user.without_office().origin;
        let is_own = own == *shown.as_ref().unwrap_or(&asker.user.origin);
        let operator = Some(Box::new(Operator {
            name,
            role,
            origin: (!is_own).then_some(own),
        }));
        d.change(Change::Operator { user, operator });
        d.tell(own_seats(asker.user), Event::YouAreOperator { role });
        // Before its new modes, which have the new host already.
        if let Some(shown) = shown {
            // Whose host changes is an operator by now.
            let old = Identity {
                oper: true,
                ..old.clone()
            };
            self.show_at(d, asker.who(), Some(own_seats(asker.user)), (old, shown));
        }
        let mut flags = asker.user.flags;
        let mut changes = Vec::new();
        for flag in UserFlags::OFFICE {
            if !flags.has(flag) {
                flags = flags.with(flag, true);
                changes.push((flag, true));
            }
        }
        if !changes.is_empty() {
            d.change(Change::UserFlags { user, flags });
            let nick = asker.user.nick.clone();
            d.tell(own_seats(asker.user), Event::FlagsChanged { nick, changes });
        }
        self.notify(d, asker.user, &format!("{} {as_whom}", old.mask()));
    }

    /// A user is no operator any more, and is shown where it comes from; its modes are still to be changed. `own`: its clients, if
    /// any are left.
    pub(super) fn leave_office(
        &self,
        d: &mut Decision,
        (id, user): (UserId, &User),
        own: Option<Audience>,
    ) {
        d.change(Change::Operator {
            user: id,
            operator: None,
        });
        let Identity { origin, .. } = user.without_office();
        if origin != user.origin {
            let old = Identity {
                oper: false,
                ..user.identity()
            };
            self.show_at(d, (id, user), own, (old, origin));
        }
    }

    /// A user is shown to come from elsewhere.
    fn show_at(
        &self,
        d: &mut Decision,
        (id, user): (UserId, &User),
        own: Option<Audience>,
        (old, origin): (Identity, Origin),
    ) {
        let new = Identity {
            origin: origin.clone(),
            ..old.clone()
        };
        d.change(Change::Origin { user: id, origin });
        let event = Event::HostChanged { old, new };
        if let Some(own) = own {
            d.tell(own, event.clone());
        }
        self.tell_about(d, (id, user), event);
    }

    pub(super) fn kill(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        nick: Nick,
        reason: Text,
    ) -> Result<(), Refusal> {
        need_role(asker, Role::Moderator)?;
        let Some((id, user)) = self.user_by_nick(&nick) else {
            return Err(Refusal::NoSuchNick { nick });
        };
        if let Some(role) = user.role() {
            need_role(asker, role)?;
        }
        self.notify_end(d, &asker.user.identity().mask(), user, &reason);
        let how = Departure::Killed(asker.user.nick.clone(), reason);
        self.depart_from(d, stamp, (id, user), &user.clients, &how);
        Ok(())
    }

    /// Tells the operators who want to know it (user mode `s`) what was done to or by this user, who is told otherwise.
    fn notify(&self, d: &mut Decision, about: &User, text: &str) {
        let others = self.operators().filter(|user| {
            user.came_as != about.came_as && user.flags.has(UserFlag::ServerNotices)
        });
        let seats: SmallVec<_> = others
            .flat_map(|user| user.clients.iter().copied())
            .collect();
        if let (false, Ok(text)) = (seats.is_empty(), Text::parse(text)) {
            d.tell(Audience::Clients(seats), Event::ServerNotice { text });
        }
    }

    /// As [`Chat::notify`]: who ended whose connections, and why.
    pub(super) fn notify_end(&self, d: &mut Decision, by: &str, whom: &User, reason: &Text) {
        let text = format!("{by} ended {}: {reason}", whom.identity().mask());
        self.notify(d, whom, &text);
    }
}

/// Remembers who goes, or goes by another nick from now on.
pub(super) fn remember(d: &mut Decision, stamp: &Stamp, user: &User) {
    let past = Box::new(Past {
        who: user.identity(),
        realname: user.realname.clone(),
        at: stamp.at,
    });
    d.change(Change::Remembered { past });
}
