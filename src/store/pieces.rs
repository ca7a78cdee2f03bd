//! The pieces of the indexes as the writer makes them: after what was ordered is told. What is in a piece is stored already, and found
//! without it: one that fails refuses nothing.

use std::time::Duration;

use rusqlite::Result;

use super::desk::Desk;
use super::fault::{self, Fault};
use super::wal::Wal;
use super::write::Writer;
use super::{Durability, Refused, Told};

/// How long a piece may take: a commit may wait for it. Of those whose places are in no cache, each takes some reads of the disk.
pub(super) const LONG: Duration = Duration::from_millis(50);

/// How long none is tried after one that failed.
const REST: Duration = Duration::from_mins(1);

impl Writer {
    /// A piece of all that waits, if that are so many.
    pub(super) fn index(&mut self, desk: &mut Desk<'_>, wal: &mut Wal, waiting: i64) -> Result<()> {
        if !desk.index.has(waiting)? {
            return Ok(());
        }
        let long = self.long;
        let Err(error) = self.transaction(desk, |desk| desk.index.piece(long), &[]) else {
            wal.wrote(self.settings.durability == Durability::Relaxed, false);
            return Ok(());
        };
        match fault::sort(&error, &self.shared.files) {
            Fault::Waiting(why) | Fault::Record(why) => {
                desk.take_back();
                desk.index.rest(Some(REST));
                (self.tell)(Told::Unindexed(Refused(why)));
                Ok(())
            }
            Fault::Closed(_) => Err(error),
        }
    }
}
