//! What operators do: OPER, KILL, WALLOPS, REHASH, DIE, RESTART; and CONNECT and SQUIT, which have no other server to act on.

use super::answers::{named_nick, too_few};
use super::{Entry, accounts, history};
use crate::chat::{Client, Command, Role, Text};
use crate::protocol::irc::targets::shown;
use crate::protocol::irc::{
    Asker, Capability, Errand, Message, Numeric, Operator, Outcome, Reading, Replies, Step, World,
};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "OPER",
        least: 2,
        // A password is hashed.
        cost: 4,
        role: None,
        usage: "<name> <password>",
        help: "Makes one an operator of the server, as its configuration allows.",
        read: oper,
    },
    Entry {
        name: "KILL",
        least: 2,
        cost: 1,
        role: Some(Role::Moderator),
        usage: "<nick> <comment>",
        help: "Ends a user's connections; the comment is shown to it and to those who share a channel with it.",
        read: kill,
    },
    Entry {
        name: "WALLOPS",
        least: 1,
        cost: 2,
        role: Some(Role::Moderator),
        usage: "<text>",
        help: "Says something to all users with mode +w.",
        read: wallops,
    },
    Entry {
        name: "REHASH",
        least: 0,
        cost: 1,
        role: Some(Role::Administrator),
        usage: "[<server>]",
        help: "Reads the server's configuration again, and says what came of it.",
        read: rehash,
    },
    Entry {
        name: "DIE",
        least: 0,
        cost: 1,
        role: Some(Role::Administrator),
        usage: "[<server>]",
        help: "Stops the server.",
        read: die,
    },
    Entry {
        name: "RESTART",
        least: 0,
        cost: 1,
        role: Some(Role::Administrator),
        usage: "[<server>]",
        help: "Stops the server and starts it anew.",
        read: restart,
    },
    Entry {
        name: "CONNECT",
        least: 1,
        cost: 1,
        role: Some(Role::Administrator),
        usage: "<server> [<port> [<remote server>]]",
        help: "Connects servers with each other. This one stands alone, so there is none to connect to.",
        read: alone,
    },
    Entry {
        name: "SQUIT",
        least: 2,
        cost: 1,
        role: Some(Role::Administrator),
        usage: "<server> <comment>",
        help: "Disconnects a server from the others. This one stands alone, so there is none; DIE stops it.",
        read: alone,
    },
];

/// RFC 2812 section 3.1.4. What is known here is checked first, the password outside.
fn oper(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let (name, password) = (message.params[0], message.params[1]);
    let check = || {
        Step::Outside(Errand::OperatorPassword {
            name: name.into(),
            password: password.into(),
        })
    };
    let Some(operator) = named(world, name) else {
        // It takes as long as for one that there is, so that the time tells nothing either.
        if world.server.operators.iter().any(|one| one.password) {
            return reading.steps.push(check());
        }
        return wrong_password(world, asker, reading);
    };
    if let Err(why) = comes_from(operator, asker.client) {
        return reading.tell(world, asker, |replies| {
            replies.numeric(Numeric::NoOperHost, &[], why);
        });
    }
    if operator.password {
        reading.steps.push(check());
    } else if operator.certificate.is_some() {
        promote(operator, reading);
    } else {
        // Nothing could tell it from anybody else.
        wrong_password(world, asker, reading);
    }
}

fn named<'a>(world: &World<'a>, name: &str) -> Option<&'a Operator> {
    let operators = &world.server.operators;
    operators.iter().find(|operator| &*operator.name == name)
}

/// Whether a client is where that operator has to be, with the certificate that it has to have; or why not.
fn comes_from(operator: &Operator, client: &Client) -> Result<(), &'static str> {
    let address = client.address.ip().to_canonical();
    let is_near = operator.from.iter().any(|net| net.contains(&address));
    if !operator.from.is_empty() && !is_near {
        return Err("No O-lines for your host: that operator must come from another network");
    }
    let Some(wanted) = &operator.certificate else {
        return Ok(());
    };
    let tls = client.tls.as_ref();
    let fingerprint = tls.and_then(|tls| tls.fingerprint.as_deref());
    match fingerprint {
        Some(shown) if shown.eq_ignore_ascii_case(wanted) => Ok(()),
        Some(_) => Err("No O-lines for your host: that operator has another TLS certificate"),
        None => Err("No O-lines for your host: that operator connects with a TLS certificate"),
    }
}

fn promote(operator: &Operator, reading: &mut Reading) {
    let host = operator.host.clone();
    let name = operator.name.clone();
    reading.ask(Command::Promote(operator.role, name, host));
}

fn wrong_password(world: &World<'_>, asker: Asker<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        replies.numeric(Numeric::PasswdMismatch, &[], "Password incorrect");
    });
}

/// RFC 2812 section 3.7.1.
fn kill(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let given = message.params[0];
    if given.eq_ignore_ascii_case(&world.server.name) {
        return reading.tell(world, asker, |replies| {
            replies.numeric(Numeric::CantKillServer, &[], "You cant kill a server!");
        });
    }
    let Ok(comment) = Text::parse(message.params[1]) else {
        return too_few(world, asker, reading);
    };
    if let Some(nick) = named_nick(world, asker, reading, given) {
        reading.ask(Command::Kill(nick, comment));
    }
}

