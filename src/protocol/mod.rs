//! Pure: bytes to commands, events to bytes. No sockets, no clock, no tasks.
//!
//! What a connection sends is cut into messages by [`Session`], whatever it speaks; what a message means is said by its
//! protocol.

pub mod account;
mod foreign;
mod intake;
pub mod irc;
pub mod plain;
mod session;

use crate::chat::Protocol;

pub use intake::{Cut, Intake, Limits, Look, Pace};
pub use session::Session;

/// The one line that a connection is told which is not let in: a code for programs, and why.
pub fn turned_away(protocol: Protocol, code: &str, text: &str) -> Vec<u8> {
    let mut line = Vec::new();
    match protocol {
        Protocol::Plain => plain::error(code, text, &mut line),
        Protocol::Irc => irc::error(text, &mut line),
    }
    line
}
