//! labeled-response: what a labelled command brought, marked with its label (IRCv3 labeled-response, batch). Knows no command.

use std::io::Write as _;

use super::{Capability, Message, Server, escape, time_tag};
use crate::chat::{Capabilities, Stamp};

/// Appends `lines`, whole lines that go to the one client, marked with `label`: no line becomes an ACK, one is tagged, several
/// become a batch; what is one batch already is tagged where it begins. A client without the batch capability, on which labels
/// depend, is sent the lines as they are.
///
/// What a client says to itself is not part of what its command brought, its echo is: the lines must be without the former.
pub fn label(
    lines: &[u8],
    label: &str,
    server: &Server,
    stamp: &Stamp,
    capabilities: Capabilities,
    out: &mut Vec<u8>,
) {
    if !Capability::Batch.is_in(capabilities) {
        return out.extend_from_slice(lines);
    }
    let mut all = lines.split_inclusive(|&byte| byte == b'\n');
    // Writing into memory cannot fail.
    let (name, time) = (&server.name, time_tag(stamp.at, capabilities));
    match (all.next(), all.next()) {
        (None, _) => {
            open(label, time.strip_prefix('@'), out);
            let _ = write!(out, ":{name} ACK\r\n");
        }
        (Some(only), None) => tag(label, only, out),
        (Some(first), Some(_)) if is_one_batch(lines) => {
            tag(label, first, out);
            out.extend_from_slice(&lines[first.len()..]);
        }
        _ => {
            // Batches of messages are called by longer names; another one of this name begins only after this one has ended.
            let reference = format!("L{:x}", stamp.tick.0);
            open(label, time.strip_prefix('@'), out);
            let _ = write!(out, ":{name} BATCH +{reference} labeled-response\r\n");
            for line in lines.split_inclusive(|&byte| byte == b'\n') {
                batched(&reference, line, out);
            }
            let _ = write!(out, ":{name} BATCH -{reference}\r\n");
        }
    }
}

/// The tags of a line of our own: the label, and the others with their space.
fn open(label: &str, others: Option<&str>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"@label=");
    escape(label, out);
    match others {
        Some(others) => {
            out.push(b';');
            out.extend_from_slice(others.as_bytes());
        }
        None => out.push(b' '),
    }
}

/// A line with its label.
fn tag(label: &str, line: &[u8], out: &mut Vec<u8>) {
    let tags = line.strip_prefix(b"@");
    open(label, tags.map(|_| ""), out);
    out.extend_from_slice(tags.unwrap_or(line));
}

/// A line in the batch, or in the batch that it was in before: that one is in ours.
fn batched(reference: &str, line: &[u8], out: &mut Vec<u8>) {
    let is_in_another = read(line).is_some_and(|message| message.tags.get("batch").is_some());
    if !is_in_another {
        let _ = write!(out, "@batch={reference}");
        out.push(if line.starts_with(b"@") { b';' } else { b' ' });
    }
    let tags = line.strip_prefix(b"@").filter(|_| !is_in_another);
    out.extend_from_slice(tags.unwrap_or(line));
}

fn read(line: &[u8]) -> Option<Message<'_>> {
    let line = std::str::from_utf8(line).ok()?;
    Message::parse(line.trim_end_matches(['\r', '\n'])).ok()
}

/// Whether the first line opens a batch, the last one ends it, and all between are in it or in batches that are in it.
fn is_one_batch(lines: &[u8]) -> bool {
    let mut all = lines.split_inclusive(|&byte| byte == b'\n').map(read);
    let (Some(Some(first)), Some(Some(last))) = (all.next(), all.next_back()) else {
        return false;
    };
    let named = |message: &Message<'_>, sign: char| -> Option<String> {
        let is_batch = message.command.eq_ignore_ascii_case("BATCH");
        let name = message.params.first()?.strip_prefix(sign)?;
        is_batch.then(|| name.to_owned())
    };
    let Some(name) = named(&first, '+') else {
        return false;
    };
    // Those in it that are open, and itself.
    let mut open = vec![name];
    let ends = named(&last, '-').as_ref() == open.first();
    let mut is_inside = |message: Message<'_>| {
        let batch = message.tags.get("batch");
        let is_inside = batch.is_some_and(|batch| open.iter().any(|open| *open == *batch));
        if is_inside {
            open.extend(named(&message, '+'));
            let ended = named(&message, '-');
            open.retain(|open| Some(open) != ended.as_ref());
        }
        is_inside
    };
    ends && all.all(|line| line.is_some_and(&mut is_inside))
}

#[cfg(test)]
mod tests;
