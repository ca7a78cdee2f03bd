//! Rates and buckets (GCRA): a burst at once, then one every interval. The bucket is eight bytes and is told the time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Tick;
use super::id::micros;

/// A rate: `burst` at once, then one every `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// How many may come at once; at least 1.
    pub burst: u32,
    /// Microseconds until one more is allowed; at least 1.
    pub interval: u64,
}

impl Rate {
    /// `count` in `period`: that many at once, and that many again after one period. Both at least 1.
    pub fn new(count: u32, period: Duration) -> Rate {
        Rate {
            burst: count.max(1),
            interval: (micros(period) / u64::from(count.max(1))).max(1),
        }
    }
}

/// What has been spent of a rate: the moment at which all of it is back, in microseconds. A new bucket is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bucket(u64);

impl Bucket {
    /// The bucket after taking `cost` of it at `now`, or how long to wait until that is possible.
    pub fn take(self, rate: Rate, cost: u32, now: Tick) -> Result<Bucket, Duration> {
        let full_again = self
            .0
            .max(now.0)
            .saturating_add(rate.interval.saturating_mul(u64::from(cost)));
        let allowed = now.0.saturating_add(
            rate.interval
                .saturating_mul(u64::from(rate.burst.max(cost))),
        );
        if full_again <= allowed {
            Ok(Bucket(full_again))
        } else {
            Err(Duration::from_micros(full_again - allowed))
        }
    }

    /// True when nothing is spent any more, so that the bucket need not be kept.
    pub fn is_full(self, now: Tick) -> bool {
        self.0 <= now.0
    }
}
