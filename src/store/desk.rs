//! What the writer does to the database: messages in, taken back, out. Knows the tables and one connection; begins and ends no
//! transaction, and tells nobody.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result, Statement, params};

use super::Record;
use super::conversation::{self, Conversations};
use super::event::{self, EventRow};
use super::index::Index;
use super::row::{self, COLUMNS, Redaction, Row};
use super::schema::STRETCH;
use crate::chat::{Happened, MessageId, Said};

/// The statements and what the writer has in mind between them.
pub(super) struct Desk<'c> {
    pub(super) connection: &'c Connection,
    pub(super) conversations: Conversations,
    pub(super) index: Index<'c>,
    /// What this transaction brings to each stretch.
    brought: BTreeMap<i64, Brought>,
    insert: Statement<'c>,
    find: Statement<'c>,
    redact: Statement<'c>,
    delete: Statement<'c>,
    stretch: Statement<'c>,
    fewer: Statement<'c>,
    insert_event: Statement<'c>,
    delete_event: Statement<'c>,
    fewer_events: Statement<'c>,
}

#[derive(Clone, Copy)]
struct Brought {
    messages: i64,
    events: i64,
    least: i64,
    greatest: i64,
}

/// A message that goes: what has to be known to take it out of the indexes too. Of one that is damaged only the number is certain.
pub(super) struct Leaving {
    pub(super) nth: i64,
    pub(super) conversation: i64,
    pub(super) nick_key: String,
    /// None: it has none that the index of words could have.
    pub(super) text: Option<String>,
}

impl Leaving {
    pub(super) fn read(row: &rusqlite::Row<'_>) -> Result<Leaving> {
        let mut leaving = Leaving {
            nth: row.get(0)?,
            conversation: 0,
            nick_key: String::new(),
            text: None,
        };
        if let Ok((message, sum)) = Row::read(row) {
            leaving.conversation = message.conversation;
            message.nick_key.clone_into(&mut leaving.nick_key);
            // An index is not told to forget words that it never had.
            let text = message.text.filter(|_| message.sum() == sum);
            leaving.text = text.map(str::to_owned);
        }
        Ok(leaving)
    }
}

