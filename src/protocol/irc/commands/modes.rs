//! MODE, of rooms and of oneself: letters and parameters to changes, and what the modes are.

mod change;

use super::Entry;
use super::answers::{named_nick, named_room};
use crate::chat::{
    Command, ListKind, ModeChange, Nick, Rank, Refusal, Room, RoomId, RoomName, Standing, UserFlag,
};
use crate::protocol::irc::targets::shown;
use crate::protocol::irc::{Asker, Message, Numeric, PARAMS, Reading, World, lengths, refusal};
use change::{Problem, Wish, read};

pub(super) static ENTRIES: &[Entry] = &[Entry {
    name: "MODE",
    least: 1,
    cost: 1,
    role: None,
    usage: "<channel>|<nick> [<modes> [<parameter>...]]",
    help: "Shows or changes the modes of a channel, or one's own. A list (+b, +e, +I) without a mask is shown.\n\
           Of a channel: q a o h v give a nick a rank; b e I are lists of masks; k is the key, l the most members, f where those go \
           who may not enter.\n\
           On or off: C no CTCP, N no nick changes, K no knocking, M speaking with an account only, P stays when empty, \
           R entering with an account only, S formatting is taken out, U what is not said reaches operators,\n\
           c no formatting, i for the invited, m for the voiced, n no messages from outside, p private, s secret, t topic by \
           operators, u members see operators only.\n\
           Of oneself: B bot, R messages from those with an account only, T no CTCP, i invisible, w WALLOPS, s server notices, \
           o operator (can be given up).",
    read: mode,
}];

/// RFC 2812 sections 3.1.5 and 3.2.3; Modern IRC, MODE.
fn mode(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let (target, rest) = (message.params[0], &message.params[1..]);
    if !target.starts_with('#') {
        return user_mode(world, asker, target, rest, reading);
    }
    let Some(name) = named_room(world, asker, reading, target) else {
        return;
    };
    // RFC 2811 section 4.2.6 has MODE answered for secret rooms, which would tell anybody who asks that they are there.
    let found = world.chat.room_by_name(&name);
    let found = found.filter(|(id, _)| world.chat.may_see_room(asker.user, *id));
    let Some((id, room)) = found else {
        return reading.tell(world, asker, |replies| {
            let text = "No such channel; LIST shows those that there are";
            replies.numeric(Numeric::NoSuchChannel, &[name.as_str()], text);
        });
    };
    let (letters, params) = match rest {
        [letters, ..] if letters.chars().all(is_sign) => {
            return show(world, asker, (id, room), reading);
        }
        [] => return show(world, asker, (id, room), reading),
        [letters, params @ ..] => (*letters, params),
    };
    let mut params = params.to_vec();
    // The last parameter that a message can have takes what more there are (RFC 2812 section 2.3.1): no parameter of a mode has a
    // space in it.
    if message.params.len() == PARAMS
        && let Some(last) = params.pop()
    {
        params.extend(last.split(' '));
    }
    let (wishes, problems) = read(letters, &params);
    let mut changes = Vec::new();
    let mut lists = Vec::new();
    for wish in wishes {
        match wish {
            Wish::Change(change) => changes.push(change),
            Wish::Show(list) if !lists.contains(&list) => lists.push(list),
            Wish::Show(_) => {}
        }
    }
    let in_vain = !changes.is_empty() && is_in_vain(world, asker, id, &changes);
    if in_vain {
        refuse(world, asker, room, reading);
    } else if !changes.is_empty() {
        reading.ask(Command::SetModes(Some(name), changes));
    }
    for list in lists {
        show_list(world, asker, (id, room), list, reading);
    }
    // What is not processed is not looked at either.
    for problem in problems.into_iter().filter(|_| !in_vain) {
        explain(world, asker, &room.name, &problem, reading);
    }
}

/// Whether all the changes are by one who may change nothing in that room, being outside or of no rank: then one answer does for all
/// (Modern IRC, MODE). What one has oneself can always be given up.
fn is_in_vain(world: &World<'_>, asker: Asker<'_>, room: RoomId, changes: &[ModeChange]) -> bool {
    let standing = world.chat.standing(asker.user, room);
    let own = |nick: &Nick| nick.same_as(&asker.user.nick);
    let gives_up =
        |change: &ModeChange| matches!(change, ModeChange::Rank(_, nick, false) if own(nick));
    match standing {
        Standing::Operator => false,
        Standing::Outside => true,
        Standing::Member(_) => !standing.at_least(Rank::HalfOp) && !changes.iter().any(gives_up),
    }
}

fn refuse(world: &World<'_>, asker: Asker<'_>, room: &Room, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let (room, rank) = (room.name.clone(), Rank::HalfOp);
        let capabilities = asker.client.capabilities;
        refusal(
            replies,
            "MODE",
            &Refusal::RankTooLow { room, rank },
            capabilities,
        );
    });
}

