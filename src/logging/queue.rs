//! The bounded way from a record to the thread that writes it. Never waits: what does not fit is dropped and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};

/// The most bytes that wait in one queue: some seconds of a slow disk at full speed.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a queue's thread does with what comes out of it.
pub(super) trait Sink: Send + 'static {
    /// One record, whole.
    fn put(&mut self, record: &[u8]);
    /// Nothing waits any more; also called about once a second. `dropped`: records that did not fit, since the start.
    fn rest(&mut self, dropped: u64);
}

/// The sending end. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    channel: NonBlocking,
    load: Arc<Load>,
}

#[derive(Debug, Default)]
struct Load {
    records: AtomicUsize,
    bytes: AtomicUsize,
    most_records: usize,
    dropped: AtomicU64,
}

impl Queue {
    /// A queue of at most `records`, and the thread behind it. The guard writes out what waits when it is dropped, in
    /// at most about a second.
    pub(super) fn new(name: &str, records: usize, sink: impl Sink) -> (Queue, WorkerGuard) {
        let load = Arc::new(Load {
            most_records: records,
            ..Load::default()
        });
        let drain = Drain {
            sink,
            load: Arc::clone(&load),
        };
        // Room is reserved in Load before a record is sent, so the channel itself never overflows.
        let (channel, guard) = NonBlockingBuilder::default()
            .lossy(true)
            .buffered_lines_limit(records)
            .thread_name(name)
            .finish(drain);
        (Queue { channel, load }, guard)
    }

    /// Sends a record, or counts it as dropped.
    pub(super) fn send(&self, record: &[u8]) {
        if !self.reserve_and_send(record) {
            self.load.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lets the sink rest even when no record comes.
    pub(super) fn tick(&self) {
        self.reserve_and_send(&[]);
    }

    /// Records dropped since the start.
    pub(super) fn dropped(&self) -> u64 {
        self.load.dropped.load(Ordering::Relaxed)
    }

    fn reserve_and_send(&self, record: &[u8]) -> bool {
        let load = &self.load;
        let records = load.records.fetch_add(1, Ordering::AcqRel);
        let bytes = load.bytes.fetch_add(record.len(), Ordering::AcqRel);
        if records >= load.most_records || bytes + record.len() > MOST_BYTES {
            load.give_back(record.len());
            return false;
        }
        // Lossy: always Ok.
        self.channel.clone().write_all(record).is_ok()
    }
}

impl Load {
    fn give_back(&self, bytes: usize) {
        self.records.fetch_sub(1, Ordering::AcqRel);
        self.bytes.fetch_sub(bytes, Ordering::AcqRel);
    }
}

/// What `tracing-appender` writes to: `write_all` once for each record, `flush` when no more wait. An error from here
/// would vanish there, so there are none: sinks keep their own counts.
struct Drain<S> {
    sink: S,
    load: Arc<Load>,
}

impl<S: Sink> Write for Drain<S> {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        self.write_all(record).map(|()| record.len())
    }

    fn write_all(&mut self, record: &[u8]) -> io::Result<()> {
        self.load.give_back(record.len());
        if !record.is_empty() {
            self.sink.put(record);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.rest(self.load.dropped.load(Ordering::Relaxed));
        Ok(())
    }
}
