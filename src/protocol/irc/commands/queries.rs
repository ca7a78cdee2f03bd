//! Questions about rooms and names: NAMES, LIST, ISON, USERHOST, MONITOR. Answered from what is there; nothing changes but
//! what a client monitors.

mod list;
mod monitor;

use super::Entry;
use crate::chat::{Nick, RoomName};
use crate::protocol::irc::bound::{Bound, too_many_rooms};
use crate::protocol::irc::message::Message;
use crate::protocol::irc::{Asker, Numeric, Reading, World, lengths, names, targets};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "NAMES",
        least: 0,
        cost: 2,
        role: None,
        usage: "<room>{,<room>}",
        help: "Lists who is in the rooms, with their ranks: ~ founder, & admin, @ op, % half-op, + voice.\n\
               You see all members of rooms that you are in, and those that are not invisible of others.",
        read: names_of,
    },
    Entry {
        name: "LIST",
        least: 0,
        cost: 4,
        role: None,
        usage: "[<room>{,<room>}] [<condition>{,<condition>}]",
        help: "Lists the rooms with how many are in them and their topics. Conditions, of which all must hold:\n\
               >n <n: more, fewer than n users. C>n C<n: made more, less than n minutes ago.\n\
               T>n T<n: topic set more, less than n minutes ago. *mask*, !*mask*: names like this, not like this.",
        read: list::read,
    },
    Entry {
        name: "ISON",
        least: 1,
        cost: 1,
        role: None,
        usage: "<nick>{ <nick>}",
        help: "Tells which of these nicks are here. MONITOR tells by itself when that changes.",
        read: is_on,
    },
    Entry {
        name: "USERHOST",
        least: 1,
        cost: 1,
        role: None,
        usage: "<nick>{ <nick>}",
        help: "Tells user and host of up to five nicks; * after a nick: an operator; - before the user: away.",
        read: user_host,
    },
    Entry {
        name: "MONITOR",
        least: 1,
        cost: 2,
        role: None,
        usage: "+|- <nick>{,<nick>} | C | L | S",
        help: "Has you told when these nicks come and go. +: these too. -: not these any more. C: nobody any more.\n\
               L: lists whom you monitor. S: tells which of them are here.",
        read: monitor::read,
    },
];

/// The most nicks of one USERHOST (RFC 2812 section 4.8).
const USERHOST_NICKS: usize = 5;

/// Without a room the answer is empty, as Modern IRC allows: LIST lists the rooms, WHO the users.
fn names_of(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let rooms = message.params.first();
        let Some(rooms) = rooms.filter(|rooms| !rooms.split(',').all(str::is_empty)) else {
            names::end("*", replies);
            return;
        };
        let bound = Bound::new(world.server, replies);
        let sight = world.chat.sight(asker.user);
        for (nth, asked) in targets::each(rooms).enumerate() {
            if nth == lengths::ROOM_TARGETS {
                too_many_rooms(replies, asked, lengths::ROOM_TARGETS);
                break;
            }
            let name = RoomName::parse(asked).ok();
            let room = name.and_then(|name| world.chat.room_by_name(&name));
            match room.filter(|(id, _)| sight.room(*id)) {
                Some(room) => {
                    names::members(&sight, asker.client.capabilities, room, bound, replies);
                }
                None => names::end(asked, replies),
            }
        }
    });
}

/// The nicks in all parameters: separated by spaces, whether as parameters of their own or in the last one.
fn nicks<'a>(message: &'a Message<'_>) -> impl Iterator<Item = Nick> + 'a {
    let words = message.params.iter().flat_map(|param| param.split(' '));
    words.filter_map(|word| Nick::parse(word).ok())
}

fn is_on(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let here = nicks(message).filter_map(|nick| world.chat.user_by_nick(&nick));
        let here = here.map(|(_, user)| user.nick.as_str());
        replies.words(Numeric::IsOn, &[], here);
    });
}

fn user_host(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let users = nicks(message).take(USERHOST_NICKS);
        let users = users.filter_map(|nick| world.chat.user_by_nick(&nick));
        let mut words = replies.gather(Numeric::UserHost, &[], ' ');
        for (_, user) in users {
            words.add(|word| {
                word.push_str(user.nick.as_str());
                word.push_str(if user.operator.is_some() { "*=" } else { "=" });
                word.push(if user.away.is_some() { '-' } else { '+' });
                word.push_str(user.origin.as_str());
            });
        }
        if !words.end() {
            replies.numeric(Numeric::UserHost, &[], "");
        }
    });
}
