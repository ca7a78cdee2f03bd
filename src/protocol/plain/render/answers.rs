//! What one alone is told, as lines that start with `-- `: what one's own commands brought, and what others do to oneself.

use super::news::letters;
use crate::chat::{Identity, ModeChange, Nick, Role, RoomName, Speaker, Talks, Text, Topic};
use crate::protocol::plain::line::Line;
use crate::protocol::plain::lists::topic_of;

/// Ends a line with where one talks now.
pub(super) fn now_in(talks: &Talks, line: &mut Line<'_>) {
    match talks {
        Talks::In(current) => line.raw("; you talk in ").raw(current.as_str()).end(),
        Talks::Nowhere(room) => {
            line.raw("; you talk in no room now: /join ");
            line.raw(room.as_str()).raw(" goes on there").end();
        }
        Talks::InNoRoom => line.raw("; you are in no room").end(),
    }
}

/// `-- You are in #tea with 1 other`, and where one talks if that is not there
pub(super) fn entered(
    name: &RoomName,
    others: u32,
    topic: Option<&Topic>,
    talks: &Talks,
    line: &mut Line<'_>,
) {
    line.raw("-- You are in ").raw(name.as_str()).raw(" with ");
    line.others(others);
    match talks {
        Talks::In(current) if current == name => line.end(),
        elsewhere => now_in(elsewhere, line),
    }
    if let Some(topic) = topic {
        topic_of(name, topic, line);
        line.end();
    }
}

/// `-- alice kicked you from #tea (reason); you talk in no room now: /join #lobby goes on there`
pub(super) fn kicked(
    by: &Speaker,
    name: &RoomName,
    reason: Option<&Text>,
    talks: &Talks,
    line: &mut Line<'_>,
) {
    line.raw("-- ").raw(by.name()).raw(" kicked you from ");
    line.raw(name.as_str()).reason(" (", reason, ")");
    now_in(talks, line);
}

/// `-- alice invites you to #tea; /join #tea`
pub(super) fn invited(by: &Speaker, name: &RoomName, line: &mut Line<'_>) {
    let name = name.as_str();
    line.raw("-- ").raw(by.name()).raw(" invites you to ");
    line.raw(name).raw("; /join ").raw(name).end();
}

/// `-- You invited bob to #tea`
pub(super) fn invite_sent(nick: &Nick, name: &RoomName, away: Option<&Text>, line: &mut Line<'_>) {
    line.raw("-- You invited ").raw(nick.as_str());
    line.raw(" to ").raw(name.as_str()).end();
    if let Some(away) = away {
        they_are_away(nick, away, line);
    }
}

/// `-- bob is away: text`
pub(super) fn they_are_away(nick: &Nick, away: &Text, line: &mut Line<'_>) {
    line.raw("-- ").raw(nick.as_str()).raw(" is away: ");
    line.text(away.as_str()).end();
}

/// `-- You asked to be let into #tea`
pub(super) fn knock_sent(name: &RoomName, line: &mut Line<'_>) {
    line.raw("-- You asked to be let into ")
        .raw(name.as_str())
        .end();
}

/// `-- You may not enter #a; you are let into #b instead`
pub(super) fn forwarded(from: &RoomName, to: &RoomName, line: &mut Line<'_>) {
    line.raw("-- You may not enter ").raw(from.as_str());
    line.raw("; you are let into ").raw(to.as_str());
    line.raw(" instead").end();
}

/// `-- Modes of #tea: +klnt sesame 12`
pub(super) fn modes(name: &RoomName, modes: &[ModeChange], line: &mut Line<'_>) {
    if modes.is_empty() {
        return line
            .raw("-- ")
            .raw(name.as_str())
            .raw(" has no modes")
            .end();
    }
    line.raw("-- Modes of ").raw(name.as_str()).raw(": ");
    letters(modes, line);
    line.end();
}

/// `-- You are an operator (moderator)`
pub(super) fn operator(role: Role, line: &mut Line<'_>) {
    line.raw("-- You are an operator (").raw(role.as_str());
    line.raw(")").end();
}

/// `-- You are logged in as alice`
pub(super) fn account(who: &Identity, line: &mut Line<'_>) {
    match &who.account {
        Some(account) => line.raw("-- You are logged in as ").text(&account.0).end(),
        None => line.raw("-- You are not logged in any more").end(),
    }
}
