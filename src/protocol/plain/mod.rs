//! The plain protocol: a line is a message. Bytes in, commands out; events in, lines out. No sockets, no clock, no tasks.
//!
//! What a client sends is cut into messages by [`Session`], what each means is in the table of `commands`, and what
//! clients are sent is written by [`render`], [`refusal`] and [`error`].

mod answer;
mod clean;
mod commands;
mod foreign;
mod intake;
mod line;
mod lists;
mod render;
mod session;
mod welcome;

pub use answer::{error, refusal};
pub use intake::{Cut, Intake, Limits, Pace};
pub use render::render;
pub use session::Session;

#[cfg(test)]
mod tests;
