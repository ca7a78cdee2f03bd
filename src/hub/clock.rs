//! The clocks, read once a turn: the wall clock for people, a monotonic one for measuring.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::chat::{Stamp, Tick, Timestamp};

/// Monotonic time, from one origin for the whole process.
pub fn now() -> Tick {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    // The origin lies an hour back, so that no bucket or deadline of the first moments reaches below zero.
    let origin = *ORIGIN.get_or_init(Instant::now);
    let since = Instant::now().saturating_duration_since(origin).as_micros();
    Tick(3_600_000_000 + u64::try_from(since).unwrap_or(u64::MAX / 2))
}

/// Comes back at that moment; never, without one.
pub(super) async fn until(moment: Option<Tick>) {
    match moment {
        Some(moment) => {
            let wait = std::time::Duration::from_micros(moment.0.saturating_sub(now().0));
            tokio::time::sleep(wait).await;
        }
        None => std::future::pending().await,
    }
}

/// The wall clock.
pub fn timestamp() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    Timestamp(i64::try_from(since).unwrap_or(i64::MAX))
}

/// Random, once for this process.
fn salt() -> u32 {
    use std::hash::{BuildHasher, Hasher};
    static SALT: OnceLock<u32> = OnceLock::new();
    // The standard library's hash keys are random for each process.
    *SALT.get_or_init(|| {
        let random = std::hash::RandomState::new().build_hasher().finish();
        // 0 is for what no process has made.
        u32::try_from(random >> 32).unwrap_or(0).max(1)
    })
}

/// Both at once.
pub fn stamp() -> Stamp {
    Stamp {
        at: timestamp(),
        tick: now(),
        salt: salt(),
    }
}
