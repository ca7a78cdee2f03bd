//! What arrived: counted exactly, for each pair of sender and receiver, with the time it took.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

use memchr::memmem::Finder;

use crate::latency::Latency;

/// What a text begins with, and nothing else holds.
const MARK: &[u8] = b"@@ ";

fn micros() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as u64)
}

/// Bytes of a message's text.
const TEXT: usize = 100;

/// A message's text: `@@ SENDER NUMBER MICROSECONDS xxx...`.
pub(crate) fn message(sender: usize, number: u32) -> Vec<u8> {
    let mut text = format!("@@ {sender} {number} {} ", micros()).into_bytes();
    text.resize(TEXT.max(text.len()), b'x');
    text
}

/// The count.
pub(crate) struct Tally {
    senders: usize,
    /// For each receiver and sender: the next number expected.
    next: Vec<u32>,
    /// Different messages received.
    pub(crate) received: u64,
    /// Messages received again.
    pub(crate) doubled: u64,
    /// Messages that later ones have overtaken and that may still come: receiver, sender, number.
    overtaken: HashSet<(usize, usize, u32)>,
    /// Messages received after one that was said later.
    pub(crate) reordered: u64,
    mark: Finder<'static>,
    /// How long the messages took.
    pub(crate) latency: Latency,
}

impl Tally {
    /// For so many receivers and senders.
    pub(crate) fn new(clients: usize, senders: usize) -> Tally {
        Tally {
            senders,
            next: vec![0; clients * senders],
            received: 0,
            doubled: 0,
            overtaken: HashSet::new(),
            reordered: 0,
            mark: Finder::new(MARK),
            latency: Latency::default(),
        }
    }

    /// Takes a line that a client received; lines that are no message of ours are passed over.
    pub(crate) fn line(&mut self, client: usize, line: &[u8]) {
        let text = self.mark.find(line).map(|at| &line[at + MARK.len()..]);
        let Some((sender, number, sent)) = text.and_then(parse) else {
            return;
        };
        let next = &mut self.next[client * self.senders + sender];
        match number.cmp(next) {
            Ordering::Equal => self.received += 1,
            Ordering::Greater => {
                self.received += 1;
                self.overtaken
                    .extend((*next..number).map(|late| (client, sender, late)));
            }
            Ordering::Less if self.overtaken.remove(&(client, sender, number)) => {
                self.received += 1;
                self.reordered += 1;
            }
            Ordering::Less => self.doubled += 1,
        }
        *next = (number + 1).max(*next);
        self.latency.add(micros().saturating_sub(sent));
    }
}

fn parse(text: &[u8]) -> Option<(usize, u32, u64)> {
    let text = std::str::from_utf8(text).ok()?;
    let mut words = text.split(' ');
    Some((
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
    ))
}
