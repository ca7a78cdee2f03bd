//! What the daemon does with the log while it runs: levels, new files, another directory. Writes no records itself.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::Subscriber;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Registry, registry, reload};

use super::console::Style;
use super::disk::Opened;
use super::file::{Alarm, Health, LogFile, Place, Policy, World};
use super::output::Outputs;
use super::prepare::{Fresh, Prepared};
use super::queue::{Queue, Sink};
use super::{Error, Settings, level};

/// Records that wait for the main log's disk at most.
const MAIN_QUEUE: usize = 32_768;
/// Records that wait for the audit log's disk, and for the console.
const SMALL_QUEUE: usize = 8_192;

/// The open log. Dropping it writes out what still waits, in at most about a second for each of its three threads.
pub struct Log {
    handle: Handle,
    _guards: Vec<WorkerGuard>,
}

impl Log {
    /// Opens the files and makes the threads and the subscriber, which the caller installs.
    pub(super) fn open(
        settings: &Settings,
        world: World,
        console: Option<(Style, Box<dyn Sink>)>,
    ) -> Result<(Log, impl Subscriber + Send + Sync + use<>), Error> {
        let filter = level::parse(&settings.level)?;
        let [main, audit] = [Place::main(settings), Place::audit(settings)];
        let mut fresh = Fresh::new(&world);
        let files = [fresh.open(&main)?, fresh.open(&audit)?];
        fresh.keep();
        let mut guards = Vec::new();
        let console = console.map(|(style, sink)| {
            let (queue, guard) = Queue::new("log-console", SMALL_QUEUE, sink);
            guards.push(guard);
            (style, queue)
        });
        let [main_file, audit_file] = files;
        let mut thread = |(place, policy), opened: Opened, name, records| {
            let (health, alarm) = (Arc::default(), alarm(console.clone(), &world));
            let health: Arc<Health> = health;
            let file = LogFile::new(
                world.clone(),
                place,
                policy,
                opened.file,
                Arc::clone(&health),
                alarm,
            );
            let file = Arc::new(Mutex::new(file));
            let (queue, guard) = Queue::new(name, records, Shared(Arc::clone(&file)));
            guards.push(guard);
            (queue, One { file, health })
        };
        let (main_queue, main) =
            thread((main, Policy::main(settings)), main_file, "log", MAIN_QUEUE);
        let (audit_queue, audit) = thread(
            (audit, Policy::audit(settings)),
            audit_file,
            "log-audit",
            SMALL_QUEUE,
        );
        // The console goes last: what the files still have to say goes there.
        guards.reverse();
        let outputs = Outputs {
            main: main_queue,
            audit: audit_queue,
            console,
            repeats: Arc::default(),
            clock: world.clock.clone(),
        };
        let (filter, reload) = reload::Layer::new(filter);
        let subscriber = registry().with(filter).with(outputs.clone());
        let inner = Inner {
            main,
            audit,
            outputs,
            reload,
            world,
            settings: Mutex::new(settings.clone()),
            level: Mutex::new(settings.level.clone()),
        };
        let log = Log {
            handle: Handle(Arc::new(inner)),
            _guards: guards,
        };
        Ok((log, subscriber))
    }

    /// What to use it by.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.handle.0.outputs.end();
    }
}

/// Tells the console that a log fails.
fn alarm(console: Option<(Style, Queue)>, world: &World) -> Alarm {
    let clock = world.clock.clone();
    Box::new(move |record| {
        if let Some((style, queue)) = &console {
            queue.send(&style.render(record, clock()));
        }
    })
}

/// The way to the open log. Cheap to clone, may be used from any thread.
#[derive(Clone)]
pub struct Handle(Arc<Inner>);

struct Inner {
    main: One,
    audit: One,
    outputs: Outputs,
    reload: reload::Handle<EnvFilter, Registry>,
    world: World,
    /// As configured: at the start or by the last commit.
    settings: Mutex<Settings>,
    /// In force: as configured, or as set by hand since.
    level: Mutex<String>,
}

/// One of the two logs.
struct One {
    file: Arc<Mutex<LogFile>>,
    health: Arc<Health>,
}

/// How the log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The current file of the main log.
    pub file: PathBuf,
    /// The level in force.
    pub level: String,
    /// Whether records cannot be written, or no new file can be started; it is tried again about once a second.
    pub failing: bool,
    /// What fails, when `failing`.
    pub error: Option<String>,
    /// Operations on the files that failed since the start.
    pub write_errors: u64,
    /// Records that are in no file, since the start: a disk failed or was too slow.
    pub dropped: u64,
}

