//! What was said before, for plain clients: each line with its time, `[2026-11-23 10:02:03Z] <nick> text`, in UTC. Of a message that
//! was taken back nothing is told.

use super::answer;
use super::line::Line;
use super::render::{Spot, words};
use crate::chat::{Kept, RoomName, Speaker};
use crate::protocol::Look;

/// Why nothing of what was said before can be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSeen {
    /// The server keeps nothing.
    #[error("this server keeps no history")]
    Off,
    /// Too many look at once.
    #[error("too many look at the history just now; try again in a moment")]
    Busy,
    /// It cannot be read.
    #[error("the history cannot be read just now ({0}); try again later")]
    Failed(Box<str>),
}

impl NotSeen {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            NotSeen::Off => "history-off",
            NotSeen::Busy => "busy",
            NotSeen::Failed(_) => "history-failed",
        }
    }
}

/// Appends why nothing can be shown.
pub fn not_seen(why: &NotSeen, out: &mut Vec<u8>) {
    answer::error(why.code(), &why.to_string(), out);
}

/// Where a client is that is told of what was said before.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// In the room, and talks there.
    Here,
    /// In the room, and talks elsewhere.
    There,
    /// Private messages are told, to this nick or by it.
    Private(&'a str),
}

/// Appends what was said in the room that a client has entered, or what its device has missed, the earliest first. Of more than
/// `most` bytes the latest is told; how many messages are left out.
pub fn replay(kept: &[Kept], seen: Seen<'_>, most: usize, out: &mut Vec<u8>) -> usize {
    let (_, left_out) = latest(kept, seen, most, out);
    left_out
}

/// Appends what a look has found in a room, the earliest first, and a last line that says how much it was. Of more than `most`
/// bytes, that line not counted, the latest is told.
pub fn looked_up(look: &Look, room: &RoomName, kept: &[Kept], most: usize, out: &mut Vec<u8>) {
    let (told, left_out) = latest(kept, Seen::Here, most, out);
    let line = &mut Line(out);
    let count = |line: &mut Line<'_>| {
        line.number(told as u64);
        line.raw(if told == 1 { " message" } else { " messages" });
        line.raw(" of ").raw(room.as_str());
    };
    match look {
        Look::History(_) => {
            line.raw("-- end of history: ");
            count(line);
            line.end();
        }
        Look::Search(words) => {
            line.raw("-- found ");
            count(line);
            if left_out > 0 || kept.len() >= Look::FOUND as usize {
                line.raw(" (the latest; there may be more)");
            }
            line.raw(" with: ").text(words).end();
        }
    }
}

/// Appends the latest of the messages of which there is something to tell, as many as `most` bytes hold. How many, and how many are
/// left out.
fn latest(kept: &[Kept], seen: Seen<'_>, most: usize, out: &mut Vec<u8>) -> (usize, usize) {
    let start = out.len();
    let mut ends = Vec::new();
    for message in kept {
        let before = out.len();
        one(message, seen, &mut Line(out));
        if out.len() > before {
            ends.push(out.len());
        }
    }
    let over = (out.len() - start).saturating_sub(most);
    let left_out = if over == 0 {
        0
    } else {
        let last = ends.iter().position(|end| end - start >= over);
        last.map_or(0, |last| last + 1)
    };
    if let Some(last) = left_out.checked_sub(1) {
        out.drain(start..ends[last]);
    }
    (ends.len() - left_out, left_out)
}

fn one(message: &Kept, seen: Seen<'_>, line: &mut Line<'_>) {
    let Some(text) = &message.text else { return };
    let spot = match message.rank {
        Some(rank) => Spot::Ranked(rank, &message.to),
        // Whose lines stand without their room is somebody in it; the operator is not.
        None => match seen {
            Seen::Private(own) if message.from.name() == own && *message.to != *own => {
                Spot::To(&message.to)
            }
            Seen::Private(_) => Spot::You,
            Seen::There => Spot::Room(&message.to),
            Seen::Here if message.from == Speaker::Operator => Spot::Room(&message.to),
            Seen::Here => Spot::Here,
        },
    };
    let said = (&message.from, spot, message.manner);
    words(said, text, Some(message.at), line);
}

#[cfg(test)]
mod tests;