impl<'c> Desk<'c> {
    /// Over this connection.
    pub(super) fn new(connection: &'c Connection) -> Result<Desk<'c>> {
        let columns = COLUMNS.replace("message.", "");
        Ok(Desk {
            connection,
            conversations: Conversations::default(),
            index: Index::new(connection)?,
            brought: BTreeMap::new(),
            insert: connection.prepare(&format!(
                "INSERT INTO message ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ))?,
            find: connection.prepare(&format!(
                "SELECT {COLUMNS} FROM message WHERE nth = ? AND stamped = ? AND salt = ?"
            ))?,
            redact: connection.prepare(
                "UPDATE message SET text = NULL, joints = NULL, tags = NULL, redacted = ?, sum = ? WHERE nth = ?",
            )?,
            delete: connection.prepare("DELETE FROM message WHERE nth = ?")?,
            stretch: connection.prepare(
                "INSERT INTO stretch (id, messages, events, least, greatest) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (id) DO UPDATE SET messages = messages + ?2, events = events + ?3, \
                 least = min(least, ?4), greatest = max(greatest, ?5)",
            )?,
            fewer: connection.prepare(
                "UPDATE stretch SET messages = messages - 1 WHERE id = ?",
            )?,
            insert_event: connection.prepare(&format!(
                "INSERT INTO event ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                event::COLUMNS
            ))?,
            delete_event: connection
                .prepare("DELETE FROM event WHERE nth = ? AND stamped = ? AND salt = ?")?,
            fewer_events: connection
                .prepare("UPDATE stretch SET events = events - 1 WHERE id = ?")?,
        })
    }

    /// Stores one thing.
    pub(super) fn store(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Said(said) => self.say(said),
            Record::Redacted { id, by, at, reason } => {
                let redaction = Redaction {
                    by: by.clone(),
                    at: *at,
                    reason: reason.clone(),
                };
                self.redact(*id, &redaction)
            }
            Record::Happened(happened) => self.happen(happened),
            Record::Ended(life) => conversation::end(self.connection, life),
        }
    }

    fn say(&mut self, said: &Said) -> Result<()> {
        let conversation = self.conversations.of(self.connection, said)?;
        let row = Row::of(said, conversation);
        self.insert.execute(params![
            row.nth,
            row.stamped,
            row.salt,
            row.conversation,
            row.at,
            row.open,
            row.rank,
            row.manner,
            row.nick,
            row.nick_key,
            row.origin,
            row.account,
            row.marks,
            row.said_to,
            row.text,
            row.joints.as_deref(),
            row.tags,
            row.redacted.as_deref(),
            row.sum(),
        ])?;
        self.index.stored(&row)?;
        self.brings(row.nth, row.at).messages += 1;
        Ok(())
    }

    /// Something else has happened.
    fn happen(&mut self, happened: &Happened) -> Result<()> {
        let (life, name) = (&happened.life, &happened.name);
        let conversation = self.conversations.of_room(self.connection, life, name)?;
        let what = event::written(happened)?;
        let row = EventRow::of(happened, &what, conversation);
        self.insert_event.execute(params![
            row.nth,
            row.stamped,
            row.salt,
            row.conversation,
            row.at,
            row.open,
            row.rank,
            row.what,
            row.sum(),
        ])?;
        self.brings(row.nth, row.at).events += 1;
        Ok(())
    }

    /// What this transaction brings to the stretch of this number, something of that time among it.
    fn brings(&mut self, nth: i64, at: i64) -> &mut Brought {
        let brought = self.brought.entry(nth / STRETCH).or_insert(Brought {
            messages: 0,
            events: 0,
            least: at,
            greatest: at,
        });
        brought.least = brought.least.min(at);
        brought.greatest = brought.greatest.max(at);
        brought
    }

    /// Takes the text of a message away. One that is not kept, or is taken back already, stays as it is. What was said for programs
    /// only goes altogether: nothing else is in it.
    fn redact(&mut self, id: MessageId, redaction: &Redaction) -> Result<()> {
        let (nth, stamped, salt) = row::parts(id);
        let note = serde_json::to_string(redaction)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let found = self.find.query_row([nth, stamped, salt], |row| {
            let leaving = Leaving::read(row)?;
            let (mut message, sum) = Row::read(row)?;
            let (was_said, was_sound) = (message.text.is_some(), message.sum() == sum);
            message.text = None;
            message.joints = None;
            message.tags = None;
            message.redacted = Some(note.as_str().into());
            // What is damaged is not made sound by this.
            let sum = if was_sound { message.sum() } else { sum };
            Ok(was_said.then_some((leaving, sum)))
        });
        let Some((leaving, sum)) = found.optional()?.flatten() else {
            return self.remove_event((nth, stamped, salt));
        };
        self.index.forget(&leaving)?;
        self.redact.execute(params![note, sum, nth]).map(drop)
    }

    /// Takes a message or an event out, if exactly this one is there.
    pub(super) fn remove(&mut self, id: MessageId) -> Result<()> {
        let (nth, stamped, salt) = row::parts(id);
        let found = self.find.query_row([nth, stamped, salt], Leaving::read);
        if let Some(leaving) = found.optional()? {
            self.leave(&leaving)?;
        }
        self.remove_event((nth, stamped, salt))
    }

    /// Takes the event out whose id has these parts, if it is there.
    pub(super) fn remove_event(&mut self, (nth, stamped, salt): (i64, i64, i64)) -> Result<()> {
        if self.delete_event.execute([nth, stamped, salt])? > 0 {
            self.fewer_events.execute([nth / STRETCH])?;
        }
        Ok(())
    }

    /// Takes a message out.
    pub(super) fn leave(&mut self, leaving: &Leaving) -> Result<()> {
        self.index.leave(leaving)?;
        self.delete.execute([leaving.nth])?;
        self.fewer.execute([leaving.nth / STRETCH]).map(drop)
    }

    /// The first so many messages that will go: those that are in the indexes and that a query on `place` finds.
    pub(super) fn leaving(
        &self,
        which: &str,
        values: impl rusqlite::Params,
        limit: usize,
    ) -> Result<Vec<Leaving>> {
        // A place whose message is lost stands in nobody's way.
        let mut found = self
            .connection
            .prepare(&format!("SELECT {COLUMNS} FROM message WHERE nth IN (SELECT nth FROM place WHERE {which} AND \
                 EXISTS (SELECT 1 FROM message WHERE message.nth = place.nth) ORDER BY nth LIMIT {limit}) ORDER BY nth"))?;
        let found = found.query_map(values, Leaving::read)?;
        found.collect()
    }

    /// The first so many events that a query on their table finds, each by the parts of its id.
    pub(super) fn leaving_events(
        &self,
        which: &str,
        values: impl rusqlite::Params,
        limit: usize,
    ) -> Result<Vec<(i64, i64, i64)>> {
        let mut found = self.connection.prepare(&format!(
            "SELECT nth, stamped, salt FROM event WHERE {which} ORDER BY nth LIMIT {limit}"
        ))?;
        let found = found.query_map(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        found.collect()
    }

    /// Writes what belongs to a transaction as a whole, before it is committed.
    pub(super) fn complete(&mut self) -> Result<()> {
        while let Some((id, brought)) = self.brought.pop_first() {
            self.stretch.execute([
                id,
                brought.messages,
                brought.events,
                brought.least,
                brought.greatest,
            ])?;
        }
        Ok(())
    }

    /// Takes a transaction back that has begun, and with it what the desk had in mind of it.
    pub(super) fn take_back(&mut self) {
        if !self.connection.is_autocommit() {
            // When even this fails, the next transaction does, and is told of.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.brought.clear();
        self.conversations.forget();
        self.index.take_back();
    }

    /// The id of the last message or event that there was, if there was any.
    pub(super) fn last(connection: &Connection) -> Result<Option<MessageId>> {
        let id = |query: &str| {
            let id = connection.query_row(query, [], |row| {
                Ok(row::id(row.get(0)?, row.get(1)?, row.get(2)?))
            });
            id.optional().map(Option::flatten)
        };
        let here = id("SELECT nth, stamped, salt FROM message ORDER BY nth DESC LIMIT 1")?;
        let happened = id("SELECT nth, stamped, salt FROM event ORDER BY nth DESC LIMIT 1")?;
        let gone = id("SELECT nth, stamped, salt FROM store WHERE nth > 0")?;
        let all = [here, happened, gone].into_iter().flatten();
        Ok(all.max_by_key(|id| id.nth()))
    }

    /// Keeps the id of the last message in mind, since it may go.
    pub(super) fn note_last(&self) -> Result<()> {
        let Some(last) = Desk::last(self.connection)? else {
            return Ok(());
        };
        let (nth, stamped, salt) = row::parts(last);
        self.connection
            .execute(
                "UPDATE store SET nth = ?, stamped = ?, salt = ?",
                [nth, stamped, salt],
            )
            .map(drop)
    }
}