/// What [`Handle::rotate`] did with the main log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The name under which the old file was closed; none when it was empty, or somebody had moved it away.
    pub closed: Option<PathBuf>,
    /// The current file.
    pub file: PathBuf,
}

impl Handle {
    /// Sets the level until [`Handle::commit`] brings another configured one. Returns the level before.
    pub fn set_level(&self, filter: &str) -> Result<String, Error> {
        let parsed = level::parse(filter)?;
        Ok(self.put_level(filter, parsed))
    }

    /// The level in force.
    pub fn level(&self) -> String {
        lock(&self.0.level).clone()
    }

    /// Whether this is a level: `info`, or `info,chatd::net=trace`.
    pub fn parse_level(filter: &str) -> Result<(), Error> {
        level::parse(filter).map(drop)
    }

    /// Does all of a change of settings that may fail: reads the level, opens the files of a new directory. Nothing that
    /// is in force changes. Touches the disk: not for a thread that may not wait.
    pub fn prepare(&self, settings: &Settings) -> Result<Prepared, Error> {
        let current = lock(&self.0.settings).clone();
        let parsed = level::parse(&settings.level)?;
        let mut fresh = Fresh::new(&self.0.world);
        let files = if settings.directory == current.directory {
            None
        } else {
            Some([
                fresh.open(&Place::main(settings))?,
                fresh.open(&Place::audit(settings))?,
            ])
        };
        Ok(Prepared {
            settings: settings.clone(),
            filter: (settings.level != current.level).then_some(parsed),
            files,
            fresh,
        })
    }

    /// Puts prepared settings in force: the next line is in the new place, the old files are closed. A level that was set
    /// by hand stays when the configured one did not change. Touches the disk: not for a thread that may not wait.
    pub fn commit(&self, prepared: Prepared) {
        let Prepared {
            settings,
            filter,
            files,
            mut fresh,
        } = prepared;
        let [main, audit] = match files {
            Some([main, audit]) => [Some(main.file), Some(audit.file)],
            None => [None, None],
        };
        let policies = (Policy::main(&settings), Policy::audit(&settings));
        lock(&self.0.main.file).change(Place::main(&settings), policies.0, main);
        lock(&self.0.audit.file).change(Place::audit(&settings), policies.1, audit);
        fresh.keep();
        if let Some(filter) = filter {
            self.put_level(&settings.level, filter);
        }
        *lock(&self.0.settings) = settings;
    }

    /// Starts new files of both logs now; one that is empty goes on, one that somebody moved away is made anew. Touches
    /// the disk: not for a thread that may not wait.
    pub fn rotate(&self) -> Result<Rotated, Error> {
        let audit = lock(&self.0.audit.file).rotate();
        let main = lock(&self.0.main.file).rotate()?;
        audit.map(|_| main)
    }

    /// How the log is. Never waits for a disk.
    pub fn status(&self) -> Status {
        let Inner {
            main,
            audit,
            outputs,
            ..
        } = &*self.0;
        let both = [&main.health, &audit.health];
        let error = both.iter().find_map(|health| health.failure());
        let lost: u64 = both
            .iter()
            .map(|health| health.lost.load(Ordering::Relaxed))
            .sum();
        Status {
            file: main.health.path(),
            level: self.level(),
            failing: error.is_some(),
            error,
            write_errors: both
                .iter()
                .map(|health| health.errors.load(Ordering::Relaxed))
                .sum(),
            dropped: lost + outputs.main.dropped() + outputs.audit.dropped(),
        }
    }

    /// To be called about once a second: says what repeated, starts a new file when its time has come, tries a failing
    /// disk again, sees whether a file was moved away. Never waits: the log's own threads do it.
    pub fn tick(&self) {
        self.0.outputs.tick();
    }

    fn put_level(&self, text: &str, filter: EnvFilter) -> String {
        let mut level = lock(&self.0.level);
        // It fails only when the subscriber is gone, and with it everything that has a level.
        let _ = self.0.reload.reload(filter);
        std::mem::replace(&mut *level, text.to_owned())
    }
}

/// A log file as the end of a queue.
struct Shared(Arc<Mutex<LogFile>>);

impl Sink for Shared {
    fn put(&mut self, record: &[u8]) {
        lock(&self.0).line(record);
    }

    fn rest(&mut self, dropped: u64) {
        lock(&self.0).rest(dropped);
    }
}

impl Sink for Box<dyn Sink> {
    fn put(&mut self, record: &[u8]) {
        (**self).put(record);
    }

    fn rest(&mut self, dropped: u64) {
        (**self).rest(dropped);
    }
}

/// A panic while it was held left a log that still can write.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
