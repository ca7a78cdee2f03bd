//! How a log file is: what fails, what was lost. Touches no disk, so that it can be asked while one hangs.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

/// Written by the file's thread, read by anybody.
#[derive(Debug, Default)]
pub(in crate::logging) struct Health {
    /// Operations that failed since the start.
    pub(in crate::logging) errors: AtomicU64,
    /// Lines lost since the start.
    pub(in crate::logging) lost: AtomicU64,
    state: Mutex<State>,
}

/// What changes together.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) path: PathBuf,
    /// Why lines cannot be written.
    pub(super) write: Option<String>,
    /// Why no new file can be started.
    pub(super) rotate: Option<String>,
}

impl Health {
    /// The current file.
    pub(in crate::logging) fn path(&self) -> PathBuf {
        self.with(|state| state.path.clone())
    }

    /// What fails now; None when all is well.
    pub(in crate::logging) fn failure(&self) -> Option<String> {
        self.with(|state| state.write.clone().or_else(|| state.rotate.clone()))
    }

    pub(super) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
