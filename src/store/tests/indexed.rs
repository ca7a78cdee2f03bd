//! Messages are put into the indexes some time after they are stored; whoever reads or searches does not notice. A piece is 8
//! messages in tests.

use std::time::Duration;

use rusqlite::{Connection, ffi};

use super::bed::*;
use super::events::sql;
use super::failing::{self, Fails};
use crate::chat::Query;
use crate::store::handle::Ways;
use crate::store::{OpenError, Retention, Settings, State, Told};

/// Makes a closed history one of chatd's third form: where messages stand is in indexes of their table.
fn as_third_form(bed: &Bed) {
    sql(
        bed,
        "CREATE INDEX message_place ON message (conversation, nth, at, open, rank); \
         CREATE INDEX message_nick ON message (conversation, nick_key, nth); \
         DROP TABLE place; DROP TABLE spoken; DROP TABLE recent; PRAGMA user_version = 3;",
    );
}

/// Makes a closed history one of chatd's second form: each message was indexed when it was stored. Words are in lower case.
pub(super) fn as_second_form(bed: &Bed) {
    as_third_form(bed);
    sql(
        bed,
        "INSERT INTO words (rowid, place, text) SELECT nth, conversation, text FROM message \
         WHERE text IS NOT NULL AND nth > (SELECT indexed FROM store); \
         ALTER TABLE store DROP COLUMN indexed; PRAGMA user_version = 2;",
    );
}

fn number(bed: &Bed, query: &str) -> i64 {
    let connection = Connection::open(bed.file("history.sqlite")).unwrap();
    connection.query_row(query, [], |row| row.get(0)).unwrap()
}

pub(super) fn searching(room: &str, words: &str) -> Query {
    Query {
        words: Some(words.into()),
        ..everything(room)
    }
}

fn found(bed: &Bed, words: &str) -> Vec<u64> {
    numbers(&bed.query(searching("#a", words)))
}

/// A batch of nothing: whatever the writer does after an order before it takes the next one is done.
pub(super) fn barrier(bed: &mut Bed) {
    bed.write(vec![]);
}

#[test]
fn a_piece_is_indexed_when_it_is_there_and_found_before() {
    let mut bed = Bed::new();
    for nth in 1..=7 {
        bed.say([said(nth, "#a", &format!("word w{nth}"))]);
    }
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (0, 7));
    assert_eq!(found(&bed, "WORD"), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(found(&bed, "w3"), [3]);
    bed.say([said(8, "#a", "word")]);
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (8, 0));
    assert_eq!(found(&bed, "word").len(), 8);
    // None stay behind, however many they are.
    bed.say((9..=200).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (200, 0));
    assert_eq!(found(&bed, "word").len(), 200);
    bed.say((201..=203).map(|nth| said(nth, "#a", "word")));
    bed.again();
    assert_eq!(bed.indexed(), (200, 3), "these wait for more");
    assert_eq!(found(&bed, "word").len(), 203);
    // How many wait is known after it was opened again.
    bed.say((204..=208).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (208, 0));
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn a_history_of_the_second_form_is_brought_forward() {
    let mut bed = Bed::new();
    bed.say((1..=21).map(|nth| said(nth, "#a", &format!("word w{nth}"))));
    bed.write(vec![taken_back(20)]);
    bed.end();
    as_second_form(&bed);
    bed.again();
    assert_eq!(bed.indexed(), (21, 0));
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    assert_eq!(found(&bed, "w21"), [21]);
    bed.say((22..=30).map(|nth| said(nth, "#a", &format!("word w{nth}"))));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (30, 0));
    assert_eq!(found(&bed, "word").len(), 29);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    // An empty one too.
    let mut bed = Bed::new();
    bed.end();
    as_second_form(&bed);
    bed.again();
    assert_eq!(bed.indexed(), (0, 0));
}

