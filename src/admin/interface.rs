//! The words of `io.chatd.Admin`: requests, replies, errors. Shared by the daemon and `chatctl`; the fields are
//! stable. `io.chatd.Admin.varlink` beside this file says the same in Varlink's own language (a test compares them).

use serde::{Deserialize, Serialize};

mod values;

pub use values::*;

/// The interface's name.
pub const INTERFACE: &str = "io.chatd.Admin";

/// The interface in Varlink's own language, as `GetInterfaceDescription` says it.
pub const DESCRIPTION: &str = include_str!("io.chatd.Admin.varlink");

/// What is asked of the daemon: one variant for each method, named as the method is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "parameters", deny_unknown_fields)]
pub enum Request {
    /// How the daemon is.
    Status {},
    /// The clients that match, in the order of their ids.
    ListClients {
        /// Which.
        #[serde(default)]
        select: Select,
    },
    /// One client, by nick or id.
    ShowClient {
        /// A nick or an id.
        client: String,
    },
    /// Ends the clients that match.
    KickClients {
        /// Which; an empty selection is refused.
        select: Select,
        /// What they are told.
        reason: String,
        /// Only say who it would be.
        #[serde(default)]
        dry_run: bool,
    },
    /// Says something as the operator.
    Say {
        /// A nick, an id or a #room.
        target: String,
        /// One line.
        text: String,
    },
    /// Loads the configuration anew: all of it or nothing.
    Reload {},
    /// Checks configuration files: these texts, or, without, the daemon's own files.
    CheckConfig {
        /// The main file first, then the drop-ins in their order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<Vec<ConfigFile>>,
    },
    /// What a reload with these files (or the daemon's own) would change.
    DiffConfig {
        /// The main file first, then the drop-ins in their order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<Vec<ConfigFile>>,
    },
    /// The configuration in force, key by key.
    ShowConfig {},
    /// Sets the log level until restart or until `log.level` changes in a reload.
    SetLogLevel {
        /// `debug`, or with modules: `info,chatd::net=trace`.
        level: String,
    },
    /// Starts a new log file.
    RotateLog {},
    /// New connections get a notice and are closed.
    Pause {},
    /// Undoes `Pause`.
    Resume {},
    /// Stops the daemon, telling every client.
    Shutdown {
        /// What clients are told, if anything particular.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A stream (call it with `more`) of what happens.
    Watch {
        /// Only of clients that match at that moment.
        #[serde(default)]
        select: Select,
        /// Also what is said in rooms and to the operator; the caller then counts as an operator who reads.
        #[serde(default)]
        messages: bool,
    },
}

impl Request {
    /// Whether it changes something and therefore leaves an audit record.
    pub fn changes(&self) -> bool {
        match self {
            Request::Status {}
            | Request::ListClients { .. }
            | Request::ShowClient { .. }
            | Request::CheckConfig { .. }
            | Request::DiffConfig { .. }
            | Request::ShowConfig {}
            | Request::Watch { .. } => false,
            Request::KickClients { dry_run, .. } => !dry_run,
            Request::Say { .. }
            | Request::Reload {}
            | Request::SetLogLevel { .. }
            | Request::RotateLog {}
            | Request::Pause {}
            | Request::Resume {}
            | Request::Shutdown { .. } => true,
        }
    }
}

/// A configuration file as text; the daemon opens no path that a client names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The path as problems shall name it.
    pub name: String,
    /// The content.
    pub text: String,
}

/// Which clients: AND between kinds, OR within one; `not_` takes away. Empty: all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(
    missing_docs,
    reason = "each field is one option of chatctl's SELECT, documented there"
)]
pub struct Select {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nick: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addr: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub room: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protocol: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listener: Vec<String>,
    /// `>5m` or `<5m`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<String>,
    /// `>1h` or `<1h`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub age: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_id: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_nick: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_addr: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_room: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_protocol: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_listener: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_idle: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_age: Vec<String>,
}

/// A reply: one variant for each shape; on the wire only the fields stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum Reply {
    /// To `Status`.
    Status { status: Box<Status> },
    /// To `ListClients`.
    Clients { clients: Vec<Client> },
    /// To `ShowClient`.
    Client { client: Box<Client> },
    /// To `KickClients`: who was (or, dry, would be) kicked.
    Kicked { kicked: Vec<Client> },
    /// To `Say`: to whom, and how many clients got it.
    Said { target: String, clients: u64 },
    /// To `Reload` and `DiffConfig`.
    Changes { changes: Vec<Change> },
    /// To `CheckConfig` when nothing is wrong: what was checked.
    Checked { files: Vec<String> },
    /// To `ShowConfig`.
    Settings { settings: Vec<Setting> },
    /// To `SetLogLevel`: before and now.
    Level { old: String, new: String },
    /// To `RotateLog`: the file that was closed, and the new one.
    Rotated {
        closed: Option<String>,
        file: Option<String>,
    },
    /// To `Watch`, again and again.
    Happening { happening: Box<Happening> },
    /// To the rest: done.
    Done {},
}

/// Why a request was not carried out. On the wire: `io.chatd.Admin.NAME` with the fields as parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", content = "parameters")]
#[allow(missing_docs, reason = "the fields' names say it")]
pub enum Error {
    /// The caller may not.
    #[error("permission denied: {message}")]
    PermissionDenied { message: String },
    /// There is no such client, room, target.
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
    /// A limit of the admin channel.
    #[error("busy: {message}")]
    Busy { message: String },
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |text, problem| {
        format!("{text}\n  {problem}")
    })
}

#[cfg(test)]
mod tests;
