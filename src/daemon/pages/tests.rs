use proptest::prelude::*;

use super::*;
use crate::chat::{Manner, Of, RoomName, Speaker, Stamp, Text, Timestamp};

/// The `nth` message, one each second.
fn kept(nth: u64) -> Kept {
    let at = Timestamp(i64::try_from(nth).unwrap() * 1000);
    let stamp = Stamp {
        at,
        ..Stamp::default()
    };
    Kept {
        id: MessageId::new(&stamp, nth),
        at,
        from: Speaker::Operator,
        to: "#a".into(),
        rank: None,
        manner: Manner::Message,
        text: Some(Text::parse("x").unwrap()),
        tags: None,
    }
}

/// The messages with these numbers, in order.
fn found(all: &[u64], query: &Query) -> Vec<Kept> {
    let place = |bound: Bound| match bound {
        Bound::Id(id) => i64::try_from(id.nth()).unwrap() * 1000,
        Bound::At(at) => at.0,
    };
    let at = |nth: u64| i64::try_from(nth).unwrap() * 1000;
    let (lower, upper, from_the_end) = match query.span {
        Span::Latest(lower) => (lower, None, true),
        Span::Before(upper) => (None, Some(upper), true),
        Span::After(lower) => (Some(lower), None, false),
        Span::Between(one, other) if place(one) <= place(other) => (Some(one), Some(other), false),
        Span::Between(one, other) => (Some(other), Some(one), true),
        Span::Around(_) => unreachable!("it is not asked for"),
    };
    let within: Vec<u64> = all
        .iter()
        .copied()
        .filter(|&nth| lower.is_none_or(|bound| at(nth) > place(bound)))
        .filter(|&nth| upper.is_none_or(|bound| at(nth) < place(bound)))
        .collect();
    let most = within.len().min(query.limit as usize);
    let chosen = if from_the_end {
        &within[within.len() - most..]
    } else {
        &within[..most]
    };
    chosen.iter().copied().map(kept).collect()
}

/// All that is told while so many more are said at each turn, and the most that was asked for and held at once.
fn read(
    mut all: Vec<u64>,
    bounds: (Option<u64>, Option<u64>),
    limit: Option<u64>,
    said: u64,
) -> Vec<u64> {
    let at = |nth: u64| Bound::At(Timestamp(i64::try_from(nth).unwrap() * 1000));
    let room = RoomName::parse("#a").unwrap();
    let template = Query::all(Of::Name(room), Span::Latest(None), 0);
    let mut pages = Pages::new(template, bounds.0.map(at), bounds.1.map(at), limit);
    let mut told = Vec::new();
    let mut turns = 0;
    while let Some(query) = pages.query() {
        assert!((1..=PAGE).contains(&query.limit));
        let page = found(&all, &query);
        told.extend(pages.take(page).iter().map(|kept| kept.id.nth()));
        let next = all.last().map_or(1, |last| last + 1);
        all.extend(next..next + said);
        turns += 1;
        assert!(turns < 1000, "it does not end");
    }
    told
}

#[test]
fn the_latest_ones_are_told_from_the_earliest_on_however_many_they_are() {
    let all: Vec<u64> = (1..=2345).collect();
    for limit in [
        1,
        499,
        500,
        501,
        1000,
        2344,
        2345,
        2346,
        1_000_000,
        u64::MAX,
    ] {
        let begin = 2345_u64.saturating_sub(limit);
        let expected: Vec<u64> = (begin + 1..=2345).collect();
        assert_eq!(
            read(all.clone(), (None, None), Some(limit), 0),
            expected,
            "{limit}"
        );
    }
    assert_eq!(read(all.clone(), (None, None), None, 0), all);
    assert_eq!(
        read(Vec::new(), (None, None), Some(5), 0),
        Vec::<u64>::new()
    );
    assert_eq!(read(Vec::new(), (None, None), None, 0), Vec::<u64>::new());
}

#[test]
fn what_is_said_meanwhile_is_not_told() {
    let all: Vec<u64> = (1..=1200).collect();
    for limit in [None, Some(700), Some(5000)] {
        let told = read(all.clone(), (None, None), limit, 700);
        assert_eq!(told.last(), Some(&1200), "{limit:?}");
        let count = limit.unwrap_or(1200).min(1200);
        assert_eq!(told.len() as u64, count, "{limit:?}");
    }
}

proptest! {
    #[test]
    fn all_that_is_between_the_bounds_is_told_once_and_in_order(
        gaps in proptest::collection::vec(1..4u64, 0..1800),
        lower in proptest::option::of(0..4000u64),
        upper in proptest::option::of(0..4000u64),
        limit in proptest::option::of(1..2500u64),
    ) {
        if let (Some(lower), Some(upper)) = (lower, upper) {
            prop_assume!(lower < upper);
        }
        let all: Vec<u64> = gaps
            .iter()
            .scan(0, |last, gap| {
                *last += gap;
                Some(*last)
            })
            .collect();
        let mut expected: Vec<u64> = all
            .iter()
            .copied()
            .filter(|&nth| lower.is_none_or(|lower| nth > lower))
            .filter(|&nth| upper.is_none_or(|upper| nth < upper))
            .collect();
        if let Some(limit) = limit {
            let limit = usize::try_from(limit).unwrap();
            expected.drain(..expected.len().saturating_sub(limit));
        }
        prop_assert_eq!(read(all, (lower, upper), limit, 0), expected);
    }
}