#[test]
fn a_history_of_the_third_form_is_brought_forward() {
    let mut bed = Bed::new();
    bed.say((1..=40).map(|nth| said(nth, ["#a", "#b"][usize::from(nth % 3 == 0)], "word")));
    barrier(&mut bed);
    bed.say((41..=43).map(|nth| said(nth, "#a", "late word")));
    let all = |bed: &Bed| {
        let of_alice = Query {
            from: Some("Alice".into()),
            ..everything("#b")
        };
        (bed.all("#a"), bed.all("#b"), bed.query(of_alice))
    };
    let before = all(&bed);
    assert_eq!(
        (before.0.len(), before.1.len(), before.2.len()),
        (30, 13, 13)
    );
    bed.end();
    as_third_form(&bed);
    bed.again();
    assert_eq!(bed.indexed(), (40, 3));
    assert_eq!(all(&bed), before);
    assert_eq!(found(&bed, "late"), [41, 42, 43]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.say((44..=48).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (48, 0));
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn what_is_taken_back_before_it_is_indexed_never_is() {
    let mut bed = Bed::new();
    bed.say((1..=4).map(|nth| said(nth, "#a", &format!("word unmistakable{nth}"))));
    bed.write(vec![taken_back(2)]);
    assert_eq!(found(&bed, "unmistakable2"), [0; 0]);
    bed.say((5..=12).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (12, 0));
    assert_eq!(found(&bed, "unmistakable2"), [0; 0]);
    assert_eq!(found(&bed, "unmistakable3"), [3]);
    assert_eq!(found(&bed, "word").len(), 11);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.end();
    let bytes = bed.bytes();
    let is_in = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(is_in(b"unmistakable3") && !is_in(b"unmistakable2"));
}

/// As when another history is put in place of a closed one.
#[test]
fn a_number_that_the_index_is_beyond_is_indexed_at_once() {
    let mut bed = Bed::new();
    bed.say((11..=20).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (20, 0));
    bed.say([said(5, "#a", "word late")]);
    assert_eq!(found(&bed, "late"), [5]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.write(vec![taken_back(5)]);
    assert_eq!(found(&bed, "late"), [0; 0]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn a_damaged_message_keeps_no_others_from_the_index() {
    let mut bed = Bed::new();
    bed.say((1..=5).map(|nth| said(nth, "#a", "word")));
    sql(&bed, "UPDATE message SET text = 'other' WHERE nth = 2");
    assert_eq!(found(&bed, "word"), [1, 3, 4, 5], "before it is indexed");
    // Not even UTF-8.
    sql(
        &bed,
        "UPDATE message SET nick = CAST(x'80' AS TEXT) WHERE nth = 3",
    );
    bed.say((6..=9).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (9, 0));
    assert_eq!(found(&bed, "word"), [1, 4, 5, 6, 7, 8, 9]);
    assert_eq!(bed.store().status().unwrap().state, State::Working);
    let problems = bed.store().check().unwrap().join("\n");
    assert!(problems.contains("2 messages are not found"), "{problems}");
}

#[test]
fn the_check_knows_what_stands_where() {
    for (damage, problem) in [
        (
            "UPDATE store SET indexed = 3",
            "5 messages are in the index beyond number 3",
        ),
        (
            "UPDATE store SET indexed = 12",
            "3 messages are not found by their words",
        ),
        (
            "UPDATE place SET open = 0 WHERE nth = 2",
            "1 messages are not found in their conversations",
        ),
        (
            "UPDATE spoken SET nick_key = 'bob' WHERE nth < 3",
            "2 messages are not found by their nicks",
        ),
        (
            "DELETE FROM recent",
            "3 messages are not found among the recent ones",
        ),
        (
            "INSERT INTO recent VALUES (1, 77), (1, 8)",
            "2 places of recent are of no messages there",
        ),
        (
            "INSERT INTO place VALUES (1, 12, 0, 0, 0)",
            "1 places of place are of no messages there",
        ),
        (
            "INSERT INTO spoken VALUES (1, 'alice', 0)",
            "1 places of spoken are of no messages there",
        ),
    ] {
        let mut bed = Bed::new();
        bed.say((1..=8).map(|nth| said(nth, "#a", "word")));
        barrier(&mut bed);
        bed.say((9..=11).map(|nth| said(nth, "#a", "word")));
        assert_eq!(bed.store().check().unwrap(), [""; 0]);
        sql(&bed, damage);
        let problems = bed.store().check().unwrap().join("\n");
        assert!(problems.contains(problem), "{damage}: {problems}");
    }
}

/// What it says of itself is not believed where it stands, waits for the indexes, and goes.
#[test]
fn a_message_that_cannot_be_read_goes_as_others_do() {
    let mut bed = Bed::new();
    bed.say((1..=9).map(|nth| said(nth, "#a", "word")));
    barrier(&mut bed);
    bed.say((10..=12).map(|nth| said(nth, "#a", "word")));
    sql(
        &bed,
        "PRAGMA foreign_keys = OFF; UPDATE message SET nick = CAST(x'80' AS TEXT) WHERE nth IN (2, 11); \
         UPDATE message SET conversation = 7, nick_key = 'bob' WHERE nth IN (3, 12)",
    );
    bed.store().configure(Settings {
        retention: Retention {
            age: Some(Duration::from_hours(24)),
            count: None,
        },
        ..settings()
    });
    until(|| bed.store().status().unwrap().messages == 0);
    let left = "SELECT (SELECT count(*) FROM place) + (SELECT count(*) FROM spoken) + (SELECT count(*) FROM recent)";
    assert_eq!(number(&bed, left), 0);
}

/// Of a disk that is full the commits will tell.
#[test]
fn a_piece_that_fails_refuses_nothing() {
    let (mut bed, plan) = failing::bed();
    *plan.lock().unwrap() = vec![Fails::Not, Fails::Before(ffi::SQLITE_FULL)];
    bed.say((1..=9).map(|nth| said(nth, "#a", "word")));
    match bed.hear() {
        Told::Unindexed(why) => assert!(why.0.contains("space"), "{why}"),
        other => panic!("{other:?}"),
    }
    for nth in 10..=12 {
        bed.say([said(nth, "#a", "word")]);
    }
    assert_eq!(bed.indexed(), (0, 12), "it rests");
    assert_eq!(found(&bed, "word").len(), 12);
    assert_eq!(bed.store().status().unwrap().state, State::Working);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    assert_eq!(bed.reopen(), Ok(()));
    bed.settle();
    assert_eq!(bed.indexed(), (12, 0));
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

/// A commit may wait for it.
#[test]
fn a_piece_that_takes_long_is_divided() {
    let ways = Ways {
        long: Duration::ZERO,
        ..Ways::default()
    };
    let mut bed = Bed::so(settings(), ways);
    let room = |nth| if nth % 3 == 0 { "#b" } else { "#a" };
    bed.say((1..=11).map(|nth| said(nth, room(nth), "word")));
    barrier(&mut bed);
    assert_eq!(bed.indexed(), (4, 7));
    assert_eq!(found(&bed, "word"), [1, 2, 4, 5, 7, 8, 10, 11]);
    assert_eq!(numbers(&bed.all("#b")), [3, 6, 9]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.say((12..=30).map(|nth| said(nth, room(nth), "word")));
    bed.settle();
    assert_eq!(bed.indexed(), (24, 6));
    assert_eq!(found(&bed, "word").len(), 20);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

/// Not even a round of retention tries it again before its time.
#[test]
fn a_piece_that_failed_rests() {
    let (mut bed, plan) = failing::bed();
    *plan.lock().unwrap() = vec![Fails::Not, Fails::Before(ffi::SQLITE_FULL)];
    bed.say((1..=9).map(|nth| said(nth, "#a", "word")));
    assert!(matches!(bed.hear(), Told::Unindexed(_)));
    let keeping = Settings {
        retention: Retention {
            age: None,
            count: Some(1_000),
        },
        ..settings()
    };
    // A round begins at once.
    bed.store().configure(keeping);
    bed.say([said(10, "#a", "word")]);
    assert_eq!(bed.indexed(), (0, 10));
}

#[test]
fn a_piece_that_is_not_confirmed_closes_the_store() {
    let (mut bed, plan) = failing::bed();
    *plan.lock().unwrap() = vec![Fails::Not, Fails::After(ffi::SQLITE_IOERR_FSYNC)];
    // Told as stored, and only then is it indexed.
    bed.say((1..=9).map(|nth| said(nth, "#a", "word")));
    bed.expect_state(|state| matches!(state, State::Closed(why) if why.contains("confirm")));
    assert_eq!(found(&bed, "word").len(), 9);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    assert_eq!(bed.reopen(), Ok(()));
    bed.expect_state(|state| *state == State::Working);
    bed.settle();
    assert_eq!(bed.indexed(), (9, 0));
    assert_eq!(found(&bed, "word").len(), 9);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn what_stands_in_the_wrong_place_is_not_shown_there() {
    let mut bed = Bed::new();
    bed.say((1..=8).map(|nth| said(nth, ["#a", "#b"][usize::from(nth > 4)], "word")));
    barrier(&mut bed);
    sql(&bed, "UPDATE place SET conversation = 2 WHERE nth = 2");
    assert_eq!(numbers(&bed.all("#b")), [5, 6, 7, 8]);
    assert_eq!(numbers(&bed.all("#a")), [1, 3, 4]);
}

#[test]
fn what_is_damaged_stays_so_when_it_is_taken_back() {
    let mut bed = Bed::new();
    bed.say((1..=8).map(|nth| said(nth, "#a", "word")));
    sql(&bed, "UPDATE message SET nick_key = 'bob' WHERE nth = 3");
    bed.write(vec![taken_back(3)]);
    let problems = bed.store().check().unwrap().join("\n");
    assert!(problems.contains(&id(3).to_string()), "{problems}");
}

#[test]
fn where_the_indexes_end_is_looked_at_when_it_is_opened() {
    for upto in [3, 12] {
        let mut bed = Bed::new();
        bed.say((1..=8).map(|nth| said(nth, "#a", "word")));
        barrier(&mut bed);
        bed.say((9..=13).map(|nth| said(nth, "#a", "word")));
        bed.end();
        sql(&bed, &format!("UPDATE store SET indexed = {upto}"));
        match open_in(bed.directory.path()) {
            Err(OpenError::Damaged { what, .. }) => assert!(what.contains("indexes"), "{what}"),
            other => panic!("{:?}", other.map(|(_, found, _)| found)),
        }
    }
}
