//! What was said and what else has happened in rooms, on disk: an SQLite file in the state directory. One thread writes, with group commit; a few others read. Knows
//! no clients and no sockets, and decides nothing about who may read what beyond the [`Rights`](crate::chat::Rights) it is given.
//!
//! | file | what |
//! | --- | --- |
//! | `handle` | the way to the store for other threads, and how it is opened |
//! | `files` | the files, and what is told of them before SQLite opens any: lock, marker, version, damage |
//! | `schema` | the tables, the steps from an older form to this one, how a connection is set |
//! | `row`, `sum` | a message as columns and back, with a checksum that is verified on each read |
//! | `event` | the same for what else has happened, and its pages |
//! | `conversation` | lives of rooms and pairs of users |
//! | `words` | what the full-text search takes for words, in all scripts |
//! | `write`, `group`, `desk` | the writer: when, which in one transaction, and how |
//! | `index` | the indexes as the writer keeps them: what waits to be indexed, and the piece that is made of that |
//! | `pieces` | when the writer makes such a piece, and what follows when it cannot |
//! | `fault` | what follows from an error: one record is refused, all wait, or the store closes |
//! | `wal` | syncing and emptying the WAL between commits |
//! | `retention` | what is kept no longer goes, in small steps |
//! | `read`, `lookup`, `span`, `sought`, `page` | the readers: threads, questions, parts of spans, what is looked for, rows |
//! | `notes` | what is stored beside messages, as texts under keys |
//! | `check`, `backup` | the whole of it checked; copied |
//! | `shared` | what the threads have in common |
//!
//! Messages are in the order of their ids' numbers, whatever the clock did. A message that was told as stored is on the disk
//! ([`Durability`]); one that was told as refused is not there, or is taken out by the next transaction. What is taken back is
//! overwritten, in the indexes and in the WAL too. Readers find all that is stored: the latest messages, which are not in the indexes
//! yet, by a small table of their own and by their texts.

mod backup;
mod check;
mod conversation;
mod desk;
mod event;
mod fault;
mod files;
mod group;
mod handle;
mod index;
mod lookup;
mod notes;
mod page;
mod pieces;
mod read;
mod retention;
mod row;
mod schema;
mod shared;
mod sought;
mod span;
mod sum;
mod wal;
mod words;
mod write;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::chat::{Happened, Life, MessageId, Said, Speaker, Text, Timestamp};

pub use handle::{Handle, open};
pub use notes::Note;

/// When a message counts as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// When the disk has it: each commit is synced.
    Commit,
    /// When the system has it; it is synced within a second.
    Relaxed,
}

/// How long messages are kept; `None`: for ever, or all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// So long.
    pub age: Option<Duration>,
    /// So many of each room, the latest.
    pub count: Option<u64>,
}

/// What the configuration decides for the store. Live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When a message counts as stored.
    pub durability: Durability,
    /// How long messages are kept where nothing else is said.
    pub retention: Retention,
    /// How long those of some rooms are, by the keys of their names.
    pub rooms: BTreeMap<String, Retention>,
}

/// One thing to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// Something was said.
    Said(Box<Said>),
    /// A message was taken back: its text goes, that it was there stays.
    Redacted {
        /// Which.
        id: MessageId,
        /// By whom.
        by: Speaker,
        /// When.
        at: Timestamp,
        /// Why.
        reason: Option<Text>,
    },
    /// Something else has happened in a room.
    Happened(Box<Happened>),
    /// The last member of a room has left.
    Ended(Life),
}

/// What belongs together: what one turn of the hub brought. Stored whole or not at all, but for a record that cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Counts from 1.
    pub number: u64,
    /// In their order.
    pub records: Vec<Record>,
}

/// Why something could not be stored, in words for the one who said it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub Box<str>);

/// How the store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It stores.
    Working,
    /// It cannot for now (no space, a quota, a read-only file system), for this reason, and tries again every second.
    Waiting(Box<str>),
    /// It does not until it is opened anew, for this reason: what is on disk is not certain.
    Closed(Box<str>),
}

/// What the store tells the hub. Batches are told of in their order, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// All batches up to this one are stored, but for these records (batch, index in it).
    Stored {
        /// The last of them.
        upto: u64,
        /// What could not be stored although the others were.
        refused: Vec<(u64, usize, Refused)>,
    },
    /// All batches up to this one that were not told of before are not stored.
    Failed {
        /// The last of them.
        upto: u64,
        /// Why.
        why: Refused,
    },
    /// The store is now so. Told when it changes.
    Is(State),
    /// What is stored could not be put into the indexes for now, for this reason: reading becomes slower, no more.
    Unindexed(Refused),
}

/// What was found in the store when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The id of the last message, if there is one: later ids have greater numbers, and no smaller time in them.
    pub last: Option<MessageId>,
    /// The lives of rooms that had not ended.
    pub lives: Vec<Life>,
    /// All notes.
    pub notes: Vec<Note>,
}

/// Why the store is not opened. Nothing has been changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the texts say it")]
pub enum OpenError {
    #[error("{path}: another chatd (pid {pid}) has this history open; one store has one chatd")]
    InUse { path: String, pid: String },
    #[error(
        "{path}: this history was written by a newer chatd (its format is {found}, this chatd knows {known}); install that one, or move the file away to begin anew"
    )]
    Newer {
        path: String,
        found: u32,
        known: u32,
    },
    #[error("{path}: this is no history of chatd; move it away to begin anew")]
    Foreign { path: String },
    #[error(
        "{path}: the history is damaged: {what}; restore a backup, or move the file away (with its -wal) to begin anew"
    )]
    Damaged { path: String, what: String },
    #[error("{path}: {error}")]
    System { path: String, error: String },
}

/// Why nothing was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Too many read already.
    #[error("too many read the history at once; try again later")]
    Busy,
    /// The disk fails, or what is on it is damaged.
    #[error("the history cannot be read: {0}")]
    Failed(Box<str>),
}

/// How the store is and how much is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The file.
    pub path: PathBuf,
    /// How it is.
    pub state: State,
    /// Its size with all its parts, in bytes.
    pub bytes: u64,
    /// How many messages are in it.
    pub messages: u64,
    /// When the earliest of them was said.
    pub earliest: Option<Timestamp>,
}
