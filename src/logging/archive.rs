//! The names of closed log files, `chatd-20261122T213000Z.log`, and which of them are the oldest. Touches no disk.

use std::time::SystemTime;

use jiff::Timestamp;

#[cfg(test)]
mod tests;

/// A closed file's name: of a log, the second of UTC in which it was closed, and a number from 1 when there are more of
/// that second. Ordered by age.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Closed {
    stamp: String,
    number: u64,
}

impl Closed {
    /// The name for a file closed now, which none of the `existing` has. Its number is above theirs even when lower
    /// ones are free again: a free one would be older than those.
    pub(super) fn next(now: SystemTime, existing: &[Closed]) -> Closed {
        let time = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
        let stamp = time.strftime("%Y%m%dT%H%M%SZ").to_string();
        let highest = existing.iter().filter(|closed| closed.stamp == stamp);
        let number = highest.map(|closed| closed.number).max().unwrap_or(0) + 1;
        Closed { stamp, number }
    }

    /// The one after this, in the same second.
    pub(super) fn after(&self) -> Closed {
        Closed {
            stamp: self.stamp.clone(),
            number: self.number + 1,
        }
    }

    /// Reads a file's name; None when it is not exactly of this form: then it is somebody else's.
    pub(super) fn parse(stem: &str, name: &str) -> Option<Closed> {
        let rest = name
            .strip_prefix(stem)?
            .strip_prefix('-')?
            .strip_suffix(".log")?;
        let (stamp, number) = match rest.split_once('-') {
            None => (rest, 1),
            Some((stamp, number)) => (stamp, canonical(number).filter(|&number| number >= 2)?),
        };
        let well_formed = stamp.len() == 16
            && stamp.bytes().enumerate().all(|(at, byte)| match at {
                8 => byte == b'T',
                15 => byte == b'Z',
                _ => byte.is_ascii_digit(),
            });
        well_formed.then(|| Closed {
            stamp: stamp.to_owned(),
            number,
        })
    }

    /// The file's name.
    pub(super) fn name(&self, stem: &str) -> String {
        match self.number {
            1 => format!("{stem}-{}.log", self.stamp),
            number => format!("{stem}-{}-{number}.log", self.stamp),
        }
    }
}

/// A number as this program writes it: digits, no zero before.
fn canonical(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Those that go, so that with the one closed just now `keep` stay. `others` are without it: a clock that was set back
/// must not make the newest file the oldest.
pub(super) fn surplus(mut others: Vec<Closed>, keep: u32) -> Vec<Closed> {
    others.sort();
    let stay = usize::try_from(keep)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    others.truncate(others.len().saturating_sub(stay));
    others
}
