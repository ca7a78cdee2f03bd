//! What a message takes of the flood rate, by its command. Only looks: whether the command may be given is not its matter.

use std::cmp::Ordering;

use memchr::memchr_iter;

use super::Message;

/// A command that takes more than 1, or 1 for each of a list.
struct Cost {
    command: &'static str,
    /// What it takes with one target.
    base: u32,
    /// Which parameter, from 0, is a list of targets; each after the first takes 1 more.
    list: Option<usize>,
}

const fn cost_of(command: &'static str, base: u32, list: Option<usize>) -> Cost {
    Cost {
        command,
        base,
        list,
    }
}

/// By command, sorted. What is not here takes 1.
static COSTS: [Cost; 29] = [
    cost_of("AUTHENTICATE", 2, None),
    cost_of("AWAY", 2, None),
    cost_of("HELP", 2, None),
    cost_of("HELPOP", 2, None),
    cost_of("INFO", 2, None),
    cost_of("INVITE", 2, None),
    cost_of("JOIN", 2, Some(0)),
    cost_of("KICK", 1, Some(1)),
    cost_of("KNOCK", 2, None),
    cost_of("LIST", 4, None),
    cost_of("LUSERS", 2, None),
    cost_of("MONITOR", 2, None),
    cost_of("MOTD", 3, None),
    cost_of("NAMES", 2, Some(0)),
    cost_of("NICK", 2, None),
    cost_of("NOTICE", 1, Some(0)),
    // A password is hashed.
    cost_of("OPER", 4, None),
    cost_of("PART", 1, Some(0)),
    cost_of("PRIVMSG", 1, Some(0)),
    cost_of("REDACT", 2, None),
    cost_of("RENAME", 4, None),
    cost_of("SETNAME", 2, None),
    cost_of("STATS", 2, None),
    cost_of("TAGMSG", 1, Some(0)),
    cost_of("VERSION", 2, None),
    cost_of("WALLOPS", 2, None),
    cost_of("WHO", 3, None),
    cost_of("WHOIS", 2, Some(0)),
    cost_of("WHOWAS", 2, Some(0)),
];

/// What a message, as [`Line::Whole`](super::Line::Whole) has it, takes of the flood rate: 1, more for a command that means
/// more work or reaches more people, and 1 for each further target of a list.
pub fn cost(line: &str) -> u32 {
    let Ok(message) = Message::parse(line) else {
        return 1;
    };
    let Ok(place) = COSTS.binary_search_by(|cost| compare(cost.command, message.command)) else {
        return 1;
    };
    let found = &COSTS[place];
    let list = found.list.and_then(|n| message.params.get(n));
    let further = list.map_or(0, |list| memchr_iter(b',', list.as_bytes()).count());
    // A line has room for a few hundred.
    found.base + u32::try_from(further).unwrap_or(u32::MAX / 2)
}

/// The order of a command of the table and one as it was written.
fn compare(command: &str, written: &str) -> Ordering {
    let written = written.bytes().map(|b| b.to_ascii_uppercase());
    command.bytes().cmp(written)
}

#[cfg(test)]
mod tests;
