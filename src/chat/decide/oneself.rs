//! What users say of themselves: nick, away, real name, modes; and what the server says of them: account, operator.

use std::sync::Arc;

use smallvec::SmallVec;

use super::rooms::own_seats;
use super::{Asker, need_role};
use crate::chat::{
    Audience, Change, Chat, Decision, Departure, Event, Nick, Operator, Past, Refusal, Role, Stamp,
    Text, User, UserFlag, UserFlags,
};

impl Chat {
    pub(super) fn rename_to(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        nick: Nick,
    ) -> Result<(), Refusal> {
        let user = asker.client.user;
        if self.owner_of(&nick, Some(user)).is_some() {
            return Err(Refusal::NickInUse { nick });
        }
        self.may_have(&nick, asker.user.account.as_ref())?;
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
        self.tell_sharers(d, asker, renamed);
        if another {
            self.tell_offline(d, &who.nick, None);
            self.tell_online(d, &crate::chat::Identity { nick, ..who });
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
        d.answer(asker, Event::AwayIs { away });
        if changed {
            self.tell_about(d, asker, event);
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
        self.tell_about(d, asker, event);
    }

    /// What is not one's own to set stays as it is.
    pub(super) fn set_flags(d: &mut Decision, asker: Asker<'_>, wanted: &[(UserFlag, bool)]) {
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
                d.change(Change::Operator {
                    user,
                    operator: None,
                });
                if flags.has(UserFlag::ServerNotices) {
                    flags = flags.with(UserFlag::ServerNotices, false);
                    changes.push((UserFlag::ServerNotices, false));
                }
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
        let operator = Some(Box::new(Operator { name, role }));
        d.change(Change::Operator { user, operator });
        d.tell(own_seats(asker.user), Event::YouAreOperator { role });
        // Before its new modes, which have the new host already.
        if let Some(host) = host
            && *host != *asker.user.origin.host()
        {
            let origin = asker.user.origin.at_host(&host);
            // Whose host changes is an operator by now.
            let mut old = old.clone();
            old.oper = true;
            let mut new = old.clone();
            new.origin = origin.clone();
            d.change(Change::Origin { user, origin });
            let event = Event::HostChanged { old, new };
            d.tell(own_seats(asker.user), event.clone());
            self.tell_about(d, asker, event);
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
