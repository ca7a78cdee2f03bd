//! Refusals as replies: which numeric or standard reply says why a command was not carried out. Decides nothing.

use super::commands::Service;
use super::{Capability, Numeric, Replies};
use crate::chat::{Capabilities, Rank, Refusal, seconds};

/// Why the command `verb` was not carried out, as the specification of that command has it told. Nothing for a NOTICE: it is never
/// answered (RFC 2812 section 3.3.2).
pub fn refusal(
    replies: &mut Replies<'_>,
    verb: &str,
    refusal: &Refusal,
    capabilities: Capabilities,
) {
    match verb {
        "NOTICE" => {}
        // Without the capability it is handled silently (IRCv3 setname).
        "SETNAME" if !Capability::SetName.is_in(capabilities) => {}
        "SETNAME" => setname(replies, refusal),
        "REDACT" => redact(replies, refusal),
        "RENAME" => rename(replies, refusal),
        "PRIVMSG" | "TAGMSG" => message(replies, verb, refusal),
        "JOIN" => join(replies, verb, refusal),
        "KNOCK" => knock(replies, verb, refusal),
        "CHANSERV" => chanserv(replies, refusal),
        _ => any(replies, verb, refusal),
    }
}

/// Saying something (RFC 2812 section 3.3.1): a room that does not take it is 404, whatever the reason.
fn message(replies: &mut Replies<'_>, verb: &str, refusal: &Refusal) {
    match refusal {
        Refusal::NotInRoom { room } => {
            let text = "Cannot send to channel: you are not in it; JOIN it first";
            replies.numeric(Numeric::CannotSendToChan, &[room.as_str()], text);
        }
        Refusal::Banned { room } => {
            let text = "Cannot send to channel (+b): you are banned; ask one of its operators";
            replies.numeric(Numeric::CannotSendToChan, &[room.as_str()], text);
        }
        Refusal::RankTooLow { room, rank } => {
            let text = format!(
                "Cannot send to channel: you must be at least {} there",
                name(*rank)
            );
            replies.numeric(Numeric::CannotSendToChan, &[room.as_str()], &text);
        }
        other => any(replies, verb, other),
    }
}

/// Entering a room (RFC 2812 section 3.2.1).
fn join(replies: &mut Replies<'_>, verb: &str, refusal: &Refusal) {
    match refusal {
        Refusal::Banned { room } => {
            let text = "Cannot join channel (+b): you are banned; ask one of its operators";
            replies.numeric(Numeric::BannedFromChan, &[room.as_str()], text);
        }
        Refusal::NeedAccount { room } => {
            let text = "Cannot join channel (+R): it is for those with an account; log in first";
            replies.numeric(Numeric::NeedReggedNick, &[room.as_str()], text);
        }
        other => any(replies, verb, other),
    }
}

fn knock(replies: &mut Replies<'_>, verb: &str, refusal: &Refusal) {
    match refusal {
        Refusal::TheyAreInRoom { room, .. } => {
            let text = "You are on that channel already";
            replies.numeric(Numeric::KnockOnChan, &[room.as_str()], text);
        }
        Refusal::Banned { room } => {
            let text = "Cannot knock there (+b): you are banned";
            replies.numeric(Numeric::CannotKnock, &[room.as_str()], text);
        }
        other => any(replies, verb, other),
    }
}

/// What is asked of ChanServ is answered by it, as the rest of what it says.
fn chanserv(replies: &mut Replies<'_>, refusal: &Refusal) {
    let text = match refusal {
        Refusal::Detached => return,
        // What to do about it is another thing on the plain protocol.
        Refusal::NoSuchRoom { room } => format!("there is no channel {room}"),
        Refusal::NotInRoom { room } => format!("you are not in {room}; JOIN it first"),
        other => other.to_string(),
    };
    Service::ChanServ.notice(replies, &text);
}

