//! How many descriptors there may be.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Descriptors that are not for clients: log files, listeners, the event loops, operators.
const RESERVED: u64 = 40;

/// Raises the soft limit of descriptors to the hard one; the limit in force then.
pub(super) fn raise() -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return 1024;
    };
    if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() {
        hard
    } else {
        soft
    }
}

/// As many clients as the configured limit and this many descriptors allow; at least one.
pub(super) fn clients_allowed(limit: Option<u32>, descriptors: u64) -> usize {
    let possible = usize::try_from(descriptors.saturating_sub(RESERVED)).unwrap_or(usize::MAX);
    limit
        .map_or(possible, |limit| possible.min(limit as usize))
        .max(1)
}
