//! What the outside must do: whom it tells what, and which connections it ends. Who that is at that moment is looked up in `audience`.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{ClientId, Event, Rank, RoomId, Seat, UserFlag};

/// Whom an effect is for. Room audiences are looked up after the changes have been applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// One client.
    Client(Seat),
    /// The clients of the user whose client on this seat said it: that one only if its protocol has it hear its own words
    /// (echo-message), the others always. What was said to others is told by an effect of its own.
    Echo(Seat),
    /// These clients, which monitor the user that it is about and do not see it in a room: told only to those whose protocol has
    /// them hear more of whom they monitor than whether it is here (extended-monitor).
    Monitoring(SmallVec<[Seat; 2]>),
    /// All clients of the users of a room who have this rank or a higher one, but for those of the user of this client.
    Ranked(RoomId, Rank, Option<ClientId>),
    /// All clients of the users that have this mode.
    Flagged(UserFlag),
    /// All clients of the users of a room, but for those of the user of this client.
    Room(RoomId, Option<ClientId>),
    /// All clients of the users who sit in one of these rooms, each once, but for those of the user of this client.
    Rooms(SmallVec<[RoomId; 2]>, Option<ClientId>),
    /// These clients.
    Clients(SmallVec<[Seat; 2]>),
    /// Whoever reads at an operator's console.
    Operator,
}

/// What the outside must do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "almost all effects are told, and none is kept"
)]
pub enum Effect {
    /// Tell these that.
    Tell(Audience, Event),
    /// Tell what the effect before this one tells to the user whose client on this seat said it: [`Audience::Echo`].
    Echo(Seat),
    /// End this connection once its mailbox is written. The client is already detached; the seat was its own.
    Close(ClientId, Seat),
}
