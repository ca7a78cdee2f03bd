//! Finds the daemon's admin socket, and asks over it. It renders nothing.

use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::admin::client::{CallError, Client};
use crate::admin::{Happening, Request};
use crate::config::Directories;

use super::exit::Failure;
use super::gate::Gate;

/// How long a daemon may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;

/// A place where the socket may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    path: PathBuf,
    /// In /tmp anybody may have made the directory: it counts only when it is this user's and nobody else may enter.
    private_to: Option<u32>,
}

impl Place {
    fn new(path: impl Into<PathBuf>) -> Place {
        Place {
            path: path.into(),
            private_to: None,
        }
    }

    fn why_not_private(&self) -> Option<String> {
        let (uid, directory) = (self.private_to?, self.path.parent()?);
        let found = match directory.symlink_metadata() {
            Ok(found) => found,
            Err(error) => return Some(found_instead(&error)),
        };
        if !found.is_dir() {
            return Some(format!("{} is not a directory", directory.display()));
        }
        let mode = found.permissions().mode() & 0o7777;
        (found.uid() != uid || mode & 0o077 != 0).then(|| {
            format!(
                "{} is not to be trusted: it belongs to uid {} with mode {mode:04o}, expected uid {uid} with mode 0700",
                directory.display(),
                found.uid()
            )
        })
    }
}

/// Where the socket may be, the first choice first: what `--socket` or `CHATCTL_SOCKET` names is tried alone; else the
/// places where a daemon puts it.
pub(crate) fn places(
    socket: Option<&Path>,
    environment: &[(String, String)],
    uid: u32,
) -> Vec<Place> {
    if let Some(path) = socket {
        return vec![Place::new(path)];
    }
    let named = environment
        .iter()
        .find(|(name, value)| name == "CHATCTL_SOCKET" && !value.is_empty());
    if let Some((_, path)) = named {
        return vec![Place::new(path)];
    }
    Directories::runtimes(environment, uid)
        .iter()
        .map(|runtime| Place {
            path: runtime.socket(),
            private_to: runtime.open_parent.then_some(uid),
        })
        .collect()
}

/// A connection to the daemon, for one request after another.
pub(crate) struct Session {
    client: Client,
    path: PathBuf,
}

impl Session {
    /// Connects to the first place where somebody answers.
    pub(crate) fn connect(places: &[Place]) -> Result<Session, Failure> {
        Session::connect_within(places, PATIENCE)
    }

    fn connect_within(places: &[Place], time: Duration) -> Result<Session, Failure> {
        let mut tried = Vec::new();
        for place in places {
            if let Some(why) = place.why_not_private() {
                tried.push((place.path.clone(), why));
                continue;
            }
            match Client::connect(&place.path) {
                Ok(mut client) => {
                    client.greet(time).map_err(|error| match error {
                        CallError::Io(error) if error.kind() == ErrorKind::WouldBlock => {
                            Failure::Silent(place.path.clone(), time)
                        }
                        error => error.into(),
                    })?;
                    return Ok(Session {
                        client,
                        path: place.path.clone(),
                    });
                }
                // A daemon that one may not use is not a reason to use another one.
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                    return Err(Failure::Denied {
                        path: place.path.clone(),
                        gate: Gate::before(&place.path),
                    });
                }
                Err(error) if is_absence(error.kind()) => {
                    tried.push((place.path.clone(), found_instead(&error)));
                }
                Err(error) => return Err(Failure::Connect(place.path.clone(), error)),
            }
        }
        Err(Failure::NotRunning(tried))
    }

    /// A second connection to the same daemon.
    pub(crate) fn again(&self) -> Result<Session, Failure> {
        Session::connect(&[Place::new(&self.path)])
    }

    /// Asks, and takes one field of the reply.
    pub(crate) fn ask<T: DeserializeOwned>(
        &mut self,
        request: &Request,
        field: &str,
    ) -> Result<T, Failure> {
        let mut reply = self.client.call(request)?;
        let value = reply
            .get_mut(field)
            .map(serde_json::Value::take)
            .unwrap_or_default();
        serde_json::from_value(value)
            .map_err(|error| CallError::Protocol(format!("'{field}' of the reply: {error}")).into())
    }

    /// Asks, and takes the whole reply.
    pub(crate) fn ask_all<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, Failure> {
        Ok(self.client.call_reply(request)?)
    }

    /// Asks for a stream of replies.
    pub(crate) fn stream(
        self,
        request: &Request,
    ) -> Result<impl Iterator<Item = Result<serde_json::Value, CallError>>, Failure> {
        Ok(self.client.stream(request)?)
    }

    /// Asks for a stream of happenings.
    pub(crate) fn watch(
        self,
        request: &Request,
    ) -> Result<impl Iterator<Item = Result<Happening, CallError>>, Failure> {
        Ok(self.client.watch(request)?)
    }
}

fn is_absence(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::NotADirectory
    )
}

fn found_instead(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "not there".into(),
        ErrorKind::ConnectionRefused => "nobody listens on it".into(),
        _ => error.to_string(),
    }
}
