//! The readers: a few threads, each with a connection that only reads, and the bounded queue before them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use super::ReadError;
use super::lookup::answer;
use super::page::Unread;
use super::schema;
use super::shared::{Open, Shared};
use crate::chat::{LookedUp, Lookup};

/// How long one that has nothing to read keeps pages for the next.
const IDLE: Duration = Duration::from_secs(2);

/// How many read at once.
const THREADS: usize = 2;

/// How many wait for them, at most.
pub(super) const MOST_WAITING: usize = 64;

/// What is to be read, and whom it is for.
pub(super) struct Job {
    pub(super) lookup: Lookup,
    pub(super) back: Box<dyn FnOnce(Result<LookedUp, ReadError>) + Send>,
}

/// The way to the readers.
pub(super) struct Readers(SyncSender<Job>);

impl Readers {
    /// Starts them. They end when this is dropped and all that waits is read.
    pub(super) fn start(shared: &Arc<Shared>) -> io::Result<(Readers, Vec<JoinHandle<()>>)> {
        let (jobs, waiting) = sync_channel(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = (0..THREADS).map(|_| {
            // Opened here, so that a daemon that has started has all its descriptors.
            let mut open = None;
            // One that cannot be opened now is tried again when something is read.
            let _ = shared.opened(&mut open);
            let reader = Reader {
                shared: Arc::clone(shared),
                open,
                keeps: false,
            };
            let waiting = Arc::clone(&waiting);
            let builder = thread::Builder::new().name("store-read".into());
            builder.spawn(move || reader.run(&waiting))
        });
        let threads = threads.collect::<io::Result<_>>()?;
        Ok((Readers(jobs), threads))
    }

    /// Has something read, unless too much waits already.
    pub(super) fn take(&self, job: Job) -> Result<(), ReadError> {
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => ReadError::Busy,
            TrySendError::Disconnected(_) => ReadError::Failed("no reader is left".into()),
        })
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readers")
    }
}

struct Reader {
    shared: Arc<Shared>,
    open: Open,
    /// It may have pages in mind.
    keeps: bool,
}

impl Reader {
    fn run(mut self, waiting: &Mutex<Receiver<Job>>) {
        loop {
            // One waits for a job, the other for this.
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let job = if self.keeps {
                waiting.recv_timeout(IDLE)
            } else {
                waiting.recv().map_err(RecvTimeoutError::from)
            };
            drop(waiting);
            let job = match job {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    self.shrink();
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
            self.keeps = true;
            let found = self.read(&job.lookup);
            (job.back)(found);
        }
    }

    fn shrink(&mut self) {
        self.keeps = false;
        let shrunk = self.open.as_ref().map(|(_, open)| schema::shrink(open));
        if let Some(Err(_)) = shrunk {
            self.open = None;
        }
    }

    fn read(&mut self, lookup: &Lookup) -> Result<LookedUp, ReadError> {
        let connection = self.shared.opened(&mut self.open)?;
        let found = catch_unwind(AssertUnwindSafe(|| answer(connection, lookup)));
        let Ok(found) = found else {
            // The one who asked is answered all the same; the log says more.
            self.open = None;
            return Err(ReadError::Failed("a defect in chatd".into()));
        };
        if matches!(found, Err(Unread::Sql(_))) {
            // The next one begins anew: what this connection has in mind may be wrong.
            self.open = None;
        }
        found.map_err(|error| ReadError::Failed(error.to_string().into()))
    }
}
