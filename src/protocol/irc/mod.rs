//! IRC: a client's lines to steps, events to lines. Speaks RFC 1459 and 2812 as Modern IRC describes them, and IRCv3.
//!
//! Pure: what a line means depends on the line, the [`World`] and nothing else. The hub takes the steps.

mod capability;
mod commands;
mod label;
mod message;
mod numeric;
mod refusal;
mod registration;
mod render;
mod reply;
mod server;
mod step;

pub use capability::{Capability, in_set};
pub use commands::read;
pub use label::label;
pub use message::{Message, MessageError, Params, Tags};
pub use numeric::Numeric;
pub use refusal::refusal;
pub use registration::Registration;
pub use render::{Telling, render, time_tag, variant};
pub use reply::Replies;
pub use server::{Operator, Server, Sts};
pub use step::{Asker, Errand, Outcome, Reading, Step, Tally, World};
