//! Accounts, for clients that have registered with the server: AUTHENTICATE, REGISTER, VERIFY. Proves nothing: what is asked for goes
//! outside ([`Errand::Account`]).

use super::{Entry, services};
use crate::chat::{Chat, Login, Nick, Refusal};
use crate::protocol::account::{Answer, Denial, Request};
use crate::protocol::irc::register::{self, Registrant};
use crate::protocol::irc::sasl::{self, Connection};
use crate::protocol::irc::{Asker, By, Errand, Message, Outcome, Reading, Step, World};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "AUTHENTICATE",
        least: 1,
        cost: 2,
        role: None,
        usage: "<mechanism>",
        help: "Logs in to an account (SASL). Clients do this by themselves; people say /msg NickServ IDENTIFY <password>.",
        read: authenticate,
    },
    Entry {
        name: "REGISTER",
        // What is missing has a standard reply.
        least: 0,
        // A password is hashed.
        cost: 4,
        role: None,
        usage: "<account> {<email> | *} <password>",
        help: "Makes an account of the name that you have (or * for it), and logs in to it. The email is not asked for: give *.",
        read: register_account,
    },
    Entry {
        name: "VERIFY",
        least: 0,
        cost: 1,
        role: None,
        usage: "<account> <code>",
        help: "Completes a REGISTER with a code. Here accounts need none.",
        read: verify,
    },
];

fn authenticate(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let tls = asker.client.tls.as_ref();
    let connection = Connection {
        certificate: tls.and_then(|tls| tls.fingerprint.as_deref()),
        exchange: asker.exchange,
    };
    let mut step = None;
    reading.tell(world, asker, |replies| {
        step = sasl::authenticate(world.server, connection, &message.params, replies);
    });
    if matches!(step, Some(Step::Outside(_))) {
        reading.steps.push(Step::Exchange(None));
    }
    reading.steps.extend(step);
}

fn register_account(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let who = Registrant {
        nick: Some(&asker.user.nick),
        account: asker.user.account.as_ref(),
        connected: true,
    };
    let mut request = None;
    reading.tell(world, asker, |replies| {
        request = register::register(world, who, &message.params, replies);
    });
    if let Some(request) = request {
        let errand = Errand::Account(Box::new(request), By::Protocol);
        reading.steps.push(Step::Outside(errand));
    }
}

fn verify(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        register::verify(asker.user.account.as_ref(), &message.params, replies);
    });
}

/// What came of a request about accounts.
pub(super) fn returned(
    world: &World<'_>,
    asker: Asker<'_>,
    (request, by): (&Request, By),
    outcome: &Outcome,
    reading: &mut Reading,
) {
    let busy = Answer::Denied(Denial::Busy);
    let answer = match outcome {
        Outcome::Account(answer) => answer,
        _ => &busy,
    };
    if by == By::NickServ {
        return services::answered(world, asker, request, answer, reading);
    }
    match (request, answer) {
        (Request::Authenticate { .. }, Answer::Proven(login)) => {
            if let Err(why) = may_log_in(world, asker, login) {
                return reading.tell(world, asker, |replies| sasl::failed(&why, replies));
            }
            reading.steps.push(Step::Login(Some(login.clone())));
            reading.tell(world, asker, sasl::succeeded);
        }
        (Request::Register { .. }, Answer::Made(login)) => {
            if let Ok(account) = world.chat.proven(login) {
                reading.tell(world, asker, |replies| {
                    register::registered(&account, replies);
                });
            }
            reading.steps.push(Step::Login(Some(login.clone())));
        }
        (Request::Register { name, .. }, Answer::Denied(why)) => {
            reading.tell(world, asker, |replies| register::denied(name, why, replies));
        }
        _ => {
            let mut step = None;
            reading.tell(world, asker, |replies| {
                step = sasl::returned(request, answer, replies);
            });
            reading.steps.extend(step);
        }
    }
}

/// Whether a client that has proven to be an account can be logged in to it, as things are now.
pub(super) fn may_log_in(
    world: &World<'_>,
    asker: Asker<'_>,
    login: &Login,
) -> Result<(), Refusal> {
    let account = world.chat.proven(login)?;
    Chat::may_log_in(asker.user, Some(&account))
}

/// Whether somebody else has that nick who is the same by the account that both are logged in to.
pub(super) fn has_own(world: &World<'_>, asker: Asker<'_>, nick: &Nick) -> bool {
    let account = asker.user.account.as_ref();
    let found = world.chat.user_by_nick(nick);
    found.is_some_and(|(id, user)| {
        id != asker.client.user && account.is_some() && user.account.as_ref() == account
    })
}
