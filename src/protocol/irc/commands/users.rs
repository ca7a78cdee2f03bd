//! What a user says of itself: NICK, AWAY, SETNAME.

use super::Entry;
use super::accounts::has_own;
use super::answers::too_long;
use crate::chat::{Command, NameError, Nick, Text};
use crate::protocol::irc::targets::shown;
use crate::protocol::irc::{Asker, Capability, Message, Numeric, Reading, World, lengths};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "NICK",
        // A missing nick has a numeric of its own.
        least: 0,
        cost: 2,
        role: None,
        usage: "<nick>",
        help: "Takes another nick: 1 to 32 characters of one script, which no other user has and which looks like none that one has.",
        read: nick,
    },
    Entry {
        name: "AWAY",
        least: 0,
        cost: 2,
        role: None,
        usage: "[<message>]",
        help: "Says that one is away, and why; without a message: that one is back.",
        read: away,
    },
    Entry {
        name: "SETNAME",
        least: 0,
        cost: 2,
        role: None,
        usage: "<real name>",
        help: "Changes one's real name, as WHOIS shows it. For clients with setname.",
        read: setname,
    },
];

/// RFC 2812 section 3.1.2.
fn nick(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let given = message.params.first().copied().unwrap_or_default();
    match Nick::parse(given) {
        Ok(nick) if has_own(world, asker, &nick) => reading.ask(Command::Ghost(nick)),
        Ok(nick) => reading.ask(Command::Nick(nick)),
        Err(NameError::EmptyNick) => reading.tell(world, asker, |replies| {
            replies.numeric(Numeric::NoNicknameGiven, &[], "No nickname given");
        }),
        Err(error) => reading.tell(world, asker, |replies| {
            let text = format!("Erroneous nickname: {error}");
            replies.numeric(Numeric::ErroneousNickname, &[shown(given)], &text);
        }),
    }
}

/// RFC 2812 section 4.1. A message that nobody could see is none.
fn away(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let text = message.params.first().copied().unwrap_or_default();
    if text.len() > lengths::AWAY {
        let what = "The away message";
        return too_long(
            world,
            asker,
            reading,
            (what, text.len(), lengths::AWAY, "AWAYLEN"),
        );
    }
    reading.ask(Command::Away(Text::parse(text).ok()));
}

/// IRCv3 setname. Without the capability nothing is answered, whatever comes of it.
fn setname(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let text = message.params.first().copied().unwrap_or_default();
    let is_short = text.len() <= lengths::REALNAME;
    match Text::parse(text) {
        Ok(realname) if is_short => reading.ask(Command::SetRealname(realname)),
        _ if !Capability::SetName.is_in(asker.client.capabilities) => {}
        _ => reading.tell(world, asker, |replies| {
            let text = format!(
                "Realname is not valid: it has 1 to {} bytes (NAMELEN)",
                lengths::REALNAME
            );
            replies.standard("FAIL", "SETNAME", "INVALID_REALNAME", &[], &text);
        }),
    }
}

#[cfg(test)]
mod tests;
