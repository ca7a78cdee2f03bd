//! Events as lines. The grammar is stable; scripts rely on it.
//!
//! | line | what |
//! | --- | --- |
//! | `<nick> text` | said in the current room |
//! | `#room <nick> text` | said in another room |
//! | `#room(@) <nick> text` | said in a room to those who have this rank or a higher one |
//! | `@you <nick> text` | said to this client alone |
//! | `@you <*operator> text`, `#room <*operator> text` | said by the operator |
//! | `* nick text`, `#room * nick text`, `@you * nick text` | an action |
//! | `-nick- text` in the place of `<nick> text` | a notice |
//! | `[2026-11-23 10:02:03Z] ` and one of these | said before, at that time (UTC), in the current room |
//! | `*** text` | news |
//! | `-- text` | an answer to a command |
//! | `! code: text` | an error, or why the connection ends |

mod answers;
mod news;
mod owning;

use super::line::Line;
use super::lists::{list, topic_of, user, who};
use super::{answer, welcome};
use crate::chat::{
    Departure, Event, Manner, Nick, OPERATOR, Place, Rank, Speaker, Text, Timestamp,
};

/// Appends an event as lines, each with its end. `here`: the recipient's current room is the event's room. Takes no memory but
/// in `out`.
#[allow(clippy::too_many_lines, reason = "one arm for each event: a table")]
pub fn render(event: &Event, here: bool, out: &mut Vec<u8>) {
    let line = &mut Line(out);
    match event {
        Event::Welcome {
            greeting,
            nick,
            name,
            others,
            topic,
            news,
            ..
        } => {
            let topic = topic.as_ref().filter(|_| *news);
            welcome::render(
                greeting,
                news.then_some((nick, name, *others)),
                topic,
                line.0,
            );
        }
        Event::Said {
            from,
            place,
            manner,
            text,
            ..
        } => said(from, place, *manner, text, here, line),
        Event::KickedFrom {
            by,
            who,
            name,
            reason,
            ..
        } => news::kicked(by, &who.nick, name, reason.as_ref(), line),
        Event::ModesChanged {
            by, name, changes, ..
        } => news::modes(by.as_ref(), name, changes, line),
        Event::RoomRenamed {
            by,
            old,
            new,
            reason,
            ..
        } => news::room_renamed(by, old, new, reason.as_ref(), line),
        Event::Redacted {
            by, place, reason, ..
        } => news::redacted(by, place, reason.as_ref(), line),
        Event::InvitedOther { by, nick, name, .. } => news::invited(by, nick, name, line),
        Event::Knocked {
            who, name, text, ..
        } => news::knocked(&who.nick, name, text.as_ref(), line),
        Event::Wallops { from, text } => news::to_all(from, text, line),
        Event::ServerNotice { text } => news::from_server(text, line),
        Event::Invited { by, name, .. } => answers::invited(by, name, line),
        Event::InviteSent { nick, name, away } => {
            answers::invite_sent(nick, name, away.as_ref(), line);
        }
        Event::KnockSent { name } => answers::knock_sent(name, line),
        Event::YouWereKickedFrom {
            by,
            name,
            reason,
            talks,
            ..
        } => answers::kicked(by, name, reason.as_ref(), talks, line),
        Event::YouAreForwarded { from, to } => answers::forwarded(from, to, line),
        Event::ModesAre { name, modes } => answers::modes(name, modes, line),
        Event::YouAreOperator { role } => answers::operator(*role, line),
        Event::YouAreLoggedIn { who } => answers::account(who, line),
        Event::OwnerIs {
            name,
            founder,
            since,
        } => owning::owner(name, founder.as_ref(), *since, line),
        Event::AccessIs { name, access } => owning::access(name, access, line),
        Event::Owned { name, what } => owning::done(name, what, line),
        Event::Refused(why) => answer::refusal(why, line.0),
        Event::Joined { who, name, .. } => {
            line.raw("*** ")
                .raw(who.nick.as_str())
                .raw(" joined ")
                .raw(name.as_str())
                .end();
        }
        Event::Parted {
            who, name, reason, ..
        } => {
            line.raw("*** ")
                .raw(who.nick.as_str())
                .raw(" left ")
                .raw(name.as_str());
            line.reason(" (", reason.as_ref(), ")").end();
        }
        Event::Gone { who, how } => gone(&who.nick, how, line),
        Event::Renamed { who, new } => {
            line.raw("*** ")
                .raw(who.nick.as_str())
                .raw(" is now ")
                .raw(new.as_str())
                .end();
        }
        Event::TopicChanged {
            by, name, topic, ..
        } => {
            line.raw("*** ").raw(by.name());
            let did = if topic.is_empty() {
                " took away the topic of "
            } else {
                " set the topic of "
            };
            line.raw(did).raw(name.as_str());
            if !topic.is_empty() {
                line.raw(": ").text(topic.as_str());
            }
            line.end();
        }
        Event::YouAre { nick, .. } => line.raw("-- You are ").raw(nick.as_str()).end(),
        Event::YouEntered {
            name,
            others,
            topic,
            talks,
            ..
        } => answers::entered(name, *others, topic.as_ref(), talks, line),
        Event::YouTalkIn { name, .. } => line.raw("-- You talk in ").raw(name.as_str()).end(),
        Event::YouLeft { name, talks, .. } => {
            line.raw("-- You left ").raw(name.as_str());
            answers::now_in(talks, line);
        }
        Event::WhoIs {
            name,
            members,
            more,
        } => who(name, members, *more, line),
        Event::UserIs {
            nick,
            account,
            away,
            rooms,
            here,
        } => {
            user((nick, account.as_ref()), away.as_ref(), rooms, *here, line);
        }
        Event::RoomsAre { rooms, more } => list(rooms, *more, line),
        Event::TopicIs {
            name,
            topic: Some(topic),
            by,
            at,
        } => {
            topic_of(name, topic, line);
            if let Some(at) = at {
                let by = by.as_deref().map_or(OPERATOR, nick_of);
                line.raw(" (").raw(by).raw(", ").time(*at).raw(")");
            }
            line.end();
        }
        Event::TopicIs {
            name, topic: None, ..
        } => {
            line.raw("-- ")
                .raw(name.as_str())
                .raw(" has no topic")
                .end();
        }
        Event::TopicSet { name, topic, .. } if topic.is_empty() => {
            line.raw("-- ")
                .raw(name.as_str())
                .raw(" has no topic")
                .end();
        }
        Event::TopicSet { name, topic, .. } => {
            topic_of(name, topic, line);
            line.end();
        }
        Event::AwayIs { away: None } => line.raw("-- You are back").end(),
        Event::AwayIs { away } => line
            .raw("-- You are away")
            .reason(": ", away.as_ref(), "")
            .end(),
        Event::TheyAreAway { nick, away } => answers::they_are_away(nick, away, line),
        Event::Farewell { how, .. } => farewell(how, line),
        // For programs, and for clients that keep lists of who is who.
        Event::Registered { .. }
        | Event::Tagged { .. }
        | Event::AwayChanged { .. }
        | Event::RealnameChanged { .. }
        | Event::HostChanged { .. }
        | Event::AccountChanged { .. }
        | Event::CameOnline { .. }
        | Event::WentOffline { .. }
        | Event::Monitored { .. }
        | Event::MarkedRead { .. }
        | Event::FlagsChanged { .. } => {}
    }
}

