//! ChanServ: registered rooms, as people's fingers know it. Knows words only; who may what is the chat's to say.

use super::{Service, usage};
use crate::chat::{Command, Nick, Rank, RoomName};
use crate::protocol::irc::{Asker, Reading, World, refusal};

const HELP: &str = "\
REGISTER <#channel> - makes it yours, if you are its operator: it stays when it is empty
INFO <#channel> - whose it is, since when
OP <#channel> [<nick>] - makes an operator, you or another; DEOP, HALFOP, DEHALFOP, VOICE, DEVOICE likewise
ACCESS <#channel> LIST | ADD <account> <rank> | DEL <account> - who is admin, op, halfop or voice there whenever they come
FOUNDER <#channel> <account> - gives it to somebody else
DROP <#channel> - makes it a channel as any other
What you may, you may by your account: log in first (/msg NickServ HELP).";

const RANKS: &str = "voice, halfop, op and admin";

pub(super) fn hear(world: &World<'_>, asker: Asker<'_>, words: &[&str], reading: &mut Reading) {
    // Refusals are told as its answers, whichever way it was asked.
    reading.verb = "CHANSERV";
    let says = |reading: &mut Reading, text: &str| {
        Service::ChanServ.says(world, asker, reading, text);
    };
    if world.server.accounts.is_none() {
        return says(
            reading,
            "There are no accounts here, so no channel is anybody's.",
        );
    }
    // Whoever may not is asked for no confirmation.
    if let [command, name] = words
        && command.eq_ignore_ascii_case("DROP")
        && let Ok(name) = RoomName::parse(name)
        && let Err(why) = world.chat.may_drop((asker.client, asker.user), name)
    {
        let (verb, capabilities) = (reading.verb, asker.client.capabilities);
        return reading.tell(world, asker, |replies| {
            refusal(replies, verb, &why, capabilities);
        });
    }
    match asked(words) {
        Ok(command) => reading.ask(command),
        Err(text) => says(reading, &text),
    }
}

/// What is asked for; or what is answered at once.
fn asked(words: &[&str]) -> Result<Command, String> {
    let Some((command, words)) = words.split_first() else {
        return Err(HELP.into());
    };
    let command = command.to_ascii_uppercase();
    match (command.as_str(), words) {
        ("HELP", _) => Err(HELP.into()),
        // Some services want a password or a description too.
        ("REGISTER", [name, ..]) => Ok(Command::RegisterRoom(Some(room(name)?))),
        ("INFO", [name]) => Ok(Command::ShowOwner(Some(room(name)?))),
        ("DROP", [name]) => {
            let name = room(name)?;
            Err(format!(
                "Nobody has access to {name} any more then, and it goes when it is empty. If you mean that: DROP {name} {name}"
            ))
        }
        ("DROP", [name, again]) => {
            let (name, again) = (room(name)?, room(again)?);
            if name.key() != again.key() {
                return Err(format!("To drop it, name it twice: DROP {name} {name}"));
            }
            Ok(Command::DropRoom(name))
        }
        ("ACCESS", [name]) => Ok(Command::ShowAccess(Some(room(name)?))),
        ("ACCESS", [name, what, rest @ ..]) => access(room(name)?, what, rest),
        ("FOUNDER", [name, account]) => Ok(Command::HandOver(room(name)?, nick(account)?)),
        ("SET", [name, what, account]) if what.eq_ignore_ascii_case("FOUNDER") => {
            Ok(Command::HandOver(room(name)?, nick(account)?))
        }
        ("SET", [what, name, account]) if what.eq_ignore_ascii_case("FOUNDER") => {
            Ok(Command::HandOver(room(name)?, nick(account)?))
        }
        (command, [name, who @ ..])
            if let (Some((rank, on)), 0 | 1) = (rank_of(command), who.len()) =>
        {
            let who = who.first().map(|who| nick(who)).transpose()?;
            Ok(Command::SetRank(room(name)?, who, rank, on))
        }
        (command, _) => Err(usage(HELP, helped_as(command))),
    }
}

fn access(name: RoomName, what: &str, words: &[&str]) -> Result<Command, String> {
    match (what.to_ascii_uppercase().as_str(), words) {
        ("LIST", []) => Ok(Command::ShowAccess(Some(name))),
        ("ADD" | "SET", [account, word]) => {
            let account = nick(account)?;
            let rank = Rank::parse(word);
            let rank = rank
                .ok_or_else(|| format!("There is no rank {}; there are {RANKS}.", shown(word)))?;
            Ok(Command::SetAccess(Some(name), account, Some(rank)))
        }
        ("DEL" | "REMOVE", [account]) => Ok(Command::SetAccess(Some(name), nick(account)?, None)),
        _ => Err(usage(HELP, "ACCESS")),
    }
}

/// The rank that a command gives or takes.
fn rank_of(command: &str) -> Option<(Rank, bool)> {
    Some(match command {
        "OP" => (Rank::Op, true),
        "DEOP" => (Rank::Op, false),
        "HALFOP" => (Rank::HalfOp, true),
        "DEHALFOP" => (Rank::HalfOp, false),
        "VOICE" => (Rank::Voice, true),
        "DEVOICE" => (Rank::Voice, false),
        _ => return None,
    })
}

/// The command under which the help tells of one.
fn helped_as(command: &str) -> &str {
    match command {
        "SET" => "FOUNDER",
        command if rank_of(command).is_some() => "OP",
        command => command,
    }
}

fn room(word: &str) -> Result<RoomName, String> {
    RoomName::parse(word).map_err(|error| format!("{}: {error}.", shown(word)))
}

fn nick(word: &str) -> Result<Nick, String> {
    Nick::parse(word).map_err(|error| format!("{}: {error}.", shown(word)))
}

/// As much of a word as is shown of one that is wrong.
fn shown(word: &str) -> String {
    word.chars().take(32).collect()
}

#[cfg(test)]
mod tests;
