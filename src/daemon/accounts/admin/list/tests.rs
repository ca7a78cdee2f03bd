use super::*;
use crate::accounts::Record;
use crate::chat::{Nick, Timestamp};

fn record(id: u64, name: &str) -> Record {
    let name = Nick::parse(name).expect("a name");
    Record::new(id, name, Timestamp(1_600_000_000_000))
}

#[test]
fn accounts_are_told_in_the_order_of_their_names() {
    let names = [
        "bob", "Alice", "user-2", "user-10", "zoë", "user-1", "ALFRED",
    ];
    let records = names.into_iter().zip(1..);
    let book = Book::new(records.map(|(name, id)| record(id, name)), 0).expect("no two are alike");
    let clients = HashMap::from([(chat::Account("bob".into()), 3)]);
    let told = page(&book, &ordered(&book), &clients);
    let told: Vec<_> = told
        .iter()
        .map(|account| (account.name.as_str(), account.clients.expect("known")))
        .collect();
    let expected = [
        ("ALFRED", 0),
        ("Alice", 0),
        ("bob", 3),
        ("user-1", 0),
        ("user-10", 0),
        ("user-2", 0),
        ("zoë", 0),
    ];
    assert_eq!(told, expected);
}

#[test]
fn one_that_goes_meanwhile_is_left_out_and_the_others_are_told() {
    let mut book = Book::new((1..=3).map(|id| record(id, &format!("user-{id}"))), 0)
        .expect("no two are alike");
    let ids = ordered(&book);
    book.remove(2);
    let told = page(&book, &ids, &HashMap::new());
    let told: Vec<u64> = told.iter().map(|account| account.id).collect();
    assert_eq!(told, [1, 3]);
}

#[test]
fn each_of_a_hundred_thousand_is_told_once() {
    let records = (1..=100_000).map(|id| record(id, &format!("user-{id:06}")));
    let book = Book::new(records, 0).expect("no two are alike");
    let clients = HashMap::new();
    let ids = ordered(&book);
    let pages = ids.chunks(PAGE).map(|ids| page(&book, ids, &clients));
    let told: Vec<u64> = pages.flatten().map(|account| account.id).collect();
    assert!(told.into_iter().eq(1..=100_000));
}