/// IRCv3 setname: `INVALID_REALNAME` is said before the chat is asked; all else is this.
fn setname(replies: &mut Replies<'_>, refusal: &Refusal) {
    let text = format!("Your real name was not changed: {refusal}");
    replies.standard("FAIL", "SETNAME", "CANNOT_CHANGE_REALNAME", &[], &text);
}

/// IRCv3 message-redaction.
fn redact(replies: &mut Replies<'_>, refusal: &Refusal) {
    let mut fail = |code: &str, context: &[&str], text: &str| {
        replies.standard("FAIL", "REDACT", code, context, text);
    };
    match refusal {
        Refusal::NoSuchMessage { id, target } => {
            let text = "This message does not exist or is too old";
            fail("UNKNOWN_MSGID", &[target, &id.to_string()], text);
        }
        Refusal::MessageNotYours { id, target } => {
            let text = "You are not authorised to delete this message: it is not yours";
            fail("REDACT_FORBIDDEN", &[target, &id.to_string()], text);
        }
        Refusal::NoSuchRoom { room }
        | Refusal::NotInRoom { room }
        | Refusal::Banned { room }
        | Refusal::RankTooLow { room, .. }
        | Refusal::MayNotSpeak { room, .. } => {
            let text = format!("You cannot delete messages from {room}");
            fail("INVALID_TARGET", &[room.as_str()], &text);
        }
        Refusal::NoSuchNick { nick } => {
            let text = format!("You cannot delete messages from {nick}: there is no such nick");
            fail("INVALID_TARGET", &[nick.as_str()], &text);
        }
        Refusal::NotKept { why } => {
            let text = format!("The message stays as it is: {why}");
            fail("NOT_STORED", &[], &text);
        }
        other => any(replies, "REDACT", other),
    }
}

/// IRCv3 channel-rename; numerics where there are such.
fn rename(replies: &mut Replies<'_>, refusal: &Refusal) {
    match refusal {
        Refusal::RoomExists { room, old } => {
            let text = "The channel name is already taken, or looks like one that is";
            let context = [old.as_str(), room.as_str()];
            replies.standard("FAIL", "RENAME", "CHANNEL_NAME_IN_USE", &context, text);
        }
        Refusal::RoomKeepsName { room, new } => {
            let text = "The channel cannot be renamed: it is where one lands";
            let context = [room.as_str(), new.as_str()];
            replies.standard("FAIL", "RENAME", "CANNOT_RENAME", &context, text);
        }
        other => any(replies, "RENAME", other),
    }
}

