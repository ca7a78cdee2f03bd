//! Reload, for the signal and for the operator alike: load, check, compare, prepare, commit. Until the commit nothing
//! has changed; from there on only a machine or a thread that fails can leave it half done, and the answer says so.

use super::control::Daemon;
use super::files::Files;
use super::patience::on_disk;
use super::{Failure, parts, roles};
use crate::admin::{Applies, Change, Error, Problem};
use crate::config::{self, Loaded};
use crate::hub::{self, Ask};

/// A configuration that was read and checked.
pub(super) struct Read {
    /// The names of its files.
    pub(super) names: Vec<String>,
    pub(super) new: Loaded,
    /// What it names by path.
    pub(super) files: Files,
}

impl Daemon {
    /// Reloads; what changed, or why nothing did.
    pub(super) async fn reload(&mut self, why: &str) -> Result<Vec<Change>, Error> {
        self.service.reloading();
        let verdict = self.try_reload().await;
        let outcome = match &verdict {
            Ok(changes) if changes.is_empty() => {
                tracing::info!(why, "reloaded; nothing changed");
                "ok; nothing changed".to_owned()
            }
            Ok(changes) => {
                let what = changes.iter().map(one).collect::<Vec<_>>().join("; ");
                tracing::info!(why, what, "reloaded");
                format!("ok; {what}")
            }
            Err(error) => {
                let reason = one_line(error);
                if let Error::Failed { .. } = error {
                    // The reason says whether anything was changed.
                    tracing::error!(why, reason, "reload failed");
                } else {
                    tracing::error!(
                        why,
                        reason,
                        "reload refused; the configuration in force stays"
                    );
                }
                format!("not done: {reason}")
            }
        };
        self.last_reload = Some(outcome);
        self.service.ready(if verdict.is_ok() {
            "reloaded"
        } else {
            "reload not done; see the log"
        });
        verdict
    }

    async fn try_reload(&mut self) -> Result<Vec<Change>, Error> {
        let Read { new, files, .. } = self.load(None).await?;
        let mut changes = config::compare(&self.loaded, &new);
        changes.extend(self.files.changes(&files, &changes));
        let restart: Vec<_> = changes
            .iter()
            .filter(|change| change.applies == Applies::Restart)
            .map(|change| change.key.clone())
            .collect();
        if !restart.is_empty() {
            return Err(Error::NeedsRestart {
                keys: restart,
                changes,
            });
        }
        // A chat that hangs is found out now, not halfway.
        self.chat
            .ask(Ask::Ping)
            .await
            .map_err(|error| failed(&error))?;
        let settings = &new.settings;
        let (handle, log) = (self.log.clone(), settings.log.clone());
        let log = on_disk("the log's disk", move || handle.prepare(&log)).await;
        let log = log
            .and_then(|log| log.map_err(Failure::Log))
            .map_err(|error| failed(&error))?;
        let roles = roles::look_up(&new).await.map_err(|error| failed(&error))?;
        let prepared = self
            .listeners
            .prepare(&self.loaded.settings, &new)
            .map_err(|error| failed(&error))?;
        let net = parts::net(settings, self.descriptors);
        let plan = self
            .listeners
            .plan(&prepared, settings, &files, net)
            .map_err(|error| failed(&Failure::System("the listening sockets", error)))?;
        // From here on everything is made and nothing is refused; what can fail now is the machine.
        self.chat
            .listen(plan)
            .await
            .map_err(|error| halfway(&error))?;
        self.listeners.commit(prepared, &self.service);
        let (policy, hub) = (parts::policy(settings), parts::hub(settings));
        let server = parts::irc(settings, self.since.start.0, files.motd.clone());
        let configured = self
            .chat
            .ask(|done| Ask::Configure(Box::new(policy), hub, server, done))
            .await;
        if let Some(store) = &self.store {
            store.configure(parts::store(settings));
        }
        let told = match &self.accounts {
            Some(accounts) => accounts.set_always_on(settings.accounts.always_on).await,
            None => Ok(()),
        };
        self.admin_limits
            .send_replace(parts::admin(settings, self.descriptors));
        self.roles.send_replace(roles);
        let handle = self.log.clone();
        let moved = on_disk("the log's disk", move || handle.commit(log)).await;
        // A copy, in this thread's memory: what another has read lies among all that it needed for it.
        self.loaded = new.clone();
        self.files = files;
        self.files.warn(jiff::Timestamp::now());
        roles::warn(&self.loaded, &self.roles.borrow());
        self.since.loaded = hub::timestamp();
        configured
            .and(told)
            .and(moved)
            .map_err(|error| halfway(&error))?;
        Ok(changes)
    }

    /// The configuration that these files, or the daemon's own, make. What it names by path is read only if it is the
    /// daemon's own: no path is opened that somebody else names. A file on a disk that hangs, or
    /// one that takes long to check, keeps a thread of its own, not the control loop.
    pub(super) async fn load(
        &self,
        files: Option<Vec<crate::admin::ConfigFile>>,
    ) -> Result<Read, Error> {
        let (sources, directories) = (self.sources.clone(), self.directories.clone());
        let load = move || {
            let own = files.is_none();
            let layers = match files {
                Some(files) => config::Layer::sent(files),
                None => config::read(&sources)?,
            };
            let new = config::check(&layers, &sources.environment, &directories)?;
            let files = if own {
                super::read_files(&sources, &new)?
            } else {
                Files::default()
            };
            let names = layers.into_iter().map(|layer| layer.name).collect();
            Ok(Read { names, new, files })
        };
        let loaded: Result<_, config::Rejected> = on_disk("the configuration's disk", load)
            .await
            .map_err(|error| failed(&error))?;
        loaded.map_err(rejected)
    }
}

fn rejected(rejected: config::Rejected) -> Error {
    Error::ConfigRejected {
        problems: rejected.problems,
    }
}

fn failed(failure: &Failure) -> Error {
    Error::Failed {
        message: format!("nothing was changed: {failure}"),
    }
}

/// What prevented a commit that had begun.
fn halfway(failure: &Failure) -> Error {
    Error::Failed {
        message: format!("the reload was carried out in part: {failure}"),
    }
}

fn one(change: &Change) -> String {
    let Change { key, old, new, .. } = change;
    match (old, new) {
        (Some(old), Some(new)) => format!("{key}: {old} -> {new}"),
        (Some(_), None) => format!("{key} removed"),
        (None, _) => format!("{key} added"),
    }
}

/// An error as one record's text.
fn one_line(error: &Error) -> String {
    match error {
        Error::ConfigRejected { problems } => problems
            .iter()
            .map(Problem::to_string)
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}
