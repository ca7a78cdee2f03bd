//! Where a record goes: into the log or the audit log, and to the console. Waits for none of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::console::{self, Style};
use super::disk::SystemDisk;
use super::file::{Clock, World};
use super::handle::Log;
use super::queue::Queue;
use super::record::Record;
use super::repeat::Repeats;
use super::{AUDIT, Error, Settings};

/// Opens the log and makes it the place where the whole process's records go. A failure leaves nothing behind but
/// perhaps an empty file; the caller tells it on stderr.
pub fn start(settings: &Settings) -> Result<Log, Error> {
    let world = World {
        disk: Arc::new(SystemDisk),
        clock: Arc::new(SystemTime::now),
    };
    let (log, subscriber) = Log::open(settings, world, console::find())?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::AlreadyStarted)?;
    // tracing remembers of each place in the code whether anybody wants its records. What ran before this has "nobody"
    // remembered, until a level is set.
    log.handle().set_level(&settings.level)?;
    Ok(log)
}

/// The ways out. Cheap to clone.
#[derive(Clone)]
pub(super) struct Outputs {
    pub(super) main: Queue,
    pub(super) audit: Queue,
    pub(super) console: Option<(Style, Queue)>,
    pub(super) repeats: Arc<Mutex<Repeats>>,
    pub(super) clock: Clock,
}

impl Outputs {
    /// Sends one record to where it belongs, after the counts of those that repeated until now.
    fn admit(&self, record: &Record) {
        let now = (self.clock)();
        let mut over = Vec::new();
        let said = record.target == AUDIT
            || self.with_repeats(|repeats| repeats.admit(record, now, &mut over));
        for report in &over {
            self.send(report, now);
        }
        if said {
            self.send(record, now);
        }
    }

    /// Says the counts whose time is over, and lets the files see to themselves.
    pub(super) fn tick(&self) {
        let now = (self.clock)();
        let mut over = Vec::new();
        self.with_repeats(|repeats| repeats.expire(now, &mut over));
        for report in &over {
            self.send(report, now);
        }
        self.main.tick();
        self.audit.tick();
    }

    /// Says all counts: the log ends.
    pub(super) fn end(&self) {
        let mut over = Vec::new();
        self.with_repeats(|repeats| repeats.end_all(&mut over));
        for report in &over {
            self.send(report, (self.clock)());
        }
    }

    fn send(&self, record: &Record, now: SystemTime) {
        let file = if record.target == AUDIT {
            &self.audit
        } else {
            &self.main
        };
        file.send(record.line(now).as_bytes());
        if let Some((style, console)) = &self.console {
            console.send(&style.render(record, now));
        }
    }

    fn with_repeats<T>(&self, look: impl FnOnce(&mut Repeats) -> T) -> T {
        look(&mut self.repeats.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber> Layer<S> for Outputs {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let wants_fields = matches!(self.console, Some((Style::Journal, _)));
        self.admit(&Record::of(event, wants_fields));
    }
}
