//! Spans, rights and limits, against a model: all messages in memory, looked through from one end to the other.

use proptest::prelude::*;
use proptest::sample::select;

use super::bed::*;
use crate::chat::{Bound, Kept, Of, Open, Query, Rank, Rights, Said, Span, Timestamp, Where};

/// Whether a message may be read, word for word as [`Rights`] has it.
pub(super) fn may(rights: &Rights, said: &Said) -> bool {
    let n = said.id.nth();
    let open = match said.open {
        Open::No => false,
        Open::Yes => true,
        Open::ButForBanned => n >= rights.known,
    };
    let heard = n >= rights.joined || (open && rights.before.is_some_and(|from| n >= from));
    let rank = match &said.place {
        Where::Room { rank, .. } => *rank,
        Where::Direct { .. } => None,
    };
    heard && rank.is_none_or(|rank| rights.rank >= Some(rank) && n >= rights.ranked)
}

fn after(said: &Said, bound: Bound) -> bool {
    match bound {
        Bound::Id(id) => said.id.nth() > id.nth(),
        Bound::At(at) => said.at > at,
    }
}

fn before(said: &Said, bound: Bound) -> bool {
    match bound {
        Bound::Id(id) => said.id.nth() < id.nth(),
        Bound::At(at) => said.at < at,
    }
}

fn first(all: &[&Said], limit: usize) -> Vec<Said> {
    all.iter().take(limit).map(|said| (*said).clone()).collect()
}

fn last(all: &[&Said], limit: usize) -> Vec<Said> {
    first(&all[all.len().saturating_sub(limit)..], limit)
}

/// What should be found among these, which are in order.
pub(super) fn expected(all: &[Said], stored: &[Said], span: Span, limit: usize) -> Vec<Said> {
    let those = |is: &dyn Fn(&Said) -> bool| all.iter().filter(|said| is(said)).collect::<Vec<_>>();
    match span {
        Span::Latest(None) => last(&those(&|_| true), limit),
        Span::Latest(Some(bound)) => last(&those(&|said| after(said, bound)), limit),
        Span::Before(bound) => last(&those(&|said| before(said, bound)), limit),
        Span::After(bound) => first(&those(&|said| after(said, bound)), limit),
        Span::Around(bound) => {
            let mut found = last(&those(&|said| before(said, bound)), limit / 2);
            let rest = those(&|said| !before(said, bound));
            found.extend(first(&rest, limit - found.len()));
            found.sort_by_key(|said| said.id.nth());
            found
        }
        Span::Between(one, other) => {
            let said_at = |id: crate::chat::MessageId| {
                let known = stored.iter().find(|said| said.id.nth() == id.nth());
                known.map_or(at(id.nth()), |said| said.at)
            };
            let forward = match (one, other) {
                (Bound::Id(one), Bound::Id(other)) => one.nth() <= other.nth(),
                (Bound::At(one), Bound::At(other)) => one <= other,
                (Bound::Id(one), Bound::At(other)) => said_at(one) <= other,
                (Bound::At(one), Bound::Id(other)) => one <= said_at(other),
            };
            let (low, high) = if forward { (one, other) } else { (other, one) };
            let found = those(&|said| after(said, low) && before(said, high));
            if forward {
                first(&found, limit)
            } else {
                last(&found, limit)
            }
        }
    }
}

/// How far numbers are apart, so that several stretches are met with few messages.
const APART: u64 = 700;
const MOST: u64 = 60;
pub(super) const MESSAGES: usize = 60;

fn a_bound() -> impl Strategy<Value = Bound> {
    prop_oneof![
        (0..=MOST + 1).prop_map(|n| Bound::Id(id(n * APART))),
        (0..=MOST * APART).prop_map(|n| Bound::Id(id(n))),
        (-3..=9_i64).prop_map(|n| Bound::At(Timestamp(n * 10))),
        select(vec![i64::MIN, i64::MAX]).prop_map(|at| Bound::At(Timestamp(at))),
    ]
}

pub(super) fn a_span() -> impl Strategy<Value = Span> {
    prop_oneof![
        proptest::option::of(a_bound()).prop_map(Span::Latest),
        a_bound().prop_map(Span::Before),
        a_bound().prop_map(Span::After),
        a_bound().prop_map(Span::Around),
        (a_bound(), a_bound()).prop_map(|(one, other)| Span::Between(one, other)),
    ]
}

fn a_number() -> impl Strategy<Value = u64> {
    prop_oneof![
        (0..=MOST + 1).prop_map(|n| n * APART),
        select(vec![0, 1, u64::MAX]),
    ]
}

pub(super) fn rights() -> impl Strategy<Value = Rights> {
    let rank = proptest::option::of(select(Rank::ALL.to_vec()));
    let before = proptest::option::of(a_number());
    let numbers = (a_number(), a_number(), a_number());
    (numbers, before, rank).prop_map(|((joined, known, ranked), before, rank)| Rights {
        joined,
        before,
        known,
        rank,
        ranked,
    })
}

