//! NickServ: accounts, for people and for clients that know nothing else.

use super::super::accounts::{has_own, may_log_in};
use super::{Service, usage};
use crate::chat::{Chat, Command, Nick, UserFlag};
use crate::protocol::account::{Answer, Change, Denial, Request};
use crate::protocol::irc::step::By;
use crate::protocol::irc::{Asker, Errand, Reading, Step, World};

const HELP: &str = "\
REGISTER <password> - makes an account of the nick that you have
IDENTIFY [<account>] <password> - logs you in; <account>@<device> names one of your devices
LOGOUT - logs you out
INFO [<account>] - who it is
GHOST <nick> - ends who has your nick; REGAIN <nick> also gives it to you. If it is you by your account, you are it again
SET PASSWORD <password> - another password
SET ALWAYSON ON | OFF | DEFAULT - whether you stay in your channels when your last client has gone
CERT ADD [<fingerprint>] | DEL <fingerprint> | LIST - certificates that log you in (SASL EXTERNAL)
DROP <password> - removes your account, for good
IRC clients log in by themselves with SASL: account and password stand in their settings.";

pub(super) fn hear(world: &World<'_>, asker: Asker<'_>, words: &[&str], reading: &mut Reading) {
    let says = |reading: &mut Reading, text: &str| {
        Service::NickServ.says(world, asker, reading, text);
    };
    if world.server.accounts.is_none() {
        return says(reading, "There are no accounts here.");
    }
    let Some((command, words)) = words.split_first() else {
        return says(reading, HELP);
    };
    let own = world.chat.account_of(asker.user);
    let own_id = own.map(|own| own.id);
    let ask = |reading: &mut Reading, request: Request| {
        let errand = Errand::Account(Box::new(request), By::NickServ);
        reading.steps.push(Step::Outside(errand));
    };
    let change = |reading: &mut Reading, change: Change| match own_id {
        Some(account) => ask(reading, Request::Change { account, change }),
        None => says(reading, &sentence(&Denial::Nobody)),
    };
    match (command.to_ascii_uppercase().as_str(), words) {
        ("HELP", _) => says(reading, HELP),
        ("REGISTER", [_, ..]) if own.is_some() => says(reading, &sentence(&Denial::Owner)),
        // Some clients send an address too. Of a password of several words one must not be taken for all.
        ("REGISTER", [password, address @ ..])
            if matches!(address, [] | ["*"]) || matches!(address, [one] if one.contains('@')) =>
        {
            let name = asker.user.nick.clone();
            let password = (*password).into();
            ask(reading, Request::Register { name, password });
        }
        ("IDENTIFY" | "ID" | "LOGIN" | "AUTH", [password]) => ask(
            reading,
            Request::Identify {
                login: asker.user.nick.as_str().into(),
                password: (*password).into(),
            },
        ),
        ("IDENTIFY" | "ID" | "LOGIN" | "AUTH", [login, password]) => ask(
            reading,
            Request::Identify {
                login: (*login).into(),
                password: (*password).into(),
            },
        ),
        ("LOGOUT", []) if own.is_none() => says(reading, &sentence(&Denial::Nobody)),
        ("LOGOUT", []) => match Chat::may_log_in(asker.user, None) {
            Ok(()) => {
                reading.steps.push(Step::Login(None));
                says(reading, "You are logged out.");
            }
            Err(why) => says(reading, &sentence(&why)),
        },
        ("INFO", []) => {
            let name = own.map_or(&asker.user.nick, |own| &own.name);
            says(reading, &info(world, asker, name.as_str()));
        }
        ("INFO", [name]) => says(reading, &info(world, asker, name)),
        ("GHOST" | "RECOVER" | "REGAIN", [name, ..]) => match Nick::parse(name) {
            Ok(nick) => {
                let regains = !command.eq_ignore_ascii_case("GHOST");
                if has_own(world, asker, &nick) {
                    return reading.ask(Command::Ghost(nick));
                }
                let mut others = world.chat.user_by_nick(&nick).into_iter();
                // One's own nick is changed at most in casing.
                let another = others.any(|(id, _)| id != asker.client.user);
                if another || !regains {
                    reading.ask(Command::Ghost(nick.clone()));
                }
                if regains {
                    reading.ask(Command::Nick(nick));
                }
            }
            Err(error) => says(reading, &format!("{error}.")),
        },
        ("SET", [what, password]) if what.eq_ignore_ascii_case("PASSWORD") => {
            change(reading, Change::Password((*password).into()));
        }
        ("SET", [what, on]) if what.eq_ignore_ascii_case("ALWAYSON") => {
            match on.to_ascii_uppercase().as_str() {
                "ON" => change(reading, Change::AlwaysOn(Some(true))),
                "OFF" => change(reading, Change::AlwaysOn(Some(false))),
                "DEFAULT" => change(reading, Change::AlwaysOn(None)),
                _ => says(reading, "SET ALWAYSON ON | OFF | DEFAULT"),
            }
        }
        ("PASSWD" | "PASSWORD", [password]) => {
            change(reading, Change::Password((*password).into()));
        }
        ("CERT", rest) => match certificate(asker, rest) {
            Ok(what) => change(reading, what),
            Err(text) => says(reading, text),
        },
        ("DROP", [password]) => change(reading, Change::Drop((*password).into())),
        ("DROP", [name, password]) if own.is_some_and(|own| is_called(&own.name, name)) => {
            change(reading, Change::Drop((*password).into()));
        }
        (command, _) => says(reading, &usage(HELP, helped_as(command))),
    }
}

