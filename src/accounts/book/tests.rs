use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::accounts::testing::{bare, book, fingerprint, nick, record, suspended};

/// `space` in Cyrillic letters. In a mixture of both scripts it is no nick at all.
const CYRILLIC: &str = "\u{455}\u{440}\u{430}\u{441}\u{435}";

#[test]
fn an_account_is_found_by_its_name_in_any_casing_only() {
    let book = book([
        record(1, "Alice"),
        record(2, "Mike"),
        record(3, "Straße"),
        record(4, "space"),
    ]);
    for (name, id) in [("alice", 1), ("ALICE", 1), ("mIKE", 2), ("STRASSE", 3)] {
        assert_eq!(book.find(&nick(name)).map(|r| r.id), Some(id), "{name}");
    }
    for none in [CYRILLIC, "A1ice", "rnike", "bob"] {
        assert_eq!(book.find(&nick(none)), None, "{none}");
    }
}

#[test]
fn what_looks_like_an_account_is_nobody_elses() {
    let book = book([record(1, "alice"), record(2, "Mike"), record(3, "space")]);
    for (name, id) in [("Alice", 1), (CYRILLIC, 3), ("a1ice", 1), ("rnike", 2)] {
        let found = book.lookalike(&nick(name)).map(|record| record.id);
        assert_eq!(found, Some(id), "{name}");
        assert!(book.may_register(&nick(name)).is_err(), "{name}");
    }
    assert_eq!(
        book.may_register(&nick("ALICE")),
        Err(Taken::Registered(nick("alice")))
    );
    assert_eq!(
        book.may_register(&nick(CYRILLIC)),
        Err(Taken::Alike(nick("space")))
    );
    assert_eq!(book.lookalike(&nick("bob")), None);
    assert_eq!(book.may_register(&nick("bob")), Ok(()));
}

#[test]
fn no_two_accounts_are_alike() {
    let mut book = book([record(1, "alice")]);
    let refused = book.put(bare(2, "a1ice"));
    assert_eq!(refused, Err(Conflict::Name(Taken::Alike(nick("alice")))));
    let refused = book.put(bare(2, "Alice"));
    assert_eq!(
        refused,
        Err(Conflict::Name(Taken::Registered(nick("alice"))))
    );
    assert_eq!(book.len(), 1);
    let twins = Book::new([record(1, "alice"), record(2, "A1ice")], 2);
    assert_eq!(
        twins.expect_err("they are alike"),
        Conflict::Name(Taken::Alike(nick("alice")))
    );
    let same = Book::new([record(1, "alice"), bare(1, "bob")], 2);
    assert_eq!(same.expect_err("one id"), Conflict::Id(1));
    assert_eq!(book.put(bare(0, "bob")), Err(Conflict::Id(0)));
}

#[test]
fn a_name_that_looks_like_two_accounts_is_the_one_that_it_is() {
    // With a capital I it is "aiice" folded, and looks like "alice" as it is.
    let both = book([record(1, "alice"), record(2, "aiice")]);
    let name = nick("aIice");
    assert_eq!(both.find(&name).map(|r| r.id), Some(2));
    assert_eq!(both.lookalike(&name).map(|r| r.id), Some(2));
    assert_eq!(
        both.may_register(&name),
        Err(Taken::Registered(nick("aiice")))
    );
    let one = book([record(1, "alice")]);
    assert_eq!(one.find(&name), None);
    assert_eq!(one.may_register(&name), Err(Taken::Alike(nick("alice"))));
}

#[test]
fn an_account_may_take_a_name_that_looks_like_its_own() {
    let mut book = book([record(1, "alice")]);
    book.put(record(1, "Alice_")).expect("it is free");
    assert_eq!(book.find(&nick("alice")), None);
    book.put(record(1, "Alice")).expect("it is free again");
    book.put(record(1, "A1ice")).expect("only it is like it");
    assert_eq!(book.find(&nick("a1ice")).map(|r| r.id), Some(1));
    assert_eq!(book.may_register(&nick("alice_")), Ok(()));
    assert_eq!(book.len(), 1);
}

#[test]
fn a_certificate_is_of_one_account() {
    let mut book = book([record(1, "alice"), record(2, "bob")]);
    let held = |book: &Book, n| book.of_certificate(&fingerprint(n)).map(|r| r.id);
    assert_eq!(
        (held(&book, 1), held(&book, 2), held(&book, 3)),
        (Some(1), Some(2), None)
    );
    let with = |numbers: &[u8]| Record {
        certificates: numbers.iter().copied().map(fingerprint).collect(),
        ..record(2, "bob")
    };
    for (numbers, which) in [(&[2, 1][..], 1), (&[3, 3], 3)] {
        let refused = book.put(with(numbers));
        assert_eq!(refused, Err(Conflict::Certificate(fingerprint(which))));
    }
    assert_eq!(
        (held(&book, 2), held(&book, 3)),
        (Some(2), None),
        "as it was"
    );
    book.put(with(&[3])).expect("nobody has it");
    assert_eq!((held(&book, 2), held(&book, 3)), (None, Some(2)));
    let many: Vec<u8> = (100..117).collect();
    assert_eq!(book.put(with(&many)), Err(Conflict::Certificates(17)));
    book.put(with(&many[..16])).expect("as many as may be");
    assert_eq!(held(&book, 115), Some(2));
}

