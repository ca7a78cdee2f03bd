//! The words of `io.chatd.Admin`: requests, replies, errors. Shared by the daemon and `chatctl`; the fields are
//! stable. `io.chatd.Admin.varlink` beside this file says the same in Varlink's own language (a test compares them).

use serde::{Deserialize, Serialize};

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

/// One client as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Never reused.
    pub id: u64,
    /// Its user's nick.
    pub nick: String,
    /// `IP:port` or `[IP]:port`.
    pub address: String,
    /// `plain`.
    pub protocol: String,
    /// The listener's name.
    pub listener: String,
    /// The rooms it is in, in the order of joining.
    pub rooms: Vec<String>,
    /// The room that its lines go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_room: Option<String>,
    /// The away message, if away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<String>,
    /// RFC 3339, UTC.
    pub connected_at: String,
    /// Seconds since it connected.
    pub age_seconds: u64,
    /// Seconds since it last sent something.
    pub idle_seconds: u64,
    /// Lines received from it.
    pub lines_received: u64,
    /// Bytes that wait to be written to it.
    pub bytes_waiting: u64,
}

/// How the daemon is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// `server.name`.
    pub name: String,
    /// chatd's version.
    pub version: String,
    /// Its process id.
    pub pid: u32,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// Seconds since then.
    pub uptime_seconds: u64,
    /// `running`, `paused` or `stopping`.
    pub state: String,
    /// The main configuration file, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_file: Option<String>,
    /// When the configuration in force was loaded; RFC 3339, UTC.
    pub config_loaded_at: String,
    /// How the last reload ended, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_reload: Option<String>,
    /// Clients now.
    pub clients: u64,
    /// As many as `limits.connections` and the descriptors allow.
    pub clients_allowed: u64,
    /// The soft limit of descriptors.
    pub descriptors: u64,
    /// Rooms now.
    pub rooms: u64,
    /// Each open listener.
    pub listeners: Vec<ListenerStatus>,
    /// Since the start.
    pub counters: Counters,
    /// The log.
    pub log: LogStatus,
}

/// One listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListenerStatus {
    /// Its name in the configuration.
    pub name: String,
    /// Where it listens.
    pub address: String,
    /// What it speaks.
    pub protocol: String,
    /// Its clients now.
    pub clients: u64,
    /// Whether the socket was inherited from systemd.
    pub inherited: bool,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Connections accepted as clients.
    pub connections: u64,
    /// Connections refused (full, per address, rate, paused).
    pub connections_refused: u64,
    /// Commands carried out or refused.
    pub commands: u64,
    /// Messages said.
    pub messages: u64,
    /// Copies of them put into mailboxes.
    pub deliveries: u64,
    /// Clients kicked by the operator.
    pub kicked: u64,
    /// Clients cut off by a limit.
    pub cut_off: u64,
    /// Decisions that failed inside.
    pub panics: u64,
}

/// The log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStatus {
    /// The current file; none when there is only the terminal or the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The level in force.
    pub level: String,
    /// Whether the last write failed; then the log is being retried.
    pub failing: bool,
    /// What the failure said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Writes that failed since the start.
    pub write_errors: u64,
    /// Records dropped since the start, because the disk failed or was too slow.
    pub dropped: u64,
}

/// One thing wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where: `file:line:col`, or `the environment`.
    pub place: String,
    /// The key, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is wrong, what was expected.
    pub message: String,
}

/// One key that differs between two configurations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `limits.connections`; a listener as a whole: `listen.NAME`.
    pub key: String,
    /// The value now, as TOML; none when the key is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value then, as TOML; none when the key goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// How it takes effect.
    pub applies: Applies,
}

/// How a changed key takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    /// On reload, for everybody.
    Live,
    /// On reload, for connections made from then on.
    NewConnections,
    /// Only by a restart; a reload refuses it.
    Restart,
}

/// One value of the configuration in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The key.
    pub key: String,
    /// The value, as TOML.
    pub value: String,
    /// Where it comes from: `default`, `file:line:col`, `the environment`.
    pub origin: String,
}

/// What a watcher is sent. `kind` says what happened; the other fields are there where they mean something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Happening {
    /// `watching` (the first: the stream stands), `connected`, `gone`, `joined`, `parted`, `renamed`, `topic`, `message`, `gap`.
    pub kind: String,
    /// RFC 3339, UTC, with milliseconds.
    pub at: String,
    /// The client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Its nick; of `renamed`: the new one. Of an operator's message: `*operator`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nick: Option<String>,
    /// Of `renamed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_nick: Option<String>,
    /// Of `connected` and `gone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Of `connected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener: Option<String>,
    /// The room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// Of `message`: a nick it was said to, or `*operator`, when not to a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of `message`: `message`, `action` or `notice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manner: Option<String>,
    /// What was said; of `gone` and `parted` the reason; of `topic` the topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of `gap`: how many happenings are missing here, because the watcher did not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<u64>,
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
    problems.iter().map(|p| format!("\n  {p}")).collect()
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{}: {key}: {}", self.place, self.message),
            None => write!(f, "{}: {}", self.place, self.message),
        }
    }
}
