//! What else than words has happened: kept and read among the messages.

use proptest::prelude::*;
use rusqlite::{Connection, ffi};

use super::bed::*;
use super::failing::{self, Fails, failed};
use super::indexed::as_second_form;
use super::spans::{self, MESSAGES, a_span, expected, limit, may, rights};
use crate::chat::{
    Bound, ClientTags, Departure, Entry, Happened, KeptEvent, Mask, ModeChange, Of, Open, Query,
    Rank, Rights, RoomFlag, Said, Span, Speaker, Text, Topic, What, Where,
};
use crate::store::State;

fn alice() -> crate::chat::Identity {
    match user("alice") {
        Speaker::User(who) => who,
        Speaker::Operator => unreachable!("a user"),
    }
}

fn as_read(happened: &Happened) -> Entry {
    Entry::Happened(Box::new(KeptEvent {
        id: happened.id,
        at: happened.at,
        rank: happened.rank,
        what: happened.what.clone(),
    }))
}

/// Numbers; those of events are negative.
pub(super) fn mixed(found: &[Entry]) -> Vec<i64> {
    let number = |entry: &Entry| {
        let nth = i64::try_from(entry.id().nth()).unwrap();
        match entry {
            Entry::Said(_) => nth,
            Entry::Happened(_) => -nth,
        }
    };
    found.iter().map(number).collect()
}

