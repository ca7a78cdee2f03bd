//! WHOIS: what there is to know of a user (Modern IRC, "WHOIS message"). What is private is told to the user itself and to
//! operators.

use super::{TARGETS, address, clients, idle, seconds};
use crate::chat::{Nick, Pattern, Protocol, Sight, Stamp, Timestamp, User, UserFlag};
use crate::protocol::irc::message::Message;
use crate::protocol::irc::names::push_signs;
use crate::protocol::irc::{Asker, Numeric, Reading, Replies, World};

/// The most addresses and certificates that are told of one user's clients.
const CLIENTS: usize = 10;

/// The most lines' worth of rooms that are told of one user, in bytes.
const ROOMS: usize = 16 * 1024;

pub(super) fn read(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let (target, nicks) = match *message.params {
        [] => (None, ""),
        [nicks] => (None, nicks),
        [target, nicks, ..] => (Some(target), nicks),
    };
    reading.tell(world, asker, |replies| {
        if nicks.is_empty() {
            replies.numeric(Numeric::NoNicknameGiven, &[], "No nickname given");
            return;
        }
        if let Some(target) = target
            && !is_here(world, target)
        {
            replies.numeric(Numeric::NoSuchServer, &[target], "No such server");
        } else {
            let sight = world.chat.sight(asker.user);
            let asked = nicks.split(',').filter(|nick| !nick.is_empty());
            for asked in asked.take(TARGETS) {
                match named(world, asked) {
                    Some(user) => tell(world, asker, &sight, user, replies),
                    None => {
                        replies.numeric(Numeric::NoSuchNick, &[asked], "No such nick");
                    }
                }
            }
        }
        replies.numeric(Numeric::EndOfWhois, &[nicks], "End of /WHOIS list");
    });
}

fn named<'a>(world: &World<'a>, nick: &str) -> Option<&'a User> {
    let nick = Nick::parse(nick).ok()?;
    world.chat.user_by_nick(&nick).map(|(_, user)| user)
}

/// Whether a query for this server, or for that of this user, is for this one.
fn is_here(world: &World<'_>, target: &str) -> bool {
    Pattern::new(target).matches(&world.server.name) || named(world, target).is_some()
}

fn tell(
    world: &World<'_>,
    asker: Asker<'_>,
    sight: &Sight<'_>,
    user: &User,
    replies: &mut Replies<'_>,
) {
    let nick = user.nick.as_str();
    let (username, host) = (user.origin.username(), user.origin.host());
    let params = [nick, username, host, "*"];
    replies.numeric(Numeric::WhoisUser, &params, &user.realname);
    rooms(asker, sight, user, replies);
    let params = [nick, &*world.server.name];
    replies.numeric(Numeric::WhoisServer, &params, &world.server.description);
    if let Some(away) = &user.away {
        replies.numeric(Numeric::Away, &[nick], away.as_str());
    }
    if let Some(role) = user.role() {
        let text = format!("is an IRC operator ({})", role.as_str());
        replies.numeric(Numeric::WhoisOperator, &[nick], &text);
    }
    if user.flags.has(UserFlag::Bot) {
        let text = format!("is a Bot on {}", world.server.network);
        replies.numeric(Numeric::WhoisBot, &[nick], &text);
    }
    if let Some(account) = &user.account {
        replies.numeric(
            Numeric::WhoisAccount,
            &[nick, &account.0],
            "is logged in as",
        );
    }
    if clients(world.chat, user).any(|client| client.protocol == Protocol::Plain) {
        let text = "is connected with plain lines of text, without IRC";
        replies.numeric(Numeric::WhoisSpecial, &[nick], text);
    }
    if user.flags.has(UserFlag::Secure) {
        replies.numeric(
            Numeric::WhoisSecure,
            &[nick],
            "is using a secure connection",
        );
    }
    if asker.user.operator.is_some() || asker.user.nick == user.nick {
        private(world, user, replies);
    }
    let idle = idle(world.chat, &world.stamp, user).to_string();
    let signon = signon(world, &world.stamp, user).to_string();
    replies.numeric(
        Numeric::WhoisIdle,
        &[nick, &idle, &signon],
        "seconds idle, signon time",
    );
}

/// What is for the user itself and for operators: where it comes from, its modes.
fn private(world: &World<'_>, user: &User, replies: &mut Replies<'_>) {
    let nick = user.nick.as_str();
    let mut told: Vec<String> = Vec::new();
    for client in clients(world.chat, user).take(CLIENTS) {
        let address = address(client);
        if told.contains(&address) {
            continue;
        }
        let real = format!("{}@{address}", user.origin.username());
        let params = [nick, &real, &address];
        replies.numeric(Numeric::WhoisActually, &params, "Is actually using host");
        told.push(address);
    }
    let text = format!("is using modes +{}", user.flags);
    replies.numeric(Numeric::WhoisModes, &[nick], &text);
}

/// When the first of a user's clients came.
fn signon(world: &World<'_>, stamp: &Stamp, user: &User) -> i64 {
    let came = clients(world.chat, user).map(|client| client.connected_at);
    seconds(came.min().unwrap_or(Timestamp(stamp.at.0)))
}

/// 319, as many as it takes, with the rooms that the asker may know of.
fn rooms(asker: Asker<'_>, sight: &Sight<'_>, user: &User, replies: &mut Replies<'_>) {
    let params = [user.nick.as_str()];
    let start = replies.written();
    let mut words = replies.gather(Numeric::WhoisChannels, &params, ' ');
    for (room, member) in sight.rooms_of(user) {
        words.add(|word| {
            push_signs(member.ranks, asker.client.capabilities, word);
            word.push_str(room.name.as_str());
        });
        if words.written() > start + ROOMS {
            words.add(|word| word.push('…'));
            break;
        }
    }
    words.end();
}
