//! How a newcomer proves an account, or makes one: AUTHENTICATE and REGISTER, and what came of them.

use super::super::register::{self, Registrant};
use super::super::sasl::{self, Connection};
use super::super::{By, Errand, Numeric, Replies, Step, World};
use super::{NOBODY, Next, Registration, labelled};
use crate::chat::{Account, Login, Nick};
use crate::protocol::account::{Answer, Request};

impl Registration {
    /// What was found out about an account.
    pub(super) fn answered(
        &mut self,
        world: &World<'_>,
        request: &Request,
        answer: &Answer,
    ) -> Vec<Step> {
        let mut out = Vec::new();
        self.reply(world, &mut out, |this, replies| match (request, answer) {
            (_, Answer::Proven(login)) => {
                if this.log_in(world, login, replies) {
                    sasl::succeeded(replies);
                }
            }
            (Request::Register { .. }, Answer::Made(login)) => {
                if let Ok(account) = world.chat.proven(login) {
                    register::registered(&account, replies);
                }
                this.log_in(world, login, replies);
            }
            (Request::Register { name, .. }, Answer::Denied(why)) => {
                register::denied(name, why, replies);
            }
            _ => {
                if let Some(Step::Exchange(exchange)) = sasl::returned(request, answer, replies) {
                    this.exchange = exchange;
                }
            }
        });
        if let Some(label) = self.label.take() {
            out = labelled(world, &label, self.attach.capabilities, &out);
        }
        vec![Step::Tell(out)]
    }

    /// It has proven to be an account. Whether that is still there.
    fn log_in(&mut self, world: &World<'_>, login: &Login, replies: &mut Replies<'_>) -> bool {
        let account = match world.chat.proven(login) {
            Ok(account) => account,
            Err(why) => {
                sasl::failed(&why, replies);
                return false;
            }
        };
        self.attach.login = Some(login.clone());
        let mask = self.mask();
        let text = format!("You are now logged in as {account}");
        replies.numeric(Numeric::LoggedIn, &[&mask, &account.0], &text);
        true
    }

    /// As which it is shown, as far as it has said that.
    pub(super) fn mask(&self) -> String {
        let nick = self.attach.nick.as_ref().map_or(NOBODY, Nick::as_str);
        let host = &self.attach.host;
        let username = match &*self.attach.username {
            "" => NOBODY,
            username => username,
        };
        format!("{nick}!{username}@{host}")
    }

    /// Whether it may still prove that a nick is its own: then the chat decides, when all has been said.
    pub(super) fn may_prove(&self, world: &World<'_>, nick: &Nick) -> bool {
        self.negotiating
            && world.server.accounts.is_some()
            && world.chat.owner_of_name(nick).is_some()
    }

    /// The account that it has proven to be.
    pub(super) fn account(&self, world: &World<'_>) -> Option<Account> {
        world.chat.proven(self.attach.login.as_ref()?).ok()
    }

    pub(super) fn authenticate(
        &mut self,
        world: &World<'_>,
        params: &[&str],
        replies: &mut Replies<'_>,
    ) -> Next {
        let tls = self.attach.tls.clone();
        let connection = Connection {
            certificate: tls.as_ref().and_then(|tls| tls.fingerprint.as_deref()),
            exchange: self.exchange.as_deref(),
        };
        match sasl::authenticate(world.server, connection, params, replies) {
            Some(Step::Exchange(exchange)) => self.exchange = exchange,
            Some(Step::Outside(errand)) => {
                self.exchange = None;
                return Next::Ask(errand);
            }
            _ => {}
        }
        Next::Stay
    }

    pub(super) fn register_account(
        &mut self,
        world: &World<'_>,
        params: &[&str],
        replies: &mut Replies<'_>,
    ) -> Next {
        let account = self.account(world);
        let who = Registrant {
            nick: self.attach.nick.as_ref(),
            account: account.as_ref(),
            connected: false,
        };
        match register::register(world, who, params, replies) {
            Some(request) => Next::Ask(Errand::Account(Box::new(request), By::Protocol)),
            None => Next::Stay,
        }
    }
}