/// A message of the model: its time jumps to and fro.
pub(super) fn message() -> impl Strategy<Value = (i64, Open, Option<Rank>, u8)> {
    let rank = prop_oneof![3 => Just(None), 1 => select(Rank::ALL.to_vec()).prop_map(Some)];
    (
        0..=6_i64,
        select(vec![Open::No, Open::Yes, Open::ButForBanned]),
        rank,
        0..5_u8,
    )
}

pub(super) fn limit() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..12_u32, 1 => select(vec![u32::MAX, 1 << 31, 10_001])]
}

pub(super) fn all_of(messages: &[(i64, Open, Option<Rank>, u8)]) -> Vec<Said> {
    let mut since = APART;
    let messages = messages.iter().zip(1..);
    let messages = messages.map(|((time, open, rank, kind), n)| {
        let nth = n * APART;
        let mut message = if *kind == 1 {
            direct(nth, (1, "alice"), (2, "bob"), "x")
        } else {
            said(nth, if *kind == 2 { "#other" } else { "#a" }, "x")
        };
        message.at = Timestamp(time * 10);
        message.open = *open;
        if let Where::Room { life, rank: of, .. } = &mut message.place {
            // Now and then the room begins anew.
            if *kind == 3 {
                since = nth;
            }
            life.since = if *kind == 2 { 1 } else { since };
            *of = *rank;
        }
        message
    });
    messages.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn every_span_is_as_the_model_has_it(
        messages in prop::collection::vec(message(), 0..MESSAGES),
        questions in prop::collection::vec((a_span(), rights(), limit(), 0..4_u8, any::<u8>()), 60),
    ) {
        let stored = all_of(&messages);
        let mut bed = Bed::new();
        for batch in stored.chunks(7) {
            bed.say(batch.iter().cloned());
        }
        let room = |said: &&Said| matches!(&said.place, Where::Room { name, .. } if name.as_str() == "#a");
        let mut lives: Vec<_> = stored.iter().filter(room).filter_map(|said| match &said.place {
            Where::Room { life, .. } => Some(life.clone()),
            Where::Direct { .. } => None,
        }).collect();
        lives.dedup();
        lives.reverse();
        for (span, rights, limit, kind, skip) in questions {
            let (of, all): (Of, Vec<Said>) = match kind {
                0 => (Of::Name(name("#A")), stored.iter().filter(room).cloned().collect()),
                1 => {
                    let with = if skip % 2 == 0 { between(2, Some(1), "nobody") } else { between(1, None, "BOB") };
                    let direct = stored.iter().filter(|said| matches!(said.place, Where::Direct { .. }));
                    (with, direct.cloned().collect())
                }
                _ => {
                    let some: Vec<_> = lives.iter().skip(usize::from(skip) % 3).cloned().collect();
                    let all = stored.iter().filter(|said| may(&rights, said)).filter(|said| {
                        matches!(&said.place, Where::Room { life, .. } if some.contains(life))
                    }).cloned().collect();
                    (Of::Lives(some, rights), all)
                }
            };
            let found = bed.query(Query::all(of, span, limit));
            let expected = expected(&all, &stored, span, limit.clamp(1, 10_000) as usize);
            let expected: Vec<Kept> = expected.iter().map(kept).collect();
            prop_assert_eq!(numbers(&found), numbers(&expected), "{:?} {:?} {}", span, rights, limit);
            prop_assert_eq!(found, expected);
        }
        prop_assert_eq!(bed.store().check().unwrap(), Vec::<String>::new());
    }
}

#[test]
fn paging_meets_every_message_once_though_the_clock_jumps() {
    let mut bed = Bed::new();
    let hour = 3_600_000;
    let year = 365 * 24 * hour;
    let all: Vec<Said> = (1..=600)
        .map(|n| {
            let mut said = said(n, "#a", "x");
            // An hour back, ten years ahead, beyond 2038, before 1970.
            said.at.0 += match n % 5 {
                0 => -hour,
                1 => 10 * year,
                2 => 30 * year,
                3 => -said.at.0 - 5,
                _ => 0,
            };
            said
        })
        .collect();
    bed.say(all.clone());
    let page = |span| bed.query(Query::all(Of::Name(name("#a")), span, 7));
    let (mut back, mut next) = (Vec::new(), Span::Latest(None));
    loop {
        let found = page(next);
        let Some(first) = found.first() else { break };
        next = Span::Before(Bound::Id(first.id));
        back.splice(0..0, numbers(&found));
    }
    let (mut forth, mut next) = (Vec::new(), Span::After(Bound::Id(id(0))));
    loop {
        let found = page(next);
        let Some(last) = found.last() else { break };
        next = Span::After(Bound::Id(last.id));
        forth.extend(numbers(&found));
    }
    let numbers: Vec<u64> = (1..=600).collect();
    assert_eq!(back, numbers);
    assert_eq!(forth, numbers);
    let found = page(Span::Before(Bound::At(Timestamp(0))));
    assert!(found.iter().all(|kept| kept.at.0 < 0) && found.len() == 7);
}
