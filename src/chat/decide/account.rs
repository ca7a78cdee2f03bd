//! Accounts: which there are, who is logged in to one, whose nick is whose. What proves an account is not known here.

use super::Asker;
use super::presence::seated;
use super::rooms::own_seats;
use crate::chat::{
    Account, Attach, Audience, Change, Chat, ClientId, Decision, Departure, Event, Login, Nick,
    Protocol, Refusal, Registered, Seat, Stamp, Talks, Text, User, UserFlag, UserFlags, UserId,
};

impl Chat {
    /// Whether a newcomer who is logged in to this account can have this nick, as things are now.
    pub fn can_come_as(&self, nick: &Nick, account: Option<&Account>) -> Result<(), Refusal> {
        if self.own_user(nick, account).is_some() {
            return Ok(());
        }
        self.is_not_servers(nick, account)?;
        // First, since it says what can be done about it also where that account's user has it.
        self.may_have(nick, account)?;
        if self.owner_of(nick, None).is_some() {
            let nick = nick.clone();
            return Err(Refusal::NickInUse { nick });
        }
        Ok(())
    }

    /// Who has the server's name already when the server gets it keeps it: as its nick, or as its account.
    pub(super) fn is_not_servers(
        &self,
        nick: &Nick,
        account: Option<&Account>,
    ) -> Result<(), Refusal> {
        let mut owners = self.owners_of_name(nick);
        let is_own = owners.any(|owner| account == Some(&owner.account()));
        if !is_own && nick.looks_like(&self.policy.server) {
            let nick = nick.clone();
            return Err(Refusal::NickIsServers { nick });
        }
        Ok(())
    }

    /// Whether one who is logged in to this account may have this nick: it belongs to no other.
    pub(super) fn may_have(&self, nick: &Nick, account: Option<&Account>) -> Result<(), Refusal> {
        // One nick may look like the names of two accounts.
        let mut owners = self.owners_of_name(nick);
        if owners.any(|owner| account != Some(&owner.account())) {
            let nick = nick.clone();
            return Err(Refusal::NickReserved { nick });
        }
        Ok(())
    }

    /// The user with this nick, if it is logged in to that account: another client of the account becomes one of its clients.
    pub(super) fn own_user(
        &self,
        nick: &Nick,
        account: Option<&Account>,
    ) -> Option<(UserId, &User)> {
        let account = account?;
        let (id, user) = self.user_by_nick(nick)?;
        (user.account.as_ref() == Some(account)).then_some((id, user))
    }

    /// A client of a user that is here already: it is told where that one is.
    pub(super) fn attach_to(
        &self,
        stamp: &Stamp,
        (id, user): (UserId, &User),
        attach: &Attach,
    ) -> Decision {
        let seat = Seat(self.clients.next());
        let mut decision = Decision::default();
        let d = &mut decision;
        d.change(seated((seat, id), attach, stamp));
        self.share(d, (id, user), attach.tls.is_some());
        let who = user.without_office();
        d.tell(Audience::Client(seat), Event::Registered { who });
        self.follow(d, seat, user, None);
        decision
    }

    /// A client comes to where its user is, which it shares from now on; `was`: whose client it was, who goes.
    fn follow(&self, d: &mut Decision, seat: Seat, user: &User, was: Option<&User>) {
        let Some(current) = self.last_joined(user) else {
            return;
        };
        let room = user.rooms().next_back();
        d.change(Change::Current { seat, room });
        let rooms = user
            .rooms()
            .filter_map(|id| self.room(id).map(|room| (id, room)));
        for (id, room) in rooms {
            let goes = was.is_some_and(|was| was.is_in(id));
            let entered = Event::YouEntered {
                who: user.without_office(),
                room: id,
                name: room.name.clone(),
                others: room.users().saturating_sub(1 + u32::from(goes)),
                topic: room.topic.as_ref().map(|note| note.topic.clone()),
                talks: Talks::In(current.name.clone()),
            };
            d.tell(Audience::Client(seat), entered);
        }
    }

