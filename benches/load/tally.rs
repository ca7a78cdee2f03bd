//! What arrived: counted exactly, for each pair of sender and receiver, with the time it took.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

fn micros() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as u64)
}

/// A message's line: `m SENDER NUMBER MICROSECONDS xxx...`, so many bytes and a newline.
pub(crate) fn message(sender: usize, number: u32, bytes: usize) -> Vec<u8> {
    let mut line = format!("m {sender} {number} {} ", micros()).into_bytes();
    line.resize(bytes.max(line.len()), b'x');
    line.push(b'\n');
    line
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
    /// Latencies in buckets of growing width: 16 to a power of two, in microseconds.
    buckets: Vec<u64>,
    most: u64,
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
            buckets: vec![0; 64 * 16],
            most: 0,
        }
    }

    /// Takes a line that a client received; lines that are no message of ours are passed over.
    pub(crate) fn line(&mut self, client: usize, line: &[u8]) {
        let Some((sender, number, sent)) = parse(line) else {
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
        let took = micros().saturating_sub(sent);
        self.most = self.most.max(took);
        self.buckets[bucket(took)] += 1;
    }

    /// The latency below which this share of the messages stayed, in microseconds (within 1/16).
    pub(crate) fn latency(&self, share: f64) -> u64 {
        if share >= 1.0 {
            return self.most;
        }
        let all: u64 = self.buckets.iter().sum();
        let mut left = (all as f64 * share) as u64;
        for (number, &count) in self.buckets.iter().enumerate() {
            if count > left {
                return upper(number);
            }
            left -= count;
        }
        self.most
    }
}

fn parse(line: &[u8]) -> Option<(usize, u32, u64)> {
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split_once("> m ")?.1.split(' ');
    Some((
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
    ))
}

fn bucket(micros: u64) -> usize {
    let value = micros.max(16);
    let power = 63 - value.leading_zeros() as usize;
    power * 16 + ((value >> (power - 4)) & 15) as usize
}

fn upper(bucket: usize) -> u64 {
    let (power, part) = (bucket / 16, bucket % 16);
    (1 << power) + ((part as u64 + 1) << (power - 4))
}
