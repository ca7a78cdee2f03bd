//! One file for each command, or for a few that belong together: ask, then render. The console is apart.

pub(super) mod account;
pub(super) mod backup;
pub(super) mod config;
pub(super) mod control;
pub(super) mod history;
pub(super) mod kick;
pub(super) mod list;
pub(super) mod log;
pub(super) mod message;
pub(super) mod password;
pub(super) mod retention;
pub(super) mod say;
pub(super) mod status;
pub(super) mod store;
pub(super) mod users;
pub(super) mod watch;