    pub(super) fn be_oneself(&self, d: &mut Decision, stamp: &Stamp, asker: Asker<'_>) {
        let Some(registered) = self.account_of(asker.user) else {
            return;
        };
        let name = &registered.name;
        if asker.user.nick.same_as(name) {
            return;
        }
        match self.own_user(name, asker.user.account.as_ref()) {
            Some(own) => self.become_client_of(d, stamp, asker, own),
            // Somebody else may have it still, or it may not be changed now: then it stays as it is.
            None => drop(self.rename_to(d, stamp, asker, name.clone())),
        }
    }

    /// Whoever has a nick that is the asker's by its account has to go. The account's own user stays: the asker becomes its client.
    pub(super) fn ghost(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        nick: Nick,
    ) -> Result<(), Refusal> {
        let account = asker.user.account.as_ref();
        let Some(holder) = self.owner_of(&nick, None) else {
            return Err(Refusal::NoSuchNick { nick });
        };
        let own = |user: &&User| account.is_some() && user.account.as_ref() == account;
        if let Some(user) = self.user(holder).filter(own)
            && holder != asker.client.user
        {
            self.become_client_of(d, stamp, asker, (holder, user));
            return Ok(());
        }
        // What counts is what it is called: what was asked for may only look like it.
        let is_own = |user: &&User| {
            let owned = self.owner_of_name(&user.nick).is_some();
            owned && self.may_have(&user.nick, account).is_ok()
        };
        let Some(user) = self.user(holder).filter(is_own) else {
            return Err(Refusal::NickNotYours { nick });
        };
        if holder == asker.client.user {
            return Err(Refusal::NickNotYours { nick });
        }
        let reason = format!("{} has claimed the nick, which is theirs", asker.user.nick);
        let reason = Text::parse(&reason).map_err(|_| Refusal::Internal)?;
        let how = Departure::Killed(asker.user.nick.clone(), reason);
        self.depart_from(d, stamp, (holder, user), &user.clients, &how);
        if let Ok(text) = Text::parse(&format!("{nick} is free: who had it has gone")) {
            d.answer(asker, Event::ServerNotice { text });
        }
        Ok(())
    }

    /// A client leaves its user and is one of another's.
    fn become_client_of(
        &self,
        d: &mut Decision,
        stamp: &Stamp,
        asker: Asker<'_>,
        (id, user): (UserId, &User),
    ) {
        let seat = asker.client.seat;
        let was = asker.who();
        d.change(Change::Moved { seat, user: id });
        let last = self.last_joined(user);
        let talks = last.map_or(Talks::InNoRoom, |room| Talks::In(room.name.clone()));
        // On IRC one enters no room again that one has not left.
        let leaves_all = asker.client.protocol == Protocol::Irc;
        let left = asker.user.rooms();
        for room in left.filter(|room| leaves_all || !user.is_in(*room)) {
            let Some(room) = self.room(room) else {
                continue;
            };
            let left = Event::YouLeft {
                who: asker.user.identity(),
                name: room.name.clone(),
                reason: None,
                talks: talks.clone(),
            };
            d.tell(Audience::Client(seat), left);
        }
        let you_are = Event::YouAre {
            who: asker.user.identity(),
            nick: user.nick.clone(),
        };
        d.tell(Audience::Client(seat), you_are);
        let goes = asker.user.clients.len() == 1;
        if goes {
            self.user_goes(d, stamp, was, &Departure::Quit(None));
        }
        self.share(d, (id, user), asker.client.tls.is_some());
        self.follow(d, seat, user, goes.then_some(asker.user));
    }

    /// A user gets one more client. It counts as secure as long as all its clients are, and is an operator no more: the new one
    /// has proven to be its account, and not that.
    fn share(&self, d: &mut Decision, (id, user): (UserId, &User), secure: bool) {
        let office = user.operator.is_some();
        let goes = |flag| match flag {
            UserFlag::Secure => !secure,
            flag => office && UserFlags::OFFICE.contains(&flag),
        };
        let has = UserFlag::ALL.iter().filter(|flag| user.flags.has(**flag));
        let changes: Vec<_> = has
            .filter(|flag| goes(**flag))
            .map(|flag| (*flag, false))
            .collect();
        if office {
            self.leave_office(d, (id, user), Some(own_seats(user)));
        }
        if changes.is_empty() {
            return;
        }
        let flags = changes
            .iter()
            .fold(user.flags, |flags, (flag, has)| flags.with(*flag, *has));
        d.change(Change::UserFlags { user: id, flags });
        let nick = user.nick.clone();
        d.tell(own_seats(user), Event::FlagsChanged { nick, changes });
    }

