//! Where a log is, and when a new file of it is started. Touches no disk.

use std::path::PathBuf;

use crate::logging::{Rotation, Settings};

/// A log's place: `DIRECTORY/STEM.log`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::logging) struct Place {
    pub(in crate::logging) directory: PathBuf,
    pub(in crate::logging) stem: &'static str,
}

impl Place {
    /// Of the main log.
    pub(in crate::logging) fn main(settings: &Settings) -> Place {
        Place {
            directory: settings.directory.clone(),
            stem: "chatd",
        }
    }

    /// Of the audit log. Its own directory: nothing that counts or cleans the main log's files meets it.
    pub(in crate::logging) fn audit(settings: &Settings) -> Place {
        Place {
            directory: settings.directory.join("audit"),
            stem: "audit",
        }
    }

    /// The current file.
    pub(in crate::logging) fn current(&self) -> PathBuf {
        self.directory.join(format!("{}.log", self.stem))
    }
}

/// When a new file is started and how many closed ones stay.
#[derive(Clone, Copy, Debug)]
pub(in crate::logging) struct Policy {
    pub(in crate::logging) rotation: Rotation,
    pub(in crate::logging) max_size: Option<u64>,
    pub(in crate::logging) keep: Option<u32>,
}

impl Policy {
    /// Of the log.
    pub(in crate::logging) fn main(settings: &Settings) -> Policy {
        Policy {
            rotation: settings.rotation,
            max_size: settings.max_size,
            keep: settings.keep,
        }
    }

    /// Of the audit log.
    pub(in crate::logging) fn audit(settings: &Settings) -> Policy {
        Policy {
            keep: settings.keep_audit,
            ..Policy::main(settings)
        }
    }
}
