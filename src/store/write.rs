//! The writer: the one thread that changes the history. It carries out orders (batches in `group`); in between, and when nothing
//! waits, it does what else is to be done in small steps. Knows when, not what is written.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use nix::fcntl::Flock;
use rusqlite::Connection;

use super::desk::Desk;
use super::fault::{self, Fault};
use super::files::Which;
use super::index::PIECE;
use super::retention::Sweep;
use super::shared::Shared;
use super::wal::Wal;
use super::{Batch, Durability, Note, Refused, Settings, State, Told, notes, schema};
use crate::chat::MessageId;

/// How often it is tried whether the disk takes something again.
const PROBE: Duration = Duration::from_secs(1);

/// What is told when the writer panics; the log has more.
const DEFECT: &str = "a defect in chatd";

/// What the writer is asked.
pub(super) enum Order {
    /// To store this.
    Write(Batch),
    /// To go on by these settings.
    Configure(Settings),
    /// To store these notes, all or none.
    Note(Vec<Note>, Noted),
    /// To give up what is only kept for speed.
    Shrink(Sender<()>),
    /// To open what is closed anew.
    Reopen(Sender<Result<(), Refused>>),
}

/// Who is told what became of notes, on the writer's thread.
pub(super) type Noted = Box<dyn FnOnce(Result<(), Refused>) + Send>;

/// How the writer commits. Tests let it fail.
pub(super) type Commit = Box<dyn FnMut(&Connection) -> rusqlite::Result<()> + Send>;

/// As it is.
pub(super) fn commit() -> Commit {
    Box::new(|connection| connection.execute_batch("COMMIT"))
}

/// The thread and what it owns.
pub(super) struct Writer {
    pub(super) orders: Receiver<Order>,
    /// Orders that were taken and not carried out yet.
    pub(super) held: VecDeque<Order>,
    pub(super) tell: Box<dyn FnMut(Told) + Send>,
    pub(super) shared: Arc<Shared>,
    pub(super) settings: Settings,
    /// What was refused and may be on the disk all the same: it is taken out by the next transaction.
    pub(super) doubtful: Vec<MessageId>,
    /// What was there before notes that were refused and may be on the disk all the same.
    pub(super) doubtful_notes: Vec<Note>,
    /// The files that are open.
    pub(super) open: Which,
    /// The last batch that was taken in hand.
    pub(super) taken: u64,
    pub(super) commit: Commit,
    /// How long retention rests between two rounds.
    pub(super) rest: Duration,
    /// How long a piece for the indexes may take.
    pub(super) long: Duration,
    /// No other process has the store as long as this is held.
    pub(super) lock: Flock<std::fs::File>,
}

/// Why the writer leaves a connection.
enum Leave {
    /// Nobody will order anything any more.
    Ended,
    /// What is on the disk is not certain.
    Closed(Box<str>),
}

impl Writer {
    /// Works until the last handle is gone.
    pub(super) fn run(mut self, connection: Connection) {
        let mut open = Some(connection);
        loop {
            let left = match open.take() {
                Some(connection) => {
                    // A defect here must not leave the hub waiting for ever: it is told as a store that has closed.
                    let work = AssertUnwindSafe(|| self.work(&connection));
                    let left = catch_unwind(work).unwrap_or_else(|_| {
                        self.fail(self.taken, DEFECT);
                        Leave::Closed(DEFECT.into())
                    });
                    if matches!(left, Leave::Ended) {
                        // Nothing is left in the WAL unless somebody was in the way; then the next start finds it there.
                        let _ = schema::checkpoint(&connection, "TRUNCATE");
                        let _ = connection.set_db_config(
                            rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                            false,
                        );
                    }
                    left
                }
                None => match self.closed() {
                    Some(connection) => {
                        open = Some(connection);
                        self.is(State::Working);
                        continue;
                    }
                    None => Leave::Ended,
                },
            };
            match left {
                Leave::Ended => break,
                Leave::Closed(why) => self.is(State::Closed(why)),
            }
        }
        drop(self.lock);
    }

    fn is(&mut self, state: State) {
        if *self.shared.state() != state {
            (*self.shared.state()).clone_from(&state);
            (self.tell)(Told::Is(state));
        }
    }

