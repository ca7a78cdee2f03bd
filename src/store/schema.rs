//! The form of the database: its tables, the steps that bring an older one to this version's form, and how a connection to it is
//! set. Opens no file by itself.
//!
//! | table | what |
//! | --- | --- |
//! | `conversation` | lives of rooms, and pairs of users; a side of a pair is 12 bytes ([`side`](super::conversation::side)), the operator none |
//! | `message` | what was said, in the order of the ids' numbers |
//! | `event` | what else has happened in rooms; its numbers are among those of messages |
//! | `place` | the messages of each conversation, with what decides who may read them |
//! | `spoken` | the messages of each nick in each conversation |
//! | `words` | the full-text index; keeps no text, only where words are |
//! | `recent` | the latest messages of each conversation, which are not in the three above yet |
//! | `stretch` | for each 4096 numbers: how many messages and events, the least and the greatest of their times |
//! | `note` | what is stored beside messages: texts under a kind and a key |
//! | `store` | one row: the id of the last message that retention has taken, the number up to which messages are in the indexes |

use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior};

use super::Durability;

/// "chat" in ASCII: what `file` and SQLite know the file by.
pub(super) const APPLICATION: i32 = 0x6368_6174;

/// This version's form.
pub(super) const VERSION: u32 = 4;

/// How long a connection waits for what another program holds (the `sqlite3` shell of an operator).
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How many numbers a stretch has.
pub(super) const STRETCH: i64 = 4096;

/// What brings a database of each version to the next. Never changed, only added to.
const STEPS: [&str; VERSION as usize] = [FIRST, SECOND, THIRD, FOURTH];

/// An index that must not keep the words of what was taken back deletes them at once, where they stand (`secure-delete`); with
/// `contentless_delete` it would only mark them.
const FIRST: &str = "
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    key TEXT, since INTEGER, name TEXT, ended INTEGER NOT NULL DEFAULT 0,
    one BLOB, one_nick TEXT, one_key TEXT,
    other BLOB, other_nick TEXT, other_key TEXT,
    sum INTEGER NOT NULL,
    CHECK ((key IS NULL) = (since IS NULL) AND (key IS NULL) = (one IS NOT NULL) AND (one IS NULL) = (other IS NULL))
) STRICT;
CREATE UNIQUE INDEX conversation_room ON conversation (key, since) WHERE key IS NOT NULL;
CREATE INDEX conversation_alive ON conversation (key, since) WHERE ended = 0 AND key IS NOT NULL;
CREATE UNIQUE INDEX conversation_one ON conversation (one, other) WHERE one IS NOT NULL;
CREATE INDEX conversation_other ON conversation (other) WHERE other IS NOT NULL;
CREATE TABLE message (
    nth INTEGER PRIMARY KEY,
    stamped INTEGER NOT NULL, salt INTEGER NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    at INTEGER NOT NULL, open INTEGER NOT NULL, rank INTEGER NOT NULL, manner INTEGER NOT NULL,
    nick TEXT NOT NULL, nick_key TEXT NOT NULL, origin TEXT, account TEXT, marks INTEGER NOT NULL,
    said_to TEXT NOT NULL, text TEXT, joints BLOB, tags TEXT, redacted TEXT,
    sum INTEGER NOT NULL
) STRICT;
CREATE INDEX message_place ON message (conversation, nth, at, open, rank);
CREATE INDEX message_nick ON message (conversation, nick_key, nth);
CREATE VIRTUAL TABLE words USING fts5 (place, text, content = '', tokenize = 'ascii');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
CREATE TABLE stretch (
    id INTEGER PRIMARY KEY, messages INTEGER NOT NULL, least INTEGER NOT NULL, greatest INTEGER NOT NULL
) STRICT;
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    nth INTEGER NOT NULL, stamped INTEGER NOT NULL, salt INTEGER NOT NULL, probes INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES (1, 0, 0, 0, 0);
";

