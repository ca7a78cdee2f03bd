//! The numbers of rooms' lives: a room that is made again goes on with its former life or begins another one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Life, Timestamp};

/// So many milliseconds after a start a room that is made again goes on with the life that it had: a day.
const REVIVAL: i64 = 24 * 3600 * 1000;

/// What is known of lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Lives {
    /// Those that had not ended when the server last stopped, by the keys of their rooms.
    former: BTreeMap<Box<str>, u64>,
    /// Until when they are gone on with.
    until: Timestamp,
    /// [`Stamp::salt`](super::Stamp::salt): no other process has it.
    salt: u32,
    /// How many rooms this process has made.
    pub(super) made: u32,
}

impl Lives {
    pub(super) fn new(at: Timestamp, former: Vec<Life>, salt: u32) -> Lives {
        let former = former.into_iter().map(|life| (life.key, life.since));
        Lives {
            former: former.collect(),
            until: Timestamp(at.0.saturating_add(REVIVAL)),
            salt,
            made: 0,
        }
    }

    /// The number of the life of a room that is made now, if it does not go on with a former one.
    pub(super) fn next(&self) -> u64 {
        // Below 2^63, for stores that have signed numbers.
        u64::from(self.salt >> 1) << 32 | u64::from(self.made)
    }

    /// A room is made: the number of its life, which is `new` if there is no former one.
    pub(super) fn begin(&mut self, key: &str, at: Timestamp, new: u64) -> u64 {
        let life = self.would_begin(key, at, new);
        self.made = self.made.wrapping_add(1);
        self.former.remove(key);
        life
    }

    /// What [`Lives::begin`] would say.
    pub(super) fn would_begin(&self, key: &str, at: Timestamp, new: u64) -> u64 {
        let former = self.former.get(key).copied();
        former.filter(|_| at <= self.until).unwrap_or(new)
    }
}
