//! What replies about the history are made of.

use serde::{Deserialize, Serialize};

/// A message as it was said; names and nicks may have changed since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Unique; as in the `msgid` tag of IRC.
    pub id: String,
    /// RFC 3339, UTC, with milliseconds.
    pub time: String,
    /// The room that it was said in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// The nick that it was said to, when not in a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// When it was for those of a room with a rank: the sign of that rank, such as `@`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<String>,
    /// Who said it; `*operator` for an operator.
    pub nick: String,
    /// What that one called itself at its host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Its host as others saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The account that it was logged in to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `message`, `action` or `notice`.
    pub manner: String,
    /// What was said, several lines with LF between them; none: it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What went with it for other clients' programs, as IRC writes tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<String>,
}

/// How long messages are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// So long; none: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_seconds: Option<u64>,
    /// So many, the latest; none: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// How long those of one room are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRetention {
    /// The name of the table `[retention.NAME]` that says so.
    pub name: String,
    /// The room.
    pub room: String,
    /// How long.
    #[serde(flatten)]
    pub retention: Retention,
}

/// How the history is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryStatus {
    /// `history.enabled`: without it, only `directory` and `durability` are there besides.
    pub enabled: bool,
    /// `history.directory`.
    pub directory: String,
    /// `history.durability`: `commit` or `relaxed`.
    pub durability: String,
    /// `working`; `waiting`: it cannot store for now, and tries again; `closed`: it does not until it is opened anew or chatd
    /// starts anew; `unknown`: it did not say in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why it is so, unless it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// How many messages are in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<u64>,
    /// Its size on disk with all its parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When the earliest of its messages was said; RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
}
