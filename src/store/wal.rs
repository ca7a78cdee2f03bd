//! What was committed goes on its way: to the disk, and from the WAL into the database, between commits, so that a commit does not
//! wait for it and the WAL stays small. Decides nothing about messages.

use std::fs::File;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Result, ffi};

use super::files::Files;
use super::schema::{Left, checkpoint};

/// Pages that wait in the WAL before they are copied: 4 MiB.
const STEP: i64 = 1024;

/// Pages in the WAL from which on it is emptied: 64 MiB. It is so long only when somebody read for long.
const LONG: i64 = 16 * STEP;

/// How long what was stored is not synced, at most, when nobody waits for that.
const RELAXED: Duration = Duration::from_secs(1);

/// How long until what was in the way is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// What is to be done to the WAL, and when.
pub(super) struct Wal {
    files: Files,
    /// Something was written since the last look.
    written: bool,
    /// When it has to be synced.
    sync: Option<Instant>,
    /// When it has to be emptied: it is long, or has in it what was taken back.
    empty: Option<Instant>,
}

impl Wal {
    /// Of these files.
    pub(super) fn new(files: &Files) -> Wal {
        Wal {
            files: files.clone(),
            written: true,
            sync: None,
            // What a process that was killed left is soon out of the way, and with it what was taken back.
            empty: Some(Instant::now()),
        }
    }

    /// A transaction was committed, not synced if it is relaxed, perhaps one that erased something.
    pub(super) fn wrote(&mut self, relaxed: bool, erased: bool) {
        let now = Instant::now();
        self.written = true;
        if relaxed {
            self.sync.get_or_insert(now + RELAXED);
        }
        if erased {
            self.empty = Some(now);
        }
    }

    /// When there is something to do.
    pub(super) fn due(&self) -> Option<Instant> {
        self.sync.into_iter().chain(self.empty).min()
    }

    /// Does what is to be done now.
    pub(super) fn tend(&mut self, connection: &Connection) -> Result<()> {
        let now = Instant::now();
        if self.sync.is_some_and(|due| due <= now) {
            self.sync()?;
        }
        if self.written {
            self.written = false;
            let left = checkpoint(connection, "NOOP")?;
            if left.waiting >= STEP {
                checkpoint(connection, "PASSIVE")?;
            }
            if left.pages >= LONG {
                self.empty.get_or_insert(now);
            }
        }
        if self.empty.is_some_and(|due| due <= now) {
            let left = truncate(connection)?;
            self.empty = left.busy.then_some(now + AGAIN);
        }
        Ok(())
    }

    /// Brings all to the disk.
    pub(super) fn settle(&mut self, connection: &Connection) -> Result<()> {
        if self.sync.is_some() {
            self.sync()?;
        }
        checkpoint(connection, "PASSIVE").map(drop)
    }

    /// Syncs the WAL. It is no file that SQLite has locks on, so it may be opened and closed beside it.
    fn sync(&mut self) -> Result<()> {
        let synced = File::open(self.files.wal()).and_then(|wal| wal.sync_data());
        synced.map_err(|error| {
            let kind = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
            rusqlite::Error::SqliteFailure(kind, Some(error.to_string()))
        })?;
        self.sync = None;
        Ok(())
    }
}

/// Empties the WAL, if nobody reads what is in it; waits for nobody.
fn truncate(connection: &Connection) -> Result<Left> {
    connection.busy_timeout(Duration::ZERO)?;
    let left = checkpoint(connection, "TRUNCATE");
    connection.busy_timeout(super::schema::PATIENCE)?;
    left
}