/// RFC 2812 section 4.7.
fn wallops(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    match Text::parse(message.params[0]) {
        Ok(text) => reading.ask(Command::Wallops(text)),
        Err(_) => too_few(world, asker, reading),
    }
}

/// RFC 2812 section 4.2.
fn rehash(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    if is_here(world, asker, message, reading) {
        reading.tell(world, asker, |replies| {
            replies.numeric(Numeric::Rehashing, &["chatd.toml"], "Rehashing");
        });
        reading.steps.push(Step::Outside(Errand::Reload));
    }
}

/// RFC 2812 section 4.3.
fn die(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    if is_here(world, asker, message, reading) {
        reading.steps.push(Step::Outside(Errand::Stop));
    }
}

/// RFC 2812 section 4.4.
fn restart(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    if is_here(world, asker, message, reading) {
        reading.steps.push(Step::Outside(Errand::Restart));
    }
}

/// RFC 2812 sections 3.1.8 and 3.4.7: 402 for whatever server, since there is no other.
fn alone(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let text = format!("No such server; {} stands alone", world.server.name);
        replies.numeric(Numeric::NoSuchServer, &[shown(message.params[0])], &text);
    });
}

/// Whether the server that is named, if one is, is this one; or the answer that it is not.
fn is_here(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) -> bool {
    let own = &world.server.name;
    let other = message.params.first();
    let Some(other) = other.filter(|named| !named.eq_ignore_ascii_case(own)) else {
        return true;
    };
    reading.tell(world, asker, |replies| {
        let text = format!("No such server; this is {own}");
        replies.numeric(Numeric::NoSuchServer, &[shown(other)], &text);
    });
    false
}

/// What the outcome of an errand comes to, for the client that sent it.
pub fn returned(
    world: &World<'_>,
    asker: Asker<'_>,
    errand: &Errand,
    outcome: &Outcome,
) -> Vec<Step> {
    let mut reading = Reading::default();
    let standard = Capability::StandardReplies.is_in(asker.client.capabilities);
    match (errand, outcome) {
        (Errand::OperatorPassword { name, .. }, Outcome::Done) => match named(world, name) {
            Some(operator) => promote(operator, &mut reading),
            // A reload has taken it away meanwhile.
            None => wrong_password(world, asker, &mut reading),
        },
        (Errand::OperatorPassword { .. }, Outcome::Refused(why)) => {
            reading.tell(world, asker, |replies| {
                let text = format!("Password incorrect: {why}");
                replies.numeric(Numeric::PasswdMismatch, &[], &text);
            });
        }
        (Errand::Reload, Outcome::Done) => reading.tell(world, asker, |replies| {
            let text = "The configuration was read again and is in force";
            if standard {
                replies.standard("NOTE", "REHASH", "RELOADED", &[], text);
            } else {
                say(replies, text);
            }
        }),
        (Errand::Reload, Outcome::Refused(why)) => {
            let text = format!("The configuration was refused, and nothing has changed: {why}");
            refused(world, asker, ("REHASH", "CONFIG_BAD"), &text, &mut reading);
        }
        (Errand::Stop, Outcome::Refused(why)) => {
            let text = format!("The server was not stopped: {why}");
            refused(world, asker, ("DIE", "CANNOT_STOP"), &text, &mut reading);
        }
        (Errand::Restart, Outcome::Refused(why)) => {
            let text = format!("The server was not restarted: {why}");
            refused(
                world,
                asker,
                ("RESTART", "CANNOT_RESTART"),
                &text,
                &mut reading,
            );
        }
        (Errand::Account(request, by), outcome) => {
            accounts::returned(world, asker, (request, *by), outcome, &mut reading);
        }
        (Errand::History(recall), outcome) => {
            history::returned(world, asker, recall, outcome, &mut reading);
        }
        // Everybody hears of it; a newcomer's errand is not a client's; and the history is found only by who looks there.
        (Errand::Stop | Errand::Restart, Outcome::Done)
        | (Errand::ServerPassword(_), _)
        | (_, Outcome::History(_) | Outcome::Account(_)) => {}
    }
    reading.steps.into_vec()
}

/// A reason from outside, which may be long and of several lines.
fn refused(
    world: &World<'_>,
    asker: Asker<'_>,
    (verb, code): (&str, &str),
    text: &str,
    reading: &mut Reading,
) {
    let standard = Capability::StandardReplies.is_in(asker.client.capabilities);
    reading.tell(world, asker, |replies| {
        for line in lines(text) {
            if standard {
                replies.standard("FAIL", verb, code, &[], line);
            } else {
                say(replies, line);
            }
        }
    });
}

fn say(replies: &mut Replies<'_>, text: &str) {
    let nick = replies.nick().to_owned();
    replies.line("NOTICE", &[&nick, text]);
}

/// A text in lines that fit into messages.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    const LONGEST: usize = 300;
    text.split(['\r', '\n', '\0'])
        .flat_map(|mut rest| {
            std::iter::from_fn(move || {
                let (line, after) = rest.split_at(rest.floor_char_boundary(LONGEST));
                rest = after;
                (!line.is_empty()).then_some(line)
            })
        })
        .filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests;
