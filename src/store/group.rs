//! Batches stored: all that wait in one transaction, and what becomes of them told. Knows nothing of time.

use std::sync::mpsc::TryRecvError;

use rusqlite::ffi;

use super::desk::Desk;
use super::fault::{self, Fault};
use super::files::Files;
use super::wal::Wal;
use super::write::{Order, Writer};
use super::{Batch, Durability, Record, Refused, State, Told, notes};
use crate::chat::MessageId;

/// The most records of one transaction; more than that wait for the next.
const MOST_RECORDS: usize = 8192;

impl Writer {
    /// All batches that wait behind this one.
    pub(super) fn gather(&mut self, first: Batch) -> Vec<Batch> {
        let mut records = first.records.len();
        let mut batches = vec![first];
        while records < MOST_RECORDS {
            match self.orders.try_recv() {
                Ok(Order::Write(batch)) => {
                    records += batch.records.len();
                    batches.push(batch);
                }
                Ok(order) => {
                    self.held.push_back(order);
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        self.taken = batches.last().map_or(self.taken, |batch| batch.number);
        batches
    }

    /// Stores them in one transaction and tells.
    pub(super) fn group(
        &mut self,
        desk: &mut Desk<'_>,
        batches: &[Batch],
        wal: &mut Wal,
    ) -> rusqlite::Result<()> {
        let upto = batches.last().map_or(0, |batch| batch.number);
        let mut stored = self.transaction(
            desk,
            |desk| quick(desk, batches).map(|()| Vec::new()),
            batches,
        );
        if let Err(error) = &stored
            && let Fault::Record(_) = fault::sort(error, &self.shared.files)
        {
            // Something cannot be stored: once more, to find out what.
            desk.take_back();
            let files = self.shared.files.clone();
            stored = self.transaction(desk, |desk| careful(desk, batches, &files), batches);
        }
        match stored {
            Ok(refused) => {
                let erased = |record: &Record| matches!(record, Record::Redacted { .. });
                let erased = batches.iter().any(|batch| batch.records.iter().any(erased));
                wal.wrote(self.settings.durability == Durability::Relaxed, erased);
                (self.tell)(Told::Stored { upto, refused });
                Ok(())
            }
            Err(error) => {
                self.fail(upto, &fault::sort(&error, &self.shared.files).why());
                Err(error)
            }
        }
    }

    /// Does it in a transaction, and what is doubtful out before it.
    pub(super) fn transaction<T>(
        &mut self,
        desk: &mut Desk<'_>,
        does: impl FnOnce(&mut Desk<'_>) -> rusqlite::Result<T>,
        batches: &[Batch],
    ) -> rusqlite::Result<T> {
        self.is_there()?;
        desk.connection.execute_batch("BEGIN IMMEDIATE")?;
        for doubtful in &self.doubtful {
            desk.remove(*doubtful)?;
        }
        // The first of two is what was there before both.
        for before in self.doubtful_notes.iter().rev() {
            notes::put(desk.connection, before)?;
        }
        let done = does(desk)?;
        desk.complete()?;
        if let Err(error) = (self.commit)(desk.connection) {
            // Perhaps the disk has it all the same. A number that was there before is another message, by its id.
            self.doubtful.extend(ids(batches));
            return Err(error);
        }
        self.doubtful.clear();
        self.doubtful_notes.clear();
        Ok(done)
    }

    /// Whether the files that are open still are where they were. What is written to others is not there any more after a restart.
    pub(super) fn is_there(&self) -> rusqlite::Result<()> {
        if self.shared.files.which() == self.open {
            return Ok(());
        }
        let moved = ffi::Error::new(ffi::SQLITE_READONLY_DBMOVED);
        Err(rusqlite::Error::SqliteFailure(moved, None))
    }

    pub(super) fn fail(&mut self, upto: u64, why: &str) {
        let why = Refused(format!("the history cannot be written: {why}").into());
        (self.tell)(Told::Failed { upto, why });
    }

    /// Tells that these are not stored, for the reason that is known.
    pub(super) fn refuse(&mut self, batches: &[Batch]) {
        let why = self.why_not();
        self.fail(batches.last().map_or(0, |batch| batch.number), &why);
    }

    /// Why nothing is stored now.
    pub(super) fn why_not(&self) -> Box<str> {
        match &*self.shared.state() {
            State::Waiting(why) | State::Closed(why) => why.clone(),
            State::Working => "it is not open".into(),
        }
    }
}

fn ids(batches: &[Batch]) -> impl Iterator<Item = MessageId> {
    let records = batches.iter().flat_map(|batch| &batch.records);
    records.filter_map(|record| match record {
        Record::Said(said) => Some(said.id),
        Record::Happened(happened) => Some(happened.id),
        Record::Redacted { .. } | Record::Ended(_) => None,
    })
}

/// Stores all, or nothing.
fn quick(desk: &mut Desk<'_>, batches: &[Batch]) -> rusqlite::Result<()> {
    let mut records = batches.iter().flat_map(|batch| &batch.records);
    records.try_for_each(|record| desk.store(record))
}

/// Stores all that can be stored.
fn careful(
    desk: &mut Desk<'_>,
    batches: &[Batch],
    files: &Files,
) -> rusqlite::Result<Vec<(u64, usize, Refused)>> {
    let mut refused = Vec::new();
    for batch in batches {
        for (index, record) in batch.records.iter().enumerate() {
            desk.connection.execute_batch("SAVEPOINT record")?;
            if let Err(error) = desk.store(record) {
                let Fault::Record(why) = fault::sort(&error, files) else {
                    return Err(error);
                };
                desk.connection.execute_batch("ROLLBACK TO record")?;
                desk.conversations.forget();
                desk.index.take_back();
                refused.push((batch.number, index, Refused(why)));
            }
            desk.connection.execute_batch("RELEASE record")?;
        }
    }
    Ok(refused)
}
