//! The words of `io.chatd.Admin`: requests, replies, errors. Shared by the daemon and `chatctl`; the fields are
//! stable. `io.chatd.Admin.varlink` beside this file says the same in Varlink's own language (a test compares them).

use serde::{Deserialize, Serialize};

mod accounts;
mod error;
mod history;
mod nature;
mod selection;
mod values;

pub use accounts::*;
pub use error::Error;
pub use history::*;
pub use selection::Select;
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
    /// All users, also those that are always on and have no clients now.
    ListUsers {},
    /// Ends a user that is always on and has no clients.
    EndUser {
        /// Its nick.
        nick: String,
        /// What others are told.
        reason: String,
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
    /// A stream (call it with `more`) of what was said in a room, the earliest first.
    History {
        /// The room's name.
        room: String,
        /// Said then or later; RFC 3339.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<String>,
        /// Said before; RFC 3339.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<String>,
        /// By one who was called so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// With this text in it, whatever the case.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grep: Option<String>,
        /// With all these words in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// The latest so many; none: all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<u64>,
    },
    /// A stream (call it with `more`) of all that was said in a room, the earliest first; its last reply is an error when messages
    /// could not be read.
    Export {
        /// The room's name.
        room: String,
    },
    /// One message of the history.
    ShowMessage {
        /// Its id.
        id: String,
    },
    /// Takes a message back: its text goes for good, for everybody.
    RedactMessage {
        /// Its id.
        id: String,
        /// Why, for those who see that it went.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// How long messages are kept.
    ShowRetention {},
    /// How the history is.
    StoreStatus {},
    /// Checks all that is in the history.
    CheckStore {},
    /// Checks a history that is closed, and opens it anew.
    ReopenStore {},
    /// A stream (call it with `more`) of a consistent copy of the history.
    Backup {},
    /// A stream (call it with `more`) of all accounts, by name.
    ListAccounts {},
    /// One account.
    ShowAccount {
        /// Its name.
        account: String,
    },
    /// Makes an account.
    AddAccount {
        /// Its name.
        account: String,
        /// Its password; none: certificates alone prove it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password: Option<NewPassword>,
    },
    /// Gives an account another password.
    SetAccountPassword {
        /// Its name.
        account: String,
        /// The password.
        password: NewPassword,
    },
    /// Ends an account's clients, and lets nobody log in to it.
    DisableAccount {
        /// Its name.
        account: String,
        /// Why, as whoever tries is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Undoes `DisableAccount`.
    EnableAccount {
        /// Its name.
        account: String,
    },
    /// Removes an account: its clients are logged out, its name is free.
    RemoveAccount {
        /// Its name.
        account: String,
        /// Only the account with this id, not one that has the name since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
    },
    /// Ends an account's clients, who may come back.
    RevokeAccount {
        /// Its name.
        account: String,
        /// Only those of this device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<String>,
        /// What they are told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Lets a certificate prove an account.
    AddAccountCertificate {
        /// Its name.
        account: String,
        /// The certificate's SHA-256 fingerprint.
        fingerprint: String,
    },
    /// Undoes `AddAccountCertificate`.
    RemoveAccountCertificate {
        /// Its name.
        account: String,
        /// The certificate's SHA-256 fingerprint.
        fingerprint: String,
    },
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
    /// To `ListUsers`.
    Users { users: Vec<User> },
    /// To `EndUser`: which it was.
    User { user: Box<User> },
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
    /// To `History` and `Export`, again and again.
    Messages { messages: Vec<Message> },
    /// To `ShowMessage`.
    Message { message: Box<Message> },
    /// To `ShowRetention`.
    Retention {
        general: Retention,
        rooms: Vec<RoomRetention>,
    },
    /// To `StoreStatus`.
    Store { store: Box<HistoryStatus> },
    /// To `CheckStore`: what is wrong.
    Problems { problems: Vec<String> },
    /// To `Backup`, again and again: the next bytes, in base 64 (RFC 4648 §4); at its end: what all of it was.
    Copied {
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// To `ListAccounts`, again and again.
    Accounts { accounts: Vec<Account> },
    /// To `ShowAccount`; to `DisableAccount` and `RevokeAccount` (with the clients that were ended, unless the chat has not told in
    /// time) and to `RemoveAccount` (with those that were logged out). To all other changes of an account: as it is now.
    Account {
        account: Box<Account>,
        #[serde(skip_serializing_if = "Option::is_none")]
        clients: Option<Vec<Client>>,
    },
    /// To the rest: done.
    Done {},
}

#[cfg(test)]
mod tests;
