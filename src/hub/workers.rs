//! Threads that help the chat's own at the end of a turn: where very many are to be written to, each thread takes its share of them.
//! The chat waits for them, so that nothing else of it is seen by two threads. In between they sleep.

use std::sync::{Mutex, PoisonError};

use rayon_core::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// Fewer than so many pieces of work one thread does sooner than it wakes another.
pub(super) const SHARED: usize = if cfg!(test) { 3 } else { 128 };

/// So many are taken at once: the work that is waited for when the rest is done. A thread that has not woken by then is waited for too.
const SHARE: usize = if cfg!(test) { 1 } else { 16 };

/// The threads beside the one that asks; there may be none.
#[derive(Debug, Default)]
pub struct Workers {
    pool: Option<ThreadPool>,
}

impl Workers {
    /// So many threads together, the one that asks among them: at least one.
    pub fn new(threads: usize) -> Result<Workers, ThreadPoolBuildError> {
        let pool = (threads > 1).then(|| {
            ThreadPoolBuilder::new()
                .num_threads(threads - 1)
                .thread_name(|nth| format!("chat-write-{}", nth + 1))
                .build()
        });
        Ok(Workers {
            pool: pool.transpose()?,
        })
    }

    /// Whether so much work is worth sharing.
    pub(super) fn share(&self, pieces: usize) -> bool {
        self.pool.is_some() && pieces >= SHARED
    }

    /// Does it all, and returns when all is done. Each thread has a buffer of its own.
    pub(super) fn each<P: Send>(
        &self,
        pieces: &mut [P],
        work: impl Fn(&mut P, &mut Vec<u8>) + Sync,
    ) {
        let shares = Mutex::new(pieces.chunks_mut(SHARE));
        let next = || shares.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let mut buffer = Vec::new();
            while let Some(share) = next() {
                for piece in share {
                    work(piece, &mut buffer);
                }
            }
        };
        let Some(pool) = &self.pool else {
            return work();
        };
        pool.in_place_scope(|scope| {
            for _ in 0..pool.current_num_threads() {
                scope.spawn(|_| work());
            }
            work();
        });
    }
}
