//! The whole log: from an event to the files, on real threads. A dropped log has written everything, which is what the
//! tests wait for.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};

use nix::errno::Errno;
use tempfile::TempDir;
use tracing::Dispatch;

use super::console::Style;
use super::fake::{Fake, Faults};
use super::queue::{Queue, Sink};
use super::{AUDIT, Error, Log, Rotation, Settings};

struct Fixture {
    fake: Fake,
    log: Log,
    dispatch: Dispatch,
    directory: TempDir,
    console: Arc<Mutex<String>>,
}

/// A console that remembers.
struct Remember(Arc<Mutex<String>>);

impl Sink for Remember {
    fn put(&mut self, record: &[u8]) {
        self.0
            .lock()
            .unwrap()
            .push_str(std::str::from_utf8(record).unwrap());
    }

    fn rest(&mut self, _: u64) {}
}

fn settings(directory: &Path) -> Settings {
    Settings {
        directory: directory.join("log"),
        level: "info".into(),
        rotation: Rotation::Never,
        max_size: None,
        keep: None,
        keep_audit: None,
    }
}

fn open() -> Fixture {
    let directory = tempfile::tempdir().unwrap();
    let fake = Fake::default();
    let console = Arc::default();
    let sink = Some((
        Style::Line,
        Box::new(Remember(Arc::clone(&console))) as Box<dyn Sink>,
    ));
    let (log, subscriber) = Log::open(&settings(directory.path()), fake.world(), sink).unwrap();
    Fixture {
        fake,
        log,
        dispatch: Dispatch::new(subscriber),
        directory,
        console,
    }
}

impl Fixture {
    fn emit(&self, emit: impl FnOnce()) {
        tracing::dispatcher::with_default(&self.dispatch, emit);
    }

    /// Ends the log; then everything is where it belongs.
    fn end(self) -> Ended {
        drop(self.log);
        Ended {
            directory: self.directory,
            console: self.console.lock().unwrap().clone(),
        }
    }
}

struct Ended {
    directory: TempDir,
    console: String,
}

impl Ended {
    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.directory.path().join(name)).unwrap()
    }
}

/// The lines without time, level and target.
fn bodies(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.split_once(": ").unwrap().1)
        .collect()
}

#[test]
fn every_record_is_written_before_the_log_has_ended() {
    let log = open();
    log.emit(|| (0..10_000).for_each(|n| tracing::info!("{n}")));
    let ended = log.end();
    let expected: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    assert_eq!(bodies(&ended.read("log/chatd.log")), expected);
}

#[test]
fn a_thousand_new_files_while_lines_come_lose_and_double_none() {
    let log = open();
    let handle = log.log.handle();
    let dispatch = log.dispatch.clone();
    let writer = std::thread::spawn(move || {
        tracing::dispatcher::with_default(&dispatch, || {
            (0..20_000).for_each(|n| tracing::info!("{n}"));
        });
    });
    for _ in 0..1000 {
        handle.rotate().unwrap();
    }
    writer.join().unwrap();
    let ended = log.end();
    let mut lines = Vec::new();
    for entry in fs::read_dir(ended.directory.path().join("log")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let text = fs::read_to_string(path).unwrap();
            lines.extend(
                bodies(&text)
                    .iter()
                    .map(|body| body.parse::<u32>().unwrap()),
            );
        }
    }
    lines.sort_unstable();
    assert_eq!(lines, (0..20_000).collect::<Vec<u32>>());
}

#[test]
fn audit_records_have_their_own_file_whatever_the_level() {
    let log = open();
    log.emit(|| {
        log.log.handle().set_level("off").unwrap();
        tracing::info!(target: AUDIT, uid = 0, "kick");
        tracing::info!(target: AUDIT, uid = 0, "kick");
        tracing::error!("not wanted");
    });
    let ended = log.end();
    assert_eq!(
        bodies(&ended.read("log/audit/audit.log")),
        ["kick uid=0", "kick uid=0"]
    );
    assert_eq!(ended.read("log/chatd.log"), "");
    assert_eq!(bodies(&ended.console), ["kick uid=0", "kick uid=0"]);
}