/// What is said the same way whatever the command. Every refusal has an answer here.
#[allow(
    clippy::too_many_lines,
    reason = "one table: each refusal, its numeric, what is said"
)]
fn any(replies: &mut Replies<'_>, verb: &str, refusal: &Refusal) {
    use Numeric as N;
    use Refusal as R;
    match refusal {
        R::NotKept { why } => {
            let text = format!("That was not stored and nobody has seen it: {why}");
            replies.standard("FAIL", verb, "NOT_STORED", &[], &text);
        }
        R::NoSuchNick { nick } => {
            replies.numeric(N::NoSuchNick, &[nick.as_str()], "No such nick/channel");
        }
        R::NoOperator => {
            let text = "No such nick/channel: no operator is reading now; try again later";
            replies.numeric(N::NoSuchNick, &[crate::chat::OPERATOR], text);
        }
        R::NoSuchRoom { room } => {
            let text = "No such channel; LIST shows those that there are";
            replies.numeric(N::NoSuchChannel, &[room.as_str()], text);
        }
        R::MayNotSpeak { room, letter } => {
            let text = format!("Cannot send to channel (+{letter}); ask one of its operators");
            replies.numeric(N::CannotSendToChan, &[room.as_str()], &text);
        }
        R::MayNotSayThat { target, letter } if target.starts_with('#') => {
            let text = format!("Cannot send to channel (+{letter}): it does not take that");
            replies.numeric(N::CannotSendToChan, &[target], &text);
        }
        R::MayNotSayThat { target, letter } => {
            let text = format!("Cannot send to user (+{letter}): it does not take that");
            replies.numeric(N::CannotSendToUser, &[target], &text);
        }
        R::NotToThem { nick } => {
            let text =
                "Cannot send to user (+R): it is written to with an account only; log in first";
            replies.numeric(N::CannotSendToUser, &[nick.as_str()], text);
        }
        R::NobodyReads { nick } => {
            let text = "Cannot send to user: it is not here now, and private messages are not kept: nobody has seen that";
            replies.numeric(N::CannotSendToUser, &[nick.as_str()], text);
        }
        R::NobodyHears { room, rank } => {
            let text = format!(
                "Cannot send to channel: nobody there is at least {}; say it to all, or try again later",
                name(*rank)
            );
            replies.numeric(N::CannotSendToChan, &[room.as_str()], &text);
        }
        R::TooManyRooms { room, limit } => {
            let text = format!(
                "You have joined too many channels: {limit} is the most (limits.rooms_per_client); PART one first"
            );
            replies.numeric(N::TooManyChannels, &[room.as_str()], &text);
        }
        R::RoomsFull { room, limit } => {
            let text = format!(
                "The server has {limit} channels, which is the most (limits.rooms); join one that LIST shows"
            );
            replies.numeric(N::TooManyChannels, &[room.as_str()], &text);
        }
        R::NickInUse { nick } => {
            let text = "Nickname is already in use, or looks like one that is; choose another";
            replies.numeric(N::NicknameInUse, &[nick.as_str()], text);
        }
        R::NickReserved { nick } => {
            let text = "Nickname belongs to an account, or looks like one that does: log in to it (SASL, or /msg NickServ IDENTIFY), or choose another";
            replies.numeric(N::NicknameInUse, &[nick.as_str()], text);
        }
        R::NickIsServers { nick } => {
            let text =
                "Erroneous nickname: it is this server's name, or looks like it; choose another";
            replies.numeric(N::ErroneousNickname, &[nick.as_str()], text);
        }
        R::NickRate { nick, wait } => {
            let text = format!(
                "Nick change too fast (limits.nick_rate): wait {}",
                seconds(*wait)
            );
            replies.numeric(N::NickTooFast, &[nick.as_str()], &text);
        }
        R::NickLocked { room, letter } => {
            let text = format!("Cannot change nickname while on {room} (+{letter}); PART it first");
            replies.numeric(N::CantChangeNick, &[], &text);
        }
        R::TheyAreNotInRoom { nick, room } => {
            let context = [nick.as_str(), room.as_str()];
            replies.numeric(N::UserNotInChannel, &context, "They aren't on that channel");
        }
        R::NotInRoom { room } => {
            let text = "You're not on that channel; JOIN it first";
            replies.numeric(N::NotOnChannel, &[room.as_str()], text);
        }
        R::TheyAreInRoom { nick, room } => {
            let context = [nick.as_str(), room.as_str()];
            replies.numeric(N::UserOnChannel, &context, "is already on channel");
        }
        R::RoomFull { room } => {
            let text = "Cannot join channel (+l): it is full; try again later";
            replies.numeric(N::ChannelIsFull, &[room.as_str()], text);
        }
        R::InviteOnly { room } => {
            let text = "Cannot join channel (+i): it is for the invited; KNOCK or ask one of its operators";
            replies.numeric(N::InviteOnlyChan, &[room.as_str()], text);
        }
        R::WrongKey { room } => {
            let text = "Cannot join channel (+k): it has a key, and that was not it";
            replies.numeric(N::BadChannelKey, &[room.as_str()], text);
        }
        R::Banned { room } => {
            let text = "You are banned from that channel (+b); ask one of its operators";
            replies.numeric(N::BannedFromChan, &[room.as_str()], text);
        }
        R::NeedAccount { room } => {
            let text = "That channel needs an account; log in first";
            replies.numeric(N::NeedReggedNick, &[room.as_str()], text);
        }
        R::ListFull {
            room,
            list,
            limit,
            mask,
        } => {
            let letter = list.letter().to_string();
            let text = format!(
                "Channel list is full: {limit} entries are the most (limits.list_entries), so {mask} was not added; take one away first"
            );
            replies.numeric(N::BanListFull, &[room.as_str(), &letter], &text);
        }
        R::RankTooLow { room, rank } => {
            let text = format!(
                "You're not channel operator: you must be at least {} there",
                name(*rank)
            );
            replies.numeric(N::ChanOPrivsNeeded, &[room.as_str()], &text);
        }
        R::ModeNotYours { room, flag } => {
            let text = format!(
                "Mode +{} of that channel is not yours to change",
                flag.letter()
            );
            replies.numeric(N::ChanOPrivsNeeded, &[room.as_str()], &text);
        }
        R::ForwardNotYours { to, .. } => {
            let text =
                "You're not channel operator: you must be at least op there too to forward to it";
            replies.numeric(N::ChanOPrivsNeeded, &[to.as_str()], text);
        }
        R::RoomOpen { room } => {
            let text = "Channel is open; JOIN it";
            replies.numeric(N::ChanOpen, &[room.as_str()], text);
        }
        R::MayNotKnock { room } => {
            let text = "Cannot knock there (+K): nobody answers";
            replies.numeric(N::CannotKnock, &[room.as_str()], text);
        }
        R::NobodyLetsIn { room } => {
            let text =
                "Cannot knock there: nobody who could let you in is there now; try again later";
            replies.numeric(N::CannotKnock, &[room.as_str()], text);
        }
        R::KnockRate { room, wait } => {
            let text = format!("Too many KNOCKs: wait {}", seconds(*wait));
            replies.numeric(N::TooManyKnock, &[room.as_str()], &text);
        }
        R::MonitorFull { limit, nicks } => {
            let nicks: Vec<&str> = nicks.iter().map(crate::chat::Nick::as_str).collect();
            let (limit, nicks) = (limit.to_string(), nicks.join(","));
            let text = "Monitor list is full (limits.monitor); take some away first";
            replies.numeric(N::MonListFull, &[&limit, &nicks], text);
        }
        R::NeedRole { role } => {
            let text = format!(
                "Permission Denied- You're not an IRC operator who may do that (at least {})",
                role.as_str()
            );
            replies.numeric(N::NoPrivileges, &[], &text);
        }
        R::JoinRate { wait, .. } => {
            let text = format!(
                "Please wait {} and try again: you join too fast (limits.join_rate)",
                seconds(*wait)
            );
            replies.numeric(N::TryAgain, &[verb], &text);
        }
        R::NotItsFounder { room } => {
            let text = "Channel is registered: only its founder may do that; ask for it there";
            replies.numeric(N::ChanOPrivsNeeded, &[room.as_str()], text);
        }
        R::AccessTooLow { room, .. } => {
            replies.numeric(N::ChanOPrivsNeeded, &[room.as_str()], &refusal.to_string());
        }
        R::NickNotYours { .. }
        | R::NoAccountCalled { .. }
        | R::NotLoggedIn
        | R::RoomRegistered { .. }
        | R::RoomNotRegistered { .. }
        | R::RoomIsLanding { .. }
        | R::TooManyOwned { .. }
        | R::OneFounder { .. }
        | R::NoAccess { .. }
        | R::AccessFull { .. }
        | R::SharedUser
        | R::NoSuchAccount
        | R::RoomExists { .. }
        | R::RoomKeepsName { .. }
        | R::NoSuchMessage { .. }
        | R::MessageNotYours { .. }
        | R::NoCurrentRoom
        | R::NotFromHere
        | R::Internal => {
            replies.numeric(N::UnknownError, &[verb], &refusal.to_string());
        }
        // There is nobody to be told.
        R::Detached => {}
    }
}

fn name(rank: Rank) -> &'static str {
    match rank {
        Rank::Voice => "voice (+v)",
        Rank::HalfOp => "half-operator (+h)",
        Rank::Op => "operator (+o)",
        Rank::Admin => "admin (+a)",
        Rank::Founder => "founder (+q)",
    }
}

#[cfg(test)]
mod tests;
