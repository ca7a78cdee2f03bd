//! ISUPPORT (Modern IRC "Feature advertisement", IRCv3 extended-isupport): what is so, said from the tables and limits that make it
//! so. Asks nobody else.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use smallvec::SmallVec;

use super::lengths;
use super::{Capability, Numeric, Replies, Server};
use crate::chat::{
    Capabilities, Key, ListKind, Nick, Policy, Rank, RoomFlag, RoomName, Topic, UserFlag,
};

/// The most tokens of one line: a message has 15 parameters, the first is the client and the last for people.
const MOST: usize = 13;

/// The last parameter.
const TEXT: &str = "are supported by this server";

/// Modes of a room whose parameter is needed to set them and to take them off, beside lists and ranks.
const ALWAYS_WITH: &str = "k";
/// Modes of a room whose parameter is needed only to set them.
const SET_WITH: &str = "fl";

/// What `LIST` can be asked for: by time of making, masks, their opposite, time of the topic, number of users.
const LIST_CONDITIONS: &str = "CMNTU";
/// What a mask after `~` can be about: account, mute, real name.
const EXTENDED_BANS: &str = "amr";

/// All letters of a list of modes.
fn letters(of: impl IntoIterator<Item = char>) -> String {
    of.into_iter().collect()
}

/// The letters of users' modes, as 004 shows them.
pub(super) fn user_modes() -> String {
    letters(UserFlag::ALL.iter().map(|flag| flag.letter()))
}

/// The letters of rooms' modes that have a parameter, ranks included, as 004 shows them.
pub(super) fn modes_with_parameter() -> String {
    let mut all: Vec<char> = ListKind::ALL.iter().map(|list| list.letter()).collect();
    all.extend(ALWAYS_WITH.chars().chain(SET_WITH.chars()));
    all.extend(Rank::ALL.iter().map(|rank| rank.letter()));
    all.sort_unstable();
    letters(all)
}

/// The letters of all modes of rooms, as 004 shows them.
pub(super) fn room_modes() -> String {
    let mut all: Vec<char> = modes_with_parameter().chars().collect();
    all.extend(RoomFlag::ALL.iter().map(|flag| flag.letter()));
    all.sort_unstable();
    letters(all)
}

/// The values of CHANMODES: lists, always with a parameter, with one when set, without one.
fn channel_modes() -> String {
    let mut lists: Vec<char> = ListKind::ALL.iter().map(|list| list.letter()).collect();
    lists.sort_unstable();
    let mut flags: Vec<char> = RoomFlag::ALL.iter().map(|flag| flag.letter()).collect();
    flags.sort_unstable();
    let (lists, flags) = (letters(lists), letters(flags));
    format!("{lists},{ALWAYS_WITH},{SET_WITH},{flags}")
}

/// A value with what may not stand in one escaped (Modern IRC, "`RPL_ISUPPORT`").
fn escaped(value: &str) -> String {
    let mut written = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            ' ' => written.push_str("\\x20"),
            '\\' => written.push_str("\\x5C"),
            '=' => written.push_str("\\x3D"),
            c if c.is_control() => {}
            c => written.push(c),
        }
    }
    written
}

/// All tokens, in the order of their names, separated by spaces.
pub(super) fn tokens(policy: &Policy, server: &Server) -> String {
    let mut all = String::with_capacity(1024);
    // Writing into memory cannot fail.
    let _ = write_tokens(&mut all, policy, server);
    all.truncate(all.trim_end().len());
    all
}

