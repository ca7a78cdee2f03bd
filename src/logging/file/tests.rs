//! The file's promises, on real files with a clock and faults in the test's hand.

mod rotation;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use nix::errno::Errno;
use tempfile::TempDir;

use super::super::Rotation;
use super::super::fake::{Fake, Faults};
use super::*;

const LINE: &[u8] = b"a line of sixteen\n";

struct Fixture {
    fake: Fake,
    log: LogFile,
    health: Arc<Health>,
    alarms: Arc<Mutex<Vec<String>>>,
    directory: TempDir,
}

fn policy(rotation: Rotation) -> Policy {
    Policy {
        rotation,
        max_size: None,
        keep: None,
    }
}

fn open(policy: Policy) -> Fixture {
    open_in(tempfile::tempdir().unwrap(), policy)
}

fn open_in(directory: TempDir, policy: Policy) -> Fixture {
    let fake = Fake::default();
    let place = Place {
        directory: directory.path().to_owned(),
        stem: "chatd",
    };
    let health = Arc::new(Health::default());
    let alarms: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&alarms);
    let alarm = Box::new(move |record: &Record| told.lock().unwrap().push(record.body.clone()));
    let world = fake.world();
    let file = world.disk.open(&place.current()).unwrap().file;
    let log = LogFile::new(world, place, policy, file, Arc::clone(&health), alarm);
    Fixture {
        fake,
        log,
        health,
        alarms,
        directory,
    }
}

impl Fixture {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn put(&mut self, line: &str) {
        self.log.line(format!("{line}\n").as_bytes());
        self.log.rest(0);
    }

    fn names(&self) -> Vec<String> {
        names(self.directory.path())
    }
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_leaves_no_half_line_and_the_log_comes_back() {
    let mut log = open(policy(Rotation::Never));
    log.put("before");
    log.fake.set(Faults {
        space: Some(12),
        ..Faults::default()
    });
    log.put("0123456");
    log.put("abcdefgh");
    assert_eq!(log.read("chatd.log"), "before\n0123456\n");
    let failure = log.health.failure().unwrap();
    assert!(
        failure.contains("chatd.log: No space left on device"),
        "{failure}"
    );

    log.fake.set(Faults::default());
    log.put("too early to try");
    assert_eq!(log.read("chatd.log"), "before\n0123456\n");
    log.fake.pass(1);
    log.log.rest(0);
    let text = log.read("chatd.log");
    let (lines, own) = text.split_at(text.find("2026").unwrap());
    assert_eq!(lines, "before\n0123456\nabcdefgh\ntoo early to try\n");
    let expected = format!(
        "2026-11-22T21:30:01.000000Z  WARN chatd::logging: log: writing again after 1 failed writes \
         (0 records lost; last: {failure})\n"
    );
    assert_eq!(own, expected);
    assert_eq!(log.health.failure(), None);
    assert_eq!(log.health.errors.load(Ordering::Relaxed), 1);
    let alarms = log.alarms.lock().unwrap();
    assert_eq!(alarms.len(), 1, "at most one in ten seconds: {alarms:?}");
}

#[test]
fn a_half_line_that_cannot_be_cut_off_is_ended() {
    let mut log = open(policy(Rotation::Never));
    log.fake.set(Faults {
        space: Some(3),
        truncate: Some(Errno::EIO),
        ..Faults::default()
    });
    log.put("abcdef");
    log.fake.set(Faults::default());
    log.fake.pass(1);
    log.put("next");
    assert!(log.read("chatd.log").starts_with("abc\nabcdef\nnext\n"));
}

#[test]
fn a_failing_disk_is_tried_once_a_second_and_what_is_kept_is_bounded() {
    let mut log = open(policy(Rotation::Never));
    log.fake.set(Faults {
        write: Some(Errno::EROFS),
        ..Faults::default()
    });
    for _ in 0..10_000 {
        log.log.line(LINE);
        log.log.rest(0);
    }
    assert_eq!(log.fake.writes.load(Ordering::SeqCst), 1);
    assert!(log.log.buffer.len() <= BUFFER);
    let lost = log.health.lost.load(Ordering::Relaxed);
    assert_eq!(lost, 10_000 - (BUFFER / LINE.len()) as u64);

    log.fake.set(Faults::default());
    log.fake.pass(1);
    log.log.rest(0);
    let text = log.read("chatd.log");
    assert_eq!(text.lines().count() as u64, 10_000 - lost + 1);
    assert!(text.contains(&format!("({lost} records lost; last: cannot write ")));
}

#[test]
fn short_and_interrupted_writes_are_completed() {
    let mut log = open(policy(Rotation::Never));
    log.fake.set(Faults {
        short: Some(5),
        ..Faults::default()
    });
    log.put("a line longer than five bytes");
    assert_eq!(log.read("chatd.log"), "a line longer than five bytes\n");
    assert_eq!(log.health.failure(), None);
}

#[test]
fn lines_that_come_together_are_written_together() {
    let mut log = open(policy(Rotation::Never));
    for _ in 0..1000 {
        log.log.line(LINE);
    }
    log.log.rest(0);
    assert_eq!(log.fake.writes.load(Ordering::SeqCst), 1);
}

#[test]
fn a_rotation_that_cannot_make_the_new_file_goes_on_in_the_old_one() {
    for faults in [
        Faults {
            open: Some(Errno::ENOSPC),
            ..Faults::default()
        },
        Faults {
            rename: Some(Errno::EROFS),
            ..Faults::default()
        },
    ] {
        let mut log = open(policy(Rotation::Minutely));
        log.put("one");
        log.fake.set(faults);
        assert!(log.log.rotate().is_err());
        log.fake.pass(60);
        log.put("two");
        assert_eq!(log.names(), ["chatd.log"]);
        let text = log.read("chatd.log");
        assert!(
            text.starts_with("one\n") && text.ends_with("two\n"),
            "{text}"
        );
        assert!(
            log.health
                .failure()
                .unwrap()
                .contains("cannot start a new file")
        );
        assert_eq!(log.health.errors.load(Ordering::Relaxed), 2);

        log.fake.set(Faults::default());
        log.fake.pass(1);
        log.put("three");
        assert_eq!(log.health.failure(), None);
        assert_eq!(log.read("chatd.log"), "three\n");
    }
}

#[test]
fn dropped_lines_are_said_once_a_second() {
    let mut log = open(policy(Rotation::Never));
    log.log.rest(7);
    log.log.rest(9);
    log.fake.pass(1);
    log.log.rest(9);
    let text = log.read("chatd.log");
    assert_eq!(text.lines().count(), 2);
    assert!(
        text.contains("log: 7 records were dropped")
            && text.contains("log: 2 records were dropped")
    );
}
