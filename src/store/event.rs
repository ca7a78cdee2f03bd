//! What else than words has happened, as it stands in its row, and pages of it: columns with a checksum, read by the same legs and
//! rights as messages.

use std::ops::RangeInclusive;

use rusqlite::types::FromSqlResult;
use rusqlite::{Connection, Statement, named_params};

use super::conversation::whole;
use super::page::{Unread, unless_damaged};
use super::row::{self, Rest};
use super::span::Leg;
use super::sum::Sum;
use crate::chat::{Happened, KeptEvent, MessageId, Rights, Timestamp};

/// The columns, in their order.
pub(super) const COLUMNS: &str = "nth, stamped, salt, conversation, at, open, rank, what, sum";

/// An event's columns, named as a message's are.
#[derive(Clone, Debug)]
pub(super) struct EventRow<'a> {
    pub(super) nth: i64,
    pub(super) stamped: i64,
    pub(super) salt: i64,
    pub(super) conversation: i64,
    pub(super) at: i64,
    pub(super) open: i64,
    pub(super) rank: i64,
    /// As JSON.
    pub(super) what: &'a str,
}

/// What has happened, as it stands in its column.
pub(super) fn written(happened: &Happened) -> rusqlite::Result<String> {
    serde_json::to_string(&happened.what)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

impl<'a> EventRow<'a> {
    /// Of what has happened in that conversation; `what`: as it is [`written`].
    pub(super) fn of(happened: &Happened, what: &'a str, conversation: i64) -> EventRow<'a> {
        let (nth, stamped, salt) = row::parts(happened.id);
        EventRow {
            nth,
            stamped,
            salt,
            conversation,
            at: happened.at.0,
            open: row::open_number(happened.open),
            rank: row::rank_number(happened.rank),
            what,
        }
    }

    /// As SQLite gives it; with the checksum that stands there.
    pub(super) fn read(row: &'a rusqlite::Row<'_>) -> FromSqlResult<(EventRow<'a>, i64)> {
        let at = |column| {
            row.get_ref(column)
                .unwrap_or(rusqlite::types::ValueRef::Null)
        };
        let read = EventRow {
            nth: at(0).as_i64()?,
            stamped: at(1).as_i64()?,
            salt: at(2).as_i64()?,
            conversation: at(3).as_i64()?,
            at: at(4).as_i64()?,
            open: at(5).as_i64()?,
            rank: at(6).as_i64()?,
            what: at(7).as_str()?,
        };
        Ok((read, at(8).as_i64()?))
    }

    /// What its id is beside its number, where the checksum agrees.
    pub(super) fn rest(row: &rusqlite::Row<'_>) -> Option<Rest> {
        let (read, sum) = EventRow::read(row).ok()?;
        (read.sum() == sum).then_some((read.stamped, read.salt))
    }

    /// Its checksum.
    pub(super) fn sum(&self) -> i64 {
        let mut sum = Sum::new();
        for number in [
            self.nth,
            self.stamped,
            self.salt,
            self.conversation,
            self.at,
            self.open,
            self.rank,
        ] {
            sum.number(number);
        }
        sum.text(Some(self.what));
        i64::from(sum.done())
    }

    fn id(&self) -> Option<MessageId> {
        row::id(self.nth, self.stamped, self.salt)
    }

    fn kept(&self) -> Option<KeptEvent> {
        Some(KeptEvent {
            id: self.id()?,
            at: Timestamp(self.at),
            rank: row::rank(self.rank)?,
            what: serde_json::from_str(self.what).ok()?,
        })
    }
}

/// The event of a row as it was written.
pub(super) fn kept(row: &rusqlite::Row<'_>) -> Result<KeptEvent, Unread> {
    let read = EventRow::read(row).ok();
    let sound = read.as_ref().filter(|(read, sum)| read.sum() == *sum);
    if let Some(kept) = sound.and_then(|(read, _)| read.kept()) {
        return Ok(kept);
    }
    Err(Unread::Damaged(
        match read.and_then(|(read, _)| read.id()) {
            Some(id) => id.to_string(),
            None => format!("number {}", row.get::<_, i64>(0)?),
        },
    ))
}

/// The first `limit` events in the leg's direction, in that order, whose numbers are in these ranges.
pub(super) fn page(
    connection: &Connection,
    conversations: &[i64],
    rights: &Rights,
    (leg, ranges): (&Leg, &[RangeInclusive<i64>]),
    limit: usize,
) -> Result<Vec<KeptEvent>, Unread> {
    let mut found: Vec<KeptEvent> = Vec::new();
    let mut statement = statement(connection, leg)?;
    for conversation in conversations {
        let mut of_this = 0;
        for range in ranges {
            if of_this >= limit {
                break;
            }
            let values = named_params! {
                ":conversation": conversation,
                ":first": range.start(),
                ":last": range.end(),
                ":least": leg.times.start(),
                ":greatest": leg.times.end(),
                ":joined": whole(rights.joined),
                ":before": whole(rights.before.unwrap_or(u64::MAX)),
                ":known": whole(rights.known),
                ":rank": row::rank_number(rights.rank),
                ":ranked": whole(rights.ranked),
                ":limit": whole((limit - of_this) as u64),
            };
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                found.extend(unless_damaged(kept(row))?);
                of_this += 1;
            }
        }
        found.sort_by_key(|event| event.id.nth());
        if !leg.forward {
            found.reverse();
        }
        found.truncate(limit);
    }
    Ok(found)
}

/// As that of messages, without a search.
fn statement<'c>(connection: &'c Connection, leg: &Leg) -> rusqlite::Result<Statement<'c>> {
    let order = if leg.forward { "ASC" } else { "DESC" };
    connection.prepare(&format!(
        "SELECT {COLUMNS} FROM event INDEXED BY event_place WHERE conversation = :conversation \
         AND nth BETWEEN :first AND :last AND at BETWEEN :least AND :greatest \
         AND (nth >= :joined OR (nth >= :before AND (open = 1 OR (open = 2 AND nth >= :known)))) \
         AND (rank = 0 OR (rank <= :rank AND nth >= :ranked)) \
         ORDER BY nth {order} LIMIT :limit"
    ))
}
