//! A log file that rotates by time and size, reopens when it was moved away, and survives a failing disk. Knows
//! nothing of records: it gets lines.
//!
//! A disk that fails costs lines, never time: they wait in a buffer of [`BUFFER`] bytes, those beyond are counted, and
//! the disk is tried again at most once a second. No half line stays in the file for the next one to run into, and none is written
//! to a file that was deleted.

mod health;
mod place;
mod rotate;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use tracing::Level;

use super::disk::{Disk, File};
use super::record::Record;
pub(super) use health::Health;
pub(super) use place::{Place, Policy};

/// Bytes that are gathered before they are written while more lines wait.
const BUFFER: usize = 64 * 1024;
/// How often a failing disk is tried again, and how often the path is looked at.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the console is told of a failing log at most.
const ALARM_PAUSE: Duration = Duration::from_secs(10);

/// What the time is; another one in tests.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
/// Where else than into the log a failing log is told: the console.
pub(super) type Alarm = Box<dyn Fn(&Record) + Send>;

/// What a log file needs of the world.
#[derive(Clone)]
pub(super) struct World {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Clock,
}

/// The file. One thread writes to it; others come for an order now and then.
pub(super) struct LogFile {
    world: World,
    place: Place,
    policy: Policy,
    file: Box<dyn File>,
    /// Bytes in the file.
    size: u64,
    /// The minute, hour or day of the file.
    period: u64,
    /// Whole lines that are not written yet.
    buffer: Vec<u8>,
    /// A half line at the end of the file could not be cut off.
    torn: bool,
    health: Arc<Health>,
    alarm: Alarm,
    alarmed: Option<SystemTime>,
    /// When the path was looked at last.
    looked: Option<SystemTime>,
    /// When writing failed last, how often in a row, and how many lines that cost.
    write_failed: Option<SystemTime>,
    failures: u64,
    lost: u64,
    /// How many lines were dropped when that was said last, and when.
    dropped: u64,
    dropped_said: Option<SystemTime>,
    /// When starting a new file failed last.
    rotate_failed: Option<SystemTime>,
}

impl LogFile {
    /// Takes over a file that was opened at its place.
    pub(super) fn new(
        world: World,
        place: Place,
        policy: Policy,
        file: Box<dyn File>,
        health: Arc<Health>,
        alarm: Alarm,
    ) -> LogFile {
        let mut log = LogFile {
            world,
            place,
            policy,
            file,
            size: 0,
            period: 0,
            buffer: Vec::new(),
            torn: false,
            health,
            alarm,
            alarmed: None,
            looked: None,
            write_failed: None,
            failures: 0,
            lost: 0,
            dropped: 0,
            dropped_said: None,
            rotate_failed: None,
        };
        log.settle(log.now());
        log
    }

    /// Goes on in another place, or in the same one (no file) by another policy.
    pub(super) fn change(&mut self, place: Place, policy: Policy, file: Option<Box<dyn File>>) {
        let now = self.now();
        self.write_out(now);
        self.policy = policy;
        if let Some(file) = file {
            self.place = place;
            self.take(file, now);
        }
        self.settle(now);
        self.write_out(now);
    }

    /// Adds a line, with its newline.
    pub(super) fn line(&mut self, line: &[u8]) {
        let now = self.now();
        self.turn(now, line.len());
        if self.write_failed.is_some() && self.buffer.len() + line.len() > BUFFER {
            self.lost += 1;
            self.health.lost.fetch_add(1, Ordering::Relaxed);
        } else {
            self.buffer.extend_from_slice(line);
        }
        if self.buffer.len() >= BUFFER || self.write_failed.is_some() {
            self.write_out(now);
        }
    }

    /// Writes out what is gathered; once a second also sees whether the file is still the one at its path. `dropped`:
    /// how many lines did not even get here, since the start.
    pub(super) fn rest(&mut self, dropped: u64) {
        let now = self.now();
        if dropped > self.dropped && passed(self.dropped_said, now, PAUSE) {
            let more = dropped - self.dropped;
            (self.dropped, self.dropped_said) = (dropped, Some(now));
            let message = format!(
                "log: {more} records were dropped, they came faster than they can be written"
            );
            self.say(Level::WARN, &message, now);
        }
        if passed(self.looked, now, PAUSE) {
            self.looked = Some(now);
            self.look(now);
        }
        self.turn(now, 0);
        self.write_out(now);
    }