/// 324 and 329. The key is for members and operators only.
fn show(world: &World<'_>, asker: Asker<'_>, (id, room): (RoomId, &Room), reading: &mut Reading) {
    let mut letters = format!("+{}", room.flags);
    let mut params = Vec::new();
    if let Some(forward) = room.forward() {
        letters.push('f');
        params.push(forward.to_string());
    }
    if let Some(key) = room.key() {
        letters.push('k');
        let is_told = asker.user.is_in(id) || asker.user.operator.is_some();
        params.push(if is_told { key.as_str() } else { "*" }.to_owned());
    }
    if let Some(limit) = room.limit() {
        letters.push('l');
        params.push(limit.to_string());
    }
    let mut all = vec![room.name.as_str(), &letters];
    all.extend(params.iter().map(String::as_str));
    let made = room.made_at.0.div_euclid(1000).to_string();
    reading.tell(world, asker, |replies| {
        replies
            .bare(Numeric::ChannelModeIs, &all)
            .bare(Numeric::CreationTime, &[room.name.as_str(), &made]);
    });
}

/// A list of a room, with who made each entry and when: for members and operators, since it says where people come from.
fn show_list(
    world: &World<'_>,
    asker: Asker<'_>,
    (id, room): (RoomId, &Room),
    list: ListKind,
    reading: &mut Reading,
) {
    let (entry, end, text) = match list {
        ListKind::Ban => (
            Numeric::BanList,
            Numeric::EndOfBanList,
            "End of channel ban list",
        ),
        ListKind::Exception => (
            Numeric::ExceptList,
            Numeric::EndOfExceptList,
            "End of channel exception list",
        ),
        ListKind::InviteException => (
            Numeric::InvexList,
            Numeric::EndOfInvexList,
            "End of Channel Invite Exception List",
        ),
    };
    let name = room.name.as_str();
    let is_told = asker.user.is_in(id) || asker.user.operator.is_some();
    let console = world.server.console();
    reading.tell(world, asker, |replies| {
        if !is_told {
            let text = "You're not on that channel; its lists are for its members";
            replies.numeric(Numeric::NotOnChannel, &[name], text);
            return;
        }
        for found in room.list(list) {
            let at = found.at.0.div_euclid(1000).to_string();
            let by = if &*found.by == crate::chat::OPERATOR {
                &console
            } else {
                &*found.by
            };
            replies.bare(entry, &[name, found.mask.as_str(), by, &at]);
        }
        replies.numeric(end, &[name], text);
    });
}

/// `+` or `-`: without a letter they change nothing, and the modes are shown.
fn is_sign(letter: char) -> bool {
    matches!(letter, '+' | '-')
}

/// What is wrong with a part of a change.
fn explain(
    world: &World<'_>,
    asker: Asker<'_>,
    room: &RoomName,
    problem: &Problem<'_>,
    reading: &mut Reading,
) {
    let room = room.as_str();
    reading.tell(world, asker, |replies| match problem {
        Problem::Unknown(letter) => {
            let text = format!("is unknown mode char to me for {room}");
            let mut buffer = [0; 4];
            let letter = letter.encode_utf8(&mut buffer);
            replies.numeric(Numeric::UnknownMode, &[letter], &text);
        }
        Problem::Parameter { letter, found, why } => {
            let context = [room, &letter.to_string(), shown(found)];
            replies.numeric(Numeric::InvalidModeParam, &context, why);
        }
        Problem::TooMany(left_out) => {
            let text = format!(
                "{} changes with a parameter are taken at once (MODES); left out: {left_out}",
                lengths::MODES
            );
            replies.numeric(Numeric::UnknownError, &["MODE", room], &text);
        }
    });
}

fn user_mode(
    world: &World<'_>,
    asker: Asker<'_>,
    target: &str,
    rest: &[&str],
    reading: &mut Reading,
) {
    let Some(nick) = named_nick(world, asker, reading, target) else {
        return;
    };
    if !nick.same_as(&asker.user.nick) {
        let is_there = world.chat.user_by_nick(&nick).is_some();
        return reading.tell(world, asker, |replies| {
            if is_there {
                let text = "Cant change mode for other users, nor see their modes";
                replies.numeric(Numeric::UsersDontMatch, &[], text);
            } else {
                replies.numeric(
                    Numeric::NoSuchNick,
                    &[nick.as_str()],
                    "No such nick/channel",
                );
            }
        });
    }
    let letters = match rest {
        [] => "",
        [letters, ..] => letters,
    };
    if letters.chars().all(is_sign) {
        let modes = format!("+{}", asker.user.flags);
        return reading.tell(world, asker, |replies| {
            replies.bare(Numeric::UserModeIs, &[&modes]);
        });
    }
    let (mut on, mut changes, mut unknown) = (true, Vec::new(), String::new());
    for letter in letters.chars() {
        match (letter, UserFlag::of_letter(letter)) {
            ('+', _) => on = true,
            ('-', _) => on = false,
            // Only OPER makes an operator, and only TLS is secure: such an attempt is to be ignored (RFC 2812 section 3.1.5).
            (_, Some(UserFlag::Operator)) if on => {}
            (_, Some(UserFlag::Secure)) => {}
            // Of the same flag the last counts.
            (_, Some(flag)) => {
                changes.retain(|(known, _)| *known != flag);
                changes.push((flag, on));
            }
            (other, None) if !unknown.contains(other) => unknown.push(other),
            (_, None) => {}
        }
    }
    if !changes.is_empty() {
        reading.ask(Command::SetFlags(changes));
    }
    if !unknown.is_empty() {
        reading.tell(world, asker, |replies| {
            let text = format!("Unknown MODE flag: {unknown}");
            replies.numeric(Numeric::UmodeUnknownFlag, &[], &text);
        });
    }
}

#[cfg(test)]
mod tests;
