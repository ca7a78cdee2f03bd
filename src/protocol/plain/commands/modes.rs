//! Changes of a room's modes: letters as on IRC, and commands for the most common of them.

use super::read::{BLANK, Reading, key, only, optional_room};
use super::{Fault, Read};
use crate::chat::{Command, ListKind, Mask, ModeChange, Nick, Rank, RoomFlag, RoomName};

/// The most changes in one command.
const MOST: usize = 20;

fn set(room: Option<RoomName>, changes: Vec<ModeChange>) -> Read {
    Read::Command(Command::SetModes(room, changes))
}

/// `[#ROOM] [CHANGES]`
pub(super) fn mode(arguments: &str) -> Reading {
    let (room, rest) = optional_room(arguments)?;
    let mut words = rest.split(BLANK).filter(|word| !word.is_empty());
    let Some(letters) = words.next() else {
        return Ok(Read::Command(Command::ShowModes(room)));
    };
    if let Some(right) = turned_round(rest) {
        let room = room.map(|room| format!("{room} ")).unwrap_or_default();
        let why = format!("the letters come first: /mode {room}{right}");
        return Err(Fault::Mode(why));
    }
    let mut on = true;
    let mut changes = Vec::new();
    for letter in letters.chars() {
        match letter {
            '+' => on = true,
            '-' => on = false,
            letter => changes.push(change(letter, on, &mut words)?),
        }
    }
    let left = words.next();
    if changes.is_empty() || left.is_some() {
        return Err(Fault::Usage);
    }
    if changes.len() > MOST {
        let found = changes.len();
        let why = format!("{found} changes are more than the {MOST} that one command takes");
        return Err(Fault::Mode(why));
    }
    Ok(set(room, changes))
}

/// The right order of a nick and the rank that it is given after it: `+o bob` of `bob +o`.
fn turned_round(words: &str) -> Option<String> {
    let mut words = words.split(BLANK).filter(|word| !word.is_empty());
    let (Some(nick), Some(letters), None) = (words.next(), words.next(), words.next()) else {
        return None;
    };
    let mut letter = letters.strip_prefix(['+', '-'])?.chars();
    Rank::of_letter(letter.next()?).filter(|_| letter.next().is_none())?;
    let nick = Nick::parse(nick).ok()?;
    Some(format!("{letters} {nick}"))
}

/// The change that a letter means, with its parameter from the words after the letters.
fn change<'a>(
    letter: char,
    on: bool,
    words: &mut impl Iterator<Item = &'a str>,
) -> Result<ModeChange, Fault> {
    let sign = if on { '+' } else { '-' };
    let mut parameter = |what: &str| {
        let needs = format!("{sign}{letter} needs {what} after the letters");
        words.next().ok_or(Fault::Mode(needs))
    };
    if let Some(rank) = Rank::of_letter(letter) {
        let nick = Nick::parse(parameter("a nick")?)?;
        return Ok(ModeChange::Rank(rank, nick, on));
    }
    if let Some(list) = ListKind::of_letter(letter) {
        let mask = mask(parameter("a mask such as bob or *!*@192.0.2.1")?)?;
        return Ok(ModeChange::List(list, mask, on));
    }
    if let Some(flag) = RoomFlag::of_letter(letter) {
        return Ok(ModeChange::Flag(flag, on));
    }
    Ok(match letter {
        'k' if on => ModeChange::Key(Some(key(parameter("a key")?)?)),
        'l' if on => {
            let word = parameter("a number of users")?;
            let limit = word.parse().ok().filter(|limit| *limit > 0);
            let why = || Fault::Mode("+l needs a number of users, such as 50".into());
            ModeChange::Limit(Some(limit.ok_or_else(why)?))
        }
        'f' if on => ModeChange::Forward(Some(RoomName::parse(parameter("a room")?)?)),
        'k' => {
            // People who know IRC name the key that they take away.
            let _ = words.next();
            ModeChange::Key(None)
        }
        'l' => ModeChange::Limit(None),
        'f' => ModeChange::Forward(None),
        letter => {
            let flags: String = RoomFlag::ALL.iter().map(|flag| flag.letter()).collect();
            let why = format!("there is no mode {letter}; there are qaohv, beI, kfl and {flags}");
            return Err(Fault::Mode(why));
        }
    })
}

fn mask(text: &str) -> Result<Mask, Fault> {
    Mask::parse(text).ok_or_else(|| {
        let most = Mask::MOST;
        Fault::Mode(format!(
            "a mask is a nick, nick!user@host, ~a:account, ~r:realname or ~m: and a mask, with * and ?, at most {most} bytes"
        ))
    })
}

fn ban_or_not(arguments: &str, on: bool) -> Reading {
    let (room, rest) = optional_room(arguments)?;
    let mask = mask(only(rest)?)?;
    Ok(set(room, vec![ModeChange::List(ListKind::Ban, mask, on)]))
}

pub(super) fn ban(arguments: &str) -> Reading {
    ban_or_not(arguments, true)
}

pub(super) fn unban(arguments: &str) -> Reading {
    ban_or_not(arguments, false)
}

fn rank(arguments: &str, rank: Rank, on: bool) -> Reading {
    let (room, rest) = optional_room(arguments)?;
    let nick = Nick::parse(only(rest)?)?;
    Ok(set(room, vec![ModeChange::Rank(rank, nick, on)]))
}

pub(super) fn op(arguments: &str) -> Reading {
    rank(arguments, Rank::Op, true)
}

pub(super) fn deop(arguments: &str) -> Reading {
    rank(arguments, Rank::Op, false)
}

pub(super) fn voice(arguments: &str) -> Reading {
    rank(arguments, Rank::Voice, true)
}

pub(super) fn devoice(arguments: &str) -> Reading {
    rank(arguments, Rank::Voice, false)
}

#[cfg(test)]
mod tests;
