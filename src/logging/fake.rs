//! A disk that fails on demand over the real files of a temporary directory, and a clock that is set by hand.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use nix::errno::Errno;

use super::disk::{Disk, File, Identity, Opened, SystemDisk};
use super::file::World;

/// 2026-11-22T21:30:00Z
pub(super) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_mins(29_923_050)
}

/// What the disk does wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// Bytes that still fit; then `ENOSPC`.
    pub(super) space: Option<usize>,
    /// Every write fails so.
    pub(super) write: Option<Errno>,
    /// Bytes that one write takes at most, and every other write is interrupted first.
    pub(super) short: Option<usize>,
    pub(super) open: Option<Errno>,
    pub(super) rename: Option<Errno>,
    pub(super) truncate: Option<Errno>,
}

/// The disk and the clock, in the test's hand.
#[derive(Clone, Default)]
pub(super) struct Fake {
    faults: Arc<Mutex<Faults>>,
    seconds: Arc<Mutex<i64>>,
    pub(super) writes: Arc<AtomicU64>,
}

impl Fake {
    pub(super) fn world(&self) -> World {
        let clock = self.clone();
        World {
            disk: Arc::new(self.clone()),
            clock: Arc::new(move || clock.now()),
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        let seconds = *self.seconds.lock().unwrap();
        let length = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            start() - length
        } else {
            start() + length
        }
    }

    pub(super) fn pass(&self, seconds: i64) {
        *self.seconds.lock().unwrap() += seconds;
    }

    pub(super) fn set(&self, faults: Faults) {
        *self.faults.lock().unwrap() = faults;
    }

    fn faults(&self) -> Faults {
        *self.faults.lock().unwrap()
    }
}

fn fail(fault: Option<Errno>) -> io::Result<()> {
    fault.map_or(Ok(()), |errno| Err(errno.into()))
}

impl Disk for Fake {
    fn make_directory(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        SystemDisk.make_directory(path)
    }

    fn open(&self, path: &Path) -> io::Result<Opened> {
        fail(self.faults().open)?;
        let Opened { file, created } = SystemDisk.open(path)?;
        let fake = self.clone();
        Ok(Opened {
            file: Box::new(Faulty {
                file,
                fake,
                interrupted: false,
            }),
            created,
        })
    }

    fn look(&self, path: &Path) -> io::Result<Identity> {
        SystemDisk.look(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fail(self.faults().rename)?;
        SystemDisk.rename(from, to)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        SystemDisk.list(directory)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        SystemDisk.remove(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        SystemDisk.remove_directory(path)
    }
}

struct Faulty {
    file: Box<dyn File>,
    fake: Fake,
    interrupted: bool,
}

impl Write for Faulty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.fake.writes.fetch_add(1, SeqCst);
        let mut faults = self.fake.faults.lock().unwrap();
        fail(faults.write)?;
        let mut fits = bytes.len();
        if let Some(short) = faults.short {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(Errno::EINTR.into());
            }
            fits = fits.min(short);
        }
        if let Some(space) = &mut faults.space {
            fits = fits.min(*space);
            if fits == 0 {
                return Err(Errno::ENOSPC.into());
            }
            *space -= fits;
        }
        self.file.write(&bytes[..fits])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl File for Faulty {
    fn identity(&self) -> io::Result<Identity> {
        self.file.identity()
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        fail(self.fake.faults().truncate)?;
        self.file.truncate(len)
    }
}
