//! Entering and leaving rooms, and what members do there: JOIN, PART, KICK, TOPIC, INVITE, KNOCK, RENAME.

use super::Entry;
use super::answers::{named_nick, named_room, too_few, too_long, too_many};
use crate::chat::{Command, Key, RoomName, Text, TextError, Topic};
use crate::protocol::irc::targets::{self, shown};
use crate::protocol::irc::{Asker, Message, Numeric, Reading, World, lengths, topic};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "JOIN",
        least: 1,
        cost: 2,
        role: None,
        usage: "<channel>{,<channel>} [<key>{,<key>}] | 0",
        help: "Enters channels, each with its key if it has one; one that is not there is made, and who makes it is its operator.\n\
               JOIN 0 leaves all channels.",
        read: join,
    },
    Entry {
        name: "PART",
        least: 1,
        cost: 1,
        role: None,
        usage: "<channel>{,<channel>} [<reason>]",
        help: "Leaves channels.",
        read: part,
    },
    Entry {
        name: "KICK",
        least: 2,
        cost: 1,
        role: None,
        usage: "<channel>{,<channel>} <nick>{,<nick>} [<comment>]",
        help: "Makes users leave a channel: one channel and one or more nicks, or as many channels as nicks.\n\
               For half-operators and above, who reach those below them.",
        read: kick,
    },
    Entry {
        name: "TOPIC",
        least: 1,
        cost: 1,
        role: None,
        usage: "<channel> [<topic>]",
        help: "Shows the topic of a channel, or sets it; an empty topic takes it away.",
        read: topic,
    },
    Entry {
        name: "INVITE",
        least: 0,
        cost: 2,
        role: None,
        usage: "[<nick> <channel>]",
        help: "Invites a user into a channel; the invitation opens it once, whatever its modes say of who may enter.\n\
               Without parameters: the channels that one is invited to.",
        read: invite,
    },
    Entry {
        name: "KNOCK",
        least: 1,
        cost: 2,
        role: None,
        usage: "<channel> [<message>]",
        help: "Asks those who may invite to be let into a channel that one cannot enter.",
        read: knock,
    },
    Entry {
        name: "RENAME",
        least: 2,
        cost: 4,
        role: None,
        usage: "<channel> <new name> [<reason>]",
        help: "Gives a channel another name; its members, modes and topic stay. For its operators.",
        read: rename,
    },
];

/// RFC 2812 section 3.2.1. The nth key is for the nth room.
fn join(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let rooms = message.params[0];
    if rooms == "0" {
        return reading.ask(Command::PartAll);
    }
    let keys = message.params.get(1).copied().unwrap_or_default();
    let mut keys = keys.split(',');
    for given in rooms.split(',') {
        // What is no key opens no room: it is as if none had been given.
        let key = keys.next().and_then(Key::parse);
        if given.is_empty() {
            continue;
        }
        match RoomName::parse(given) {
            Ok(name) => reading.ask(Command::Join(name, key)),
            Err(error) => reading.tell(world, asker, |replies| {
                let text = format!("Bad Channel Mask: {error}");
                replies.numeric(Numeric::BadChanMask, &[shown(given)], &text);
            }),
        }
    }
    if reading.steps.is_empty() {
        too_few(world, asker, reading);
    }
}

/// RFC 2812 section 3.2.2.
fn part(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let reason = message
        .params
        .get(1)
        .and_then(|text| Text::parse(text).ok());
    for given in targets::each(message.params[0]) {
        if let Some(room) = named_room(world, asker, reading, given) {
            reading.ask(Command::Part(Some(room), reason.clone()));
        }
    }
    if reading.steps.is_empty() {
        too_few(world, asker, reading);
    }
}

