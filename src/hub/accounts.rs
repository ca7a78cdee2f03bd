//! Accounts in the hub: who is logged in, which accounts there are; as the daemon says, which keeps them.

use super::lines::Waiting;
use super::newcomers::Newcomer;
use super::{AccountNews, Hub, Wire};
use crate::chat::{ClientId, Command, Departure, Login, Protocol, Refusal, Source, Text};
use crate::protocol::account::{Answer, Change, Denial, Request, Wish};
use crate::protocol::irc::{By, Errand, Outcome};
use crate::protocol::plain;

impl<W: Wire> Hub<W> {
    /// A client has proven to be an account, or gives it up. One whose account has gone meanwhile is told so.
    pub(super) fn log_in(&mut self, client: ClientId, login: Option<Login>) {
        match self.decide(Source::Operator, Command::Login(client, login)) {
            Ok(decision) => self.carry_out_all(Some(client), decision),
            Err(refusal) => self.refuse(client, &refusal),
        }
    }

    fn refuse(&mut self, client: ClientId, refusal: &Refusal) {
        if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
            // The verb of the last command is anybody's.
            let bytes = self.refusal_for(client, "", refusal, None);
            self.put(client, seat, &bytes);
        }
    }

    /// Accounts have changed.
    pub(super) fn hear_of_account(&mut self, news: AccountNews) {
        let command = match news {
            AccountNews::Registered(registered) => Command::Register(registered),
            AccountNews::Removed(id) => Command::Unregister(id),
            AccountNews::Expelled(id, reason) => return self.expel(id, &reason),
        };
        if let Ok(decision) = self.decide(Source::Operator, command) {
            self.carry_out_all(None, decision);
        }
    }

    fn expel(&mut self, id: u64, reason: &Text) {
        // Who has proven to be it and is about to come in is as little wanted.
        let is_it = |newcomer: &Newcomer<W>| {
            let login = newcomer.attach().login.as_ref();
            login.is_some_and(|login| login.id == id)
        };
        let newcomers = self.newcomers.iter();
        let newcomers = newcomers.filter(|(_, newcomer)| is_it(newcomer));
        for client in newcomers.map(|(client, _)| *client).collect::<Vec<_>>() {
            self.newcomer_goes(client, &Departure::Kicked(reason.clone()));
        }
        let Some(registered) = self.chat.registered(id) else {
            return;
        };
        let users = self.chat.users_of(registered);
        let seats = users.flat_map(|(_, user)| user.clients.iter());
        let clients = seats.filter_map(|seat| Some(self.chat.seated(*seat)?.id));
        let clients: Vec<ClientId> = clients.collect();
        for client in clients {
            self.detach(client, Departure::Kicked(reason.clone()));
        }
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
            Ok(None) => return self.log_in(client, None),
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
        let own = user.account.as_ref();
        let own = own.and_then(|account| self.chat.registered_as(account));
        Ok(Some(match wish {
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
        if let Answer::Proven(login) | Answer::Made(login) = answer {
            self.log_in(client, Some(login.clone()));
            self.take_own_nick(client);
        }
        if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
            let mut bytes = Vec::new();
            plain::account_answer(request, answer, &mut bytes);
            self.put(client, seat, &bytes);
        }
        self.go_on(client);
    }

    /// A plain client that has logged in goes by its account's name: as another client of who has it, or by taking it.
    fn take_own_nick(&mut self, client: ClientId) {
        if let Ok(decision) = self.decide(Source::Client(client), Command::BeOneself) {
            self.carry_out_all(Some(client), decision);
        }
    }
}
