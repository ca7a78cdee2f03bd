//! A copy of the history out of one moment, while it goes on. Made beside it first, since only SQLite knows what belongs to that
//! moment; then its bytes go where they are wanted.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode};

use super::ReadError;
use super::files::remove;

/// A file that goes when it is not needed any more.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // One that stays goes when the store is opened the next time.
        let _ = remove(&self.0);
    }
}

/// Writes the copy, in a file of this name meanwhile. How many bytes it has.
pub(super) fn copy(
    connection: &Connection,
    beside: &Path,
    into: &mut File,
) -> Result<u64, ReadError> {
    let failed = |what: String| ReadError::Failed(what.into());
    let temporary = Temporary(beside.to_owned());
    // Made before SQLite makes it, so that nobody else may read it.
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&temporary.0);
    made.map_err(|error| {
        failed(format!(
            "no copy can be made in {}: {error}",
            beside.display()
        ))
    })?;
    let name = beside
        .to_str()
        .ok_or_else(|| failed("the directory's name is not UTF-8".into()))?;
    connection
        .execute("VACUUM INTO ?", [name])
        .map_err(|error| {
            failed(match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => format!(
                    "there is no space for a copy beside the history, at {}",
                    beside.display()
                ),
                _ => format!("it cannot be copied: {error}"),
            })
        })?;
    let copied = File::open(&temporary.0).and_then(|mut copy| io::copy(&mut copy, into));
    // What cannot be synced (a pipe) need not be.
    let copied = copied.and_then(|bytes| match into.sync_all() {
        Err(error) if error.kind() != ErrorKind::InvalidInput => Err(error),
        _ => Ok(bytes),
    });
    copied.map_err(|error| failed(format!("the copy cannot be written: {error}")))
}
