//! How `chatctl` ends: the exit codes, and every way to fail with the words for it. It prints nothing.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::admin::Error;
use crate::admin::client::CallError;

use super::changes;
use super::gate::Gate;

#[cfg(test)]
mod tests;

/// The exit codes; scripts rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// It was tried and failed.
    Error = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// No daemon answers, or it went away.
    NotRunning = 3,
    /// No client matched, or there is no such client, room, account or target.
    NothingMatched = 4,
    /// The caller may not.
    Denied = 5,
    /// Several clients would be kicked, or an account removed, and nobody has agreed.
    NeedsYes = 6,
    /// The configuration is refused, or needs a restart.
    Rejected = 7,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        (exit as u8).into()
    }
}

/// Why a command was not carried out. `Display` is for a person, and may have several lines.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments make no sense.
    #[error("{0}")]
    Usage(String),
    /// No daemon was found; each place with what was found there.
    #[error("chatd is not running, or its socket is elsewhere (--socket PATH). Tried:{}", tried(.0))]
    NotRunning(Vec<(PathBuf, String)>),
    /// The daemon went away, or ended the connection.
    #[error("chatd went away: it ended the connection")]
    Gone,
    /// Somebody listens and does not answer.
    #[error(
        "chatd at {} has not answered for {} s: it is stopped, or hangs; look at it with systemctl status chatd, and at its log",
        .0.display(), .1.as_secs()
    )]
    Silent(PathBuf, Duration),
    /// The socket may not be used by this user.
    #[error("permission denied: {} {}", .path.display(), .gate)]
    Denied {
        /// The socket.
        path: PathBuf,
        /// Who is let through to it.
        gate: Gate,
    },
    /// Nothing matched.
    #[error("{0}")]
    NothingMatched(String),
    /// Somebody has to agree.
    #[error("{0}")]
    NeedsYes(String),
    /// It was tried, and what came of it is not in order.
    #[error("{0}")]
    NotInOrder(String),
    /// The daemon refused.
    #[error("{0}")]
    Refused(Error),
    /// The daemon does not understand the request, or `chatctl` the answer.
    #[error("{0}")]
    Protocol(String),
    /// The connection failed in another way.
    #[error("{}: {}", .0.display(), .1)]
    Connect(PathBuf, io::Error),
    /// A file could not be read or written.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// `chatctl`'s own output or input failed.
    #[error("{0}")]
    Terminal(#[from] io::Error),
}

