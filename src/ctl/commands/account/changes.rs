//! `chatctl account`: accounts, made, changed, removed. Passwords are read as `chatctl hash-password` reads them.

use serde_json::{Value, json};

use super::{WithClients, object};
use crate::accounts::{MOST_PASSWORD, Taken, fit_password};
use crate::admin::{Account, Client, Error, NewPassword, Request};
use crate::chat::Nick;
use crate::ctl::args::CertAction;
use crate::ctl::clients::count;
use crate::ctl::commands::kick::Consent;
use crate::ctl::commands::{kick, password};
use crate::ctl::connect::Session;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;

/// `chatctl account add NAME`.
pub(super) fn add(desk: &mut Desk<'_, '_>, name: String, no_password: bool) -> Result<(), Failure> {
    let wanted = parsed(&name)?;
    let mut session = desk.connect()?;
    let password = if no_password {
        None
    } else {
        // Nobody types a password for a name that is registered; whether one looks like another, only the daemon knows.
        match shown(&mut session, &name) {
            Ok(found) => {
                let name = Nick::parse(&found.account.name).unwrap_or(wanted);
                // As the daemon would say it.
                let message = Taken::Registered(name).to_string();
                return Err(Failure::Refused(Error::Failed { message }));
            }
            Err(Failure::Refused(Error::NotFound { .. })) => {}
            Err(other) => return Err(other),
        }
        Some(new_password(desk, &wanted)?)
    };
    let request = Request::AddAccount {
        account: name,
        password,
    };
    let account: Account = session.ask(&request, "account")?;
    let none = if no_password {
        "; nothing proves it until chatctl account cert adds a certificate"
    } else {
        ""
    };
    told(desk, &account, |name| format!("added: {name}{none}"))
}

/// `chatctl account passwd NAME`.
pub(super) fn passwd(desk: &mut Desk<'_, '_>, name: String) -> Result<(), Failure> {
    let wanted = parsed(&name)?;
    let mut session = desk.connect()?;
    shown(&mut session, &name)?;
    let request = Request::SetAccountPassword {
        account: name,
        password: new_password(desk, &wanted)?,
    };
    let account: Account = session.ask(&request, "account")?;
    told(desk, &account, |name| format!("another password: {name}"))
}

fn parsed(name: &str) -> Result<Nick, Failure> {
    Nick::parse(name).map_err(|error| Failure::Usage(format!("{name}: {error}")))
}

fn shown(session: &mut Session, name: &str) -> Result<WithClients, Failure> {
    let account = name.to_owned();
    session.ask_all(&Request::ShowAccount { account })
}

/// A password that may be this account's.
fn new_password(desk: &mut Desk<'_, '_>, name: &Nick) -> Result<NewPassword, Failure> {
    let fit = |typed: &[u8]| match fit_password(typed, name) {
        Ok(_) => Ok(()),
        Err(unfit) => Err(Failure::Usage(unfit.to_string())),
    };
    let typed = password::read(desk, MOST_PASSWORD, fit)?;
    let typed = String::from_utf8(typed);
    typed
        .map(NewPassword)
        .map_err(|error| Failure::Usage(error.utf8_error().to_string()))
}

/// `chatctl account disable NAME [REASON]`.
pub(super) fn disable(
    desk: &mut Desk<'_, '_>,
    name: String,
    reason: &[String],
) -> Result<(), Failure> {
    let request = Request::DisableAccount {
        account: name,
        reason: (!reason.is_empty()).then(|| reason.join(" ")),
    };
    let WithClients { account, clients } = desk.connect()?.ask_all(&request)?;
    if desk.wants_json() {
        return desk.json(&with(&account, "ended", clients.as_deref()));
    }
    let ended = became(clients.as_deref(), "ended");
    told(desk, &account, |name| format!("disabled: {name} ({ended})"))
}

/// `chatctl account enable NAME`.
pub(super) fn enable(desk: &mut Desk<'_, '_>, name: String) -> Result<(), Failure> {
    let request = Request::EnableAccount { account: name };
    let account: Account = desk.connect()?.ask(&request, "account")?;
    told(desk, &account, |name| format!("enabled: {name}"))
}