    /// Carries out orders over an open connection.
    fn work(&mut self, connection: &Connection) -> Leave {
        let mut desk = match Desk::new(connection) {
            Ok(desk) => desk,
            Err(error) => return Leave::Closed(error.to_string().into()),
        };
        self.open = self.shared.files.which();
        let mut wal = Wal::new(&self.shared.files);
        let mut sweep = Sweep::new(self.rest);
        let mut probe: Option<Instant> = None;
        loop {
            let due = [wal.due(), sweep.due(&self.settings), desk.index.due()];
            let until = probe.or_else(|| due.into_iter().flatten().min());
            let done = match self.next(until) {
                Err(Ended) => {
                    return match wal.settle(desk.connection) {
                        Err(error) => self
                            .leave_or_wait(&error, &mut probe)
                            .unwrap_or(Leave::Ended),
                        Ok(()) => Leave::Ended,
                    };
                }
                Ok(Some(Order::Write(first))) => {
                    let batches = self.gather(first);
                    match probe {
                        Some(_) => {
                            self.refuse(&batches);
                            Ok(())
                        }
                        None => self.group(&mut desk, &batches, &mut wal),
                    }
                }
                Ok(Some(Order::Note(_, noted))) if probe.is_some() => {
                    noted(Err(Refused(self.why_not())));
                    Ok(())
                }
                Ok(Some(Order::Note(notes, noted))) => {
                    self.note(&mut desk, &notes, noted, &mut wal)
                }
                Ok(Some(Order::Configure(settings))) => {
                    self.settings = settings;
                    sweep.again();
                    schema::sync(connection, self.settings.durability)
                }
                Ok(Some(Order::Shrink(done))) => {
                    desk.conversations.forget();
                    let shrunk = schema::shrink(connection);
                    // Whoever asked may have gone.
                    let _ = done.send(());
                    shrunk
                }
                Ok(Some(Order::Reopen(reply))) => {
                    let done = self.is_there().and_then(|()| match probe {
                        Some(_) => self.probe(&mut desk, &mut wal),
                        None => Ok(()),
                    });
                    if done.is_ok() && probe.take().is_some() {
                        self.is(State::Working);
                    }
                    let why = |error| Refused(fault::sort(error, &self.shared.files).why());
                    let answer = done.as_ref().copied().map_err(why);
                    // Whoever asked may have gone.
                    let _ = reply.send(answer);
                    desk.index.rest(None);
                    done
                }
                Ok(None) => Ok(()),
            };
            let done = done.and_then(|()| match probe {
                Some(at) if at <= Instant::now() => {
                    self.probe(&mut desk, &mut wal)?;
                    probe = None;
                    self.is(State::Working);
                    Ok(())
                }
                Some(_) => Ok(()),
                None => {
                    wal.tend(connection)?;
                    self.step(&mut desk, &mut sweep, &mut wal)?;
                    self.index(&mut desk, &mut wal, PIECE)
                }
            });
            if let Err(error) = done {
                desk.take_back();
                if let Some(leave) = self.leave_or_wait(&error, &mut probe) {
                    return leave;
                }
            }
        }
    }

    fn leave_or_wait(
        &mut self,
        error: &rusqlite::Error,
        probe: &mut Option<Instant>,
    ) -> Option<Leave> {
        match fault::sort(error, &self.shared.files) {
            Fault::Closed(why) => Some(Leave::Closed(why)),
            Fault::Waiting(why) | Fault::Record(why) => {
                *probe = Some(Instant::now() + PROBE);
                self.is(State::Waiting(why));
                None
            }
        }
    }

    /// The next order; none: it is time for something else.
    fn next(&mut self, until: Option<Instant>) -> Result<Option<Order>, Ended> {
        if let Some(order) = self.held.pop_front() {
            return Ok(Some(order));
        }
        let Some(until) = until else {
            return self.orders.recv().map(Some).map_err(|_| Ended);
        };
        let wait = until.saturating_duration_since(Instant::now());
        match self.orders.recv_timeout(wait) {
            Ok(order) => Ok(Some(order)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Ended),
        }
    }

