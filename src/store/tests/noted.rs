//! Notes: what is told as stored is there after a restart and after a kill, what is refused is as it was before, what is damaged is
//! found.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, ffi};

use super::bed::*;
use super::failing::{self, Fails};
use crate::store::handle::Ways;
use crate::store::{Durability, Note, Refused, Settings, State};

fn note(key: &str, value: Option<&str>) -> Note {
    Note {
        kind: "account",
        key: key.into(),
        value: value.map(Into::into),
    }
}

fn counter(value: &str) -> Note {
    Note {
        kind: "counter",
        ..note("account", Some(value))
    }
}

/// What became of notes that were handed over.
fn store(bed: &Bed, notes: &[Note]) -> Result<(), Refused> {
    let (told, stored) = channel();
    bed.store()
        .note(notes.to_vec(), move |what| drop(told.send(what)));
    stored.recv_timeout(LONG).expect("told in time")
}

/// A database that no store has open.
fn database(directory: &Path) -> Connection {
    Connection::open(directory.join("history.sqlite")).unwrap()
}

#[test]
fn notes_are_there_after_a_restart_as_they_were_last() {
    let mut bed = Bed::new();
    assert_eq!(bed.found.notes, []);
    let first = [note("1", Some("one")), note("2", Some("two")), counter("2")];
    store(&bed, &first).unwrap();
    let then = [
        note("2", Some("zwei")),
        note("10", Some("größe\n'\"")),
        counter("10"),
    ];
    store(&bed, &then).unwrap();
    store(&bed, &[note("1", None), note("nobody", None)]).unwrap();
    // Messages beside them are nothing to them.
    bed.say([said(1, "#a", "hello")]);
    for _ in 0..2 {
        bed.again();
        let expected = [then[1].clone(), then[0].clone(), then[2].clone()];
        assert_eq!(bed.found.notes, expected);
    }
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn of_several_notes_all_are_stored_or_none() {
    let (mut bed, plan) = failing::bed();
    *plan.lock().unwrap() = vec![Fails::Before(ffi::SQLITE_FULL)];
    store(&bed, &[counter("1"), note("1", Some("one"))]).unwrap_err();
    bed.expect_state(|state| matches!(state, State::Waiting(_)));
    bed.expect_state(|state| *state == State::Working);
    bed.again();
    assert_eq!(bed.found.notes, []);
}

/// The files as the system has them at this moment, in another directory: as after kill -9.
fn killed(bed: &Bed) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let (main, wal) = loop {
        let main = fs::read(bed.file("history.sqlite")).unwrap();
        let wal = fs::read(bed.file("history.sqlite-wal")).unwrap_or_default();
        // What went from the one into the other meanwhile would be in neither.
        if main == fs::read(bed.file("history.sqlite")).unwrap() {
            break (main, wal);
        }
    };
    fs::write(directory.path().join("history.sqlite"), main).unwrap();
    fs::write(directory.path().join("history.sqlite-wal"), wal).unwrap();
    fs::write(directory.path().join("history.present"), "").unwrap();
    directory
}

#[test]
fn a_note_that_was_told_as_stored_is_there_after_a_kill() {
    for durability in [Durability::Commit, Durability::Relaxed] {
        let settings = Settings {
            durability,
            ..settings()
        };
        let bed = Bed::so(settings, Ways::default());
        for round in 0..20 {
            let value = round.to_string();
            store(&bed, &[note("1", Some(&value))]).unwrap();
            let directory = killed(&bed);
            let (_, found, _) = open_in(directory.path()).unwrap();
            assert_eq!(found.notes, [note("1", Some(&value))]);
        }
    }
}

#[test]
fn what_the_disk_did_not_confirm_is_as_it_was_before() {
    // Of a note that was there, and of one that was not.
    let (mut bed, plan) = failing::bed();
    store(&bed, &[note("1", Some("one"))]).unwrap();
    // It is in the WAL, and the disk said no; and once more.
    for value in ["refused", "refused too"] {
        *plan.lock().unwrap() = vec![Fails::After(ffi::SQLITE_IOERR_FSYNC)];
        let why = store(&bed, &[note("1", Some(value)), note("2", Some(value))]);
        assert!(why.unwrap_err().0.contains("disk"));
        bed.expect_state(|state| matches!(state, State::Closed(_)));
        assert!(store(&bed, &[note("3", Some("at once"))]).is_err());
        assert_eq!(bed.reopen(), Ok(()));
        bed.expect_state(|state| *state == State::Working);
    }
    let directory = killed(&bed);
    let (_, found, _) = open_in(directory.path()).unwrap();
    assert_eq!(
        found.notes,
        [note("1", Some("one"))],
        "reopening was enough"
    );
    store(&bed, &[note("2", Some("two"))]).unwrap();
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.again();
    let expected = [note("1", Some("one")), note("2", Some("two"))];
    assert_eq!(bed.found.notes, expected);
}

