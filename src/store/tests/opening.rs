//! What is opened, what is not and why, and that nothing is ever begun anew by mistake.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::{Uid, setfsuid};

use super::bed::*;
use crate::store::OpenError;

/// A store with some messages, closed.
fn made() -> Bed {
    let mut bed = Bed::new();
    bed.say((1..=50).map(|n| said(n, "#a", "x")));
    bed.end();
    bed
}

fn error(bed: &Bed) -> OpenError {
    let opened = open_in(bed.directory.path());
    opened.map(drop).expect_err("not to be opened")
}

#[test]
fn its_files_are_for_its_user_only() {
    let mut bed = Bed::new();
    bed.say([said(1, "#a", "x")]);
    for entry in fs::read_dir(bed.directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}

#[test]
fn one_store_has_one_daemon() {
    let mut bed = Bed::new();
    match error(&bed) {
        OpenError::InUse { path, pid } => {
            assert_eq!(pid, std::process::id().to_string());
            assert!(path.ends_with("history.sqlite"), "{path}");
        }
        other => panic!("{other}"),
    }
    bed.say([said(1, "#a", "goes on")]);
    bed.again();
    assert_eq!(numbers(&bed.all("#a")), [1]);
}

#[test]
fn what_can_only_be_read_is_refused() {
    let bed = made();
    let may = |path: &Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    may(bed.directory.path(), 0o777);
    may(&bed.file("history.lock"), 0o666);
    may(&bed.file("history.sqlite"), 0o444);
    // Root writes what can only be read; this thread is nobody for files.
    setfsuid(Uid::from_raw(65_534));
    let refused = error(&bed).to_string();
    setfsuid(Uid::effective());
    assert!(refused.contains("can only be read"), "{refused}");
    may(&bed.file("history.sqlite"), 0o600);
    open_in(bed.directory.path()).unwrap().0.finish();
}

#[test]
fn what_is_no_file_is_refused_at_once() {
    let bed = made();
    let file = bed.file("history.sqlite");
    let refused = || match error(&bed) {
        OpenError::System { error, .. } => assert_eq!(error, "it is no file"),
        other => panic!("{other}"),
    };
    fs::remove_file(&file).unwrap();
    nix::unistd::mkfifo(&file, nix::sys::stat::Mode::S_IRWXU).unwrap();
    refused();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    refused();
}

#[test]
fn a_newer_one_is_refused_as_it_is() {
    // Its version stands in the file, or only in the WAL of a newer chatd that was killed.
    for in_wal in [false, true] {
        let bed = made();
        let file = bed.file("history.sqlite");
        if in_wal {
            let newer = rusqlite::Connection::open(&file).unwrap();
            newer
                .execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 7;")
                .unwrap();
            let (main, wal) = (
                fs::read(&file).unwrap(),
                fs::read(bed.file("history.sqlite-wal")).unwrap(),
            );
            drop(newer);
            fs::write(&file, main).unwrap();
            fs::write(bed.file("history.sqlite-wal"), wal).unwrap();
        } else {
            let mut bytes = fs::read(&file).unwrap();
            bytes[63] = 7;
            fs::write(&file, bytes).unwrap();
        }
        let before = (
            fs::read(&file).unwrap(),
            fs::read(bed.file("history.sqlite-wal")).ok(),
        );
        let refused = error(&bed);
        assert!(
            matches!(
                &refused,
                OpenError::Newer {
                    found: 7,
                    known: 4,
                    ..
                }
            ),
            "{refused}"
        );
        let after = (
            fs::read(&file).unwrap(),
            fs::read(bed.file("history.sqlite-wal")).ok(),
        );
        assert!(before == after, "in the WAL: {in_wal}");
    }
}

#[test]
fn something_else_is_no_history() {
    let bed = made();
    fs::write(bed.file("history.sqlite"), "x".repeat(5000)).unwrap();
    assert!(matches!(error(&bed), OpenError::Foreign { .. }));
    fs::remove_file(bed.file("history.sqlite")).unwrap();
    fs::remove_file(bed.file("history.present")).unwrap();
    let other = rusqlite::Connection::open(bed.file("history.sqlite")).unwrap();
    other.execute_batch("CREATE TABLE a (b)").unwrap();
    drop(other);
    assert!(matches!(error(&bed), OpenError::Foreign { .. }));
}

#[test]
fn a_history_that_is_gone_is_missed() {
    let damage = |bed: &Bed, part: &str| match error(bed) {
        OpenError::Damaged { what, .. } => assert!(what.contains(part), "{what}"),
        other => panic!("{other}"),
    };
    let bed = made();
    let file = bed.file("history.sqlite");
    let whole = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    damage(&bed, "move that away too");
    fs::write(&file, "").unwrap();
    damage(&bed, "empty");
    fs::write(&file, &whole[..50]).unwrap();
    damage(&bed, "cut off");
    fs::write(&file, &whole[..whole.len() - 4096]).unwrap();
    damage(&bed, "cut off");
    // What is said to do helps.
    fs::remove_file(&file).unwrap();
    fs::remove_file(bed.file("history.present")).unwrap();
    fs::write(bed.file("history.sqlite-wal"), "left").unwrap();
    damage(&bed, "only its -wal");
    fs::remove_file(bed.file("history.sqlite-wal")).unwrap();
    let (store, found, _told) = open_in(bed.directory.path()).unwrap();
    assert_eq!(found.last, None);
    drop(store);
}

#[test]
fn what_a_killed_daemon_left_does_not_matter() {
    let bed = Bed::new();
    let directory = tempfile::tempdir().unwrap();
    drop(bed);
    // Killed while it made the history, and while it made a copy.
    fs::write(directory.path().join("history.new"), "half").unwrap();
    fs::write(directory.path().join("history.copy-3"), "half").unwrap();
    fs::write(directory.path().join("history.lock"), "99999999\n").unwrap();
    let (store, found, _told) = open_in(directory.path()).unwrap();
    assert_eq!(found.last, None);
    assert!(!directory.path().join("history.copy-3").exists());
    store.finish();
    // The marker was not written any more, or the history was put there from a backup.
    fs::remove_file(directory.path().join("history.present")).unwrap();
    open_in(directory.path()).unwrap().0.finish();
    assert!(directory.path().join("history.present").exists());
}

#[test]
fn a_directory_that_is_not_there_is_told() {
    let gone = std::path::Path::new("/nonexistent/history");
    let error = open_in(gone).map(drop).unwrap_err();
    assert!(matches!(error, OpenError::System { .. }), "{error}");
    assert!(error.to_string().contains("No such file"), "{error}");
}
