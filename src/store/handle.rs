//! The way to the store for other threads, and how the store is opened.

use std::collections::VecDeque;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use rusqlite::{OptionalExtension, params};

use super::conversation::whole;
use super::files::{Files, Which};
use super::read::{Job, Readers};
use super::shared::{self, Open, Shared};
use super::write::{Commit, Order, Writer, commit};
use super::{
    Batch, Found, Note, OpenError, ReadError, Refused, Settings, State, Status, Told, backup,
    check, fault, pieces,
};
use crate::chat::{LookedUp, Lookup, RoomName, Timestamp};

/// How long retention rests between two rounds.
const REST: Duration = Duration::from_secs(30);

/// What a store does as it is, and tests let it do otherwise.
pub(super) struct Ways {
    pub(super) commit: Commit,
    pub(super) rest: Duration,
    pub(super) long: Duration,
}

impl Default for Ways {
    fn default() -> Ways {
        Ways {
            commit: commit(),
            rest: REST,
            long: pieces::LONG,
        }
    }
}

/// The way to the store for other threads. Cheap to clone; the store ends, with all that was handed over stored, when the last
/// one is gone.
#[derive(Clone)]
pub struct Handle {
    ends: Arc<Ends>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

/// The ends of the ways to the threads.
struct Ends {
    orders: Sender<Order>,
    readers: Readers,
    shared: Arc<Shared>,
    /// For looking how it is.
    looking: Mutex<Open>,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// Opens the store in this directory, or makes it, brings it to this version's form, and starts its threads. `tell` is called on
/// the writer's thread, and must not wait.
pub fn open(
    directory: &Path,
    settings: Settings,
    tell: impl FnMut(Told) + Send + 'static,
) -> Result<(Handle, Found), OpenError> {
    open_with(directory, settings, tell, Ways::default())
}

pub(super) fn open_with(
    directory: &Path,
    settings: Settings,
    tell: impl FnMut(Told) + Send + 'static,
    ways: Ways,
) -> Result<(Handle, Found), OpenError> {
    let files = Files::new(directory);
    let lock = files.take()?;
    if !files.inspect()? {
        files.make()?;
    }
    let connection = shared::open_writer(&files, settings.durability)?;
    let found = shared::find(&files, &connection)?;
    files.mark()?;
    files.clear_copies();
    let shared = Arc::new(Shared::new(files.clone()));
    let mut looking = None;
    let _ = shared.opened(&mut looking);
    let (orders, waiting) = channel();
    let system = |error: io::Error| files.system(error);
    let (readers, mut threads) = Readers::start(&shared).map_err(system)?;
    let writer = Writer {
        orders: waiting,
        held: VecDeque::new(),
        tell: Box::new(tell),
        shared: Arc::clone(&shared),
        settings,
        doubtful: Vec::new(),
        doubtful_notes: Vec::new(),
        open: Which::default(),
        taken: 0,
        commit: ways.commit,
        rest: ways.rest,
        long: ways.long,
        lock,
    };
    let builder = thread::Builder::new().name("store".into());
    let thread = builder.spawn(move || writer.run(connection));
    threads.push(thread.map_err(system)?);
    let handle = Handle {
        ends: Arc::new(Ends {
            orders,
            readers,
            shared,
            looking: Mutex::new(looking),
        }),
        threads: Arc::new(Mutex::new(threads)),
    };
    Ok((handle, found))
}

impl Handle {
    /// Hands a batch over. Never waits; [`Told`] says what became of it.
    pub fn write(&self, batch: Batch) {
        // The writer lives as long as there is a handle.
        let _ = self.ends.orders.send(Order::Write(batch));
    }

    /// Reads, on a thread that may wait; `back` is called there. At most so many read and wait at once; one more is refused, here.
    pub fn read(
        &self,
        lookup: Lookup,
        back: impl FnOnce(Result<LookedUp, ReadError>) + Send + 'static,
    ) -> Result<(), ReadError> {
        self.ends.readers.take(Job {
            lookup,
            back: Box::new(back),
        })
    }

    /// Stores notes, all or none. Never waits; `back` is called when the disk has them, or will not, on the writer's thread, and must
    /// not wait either.
    pub fn note(&self, notes: Vec<Note>, back: impl FnOnce(Result<(), Refused>) + Send + 'static) {
        let _ = self.ends.orders.send(Order::Note(notes, Box::new(back)));
    }

    /// From now on these settings hold.
    pub fn configure(&self, settings: Settings) {
        let _ = self.ends.orders.send(Order::Configure(settings));
    }

    /// Has the writer give up what it only keeps for speed, and returns when it has, or when it takes longer than that. The readers do
    /// so by themselves.
    pub fn shrink(&self, patience: Duration) {
        let (done, answer) = channel();
        let _ = self.ends.orders.send(Order::Shrink(done));
        // Where the disk is slow, the allocator's turn comes without it.
        let _ = answer.recv_timeout(patience);
    }

