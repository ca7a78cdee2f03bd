//! When and how a log file is replaced by a new one. The old file is written on whenever that fails, unless it
//! was deleted.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use tracing::Level;

use super::super::archive::{Closed, surplus};
use super::super::disk::{File, Identity};
use super::{LogFile, PAUSE, passed};
use crate::logging::{Error, Rotated, Rotation};

/// How many names are tried when others make files of the same names at the same time.
const TRIES: usize = 100;

impl LogFile {
    /// Starts a new file now. A file that was moved away, or is empty, is not closed under another name.
    pub(in crate::logging) fn rotate(&mut self) -> Result<Rotated, Error> {
        let now = self.now();
        self.write_out(now);
        let path = self.place.current();
        match self.replace(now) {
            Ok(closed) => {
                self.write_out(now);
                Ok(Rotated { closed, file: path })
            }
            Err(source) if self.is_deleted() => Err(Error::Deleted { path, source }),
            Err(source) => Err(Error::Rotate { path, source }),
        }
    }

    /// Starts a new file when `incoming` bytes are too many for this one, or its time is over.
    pub(super) fn turn(&mut self, now: SystemTime, incoming: usize) {
        let filled = self.size + self.buffer.len() as u64;
        let period = period(self.policy.rotation, now);
        if filled == 0 || period < self.period {
            // Nothing to close; or the clock was set back, which starts no file.
            self.period = period;
        }
        let full = |most: u64| filled > 0 && filled + incoming as u64 > most;
        let due = period > self.period || self.policy.max_size.is_some_and(full);
        if due && passed(self.rotate_failed, now, PAUSE) {
            self.write_out(now);
            // The failure is counted and told; the old file is written on.
            let _ = self.replace(now);
        }
    }

    /// Sees whether the path still leads to this file; if not, goes on in the one that is there or in a new one.
    pub(super) fn look(&mut self, now: SystemTime) {
        if self.is_in_place().is_ok_and(|here| here) {
            if let Ok(identity) = self.file.identity() {
                self.size = identity.len;
            }
        } else if passed(self.rotate_failed, now, PAUSE) {
            let reopened = self.reopen(now);
            self.note(&reopened, now);
        }
    }

    /// Sees how big the new file is and from when.
    pub(super) fn settle(&mut self, now: SystemTime) {
        let path = self.place.current();
        self.health.with(|state| state.path = path);
        let identity = self.file.identity();
        self.size = identity.as_ref().map_or(0, |identity| identity.len);
        let since = match identity {
            Ok(Identity { len, modified, .. }) if len > 0 => modified,
            _ => now,
        };
        self.period = period(self.policy.rotation, since);
    }

    /// Goes on in this file.
    pub(super) fn take(&mut self, file: Box<dyn File>, now: SystemTime) {
        self.file = file;
        self.torn = false;
        self.rotate_failed = None;
        self.health.with(|state| state.rotate = None);
        // A new file may well be writable where the old one was not.
        if let Some(failed) = &mut self.write_failed {
            *failed = SystemTime::UNIX_EPOCH;
        }
        self.settle(now);
    }

    fn replace(&mut self, now: SystemTime) -> io::Result<Option<PathBuf>> {
        let replaced = match self.is_in_place() {
            Ok(true) if self.size > 0 => self.close_and_open(now).map(Some),
            Ok(true) => Ok(None),
            _ => self.reopen(now).map(|()| None),
        };
        self.note(&replaced, now);
        replaced
    }

    fn is_in_place(&self) -> io::Result<bool> {
        let there = self.world.disk.look(&self.place.current())?;
        Ok(there.is(&self.file.identity()?))
    }

    /// Whether what would be written is in no file: this one has no name any more.
    pub(super) fn is_deleted(&self) -> bool {
        let nameless = self
            .file
            .identity()
            .is_ok_and(|identity| identity.links == 0);
        // Some file systems count no names.
        nameless && !self.is_in_place().is_ok_and(|here| here)
    }

    pub(super) fn reopen(&mut self, now: SystemTime) -> io::Result<()> {
        self.world.disk.make_directory(&self.place.directory)?;
        let opened = self.world.disk.open(&self.place.current())?;
        self.take(opened.file, now);
        Ok(())
    }

    fn close_and_open(&mut self, now: SystemTime) -> io::Result<PathBuf> {
        let (disk, place) = (self.world.disk.clone(), self.place.clone());
        let current = place.current();
        let parse = |name: String| Closed::parse(place.stem, &name);
        // A directory that may not be read only costs tries, and nothing is removed from it.
        let listed = disk.list(&place.directory);
        let existing: Vec<Closed> = listed.into_iter().flatten().filter_map(parse).collect();
        let mut closed = Closed::next(now, &existing);
        let mut tries = 0;
        let path = loop {
            let path = place.directory.join(closed.name(place.stem));
            match disk.rename(&current, &path) {
                Ok(()) => break path,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < TRIES => {
                    tries += 1;
                    closed = closed.after();
                }
                Err(error) => return Err(error),
            }
        };
        match disk.open(&current) {
            Ok(opened) => self.take(opened.file, now),
            Err(error) => {
                // The lines go on under their old name.
                let _ = disk.rename(&path, &current);
                return Err(error);
            }
        }
        if let Some(keep) = self.policy.keep {
            for old in surplus(existing, keep) {
                if let Err(error) = disk.remove(&place.directory.join(old.name(place.stem)))
                    && error.kind() != io::ErrorKind::NotFound
                {
                    self.health.errors.fetch_add(1, Ordering::Relaxed);
                    let name = old.name(place.stem);
                    self.say(
                        Level::WARN,
                        &format!("log: cannot remove {name}: {error}"),
                        now,
                    );
                }
            }
        }
        Ok(path)
    }

    /// Counts and tells a failure to start or reopen the file; a success ends it.
    fn note<T>(&mut self, result: &io::Result<T>, now: SystemTime) {
        match result {
            Ok(_) => {
                self.rotate_failed = None;
                self.health.with(|state| state.rotate = None);
            }
            Err(error) => {
                self.health.errors.fetch_add(1, Ordering::Relaxed);
                let path = self.place.current();
                let text = format!("cannot start a new file {}: {error}", path.display());
                if self.rotate_failed.replace(now).is_none() {
                    let meanwhile = if self.is_deleted() {
                        "the old one was deleted; records are kept for a while, then lost"
                    } else {
                        "the old one is written on"
                    };
                    let message = format!("log: {text}; {meanwhile}");
                    self.say(Level::ERROR, &message, now);
                    self.alarm(Level::ERROR, &message, now);
                }
                self.health.with(|state| state.rotate = Some(text));
            }
        }
    }
}

/// The number of the minute, hour or day since 1970 in UTC; 0 when there is no rotation by time.
fn period(rotation: Rotation, time: SystemTime) -> u64 {
    let length = match rotation {
        Rotation::Minutely => 60,
        Rotation::Hourly => 60 * 60,
        Rotation::Daily => 24 * 60 * 60,
        Rotation::Never => return 0,
    };
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
        / length
}
