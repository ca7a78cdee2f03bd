//! The arguments of the commands about registered rooms.

use super::read::{Reading, only, only_a_room, optional_room, word};
use super::{Fault, Read};
use crate::chat::{Command, Nick, Rank, RoomName};

pub(super) fn claim(arguments: &str) -> Reading {
    let room = only_a_room(arguments)?;
    Ok(Read::Command(Command::RegisterRoom(room)))
}

pub(super) fn unclaim(arguments: &str) -> Reading {
    let room = RoomName::parse(only(arguments)?)?;
    Ok(Read::Command(Command::DropRoom(room)))
}

/// `[#ROOM] [ACCOUNT RANK]`; whom one makes founder, one hands the room over to.
pub(super) fn access(arguments: &str) -> Reading {
    let (room, rest) = optional_room(arguments)?;
    let (account, rank) = word(rest);
    if account.is_empty() {
        return Ok(Read::Command(Command::ShowAccess(room)));
    }
    let account = Nick::parse(account)?;
    let rank = match only(rank)? {
        "-" => None,
        word => Some(Rank::parse(word).ok_or_else(|| {
            let why = "the ranks are voice, halfop, op and admin; founder hands the room over, - takes a rank away";
            Fault::Mode(why.into())
        })?),
    };
    Ok(Read::Command(match (rank, room) {
        (Some(Rank::Founder), Some(room)) => Command::HandOver(room, account),
        (Some(Rank::Founder), None) => return Err(Fault::Usage),
        (rank, room) => Command::SetAccess(room, account, rank),
    }))
}

#[cfg(test)]
mod tests;
