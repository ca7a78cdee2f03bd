//! The same warning again and again, said once with a count. Bounded; writes nothing.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use tracing::Level;

use super::record::Record;

#[cfg(test)]
mod tests;

/// How long the same warning or error is only counted after it has been said.
pub(super) const WINDOW: Duration = Duration::from_secs(10);
/// The most different warnings that are counted at once; a further one ends the oldest one's window.
pub(super) const MOST: usize = 256;

/// The warnings of the last [`WINDOW`].
#[derive(Debug, Default)]
pub(super) struct Repeats {
    said: HashMap<Key, Said>,
    next_end: Option<SystemTime>,
}

/// Level, target and body: by these two records are the same.
type Key = (Level, &'static str, String);

#[derive(Debug)]
struct Said {
    since: SystemTime,
    again: u64,
}

impl Repeats {
    /// Whether the record is to be said, not only counted. Everything below a warning is.
    pub(super) fn admit(
        &mut self,
        record: &Record,
        now: SystemTime,
        over: &mut Vec<Record>,
    ) -> bool {
        self.expire(now, over);
        if record.level > Level::WARN {
            return true;
        }
        let key = (record.level, record.target, record.body.clone());
        if let Some(said) = self.said.get_mut(&key) {
            said.again += 1;
            return false;
        }
        if self.said.len() >= MOST {
            self.end_oldest(over);
        }
        let end = now + WINDOW;
        self.next_end = Some(self.next_end.map_or(end, |next| next.min(end)));
        self.said.insert(
            key,
            Said {
                since: now,
                again: 0,
            },
        );
        true
    }

    /// Puts the counts of windows that have ended into `over`.
    pub(super) fn expire(&mut self, now: SystemTime, over: &mut Vec<Record>) {
        // A clock that was set back ends every window: nothing may stay silent until it has caught up.
        let ended = |since: SystemTime| now.duration_since(since).map_or(true, |age| age >= WINDOW);
        let Some(next) = self.next_end else { return };
        if now < next && next.duration_since(now).is_ok_and(|left| left <= WINDOW) {
            return;
        }
        let mut counts = Vec::new();
        self.said.retain(|key, said| {
            if !ended(said.since) {
                return true;
            }
            if said.again > 0 {
                counts.push((said.since, report(key, said.again)));
            }
            false
        });
        self.next_end = self.said.values().map(|said| said.since + WINDOW).min();
        deliver(counts, over);
    }

    /// Puts all counts into `over` and forgets everything: the log ends.
    pub(super) fn end_all(&mut self, over: &mut Vec<Record>) {
        let counts = self
            .said
            .drain()
            .filter(|(_, said)| said.again > 0)
            .map(|(key, said)| (said.since, report(&key, said.again)))
            .collect();
        self.next_end = None;
        deliver(counts, over);
    }

    fn end_oldest(&mut self, over: &mut Vec<Record>) {
        let oldest = self
            .said
            .iter()
            .min_by_key(|(_, said)| said.since)
            .map(|(key, _)| key.clone());
        if let Some((key, said)) = oldest.and_then(|key| self.said.remove_entry(&key))
            && said.again > 0
        {
            over.push(report(&key, said.again));
        }
    }
}

/// In the order in which they were first said, so that a log is the same for the same records.
fn deliver(mut counts: Vec<(SystemTime, Record)>, over: &mut Vec<Record>) {
    counts.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.body.cmp(&right.body)));
    over.extend(counts.into_iter().map(|(_, record)| record));
}

fn report((level, target, body): &Key, again: u64) -> Record {
    Record {
        level: *level,
        target,
        body: format!("{body} (repeated {again} times)"),
        fields: Vec::new(),
    }
}
