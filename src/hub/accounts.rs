//! Accounts in the hub: who is logged in, which accounts there are; as the daemon says, which keeps them.

use super::lines::Waiting;
use super::{AccountNews, ClientView, Devices, Hub, UserView, Wire};
use crate::chat::{
    ClientId, Command, Departure, Login, Nick, Protocol, Refusal, Seat, Source, Text, User, UserId,
};
use crate::protocol::account::{Answer, Change, Denial, Request, Wish};
use crate::protocol::irc::{By, Errand, Outcome};
use crate::protocol::plain;

impl<W: Wire> Hub<W> {
    /// A client has proven to be an account, or gives it up; one that cannot is told why. Whether it could.
    pub(super) fn log_in(&mut self, client: ClientId, login: Option<Login>) -> bool {
        match self.decide(Source::Operator, Command::Login(client, login)) {
            Ok(decision) => {
                self.carry_out_all(Some(client), decision);
                true
            }
            Err(refusal) => {
                self.refuse(client, &refusal);
                false
            }
        }
    }

    fn refuse(&mut self, client: ClientId, refusal: &Refusal) {
        if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
            // The verb of the last command is anybody's.
            let bytes = self.refusal_for(client, "", refusal);
            self.put(client, seat, &bytes);
        }
    }

    /// Accounts have changed. Who was logged in to it and is not any more.
    pub(super) fn hear_of_account(&mut self, news: AccountNews) -> Vec<ClientView> {
        match news {
            AccountNews::Registered(all) => {
                for registered in all {
                    self.carry_out_if_allowed(Command::Register(registered));
                }
                Vec::new()
            }
            AccountNews::Removed(id) => {
                let gone = self.views_of(id);
                let removed = self.carry_out_if_allowed(Command::Unregister(id));
                if removed { gone } else { Vec::new() }
            }
            AccountNews::Expelled(id, devices, reason) => {
                self.expel(id, &devices, &reason, Command::Kick)
            }
            AccountNews::Suspended(id, reason) => {
                self.expel(id, &Devices::All, &reason, Command::Expel)
            }
        }
    }

    /// Whether it could be.
    fn carry_out_if_allowed(&mut self, command: Command) -> bool {
        let decision = self.decide(Source::Operator, command);
        let decision = decision.map(|decision| self.carry_out_all(None, decision));
        decision.is_ok()
    }

    /// Who is about to be one of its clients goes too.
    fn expel(
        &mut self,
        id: u64,
        devices: &Devices,
        reason: &Text,
        command: fn(ClientId, Text) -> Command,
    ) -> Vec<ClientView> {
        for client in self.newcomers_of(id, devices) {
            self.newcomer_goes(client, &Departure::Kicked(reason.clone()));
        }
        let clients = self.clients_of(id, devices);
        self.kick(&clients, reason, command)
    }

    /// Who is logged in to an account, by id.
    pub(super) fn views_of(&self, id: u64) -> Vec<ClientView> {
        let mut clients = self.clients_of(id, &Devices::All);
        clients.sort_unstable();
        let views = clients.into_iter().filter_map(|client| self.view(client));
        views.collect()
    }

    fn clients_of(&self, id: u64, devices: &Devices) -> Vec<ClientId> {
        let Some(registered) = self.chat.registered(id) else {
            return Vec::new();
        };
        let users = self.chat.users_of(registered);
        let seats = users.flat_map(|(_, user)| user.clients.iter());
        seats
            .filter_map(|seat| self.chat.seated(*seat))
            .filter(|client| devices.have(client.device()))
            .map(|client| client.id)
            .collect()
    }
}

impl Devices {
    /// Whether that is one of them.
    pub(super) fn have(&self, device: Option<&str>) -> bool {
        match self {
            Devices::All => true,
            Devices::One(one) => one.as_deref() == device,
        }
    }
}

/// Users, as the operator asks for them.
impl<W: Wire> Hub<W> {
    pub(super) fn users(&self) -> Vec<UserView> {
        let users = self.chat.users().map(|(_, user)| self.user_view(user));
        let mut users: Vec<UserView> = users.collect();
        users.sort_by_cached_key(|user| user.who.nick.folded());
        users
    }

    fn user_view(&self, user: &User) -> UserView {
        UserView {
            who: user.identity(),
            always_on: self.chat.is_always_on(user),
            clients: user.clients.len(),
            rooms: user
                .rooms()
                .filter_map(|id| Some(self.chat.room(id)?.name.clone()))
                .collect(),
            away: user.away.clone(),
        }
    }