#[test]
fn two_that_were_refused_one_after_the_other_leave_what_was_before_both() {
    let (mut bed, plan) = failing::bed();
    store(&bed, &[note("1", Some("one"))]).unwrap();
    let full = Fails::After(ffi::SQLITE_FULL);
    *plan.lock().unwrap() = vec![full, full, full];
    store(&bed, &[note("1", None)]).unwrap_err();
    bed.expect_state(|state| matches!(state, State::Waiting(_)));
    // By then the probe has failed as often as it was to; what is tried meanwhile is refused at once.
    bed.expect_state(|state| *state == State::Working);
    bed.again();
    assert_eq!(bed.found.notes, [note("1", Some("one"))]);
}

/// With `durability = "relaxed"` a message may be lost when the power fails. An account is not.
#[test]
fn notes_are_on_the_disk_however_relaxed_the_store_is() {
    let seen: Arc<Mutex<Vec<i64>>> = Arc::default();
    let sees = Arc::clone(&seen);
    let commit = move |connection: &Connection| {
        let synchronous = connection.query_row("PRAGMA synchronous", [], |row| row.get(0));
        sees.lock().unwrap().push(synchronous?);
        connection.execute_batch("COMMIT")
    };
    let ways = Ways {
        commit: Box::new(commit),
        ..Ways::default()
    };
    let settings = Settings {
        durability: Durability::Relaxed,
        ..settings()
    };
    let mut bed = Bed::so(settings, ways);
    bed.say([said(1, "#a", "relaxed")]);
    store(&bed, &[note("1", Some("one"))]).unwrap();
    bed.say([said(2, "#a", "relaxed again")]);
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let [before, noted, after] = seen[..] else {
        panic!("{seen:?}")
    };
    // FULL (2): with a write-ahead log, each commit is synced. NORMAL (1): none is.
    assert_eq!((before, noted, after), (1, 2, 1));
}

#[test]
fn a_damaged_note_is_found_by_a_check_and_refuses_the_start() {
    for damage in [
        "UPDATE note SET value = 'eno' WHERE key = '7'",
        "UPDATE note SET key = '8' WHERE key = '7'",
        "UPDATE note SET kind = 'counter' WHERE key = '7'",
        "UPDATE note SET sum = sum + 1 WHERE key = '7'",
    ] {
        let mut bed = Bed::new();
        store(&bed, &[note("7", Some("one")), note("9", Some("nine"))]).unwrap();
        database(bed.directory.path())
            .execute_batch(damage)
            .unwrap();
        let problems = bed.store().check().unwrap().join("\n");
        assert!(
            ["account 7", "account 8", "counter 7"]
                .iter()
                .any(|key| problems.contains(key)),
            "{damage}: {problems}"
        );
        assert!(!problems.contains("account 9"), "{problems}");
        bed.end();
        let why = open_in(bed.directory.path())
            .map(drop)
            .unwrap_err()
            .to_string();
        assert!(why.contains("is not what was written"), "{damage}: {why}");
    }
}

#[test]
fn what_another_version_has_noted_stays_where_it_is() {
    let mut bed = Bed::new();
    store(&bed, &[note("1", Some("one"))]).unwrap();
    bed.end();
    let database = database(bed.directory.path());
    // A kind that this version does not know, with a checksum that is right.
    let sum = crate::store::notes::sum("future", "#tea", "{}");
    database
        .execute("INSERT INTO note VALUES ('future', '#tea', '{}', ?)", [sum])
        .unwrap();
    drop(database);
    let (store, found, _) = open_in(bed.directory.path()).unwrap();
    assert_eq!(found.notes, [note("1", Some("one"))]);
    store.finish();
    let count = "SELECT count(*) FROM note WHERE kind = 'future'";
    let database = self::database(bed.directory.path());
    let count: i64 = database.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}