pub(super) fn sql(bed: &Bed, statements: &str) {
    let connection = Connection::open(bed.file("history.sqlite")).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[test]
fn each_kind_is_read_as_it_was() {
    let why = || Some(Text::parse("why").unwrap());
    let modes = vec![
        ModeChange::Flag(RoomFlag::of_letter('m').unwrap(), true),
        ModeChange::Rank(Rank::Op, nick("bob"), false),
        ModeChange::List(
            crate::chat::ListKind::Ban,
            Mask::parse("x!*@*").unwrap(),
            true,
        ),
        ModeChange::Limit(Some(7)),
    ];
    let kinds = [
        What::Joined { who: alice() },
        What::Parted {
            who: alice(),
            reason: why(),
        },
        What::Gone {
            who: alice(),
            how: Departure::Killed(nick("bob"), why().unwrap()),
        },
        What::Kicked {
            by: Speaker::Operator,
            nick: nick("小明"),
            reason: None,
        },
        What::Renamed {
            who: alice(),
            new: nick("ann"),
        },
        What::Topic {
            by: user("bob"),
            topic: Topic::parse("").unwrap(),
        },
        What::Modes {
            by: Some(user("bob")),
            changes: modes,
        },
        What::RoomRenamed {
            by: user("bob"),
            old: name("#a"),
            new: name("#b"),
            reason: why(),
        },
        What::Tagged {
            from: user("bob"),
            tags: ClientTags("+x=\\:".into()),
        },
    ];
    let mut bed = Bed::new();
    let all: Vec<Happened> = (1..)
        .zip(kinds)
        .map(|(n, what)| happened(n, "#a", what))
        .collect();
    bed.write(all.iter().cloned().map(event).collect());
    let found = bed.log(everything("#a")).unwrap();
    assert_eq!(found, all.iter().map(as_read).collect::<Vec<_>>());
    assert_eq!(bed.all("#a"), [], "who asks for messages gets messages");
    assert_eq!(bed.store().status().unwrap().messages, 0);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    assert!(!String::from_utf8_lossy(&bed.bytes()).contains("realname"));
}

/// What of the model is an event: what is in a room, now and then.
fn is_event(said: &Said) -> bool {
    matches!(said.place, Where::Room { .. }) && !said.id.nth().is_multiple_of(3)
}

fn as_event(said: &Said) -> Happened {
    let Where::Room { life, name, rank } = said.place.clone() else {
        unreachable!("in a room")
    };
    Happened {
        id: said.id,
        at: said.at,
        life,
        name,
        open: said.open,
        rank,
        what: What::Joined { who: alice() },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn every_span_of_both_is_as_the_model_has_it(
        messages in prop::collection::vec(spans::message(), 0..MESSAGES),
        questions in prop::collection::vec((a_span(), rights(), limit(), any::<bool>(), any::<u8>()), 60),
    ) {
        let stored = spans::all_of(&messages);
        let mut bed = Bed::new();
        for batch in stored.chunks(7) {
            let records = batch.iter().map(|said| {
                if is_event(said) { event(as_event(said)) } else { record(said.clone()) }
            });
            bed.write(records.collect());
        }
        let mut lives: Vec<_> = stored.iter().filter_map(|said| match &said.place {
            Where::Room { life, name, .. } if name.as_str() == "#a" => Some(life.clone()),
            _ => None,
        }).collect();
        lives.dedup();
        lives.reverse();
        for (span, rights, limit, both, skip) in questions {
            let some: Vec<_> = lives.iter().skip(usize::from(skip) % 3).cloned().collect();
            let all = stored.iter().filter(|said| may(&rights, said) && (both || !is_event(said)));
            let all = all.filter(|said| matches!(&said.place, Where::Room { life, .. } if some.contains(life)));
            let all: Vec<Said> = all.cloned().collect();
            let expected = expected(&all, &stored, span, limit.clamp(1, 10_000) as usize);
            let query = Query::all(Of::Lives(some, rights), span, limit);
            if both {
                let found = bed.log(query).unwrap();
                let expected: Vec<Entry> = expected.iter().map(|said| {
                    if is_event(said) { as_read(&as_event(said)) } else { Entry::Said(Box::new(kept(said))) }
                }).collect();
                prop_assert_eq!(mixed(&found), mixed(&expected), "{:?} {:?} {}", span, rights, limit);
                prop_assert_eq!(found, expected);
            } else {
                let expected: Vec<_> = expected.iter().map(kept).collect();
                prop_assert_eq!(bed.query(query), expected, "{:?} {:?} {}", span, rights, limit);
            }
        }
        prop_assert_eq!(bed.store().check().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn numbers_go_on_behind_an_event() {
    let mut bed = Bed::new();
    bed.write(vec![record(said(1, "#a", "x")), event(joined(2, "#a"))]);
    bed.again();
    assert_eq!(bed.found.last, Some(id(2)));
    assert_eq!(bed.found.lives, [life("#a", 1)]);
    // The time of the last is not certain; that of the one before it is.
    let damage = "UPDATE event SET stamped = stamped + 1000000000000 WHERE nth >= ";
    bed.write(vec![event(joined(3, "#a"))]);
    bed.end();
    sql(&bed, &format!("{damage} 3"));
    bed.again();
    assert_eq!(bed.found.last, Some(id_at(3, at(2))));
    bed.end();
    sql(&bed, &format!("{damage} 2"));
    let error = open_in(bed.directory.path()).map(drop).unwrap_err();
    assert!(error.to_string().contains("none of its last"), "{error}");
}

#[test]
fn what_is_taken_back_is_gone() {
    let mut bed = Bed::new();
    let tags = ClientTags("+draft/react=secret".into());
    let from = user("bob");
    bed.write(vec![
        event(happened(1, "#a", What::Tagged { from, tags })),
        event(joined(2, "#a")),
    ]);
    bed.write(vec![taken_back(1)]);
    assert_eq!(mixed(&bed.log(everything("#a")).unwrap()), [-2]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.end();
    assert!(!String::from_utf8_lossy(&bed.bytes()).contains("secret"));
}

#[test]
fn an_event_that_the_disk_did_not_confirm_is_not_there_after_reopening() {
    let (mut bed, plan) = failing::bed();
    *plan.lock().unwrap() = vec![Fails::After(ffi::SQLITE_IOERR_FSYNC)];
    let batch = bed.hand(vec![event(joined(1, "#a"))]);
    failed(&bed, batch);
    bed.expect_state(|state| matches!(state, State::Closed(_)));
    assert_eq!(bed.reopen(), Ok(()));
    bed.expect_state(|state| *state == State::Working);
    assert_eq!(bed.log(everything("#a")).unwrap(), []);
    bed.write(vec![event(joined(1, "#a"))]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn a_row_that_is_not_as_it_was_written_is_noticed() {
    let damages = [
        "UPDATE event SET what = replace(what, 'alice', 'mallory')",
        "UPDATE event SET open = 2",
        "UPDATE event SET at = at + 1",
    ];
    for damage in damages {
        let mut bed = Bed::new();
        bed.write(vec![event(joined(1, "#a")), event(joined(2, "#a"))]);
        sql(&bed, &format!("{damage} WHERE nth = 2"));
        let expected = format!("message {} is damaged", id(2));
        assert_eq!(mixed(&bed.log(everything("#a")).unwrap()), [-1]);
        let problems = bed.store().check().unwrap();
        assert!(problems[0].contains(&expected), "{problems:?}");
        assert!(bed.all("#a").is_empty(), "messages are read all the same");
    }
    for (damage, problem) in [
        ("DELETE FROM event WHERE nth = 2", "stretch 0 does not say"),
        ("DELETE FROM stretch", "stretch 0 is missing"),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM conversation",
            "2 messages or events are of no conversation",
        ),
        (
            "UPDATE event SET nth = 3 WHERE nth = 2",
            "1 numbers are of a message and of an event",
        ),
    ] {
        let mut bed = Bed::new();
        bed.write(vec![event(joined(1, "#a")), event(joined(2, "#a"))]);
        bed.say([said(3, "#b", "x")]);
        if problem.starts_with('2') {
            sql(&bed, "DELETE FROM message; UPDATE stretch SET messages = 0");
        }
        sql(&bed, damage);
        let problems = bed.store().check().unwrap();
        assert!(
            problems.iter().any(|one| one.contains(problem)),
            "{damage}: {problems:?}"
        );
    }
}

/// As chatd's first form had it: nothing but messages.
#[test]
fn a_history_of_the_first_form_is_brought_forward() {
    let mut bed = Bed::new();
    bed.say((1..=5000).map(|n| said(n, "#a", "x")));
    let before = bed.all("#a");
    bed.end();
    as_second_form(&bed);
    sql(
        &bed,
        "DROP TABLE event; DROP TABLE note; ALTER TABLE stretch DROP COLUMN events; PRAGMA user_version = 1;",
    );
    bed.again();
    assert_eq!(bed.all("#a"), before);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.write(vec![
        event(joined(5001, "#a")),
        record(said(5002, "#a", "y")),
    ]);
    let of = Of::Lives(vec![life("#a", 1)], Rights::ALL);
    let after = Span::After(Bound::At(at(4999)));
    let found = bed.log(Query::all(of, after, 10)).unwrap();
    assert_eq!(mixed(&found), [5000, -5001, 5002]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.again();
    assert_eq!(bed.found.last, Some(id(5002)));
}

/// It takes the same rights as a message of that moment.
#[test]
fn who_did_not_see_it_does_not_read_it() {
    let mut bed = Bed::new();
    let of = |nth: u64, open: Open, rank: Option<Rank>| {
        event(Happened {
            open,
            rank,
            ..joined(nth, "#a")
        })
    };
    bed.write(vec![
        of(1, Open::No, None),
        of(2, Open::Yes, None),
        of(3, Open::Yes, Some(Rank::HalfOp)),
        of(4, Open::No, None),
    ]);
    let read = |rights: Rights| {
        let of = Of::Lives(vec![life("#a", 1)], rights);
        mixed(&bed.log(Query::all(of, Span::Latest(None), 10)).unwrap())
    };
    let newcomer = Rights {
        joined: 4,
        before: Some(0),
        ..member(None)
    };
    assert_eq!(read(newcomer), [-2, -4]);
    assert_eq!(read(member(Some(Rank::Op))), [-1, -2, -3, -4]);
    let before = None;
    assert_eq!(read(Rights { before, ..newcomer }), [-4]);
}
