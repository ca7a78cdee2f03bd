//! The first thing a client reads: at most 1,000 bytes, so that it is one write that one `recv(1024)` takes whole.

use std::io::Write as _;

use super::clean;
use crate::chat::{Nick, RoomName, Topic};

/// The most bytes of it all.
const MOST: usize = 1_000;
/// What is left of them for the line that says who and where one is, at its longest, and for the start of the topic.
const KEPT: usize = 380;
/// Stands for what was left out.
const CUT: &str = "…";

/// Appends the greeting, line by line, and then, if news are wanted, who and where one is, and the topic.
pub(super) fn render(
    greeting: &str,
    you: Option<(&Nick, &RoomName, u32)>,
    topic: Option<&Topic>,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    let kept = if you.is_some() { KEPT } else { 0 };
    for text in greeting.lines() {
        if !line("*** ", text, start + MOST - kept, out) {
            break;
        }
    }
    let Some((nick, name, count)) = you else {
        return;
    };
    // Writing into memory cannot fail.
    let _ = write!(out, "*** You are {nick} in {name} with ");
    others(count, out);
    out.extend_from_slice(b". /help shows the commands.\n");
    if let Some(topic) = topic {
        let _ = line("*** Topic: ", topic.as_str(), start + MOST, out);
    }
}

/// Appends how many others there are.
pub(super) fn others(count: u32, out: &mut Vec<u8>) {
    let _ = match count {
        0 => write!(out, "nobody else"),
        1 => write!(out, "1 other"),
        n => write!(out, "{n} others"),
    };
}

/// Appends one line so that `out` does not grow beyond `end`: shortened, between characters, or not at all. True when it fits
/// whole.
fn line(before: &str, text: &str, end: usize, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    out.extend_from_slice(before.as_bytes());
    let first = out.len();
    clean::push(text, out);
    out.push(b'\n');
    if out.len() <= end {
        return true;
    }
    let room = end.saturating_sub(CUT.len() + 1);
    let mut at = room.min(out.len() - 1);
    while at > first && out[at] & 0xC0 == 0x80 {
        at -= 1;
    }
    if at <= first {
        out.truncate(start);
        return false;
    }
    out.truncate(at);
    out.extend_from_slice(CUT.as_bytes());
    out.push(b'\n');
    false
}

#[cfg(test)]
mod tests;
