//! Events as lines, for each set of capabilities. Reads the chat as it is after what happened, and changes nothing.

mod answers;
mod comings;
mod modes;
mod owning;
mod past;
mod pen;
mod said;
#[cfg(test)]
pub(super) mod tests;
mod variant;

pub(in crate::protocol::irc) use past::{Keep, Page, Past, batch_name};
use pen::{Marks, Pen, Sender};
pub(in crate::protocol::irc) use said::room_of;
use said::{Said, To};
pub use variant::Variants;

use super::{Capability, Server};
use crate::chat::{Capabilities, Chat, Client, Event, Stamp, Timestamp, User};

/// What an event is rendered with.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The chat, after what happened.
    pub chat: &'a Chat,
    /// The server.
    pub server: &'a Server,
    /// When it happened.
    pub stamp: Stamp,
    /// Connections that have not registered yet.
    pub newcomers: usize,
}

/// The user of a client.
fn recipient<'a>(telling: &Telling<'a>, client: &Client) -> Option<&'a User> {
    telling.chat.user(client.user)
}

/// Appends the lines that tell `client` an event, each within 512 bytes besides its tags; none if it is not told. `None`: one
/// that is not attached any more, and is told farewell.
pub fn render(telling: &Telling<'_>, event: &Event, client: Option<&Client>, out: &mut Vec<u8>) {
    let capabilities = client.map_or_else(Capabilities::default, |client| client.capabilities);
    let pen = &mut Pen::new(out, &telling.server.name, telling.stamp.at, capabilities);
    if let Event::Farewell { nick, how } = event {
        return pen.farewell(telling, nick.as_ref(), how);
    }
    if to_many(pen, event) {
        return;
    }
    if let Some(client) = client
        && let Some(user) = recipient(telling, client)
    {
        to_one(pen, telling, (client, user), event);
    }
}

/// What depends on nothing but the event and the capabilities. False: it is no such event.
fn to_many(pen: &mut Pen<'_>, event: &Event) -> bool {
    match event {
        Event::Said {
            from,
            place,
            manner,
            text,
            id,
            tags,
        } => {
            let marks = Marks {
                id: Some(*id),
                client: tags.as_ref(),
            };
            pen.said(Said {
                from,
                to: To::place(place),
                manner: *manner,
                text,
                marks,
            });
        }
        Event::Tagged {
            from,
            place,
            tags,
            id,
        } => pen.tagged(from, To::place(place), *id, tags),
        Event::Redacted {
            by,
            place,
            id,
            reason,
        } => pen.redacted(by, place, *id, reason.as_ref()),
        Event::Joined {
            who,
            realname,
            away,
            name,
            ..
        } => {
            pen.join(who, realname, name.as_str());
            if away.is_some() {
                pen.away(who, away.as_ref());
            }
        }
        Event::Parted {
            who, name, reason, ..
        }
        | Event::YouLeft {
            who, name, reason, ..
        } => pen.part(who, name.as_str(), reason.as_ref()),
        Event::KickedFrom {
            by,
            who,
            name,
            reason,
            ..
        } => pen.kick(by, &who.nick, name.as_str(), reason.as_ref()),
        Event::YouWereKickedFrom {
            by,
            nick,
            name,
            reason,
            ..
        } => pen.kick(by, nick, name.as_str(), reason.as_ref()),
        Event::Gone { who, how } => pen.quit(who, how),
        Event::Renamed { who, new } | Event::YouAre { who, nick: new } => pen.nick(who, new),
        Event::TopicChanged {
            by, name, topic, ..
        } => pen.topic(Sender::of(by), name.as_str(), topic),
        Event::TopicSet {
            who, name, topic, ..
        } => pen.topic(Sender::User(who), name.as_str(), topic),
        Event::ModesChanged {
            by, name, changes, ..
        } => pen.modes(by.as_ref(), name.as_str(), changes),
        Event::AwayChanged { who, away } => pen.away(who, away.as_ref()),
        Event::RealnameChanged { who, realname } if pen.has(Capability::SetName) => {
            pen.open(Sender::User(who), "SETNAME").last(realname);
        }
        Event::AccountChanged { who } => pen.account(who),
        Event::InvitedOther { by, nick, name, .. } if pen.has(Capability::InviteNotify) => {
            pen.invite(by, nick, name);
        }
        Event::Knocked {
            who, name, text, ..
        } => pen.knocked(who, name, text.as_ref()),
        Event::Wallops { from, text } => pen.lines(Sender::of(from), ("WALLOPS", ""), text),
        // To all who monitor it the same (IRCv3 monitor, 730).
        Event::CameOnline { who } => pen.monitored("*", std::slice::from_ref(who), &[]),
        Event::WentOffline { nick } => pen.monitored("*", &[], std::slice::from_ref(nick)),
        Event::RealnameChanged { .. } | Event::InvitedOther { .. } => {}
        _ => return false,
    }
    true
}

