//! What the configuration decides for the chat. Nothing in it changes by itself.

use serde::{Deserialize, Serialize};

use super::{Rate, RoomFlags, RoomName};

/// What the configuration decides for the chat. `None` is "off": no limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The server's name (`server.name`), which nobody takes for a nick.
    pub server: Box<str>,
    /// The room where one lands. It is always there.
    pub landing: RoomName,
    /// The most rooms there may be (`limits.rooms`).
    pub rooms: Option<u32>,
    /// The most rooms one user may be in (`limits.rooms_per_client`).
    pub rooms_per_client: Option<u32>,
    /// The most rooms that one account may have registered (`limits.rooms_per_account`); those that it inherits come on top.
    pub rooms_per_account: Option<u32>,
    /// How often a user may enter rooms (`limits.join_rate`).
    pub join_rate: Option<Rate>,
    /// How often a user may change nick (`limits.nick_rate`).
    pub nick_rate: Option<Rate>,
    /// The flags of a new room (`irc.room_modes`).
    pub room_modes: RoomFlags,
    /// The most entries of each list of a room (`limits.list_entries`).
    pub list_entries: u32,
    /// The most users one client may monitor (`limits.monitor`).
    pub monitor: u32,
    /// How many users that have gone are remembered (`limits.whowas`).
    pub whowas: u32,
    /// Whether those who join may read what was said before, while anybody could have joined (`history.before_join`).
    pub before_join: bool,
    /// Whether private messages are kept (`history.enabled` and `history.direct_messages`), for one who has no client now to read.
    pub keeps_private: bool,
}
