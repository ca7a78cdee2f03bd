//! Clients whose connection has ended while something is still carried out for them.

use std::time::Duration;

use super::lines::Waiting;
use super::{Hub, Wire};
use crate::chat::{ClientId, Departure};

/// So long a client that has gone is there for others because something is still carried out for it.
const MOST_GONE: Duration = Duration::from_secs(10);

impl<W: Wire> Hub<W> {
    /// A client's connection has ended. What it said before is carried out first, if what it waits for comes within
    /// [`MOST_GONE`].
    pub(super) fn gone(&mut self, client: ClientId, how: Departure) {
        match self.waiting.get_mut(&client) {
            Some(waiting) if !matches!(how, Departure::Cut(_)) => {
                waiting.gone = Some((self.stamp.tick, how));
            }
            _ => self.detach(client, how),
        }
    }

    /// Whether somebody has gone for whom something is still carried out.
    pub(super) fn somebody_is_going(&self) -> bool {
        self.waiting.values().any(|waiting| waiting.gone.is_some())
    }

    /// Those go who went long ago.
    pub(super) fn end_the_gone(&mut self) {
        let now = self.stamp.tick;
        let long_ago = |waiting: &Waiting<W>| {
            let (since, how) = waiting.gone.as_ref()?;
            (since.after(MOST_GONE) <= now).then(|| how.clone())
        };
        let late = self.waiting.iter();
        let late = late.filter_map(|(client, waiting)| Some((*client, long_ago(waiting)?)));
        for (client, how) in late.collect::<Vec<_>>() {
            self.detach(client, how);
        }
    }
}