fn said(
    from: &Speaker,
    place: &Place,
    manner: Manner,
    text: &Text,
    here: bool,
    line: &mut Line<'_>,
) {
    let place = match place {
        // Whose lines stand without their room is somebody in it; the operator is not.
        Place::Room(..) if here && *from != Speaker::Operator => Spot::Here,
        Place::Room(_, name) => Spot::Room(name.as_str()),
        Place::Ranked(rank, _, name) => Spot::Ranked(*rank, name.as_str()),
        Place::Private(nick) if here => Spot::To(nick.as_str()),
        Place::Private(_) => Spot::You,
        Place::Operator => Spot::Operator,
    };
    words((from, place, manner), text, None, line);
}

/// Where something is said, as the one sees it who is told.
#[derive(Clone, Copy)]
pub(super) enum Spot<'a> {
    /// In the current room.
    Here,
    /// In another room.
    Room(&'a str),
    /// In a room, to those of a rank.
    Ranked(Rank, &'a str),
    /// To oneself.
    You,
    /// By oneself, on another client, to somebody.
    To(&'a str),
    /// To the operator.
    Operator,
}

/// What somebody says, line by line; `at`: it was said then.
pub(super) fn words(
    (from, spot, manner): (&Speaker, Spot<'_>, Manner),
    text: &Text,
    at: Option<Timestamp>,
    line: &mut Line<'_>,
) {
    for words in text.lines() {
        // What programs ask each other (CTCP) says nothing to people, nor does a blank line.
        if words.is_empty() || (words.starts_with('\u{1}') && manner != Manner::Action) {
            continue;
        }
        if let Some(at) = at {
            line.raw("[").second(at).raw("] ");
        }
        match spot {
            Spot::Here => {}
            Spot::Room(name) => drop(line.raw(name).raw(" ")),
            Spot::Ranked(rank, name) => {
                let mut sign = [0; 4];
                line.raw(name)
                    .raw("(")
                    .raw(rank.sign().encode_utf8(&mut sign))
                    .raw(") ");
            }
            Spot::You => drop(line.raw("@you ")),
            Spot::To(nick) => drop(line.raw("@").raw(nick).raw(" ")),
            Spot::Operator => drop(line.raw("@operator ")),
        }
        let name = from.name();
        match manner {
            Manner::Message => line.raw("<").raw(name).raw("> "),
            Manner::Action => line.raw("* ").raw(name).raw(" "),
            Manner::Notice => line.raw("-").raw(name).raw("- "),
        };
        line.text(words).end();
    }
}

/// The nick of `nick!user@host`.
fn nick_of(mask: &str) -> &str {
    mask.split('!').next().unwrap_or(mask)
}

fn gone(nick: &Nick, how: &Departure, line: &mut Line<'_>) {
    line.raw("*** ").raw(nick.as_str()).raw(" has gone (");
    // What to do about a limit is told to the one who met it.
    let reason = how.reason().filter(|_| !matches!(how, Departure::Cut(_)));
    line.raw(how.word()).reason(": ", reason, "");
    line.raw(")").end();
}

fn farewell(how: &Departure, line: &mut Line<'_>) {
    match how {
        Departure::Quit(_) => line.raw("-- bye").end(),
        Departure::Closed => answer::error("cut-off", "the connection was closed", line.0),
        Departure::Failed => answer::error("cut-off", "the connection failed", line.0),
        Departure::Kicked(reason) | Departure::Killed(_, reason) => {
            answer::error("kicked", reason.as_str(), line.0);
        }
        Departure::Cut(reason) => answer::error("cut-off", reason.as_str(), line.0),
        Departure::Shutdown(reason) => answer::error("shutdown", reason.as_str(), line.0),
    }
}

#[cfg(test)]
mod tests;
