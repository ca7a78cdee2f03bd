//! Why a request was not carried out.

use serde::{Deserialize, Serialize};

use super::{Change, Problem};

/// Why a request was not carried out. On the wire: `io.chatd.Admin.NAME` with the fields as parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", content = "parameters")]
#[allow(missing_docs, reason = "the fields' names say it")]
pub enum Error {
    /// The caller may not.
    #[error("permission denied: {message}")]
    PermissionDenied { message: String },
    /// There is no such client, room, account, target.
    #[error("{message}")]
    NotFound { message: String },
    /// A parameter makes no sense.
    #[error("{parameter}: {message}")]
    Invalid { parameter: String, message: String },
    /// The configuration is refused; nothing changed.
    #[error("the configuration is refused:{}", lines(.problems))]
    ConfigRejected { problems: Vec<Problem> },
    /// These keys need a restart; nothing changed.
    #[error("nothing was changed: these keys need a restart: {}", .keys.join(", "))]
    NeedsRestart {
        keys: Vec<String>,
        changes: Vec<Change>,
    },
    /// It was tried and could not be carried out; nothing changed.
    #[error("{message}")]
    Failed { message: String },
    /// A limit of the admin channel or of the history.
    #[error("busy: {message}")]
    Busy { message: String },
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |text, problem| {
        format!("{text}\n  {problem}")
    })
}
