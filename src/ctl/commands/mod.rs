//! One file for each command, or for a few that belong together: ask, then render. The console is apart.

pub(super) mod config;
pub(super) mod control;
pub(super) mod kick;
pub(super) mod list;
pub(super) mod log;
pub(super) mod password;
pub(super) mod say;
pub(super) mod status;
pub(super) mod watch;