impl Failure {
    /// A failure to read or write this file.
    pub(crate) fn file(path: &Path, error: io::Error) -> Failure {
        Failure::File(path.to_owned(), error)
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) | Failure::Refused(Error::Invalid { .. }) => Exit::Usage,
            Failure::NotRunning(_) | Failure::Gone | Failure::Silent(..) => Exit::NotRunning,
            Failure::Denied { .. } | Failure::Refused(Error::PermissionDenied { .. }) => {
                Exit::Denied
            }
            Failure::NothingMatched(_) | Failure::Refused(Error::NotFound { .. }) => {
                Exit::NothingMatched
            }
            Failure::NeedsYes(_) => Exit::NeedsYes,
            Failure::Refused(Error::ConfigRejected { .. } | Error::NeedsRestart { .. }) => {
                Exit::Rejected
            }
            // Whoever read our output has enough of it: `chatctl list | head -1`.
            Failure::Terminal(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
            Failure::Terminal(_)
            | Failure::NotInOrder(_)
            | Failure::Protocol(_)
            | Failure::Connect(..)
            | Failure::File(..)
            | Failure::Refused(Error::Failed { .. } | Error::Busy { .. }) => Exit::Error,
        }
    }

    /// The lines for a person, not escaped yet: each problem or change first, then the verdict.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Failure::NotRunning(_) => self.to_string().lines().map(Into::into).collect(),
            Failure::Refused(Error::ConfigRejected { problems }) => {
                let verdict = match problems.len() {
                    1 => "the configuration is refused: 1 problem".to_owned(),
                    many => format!("the configuration is refused: {many} problems"),
                };
                problems
                    .iter()
                    .map(ToString::to_string)
                    .chain([verdict])
                    .collect()
            }
            Failure::Refused(Error::NeedsRestart { changes, .. }) => changes
                .iter()
                .map(changes::line)
                .chain([self.to_string()])
                .collect(),
            _ => vec![format!("chatctl: {self}")],
        }
    }

    /// As one object: `error` (a stable name), `message`, and what else there is.
    pub(crate) fn json(&self) -> Value {
        let (name, mut fields) = match self {
            Failure::Usage(_) => ("Usage".into(), Map::new()),
            Failure::NotRunning(tried) => {
                let tried = tried
                    .iter()
                    .map(|(path, why)| json!({"path": path.to_string_lossy(), "found": why}));
                (
                    "NotRunning".into(),
                    Map::from_iter([("tried".into(), tried.collect())]),
                )
            }
            Failure::Gone => ("Gone".into(), Map::new()),
            Failure::Silent(..) => ("Silent".into(), Map::new()),
            Failure::Denied { path, gate } => (
                "PermissionDenied".into(),
                Map::from_iter([
                    ("path".into(), path.to_string_lossy().into()),
                    ("group".into(), gate.group.clone().into()),
                ]),
            ),
            Failure::NothingMatched(_) => ("NothingMatched".into(), Map::new()),
            Failure::NeedsYes(_) => ("NeedsYes".into(), Map::new()),
            Failure::NotInOrder(_) => ("NotInOrder".into(), Map::new()),
            Failure::Refused(error) => refused(error),
            Failure::Protocol(_) => ("Protocol".into(), Map::new()),
            Failure::Connect(..) => ("Connect".into(), Map::new()),
            Failure::File(..) => ("File".into(), Map::new()),
            Failure::Terminal(_) => ("Terminal".into(), Map::new()),
        };
        let message = fields
            .remove("message")
            .unwrap_or_else(|| self.to_string().into());
        let mut object = Map::from_iter([
            ("error".into(), Value::String(name)),
            ("message".into(), message),
        ]);
        object.append(&mut fields);
        Value::Object(object)
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Failure {
        match error {
            CallError::Refused(error) => Failure::Refused(error),
            CallError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Failure::Protocol(format!("chatd's answer cannot be read: {error}"))
            }
            CallError::Io(_) => Failure::Gone,
            CallError::Protocol(what) => Failure::Protocol(format!(
                "chatd's answer cannot be understood: {what}; is it of another version than chatctl ({})?",
                env!("CARGO_PKG_VERSION")
            )),
            CallError::Standard { name, parameters } => {
                Failure::Protocol(standard(&name, &parameters))
            }
        }
    }
}

/// The errors that Varlink itself defines: the daemon knows less (or more) than this `chatctl`.
fn standard(name: &str, parameters: &Value) -> String {
    let what = match name.rsplit('.').next() {
        Some("MethodNotFound" | "MethodNotImplemented" | "InterfaceNotFound") => {
            "does not know this request"
        }
        Some("InvalidParameter") => "does not know a parameter of this request",
        _ => "refused this request",
    };
    format!(
        "chatd {what} ({name} {parameters}); it may be older than chatctl ({}): chatctl status shows its version",
        env!("CARGO_PKG_VERSION")
    )
}

fn refused(error: &Error) -> (String, Map<String, Value>) {
    // An enum of plain fields always serialises; should that ever change, the message is still there.
    let value = serde_json::to_value(error).unwrap_or_default();
    let name = value["error"].as_str().unwrap_or("Refused").to_owned();
    let fields = value["parameters"].as_object().cloned().unwrap_or_default();
    (name, fields)
}

fn tried(places: &[(PathBuf, String)]) -> String {
    let lines: Vec<_> = places
        .iter()
        .map(|(path, why)| format!("\n  {}: {why}", path.display()))
        .collect();
    lines.concat()
}
