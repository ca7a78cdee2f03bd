//! Questions about the server, and what keeps a connection: MOTD, LUSERS, VERSION, PING, CAP, QUIT. Changes nothing but what the
//! client itself has negotiated.

mod about;
mod help;
mod stats;
mod target;

pub(super) use target::is_ours as is_this;
#[cfg(test)]
mod tests;

use super::super::isupport::isupport;
use super::super::lengths::clip;
use super::super::negotiation::{Negotiated, Offer, negotiate};
use super::super::{Asker, Message, Numeric, Reading, Replies, Server, Step, World};
use super::Entry;
use crate::chat::{Command, Departure, Text};

/// A row of the table that everybody may give.
const fn entry(
    name: &'static str,
    least: usize,
    cost: u32,
    usage: &'static str,
    help: &'static str,
    read: fn(&World<'_>, Asker<'_>, &Message<'_>, &mut Reading),
) -> Entry {
    Entry {
        name,
        least,
        cost,
        role: None,
        usage,
        help,
        read,
    }
}

pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "ADMIN",
        0,
        1,
        "[SERVER]",
        "Shows who runs the server, where it is, and how to reach them.",
        about::admin,
    ),
    entry(
        "CAP",
        1,
        1,
        "LS [302] | LIST | REQ :CAPABILITIES | END",
        "Negotiates what your client understands (IRCv3). Clients do this by themselves.\n\
         LS lists what there is, LIST what you have; REQ asks for some, or with - before a name gives it up.",
        cap,
    ),
    entry(
        "ERROR",
        0,
        1,
        ":REASON",
        "For servers. From a client it is ignored.",
        ignore,
    ),
    entry(
        "HELP",
        0,
        2,
        "[COMMAND]",
        "Lists the commands that you may give, or shows how to give one and what it does.",
        help::help,
    ),
    entry("HELPOP", 0, 2, "[COMMAND]", "The same as HELP.", help::help),
    entry(
        "INFO",
        0,
        2,
        "[SERVER]",
        "Says what software this is and since when it runs.",
        about::about,
    ),
    entry(
        "ISUPPORT",
        0,
        1,
        "",
        "Shows what the server supports, and its limits, as 005 after registration does.",
        supports,
    ),
    entry(
        "LINKS",
        0,
        1,
        "[[SERVER] MASK]",
        "Lists the servers: there is this one.",
        about::links,
    ),
    entry(
        "LUSERS",
        0,
        2,
        "[MASK [SERVER]]",
        "Shows how many users, operators, connections and rooms there are.",
        about::lusers,
    ),
    entry(
        "MAP",
        0,
        1,
        "",
        "Shows how the servers are connected: there is this one.",
        about::map,
    ),
    entry(
        "MOTD",
        0,
        3,
        "[SERVER]",
        "Shows the message of the day.",
        about::motd,
    ),
    entry(
        "PASS",
        0,
        1,
        "PASSWORD",
        "Gives the server's password, before NICK and USER. Afterwards it is refused.",
        registered,
    ),
    entry(
        "PING",
        0,
        1,
        "TOKEN",
        "Asks for a PONG with the same token.",
        ping,
    ),
    entry(
        "PONG",
        0,
        1,
        "TOKEN",
        "Answers a PING of the server. Clients do this by themselves.",
        ignore,
    ),
    entry(
        "QUIT",
        0,
        1,
        "[:REASON]",
        "Ends your connection; others are told the reason.",
        quit,
    ),
    entry("STATS", 1, 2, "LETTER [SERVER]", stats::HELP, stats::stats),
    entry(
        "SUMMON",
        0,
        1,
        "USER",
        "Calls a user of the server's machine. It is switched off.",
        about::summon,
    ),
    entry(
        "TIME",
        0,
        1,
        "[SERVER]",
        "Shows the server's time, in UTC.",
        about::time,
    ),
    entry(
        "USER",
        0,
        1,
        "NAME 0 * :REAL NAME",
        "Says who you are, when you connect. Afterwards it is refused; SETNAME changes a real name.",
        registered,
    ),
    entry(
        "USERS",
        0,
        1,
        "[SERVER]",
        "Lists users of the server's machine. It is switched off.",
        about::users,
    ),
    entry(
        "VERSION",
        0,
        2,
        "[SERVER]",
        "Shows the server's version and what it supports.",
        about::version,
    ),
];

/// The answer to PING, before registration and after it: the same token, or 409 without one (Modern IRC, "PING message").
pub(in super::super) fn pong(server: &Server, params: &[&str], replies: &mut Replies<'_>) {
    let Some(token) = params.first().filter(|token| !token.is_empty()) else {
        replies.numeric(Numeric::NoOrigin, &[], "No origin specified; PING TOKEN");
        return;
    };
    // ":SERVER PONG SERVER :TOKEN" is one line too.
    let head = 1 + server.name.len() + " PONG ".len() + server.name.len() + " :".len();
    if head + token.len() > 510 {
        let text = "Input line was too long: so long a token cannot be answered";
        replies.numeric(Numeric::InputTooLong, &[], text);
        return;
    }
    replies.trailing("PONG", &[&server.name], token);
}

fn ping(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        pong(world.server, &message.params, replies);
    });
}

fn ignore(_: &World<'_>, _: Asker<'_>, _: &Message<'_>, _: &mut Reading) {}

fn quit(_: &World<'_>, _: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let reason = message
        .params
        .first()
        .and_then(|reason| Text::parse(reason).ok());
    reading.steps.push(Step::Leave(Departure::Quit(reason)));
}

fn registered(world: &World<'_>, asker: Asker<'_>, _: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let text = "You may not reregister";
        replies.numeric(Numeric::AlreadyRegistered, &[], text);
    });
}

/// The client has what it asked for once it has been told so, never before.
fn cap(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let offer = Offer::to(world.server, asker.client.tls.as_deref());
    let held = asker.client.capabilities;
    let mut now = held;
    reading.tell(world, asker, |replies| {
        let Negotiated { capabilities, .. } = negotiate(offer, held, &message.params, replies);
        now = capabilities;
    });
    if now != held {
        reading.ask(Command::Negotiate(now));
    }
}

fn supports(world: &World<'_>, asker: Asker<'_>, _: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        isupport(
            world.chat.policy(),
            world.server,
            asker.client.capabilities,
            replies,
        );
    });
}

/// Whether the server is meant that a parameter names, if there is one; else the answer is 402.
fn is_ours(
    world: &World<'_>,
    asker: Asker<'_>,
    named: Option<&&str>,
    reading: &mut Reading,
) -> bool {
    let ours = named.is_none_or(|named| target::is_ours(world, named));
    if let (false, Some(named)) = (ours, named) {
        reading.tell(world, asker, |replies| {
            let text = format!("No such server; this one is {}", world.server.name);
            replies.numeric(Numeric::NoSuchServer, &[clip(named, 96)], &text);
        });
    }
    ours
}
