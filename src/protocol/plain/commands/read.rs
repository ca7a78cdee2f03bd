//! The arguments of each command.

use super::{Entry, Fault, Read, TABLE, clean, named};
use crate::chat::{Command, Departure, Key, Manner, Nick, OPERATOR, RoomName, Target, Text, Topic};
use crate::protocol::intake::Look;

pub(super) type Reading = Result<Read, Fault>;

/// The first word, and what stands behind it and one blank.
pub(super) fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(BLANK);
    text.split_once(BLANK).unwrap_or((text, ""))
}

pub(super) const BLANK: [char; 2] = [' ', '\t'];

/// The only word.
pub(super) fn only(arguments: &str) -> Result<&str, Fault> {
    match word(arguments) {
        ("", _) => Err(Fault::Usage),
        (word, rest) if rest.trim_matches(BLANK).is_empty() => Ok(word),
        _ => Err(Fault::Usage),
    }
}

fn text(arguments: &str) -> Result<Text, Fault> {
    optional_text(arguments)?.ok_or(Fault::Usage)
}

fn optional_text(arguments: &str) -> Result<Option<Text>, Fault> {
    if arguments.trim_matches(BLANK).is_empty() {
        return Ok(None);
    }
    Ok(Some(Text::parse(arguments)?))
}

/// A room in front, if there is one, and the rest.
pub(super) fn optional_room(arguments: &str) -> Result<(Option<RoomName>, &str), Fault> {
    let (first, rest) = word(arguments);
    if first.starts_with('#') {
        Ok((Some(RoomName::parse(first)?), rest))
    } else {
        Ok((None, arguments))
    }
}

pub(super) fn only_a_room(arguments: &str) -> Result<Option<RoomName>, Fault> {
    if arguments.trim_matches(BLANK).is_empty() {
        return Ok(None);
    }
    Ok(Some(RoomName::parse(only(arguments)?)?))
}

pub(super) fn nick(arguments: &str) -> Reading {
    Ok(Read::Command(Command::Nick(Nick::parse(only(arguments)?)?)))
}

pub(super) fn join(arguments: &str) -> Reading {
    let (room, key) = word(arguments);
    if room.is_empty() {
        return Err(Fault::Usage);
    }
    let room = RoomName::parse(room)?;
    let key = match key.trim_matches(BLANK) {
        "" => None,
        key => Some(self::key(key)?),
    };
    Ok(Read::Command(Command::Join(room, key)))
}

/// A room's key.
pub(super) fn key(text: &str) -> Result<Key, Fault> {
    Key::parse(text).ok_or_else(|| {
        let most = Key::MOST;
        Fault::Mode(format!(
            "a room's key has 1 to {most} bytes, no blank, no comma, and no colon in front"
        ))
    })
}

pub(super) fn kick(arguments: &str) -> Reading {
    let (room, rest) = optional_room(arguments)?;
    let (nick, reason) = word(rest);
    if nick.is_empty() {
        return Err(Fault::Usage);
    }
    let nick = Nick::parse(nick)?;
    let reason = optional_text(reason)?;
    Ok(Read::Command(Command::KickFrom(room, nick, reason)))
}

pub(super) fn invite(arguments: &str) -> Reading {
    let (nick, room) = word(arguments);
    if nick.is_empty() {
        return Err(Fault::Usage);
    }
    let nick = Nick::parse(nick)?;
    Ok(Read::Command(Command::Invite(nick, only_a_room(room)?)))
}

pub(super) fn knock(arguments: &str) -> Reading {
    let (room, text) = word(arguments);
    if room.is_empty() {
        return Err(Fault::Usage);
    }
    let room = RoomName::parse(room)?;
    Ok(Read::Command(Command::Knock(room, optional_text(text)?)))
}

pub(super) fn part(arguments: &str) -> Reading {
    let (room, reason) = optional_room(arguments)?;
    Ok(Read::Command(Command::Part(room, optional_text(reason)?)))
}

fn to(arguments: &str, manner: Manner) -> Reading {
    let (target, rest) = word(arguments);
    let text = text(rest)?;
    let to = if target.starts_with('#') {
        Target::Room(RoomName::parse(target)?)
    } else if target.eq_ignore_ascii_case(OPERATOR) {
        Target::Operator
    } else {
        Target::User(Nick::parse(target)?)
    };
    Ok(Read::Command(Command::Say {
        to,
        manner,
        text,
        tags: None,
    }))
}

