//! What a message takes of the flood rate, by its command. Only looks: whether the command may be given is not its matter.

use memchr::memchr_iter;

use super::{Message, commands};

/// Commands that take 1 more for each target after the first, and which of their parameters, from 0, is the list of them.
const LISTS: [(&str, usize); 9] = [
    ("JOIN", 0),
    ("KICK", 1),
    ("NAMES", 0),
    ("NOTICE", 0),
    ("PART", 0),
    ("PRIVMSG", 0),
    ("TAGMSG", 0),
    ("WHOIS", 0),
    ("WHOWAS", 0),
];

/// What a message, as [`Line::Whole`](super::Line::Whole) has it, takes of the flood rate: what the table of commands says, 1 where
/// there is no such command, and 1 for each further target of a list.
pub fn cost(line: &str) -> u32 {
    let Ok(message) = Message::parse(line) else {
        return 1;
    };
    let Some(entry) = commands::named(message.command) else {
        return 1;
    };
    let list = LISTS.iter().find(|(name, _)| *name == entry.name);
    let list = list.and_then(|(_, place)| message.params.get(*place));
    let further = list.map_or(0, |list| memchr_iter(b',', list.as_bytes()).count());
    // A line has room for a few hundred.
    entry.cost + u32::try_from(further).unwrap_or(u32::MAX / 2)
}

#[cfg(test)]
mod tests;