    /// Stores notes; whatever the durability, the disk has them when that is told.
    fn note(
        &mut self,
        desk: &mut Desk<'_>,
        all: &[Note],
        noted: Noted,
        wal: &mut Wal,
    ) -> rusqlite::Result<()> {
        let connection = desk.connection;
        let done = self.put_notes(desk, all);
        let back = schema::sync(connection, self.settings.durability);
        match done {
            Ok(()) => {
                // What was there before may be a secret that is not any more.
                wal.wrote(self.settings.durability == Durability::Relaxed, true);
                noted(Ok(()));
                back
            }
            Err(error) => {
                desk.take_back();
                noted(Err(Refused(fault::sort(&error, &self.shared.files).why())));
                match fault::sort(&error, &self.shared.files) {
                    Fault::Record(_) => back,
                    _ => Err(error),
                }
            }
        }
    }

    fn put_notes(&mut self, desk: &mut Desk<'_>, all: &[Note]) -> rusqlite::Result<()> {
        let connection = desk.connection;
        schema::sync(connection, Durability::Commit)?;
        let before = all.iter().map(|note| notes::before(connection, note));
        let before = before.collect::<rusqlite::Result<Vec<_>>>()?;
        let put = |_: &mut Desk<'_>| all.iter().try_for_each(|note| notes::put(connection, note));
        let done = self.transaction(desk, put, &[]);
        if done.is_err() {
            self.doubtful_notes.extend(before);
        }
        done
    }

    /// Whether the disk takes something again: a file, and a transaction.
    fn probe(&mut self, desk: &mut Desk<'_>, wal: &mut Wal) -> rusqlite::Result<()> {
        let io = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_WRITE);
        if self.shared.files.probe(0).is_err() {
            return Err(rusqlite::Error::SqliteFailure(io, None));
        }
        self.transaction(
            desk,
            |desk| {
                desk.connection
                    .execute("UPDATE store SET probes = probes + 1", [])
            },
            &[],
        )?;
        wal.settle(desk.connection)
    }

    /// One step of retention, if it is time for one.
    fn step(
        &mut self,
        desk: &mut Desk<'_>,
        sweep: &mut Sweep,
        wal: &mut Wal,
    ) -> rusqlite::Result<()> {
        if sweep
            .due(&self.settings)
            .is_none_or(|due| due > Instant::now())
        {
            return Ok(());
        }
        if sweep.begins() {
            self.index(desk, wal, 1)?;
        }
        let settings = self.settings.clone();
        let Some(work) = sweep.look(desk, &settings)? else {
            return Ok(());
        };
        self.transaction(desk, |desk| sweep.carry_out(desk, &work), &[])?;
        wal.wrote(self.settings.durability == Durability::Relaxed, false);
        Ok(())
    }

    /// Refuses everything until it is asked to open anew and can; none: nobody will ask.
    fn closed(&mut self) -> Option<Connection> {
        loop {
            match self.next(None).ok()?? {
                Order::Write(first) => {
                    let batches = self.gather(first);
                    self.refuse(&batches);
                }
                Order::Note(_, noted) => noted(Err(Refused(self.why_not()))),
                Order::Configure(settings) => self.settings = settings,
                Order::Shrink(done) => drop(done.send(())),
                Order::Reopen(reply) => {
                    let opened = self.shared.open_again(self.settings.durability);
                    let opened =
                        opened.and_then(|connection| self.clean(&connection).map(|()| connection));
                    match opened {
                        Ok(connection) => {
                            // Readers have to see the same files.
                            self.shared.generation.fetch_add(1, Ordering::Release);
                            let _ = reply.send(Ok(()));
                            return Some(connection);
                        }
                        Err(why) => {
                            let _ = reply.send(Err(why));
                        }
                    }
                }
            }
        }
    }

    /// Takes out what is doubtful, as the first thing that is written after opening.
    fn clean(&mut self, connection: &Connection) -> Result<(), Refused> {
        let refused = |error: rusqlite::Error| Refused(error.to_string().into());
        let mut desk = Desk::new(connection).map_err(refused)?;
        self.open = self.shared.files.which();
        self.transaction(&mut desk, |_| Ok(()), &[])
            .map_err(refused)
    }
}

/// The last handle is gone.
struct Ended;
