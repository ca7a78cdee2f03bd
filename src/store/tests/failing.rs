//! A disk that fails: nothing is told as stored that is not, nothing that was refused comes back, and it goes on when it can.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::{Connection, Error, ffi};

use super::bed::*;
use crate::chat::{Bound, Span};
use crate::store::handle::Ways;
use crate::store::{Record, Refused, State, Told};

/// What a commit does before it answers.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fails {
    /// Nothing but what it is for.
    Not,
    /// Fails with this before anything is committed.
    Before(i32),
    /// Commits, and says this all the same.
    After(i32),
}

/// The next commits do so.
pub(crate) type Plan = Arc<Mutex<Vec<Fails>>>;

pub(crate) fn bed() -> (Bed, Plan) {
    let plan = Plan::default();
    (Bed::so(settings(), ways(&plan)), plan)
}

pub(super) fn ways(plan: &Plan) -> Ways {
    let next = Arc::clone(plan);
    let commit = move |connection: &Connection| {
        let mut plan = next.lock().unwrap();
        let fails = (!plan.is_empty()).then(|| plan.remove(0));
        let error = |code| Err(Error::SqliteFailure(ffi::Error::new(code), None));
        match fails {
            Some(Fails::Before(code)) => error(code),
            Some(Fails::After(code)) => {
                connection.execute_batch("COMMIT")?;
                error(code)
            }
            Some(Fails::Not) | None => connection.execute_batch("COMMIT"),
        }
    };
    Ways {
        commit: Box::new(commit),
        ..Ways::default()
    }
}

pub(super) fn failed(bed: &Bed, number: u64) -> Refused {
    match bed.hear() {
        Told::Failed { upto, why } if upto == number => why,
        other => panic!("not expected: {other:?}"),
    }
}

#[test]
fn a_full_disk_refuses_until_there_is_space_again() {
    let (mut bed, plan) = bed();
    bed.say([said(1, "#a", "stored")]);
    // The batch, and twice the probe.
    *plan.lock().unwrap() = vec![Fails::Before(ffi::SQLITE_FULL); 3];
    let first = bed.hand(vec![record(said(2, "#a", "refused"))]);
    let why = failed(&bed, first);
    assert!(why.0.contains("no space left"), "{why}");
    bed.expect_state(|state| matches!(state, State::Waiting(why) if why.contains("no space")));
    let second = bed.hand(vec![record(said(3, "#a", "refused at once"))]);
    failed(&bed, second);
    assert_eq!(numbers(&bed.all("#a")), [1], "reading goes on");
    bed.expect_state(|state| *state == State::Working);
    assert!(plan.lock().unwrap().is_empty());
    bed.say([said(4, "#a", "stored again")]);
    assert_eq!(numbers(&bed.all("#a")), [1, 4]);
    assert_eq!(bed.store().status().unwrap().state, State::Working);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn asking_to_reopen_tries_a_waiting_disk_at_once() {
    let (mut bed, plan) = bed();
    *plan.lock().unwrap() = vec![Fails::Before(ffi::SQLITE_READONLY); 1000];
    bed.hand(vec![record(said(1, "#a", "refused"))]);
    failed(&bed, 1);
    bed.expect_state(|state| matches!(state, State::Waiting(_)));
    let why = bed.reopen().unwrap_err();
    assert!(why.0.contains("only be read"), "{why}");
    plan.lock().unwrap().clear();
    assert_eq!(bed.reopen(), Ok(()));
    bed.expect_state(|state| *state == State::Working);
}

#[test]
fn who_asks_to_reopen_does_not_wait_for_ever_for_a_disk_that_hangs() {
    let (disk, answers) = std::sync::mpsc::channel::<()>();
    let commit = move |connection: &Connection| {
        // Until the disk is gone, or answers.
        let _ = answers.recv();
        connection.execute_batch("COMMIT")
    };
    let mut bed = Bed::so(
        settings(),
        Ways {
            commit: Box::new(commit),
            ..Ways::default()
        },
    );
    bed.hand(vec![record(said(1, "#a", "hangs"))]);
    let why = bed.store().reopen(Duration::from_millis(10)).unwrap_err();
    assert!(why.0.contains("has not answered"), "{why}");
    drop(disk);
    assert!(matches!(bed.hear(), Told::Stored { upto: 1, .. }));
}

#[test]
fn what_is_not_where_it_was_takes_nothing_until_it_is_put_back() {
    for name in ["history.sqlite", "history.sqlite-wal"] {
        let mut bed = Bed::new();
        bed.say([said(1, "#a", "stored")]);
        let (there, away) = (bed.file(name), bed.file("away"));
        std::fs::rename(&there, &away).unwrap();
        let batch = bed.hand(vec![record(said(2, "#a", "refused"))]);
        let why = failed(&bed, batch);
        assert!(why.0.contains("not where they were"), "{why}");
        bed.expect_state(|state| matches!(state, State::Closed(_)));
        if name == "history.sqlite" {
            assert!(bed.reopen().is_err(), "it is gone");
        }
        std::fs::rename(&away, &there).unwrap();
        assert_eq!(bed.reopen(), Ok(()));
        bed.expect_state(|state| *state == State::Working);
        bed.say([said(3, "#a", "stored again")]);
        assert_eq!(numbers(&bed.all("#a")), [1, 3]);
    }
}

#[test]
fn asking_to_reopen_what_works_finds_out_that_it_is_gone() {
    let mut bed = Bed::new();
    bed.say([said(1, "#a", "stored")]);
    std::fs::rename(bed.file("history.sqlite"), bed.file("away")).unwrap();
    let why = bed.reopen().unwrap_err();
    assert!(why.0.contains("not where they were"), "{why}");
    bed.expect_state(|state| matches!(state, State::Closed(_)));
}

#[test]
fn what_the_disk_did_not_confirm_is_not_there_after_reopening() {
    for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_READ] {
        let (mut bed, plan) = bed();
        bed.say([said(1, "#a", "stored")]);
        // It is in the WAL, and the disk said no.
        *plan.lock().unwrap() = vec![Fails::After(code)];
        let batch = bed.hand(vec![
            record(said(2, "#a", "refused")),
            record(said(3, "#new", "refused too")),
        ]);
        failed(&bed, batch);
        bed.expect_state(|state| matches!(state, State::Closed(_)));
        let batch = bed.hand(vec![record(said(4, "#a", "refused at once"))]);
        let why = failed(&bed, batch);
        assert!(why.0.contains("disk"), "{why}");
        let status = bed.store().status().unwrap();
        assert!(matches!(status.state, State::Closed(_)), "{status:?}");
        assert_eq!(bed.reopen(), Ok(()));
        bed.expect_state(|state| *state == State::Working);
        assert_eq!(numbers(&bed.all("#a")), [1]);
        assert_eq!(bed.all("#new"), []);
        bed.say([said(3, "#a", "another with that number")]);
        assert_eq!(numbers(&bed.all("#a")), [1, 3]);
        assert_eq!(bed.store().check().unwrap(), [""; 0]);
        bed.again();
        assert_eq!(numbers(&bed.all("#a")), [1, 3]);
    }
}

