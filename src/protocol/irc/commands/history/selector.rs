//! The parameters of CHATHISTORY: which message or moment, and how many. Knows no history.

use crate::chat::{Bound, MessageId, Timestamp};
use crate::protocol::irc::{date, lengths};

/// Why a word names no message and no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Faulty {
    /// It refers in a way that there is not (`MSGREFTYPES`).
    Kind,
    /// It is no time.
    Time,
    /// It is the id of no message.
    Id,
    /// It refers to nothing.
    Form,
}

/// The message or the moment that is given as `msgid=...` or `timestamp=...`.
pub(super) fn bound(given: &str) -> Result<Bound, Faulty> {
    match given.split_once('=') {
        Some(("msgid", id)) => MessageId::parse(id).map(Bound::Id).ok_or(Faulty::Id),
        Some(("timestamp", at)) => date::moment(at).map(Bound::At).ok_or(Faulty::Time),
        Some(_) => Err(Faulty::Kind),
        None => Err(Faulty::Form),
    }
}

/// The moment that is given as `timestamp=...`.
pub(super) fn time(given: &str) -> Option<Timestamp> {
    date::moment(given.strip_prefix("timestamp=")?)
}

/// How many: more than one answer may have is as many as it may have; none is no number.
pub(super) fn limit(given: &str) -> Option<u32> {
    if given.is_empty() || !given.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = given.parse().unwrap_or(u32::MAX);
    (limit > 0).then_some(limit.min(lengths::HISTORY))
}

/// Whether the one comes before the other.
pub(super) fn earlier(one: Bound, other: Bound) -> bool {
    match (one, other) {
        (Bound::Id(one), Bound::Id(other)) => one.nth() <= other.nth(),
        (one, other) => at(one) <= at(other),
    }
}

fn at(bound: Bound) -> Timestamp {
    match bound {
        Bound::Id(id) => id.time(),
        Bound::At(at) => at,
    }
}
