//! Answers of many parts: who is in a room, who somebody is, which rooms there are.

use super::line::Line;
use crate::chat::{Account, Member, Nick, RoomLine, RoomName, Text, Timestamp, Topic};

/// The most bytes of an answer that lists users or rooms; what does not fit is counted instead. So it fits into the smallest
/// `limits.send_queue`, and nobody is cut off for asking.
const ANSWER: usize = 16 * 1024;
/// As many of them are kept for the line that says how many more there are.
const LAST_LINE: usize = 200;
/// A line of members is ended once it has this many bytes.
const LIST_WIDTH: usize = 400;

pub(super) fn topic_of(name: &RoomName, topic: &Topic, line: &mut Line<'_>) {
    line.raw("-- Topic of ")
        .raw(name.as_str())
        .raw(": ")
        .text(topic.as_str());
}

pub(super) fn who(name: &RoomName, members: &[Member], more: u32, line: &mut Line<'_>) {
    let all = members.len() as u64 + u64::from(more);
    let mut more = u64::from(more);
    let answer = line.0.len();
    line.raw("-- ")
        .raw(name.as_str())
        .raw(" (")
        .number(all)
        .raw("):");
    let mut start = line.0.len();
    for (nth, member) in members.iter().enumerate() {
        let before = line.0.len();
        if line.0.len() - start > LIST_WIDTH {
            line.end();
            line.raw("-- ").raw(name.as_str()).raw(":");
            start = line.0.len();
        } else if nth > 0 {
            line.raw(",");
        }
        line.raw(" ").raw(member.nick.as_str());
        match (member.rank, &member.away) {
            (None, None) => {}
            (None, Some(_)) => drop(line.raw(" (away)")),
            (Some(rank), None) => drop(line.raw(" (").raw(rank.as_str()).raw(")")),
            (Some(rank), Some(_)) => drop(line.raw(" (").raw(rank.as_str()).raw(", away)")),
        }
        if line.0.len() - answer > ANSWER - LAST_LINE {
            line.0.truncate(before);
            more += (members.len() - nth) as u64;
            break;
        }
    }
    line.end();
    if more > 0 {
        line.raw("-- ")
            .raw(name.as_str())
            .raw(": and ")
            .number(more)
            .raw(" more")
            .end();
    }
}

pub(super) fn user(
    (nick, account): (&Nick, Option<&Account>),
    away: Option<&Text>,
    rooms: &[RoomName],
    here: Option<(Timestamp, u64)>,
    line: &mut Line<'_>,
) {
    line.raw("-- ").raw(nick.as_str());
    match here {
        Some((connected_at, idle_seconds)) => {
            line.raw(" is here since ").time(connected_at);
            line.raw(", idle for ").number(idle_seconds).raw(" s, in");
        }
        None => {
            line.raw(" has no client now, and stays in");
        }
    }
    if rooms.is_empty() {
        line.raw(" no room");
    }
    for (nth, room) in rooms.iter().enumerate() {
        line.raw(if nth == 0 { " " } else { ", " })
            .raw(room.as_str());
    }
    line.end();
    if let Some(account) = account {
        line.raw("-- ")
            .raw(nick.as_str())
            .raw(" is logged in as ")
            .text(&account.0)
            .end();
    }
    if let Some(away) = away {
        line.raw("-- ")
            .raw(nick.as_str())
            .raw(" is away: ")
            .text(away.as_str())
            .end();
    }
}

pub(super) fn list(rooms: &[RoomLine], more: u32, line: &mut Line<'_>) {
    let mut more = u64::from(more);
    let answer = line.0.len();
    for (nth, room) in rooms.iter().enumerate() {
        let before = line.0.len();
        line.raw("-- ")
            .raw(room.room.as_str())
            .raw(" (")
            .number(room.users.into())
            .raw(")");
        if let Some(topic) = &room.topic {
            line.raw(": ").text(topic.as_str());
        }
        line.end();
        if line.0.len() - answer > ANSWER - LAST_LINE {
            line.0.truncate(before);
            more += (rooms.len() - nth) as u64;
            break;
        }
    }
    if more > 0 {
        line.raw("-- and ").number(more).raw(" more rooms").end();
    }
}

#[cfg(test)]
mod tests;
