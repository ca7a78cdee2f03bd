//! Reload, for the signal and for the operator alike: load, check, compare, prepare, commit. Until the commit nothing
//! has changed; the commit cannot fail.

use super::control::Daemon;
use super::{Failure, listeners, parts};
use crate::admin::{Applies, Change, Error, Problem};
use crate::config::{self, Loaded};
use crate::{hub, net};

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
                tracing::error!(
                    why,
                    reason,
                    "reload refused; the configuration in force stays"
                );
                format!("refused: {reason}")
            }
        };
        self.last_reload = Some(outcome);
        self.service.ready(if verdict.is_ok() {
            "reloaded"
        } else {
            "reload refused; see the log"
        });
        verdict
    }

    async fn try_reload(&mut self) -> Result<Vec<Change>, Error> {
        let new = super::load(&self.sources, &self.directories).map_err(rejected)?;
        let changes = config::compare(&self.loaded, &new);
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
        let (old_settings, settings) = (&self.loaded.settings, &new.settings);
        let log = self
            .log
            .prepare(&parts::log(settings))
            .map_err(|error| failed(&Failure::Log(error)))?;
        let made = listeners::prepare(&self.listeners, old_settings, settings)
            .map_err(|error| failed(&error))?;
        let net = parts::net(settings, self.descriptors);
        let plan = listeners::plan(&self.listeners, &made, old_settings, settings, net)
            .map_err(|error| failed(&Failure::System("the listening sockets", error)))?;
        // From here on everything is made and nothing is refused.
        let open = std::mem::take(&mut self.listeners);
        self.listeners = listeners::commit(open, old_settings, settings, made);
        self.chat
            .net(|done| net::Order::Apply(plan, done))
            .await
            .map_err(|error| failed(&error))?;
        let configure =
            hub::Ask::Configure(Box::new(parts::policy(settings)), parts::hub(settings));
        self.chat
            .hub
            .tell(configure)
            .await
            .map_err(|error| Error::Failed {
                message: error.to_string(),
            })?;
        self.admin_limits.send_replace(parts::admin(settings));
        self.log.commit(log);
        self.loaded = new;
        self.loaded_at = hub::timestamp();
        Ok(changes)
    }

    /// The configuration that these files, or the daemon's own, make.
    pub(super) fn would_be(
        &self,
        files: Option<Vec<crate::admin::ConfigFile>>,
    ) -> Result<(Vec<String>, Loaded), Error> {
        let layers = match files {
            Some(files) => config::Layer::sent(files),
            None => config::read(&self.sources).map_err(rejected)?,
        };
        let loaded = config::check(&layers, &self.sources.environment, &self.directories)
            .map_err(rejected)?;
        Ok((layers.into_iter().map(|layer| layer.name).collect(), loaded))
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
