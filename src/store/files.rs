//! The files of a store and what can be told of them before SQLite opens any: who holds the store, whether there was a history,
//! whether the file is one of ours and of a version that is known. Changes nothing in a history that is there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use rusqlite::Connection;

use super::{OpenError, schema};

/// What SQLite writes at the start of each of its files.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What the marker says to a person who finds it.
const MARK: &str = "There is a history of chatd beside this file: history.sqlite. chatd does not begin a new one in its place as long \
    as this file is here. To begin anew, move history.sqlite, history.sqlite-wal and this file away.\n";

/// Which files the database and its WAL are, by device and inode; none: there is none.
pub(super) type Which = [Option<(u64, u64)>; 2];

/// Where the files are.
#[derive(Clone, Debug)]
pub(super) struct Files {
    directory: PathBuf,
}

impl Files {
    /// In this directory.
    pub(super) fn new(directory: &Path) -> Files {
        Files {
            directory: directory.to_owned(),
        }
    }

    /// The database.
    pub(super) fn history(&self) -> PathBuf {
        self.directory.join("history.sqlite")
    }

    /// What was committed and is not in the database yet.
    pub(super) fn wal(&self) -> PathBuf {
        self.directory.join("history.sqlite-wal")
    }

    fn index(&self) -> PathBuf {
        self.directory.join("history.sqlite-shm")
    }

    fn lock_file(&self) -> PathBuf {
        self.directory.join("history.lock")
    }

    /// Says that there is a history.
    fn marker(&self) -> PathBuf {
        self.directory.join("history.present")
    }

    /// A history while it is made.
    fn unborn(&self) -> PathBuf {
        self.directory.join("history.new")
    }

    /// A copy while it is made.
    pub(super) fn copy(&self, nth: u64) -> PathBuf {
        self.directory.join(format!("history.copy-{nth}"))
    }

    /// Which files stand there now.
    pub(super) fn which(&self) -> Which {
        [self.history(), self.wal()].map(|part| {
            let found = fs::metadata(part).ok()?;
            Some((found.dev(), found.ino()))
        })
    }

    /// The sizes of all parts together.
    pub(super) fn bytes(&self) -> u64 {
        let parts = [self.history(), self.wal(), self.index()];
        let sizes = parts.iter().filter_map(|part| fs::metadata(part).ok());
        sizes.map(|part| part.len()).sum()
    }

    /// How long the longest of what grows is, in bytes.
    pub(super) fn longest(&self) -> u64 {
        let parts = [self.history(), self.wal()];
        let sizes = parts.iter().filter_map(|part| fs::metadata(part).ok());
        sizes.map(|part| part.len()).max().unwrap_or(0)
    }

    /// An error of the system at the database.
    pub(super) fn system(&self, error: impl std::fmt::Display) -> OpenError {
        OpenError::System {
            path: self.history().display().to_string(),
            error: error.to_string(),
        }
    }

    /// The database is damaged.
    pub(super) fn damaged(&self, what: impl Into<String>) -> OpenError {
        OpenError::Damaged {
            path: self.history().display().to_string(),
            what: what.into(),
        }
    }

    /// It is of a version that is not known.
    pub(super) fn newer(&self, found: u32) -> OpenError {
        OpenError::Newer {
            path: self.history().display().to_string(),
            found,
            known: schema::VERSION,
        }
    }