/// What depends on who is told.
fn to_one(
    pen: &mut Pen<'_>,
    telling: &Telling<'_>,
    (client, user): (&Client, &User),
    event: &Event,
) {
    let nick = user.nick.as_str();
    match event {
        Event::Registered { who } => pen.welcome(telling, client, who),
        Event::YouEntered {
            who, room, name, ..
        } => pen.entered(telling, (client, user), who, (*room, name)),
        Event::RoomRenamed {
            by,
            room,
            old,
            new,
            reason,
        } => pen.renamed(telling, client, by, (*room, old, new), reason.as_ref()),
        Event::HostChanged { old, new } => pen.host(telling, client, (old, new)),
        Event::Invited { by, name, .. } => pen.invite(by, &user.nick, name),
        Event::YouAreForwarded { from, to } => pen.forwarded(nick, from, to),
        Event::ServerNotice { text } => pen.lines(Sender::Server, ("NOTICE", nick), text),
        Event::FlagsChanged { nick, changes } => pen.flags(&user.identity(), nick, changes),
        Event::InviteSent {
            nick: other,
            name,
            away,
        } => pen.invite_sent(nick, other, name, away.as_ref()),
        Event::KnockSent { name } => pen.knock_sent(nick, name),
        Event::Monitored { here, gone } => pen.monitored(nick, here, gone),
        Event::MarkedRead { target, at } => pen.marker(target, *at),
        Event::AwayIs { away } => pen.away_is(nick, away.is_some()),
        Event::TheyAreAway { nick: other, away } => pen.they_are_away(nick, other, away),
        Event::YouAreOperator { role } => pen.operator(nick, *role),
        Event::YouAreLoggedIn { who } => pen.own_account(who),
        Event::OwnerIs {
            name,
            founder,
            since,
        } => pen.owner(nick, name, founder.as_ref(), *since),
        Event::AccessIs { name, access } => pen.access(nick, name, access),
        Event::Owned { name, what } => pen.owned(nick, name, what),
        Event::Refused(refusal) => pen.refused(nick, refusal),
        // What only plain clients ask, and are told: IRC has its own words for these.
        _ => {}
    }
}

/// The tags before a reply, with their space: the time, for a client with server-time; empty otherwise.
pub fn time_tag(at: Timestamp, capabilities: Capabilities) -> String {
    if !Capability::ServerTime.is_in(capabilities) {
        return String::new();
    }
    let mut tag = b"@".to_vec();
    pen::time(at, &mut tag);
    match tag.last_mut() {
        Some(last) if *last == b';' => *last = b' ',
        _ => return String::new(),
    }
    String::from_utf8(tag).unwrap_or_default()
}

/// A moment as `YYYY-MM-DDThh:mm:ss.sssZ` (IRCv3 server-time).
pub(in crate::protocol::irc) fn moment(at: Timestamp) -> String {
    let mut moment = Vec::new();
    pen::moment(at, &mut moment);
    String::from_utf8(moment).unwrap_or_default()
}
