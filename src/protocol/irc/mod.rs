//! IRC: a client's lines to steps, events to lines. Speaks RFC 1459 and 2812 as Modern IRC describes them, and IRCv3.
//!
//! What a connection sends is cut into [`Line`]s by [`Session`](super::Session); [`Message::parse`] takes one apart where it
//! lies. Pure: what a line means depends on the line, the [`World`] and nothing else. The hub takes the steps.

mod capability;
mod client_tags;
mod commands;
mod cost;
mod label;
mod line;
mod message;
mod multiline;
mod numeric;
mod refusal;
mod registration;
mod render;
mod reply;
mod server;
mod step;
mod tags;
mod targets;
mod unreadable;

pub use capability::{Capability, in_set};
pub use commands::{read, returned};
pub use cost::cost;
pub use label::label;
pub use line::{BODY, Line, TAG_DATA};
pub(super) use line::{may_fit, read as read_line};
pub use message::{Message, MessageError, PARAMS, Params, RenderError, render as render_message};
pub use multiline::{BatchChange, MAX_BYTES, MAX_LINES, OpenBatch};
pub use numeric::Numeric;
pub use refusal::refusal;
pub use registration::Registration;
pub use render::{Telling, render, time_tag, variant};
pub use reply::{Replies, error, ping};
pub use server::{Operator, Server, Sts};
pub use step::{Asker, Errand, Outcome, Reading, Step, Tally, World};
pub use tags::{Tags, escape, unescape};
pub use targets::TARGMAX;
pub use unreadable::unreadable;
