//! The chat itself, pure: who is here, which rooms there are, what may be done. Knows no sockets, clock, files or protocol.
//!
//! [`Chat::decide`] reads the state and says what a command would change and what must be told; [`Chat::apply`] is the one
//! door for change. Time, ids and random bits come in with the [`Stamp`].

mod command;
mod event;
mod id;
mod names;
mod rate;
mod refusal;
mod text;

pub use command::{Attach, Command, Departure, Protocol, Source, Target};
pub use event::{Audience, Effect, Event, Manner, Member, Place, RoomLine, Speaker};
pub use id::{ClientId, RoomId, Seat, Stamp, Tick, Timestamp, UserId};
pub use names::{NameError, Nick, RoomName};
pub use rate::{Bucket, Rate};
pub use refusal::Refusal;
pub use text::{Text, TextError, Topic};