#[test]
fn who_registers_the_name_of_a_deleted_account_is_another() {
    let mut book = Book::new([record(4, "alice")], 6).expect("one is like no other");
    let gone = book.remove(4).expect("it was there");
    assert_eq!(gone.name, nick("alice"));
    assert_eq!((book.remove(4), book.get(4)), (None, None));
    assert_eq!(book.of_certificate(&fingerprint(4)), None);
    assert_eq!(book.may_register(&nick("A1ice")), Ok(()));
    let id = book.next_id();
    assert_eq!(id, 7, "one after the last that was given");
    book.put(bare(id, "Alice")).expect("it is free");
    assert_eq!(book.admit(4), Err(Why::Gone));
    assert_eq!(book.find(&nick("alice")).map(|r| r.id), Some(7));
    assert_eq!(book.of_certificate(&fingerprint(4)), None);
    assert_eq!(book.next_id(), 8);
}

#[test]
fn no_id_is_given_twice() {
    let mut book = Book::default();
    assert_eq!((book.next_id(), book.next_id()), (1, 2));
    book.put(bare(9, "alice")).expect("it is free");
    assert_eq!(book.next_id(), 10);
    let mut book = Book::new([bare(9, "alice")], 3).expect("one is like no other");
    assert_eq!(book.next_id(), 10);
}

#[test]
fn who_is_suspended_is_told_why_and_not_let_in() {
    let mut book = book([record(1, "alice")]);
    assert_eq!(book.admit(1).map(|r| r.id), Ok(1));
    book.put(Record {
        suspended: Some(suspended()),
        ..record(1, "alice")
    })
    .expect("it is its own");
    assert_eq!(book.admit(1), Err(Why::Suspended(suspended().reason)));
}

#[test]
fn accounts_are_listed_by_name() {
    let all = book([
        record(1, "zoë"),
        record(2, "Alice"),
        record(3, "bobI"),
        record(4, "Mike"),
    ]);
    let names: Vec<_> = all.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["Alice", "bobI", "Mike", "zoë"], "each once");
    assert!(!all.is_empty() && Book::default().is_empty());
}

/// Names of which many are alike, in several ways.
fn names() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[aаAlI1iоoO0mßsſ]{1,4}").expect("an expression")
}

proptest! {
    /// The book against a list that compares each with each.
    #[test]
    fn whatever_is_put_and_removed_all_is_found_and_nothing_is_alike(
        turns in prop::collection::vec((1u8..6, names(), prop::collection::vec(0u8..4, 0..3), any::<bool>()), 0..24),
    ) {
        let (mut book, mut list) = (Book::default(), Vec::<Record>::new());
        let alike = |a: &Nick, b: &Nick| {
            NameKey::of_nick(a).any(|key| NameKey::of_nick(b).any(|other| key == other))
        };
        for (id, name, certificates, put) in turns {
            let Ok(name) = Nick::parse(&name) else { continue };
            if !put {
                let before = list.len();
                list.retain(|record| record.id != u64::from(id));
                prop_assert_eq!(book.remove(id.into()).is_some(), list.len() < before);
                continue;
            }
            let certificates: Vec<_> = certificates.into_iter().map(fingerprint).collect();
            let record = Record { certificates, ..bare(id.into(), name.as_str()) };
            let others = || list.iter().filter(|other| other.id != record.id);
            let own: BTreeSet<_> = record.certificates.iter().collect();
            let fits = own.len() == record.certificates.len()
                && !others().any(|other| alike(&other.name, &name))
                && !others().any(|other| other.certificates.iter().any(|c| own.contains(c)));
            let is = book.put(record.clone());
            prop_assert_eq!(is.is_ok(), fits, "{:?}", is);
            if fits {
                list.retain(|other| other.id != record.id);
                list.push(record);
            }
        }
        prop_assert_eq!(book.len(), list.len());
        prop_assert_eq!(book.iter().count(), list.len());
        let keys: Vec<_> = book.iter().map(|record| record.name.key()).collect();
        prop_assert!(keys.is_sorted(), "{:?}", keys);
        prop_assert_eq!(book.certificates.len(), list.iter().map(|r| r.certificates.len()).sum::<usize>());
        for record in &list {
            prop_assert_eq!(book.find(&record.name), Some(record));
            prop_assert_eq!(book.lookalike(&record.name), Some(record));
            for casing in [record.name.as_str().to_uppercase(), record.name.as_str().to_lowercase()] {
                // Not every casing of a name is a name.
                if let Ok(casing) = Nick::parse(&casing) {
                    prop_assert_eq!(book.find(&casing), Some(record), "{}", casing);
                }
            }
            for certificate in &record.certificates {
                prop_assert_eq!(book.of_certificate(certificate), Some(record));
            }
        }
    }
}