/// `chatctl account remove NAME`. Exactly the account is removed that was shown.
pub(super) fn remove(
    desk: &mut Desk<'_, '_>,
    name: String,
    consent: &Consent,
) -> Result<(), Failure> {
    let mut session = desk.connect()?;
    let WithClients { account, clients } = shown(&mut session, &name)?;
    let clients = clients.unwrap_or_default();
    if consent.dry_run {
        if desk.wants_json() {
            return desk.json(&with(&account, "logged_out", Some(&clients)));
        }
        let clients = count(clients.len());
        return told(desk, &account, |name| {
            format!("{name} would be removed, and {clients} logged out")
        });
    }
    if !consent.yes {
        ask(desk, &account, &clients)?;
    }
    let request = Request::RemoveAccount {
        account: name,
        id: Some(account.id),
    };
    let WithClients { account, clients } = session.ask_all(&request)?;
    if desk.wants_json() {
        return desk.json(&with(&account, "logged_out", clients.as_deref()));
    }
    let gone = became(clients.as_deref(), "logged out");
    told(desk, &account, |name| {
        format!("removed: {name} ({gone}); the name is free")
    })
}

fn ask(desk: &mut Desk<'_, '_>, account: &Account, clients: &[Client]) -> Result<(), Failure> {
    let (name, clients) = (&account.name, count(clients.len()));
    if !desk.terminal.can_ask {
        return Err(Failure::NeedsYes(format!(
            "{name} would be removed, and {clients} logged out, and there is no terminal to ask at: add --yes to agree, or \
             --dry-run to see it"
        )));
    }
    let question = format!(
        "remove the account {} for good, log {clients} out, and free the name?",
        escape(name)
    );
    if desk.agrees(&question)? {
        Ok(())
    } else {
        Err(Failure::NeedsYes("nothing was removed".into()))
    }
}

/// `chatctl account revoke NAME`.
pub(super) fn revoke(
    desk: &mut Desk<'_, '_>,
    name: String,
    device: Option<String>,
    reason: Option<String>,
) -> Result<(), Failure> {
    let request = Request::RevokeAccount {
        account: name,
        device,
        reason,
    };
    let WithClients { account, clients } = desk.connect()?.ask_all(&request)?;
    let clients = clients.unwrap_or_default();
    if desk.wants_json() {
        desk.json(&with(&account, "ended", Some(&clients)))?;
    }
    if clients.is_empty() {
        return Err(Failure::NothingMatched(format!(
            "nobody was ended: no such client is logged in to {}; chatctl account clients shows them",
            account.name
        )));
    }
    if !desk.wants_json() {
        for client in &clients {
            desk.line(format_args!("ended {}", kick::name(client)))?;
        }
    }
    Ok(())
}

/// `chatctl account cert NAME [ACTION [FINGERPRINT]]`.
pub(super) fn cert(
    desk: &mut Desk<'_, '_>,
    name: String,
    action: CertAction,
    fingerprint: Option<String>,
) -> Result<(), Failure> {
    let (request, done) = match (action, fingerprint) {
        (CertAction::List, None) => {
            let WithClients { account, .. } = shown(&mut desk.connect()?, &name)?;
            if desk.wants_json() {
                return desk.json(&account.certificates);
            }
            for fingerprint in account.certificates {
                desk.line(escape(&fingerprint))?;
            }
            return Ok(());
        }
        (CertAction::Add, Some(fingerprint)) => (
            Request::AddAccountCertificate {
                account: name,
                fingerprint,
            },
            "a certificate more",
        ),
        (CertAction::Remove, Some(fingerprint)) => (
            Request::RemoveAccountCertificate {
                account: name,
                fingerprint,
            },
            "a certificate less",
        ),
        (CertAction::List, Some(_)) => {
            let why = "cert NAME list takes no fingerprint: it shows all of them";
            return Err(Failure::Usage(why.into()));
        }
        (_, None) => return Err(Failure::Usage("which fingerprint?".into())),
    };
    let account: Account = desk.connect()?.ask(&request, "account")?;
    let left = match account.certificates.len() {
        1 => "1 certificate proves it".to_owned(),
        many => format!("{many} certificates prove it"),
    };
    told(desk, &account, |name| format!("{done}: {name}; {left}"))
}

/// One line, or the account as it is now.
fn told(
    desk: &mut Desk<'_, '_>,
    account: &Account,
    line: impl FnOnce(&str) -> String,
) -> Result<(), Failure> {
    if desk.wants_json() {
        return desk.json(&object(account));
    }
    desk.line(line(&escape(&account.name)))
}

/// The account, and what has become of these clients.
fn with(account: &Account, what: &str, clients: Option<&[Client]>) -> Value {
    let mut object = object(account);
    object[what] = json!(clients);
    object
}

/// What an account's clients became, as far as the chat has told.
fn became(clients: Option<&[Client]>, what: &str) -> String {
    match clients {
        Some(clients) => format!("{} {what}", count(clients.len())),
        None => format!(
            "that its clients are {what} is asked for, not confirmed: the chat does not answer in time"
        ),
    }
}