pub(super) fn msg(arguments: &str) -> Reading {
    to(arguments, Manner::Message)
}

pub(super) fn notice(arguments: &str) -> Reading {
    to(arguments, Manner::Notice)
}

fn here(arguments: &str, manner: Manner) -> Reading {
    let text = text(arguments)?;
    let to = Target::Current;
    Ok(Read::Command(Command::Say {
        to,
        manner,
        text,
        tags: None,
    }))
}

pub(super) fn me(arguments: &str) -> Reading {
    here(arguments, Manner::Action)
}

pub(super) fn say(arguments: &str) -> Reading {
    here(arguments, Manner::Message)
}

pub(super) fn who(arguments: &str) -> Reading {
    Ok(Read::Command(Command::Who(only_a_room(arguments)?)))
}

pub(super) fn whois(arguments: &str) -> Reading {
    let nick = Nick::parse(only(arguments)?)?;
    Ok(Read::Command(Command::Whois(nick)))
}

/// Nothing more.
fn nothing(arguments: &str) -> Result<(), Fault> {
    match word(arguments) {
        ("", _) => Ok(()),
        _ => Err(Fault::Usage),
    }
}

/// How many of the latest messages; more than there may be is as many as there may be.
pub(super) fn history(arguments: &str) -> Reading {
    if arguments.trim_matches(BLANK).is_empty() {
        return Ok(Read::Look(Look::History(Look::USUAL)));
    }
    let count = only(arguments)?;
    if !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Usage);
    }
    match count.parse().unwrap_or(u32::MAX).min(Look::MOST) {
        0 => Err(Fault::Usage),
        count => Ok(Read::Look(Look::History(count))),
    }
}

pub(super) fn search(arguments: &str) -> Reading {
    let words = text(arguments.trim_matches(BLANK))?;
    Ok(Read::Look(Look::Search(words.as_str().into())))
}

pub(super) fn rooms(arguments: &str) -> Reading {
    nothing(arguments)?;
    Ok(Read::Command(Command::Rooms))
}

pub(super) fn topic(arguments: &str) -> Reading {
    let (room, text) = optional_room(arguments)?;
    Ok(Read::Command(match text.trim_matches(BLANK) {
        "" => Command::ShowTopic(room),
        "-" => Command::SetTopic(room, Topic::parse("")?),
        text => Command::SetTopic(room, Topic::parse(text)?),
    }))
}

pub(super) fn away(arguments: &str) -> Reading {
    Ok(Read::Command(Command::Away(optional_text(arguments)?)))
}

pub(super) fn back(arguments: &str) -> Reading {
    nothing(arguments)?;
    Ok(Read::Command(Command::Away(None)))
}

pub(super) fn quit(arguments: &str) -> Reading {
    let reason = optional_text(arguments)?;
    Ok(Read::Command(Command::Detach(Departure::Quit(reason))))
}

pub(super) fn help(arguments: &str) -> Reading {
    let mut out = Vec::new();
    let (word, _) = word(arguments);
    if word.is_empty() {
        line(
            "a line is said in the room you talk in; commands start with /, and // says a /",
            &mut out,
        );
        for entry in &TABLE {
            describe(entry, &mut out);
        }
        return Ok(Read::Help(out));
    }
    let word = word.trim_start_matches('/');
    let Some(entry) = named(word) else {
        return Err(Fault::NoSuchCommand(word.to_owned()));
    };
    describe(entry, &mut out);
    if !entry.aliases.is_empty() {
        let names: Vec<String> = entry
            .aliases
            .iter()
            .map(|name| format!("/{name}"))
            .collect();
        line(
            &format!("/{} is also {}", entry.name, names.join(" ")),
            &mut out,
        );
    }
    Ok(Read::Help(out))
}

fn describe(entry: &Entry, out: &mut Vec<u8>) {
    line(&format!("{}: {}", entry.usage(), entry.help), out);
}

fn line(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"-- ");
    clean::push(text, out);
    out.push(b'\n');
}
