//! What the store's threads have in common: where the files are, how the store is, and how a connection to it is opened.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::conversation::{self, whole};
use super::desk::Desk;
use super::event::{self, EventRow};
use super::files::Files;
use super::row::{self, COLUMNS, Rest, Row};
use super::{Durability, Found, OpenError, ReadError, Refused, State, index, notes, schema};

/// How many of the last messages are read when the store is opened.
const LOOKED_AT: usize = 8;

/// See the module's doc.
pub(super) struct Shared {
    pub(super) files: Files,
    state: Mutex<State>,
    /// Counts how often the store was opened anew: connections of before are not used any more.
    pub(super) generation: AtomicU64,
    /// Counts copies, for their names.
    pub(super) copies: AtomicU64,
}

/// A connection that reads, and how often the store had been opened anew when it was made.
pub(super) type Open = Option<(u64, Connection)>;

impl Shared {
    /// Of a store that works.
    pub(super) fn new(files: Files) -> Shared {
        Shared {
            files,
            state: Mutex::new(State::Working),
            generation: AtomicU64::new(0),
            copies: AtomicU64::new(0),
        }
    }

    /// How the store is.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A state is whole at any moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection, ReadError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(self.files.history(), flags);
        let opened = opened.and_then(|reader| schema::prepare_reader(&reader).map(|()| reader));
        opened.map_err(|error| ReadError::Failed(error.to_string().into()))
    }

    /// The connection that reads, opened anew if there is none or the store has been opened anew since it was.
    pub(super) fn opened<'a>(&self, open: &'a mut Open) -> Result<&'a mut Connection, ReadError> {
        let generation = self.generation.load(Ordering::Acquire);
        if open.as_ref().is_some_and(|(of, _)| *of != generation) {
            *open = None;
        }
        let (_, connection) = match open {
            Some(open) => open,
            none => none.insert((generation, self.reader()?)),
        };
        Ok(connection)
    }

    /// A connection that writes, to a store that was closed. All that is in the WAL is written to the disk once more: what of it the
    /// disk has is not known.
    pub(super) fn open_again(&self, durability: Durability) -> Result<Connection, Refused> {
        let refused = |error: String| Refused(error.into());
        if !self
            .files
            .inspect()
            .map_err(|error| refused(error.to_string()))?
        {
            return Err(refused("the history is gone".into()));
        }
        let connection =
            open_writer(&self.files, durability).map_err(|error| refused(error.to_string()))?;
        let left = schema::checkpoint(&connection, "TRUNCATE")
            .map_err(|error| refused(error.to_string()))?;
        if left.busy {
            return Err(refused(
                "somebody reads the history; try again later".into(),
            ));
        }
        Ok(connection)
    }
}

/// Opens a history that is there for writing, and brings it to this version's form.
pub(super) fn open_writer(files: &Files, durability: Durability) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| failed(files, &error);
    let mut connection = Connection::open_with_flags(files.history(), flags).map_err(failed)?;
    if connection.is_readonly(MAIN_DB).map_err(failed)? {
        return Err(files.system("the file can only be read; let the user that chatd runs as write it (chown, chmod u+w)"));
    }
    // A history that is not for this version stays as it is, its WAL too.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(failed)?;
    let version = schema::version(&connection).map_err(failed)?;
    if version > schema::VERSION {
        return Err(files.newer(version));
    }
    let application: i32 = connection
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(failed)?;
    if version == 0 || application != schema::APPLICATION {
        return Err(files.damaged("its version or its application id is missing"));
    }
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(files.system(format!("SQLite cannot use a WAL here but {mode}")));
    }
    schema::prepare(&connection, durability).map_err(failed)?;
    schema::bring_forward(&mut connection).map_err(failed)?;
    let missing = schema::missing(&connection).map_err(failed)?;
    if !missing.is_empty() {
        return Err(files.damaged(format!("it has no {}", missing.join(", no "))));
    }
    Ok(connection)
}

/// What is found in it. Looks at its last messages, so that a file that is no good is noticed now.
pub(super) fn find(files: &Files, connection: &Connection) -> Result<Found, OpenError> {
    let failed = |error| failed(files, &error);
    let mut last = Desk::last(connection).map_err(failed)?;
    let greatest = [
        latest(connection, "message", COLUMNS, Row::rest).map_err(failed)?,
        latest(connection, "event", event::COLUMNS, EventRow::rest).map_err(failed)?,
    ];
    for (nth, sound) in greatest.into_iter().flatten() {
        // The greatest number there is, with the time of a message that is certain.
        let sound = sound.and_then(|(stamped, salt)| row::id(nth, stamped, salt));
        if sound.is_none() {
            return Err(files.damaged("none of its last messages can be read"));
        }
        last = sound
            .into_iter()
            .chain(last.filter(|last| whole(last.nth()) > nth))
            .max_by_key(|id| id.nth());
    }
    if !index::ends(connection).map_err(failed)? {
        return Err(files.damaged("where its indexes end is not certain"));
    }
    let (notes, damaged) = notes::all(connection).map_err(failed)?;
    if let Some(one) = damaged.first() {
        return Err(files.damaged(format!("what it has under {one} is not what was written")));
    }
    Ok(Found {
        last,
        lives: conversation::alive(connection).map_err(failed)?,
        notes,
    })
}

/// The greatest number in a table, and the rest of the id of the last row whose checksum agrees, which `rest` says.
fn latest(
    connection: &Connection,
    table: &str,
    columns: &str,
    rest: impl Fn(&rusqlite::Row<'_>) -> Option<Rest>,
) -> rusqlite::Result<Option<(i64, Option<Rest>)>> {
    let mut latest = connection.prepare(&format!(
        "SELECT {columns} FROM {table} ORDER BY nth DESC LIMIT {LOOKED_AT}"
    ))?;
    let mut rows = latest.query([])?;
    let mut found = None;
    while let Some(row) = rows.next()? {
        let nth: i64 = row.get(0)?;
        let (_, sound) = found.get_or_insert((nth, None));
        *sound = sound.or_else(|| rest(row));
    }
    Ok(found)
}

fn failed(files: &Files, error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        // A value that is none of what is ever written, or that the form it is brought to does not take.
        None
        | Some(
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation,
        ) => files.damaged(error.to_string()),
        Some(_) => files.system(error),
    }
}
