//! Pure: bytes to commands, events to bytes. No sockets, no clock, no tasks.
//!
//! What a connection sends is cut into messages by [`Session`], whatever it speaks; what a message means is said by its
//! protocol.

mod foreign;
mod intake;
pub mod irc;
pub mod plain;
mod session;

pub use intake::{Cut, Intake, Limits, Pace};
pub use session::Session;
