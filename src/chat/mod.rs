//! The chat itself, pure: who is here, which rooms there are, what may be done. Knows no sockets, clock, files or protocol.
//!
//! [`Chat::decide`] reads the state and says what a command would change and what must be told; [`Chat::apply`] is the one
//! door for change. Time comes in with the [`Stamp`], a client's id with [`Attach`].

mod apply;
mod audience;
mod census;
mod change;
mod check;
mod command;
mod decide;
mod devices;
mod effect;
mod event;
mod formatting;
mod glob;
mod happened;
mod happening;
mod history;
mod id;
mod identity;
mod invitation;
mod keepsake;
mod lives;
mod mask;
mod may;
mod modes;
mod names;
mod nearest;
mod office;
mod ownership;
mod past;
mod pattern;
mod policy;
mod rate;
mod reading;
mod recent;
mod refusal;
mod registry;
mod room;
mod sight;
mod slots;
mod state;
mod talks;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod text;
mod unseen;

pub use census::Census;
pub use change::{Change, Changes, Decision, Effects};
pub use check::Inconsistent;
pub use command::{
    Attach, Capabilities, ClientTags, Command, Departure, Login, Protocol, Source, Target,
};
pub use devices::Positions;
pub use effect::{Audience, Effect};
pub use event::{Event, Manner, Member, OPERATOR, Owning, Place, RoomLine, Speaker};
pub use formatting::{has_formatting, strip_formatting};
pub use happened::{Entry, Happened, KeptEvent, What};
pub use history::{
    Bound, Kept, Life, LookedUp, Lookup, Of, Older, Open, Parties, Party, Placed, Query, Rights,
    Said, Span, Spoken, Where,
};
pub use id::{ClientId, MessageId, RoomId, Seat, Stamp, Tick, Timestamp, UserId};
pub use identity::{Account, Identity, Origin, Past, Role, Tls};
pub use keepsake::{Keepsake, Unreadable};
pub use mask::Mask;
pub use may::Standing;
pub use modes::{
    Key, ListEntry, ListKind, ModeChange, Rank, Ranks, RoomFlag, RoomFlags, UserFlag, UserFlags,
    describe,
};
pub use names::{NameError, NameKey, Nick, RoomName};
pub use nearest::nearest;
pub use office::Operator;
pub use ownership::Ownership;
pub use past::PastUser;
pub use pattern::Pattern;
pub use policy::Policy;
pub use rate::{Bucket, Rate};
pub use recent::Recent;
pub use refusal::{Refusal, seconds};
pub use registry::Registered;
pub use room::{InRoom, Membership, Room, TopicNote};
pub use sight::Sight;
pub use state::{Chat, Client, User};
pub use talks::Talks;
pub use text::{Text, TextError, Topic};
pub use unseen::is_unseen;
