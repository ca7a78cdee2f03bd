//! Pure: bytes to commands, events to bytes. No sockets, no clock, no tasks.

pub mod irc;
pub mod plain;