    /// Whether a user can be logged in to that account, or to none: one with several clients, which have proven to be one account,
    /// stays what it is.
    pub fn may_log_in(user: &User, account: Option<&Account>) -> Result<(), Refusal> {
        if user.clients.len() > 1 && account != user.account.as_ref() {
            return Err(Refusal::SharedUser);
        }
        Ok(())
    }

    /// A client has proven to be an account, or gives it up: its user is logged in to it, or to none.
    pub(super) fn login(&self, id: ClientId, login: Option<&Login>) -> Result<Decision, Refusal> {
        let client = self.client(id).ok_or(Refusal::Detached)?;
        let user = self.user(client.user).ok_or(Refusal::Detached)?;
        let account = login.map(|login| self.proven(login)).transpose()?;
        Chat::may_log_in(user, account.as_ref())?;
        let mut decision = Decision::default();
        decision.change(Change::Device {
            seat: client.seat,
            device: login.and_then(|login| login.device.clone()),
        });
        let stayed = account.is_none() && self.is_always_on(user);
        self.set_account(&mut decision, Asker { client, user }, account);
        let text = "You stay in your rooms no more when you leave, until you log in again";
        if let (true, Ok(text)) = (stayed, Text::parse(text)) {
            decision.tell(own_seats(user), Event::ServerNotice { text });
        }
        Ok(decision)
    }

    fn set_account(&self, d: &mut Decision, asker: Asker<'_>, account: Option<Account>) {
        let mut who = asker.user.identity();
        who.account.clone_from(&account);
        let changed = account != asker.user.account;
        d.change(Change::Account {
            user: asker.client.user,
            account,
        });
        d.tell(
            own_seats(asker.user),
            Event::YouAreLoggedIn { who: who.clone() },
        );
        if changed {
            let account = who.account.clone();
            self.tell_about(d, asker.who(), Event::AccountChanged { who });
            self.follow_account(d, asker.who(), account.as_ref());
        }
    }

    /// There is this account. Where it is not always on any more, its user without clients goes.
    pub(super) fn register(&self, stamp: &Stamp, registered: Registered) -> Decision {
        let mut decision = Decision::default();
        let before = self.registered(registered.id);
        let before = before.filter(|before| before.always_on && !registered.always_on);
        if let Some((id, user)) = before.and_then(|before| self.user_by_nick(&before.name))
            && user.clients.is_empty()
        {
            self.user_goes(&mut decision, stamp, (id, user), &Departure::Quit(None));
        }
        decision.change(Change::Registered { registered });
        decision
    }

    /// The account is gone; who was logged in to it stays, without it.
    pub(super) fn unregister(&self, stamp: &Stamp, id: u64) -> Decision {
        let mut decision = Decision::default();
        let Some(registered) = self.registered(id) else {
            return decision;
        };
        for (id, user) in self.users_of(registered) {
            let first = user.clients.first().and_then(|seat| self.seated(*seat));
            match first {
                Some(client) => self.set_account(&mut decision, Asker { client, user }, None),
                // At most one is always on.
                None => self.user_goes(&mut decision, stamp, (id, user), &Departure::Quit(None)),
            }
        }
        self.leave_to_heirs(&mut decision, id);
        decision.change(Change::Unregistered { id });
        decision
    }

    /// An always-on user that has no clients goes, in the operator's name.
    pub(super) fn end_user(
        &self,
        stamp: &Stamp,
        nick: Nick,
        how: &Departure,
    ) -> Result<Decision, Refusal> {
        let (id, user) = self
            .user_by_nick(&nick)
            .filter(|(_, user)| user.clients.is_empty())
            .ok_or(Refusal::NoSuchNick { nick })?;
        let mut decision = Decision::default();
        self.user_goes(&mut decision, stamp, (id, user), how);
        Ok(decision)
    }

    /// Who is logged in to an account, by ascending id; no other user is looked at.
    pub fn users_of(&self, registered: &Registered) -> impl Iterator<Item = (UserId, &User)> {
        let account = registered.account();
        let all = (account.clone(), UserId(0))..=(account, UserId(u32::MAX));
        let users = self.index.logged_in.range(all);
        users.filter_map(|(_, id)| Some((*id, self.user(*id)?)))
    }
}
