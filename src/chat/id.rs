//! Ids, and the stamp: the time as the pure chat is told it, having no clock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One client, for the chat and for the operator. Counts from 1 and is never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u64);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A client's compact index while it is attached; reused after it has gone. Mailboxes are found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seat(pub u32);

/// A user's compact index while there is such a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub u32);

/// A room's compact index while there is such a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomId(pub u32);

/// Wall-clock time in milliseconds since 1970-01-01T00:00:00Z. For people to read, never for measuring.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Monotonic time in microseconds since some moment before the process began. For measuring.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Tick(pub u64);

impl Tick {
    /// So much later; at most the last tick there is.
    #[must_use]
    pub fn after(self, time: Duration) -> Tick {
        Tick(self.0.saturating_add(micros(time)))
    }

    /// So much earlier; at least the first tick.
    #[must_use]
    pub fn before(self, time: Duration) -> Tick {
        Tick(self.0.saturating_sub(micros(time)))
    }

    /// Whole seconds from `earlier` until now; none when it is later.
    pub fn seconds_since(self, earlier: Tick) -> u64 {
        self.0.saturating_sub(earlier.0) / 1_000_000
    }
}

/// Whole microseconds; what is more than 64 bits hold is the most that they hold.
pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The time of a decision, by both clocks. One stamp serves all commands of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The wall clock.
    pub at: Timestamp,
    /// The monotonic clock.
    pub tick: Tick,
    /// Random, once for each process: keeps the ids of messages apart whatever the clock does.
    pub salt: u32,
}

/// One message, for replies, reactions and redactions. Unique for ever, and later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(u128);

impl MessageId {
    /// The id of the `nth` message.
    pub fn new(stamp: &Stamp, nth: u64) -> MessageId {
        let at = u128::try_from(stamp.at.0).unwrap_or(0) & 0xFFFF_FFFF_FFFF;
        MessageId(at << 80 | u128::from(nth & 0xFFFF_FFFF_FFFF) << 32 | u128::from(stamp.salt))
    }

    /// The time that it was made with: that of its message, or, after the clock was set back, a later one.
    pub fn time(self) -> Timestamp {
        Timestamp(i64::try_from(self.0 >> 80).unwrap_or(0))
    }

    /// The `nth` that it was made with.
    pub fn nth(self) -> u64 {
        u64::try_from(self.0 >> 32 & 0xFFFF_FFFF_FFFF).unwrap_or(0)
    }

    /// The random bits that it was made with.
    pub fn salt(self) -> u32 {
        u32::try_from(self.0 & 0xFFFF_FFFF).unwrap_or(0)
    }

    /// The id that `Display` has written.
    pub fn parse(text: &str) -> Option<MessageId> {
        if text.len() != DIGITS {
            return None;
        }
        text.bytes().try_fold(MessageId(0), |id, digit| {
            let value = ALPHABET.iter().position(|known| *known == digit)?;
            Some(MessageId(id.0.checked_mul(32)? | value as u128))
        })
    }
}

/// Crockford's base 32, as in ULIDs: 26 characters for 128 bits, which sort as the ids do.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DIGITS: usize = 26;

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [b'0'; DIGITS];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(rest % 32) as usize];
            rest /= 32;
        }
        f.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}
