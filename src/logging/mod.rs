//! The log: records to rotating files, the journal and the terminal. Touches no chat.
//!
//! | file | what |
//! | --- | --- |
//! | `record` | one event made into one line that cannot be forged or torn |
//! | `level` | which records are kept |
//! | `repeat` | the same warning again and again, said once with a count |
//! | `output` | where a record goes: the log, the audit log, the console |
//! | `queue` | the bounded way from a record to the thread that writes it |
//! | `file` | a log file that rotates, reopens, and survives a failing disk |
//! | `archive` | the names of closed files, and which of them go |
//! | `disk` | the few operations on files that the above need |
//! | `console` | stderr when it is a terminal, or systemd's journal |
//! | `handle` | what the daemon does with the log while it runs |
//! | `prepare` | settings that are ready to be put in force, or to be dropped without a trace |
//!
//! A record never waits for a disk, a terminal or the journal: it is dropped and counted when its queue is full.
//! Records with the target `audit` go to the audit log instead of the main one, whatever the level.

mod archive;
mod console;
mod disk;
mod file;
mod handle;
mod level;
mod output;
mod prepare;
mod queue;
mod record;
mod repeat;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

pub use handle::{Handle, Log, Rotated, Status};
pub use output::start;
pub use prepare::Prepared;

/// The target of audit records: `tracing::info!(target: logging::AUDIT, ...)`. They are kept whatever the level, as
/// long as they are at least at the level `INFO`.
pub const AUDIT: &str = "audit";

/// How the log is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where `chatd.log`, `audit/audit.log` and the closed files are. Made (mode 0750) when it is missing.
    pub directory: PathBuf,
    /// Which records are kept: a level for all, levels for modules, or both: `info,chatd::net=trace`.
    pub level: String,
    /// When a new file is started because of the time.
    pub rotation: Rotation,
    /// Bytes at which a new file is started; no record makes a file longer. None: no limit.
    pub max_size: Option<u64>,
    /// How many closed files of the log are kept beside the current one. None: all.
    pub keep: Option<u32>,
    /// As many of the audit log.
    pub keep_audit: Option<u32>,
}

/// How often a new log file is started, at the full minute, hour or day of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Rotation {
    Minutely,
    Hourly,
    Daily,
    Never,
}

/// Why the log cannot do what is asked. What it had before goes on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or its directory cannot be opened.
    #[error("cannot open the log {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A new file cannot be started; the old one is written on.
    #[error("cannot start a new log file, {} is written on: {source}", path.display())]
    Rotate {
        /// The current file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A new file cannot be started, and somebody has deleted the old one: records wait, and are lost when too many do.
    #[error(
        "cannot start a new log file, and {} was deleted: records are kept for a while, then lost: {source}",
        path.display()
    )]
    Deleted {
        /// The current file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not a level or a list of levels.
    #[error(
        "log level {given:?}: {problem}; expected for example \"info\" or \"info,chatd::net=debug\""
    )]
    Level {
        /// What was asked for.
        given: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The process has a log already.
    #[error("the log has been started before in this process")]
    AlreadyStarted,
}
