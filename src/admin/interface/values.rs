//! What replies and errors are made of: clients, the daemon's state, configuration, what happens.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One client as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Never reused.
    pub id: u64,
    /// Its user's nick. Others see it as `nick!username@host`.
    pub nick: String,
    /// What it calls itself at its host.
    #[serde(default)]
    pub username: String,
    /// Its host as others see it.
    #[serde(default)]
    pub host: String,
    /// What else it says of itself.
    #[serde(default)]
    pub realname: String,
    /// The account that it is logged in to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Which of the account's devices it is: `default` unless it named another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Its user modes, as letters.
    #[serde(default)]
    pub modes: String,
    /// What it is as an operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The IRCv3 capabilities that it has negotiated.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// The version of TLS, if it speaks that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<String>,
    /// The cipher suite, if it speaks TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The SHA-256 fingerprint of its certificate, if it has shown one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// `IP:port` or `[IP]:port`.
    pub address: String,
    /// `plain` or `irc`.
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

/// One user as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Others see it as `nick!username@host`.
    pub nick: String,
    /// What it calls itself at its host.
    pub username: String,
    /// Its host as others see it.
    pub host: String,
    /// The account that it is logged in to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whether it stays when its last client has gone.
    pub always_on: bool,
    /// How many clients it has.
    pub clients: u64,
    /// The rooms it is in, in the order of joining.
    pub rooms: Vec<String>,
    /// The away message, if away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<String>,
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
    /// `running` or `paused`.
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
    /// IRC connections that have not registered yet; they are no clients.
    pub registering: u64,
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
    /// The history.
    #[serde(default)]
    pub history: super::HistoryStatus,
}

/// One listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListenerStatus {
    /// Its name in the configuration.
    pub name: String,
    /// Where it listens.
    pub address: String,
    /// What it speaks: `plain`, `irc` or `websocket`.
    pub protocol: String,
    /// Whether it speaks that over TLS.
    pub tls: bool,
    /// Its clients now.
    pub clients: u64,
    /// Whether the socket was inherited from systemd.
    pub inherited: bool,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Connections accepted; those of IRC also when they never register.
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
    /// Where: `file:line:column`, or `the environment, CHATD__...`.
    pub place: String,
    /// The key, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is wrong, what was expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{}: {key}: {}", self.place, self.message),
            None => write!(f, "{}: {}", self.place, self.message),
        }
    }
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
    /// Where it comes from: `default`, `file:line:column`, or `the environment, CHATD__...`.
    pub origin: String,
}

/// What a watcher is sent. `kind` says what happened; the other fields are there where they mean something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Happening {
    /// `watching` (the first: the stream stands), `connected`, `gone`, `joined`, `parted`, `renamed`, `topic`,
    /// `kicked` (from a room), `modes` (of a room), `renamed_room`, `message`, `gap`.
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
    /// Of `renamed_room`: its former name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_room: Option<String>,
    /// Of `connected` and `gone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Of `connected`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener: Option<String>,
    /// The room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// Of `message` to a room's members of a rank and those above: the sign of that rank, such as `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<String>,
    /// Of `message`: a nick it was said to, or `*operator`, when not to a room; of `kicked`: who was kicked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Of `message`: `message`, `action` or `notice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manner: Option<String>,
    /// What was said; of `gone` and `parted` the reason; of `topic` the topic; of `modes` the changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of `gap`: how many happenings are missing here, because the watcher did not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<u64>,
}
