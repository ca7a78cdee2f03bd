//! A flood of the same warning is two lines.

use super::*;
use crate::logging::fake::Fake;

fn admit(repeats: &mut Repeats, fake: &Fake, level: Level, body: &str) -> Vec<String> {
    let record = Record::own(level, body);
    let mut said = Vec::new();
    let admitted = repeats.admit(&record, fake.now(), &mut said);
    said.extend(admitted.then_some(record));
    said.into_iter().map(|record| record.body).collect()
}

fn expire(repeats: &mut Repeats, fake: &Fake) -> Vec<String> {
    let mut over = Vec::new();
    repeats.expire(fake.now(), &mut over);
    over.into_iter().map(|record| record.body).collect()
}

#[test]
fn a_hundred_thousand_of_the_same_are_one_line_and_a_count() {
    let (mut repeats, fake) = (Repeats::default(), Fake::default());
    let said: usize = (0..100_000)
        .map(|_| admit(&mut repeats, &fake, Level::ERROR, "no file").len())
        .sum();
    assert_eq!(said, 1);
    fake.pass(9);
    assert_eq!(admit(&mut repeats, &fake, Level::INFO, "other"), ["other"]);
    fake.pass(1);
    let expected = ["no file (repeated 99999 times)", "other"];
    assert_eq!(admit(&mut repeats, &fake, Level::INFO, "other"), expected);
    fake.pass(10);
    assert_eq!(expire(&mut repeats, &fake), Vec::<String>::new());
}

#[test]
fn the_same_again_after_its_window_is_said_after_its_count() {
    let (mut repeats, fake) = (Repeats::default(), Fake::default());
    admit(&mut repeats, &fake, Level::WARN, "w");
    admit(&mut repeats, &fake, Level::WARN, "w");
    fake.pass(10);
    assert_eq!(
        admit(&mut repeats, &fake, Level::WARN, "w"),
        ["w (repeated 1 times)", "w"]
    );
}

#[test]
fn another_level_or_text_is_another_warning_and_what_is_not_a_warning_always_said() {
    let (mut repeats, fake) = (Repeats::default(), Fake::default());
    for (level, body) in [
        (Level::WARN, "w"),
        (Level::ERROR, "w"),
        (Level::WARN, "x"),
        (Level::INFO, "i"),
        (Level::INFO, "i"),
    ] {
        assert_eq!(admit(&mut repeats, &fake, level, body), [body]);
    }
}

#[test]
fn a_tick_says_counts_in_the_order_of_their_beginning() {
    let (mut repeats, fake) = (Repeats::default(), Fake::default());
    for body in ["z", "a"] {
        admit(&mut repeats, &fake, Level::WARN, body);
        fake.pass(1);
        admit(&mut repeats, &fake, Level::WARN, body);
    }
    fake.pass(20);
    assert_eq!(
        expire(&mut repeats, &fake),
        ["z (repeated 1 times)", "a (repeated 1 times)"]
    );
}

#[test]
fn a_clock_set_back_ends_the_silence() {
    let (mut repeats, fake) = (Repeats::default(), Fake::default());
    admit(&mut repeats, &fake, Level::WARN, "w");
    admit(&mut repeats, &fake, Level::WARN, "w");
    fake.pass(-3600);
    assert_eq!(expire(&mut repeats, &fake), ["w (repeated 1 times)"]);
}

#[test]
fn the_table_is_bounded_and_the_oldest_gives_way_with_its_count() {
    let (mut repeats, fake) = (Repeats::default(), Fake::default());
    admit(&mut repeats, &fake, Level::WARN, "first");
    admit(&mut repeats, &fake, Level::WARN, "first");
    fake.pass(1);
    for n in 1..MOST {
        admit(&mut repeats, &fake, Level::WARN, &n.to_string());
    }
    assert_eq!(
        admit(&mut repeats, &fake, Level::WARN, "more"),
        ["first (repeated 1 times)", "more"]
    );
    assert_eq!(repeats.said.len(), MOST);
    let mut over = Vec::new();
    admit(&mut repeats, &fake, Level::WARN, "more");
    repeats.end_all(&mut over);
    assert_eq!(over.len(), 1);
    assert!(repeats.said.is_empty());
}
