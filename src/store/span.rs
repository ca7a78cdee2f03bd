//! Which numbers and times a span of messages has. Pure.

use std::ops::RangeInclusive;

use super::conversation::whole;
use crate::chat::{Bound, MessageId, Span, Timestamp};

/// A part of a span: messages with these numbers and these times, the first ones in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leg {
    pub(super) numbers: RangeInclusive<i64>,
    pub(super) times: RangeInclusive<i64>,
    /// From the earliest on; else from the latest back.
    pub(super) forward: bool,
}

impl Leg {
    /// All there is.
    pub(super) fn all(forward: bool) -> Leg {
        Leg {
            numbers: 0..=i64::MAX,
            times: i64::MIN..=i64::MAX,
            forward,
        }
    }

    fn after(mut self, bound: Bound) -> Leg {
        match bound {
            Bound::Id(id) => self.numbers = raised(&self.numbers, whole(id.nth())),
            Bound::At(at) => self.times = raised(&self.times, at.0),
        }
        self
    }

    fn before(mut self, bound: Bound) -> Leg {
        match bound {
            Bound::Id(id) => self.numbers = lowered(&self.numbers, whole(id.nth())),
            Bound::At(at) => self.times = lowered(&self.times, at.0),
        }
        self
    }
}

/// Nothing.
fn none() -> RangeInclusive<i64> {
    RangeInclusive::new(1, 0)
}

fn raised(range: &RangeInclusive<i64>, above: i64) -> RangeInclusive<i64> {
    above
        .checked_add(1)
        .map_or_else(none, |least| least.max(*range.start())..=*range.end())
}

fn lowered(range: &RangeInclusive<i64>, below: i64) -> RangeInclusive<i64> {
    below
        .checked_sub(1)
        .map_or_else(none, |most| *range.start()..=most.min(*range.end()))
}

/// What of both is in one.
pub(super) fn common(
    one: &RangeInclusive<i64>,
    other: &RangeInclusive<i64>,
) -> RangeInclusive<i64> {
    *one.start().max(other.start())..=*one.end().min(other.end())
}

/// The legs of a span, and how many messages each has at most; what a leg leaves goes to those behind it. `at` tells when a message
/// was said.
pub(super) fn legs<E>(
    span: Span,
    limit: usize,
    at: impl Fn(MessageId) -> Result<Timestamp, E>,
) -> Result<Vec<(Leg, usize)>, E> {
    let one = match span {
        Span::Latest(None) => Leg::all(false),
        Span::Latest(Some(bound)) => Leg::all(false).after(bound),
        Span::Before(bound) => Leg::all(false).before(bound),
        Span::After(bound) => Leg::all(true).after(bound),
        Span::Between(from, to) => {
            if earlier(from, to, at)? {
                Leg::all(true).after(from).before(to)
            } else {
                Leg::all(false).after(to).before(from)
            }
        }
        Span::Around(bound) => return Ok(around(bound, limit)),
    };
    Ok(vec![(one, limit)])
}

fn around(bound: Bound, limit: usize) -> Vec<(Leg, usize)> {
    let before = (Leg::all(false).before(bound), limit / 2);
    let mut itself = Leg::all(true);
    match bound {
        Bound::Id(id) => {
            let nth = whole(id.nth());
            itself.numbers = nth..=nth;
            vec![before, (itself, 1), (Leg::all(true).after(bound), limit)]
        }
        // What was said at that very moment is around it too.
        Bound::At(at) => {
            itself.times = at.0..=i64::MAX;
            vec![before, (itself, limit)]
        }
    }
}

/// Whether the first is not the later one. A message and a moment are compared by when the message was said.
fn earlier<E>(
    from: Bound,
    to: Bound,
    at: impl Fn(MessageId) -> Result<Timestamp, E>,
) -> Result<bool, E> {
    Ok(match (from, to) {
        (Bound::Id(from), Bound::Id(to)) => from.nth() <= to.nth(),
        (Bound::At(from), Bound::At(to)) => from <= to,
        (Bound::Id(from), Bound::At(to)) => at(from)? <= to,
        (Bound::At(from), Bound::Id(to)) => from <= at(to)?,
    })
}

/// Numbers in ascending order as ranges of neighbours.
pub(super) fn joined(numbers: impl IntoIterator<Item = i64>) -> Vec<RangeInclusive<i64>> {
    let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(range) if range.end().checked_add(1) == Some(number) => {
                *range = *range.start()..=number;
            }
            _ => ranges.push(number..=number),
        }
    }
    ranges
}