    /// How it is. Waits for the disk.
    pub fn status(&self) -> Result<Status, ReadError> {
        let shared = &self.ends.shared;
        let mut looking = self
            .ends
            .looking
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let reader = shared.opened(&mut looking)?;
        let counted = || {
            let messages: i64 = reader.query_row(
                "SELECT coalesce(sum(messages), 0) FROM stretch",
                [],
                |row| row.get(0),
            )?;
            let earliest: Option<i64> = reader
                .query_row("SELECT at FROM message ORDER BY nth LIMIT 1", [], |row| {
                    row.get(0)
                })
                .optional()?;
            Ok((messages, earliest))
        };
        let (messages, earliest) = counted().map_err(|error| failed(&error))?;
        let state = shared.state().clone();
        Ok(Status {
            path: shared.files.history(),
            state,
            bytes: shared.files.bytes(),
            messages: u64::try_from(messages).unwrap_or(0),
            earliest: earliest.map(Timestamp),
        })
    }

    /// The number of the last message that is stored; 0: there is none.
    pub fn latest(&self) -> Result<u64, ReadError> {
        let reader = self.ends.shared.reader()?;
        let latest = "SELECT coalesce(max(nth), 0) FROM message";
        let latest: rusqlite::Result<i64> = reader.query_row(latest, [], |row| row.get(0));
        Ok(u64::try_from(latest.map_err(|error| failed(&error))?).unwrap_or(0))
    }

    /// How many messages are stored of rooms of this name, up to the one of this number: looked for among all, and not in the indexes.
    /// Waits long.
    pub fn count(&self, room: &RoomName, upto: u64) -> Result<u64, ReadError> {
        let reader = self.ends.shared.reader()?;
        let count = "SELECT count(*) FROM message NOT INDEXED WHERE nth <= ?2 AND \
                     conversation IN (SELECT id FROM conversation NOT INDEXED WHERE key = ?1)";
        let values = params![room.key(), whole(upto)];
        let count: rusqlite::Result<i64> = reader.query_row(count, values, |row| row.get(0));
        Ok(u64::try_from(count.map_err(|error| failed(&error))?).unwrap_or(0))
    }

    /// Checks all that is in it; the problems found. Waits long.
    pub fn check(&self) -> Result<Vec<String>, ReadError> {
        let reader = self.ends.shared.reader()?;
        check::problems(&reader).map_err(|error| failed(&error))
    }

    /// Writes a consistent copy into an empty file while the store goes on; how many bytes it has. It needs as much space beside
    /// the history meanwhile. Waits long.
    pub fn backup(&self, into: &mut File) -> Result<u64, ReadError> {
        let shared = &self.ends.shared;
        let nth = shared.copies.fetch_add(1, Ordering::Relaxed);
        let reader = shared.reader()?;
        backup::copy(&reader, &shared.files.copy(nth), into)
    }

    /// Checks a store that is closed, which may take long, and opens it anew; one that waits tries again now. Waits for the writer no
    /// longer than that.
    pub fn reopen(&self, patience: Duration) -> Result<(), Refused> {
        let shared = &self.ends.shared;
        let is_closed = matches!(*shared.state(), State::Closed(_));
        if is_closed {
            // Here, not on the writer's thread: it goes on telling that nothing is stored.
            let problems = shared
                .reader()
                .and_then(|reader| check::quick(&reader).map_err(|error| failed(&error)))
                .map_err(|error| Refused(error.to_string().into()))?;
            if let Some(problem) = problems.first() {
                let why = format!("the history is damaged ({problem}); restore a backup");
                return Err(Refused(why.into()));
            }
        }
        let (reply, answer) = channel();
        let gone = || Refused("the store has ended".into());
        let sent = self.ends.orders.send(Order::Reopen(reply));
        sent.map_err(|_| gone())?;
        answer.recv_timeout(patience).map_err(|error| match error {
            RecvTimeoutError::Timeout => {
                let seconds = patience.as_secs();
                let why = format!(
                    "its disk has not answered for {seconds} seconds; it is opened when the disk does: chatctl store status"
                );
                Refused(why.into())
            }
            RecvTimeoutError::Disconnected => gone(),
        })?
    }

    /// Gives this handle up and waits until the store has ended: until the other handles are gone too, and all that was handed over is
    /// stored. Not to be called where `tell` or `back` is.
    pub fn finish(self) {
        let Handle { ends, threads } = self;
        drop(ends);
        let threads = std::mem::take(&mut *threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // One that has panicked has ended too.
            let _ = thread.join();
        }
    }
}

fn failed(error: &rusqlite::Error) -> ReadError {
    ReadError::Failed(fault::said(error).into())
}
