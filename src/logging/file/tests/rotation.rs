//! When a new file starts, what old ones are called, and what happens to a file's place.

use super::*;

#[test]
fn a_new_file_starts_at_the_full_minute() {
    let mut log = open(policy(Rotation::Minutely));
    log.put("one");
    log.fake.pass(59);
    log.put("two");
    log.fake.pass(1);
    log.put("three");
    assert_eq!(log.names(), ["chatd-20261122T213100Z.log", "chatd.log"]);
    assert_eq!(log.read("chatd-20261122T213100Z.log"), "one\ntwo\n");
    assert_eq!(log.read("chatd.log"), "three\n");
}

#[test]
fn an_idle_log_rotates_when_its_time_is_over_but_an_empty_one_does_not() {
    let mut log = open(policy(Rotation::Daily));
    log.put("one");
    log.fake.pass(86_400);
    log.log.rest(0);
    assert_eq!(log.names(), ["chatd-20261123T213000Z.log", "chatd.log"]);
    log.fake.pass(86_400);
    log.log.rest(0);
    assert_eq!(log.names().len(), 2);
}

#[test]
fn a_file_of_yesterday_is_closed_by_the_first_line_of_today() {
    let directory = tempfile::tempdir().unwrap();
    let file = fs::File::create(directory.path().join("chatd.log")).unwrap();
    io::Write::write_all(&mut &file, b"old\n").unwrap();
    file.set_modified(crate::logging::fake::start() - Duration::from_hours(24))
        .unwrap();
    let mut log = open_in(directory, policy(Rotation::Daily));
    log.put("new");
    assert_eq!(log.read("chatd-20261122T213000Z.log"), "old\n");
    assert_eq!(log.read("chatd.log"), "new\n");
}

#[test]
fn a_clock_that_is_set_back_starts_no_file() {
    let mut log = open(policy(Rotation::Minutely));
    log.put("one");
    log.fake.pass(-3600);
    log.put("two");
    assert_eq!(log.read("chatd.log"), "one\ntwo\n");
    log.fake.pass(60);
    log.put("three");
    assert_eq!(log.read("chatd.log"), "three\n");
}

#[test]
fn no_line_makes_a_file_longer_than_allowed() {
    let mut log = open(Policy {
        max_size: Some(4 * LINE.len() as u64),
        ..policy(Rotation::Never)
    });
    for _ in 0..9 {
        log.log.line(LINE);
    }
    log.log.rest(0);
    assert_eq!(
        log.names(),
        [
            "chatd-20261122T213000Z-2.log",
            "chatd-20261122T213000Z.log",
            "chatd.log"
        ]
    );
    assert_eq!(log.read("chatd-20261122T213000Z.log").len(), 4 * LINE.len());
    assert_eq!(
        log.read("chatd-20261122T213000Z-2.log").len(),
        4 * LINE.len()
    );
    assert_eq!(log.read("chatd.log").len(), LINE.len());
}

#[test]
fn a_thousand_rotations_lose_and_double_no_line() {
    let mut log = open(policy(Rotation::Never));
    for n in 0..3000 {
        log.log.line(format!("{n}\n").as_bytes());
        if n % 3 == 1 {
            let rotated = log.log.rotate().unwrap();
            assert!(rotated.closed.is_some());
        }
    }
    log.log.rest(0);
    assert_eq!(log.names().len(), 1001);
    let text: String = log.names().iter().map(|name| log.read(name)).collect();
    let mut lines: Vec<u32> = text.lines().map(|line| line.parse().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, (0..3000).collect::<Vec<u32>>());
}

#[test]
fn keep_removes_the_oldest_and_nothing_that_is_not_the_logs_own() {
    let others = [
        "chatd-20260101T000000Z.log.gz",
        "chatd-20260101T000000Z-1.log",
        "chatd-20260101T000000Z-02.log",
        "chatd-20260101T000000.log",
        "chatd-audit.2020-01-01.log",
        "chatd-.log",
        "other-20260101T000000Z.log",
    ];
    let directory = tempfile::tempdir().unwrap();
    for name in others.iter().chain(&[
        "chatd-20260101T000000Z.log",
        "chatd-20260101T000000Z-10.log",
    ]) {
        fs::write(directory.path().join(name), "x").unwrap();
    }
    fs::create_dir(directory.path().join("chatd-20250101T000000Z.log")).unwrap();
    let mut log = open_in(
        directory,
        Policy {
            keep: Some(2),
            ..policy(Rotation::Never)
        },
    );
    for n in 0..4 {
        log.put(&n.to_string());
        log.log.rotate().unwrap();
    }
    let mut expected: Vec<&str> = others.to_vec();
    expected.extend([
        "chatd-20250101T000000Z.log",
        "chatd-20261122T213000Z-3.log",
        "chatd-20261122T213000Z-4.log",
        "chatd.log",
    ]);
    expected.sort_unstable();
    assert_eq!(log.names(), expected);
    assert_eq!(log.read("chatd-20261122T213000Z-4.log"), "3\n");
}

#[test]
fn with_a_clock_set_back_the_file_just_closed_is_not_the_one_removed() {
    let mut log = open(Policy {
        keep: Some(1),
        ..policy(Rotation::Never)
    });
    log.put("one");
    log.log.rotate().unwrap();
    log.fake.pass(-3600);
    log.put("two");
    log.log.rotate().unwrap();
    assert_eq!(log.names(), ["chatd-20261122T203000Z.log", "chatd.log"]);
    assert_eq!(log.read("chatd-20261122T203000Z.log"), "two\n");
}

