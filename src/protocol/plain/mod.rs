//! The plain protocol: a line is a message. What a line means, and events as lines. No sockets, no clock, no tasks.
//!
//! What each message means is in the table of `commands`, and what clients are sent is written by [`render`], [`refusal`]
//! and [`error`].

mod account;
mod answer;
mod clean;
mod commands;
mod history;
mod line;
mod lists;
mod render;
mod welcome;

pub use account::{account_answer, account_denied};
pub use answer::{error, refusal};
pub(super) use commands::parse;
pub use history::{NotSeen, Seen, looked_up, not_seen, replay};
pub use render::render;

#[cfg(test)]
mod tests;
