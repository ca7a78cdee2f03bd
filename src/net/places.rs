//! Places for handshakes: so many at once. Who waits for one gets it when another is done, or when one from another
//! address has held a place too long, so that handshakes that stall keep out nobody but their own. Touches no socket.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::admission::Origin;

#[cfg(test)]
mod tests;

/// As long as one keeps its place even if others wait. Clients far away need a second.
const KEPT: Duration = Duration::from_secs(2);

/// The places that are taken, the oldest first.
#[derive(Default)]
pub(super) struct Places {
    taken: RefCell<VecDeque<Rc<Holder>>>,
    freed: Notify,
}

struct Holder {
    from: Origin,
    since: Instant,
    leave: Notify,
}

/// A place, given back when dropped.
pub(super) struct Place<'a> {
    places: &'a Places,
    holder: Rc<Holder>,
}

impl Places {
    /// A place among `most` for one from there, now or when there is one.
    pub(super) async fn take(&self, from: Origin, most: usize) -> Place<'_> {
        loop {
            match self.try_take(from, most) {
                Ok(place) => return place,
                Err(None) => self.freed.notified().await,
                Err(Some(kept)) => drop(timeout(kept, self.freed.notified()).await),
            }
        }
    }

    /// A place; or how long it takes until somebody has to make way, if anybody will.
    fn try_take(&self, from: Origin, most: usize) -> Result<Place<'_>, Option<Duration>> {
        let mut taken = self.taken.borrow_mut();
        if taken.len() >= most {
            let oldest = taken
                .iter()
                .position(|held| held.from != from)
                .ok_or(None)?;
            let kept = KEPT.saturating_sub(taken[oldest].since.elapsed());
            if !kept.is_zero() {
                return Err(Some(kept));
            }
            if let Some(held) = taken.remove(oldest) {
                held.leave.notify_one();
            }
        }
        let holder = Rc::new(Holder {
            from,
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