#[test]
fn the_level_changes_at_run_time_whole_and_per_module() {
    let log = open();
    let handle = log.log.handle();
    let emit = || {
        log.emit(|| {
            tracing::debug!(target: "chatd::hub", "hub");
            tracing::debug!(target: "chatd::net", "net");
        });
    };
    emit();
    // A process with one subscriber looks for it where the level is set; here that is not the global one.
    let set = |level| tracing::dispatcher::with_default(&log.dispatch, || handle.set_level(level));
    assert_eq!(set("info,chatd::net=debug").unwrap(), "info");
    emit();
    assert_eq!(set("debug").unwrap(), "info,chatd::net=debug");
    emit();
    assert!(matches!(set("loud"), Err(Error::Level { .. })));
    assert_eq!(handle.level(), "debug");
    assert_eq!(
        bodies(&log.end().read("log/chatd.log")),
        ["net", "hub", "net"]
    );
}

#[test]
fn a_commit_moves_the_log_and_a_mere_preparation_leaves_no_trace() {
    let log = open();
    let handle = log.log.handle();
    let elsewhere = Settings {
        directory: log.directory.path().join("deep/er"),
        ..settings(log.directory.path())
    };
    log.emit(|| tracing::info!("before"));

    drop(handle.prepare(&elsewhere).unwrap());
    assert!(!log.directory.path().join("deep").exists());
    assert_eq!(
        handle.status().file,
        log.directory.path().join("log/chatd.log")
    );

    // What was said before is in the old place once the queue is empty, which a look at the file shows.
    while fs::read_to_string(handle.status().file).unwrap().is_empty() {
        std::thread::yield_now();
    }
    handle.commit(handle.prepare(&elsewhere).unwrap());
    assert_eq!(
        handle.status().file,
        log.directory.path().join("deep/er/chatd.log")
    );
    log.emit(|| {
        tracing::info!("after");
        tracing::info!(target: AUDIT, "audited");
    });
    let ended = log.end();
    assert_eq!(bodies(&ended.read("log/chatd.log")), ["before"]);
    assert_eq!(bodies(&ended.read("deep/er/chatd.log")), ["after"]);
    assert_eq!(bodies(&ended.read("deep/er/audit/audit.log")), ["audited"]);
}

#[test]
fn a_preparation_that_fails_removes_what_it_made() {
    let log = open();
    let new = log.directory.path().join("new");
    fs::create_dir(&new).unwrap();
    fs::write(new.join("audit"), "in the way").unwrap();
    let wanted = Settings {
        directory: new.clone(),
        ..settings(log.directory.path())
    };
    let error = log.log.handle().prepare(&wanted).err().unwrap().to_string();
    assert!(
        error.starts_with("cannot open the log ") && error.contains("new/audit/audit.log: "),
        "{error}"
    );
    assert!(!new.join("chatd.log").exists());
    assert!(new.join("audit").exists());
}

#[test]
fn the_log_and_the_audit_log_keep_as_many_closed_files_as_each_is_to() {
    let log = open();
    let handle = log.log.handle();
    // No two records have room in one file.
    let few = Settings {
        max_size: Some(60),
        keep: Some(1),
        keep_audit: Some(3),
        ..settings(log.directory.path())
    };
    handle.commit(handle.prepare(&few).unwrap());
    log.emit(|| {
        for n in 0..6 {
            tracing::info!("{n}");
            tracing::info!(target: AUDIT, "{n}");
        }
    });
    let ended = log.end();
    let count = |directory: &str| {
        let entries = fs::read_dir(ended.directory.path().join(directory)).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_file())
            .count()
    };
    assert_eq!((count("log"), count("log/audit")), (1 + 1, 3 + 1));
}

