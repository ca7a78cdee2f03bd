//! A message of the history: as lines for a person, as an object for programs. It escapes all that others wrote.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::admin::Message;
use crate::chat::strip_formatting;

use super::clients::local;
use super::escape::escape;

#[cfg(test)]
mod tests;

/// Its further lines begin below who says them, so that none looks like a message of its own.
const INDENT: &str = "                    ";

/// The message as a program reads it: all fields, `null` where there is nothing.
#[derive(Serialize)]
pub(crate) struct Object<'a> {
    id: &'a str,
    time: &'a str,
    room: Option<&'a str>,
    to: Option<&'a str>,
    rank: Option<&'a str>,
    nick: &'a str,
    username: Option<&'a str>,
    host: Option<&'a str>,
    account: Option<&'a str>,
    manner: &'a str,
    text: Option<&'a str>,
    tags: Option<&'a str>,
}

/// The message for a program.
pub(crate) fn object(message: &Message) -> Object<'_> {
    Object {
        id: &message.id,
        time: &message.time,
        room: message.room.as_deref(),
        to: message.to.as_deref(),
        rank: message.rank.as_deref(),
        nick: &message.nick,
        username: message.username.as_deref(),
        host: message.host.as_deref(),
        account: message.account.as_deref(),
        manner: &message.manner,
        text: message.text.as_deref(),
        tags: message.tags.as_deref(),
    }
}

/// The message for a person, at least one line: `2026-11-23 10:02:03 <nick> text`.
pub(crate) fn lines(message: &Message, ids: bool, zone: &TimeZone) -> Vec<String> {
    let time = local(&message.time, "%Y-%m-%d %H:%M:%S", zone);
    let mut head = escape(&time).into_owned();
    if ids {
        head = format!("{head} {}", escape(&message.id));
    }
    if let Some(rank) = &message.rank {
        head = format!("{head} ({})", escape(rank));
    }
    let nick = escape(&message.nick);
    let head = match message.manner.as_str() {
        "action" => format!("{head} * {nick}"),
        "notice" => format!("{head} -{nick}-"),
        _ => format!("{head} <{nick}>"),
    };
    let Some(text) = &message.text else {
        return vec![format!("{head} (taken back)")];
    };
    let mut said = text.split('\n').map(|line| {
        let line = strip_formatting(line);
        escape(&line).into_owned()
    });
    let first = said.next().unwrap_or_default();
    let mut lines = vec![format!("{head} {first}")];
    lines.extend(said.map(|line| format!("{INDENT}{line}")));
    lines
}