#[test]
fn a_closed_file_never_replaces_another() {
    let mut log = open(policy(Rotation::Never));
    // A link into nowhere is not listed as a log file, and yet the name is taken.
    symlink("nowhere", log.path("chatd-20261122T213000Z.log")).unwrap();
    log.put("one");
    let rotated = log.log.rotate().unwrap();
    assert_eq!(
        rotated.closed,
        Some(log.path("chatd-20261122T213000Z-2.log"))
    );
    assert_eq!(log.read("chatd-20261122T213000Z-2.log"), "one\n");
}

#[test]
fn a_file_that_was_moved_away_is_only_made_anew_by_an_order() {
    let mut log = open(policy(Rotation::Never));
    log.put("one");
    fs::rename(log.path("chatd.log"), log.path("chatd.log.1")).unwrap();
    assert_eq!(log.log.rotate().unwrap().closed, None);
    log.put("two");
    assert_eq!(log.read("chatd.log.1"), "one\n");
    assert_eq!(log.read("chatd.log"), "two\n");
}

#[test]
fn a_file_that_was_moved_away_is_noticed_within_a_second() {
    let mut log = open(policy(Rotation::Never));
    log.put("one");
    fs::rename(log.path("chatd.log"), log.path("chatd.log.1")).unwrap();
    log.put("still the old one");
    log.fake.pass(1);
    log.put("new");
    assert_eq!(log.read("chatd.log.1"), "one\nstill the old one\n");
    assert_eq!(log.read("chatd.log"), "new\n");
}

#[test]
fn a_directory_that_was_deleted_is_made_anew() {
    let mut log = open(policy(Rotation::Never));
    log.put("one");
    fs::remove_dir_all(log.directory.path()).unwrap();
    log.fake.pass(1);
    log.put("two");
    assert_eq!(log.read("chatd.log"), "two\n");
    assert_eq!(log.health.failure(), None);
}

#[test]
fn a_file_truncated_by_others_is_appended_to_and_its_size_known() {
    let mut log = open(Policy {
        max_size: Some(40),
        ..policy(Rotation::Never)
    });
    log.put("0123456789012345678901234567");
    fs::write(log.path("chatd.log"), "").unwrap();
    log.fake.pass(1);
    log.log.rest(0);
    log.put("0123456789012345678901234567");
    assert_eq!(log.names(), ["chatd.log"]);
    assert_eq!(log.read("chatd.log"), "0123456789012345678901234567\n");
}

#[test]
fn a_link_put_in_the_files_place_is_not_followed() {
    let mut log = open(policy(Rotation::Never));
    log.put("one");
    fs::rename(log.path("chatd.log"), log.path("old")).unwrap();
    fs::write(log.path("victim"), "").unwrap();
    symlink("victim", log.path("chatd.log")).unwrap();
    log.fake.pass(1);
    log.put("two");
    assert_eq!(log.read("victim"), "");
    let old = log.read("old");
    assert!(old.starts_with("one\ntwo\n"), "{old}");
    assert!(log.health.failure().unwrap().contains("not a regular file"));
    // Taken away again, the log comes back by itself.
    fs::remove_file(log.path("chatd.log")).unwrap();
    log.fake.pass(1);
    log.put("three");
    assert_eq!(log.read("chatd.log"), "three\n");
    assert_eq!(log.health.failure(), None);
}

#[test]
fn a_line_after_the_file_was_deleted_is_in_a_new_one_at_once() {
    let mut log = open(policy(Rotation::Never));
    log.put("one");
    fs::remove_file(log.path("chatd.log")).unwrap();
    log.put("two");
    assert_eq!(log.read("chatd.log"), "two\n");
}

#[test]
fn lines_wait_or_are_counted_while_a_deleted_file_cannot_be_made_anew() {
    let mut log = open(policy(Rotation::Never));
    log.put("one");
    fs::remove_file(log.path("chatd.log")).unwrap();
    fs::create_dir(log.path("chatd.log")).unwrap();
    log.fake.pass(1);
    log.put("two");
    let told = log.log.rotate().unwrap_err().to_string();
    assert!(told.contains("chatd.log was deleted"), "{told}");
    assert!(!told.contains("written on"), "{told}");
    assert!(log.health.failure().is_some());
    for _ in 0..10_000 {
        log.log.line(LINE);
        log.log.rest(0);
    }
    let lost = log.health.lost.load(Ordering::Relaxed);
    assert!(lost > 0 && log.log.buffer.len() <= BUFFER);

    fs::remove_dir(log.path("chatd.log")).unwrap();
    log.fake.pass(1);
    log.log.rest(0);
    let text = log.read("chatd.log");
    let there = text.matches(std::str::from_utf8(LINE).unwrap()).count() as u64;
    assert_eq!(there + lost, 10_000);
    assert!(text.contains("two\n"), "{text}");
    assert!(
        text.contains(&format!("({lost} records lost; last: ")),
        "{text}"
    );
    assert!(!text.contains("written on"), "{text}");
    assert_eq!(log.health.failure(), None);
}