    /// Takes the store for this process until what is returned is dropped; the system gives it back when the process ends.
    pub(super) fn take(&self) -> Result<Flock<File>, OpenError> {
        let path = self.lock_file();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).mode(0o600);
        let file = options.open(&path).map_err(|error| self.system(error))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut lock) => {
                let written = lock.set_len(0).and_then(|()| {
                    lock.rewind()?;
                    writeln!(lock, "{}", std::process::id())
                });
                // The pid is for a person; a full disk does not keep the history from being read.
                let _ = written;
                Ok(lock)
            }
            Err((file, Errno::EWOULDBLOCK)) => {
                let mut pid = String::new();
                // Whoever holds it writes at once; one who looks in between is told less.
                let _ = file.take(20).read_to_string(&mut pid);
                let pid = if pid.trim().is_empty() {
                    "unknown"
                } else {
                    pid.trim()
                };
                Err(OpenError::InUse {
                    path: self.history().display().to_string(),
                    pid: pid.to_owned(),
                })
            }
            Err((_, error)) => Err(self.system(error)),
        }
    }

    /// Looks at the history, if there is one: whether this chatd may open it. False: there is none, and there never was.
    pub(super) fn inspect(&self) -> Result<bool, OpenError> {
        let mut head = Vec::new();
        let mut options = OpenOptions::new();
        // Nobody waits for the other end of a pipe.
        options.read(true).custom_flags(OFlag::O_NONBLOCK.bits());
        let file = match options.open(self.history()) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return self.absent().map(|()| false);
            }
            Err(error) => return Err(self.system(error)),
        };
        let metadata = file.metadata().map_err(|error| self.system(error))?;
        if !metadata.is_file() {
            return Err(self.system(io::Error::other("it is no file")));
        }
        let length = metadata.len();
        file.take(100)
            .read_to_end(&mut head)
            .map_err(|error| self.system(error))?;
        if head.is_empty() {
            return Err(self.damaged("the file is empty"));
        }
        let Some(head) = head.first_chunk::<100>() else {
            return Err(self.damaged("the file is cut off at its start"));
        };
        let number =
            |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let foreign = Err(OpenError::Foreign {
            path: self.history().display().to_string(),
        });
        // Both are told apart from damage by each other: one flipped bit makes no other program's file.
        match (head.starts_with(MAGIC), number(68) == APPLICATION) {
            (true, true) => {}
            (true, false) if self.marker().exists() => {
                return Err(self.damaged("its application id is not chatd's"));
            }
            (_, false) => return foreign,
            (false, true) => return Err(self.damaged("its first bytes are not SQLite's")),
        }
        if number(60) > schema::VERSION {
            return Err(self.newer(number(60)));
        }
        // A copy that was put here (copies use no WAL) over a history that had one.
        if head[18] == 1 && self.has_wal() {
            let what = "the -wal beside it is another history's; move that away";
            return Err(self.damaged(what));
        }
        let pages = u64::from(number(28));
        let page = match u64::from(number(16) >> 16) {
            1 => 65536,
            page => page,
        };
        // While something waits in the WAL, the file may still be shorter than it says.
        if !self.has_wal() && length < pages.saturating_mul(page) {
            let what = format!("the file is cut off: {length} bytes of {}", pages * page);
            return Err(self.damaged(what));
        }
        Ok(true)
    }

    fn has_wal(&self) -> bool {
        fs::metadata(self.wal()).is_ok_and(|wal| wal.len() > 0)
    }

    /// There is no history. Says so if there was one.
    fn absent(&self) -> Result<(), OpenError> {
        if self.has_wal() {
            return Err(self.damaged("the file is gone, only its -wal is there"));
        }
        if self.marker().exists() {
            return Err(self.damaged(
                "the file is gone, though history.present says that there was one (to begin anew, move that away too)",
            ));
        }
        Ok(())
    }

    /// Makes a new, empty history. It appears whole or not at all.
    pub(super) fn make(&self) -> Result<(), OpenError> {
        let unborn = self.unborn();
        let sql = |error: rusqlite::Error| self.system(error);
        let io = |error: io::Error| self.system(error);
        let journal = self.directory.join("history.new-journal");
        for leftover in [unborn.clone(), journal, self.wal(), self.index()] {
            remove(&leftover).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(&unborn).map_err(io)?;
        let mut new = Connection::open(&unborn).map_err(sql)?;
        new.pragma_update(None, "page_size", 4096).map_err(sql)?;
        schema::bring_forward(&mut new).map_err(sql)?;
        new.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
            .map_err(sql)?;
        new.close().map_err(|(_, error)| sql(error))?;
        File::open(&unborn)
            .and_then(|new| new.sync_all())
            .map_err(io)?;
        fs::rename(&unborn, self.history()).map_err(io)?;
        self.sync_directory().map_err(io)
    }

    /// Leaves word that there is a history from now on, if it is not there yet.
    pub(super) fn mark(&self) -> Result<(), OpenError> {
        if self.marker().exists() {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let written = options.open(self.marker()).and_then(|mut marker| {
            marker.write_all(MARK.as_bytes())?;
            marker.sync_all()?;
            self.sync_directory()
        });
        written.map_err(|error| self.system(error))
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(&self.directory)?.sync_all()
    }

    /// Removes what a process that was killed left of copies.
    pub(super) fn clear_copies(&self) {
        let Ok(entries) = fs::read_dir(&self.directory) else {
            return;
        };
        for entry in entries.flatten() {
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with("history.copy-")
            {
                // It only takes space; the next start tries again.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Writes as much as a commit needs, to the disk, and takes it away again: whether there is space, and a disk that takes it, so far
    /// from a file's start.
    pub(super) fn probe(&self, at: u64) -> io::Result<()> {
        let path = self.directory.join("history.probe");
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .and_then(|file| {
                // As SQLite writes: at a place.
                file.write_all_at(&vec![0; 128 * 1024], at)?;
                file.sync_all()
            });
        let removed = remove(&path);
        written.and(removed)
    }
}

#[allow(clippy::cast_sign_loss, reason = "four ASCII letters")]
const APPLICATION: u32 = schema::APPLICATION as u32;

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
