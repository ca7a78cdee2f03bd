//! REGISTER and VERIFY (IRCv3 draft/account-registration), before registration and after it. Makes no accounts: it says what is asked
//! for, and what came of it.

use super::lengths::clip;
use super::{Replies, World};
use crate::chat::{Account, Nick};
use crate::protocol::account::{Denial, Request};

#[cfg(test)]
mod tests;

/// Who asks: what it is called, if it has said that, and what it is logged in to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registrant<'a> {
    pub(super) nick: Option<&'a Nick>,
    pub(super) account: Option<&'a Account>,
    /// Whether it is a client already.
    pub(super) connected: bool,
}

/// What a REGISTER asks for; or the answer that it cannot.
pub(super) fn register(
    world: &World<'_>,
    who: Registrant<'_>,
    params: &[&str],
    replies: &mut Replies<'_>,
) -> Option<Request> {
    let mut fail = |code: &str, context: &[&str], text: &str| {
        replies.standard("FAIL", "REGISTER", code, context, text);
    };
    let [name, _email, password, ..] = params else {
        let text = "Not enough parameters; REGISTER * * PASSWORD";
        fail("NEED_MORE_PARAMS", &[], text);
        return None;
    };
    let Some(accounts) = world.server.accounts else {
        fail(
            "TEMPORARILY_UNAVAILABLE",
            &[clip(name, 96)],
            "There are no accounts here",
        );
        return None;
    };
    if !accounts.registration {
        let text = Denial::Closed.to_string();
        fail("TEMPORARILY_UNAVAILABLE", &[clip(name, 96)], &text);
        return None;
    }
    if !who.connected && world.server.password {
        let text = "Register with the server first: send PASS, NICK and USER";
        fail("COMPLETE_CONNECTION_REQUIRED", &[], text);
        return None;
    }
    if let Some(account) = who.account {
        let text = Denial::Owner.to_string();
        fail("ALREADY_AUTHENTICATED", &[&account.0], &text);
        return None;
    }
    let Some(nick) = who.nick else {
        fail(
            "NEED_NICK",
            &["*"],
            "Send NICK first: the account has that name",
        );
        return None;
    };
    if *name != "*" && !Nick::parse(name).is_ok_and(|name| name.same_as(nick)) {
        let text = format!(
            "The account has the name that you have: REGISTER * * PASSWORD registers {nick}"
        );
        fail("ACCOUNT_NAME_MUST_BE_NICK", &[clip(name, 96)], &text);
        return None;
    }
    let holder = world.chat.user_by_nick(nick);
    if !who.connected && holder.is_some() {
        fail(
            "ACCOUNT_EXISTS",
            &[nick.as_str()],
            &Denial::Taken.to_string(),
        );
        return None;
    }
    Some(Request::Register {
        name: nick.clone(),
        password: (*password).into(),
    })
}

/// It is made.
pub(super) fn registered(account: &Account, replies: &mut Replies<'_>) {
    let text = format!("{account} is registered, and you are logged in to it");
    replies.trailing("REGISTER", &["SUCCESS", &account.0], &text);
}

/// It is not.
pub(super) fn denied(name: &Nick, why: &Denial, replies: &mut Replies<'_>) {
    let code = match why {
        Denial::Taken => "ACCOUNT_EXISTS",
        Denial::Weak(_) => "WEAK_PASSWORD",
        Denial::Unacceptable(_) => "UNACCEPTABLE_PASSWORD",
        _ => "TEMPORARILY_UNAVAILABLE",
    };
    replies.standard("FAIL", "REGISTER", code, &[name.as_str()], &why.to_string());
}

/// Nothing waits for being verified here.
pub(super) fn verify(account: Option<&Account>, params: &[&str], replies: &mut Replies<'_>) {
    if let Some(account) = account {
        let (code, text) = ("ALREADY_AUTHENTICATED", Denial::Owner.to_string());
        replies.standard("FAIL", "VERIFY", code, &[&account.0], &text);
        return;
    }
    let name = params.first().map_or("*", |name| clip(name, 96));
    let text = "Accounts need no code here: REGISTER makes them at once";
    replies.standard("FAIL", "VERIFY", "INVALID_CODE", &[name], text);
}
