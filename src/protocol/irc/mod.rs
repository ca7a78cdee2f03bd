//! IRC: a client's lines to steps, events to lines. Speaks RFC 1459 and 2812 as Modern IRC describes them, and IRCv3.
//!
//! What a connection sends is cut into [`Line`]s by [`Session`](super::Session); [`Message::parse`] takes one apart where it
//! lies. Pure: what a line means depends on the line, the [`World`] and nothing else. The hub takes the steps.

mod bound;
mod capability;
mod client_tags;
mod commands;
mod cost;
mod ctcp;
mod date;
mod isupport;
mod label;
mod lengths;
mod line;
mod lusers;
mod manual;
mod message;
mod motd;
mod multiline;
mod names;
mod negotiation;
mod numeric;
#[cfg(test)]
mod question_tests;
mod readvertise;
mod recall;
mod refusal;
mod register;
mod registration;
mod render;
mod replay;
mod reply;
mod sasl;
mod server;
mod split;
mod step;
mod tags;
mod targets;
#[cfg(test)]
mod testing;
mod topic;
mod unreadable;
mod welcome;

pub use capability::{Capability, in_set};
pub use commands::{read, returned};
pub use cost::cost;
pub use label::label;
pub use line::{BODY, Line, TAG_DATA};
pub(super) use line::{may_fit, read as read_line};
pub use manual::manual;
pub use message::{Message, MessageError, PARAMS, Params, RenderError, render as render_message};
pub use multiline::{BatchChange, OpenBatch};
pub use numeric::Numeric;
pub use readvertise::Readvertisement;
pub use recall::Recall;
pub use refusal::refusal;
pub use registration::Registration;
pub use render::{Telling, Variants, render, time_tag};
pub use replay::{Replayed, replay};
pub use reply::{Replies, error, ping};
pub use sasl::Exchange;
pub use server::{Accounts, Operator, Server, Sts};
pub use step::{Asker, By, Errand, Outcome, Reading, Step, Tally, World};
pub use tags::{Tags, escape, unescape};
pub use unreadable::unreadable;
