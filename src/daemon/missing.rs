//! Whether all messages of a room were told that are in the history. They are found by the indexes, and counted without them: what a
//! damaged index hides is noticed.

use super::aside::aside;
use super::history::not_read;
use super::requests::failed;
use crate::admin::Error;
use crate::chat::{Kept, RoomName};
use crate::store;

#[cfg(test)]
mod tests;

/// Those of a room that are told, up to the last message that there was when this began.
#[derive(Debug)]
pub(super) struct Told {
    room: RoomName,
    upto: u64,
    count: u64,
}

impl Told {
    /// None yet.
    pub(super) async fn none(store: &store::Handle, room: RoomName) -> Result<Told, Error> {
        let upto = asked(store, store::Handle::latest).await?;
        Ok(Told {
            room,
            upto,
            count: 0,
        })
    }

    /// These, too.
    pub(super) fn add(&mut self, page: &[Kept]) {
        let counted = page.iter().filter(|kept| kept.id.nth() <= self.upto);
        self.count += counted.count() as u64;
    }

    /// That is all there are; else the log says so, too. Counted now, so that those count for nothing that have gone meanwhile.
    pub(super) async fn misses_none(self, store: &store::Handle) -> Result<(), Error> {
        let Told { room, upto, count } = self;
        let name = room.clone();
        let counted = asked(store, move |store| store.count(&name, upto)).await;
        let all = counted.map_err(|error| {
            failed(&format!(
                "whether these are all messages is not certain: {error}; chatctl store check tells more"
            ))
        })?;
        let missing = all.saturating_sub(count);
        if missing == 0 {
            return Ok(());
        }
        tracing::error!(%room, missing, all, "messages could not be read");
        Err(failed(&format!(
            "{missing} of {all} messages could not be read; chatctl store check tells more"
        )))
    }
}

/// Asks the store what takes long.
async fn asked<T: Send + 'static>(
    store: &store::Handle,
    ask: impl FnOnce(&store::Handle) -> Result<T, store::ReadError> + Send + 'static,
) -> Result<T, Error> {
    let store = store.clone();
    let answer = aside(move || ask(&store)).await;
    let answer = answer.map_err(|error| failed(&error))?;
    answer.map_err(|error| not_read(&error))
}
