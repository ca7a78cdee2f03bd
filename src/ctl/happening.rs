//! One happening as one line for a person. It escapes all that others wrote, and keeps no state.

use jiff::tz::TimeZone;

use crate::admin::Happening;
use crate::chat::{OPERATOR, strip_formatting};

use super::clients::local;
use super::escape::escape;

#[cfg(test)]
mod tests;

/// The line, without its end; none for the one that only says that the stream stands.
pub(crate) fn line(happening: &Happening, zone: &TimeZone) -> Option<String> {
    let what = match happening.kind.as_str() {
        "watching" => return None,
        "gap" => return Some(gap(happening.missing.unwrap_or(0))),
        "message" => message(happening),
        kind => news(kind, happening),
    };
    Some(format!(
        "{} {what}",
        escape(&local(&happening.at, "%H:%M:%S", zone))
    ))
}

fn gap(missing: u64) -> String {
    format!(
        "... {missing} {} missed",
        if missing == 1 {
            "happening"
        } else {
            "happenings"
        }
    )
}

fn news(kind: &str, happening: &Happening) -> String {
    let nick = nick(happening);
    let id = happening
        .id
        .map(|id| format!(" ({id})"))
        .unwrap_or_default();
    let room = escape(happening.room.as_deref().unwrap_or("?"));
    let text = happening.text.as_deref().filter(|text| !text.is_empty());
    let text = text.map(strip_formatting);
    let text = text.as_deref().map(escape);
    let because = text
        .as_ref()
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    match kind {
        "connected" => format!(
            "+ {nick}{id} from {}",
            escape(happening.address.as_deref().unwrap_or("?"))
        ),
        "gone" => format!("- {nick}{id} gone{because}"),
        "joined" => format!("{nick} joined {room}"),
        "parted" => format!("{nick} left {room}{because}"),
        "renamed" => format!(
            "{} is now {nick}",
            escape(happening.old_nick.as_deref().unwrap_or("?"))
        ),
        "topic" => match text {
            Some(text) => format!("{nick} set the topic of {room}: {text}"),
            None => format!("{nick} took away the topic of {room}"),
        },
        "kicked" => format!(
            "{nick} kicked {} from {room}{because}",
            escape(happening.to.as_deref().unwrap_or("?"))
        ),
        "modes" => format!("{nick} set {} in {room}", text.unwrap_or_default()),
        "renamed_room" => format!(
            "{nick} renamed {} to {room}",
            escape(happening.old_room.as_deref().unwrap_or("?"))
        ),
        // A newer daemon may know more kinds.
        other => format!("{} {nick}{id}{because}", escape(other)),
    }
}

fn message(happening: &Happening) -> String {
    let nick = nick(happening);
    let text = strip_formatting(happening.text.as_deref().unwrap_or_default());
    let text = escape(&text);
    let manner = happening.manner.as_deref().unwrap_or("message");
    if let Some(room) = &happening.room {
        let room = match &happening.rank {
            Some(rank) => format!("{}({})", escape(room), escape(rank)),
            None => escape(room).into_owned(),
        };
        return match manner {
            "action" => format!("{room} * {nick} {text}"),
            "notice" => format!("{room} -{nick}- {text}"),
            _ => format!("{room} <{nick}> {text}"),
        };
    }
    let to = escape(happening.to.as_deref().unwrap_or(OPERATOR));
    match manner {
        "action" => format!("{nick} -> {to}: * {nick} {text}"),
        "notice" => format!("{nick} -> {to}: -{nick}- {text}"),
        _ => format!("{nick} -> {to}: {text}"),
    }
}

fn nick(happening: &Happening) -> std::borrow::Cow<'_, str> {
    escape(happening.nick.as_deref().unwrap_or("?"))
}