    /// Ends a user that is always on and has no clients, and tells which it was.
    pub(super) fn end_user(&mut self, nick: Nick, reason: Text) -> Result<UserView, Refusal> {
        let found = self.chat.user_by_nick(&nick);
        let found = found.map(|(_, user)| self.user_view(user));
        let gone = found.ok_or_else(|| Refusal::NoSuchNick { nick: nick.clone() })?;
        let decision = self.decide(Source::Operator, Command::EndUser(nick, reason))?;
        self.counts.kicked += 1;
        self.carry_out_all(None, decision);
        Ok(gone)
    }
}

/// Plain clients.
impl<W: Wire> Hub<W> {
    pub(super) fn is_plain(&self, client: ClientId) -> bool {
        let found = self.chat.client(client);
        found.is_some_and(|client| client.protocol == Protocol::Plain)
    }

    /// A plain client wants something about accounts.
    pub(super) fn wish(&mut self, client: ClientId, wish: Wish) {
        let Some(seat) = self.heard(client) else {
            return;
        };
        let request = match self.request_for(client, wish) {
            Ok(Some(request)) => request,
            Ok(None) => {
                self.log_in(client, None);
                return;
            }
            Err(why) => {
                let mut bytes = Vec::new();
                plain::account_denied(&why, &mut bytes);
                return self.put(client, seat, &bytes);
            }
        };
        self.waiting.insert(client, Waiting::plain());
        let errand = Errand::Account(Box::new(request), By::Protocol);
        self.send_errand(client, errand);
    }

    /// What a wish comes to; none: to be logged out.
    fn request_for(&self, client: ClientId, wish: Wish) -> Result<Option<Request>, Denial> {
        let found = self.chat.client(client);
        let user = found.and_then(|client| self.chat.user(client.user));
        let user = user.ok_or(Denial::Wrong)?;
        let own = self.chat.account_of(user);
        Ok(Some(match wish {
            Wish::LogOut if own.is_none() => return Err(Denial::Nobody),
            Wish::LogOut => return Ok(None),
            Wish::LogIn { login, password } => Request::Identify {
                login: login.unwrap_or_else(|| user.nick.as_str().into()),
                password,
            },
            Wish::Register(_) if own.is_some() => return Err(Denial::Owner),
            Wish::Register(password) => Request::Register {
                name: user.nick.clone(),
                password,
            },
            Wish::Stay(on) => Request::Change {
                account: own.ok_or(Denial::Nobody)?.id,
                change: Change::AlwaysOn(Some(on)),
            },
            Wish::Password(password) => Request::Change {
                account: own.ok_or(Denial::Nobody)?.id,
                change: Change::Password(password),
            },
        }))
    }

    /// What came of a plain client's request; then what it has sent since.
    pub(super) fn plain_returned(
        &mut self,
        client: ClientId,
        request: &Request,
        outcome: &Outcome,
    ) {
        let busy = Answer::Denied(Denial::Busy);
        let answer = match outcome {
            Outcome::Account(answer) => answer,
            _ => &busy,
        };
        if let Some(login) = answer.login()
            && self.log_in(client, Some(login.clone()))
        {
            self.take_own_nick(client);
        }
        if let Some(found) = self.chat.client(client) {
            let mut bytes = Vec::new();
            let seat = found.seat;
            let user = self.chat.user(found.user);
            let stays_as = user.and_then(|user| self.chat.stays_only_as(user));
            plain::account_answer(request, answer, stays_as, &mut bytes);
            self.put(client, seat, &bytes);
        }
        self.go_on(client);
    }

    /// A plain client that has logged in goes by its account's name: as another client of who has it, or by taking it.
    fn take_own_nick(&mut self, client: ClientId) {
        let Some(found) = self.chat.client(client) else {
            return;
        };
        let (seat, was) = (found.seat, Some(found.user));
        if let Ok(decision) = self.decide(Source::Client(client), Command::BeOneself) {
            self.carry_out_all(Some(client), decision);
        }
        self.tell_missed_if_moved((client, seat), was);
    }
}

impl<W: Wire> Hub<W> {
    /// Has looked up what the device of a client has missed, if it is another user's than it was.
    pub(super) fn tell_missed_if_moved(
        &mut self,
        (client, seat): (ClientId, Seat),
        was: Option<UserId>,
    ) {
        let now = self.chat.seated(seat).filter(|found| found.id == client);
        if now.is_some_and(|found| Some(found.user) != was) {
            self.replay_for_the_entered(true);
            self.replay_private(client);
        }
    }
}
