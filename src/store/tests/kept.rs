//! What is kept no longer goes, in time, from the index too; the rest stays.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::bed::*;
use super::events::{mixed, sql};
use crate::chat::{Said, Timestamp, Where};
use crate::store::handle::{Ways, open_with};
use crate::store::{Record, Retention, Settings};

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}

const DAY: Duration = Duration::from_hours(24);

fn ways() -> Ways {
    Ways {
        rest: Duration::from_millis(1),
        ..Ways::default()
    }
}

fn keeping(retention: Retention, rooms: &[(&str, Retention)]) -> Settings {
    let rooms = rooms
        .iter()
        .map(|(room, retention)| (name(room).key().to_owned(), *retention));
    Settings {
        retention,
        rooms: rooms.collect::<BTreeMap<_, _>>(),
        ..settings()
    }
}

/// So many days old.
fn old(nth: u64, room: &str, days: u64) -> Said {
    let mut said = said(nth, room, &format!("word{nth} common"));
    said.at = Timestamp(now() - i64::try_from(days).unwrap() * 86_400_000);
    said
}

#[test]
fn messages_go_when_they_are_old_or_too_many() {
    let age = Retention {
        age: Some(3 * DAY),
        count: None,
    };
    let count = Retention {
        age: None,
        count: Some(20),
    };
    let mut bed = Bed::so(
        keeping(age, &[("#count", count), ("#ever", Retention::default())]),
        ways(),
    );
    let mut all: Vec<Said> = (1..=1500).map(|n| old(n, "#Age", 5)).collect();
    // The clock was ahead for a while: what is behind is old all the same.
    all.extend((1501..=1510).map(|n| {
        let mut said = old(n, "#age", 0);
        said.at.0 += 1_000_000_000_000;
        said
    }));
    all.extend((1511..=1520).map(|n| old(n, "#age", 4)));
    all.extend((1521..=1530).map(|n| old(n, "#age", 1)));
    all.extend((1531..=1600).map(|n| old(n, "#count", 9)));
    // In a later life of it.
    all.extend((1601..=1605).map(|n| {
        let mut said = old(n, "#count", 9);
        if let Where::Room { life, .. } = &mut said.place {
            life.since = 1601;
        }
        said
    }));
    all.extend((1606..=1610).map(|n| old(n, "#ever", 9)));
    let mut private = direct(1611, (1, "alice"), (2, "bob"), "x");
    private.at = Timestamp(now() - 432_000_000);
    all.push(private);
    bed.say(all);
    let left = |room: &str| numbers(&bed.all(room));
    until(|| left("#age").len() == 20 && left("#count").len() == 20);
    until(|| bed.message(id(1611)).is_none());
    assert_eq!(
        left("#age"),
        (1501..=1510).chain(1521..=1530).collect::<Vec<_>>()
    );
    assert_eq!(left("#count"), (1586..=1605).collect::<Vec<_>>());
    assert_eq!(left("#ever"), (1606..=1610).collect::<Vec<_>>());
    let mut query = everything("#age");
    query.words = Some("common".into());
    assert_eq!(bed.query(query).len(), 20);
    assert_eq!(bed.store().status().unwrap().messages, 45);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn numbers_go_on_when_everything_is_gone() {
    let mut bed = Bed::new();
    bed.say((1..=10).map(|n| old(n, "#a", 10)));
    let last = old(10, "#a", 10).id;
    bed.write(vec![Record::Ended(life("#a", 1))]);
    let short = Retention {
        age: Some(DAY),
        count: None,
    };
    bed.end();
    let (store, found) =
        open_with(bed.directory.path(), keeping(short, &[]), |_| {}, ways()).unwrap();
    assert_eq!(found.last, Some(last));
    until(|| store.status().unwrap().messages == 0);
    store.finish();
    let (store, found, _told) = open_in(bed.directory.path()).unwrap();
    assert_eq!((found.last, found.lives), (Some(last), vec![]));
    assert_eq!(store.check().unwrap(), [""; 0]);
}

#[test]
fn new_settings_hold_at_once() {
    let mut bed = Bed::so(settings(), ways());
    bed.say((1..=2000).map(|n| old(n, "#a", 10)));
    let few = Retention {
        age: None,
        count: Some(1),
    };
    bed.store().configure(keeping(few, &[]));
    until(|| bed.store().status().unwrap().messages == 1);
    // What is said meanwhile is stored.
    bed.say([old(2001, "#a", 0)]);
    until(|| numbers(&bed.all("#a")) == [2001]);
    assert_eq!(bed.found.last, None);
}

#[test]
fn what_is_given_up_for_memory_is_known_again() {
    let mut bed = Bed::new();
    bed.say([said(1, "#a", "x"), direct(2, (1, "alice"), (2, "bob"), "x")]);
    bed.store().shrink(LONG);
    bed.say([said(3, "#a", "x"), direct(4, (1, "alice"), (2, "bob"), "x")]);
    assert_eq!(numbers(&bed.all("#a")), [1, 3]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

/// What is said meanwhile waits for its piece as ever.
#[test]
fn a_long_round_makes_no_more_pieces() {
    let few = Retention {
        age: None,
        count: Some(10),
    };
    let mut bed = Bed::so(settings(), ways());
    bed.say((1..=8000).map(|n| old(n, "#a", 0)));
    bed.settle();
    bed.store()
        .configure(keeping(few, &[("#b", Retention::default())]));
    let mut ends = std::collections::BTreeSet::new();
    for n in 8001..=8040 {
        bed.say([old(n, "#b", 0)]);
        ends.insert(bed.indexed().0);
    }
    assert!(
        bed.store().status().unwrap().messages > 50,
        "it was too short"
    );
    assert!(ends.len() < 10, "{ends:?}");
}

/// As damage may leave them.
#[test]
fn places_of_messages_that_are_lost_keep_nothing() {
    let mut bed = Bed::so(settings(), ways());
    bed.say((1..=200).map(|n| old(n, "#a", 5)));
    bed.settle();
    sql(&bed, "DELETE FROM message WHERE nth <= 100");
    let age = Retention {
        age: Some(DAY),
        count: None,
    };
    bed.store().configure(keeping(age, &[]));
    until(|| numbers(&bed.all("#a")).is_empty());
}

#[test]
fn events_go_with_age_as_messages_do() {
    let old = |nth: u64, room: &str, days: i64| {
        let mut happened = joined(nth, room);
        happened.at = Timestamp(now() - days * 86_400_000);
        event(happened)
    };
    let short = Retention {
        age: Some(3 * DAY),
        count: None,
    };
    let mut bed = Bed::so(keeping(short, &[("#ever", Retention::default())]), ways());
    // More than one step takes, in several stretches.
    let mut records: Vec<Record> = (1..=120).map(|n| old(n * 90, "#a", 5)).collect();
    records.extend((121..=123).map(|n| old(n * 90, "#a", 1)));
    records.push(old(20_000, "#gone", 5));
    records.push(Record::Ended(life("#gone", 1)));
    records.push(old(20_001, "#ever", 5));
    records.push(Record::Ended(life("#ever", 1)));
    bed.write(records);
    let left = |room: &str| bed.log(everything(room)).unwrap();
    until(|| left("#a").len() == 3 && left("#gone").is_empty());
    assert_eq!(mixed(&left("#ever")), [-20_001]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    let conversations = || {
        let connection = Connection::open(bed.file("history.sqlite")).unwrap();
        let count = "SELECT count(*) FROM conversation";
        connection
            .query_row(count, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    until(|| conversations() == 2);
}

#[test]
fn events_go_with_the_messages_that_are_too_many_which_alone_are_counted() {
    let few = Retention {
        age: None,
        count: Some(2),
    };
    let mut bed = Bed::so(keeping(few, &[]), ways());
    let mut records: Vec<Record> = (1..=100).map(|n| event(joined(n, "#a"))).collect();
    records.extend((101..=104).map(|n| record(said(n, "#a", "x"))));
    records.extend((105..=200).map(|n| event(joined(n, "#a"))));
    records.extend((201..=202).map(|n| event(joined(n, "#few"))));
    records.push(record(said(203, "#few", "x")));
    records.extend((204..=205).map(|n| event(joined(n, "#wordless"))));
    records.push(Record::Ended(life("#wordless", 1)));
    bed.write(records);
    let left = |room: &str| mixed(&bed.log(everything(room)).unwrap());
    let expected: Vec<i64> = [103, 104].into_iter().chain((-200..=-105).rev()).collect();
    until(|| left("#a") == expected && left("#wordless").is_empty());
    assert_eq!(left("#few"), [-201, -202, 203], "none is too many there");
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn numbers_go_on_when_the_last_event_is_gone() {
    let mut bed = Bed::new();
    bed.write(vec![event(joined(9, "#a")), Record::Ended(life("#a", 1))]);
    bed.end();
    let short = Retention {
        age: Some(DAY),
        count: None,
    };
    let (store, found) =
        open_with(bed.directory.path(), keeping(short, &[]), |_| {}, ways()).unwrap();
    assert_eq!(found.last, Some(id(9)));
    until(|| log(&store, everything("#a")).unwrap().is_empty());
    store.finish();
    let (_store, found, _told) = open_in(bed.directory.path()).unwrap();
    assert_eq!((found.last, found.lives), (Some(id(9)), vec![]));
}
