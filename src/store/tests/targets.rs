//! Conversations in which something was said, and whom one talked with.

use super::bed::*;
use crate::chat::{
    Life, LookedUp, Lookup, Of, Query, Rank, Rights, RoomName, Span, Spoken, Timestamp, Where,
};

type Rooms = Vec<(RoomName, Vec<Life>, Rights)>;

fn targets(
    bed: &Bed,
    rooms: &Rooms,
    after: u64,
    before: u64,
    limit: u32,
) -> Vec<(String, Timestamp)> {
    let lookup = Lookup::Targets {
        own: [party(1)].into_iter().collect(),
        rooms: rooms.clone(),
        after: at(after),
        before: at(before),
        limit,
    };
    match bed.look(lookup).unwrap() {
        LookedUp::Targets(found) => {
            let found = found
                .into_iter()
                .map(|Spoken { name, at }| (name.into(), at));
            found.collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn conversations_are_told_by_their_latest_message_that_may_be_read() {
    let mut bed = Bed::new();
    let mut for_ops = said(9, "#a", "ops only");
    if let Where::Room { rank, .. } = &mut for_ops.place {
        *rank = Some(Rank::Op);
    }
    let mut operator = direct(10, (2, "x"), (1, "alice"), "hear me");
    operator.from = crate::chat::Speaker::Operator;
    operator.place = Where::Direct {
        from: None,
        to: party(1),
        nick: nick("alice"),
    };
    bed.say([
        said(1, "#a", "x"),
        direct(2, (1, "alice"), (2, "bob"), "x"),
        direct(3, (2, "bob"), (1, "alice"), "x"),
        direct(4, (3, "carol"), (1, "alice"), "x"),
        direct(5, (3, "carol"), (2, "bob"), "not hers"),
        said(6, "#b", "x"),
        // Another who is called bob now.
        direct(7, (4, "Bob"), (1, "alice"), "x"),
        direct(8, (1, "alice"), (1, "alice"), "to myself"),
        for_ops,
        operator,
    ]);
    let rooms = vec![
        (name("#A"), vec![life("#a", 1)], member(None)),
        (name("#b"), vec![life("#b", 1)], member(None)),
        (name("#empty"), vec![life("#empty", 1)], member(None)),
    ];
    let pairs = |those: &[(&str, u64)]| -> Vec<(String, Timestamp)> {
        those
            .iter()
            .map(|(name, n)| ((*name).to_owned(), at(*n)))
            .collect()
    };
    let all = pairs(&[("#A", 1), ("carol", 4), ("#b", 6), ("Bob", 7), ("alice", 8)]);
    assert_eq!(targets(&bed, &rooms, 0, 100, 50), all);
    assert_eq!(targets(&bed, &rooms, 0, 100, 2), all[3..]);
    assert_eq!(targets(&bed, &rooms, 0, 100, u32::MAX), all);
    // Strictly between, by the latest message alone: bob's and alice's first ones do not count.
    assert_eq!(targets(&bed, &rooms, 1, 7, 50), all[1..3]);
    assert_eq!(targets(&bed, &rooms, 100, 0, 50), []);
    // Whoever has the rank hears of the later one.
    let rooms = vec![(name("#a"), vec![life("#a", 1)], member(Some(Rank::Admin)))];
    assert_eq!(targets(&bed, &rooms, 8, 100, 50), pairs(&[("#a", 9)]));
}

#[test]
fn whom_one_talked_with_is_found_by_the_latest_nick() {
    let mut bed = Bed::new();
    bed.say([
        direct(1, (1, "alice"), (2, "bob"), "x"),
        direct(2, (2, "bob"), (3, "carol"), "not hers"),
        direct(3, (2, "robert"), (1, "alice"), "x"),
        direct(4, (1, "alice"), (5, "bob"), "x"),
        direct(5, (1, "alice"), (2, "robert"), "x"),
    ]);
    let with = |own: u32, called: &str| {
        let of = between(own, None, called);
        numbers(&bed.query(Query::all(of, Span::Latest(None), 100)))
    };
    assert_eq!(with(1, "ROBERT"), [1, 3, 5]);
    assert_eq!(with(1, "bob"), [4]);
    assert_eq!(with(2, "alice"), [1, 3, 5]);
    assert_eq!(with(3, "bob"), [2]);
    assert_eq!(with(3, "alice"), [0; 0]);
}

/// The nick is what one knows of the other, who may have registered since, come back, or be called otherwise now.
#[test]
fn with_the_one_who_has_the_nick_now_it_is_by_the_nick_too() {
    let mut bed = Bed::new();
    bed.say([
        direct(1, (2, "bob"), (1, "alice"), "before he registered"),
        direct(2, (12, "bob"), (1, "alice"), "since"),
        direct(3, (12, "rob"), (1, "alice"), "by another nick"),
        direct(4, (1, "alice"), (3, "carol"), "not with him"),
        direct(5, (2, "bob"), (3, "carol"), "not hers"),
        direct(6, (11, "alicia"), (2, "bob"), "before she came back"),
    ]);
    let read = |of| numbers(&bed.query(Query::all(of, Span::Latest(None), 100)));
    assert_eq!(read(between(1, Some(12), "bob")), [1, 2, 3]);
    assert_eq!(read(between(1, Some(13), "bob")), [1]);
    let both = Of::Direct {
        own: [party(1), party(11)].into_iter().collect(),
        other: None,
        nick: nick("bob"),
    };
    assert_eq!(read(both), [1, 6]);
}