fn write_tokens(all: &mut String, policy: &Policy, server: &Server) -> std::fmt::Result {
    let limit = |limit: Option<u32>| limit.map_or_else(String::new, |limit| limit.to_string());
    let signs = letters(Rank::ALL.iter().map(|rank| rank.sign()));
    let ranks = letters(Rank::ALL.iter().map(|rank| rank.letter()));
    write!(all, "ACCOUNTEXTBAN=a AWAYLEN={} ", lengths::AWAY)?;
    write!(all, "BOT={} CASEMAPPING=ascii ", UserFlag::Bot.letter())?;
    write!(all, "CHANLIMIT=#:{} ", limit(policy.rooms_per_client))?;
    write!(all, "CHANMODES={} ", channel_modes())?;
    write!(all, "CHANNELLEN={} CHANTYPES=# ", RoomName::MOST + 1)?;
    if server.history {
        write!(all, "CHATHISTORY={} ", lengths::HISTORY)?;
    }
    if !server.client_tag_deny.is_empty() {
        write!(all, "CLIENTTAGDENY={} ", escaped(&server.client_tag_deny))?;
    }
    write!(all, "ELIST={LIST_CONDITIONS} ")?;
    write!(all, "EXCEPTS={} ", ListKind::Exception.letter())?;
    write!(all, "EXTBAN=~,{EXTENDED_BANS} HOSTLEN={} ", lengths::HOST)?;
    write!(all, "INVEX={} ", ListKind::InviteException.letter())?;
    write!(all, "KEYLEN={} KICKLEN={} ", Key::MOST, lengths::KICK)?;
    // Each list has the limit for itself.
    let mut lists = ListKind::ALL.map(ListKind::letter);
    lists.sort_unstable();
    let lists = lists.map(|list| format!("{list}:{}", policy.list_entries));
    write!(all, "MAXLIST={} ", lists.join(","))?;
    write!(all, "MAXTARGETS={} ", lengths::MESSAGE_TARGETS)?;
    write!(all, "MODES={} MONITOR={} ", lengths::MODES, policy.monitor)?;
    if server.history {
        write!(all, "MSGREFTYPES=msgid,timestamp ")?;
    }
    write!(all, "NAMELEN={} ", lengths::REALNAME)?;
    write!(all, "NETWORK={} ", escaped(&server.network))?;
    write!(all, "NICKLEN={} PREFIX=({ranks}){signs} ", Nick::MOST)?;
    write!(all, "SAFELIST STATUSMSG={signs} ")?;
    write!(all, "TARGMAX={} TOPICLEN={} ", targets(), Topic::MOST)?;
    write!(all, "USERLEN={} UTF8ONLY WHOX ", lengths::USERNAME)?;
    if let Some(icon) = &server.icon {
        // A URL has nothing to escape but `=`, which need not be and which those who fetch it may not undo.
        write!(all, "draft/ICON={icon} ")?;
    }
    Ok(())
}

/// The value of TARGMAX.
fn targets() -> String {
    let (rooms, messages) = (lengths::ROOM_TARGETS, lengths::MESSAGE_TARGETS);
    let whois = lengths::WHOIS_TARGETS;
    format!(
        "JOIN:,KICK:{rooms},LIST:{rooms},NAMES:{rooms},NOTICE:{messages},PART:,PRIVMSG:{messages},TAGMSG:{messages},WHOIS:{whois},WHOWAS:{whois}"
    )
}

/// All tokens, to a client that has these capabilities.
pub(super) fn isupport(
    policy: &Policy,
    server: &Server,
    capabilities: Capabilities,
    replies: &mut Replies<'_>,
) {
    let all = tokens(policy, server);
    lines(all.split(' '), capabilities, replies);
}

/// Tokens on as many lines as they take; in a batch for clients that know it (IRCv3 extended-isupport). None: no line.
pub(super) fn lines<'t>(
    tokens: impl IntoIterator<Item = &'t str>,
    capabilities: Capabilities,
    replies: &mut Replies<'_>,
) {
    let mut tokens = tokens.into_iter().peekable();
    if tokens.peek().is_none() {
        return;
    }
    let batched = [Capability::Batch, Capability::ExtendedIsupport];
    if batched
        .iter()
        .all(|capability| capability.is_in(capabilities))
    {
        replies.batch("isupport", "draft/isupport", |replies| {
            unbatched(tokens, replies);
        });
    } else {
        unbatched(tokens, replies);
    }
}

fn unbatched<'t>(tokens: impl Iterator<Item = &'t str>, replies: &mut Replies<'_>) {
    // Behind the nick: each token with a space, and the text with a space and a colon.
    let room = replies.room(3).saturating_sub(TEXT.len() + 2);
    let mut line: SmallVec<[&str; MOST]> = SmallVec::new();
    let mut length = 0;
    for token in tokens.filter(|token| token.len() < room) {
        if line.len() == MOST || length + 1 + token.len() > room {
            replies.numeric(Numeric::ISupport, &line, TEXT);
            line.clear();
            length = 0;
        }
        line.push(token);
        length += 1 + token.len();
    }
    if !line.is_empty() {
        replies.numeric(Numeric::ISupport, &line, TEXT);
    }
}

/// What turns the one set of tokens into the other: those that are new or have another value, and `-NAME` for each that is gone.
pub(super) fn difference(before: &str, after: &str) -> Vec<String> {
    let name = |token: &str| token.split('=').next().unwrap_or_default().to_owned();
    let told: Vec<&str> = before.split(' ').collect();
    let new = after.split(' ').filter(|token| !told.contains(token));
    let names: Vec<String> = after.split(' ').map(name).collect();
    let gone = told.iter().map(|token| name(token));
    let gone = gone.filter(|name| !names.contains(name));
    let mut difference: Vec<String> = new.map(str::to_owned).collect();
    difference.extend(gone.map(|name| format!("-{name}")));
    difference
}