#[test]
fn a_level_set_by_hand_holds_until_the_configured_one_changes() {
    let log = open();
    let handle = log.log.handle();
    let configured = |level: &str, keep| Settings {
        level: level.into(),
        keep,
        ..settings(log.directory.path())
    };
    handle.set_level("trace").unwrap();
    handle.commit(handle.prepare(&configured("info", Some(3))).unwrap());
    assert_eq!(handle.level(), "trace");
    handle.commit(handle.prepare(&configured("warn", Some(3))).unwrap());
    assert_eq!(handle.level(), "warn");
    assert!(handle.prepare(&configured("wran", None)).is_err());
}

#[test]
fn status_tells_a_full_disk_and_its_end() {
    let log = open();
    let handle = log.log.handle();
    assert_eq!(handle.status().error, None);
    log.fake.set(Faults {
        write: Some(Errno::ENOSPC),
        ..Faults::default()
    });
    log.emit(|| tracing::info!("kept"));
    while !handle.status().failing {
        std::thread::yield_now();
    }
    let status = handle.status();
    assert!(status.error.unwrap().contains("No space left on device"));
    assert_eq!((status.write_errors, status.dropped), (1, 0));
    log.fake.set(Faults::default());
    log.fake.pass(1);
    handle.tick();
    while handle.status().failing {
        std::thread::yield_now();
    }
    let ended = log.end();
    assert_eq!(bodies(&ended.read("log/chatd.log"))[0], "kept");
    assert!(
        ended
            .console
            .contains("ERROR chatd::logging: log: cannot write ")
    );
}

#[test]
fn repeated_warnings_are_counted_by_the_tick_and_at_the_end() {
    let log = open();
    log.emit(|| (0..5).for_each(|_| tracing::warn!(errno = 24, "cannot accept")));
    log.fake.pass(10);
    log.log.handle().tick();
    log.emit(|| (0..3).for_each(|_| tracing::warn!(errno = 24, "cannot accept")));
    let expected = [
        "cannot accept errno=24",
        "cannot accept errno=24 (repeated 4 times)",
        "cannot accept errno=24",
        "cannot accept errno=24 (repeated 2 times)",
    ];
    let ended = log.end();
    assert_eq!(bodies(&ended.read("log/chatd.log")), expected);
    assert_eq!(bodies(&ended.console), expected);
}

#[test]
fn a_second_log_in_a_place_that_cannot_be_opened_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("log"), "a file").unwrap();
    let error = Log::open(&settings(directory.path()), Fake::default().world(), None)
        .err()
        .unwrap();
    let path: PathBuf = directory.path().join("log/chatd.log");
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot open the log {}: ", path.display()))
    );
}

/// A sink that hangs until it is let go.
struct Hang(Arc<(Mutex<bool>, Condvar)>);

impl Sink for Hang {
    fn put(&mut self, _: &[u8]) {
        let (going, changed) = &*self.0;
        drop(
            changed
                .wait_while(going.lock().unwrap(), |going| !*going)
                .unwrap(),
        );
    }

    fn rest(&mut self, _: u64) {}
}

#[test]
fn a_queue_whose_disk_hangs_drops_and_counts_by_number_and_by_bytes() {
    let going = Arc::new((Mutex::new(false), Condvar::new()));
    for (record, most) in [(vec![0; 10], 100), (vec![0; 1024 * 1024], 8)] {
        *going.0.lock().unwrap() = false;
        let (queue, guard) = Queue::new("test", 100, Hang(Arc::clone(&going)));
        for _ in 0..1000 {
            queue.send(&record);
        }
        // One more fits if the thread has taken the first one by then.
        let taken = 1000 - queue.dropped();
        assert!(taken == most || taken == most + 1, "{taken}");
        *going.0.lock().unwrap() = true;
        going.1.notify_all();
        drop(guard);
    }
}
