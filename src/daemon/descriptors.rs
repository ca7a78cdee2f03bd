//! How many descriptors there are, and what they are for.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::Failure;
use crate::config::Settings;

/// Log files, event loops, the admin socket, the standard streams, and what a reload opens for a moment.
const OWN: u64 = 28;
/// A listener: the net's socket, the daemon's, and one kept for the moment when there is none left.
const PER_LISTENER: u64 = 3;

/// The descriptors of this process, shared out: clients get what nothing else needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Descriptors {
    /// The soft limit (`RLIMIT_NOFILE`).
    pub(super) limit: u64,
}

impl Descriptors {
    /// Raises the soft limit to the hard one.
    pub(super) fn raise() -> Descriptors {
        let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
            return Descriptors { limit: 1024 };
        };
        let raised = soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
        Descriptors {
            limit: if raised { hard } else { soft },
        }
    }

    /// As many as a small share allows; at least 4.
    fn share(self) -> usize {
        usize::try_from(self.limit / 16)
            .unwrap_or(usize::MAX)
            .max(4)
    }

    /// Operators' connections at once: `limits.admin_connections`, less where descriptors are few.
    pub(super) fn operators(self, settings: &Settings) -> usize {
        settings.limits.admin_connections.min(self.share())
    }

    /// Connections that are turned away and may still be open while they read why.
    pub(super) fn farewells(self) -> usize {
        self.share().min(256)
    }

    /// Refuses a start that leaves none to clients.
    pub(super) fn suffice(self, settings: &Settings) -> Result<(), Failure> {
        let (limit, others) = (self.limit, self.others(settings));
        if limit > others {
            return Ok(());
        }
        Err(Failure::Descriptors { limit, others })
    }

    /// Says in the log that there are too few for `limits.connections`.
    pub(super) fn warn(self, settings: &Settings) {
        let (clients, descriptors) = (self.clients(settings), self.limit);
        let wanted = settings.limits.connections;
        if let Some(wanted) = wanted.filter(|wanted| clients < *wanted as usize) {
            tracing::warn!(
                clients,
                descriptors,
                "fewer clients than limits.connections ({wanted}) are let in, for want of descriptors; raise their limit (LimitNOFILE=, \
                 ulimit -n)"
            );
        }
    }

    /// What is not for clients.
    fn others(self, settings: &Settings) -> u64 {
        let listeners = settings
            .listen
            .values()
            .filter(|listener| listener.enabled)
            .count();
        OWN + PER_LISTENER * listeners as u64 + (self.operators(settings) + self.farewells()) as u64
    }

    /// Clients at once: `limits.connections`, or what is left of the descriptors if that is less; at least 1, also when a reload adds
    /// listeners.
    pub(super) fn clients(self, settings: &Settings) -> usize {
        let left = self.limit.saturating_sub(self.others(settings));
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        settings
            .limits
            .connections
            .map_or(left, |limit| left.min(limit as usize))
            .max(1)
    }
}