/// The command under which the help tells of one.
fn helped_as(command: &str) -> &str {
    match command {
        "ID" | "LOGIN" | "AUTH" => "IDENTIFY",
        "RECOVER" | "REGAIN" => "GHOST",
        "PASSWD" | "PASSWORD" => "SET PASSWORD",
        command => command,
    }
}

/// What a CERT changes, or why it does not.
fn certificate(asker: Asker<'_>, words: &[&str]) -> Result<Change, &'static str> {
    let (what, rest) = words.split_first().unwrap_or((&"", &[]));
    match (what.to_ascii_uppercase().as_str(), rest) {
        ("ADD", [fingerprint]) => Ok(Change::AddCertificate((*fingerprint).into())),
        ("ADD", []) => {
            let tls = asker.client.tls.as_ref();
            let own = tls.and_then(|tls| tls.fingerprint.clone());
            own.map(Change::AddCertificate).ok_or(
                "Your connection has no certificate: connect with one, or name its SHA-256 fingerprint.",
            )
        }
        ("DEL" | "REMOVE", [fingerprint]) => Ok(Change::RemoveCertificate((*fingerprint).into())),
        ("LIST", []) => Ok(Change::ListCertificates),
        _ => Err("CERT ADD [<fingerprint>] | DEL <fingerprint> | LIST"),
    }
}

fn is_called(own: &Nick, name: &str) -> bool {
    Nick::parse(name).is_ok_and(|name| name.same_as(own))
}

/// What everybody may know of an account.
fn info(world: &World<'_>, asker: Asker<'_>, name: &str) -> String {
    let registered = Nick::parse(name).ok();
    let registered = registered.and_then(|name| world.chat.registered_by_name(&name));
    let Some(registered) = registered else {
        return "There is no such account.".into();
    };
    let here = world.chat.users_of(registered);
    let own = asker.user.account.as_ref() == Some(&registered.account());
    let seen = here.filter(|(_, user)| {
        own || asker.user.role().is_some() || !user.flags.has(UserFlag::Invisible)
    });
    let nicks: Vec<&str> = seen.map(|(_, user)| user.nick.as_str()).collect();
    let since = crate::protocol::irc::render::moment(registered.since);
    let mut text = format!("{} is registered since {since}.", registered.name);
    if nicks.is_empty() {
        text.push_str(" Nobody that you may see is logged in to it now.");
    } else {
        text.push_str(" Logged in to it now: ");
        text.push_str(&nicks.join(", "));
        text.push('.');
    }
    text
}

/// What came of something that was asked for.
pub(in crate::protocol::irc::commands) fn answered(
    world: &World<'_>,
    asker: Asker<'_>,
    request: &Request,
    answer: &Answer,
    reading: &mut Reading,
) {
    let text = match (request, answer) {
        (_, Answer::Denied(why)) => sentence(why),
        (_, Answer::Proven(login)) => match may_log_in(world, asker, login) {
            Ok(()) => {
                reading.steps.push(Step::Login(Some(login.clone())));
                "You are logged in.".into()
            }
            Err(why) => sentence(&why),
        },
        (Request::Register { name, .. }, Answer::Made(login)) => {
            reading.steps.push(Step::Login(Some(login.clone())));
            format!("{name} is your account now; the nick is nobody else's.")
        }
        (_, Answer::Certificates(all)) if all.is_empty() => {
            "No certificate logs you in; CERT ADD adds one.".into()
        }
        (_, Answer::Certificates(all)) => all.join("\n"),
        (Request::Change { change, .. }, Answer::Done) => match change {
            Change::Password(_) => "Your password is another one now.".into(),
            Change::AddCertificate(_) => "That certificate logs you in from now on.".into(),
            Change::RemoveCertificate(_) => "That certificate logs you in no more.".into(),
            Change::AlwaysOn(Some(true)) => {
                let name = world.chat.stays_only_as(asker.user);
                let left = name.map(|name| format!(" when you leave as {name}"));
                format!(
                    "You stay in your channels from now on{}; what a device misses it gets when it comes back, as far as this server \
                     keeps it for you.",
                    left.unwrap_or_default()
                )
            }
            Change::AlwaysOn(_) => "That is set.".into(),
            Change::Drop(_) => "Your account is removed.".into(),
            Change::ListCertificates => return,
        },
        _ => return,
    };
    Service::NickServ.says(world, asker, reading, &text);
}

fn sentence(why: &impl std::fmt::Display) -> String {
    let text = why.to_string();
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), rest.as_str())
}