#[test]
fn a_number_that_was_there_before_stays_when_its_double_is_doubtful() {
    let (mut bed, plan) = bed();
    bed.say([said(1, "#a", "stored")]);
    let mut double = said(1, "#a", "double");
    double.id = id_at(1, at(50));
    *plan.lock().unwrap() = vec![Fails::After(ffi::SQLITE_IOERR_FSYNC)];
    let batch = bed.hand(vec![record(double), record(said(2, "#a", "doubtful"))]);
    failed(&bed, batch);
    bed.expect_state(|state| matches!(state, State::Closed(_)));
    assert_eq!(bed.reopen(), Ok(()));
    bed.expect_state(|state| *state == State::Working);
    assert_eq!(bed.all("#a"), [kept(&said(1, "#a", "stored"))]);
}

#[test]
fn a_closed_store_whose_file_is_damaged_stays_closed() {
    let (mut bed, plan) = bed();
    bed.say((1..=300).map(|n| said(n, "#a", &"x".repeat(100))));
    bed.settle();
    *plan.lock().unwrap() = vec![Fails::After(ffi::SQLITE_IOERR_FSYNC)];
    bed.hand(vec![record(said(301, "#a", "x"))]);
    failed(&bed, 2);
    bed.expect_state(|state| matches!(state, State::Closed(_)));
    // Everything goes into one file, and a page in its middle is lost.
    let file = bed.file("history.sqlite");
    let other = Connection::open(&file).unwrap();
    let whole = other.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    whole.unwrap();
    drop(other);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0);
    std::fs::write(&file, &bytes).unwrap();
    let refused = bed.reopen().unwrap_err();
    assert!(refused.0.contains("damaged"), "{refused}");
    let batch = bed.hand(vec![record(said(302, "#a", "refused"))]);
    failed(&bed, batch);
}

#[test]
fn a_defect_in_the_writer_leaves_nobody_waiting() {
    let mut times = 0;
    let commit = move |connection: &Connection| {
        times += 1;
        assert!(times != 2, "a defect");
        connection.execute_batch("COMMIT")
    };
    let ways = Ways {
        commit: Box::new(commit),
        ..Ways::default()
    };
    let mut bed = Bed::so(settings(), ways);
    bed.say([said(1, "#a", "stored")]);
    let batch = bed.hand(vec![record(said(2, "#a", "lost"))]);
    failed(&bed, batch);
    bed.expect_state(|state| matches!(state, State::Closed(why) if why.contains("defect")));
    assert_eq!(bed.reopen(), Ok(()));
    bed.expect_state(|state| *state == State::Working);
    bed.say([said(3, "#a", "stored")]);
    assert_eq!(numbers(&bed.all("#a")), [1, 3]);
}

#[test]
fn what_fails_while_nothing_is_said_is_told_too() {
    let (mut bed, plan) = bed();
    bed.write(vec![Record::Ended(life("#a", 1))]);
    *plan.lock().unwrap() = vec![Fails::Before(ffi::SQLITE_CORRUPT)];
    bed.hand(vec![]);
    failed(&bed, 2);
    bed.expect_state(|state| matches!(state, State::Closed(why) if why.contains("damaged")));
    let mut query = everything("#a");
    query.span = Span::Before(Bound::Id(id(1)));
    assert_eq!(bed.query(query), []);
}