/// What else than words is kept: what happens in rooms, and notes.
const SECOND: &str = "
CREATE TABLE event (
    nth INTEGER PRIMARY KEY,
    stamped INTEGER NOT NULL, salt INTEGER NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    at INTEGER NOT NULL, open INTEGER NOT NULL, rank INTEGER NOT NULL,
    what TEXT NOT NULL,
    sum INTEGER NOT NULL
) STRICT;
CREATE INDEX event_place ON event (conversation, nth, at, open, rank);
ALTER TABLE stretch ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
CREATE TABLE note (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
";

/// Messages are put into the index in pieces; until now each was when it was stored.
const THIRD: &str = "
ALTER TABLE store ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
UPDATE store SET indexed = (SELECT coalesce(max(nth), 0) FROM message);
";

/// Where messages stand is put in tables of its own in pieces, too: an index of the table would be changed by each commit, in as many
/// places as conversations are spoken in.
const FOURTH: &str = "
CREATE TABLE place (
    conversation INTEGER NOT NULL, nth INTEGER NOT NULL, at INTEGER NOT NULL, open INTEGER NOT NULL, rank INTEGER NOT NULL,
    PRIMARY KEY (conversation, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE spoken (
    conversation INTEGER NOT NULL, nick_key TEXT NOT NULL, nth INTEGER NOT NULL, PRIMARY KEY (conversation, nick_key, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE recent (
    conversation INTEGER NOT NULL, nth INTEGER NOT NULL, PRIMARY KEY (conversation, nth)
) STRICT, WITHOUT ROWID;
INSERT INTO place SELECT conversation, nth, at, open, rank FROM message INDEXED BY message_place
    WHERE nth <= (SELECT indexed FROM store) ORDER BY conversation, nth;
DROP INDEX message_place;
INSERT INTO spoken SELECT conversation, nick_key, nth FROM message INDEXED BY message_nick
    WHERE nth <= (SELECT indexed FROM store) ORDER BY conversation, nick_key, nth;
INSERT INTO recent SELECT conversation, nth FROM message WHERE nth > (SELECT indexed FROM store);
DROP INDEX message_nick;
";

/// What has to be there.
const TABLES: [&str; 14] = [
    "conversation",
    "message",
    "event",
    "place",
    "spoken",
    "recent",
    "words",
    "words_data",
    "words_idx",
    "words_docsize",
    "words_config",
    "stretch",
    "store",
    "note",
];

/// The version of the database.
pub(super) fn version(connection: &Connection) -> Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings the database to this version's form, whole or not at all.
pub(super) fn bring_forward(connection: &mut Connection) -> Result<()> {
    let from = version(connection)?;
    let steps = STEPS.get(from as usize..).unwrap_or_default();
    if steps.is_empty() {
        return Ok(());
    }
    let change = Transaction::new(connection, TransactionBehavior::Immediate)?;
    for step in steps {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "application_id", APPLICATION)?;
    change.pragma_update(None, "user_version", VERSION)?;
    change.commit()?;
    // The version stands in the file itself from now on, where an older chatd looks for it.
    checkpoint(connection, "TRUNCATE").map(drop)
}

/// The tables that are missing.
pub(super) fn missing(connection: &Connection) -> Result<Vec<&'static str>> {
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    let mut wanted = TABLES.to_vec();
    wanted.retain(|table| !names.iter().any(|name| name == table));
    Ok(wanted)
}

/// Sets a connection that writes.
pub(super) fn prepare(connection: &Connection, durability: Durability) -> Result<()> {
    both(connection)?;
    // What is in the WAL is copied by the writer, in small steps; not in a commit, and not when a disk fails and all is closed.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // A conversation that goes would be looked for in all messages, which no index of their table has in its order (`foreign_keys`).
    connection.execute_batch(
        "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16000;",
    )?;
    sync(connection, durability)
}

/// How much of each commit is synced.
pub(super) fn sync(connection: &Connection, durability: Durability) -> Result<()> {
    let level = match durability {
        Durability::Commit => "FULL",
        Durability::Relaxed => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", level)
}

/// Sets a connection that only reads.
pub(super) fn prepare_reader(connection: &Connection) -> Result<()> {
    both(connection)?;
    connection.execute_batch("PRAGMA cache_size = -4000;")
}

fn both(connection: &Connection) -> Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
    )
}

/// Gives up the pages that a connection keeps.
pub(super) fn shrink(connection: &Connection) -> Result<()> {
    connection.execute_batch("PRAGMA shrink_memory")
}

/// What a checkpoint left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    /// Whether somebody was in the way.
    pub(super) busy: bool,
    /// Pages in the WAL.
    pub(super) pages: i64,
    /// Pages of them that are not in the file yet.
    pub(super) waiting: i64,
}

/// Copies from the WAL into the file: `NOOP` nothing, `PASSIVE` what it can without waiting, `TRUNCATE` all, and empties the WAL.
pub(super) fn checkpoint(connection: &Connection, how: &str) -> Result<Left> {
    let pragma = format!("PRAGMA wal_checkpoint({how})");
    connection.query_row(&pragma, [], |row| {
        let (pages, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(Left {
            busy: row.get::<_, i64>(0)? != 0,
            pages,
            waiting: pages.saturating_sub(copied),
        })
    })
}