/// RFC 2812 section 3.2.8: one room, or as many rooms as nicks.
fn kick(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let rooms: Vec<&str> = targets::each(message.params[0]).collect();
    let list = match rooms.as_slice() {
        [_] => targets::list,
        _ => targets::in_step,
    };
    let nicks = match list(message.params[1], lengths::ROOM_TARGETS) {
        Ok(nicks) => nicks,
        Err(many) => return too_many(world, asker, reading, many),
    };
    let comment = message.params.get(2).copied().unwrap_or_default();
    if comment.len() > lengths::KICK {
        return too_long(
            world,
            asker,
            reading,
            ("The comment", comment.len(), lengths::KICK, "KICKLEN"),
        );
    }
    let comment = Text::parse(comment).ok();
    let pairs: Vec<(&str, &str)> = match rooms.as_slice() {
        [room] => nicks.iter().map(|nick| (*room, *nick)).collect(),
        rooms if rooms.len() == nicks.len() => rooms.iter().copied().zip(nicks).collect(),
        _ => Vec::new(),
    };
    if pairs.is_empty() {
        return too_few(world, asker, reading);
    }
    for (room, nick) in pairs {
        let Some(room) = named_room(world, asker, reading, room) else {
            continue;
        };
        if let Some(nick) = named_nick(world, asker, reading, nick) {
            reading.ask(Command::KickFrom(Some(room), nick, comment.clone()));
        }
    }
}

/// RFC 2812 section 3.2.4. Of a secret room those outside hear what they would hear if it was not there (RFC 2811 section 4.2.6).
fn topic(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let Some(name) = named_room(world, asker, reading, message.params[0]) else {
        return;
    };
    let Some(text) = message.params.get(1) else {
        return show_topic(world, asker, &name, reading);
    };
    match Topic::parse(text) {
        Ok(topic) => reading.ask(Command::SetTopic(Some(name), topic)),
        Err(TextError::TooLong { limit, found }) => {
            too_long(
                world,
                asker,
                reading,
                ("The topic", found, limit, "TOPICLEN"),
            );
        }
        // No line has a character that a topic may not have.
        Err(TextError::Empty | TextError::Forbidden(_)) => {}
    }
}

fn show_topic(world: &World<'_>, asker: Asker<'_>, name: &RoomName, reading: &mut Reading) {
    let found = world.chat.room_by_name(name);
    let found = found.filter(|(id, _)| world.chat.may_see_room(asker.user, *id));
    reading.tell(world, asker, |replies| {
        let Some((_, room)) = found else {
            let text = "No such channel; LIST shows those that there are";
            replies.numeric(Numeric::NoSuchChannel, &[name.as_str()], text);
            return;
        };
        match &room.topic {
            Some(note) => topic::topic(world.server, &room.name, note, replies),
            None => {
                replies.numeric(Numeric::NoTopic, &[room.name.as_str()], "No topic is set");
            }
        }
    });
}

/// RFC 2812 section 3.2.7; the list of invitations is Modern IRC's.
fn invite(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    match &message.params[..] {
        [] => reading.tell(world, asker, |replies| {
            for room in world.chat.invitations(asker.client.user) {
                replies.bare(Numeric::InviteList, &[room.name.as_str()]);
            }
            replies.numeric(Numeric::EndOfInviteList, &[], "End of /INVITE list");
        }),
        [_] => too_few(world, asker, reading),
        [nick, room, ..] => {
            let Some(nick) = named_nick(world, asker, reading, nick) else {
                return;
            };
            if let Some(room) = named_room(world, asker, reading, room) {
                reading.ask(Command::Invite(nick, Some(room)));
            }
        }
    }
}

fn knock(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let text = message
        .params
        .get(1)
        .and_then(|text| Text::parse(text).ok());
    if let Some(room) = named_room(world, asker, reading, message.params[0]) {
        reading.ask(Command::Knock(room, text));
    }
}

/// IRCv3 channel-rename. Clients without the capability may rename too; they are told so otherwise.
fn rename(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let (old, new) = (message.params[0], message.params[1]);
    let Some(room) = named_room(world, asker, reading, old) else {
        return;
    };
    let reason = message
        .params
        .get(2)
        .and_then(|text| Text::parse(text).ok());
    match RoomName::parse(new) {
        Ok(name) => reading.ask(Command::RenameRoom(room, name, reason)),
        Err(error) => reading.tell(world, asker, |replies| {
            let context = [room.as_str(), shown(new)];
            let text = format!("The channel cannot be renamed: {error}");
            replies.standard("FAIL", "RENAME", "CANNOT_RENAME", &context, &text);
        }),
    }
}

#[cfg(test)]
mod tests;
