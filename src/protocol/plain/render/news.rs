//! News of what others do, as lines that start with `*** `.

use crate::chat::{ModeChange, Nick, Place, RoomName, Speaker, Text};
use crate::protocol::plain::line::Line;

/// `*** alice kicked bob from #tea (reason)`
pub(super) fn kicked(
    by: &Speaker,
    nick: &Nick,
    name: &RoomName,
    reason: Option<&Text>,
    line: &mut Line<'_>,
) {
    line.raw("*** ").raw(by.name()).raw(" kicked ");
    line.raw(nick.as_str()).raw(" from ").raw(name.as_str());
    line.reason(" (", reason, ")").end();
}

/// `*** alice sets +o bob in #tea`; `*** The server sets +o bob in #tea`
pub(super) fn modes(
    by: Option<&Speaker>,
    name: &RoomName,
    changes: &[ModeChange],
    line: &mut Line<'_>,
) {
    let by = by.map_or("The server", Speaker::name);
    line.raw("*** ").raw(by).raw(" sets ");
    letters(changes, line);
    line.raw(" in ").raw(name.as_str()).end();
}

/// The letters with their signs, then their parameters: `+ko-v key bob carol`.
pub(super) fn letters(changes: &[ModeChange], line: &mut Line<'_>) {
    let mut sign = None;
    for change in changes {
        let (letter, on, _) = change.parts();
        if sign != Some(on) {
            sign = Some(on);
            line.raw(if on { "+" } else { "-" });
        }
        line.raw(letter.encode_utf8(&mut [0; 4]));
    }
    for change in changes {
        if let (_, _, Some(parameter)) = change.parts() {
            line.raw(" ").text(&parameter);
        }
    }
}

/// `*** alice renamed #tea to #coffee (reason)`
pub(super) fn room_renamed(
    by: &Speaker,
    old: &RoomName,
    new: &RoomName,
    reason: Option<&Text>,
    line: &mut Line<'_>,
) {
    line.raw("*** ").raw(by.name()).raw(" renamed ");
    line.raw(old.as_str()).raw(" to ").raw(new.as_str());
    line.reason(" (", reason, ")").end();
}

/// `*** alice took back a message in #tea (reason)`: plain clients know no messages by their ids.
pub(super) fn redacted(by: &Speaker, place: &Place, reason: Option<&Text>, line: &mut Line<'_>) {
    line.raw("*** ").raw(by.name()).raw(" took back a message");
    match place {
        Place::Room(_, name) | Place::Ranked(_, _, name) => line.raw(" in ").raw(name.as_str()),
        Place::Private(_) => line.raw(" to you"),
        Place::Operator => line.raw(" to the operator"),
    };
    line.reason(" (", reason, ")").end();
}

/// `*** alice invites bob to #tea`
pub(super) fn invited(by: &Speaker, nick: &Nick, name: &RoomName, line: &mut Line<'_>) {
    line.raw("*** ").raw(by.name()).raw(" invites ");
    line.raw(nick.as_str()).raw(" to ").raw(name.as_str()).end();
}

/// `*** carol asks to be let into #tea (reason); /invite carol #tea`
pub(super) fn knocked(nick: &Nick, name: &RoomName, text: Option<&Text>, line: &mut Line<'_>) {
    let (nick, name) = (nick.as_str(), name.as_str());
    line.raw("*** ").raw(nick).raw(" asks to be let into ");
    line.raw(name).reason(" (", text, ")");
    line.raw("; /invite ").raw(nick).raw(" ").raw(name).end();
}

/// `*** alice to all: text`
pub(super) fn to_all(from: &Speaker, text: &Text, line: &mut Line<'_>) {
    for words in text.lines().filter(|words| !words.is_empty()) {
        line.raw("*** ").raw(from.name()).raw(" to all: ");
        line.text(words).end();
    }
}

/// `*** text`
pub(super) fn from_server(text: &Text, line: &mut Line<'_>) {
    for words in text.lines().filter(|words| !words.is_empty()) {
        line.raw("*** ").text(words).end();
    }
}
