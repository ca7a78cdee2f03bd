//! Places for handshakes: so many at once. Who waits for one is let in when another is done, or when one has held a
//! place too long, so that handshakes that stall do not keep anybody out. Touches no socket.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

#[cfg(test)]
mod tests;

/// As long as one keeps its place even if others wait.
const KEPT: Duration = Duration::from_secs(1);

/// The places that are taken, the oldest first.
#[derive(Default)]
pub(super) struct Places {
    taken: RefCell<VecDeque<Rc<Holder>>>,
    freed: Notify,
}

struct Holder {
    since: Instant,
    leave: Notify,
}

/// A place, given back when dropped.
pub(super) struct Place<'a> {
    places: &'a Places,
    holder: Rc<Holder>,
}

impl Places {
    /// A place among `most`, now or when there is one.
    pub(super) async fn take(&self, most: usize) -> Place<'_> {
        loop {
            let kept = match self.try_take(most) {
                Ok(place) => return place,
                Err(kept) => kept,
            };
            let _ = timeout(kept, self.freed.notified()).await;
        }
    }

    /// A place, or how long it takes until somebody has to make way.
    fn try_take(&self, most: usize) -> Result<Place<'_>, Duration> {
        let mut taken = self.taken.borrow_mut();
        if taken.len() >= most
            && let Some(oldest) = taken.front()
        {
            let kept = KEPT.saturating_sub(oldest.since.elapsed());
            if !kept.is_zero() {
                return Err(kept);
            }
            oldest.leave.notify_one();
            taken.pop_front();
        }
        let holder = Rc::new(Holder {
            since: Instant::now(),
            leave: Notify::new(),
        });
        taken.push_back(holder.clone());
        Ok(Place {
            places: self,
            holder,
        })
    }
}

impl Place<'_> {
    /// Comes back when the place is needed by another.
    pub(super) async fn needed(&self) {
        self.holder.leave.notified().await;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.taken.borrow_mut();
        if let Some(place) = taken.iter().position(|held| Rc::ptr_eq(held, &self.holder)) {
            taken.remove(place);
            self.places.freed.notify_one();
        }
    }
}
