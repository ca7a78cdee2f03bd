//! WHOIS: what there is to know of a user (Modern IRC, "WHOIS message"). What is private is told to the user itself and to
//! operators.

use std::collections::BTreeSet;

use super::{address, clients, idle, seconds};
use crate::chat::{Nick, Protocol, Sight, User, UserFlag};
use crate::protocol::irc::bound::fitting;
use crate::protocol::irc::commands::server::is_this;
use crate::protocol::irc::lengths::WHOIS_TARGETS;
use crate::protocol::irc::message::Message;
use crate::protocol::irc::names::push_signs;
use crate::protocol::irc::targets::{self, shown};
use crate::protocol::irc::{Asker, Numeric, Reading, Replies, World};

/// The most clients of one user whose addresses and certificates are told.
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
            && !is_this(world, target)
        {
            replies.numeric(Numeric::NoSuchServer, &[shown(target)], "No such server");
        } else {
            let sight = world.chat.sight(asker.user);
            let asked = targets::each(nicks);
            for asked in asked.take(WHOIS_TARGETS) {
                match named(world, asked) {
                    Some(user) => tell(world, asker, &sight, user, replies),
                    None => {
                        replies.numeric(Numeric::NoSuchNick, &[shown(asked)], "No such nick");
                    }
                }
            }
        }
        let text = "End of /WHOIS list";
        let nicks = fitting(replies, nicks, text);
        replies.numeric(Numeric::EndOfWhois, &[nicks], text);
    });
}

fn named<'a>(world: &World<'a>, nick: &str) -> Option<&'a User> {
    let nick = Nick::parse(nick).ok()?;
    world.chat.user_by_nick(&nick).map(|(_, user)| user)
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
    secure(world, user, replies);
    if asker.user.operator.is_some() || asker.user.nick == user.nick {
        private(world, user, replies);
    }
    let Some(signon) = signon(world, user) else {
        let text = "has no client now, and stays in its channels";
        replies.numeric(Numeric::WhoisSpecial, &[nick], text);
        return;
    };
    let idle = idle(world.chat, &world.stamp, user).to_string();
    replies.numeric(
        Numeric::WhoisIdle,
        &[nick, &idle, &signon.to_string()],
        "seconds idle, signon time",
    );
}

/// 671, for a user all of whose clients came by TLS.
fn secure(world: &World<'_>, user: &User, replies: &mut Replies<'_>) {
    let by_tls = clients(world.chat, user).map(|client| client.tls.as_deref());
    let Some(tls) = by_tls.collect::<Option<Vec<_>>>() else {
        return;
    };
    if let Some(tls) = tls.first() {
        let text = format!(
            "is using a secure connection [{}, {}]",
            tls.version, tls.cipher
        );
        replies.numeric(Numeric::WhoisSecure, &[user.nick.as_str()], &text);
    }
}

/// What is for the user itself and for operators: its certificates, where it comes from, its modes.
fn private(world: &World<'_>, user: &User, replies: &mut Replies<'_>) {
    let nick = user.nick.as_str();
    let shown = || clients(world.chat, user).take(CLIENTS);
    let certificates = shown().filter_map(|client| client.tls.as_ref()?.fingerprint.as_deref());
    for fingerprint in certificates.collect::<BTreeSet<_>>() {
        let text = format!("has client certificate fingerprint {fingerprint}");
        replies.numeric(Numeric::WhoisCertFp, &[nick], &text);
    }
    for address in shown().map(address).collect::<BTreeSet<_>>() {
        let real = format!("{}@{address}", user.origin.username());
        let params = [nick, &real, &address];
        replies.numeric(Numeric::WhoisActually, &params, "Is actually using host");
    }
    let text = format!("is using modes +{}", user.flags);
    replies.numeric(Numeric::WhoisModes, &[nick], &text);
}

/// When the first of a user's clients came; none: it has no client now.
fn signon(world: &World<'_>, user: &User) -> Option<i64> {
    let came = clients(world.chat, user).map(|client| client.connected_at);
    came.min().map(seconds)
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
