//! Memory that a crowd has needed, given up when the crowd has gone: what the hub holds, and what the allocator keeps for a thread.

use super::{Hub, Wire};

impl<W: Wire> Hub<W> {
    /// Gives up what was only needed for a crowd that has gone.
    pub(super) fn shrink(&mut self) {
        let mut timers = std::mem::take(&mut self.timers);
        timers.forget(|at, client| self.due(client) == Some(at));
        self.timers = timers;
        self.chat.shrink();
        self.mailboxes.shrink();
        self.rendered.shrink();
        self.overrun.shrink_to_fit();
        self.entered.shrink_to_fit();
        self.newcomers.shrink_to_fit();
        self.dirty_newcomers.shrink_to_fit();
        self.leaving.shrink_to_fit();
        self.waiting.shrink_to_fit();
    }
}

/// The pieces of memory that the GNU C library's malloc has kept for this thread when they were freed here: up to seven of each size up
/// to a kilobyte (`glibc.malloc.tcache_count`). After a crowd they lie far apart, each in a page of its own.
pub fn kept_for_this_thread() -> Vec<Vec<u8>> {
    const EACH: usize = 7;
    let sizes = (24..=1032).step_by(16);
    sizes
        .flat_map(|size| std::iter::repeat_n(size, EACH))
        .map(|size| std::hint::black_box(Vec::with_capacity(size)))
        .collect()
}