    fn now(&self) -> SystemTime {
        (self.world.clock)()
    }

    /// Writes the buffer, unless that failed less than a second ago.
    fn write_out(&mut self, now: SystemTime) {
        if self.buffer.is_empty() || !passed(self.write_failed, now, PAUSE) {
            return;
        }
        match self.write_buffer(now) {
            Ok(()) => {
                if self.write_failed.take().is_some() {
                    self.say_recovered(now);
                }
            }
            Err(error) => self.note_write_failure(&error, now),
        }
    }

    fn write_buffer(&mut self, now: SystemTime) -> io::Result<()> {
        if self.is_deleted() {
            self.reopen(now)?;
        }
        if self.torn {
            self.size += write_all(&mut *self.file, b"\n").map_err(|(_, error)| error)?;
            self.torn = false;
        }
        let (written, result) = match write_all(&mut *self.file, &self.buffer) {
            Ok(written) => (written, Ok(())),
            Err((written, error)) => (written, Err(error)),
        };
        let written = usize::try_from(written).unwrap_or(self.buffer.len());
        let whole = match self.buffer[..written]
            .iter()
            .rposition(|&byte| byte == b'\n')
        {
            Some(last) => last + 1,
            None => 0,
        };
        if written > whole {
            self.cut((written - whole) as u64);
        }
        self.size += whole as u64;
        self.buffer.drain(..whole);
        result
    }

    /// Takes the half line of that many bytes at the file's end away. By the file's own length: somebody may have
    /// truncated it meanwhile.
    fn cut(&mut self, tail: u64) {
        let end = self
            .file
            .identity()
            .map(|identity| identity.len.saturating_sub(tail));
        if end.and_then(|end| self.file.truncate(end)).is_err() {
            self.torn = true;
            self.size += tail;
        }
    }

    fn note_write_failure(&mut self, error: &io::Error, now: SystemTime) {
        self.failures += 1;
        self.health.errors.fetch_add(1, Ordering::Relaxed);
        let text = format!("cannot write {}: {error}", self.place.current().display());
        if self.write_failed.replace(now).is_none() {
            self.alarm(
                Level::ERROR,
                &format!("log: {text}; records are kept for a while, then lost"),
                now,
            );
        }
        self.health.with(|state| state.write = Some(text));
    }

    fn say_recovered(&mut self, now: SystemTime) {
        let last = self
            .health
            .with(|state| state.write.take())
            .unwrap_or_default();
        let message = format!(
            "log: writing again after {} failed writes ({} records lost; last: {last})",
            self.failures, self.lost
        );
        (self.failures, self.lost) = (0, 0);
        self.say(Level::WARN, &message, now);
        self.alarm(Level::WARN, &message, now);
        if let Err(error) = self.write_buffer(now) {
            self.note_write_failure(&error, now);
        }
    }

    /// A line of the log's own.
    fn say(&mut self, level: Level, message: &str, now: SystemTime) {
        let line = Record::own(level, message).line(now);
        // A disk that fails for days gets no more of these than of others' lines.
        if self.write_failed.is_none() || self.buffer.len() + line.len() <= BUFFER {
            self.buffer.extend_from_slice(line.as_bytes());
        }
    }

    fn alarm(&mut self, level: Level, message: &str, now: SystemTime) {
        if passed(self.alarmed, now, ALARM_PAUSE) {
            self.alarmed = Some(now);
            (self.alarm)(&Record::own(level, message));
        }
    }
}

/// Whether that much time has passed. A clock that was set back counts as passed.
fn passed(since: Option<SystemTime>, now: SystemTime, pause: Duration) -> bool {
    since.is_none_or(|since| now.duration_since(since).map_or(true, |age| age >= pause))
}

/// Writes all; the error comes with the bytes that were written before it.
fn write_all(file: &mut dyn File, bytes: &[u8]) -> Result<u64, (u64, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match file.write(&bytes[written..]) {
            Ok(0) => return Err((written as u64, io::ErrorKind::WriteZero.into())),
            Ok(n) => written += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((written as u64, error)),
        }
    }
    Ok(written as u64)
}
