//! Messages for programs (Modern IRC, "CTCP"): whether one goes to its target in one line, since in two it is none any more. Reads who
//! is there, and answers nothing.

use super::render::room_of;
use super::{Asker, World};
use crate::chat::{Manner, Target, Text};

/// By how many bytes the longest line of a message for programs is too long to be told to its target in one line; none: it is
/// not. Lines of an action are none of them: each part of one that is too long is an action again.
pub(super) fn excess(
    world: &World<'_>,
    asker: Asker<'_>,
    to: &Target,
    manner: Manner,
    text: &Text,
) -> Option<usize> {
    if manner == Manner::Action || !text.is_ctcp() {
        return None;
    }
    let framed = text.lines().filter(|line| line.starts_with('\u{1}'));
    let longest = framed.map(str::len).max()?;
    let command = match manner {
        Manner::Notice => "NOTICE",
        Manner::Message | Manner::Action => "PRIVMSG",
    };
    let room = room_of(&asker.user.identity(), command, length(world, to));
    longest.checked_sub(room + 1).map(|over| over + 1)
}

/// How many bytes of a line its target takes.
fn length(world: &World<'_>, to: &Target) -> usize {
    match to {
        // Also where all is told, since the room may have it told to its ops only (mode `U`).
        Target::Room(name) | Target::Ranked(_, name) => {
            let found = world.chat.room_by_name(name);
            1 + found.map_or(name, |(_, room)| &room.name).as_str().len()
        }
        Target::User(nick) => {
            let found = world.chat.user_by_nick(nick);
            found.map_or(nick, |(_, user)| &user.nick).as_str().len()
        }
        Target::Current | Target::Operator | Target::Client(_) => 0,
    }
}

#[cfg(test)]
mod tests;
