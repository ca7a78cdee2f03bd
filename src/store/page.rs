//! One page of messages: those of some conversations that a leg, the reader's rights and a search let through, the first so many in
//! the leg's direction. They are looked for in the indexes as far as those go, and behind them among the recent ones. Reads with SQL
//! and changes nothing.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use rusqlite::{Connection, Statement, named_params};

use super::conversation::whole;
use super::event;
use super::index;
use super::row::{self, COLUMNS, Row};
use super::schema::STRETCH;
use super::sought::{Sought, Unsaid};
use super::span::{self, Leg};
use crate::chat::{Kept, KeptEvent};

/// Rows that a search without an index looks at in one step.
const STEP: usize = 1000;

/// The most rows that one lookup looks at without an index.
const MOST_LOOKED_AT: usize = 1_000_000;

/// Why a lookup found nothing out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// SQLite's reason.
    #[error("{}", super::fault::said(.0))]
    Sql(#[from] rusqlite::Error),
    /// A message is not as it was written.
    #[error("message {0} is damaged; restore a backup, or have the history checked")]
    Damaged(String),
    /// There is too much to look through.
    #[error(
        "there are too many messages to look through; ask for a shorter time, or for whole words"
    )]
    TooMuch,
}

/// Numbers that are read by one statement.
struct Part {
    range: RangeInclusive<i64>,
    /// Of messages that are not in the indexes yet.
    recent: bool,
}

/// Reads pages over one connection, within one transaction of its.
pub(super) struct Pages<'c> {
    connection: &'c Connection,
    /// Statements that were prepared, by their texts.
    prepared: HashMap<String, Statement<'c>>,
    looked_at: usize,
}

impl<'c> Pages<'c> {
    /// Over this connection.
    pub(super) fn new(connection: &'c Connection) -> Pages<'c> {
        Pages {
            connection,
            prepared: HashMap::new(),
            looked_at: 0,
        }
    }

    /// The first `limit` messages in the leg's direction, in that order. It is quickest with the conversations in that order too.
    pub(super) fn page(
        &mut self,
        conversations: &[i64],
        sought: &Sought,
        leg: &Leg,
        limit: usize,
    ) -> Result<Vec<Kept>, Unread> {
        let mut found: Vec<Kept> = Vec::new();
        if limit == 0 || conversations.is_empty() {
            return Ok(found);
        }
        let parts = self.parts(sought, leg)?;
        let texts = [false, true].map(|recent| statement(sought, leg, recent));
        let mut indexed = self.prepare(&texts[0])?;
        let mut recent = self.prepare(&texts[1])?;
        for conversation in conversations {
            let mut of_this = Vec::new();
            for part in &parts {
                let mut range = part.range.clone();
                if let Some(last) = found.last().filter(|_| found.len() == limit) {
                    // What comes behind the last that there is room for is not read.
                    range = beyond(&range, !leg.forward, whole(last.id.nth()));
                }
                let statement = if part.recent {
                    &mut recent
                } else {
                    &mut indexed
                };
                let unsaid = sought.unsaid(part.recent);
                bind(statement, *conversation, sought, leg, part.recent)?;
                let place = (*conversation, range);
                self.read(statement, unsaid, leg, place, limit, &mut of_this)?;
                if of_this.len() >= limit {
                    break;
                }
            }
            if !of_this.is_empty() {
                found.append(&mut of_this);
                found.sort_by_key(|kept| kept.id.nth());
                if !leg.forward {
                    found.reverse();
                }
                found.truncate(limit);
            }
        }
        self.prepared
            .extend(texts.into_iter().zip([indexed, recent]));
        Ok(found)
    }

    /// The first `limit` events, in the same way.
    pub(super) fn events(
        &self,
        conversations: &[i64],
        sought: &Sought,
        leg: &Leg,
        limit: usize,
    ) -> Result<Vec<KeptEvent>, Unread> {
        let ranges = self.ranges(sought, leg)?;
        let part = (leg, &ranges[..]);
        event::page(self.connection, conversations, &sought.rights, part, limit)
    }

    /// The numbers that can have what is looked for, in the leg's direction. Times need not be in the order of numbers: only those
    /// stretches are looked at that have such times.
    fn ranges(&self, sought: &Sought, leg: &Leg) -> rusqlite::Result<Vec<RangeInclusive<i64>>> {
        let rights = &sought.rights;
        let least = whole(rights.joined.min(rights.before.unwrap_or(u64::MAX)));
        let numbers = span::common(&leg.numbers, &(least..=i64::MAX));
        if numbers.is_empty() || leg.times.is_empty() {
            return Ok(Vec::new());
        }
        if leg.times == (i64::MIN..=i64::MAX) {
            return Ok(vec![numbers]);
        }
        let mut stretches = self.connection.prepare(
            "SELECT id FROM stretch WHERE id BETWEEN ? AND ? AND greatest >= ? AND least <= ? ORDER BY id",
        )?;
        let stretches = stretches.query_map(
            [
                numbers.start() / STRETCH,
                numbers.end() / STRETCH,
                *leg.times.start(),
                *leg.times.end(),
            ],
            |row| row.get::<_, i64>(0),
        )?;
        let stretches = stretches.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut ranges: Vec<_> = span::joined(stretches)
            .into_iter()
            .map(|ids| {
                let first = ids.start().saturating_mul(STRETCH);
                let last = ids
                    .end()
                    .saturating_mul(STRETCH)
                    .saturating_add(STRETCH - 1);
                span::common(&numbers, &(first..=last))
            })
            .collect();
        if !leg.forward {
            ranges.reverse();
        }
        Ok(ranges)
    }

    /// The ranges, that in which the indexes end in two parts.
    fn parts(&self, sought: &Sought, leg: &Leg) -> rusqlite::Result<Vec<Part>> {
        let upto = index::upto(self.connection)?;
        let mut parts = Vec::new();
        for range in self.ranges(sought, leg)? {
            let indexed = beyond(&range, false, upto.saturating_add(1));
            let recent = beyond(&range, true, upto);
            let mut both = [(indexed, false), (recent, true)];
            if !leg.forward {
                both.reverse();
            }
            let both = both.map(|(range, recent)| Part { range, recent });
            parts.extend(both.into_iter().filter(|part| !part.range.is_empty()));
        }
        Ok(parts)
    }

    fn prepare(&mut self, text: &str) -> rusqlite::Result<Statement<'c>> {
        match self.prepared.remove(text) {
            Some(statement) => Ok(statement),
            None => self.connection.prepare(text),
        }
    }

    /// Reads on where `found` ends, by a statement that is bound.
    fn read(
        &mut self,
        statement: &mut Statement<'_>,
        unsaid: Unsaid<'_>,
        leg: &Leg,
        (conversation, mut range): (i64, RangeInclusive<i64>),
        limit: usize,
        found: &mut Vec<Kept>,
    ) -> Result<(), Unread> {
        let step = if unsaid.is_nothing() { limit } else { STEP };
        while !range.is_empty() {
            statement.raw_bind_parameter(":first", range.start())?;
            statement.raw_bind_parameter(":last", range.end())?;
            statement.raw_bind_parameter(":limit", whole(step as u64))?;
            let mut rows = statement.raw_query();
            let (mut count, mut last) = (0, *range.start());
            while let Some(row) = rows.next()? {
                count += 1;
                last = row.get(0)?;
                let read = sound(row).and_then(|row| row_of(row, conversation));
                let sought = |row: Row<'_>| unsaid.is_in(row.text).then(|| kept(&row)).transpose();
                if let Some(kept) = unless_damaged(read.and_then(sought))?.flatten() {
                    found.push(kept);
                    if found.len() >= limit {
                        return Ok(());
                    }
                }
            }
            if count < step {
                break;
            }
            self.looked_at += count;
            if self.looked_at > MOST_LOOKED_AT {
                return Err(Unread::TooMuch);
            }
            range = beyond(&range, leg.forward, last);
        }
        Ok(())
    }
}

/// What is asked of the tables.
fn statement(sought: &Sought, leg: &Leg, recent: bool) -> String {
    // Where they stand, what that has its numbers in, and what has their rights: the first that is read.
    let (by, nth, of, search) = if recent {
        ("recent", "recent.nth", "message", "recent.conversation")
    } else if sought.words.is_some() {
        let search = "words MATCH :words AND message.conversation";
        ("words", "words.rowid", "message", search)
    } else if sought.nick.is_some() {
        ("spoken", "spoken.nth", "message", "spoken.conversation")
    } else {
        ("place", "place.nth", "place", "place.conversation")
    };
    let nick = match sought.nick {
        Some(_) if by == "spoken" => "AND spoken.nick_key = :nick",
        Some(_) => "AND message.nick_key = :nick",
        None => "",
    };
    let order = if leg.forward { "ASC" } else { "DESC" };
    format!(
        "SELECT {COLUMNS} FROM {by} CROSS JOIN message ON message.nth = {nth} WHERE {search} = :conversation \
         AND {nth} BETWEEN :first AND :last AND {of}.at BETWEEN :least AND :greatest \
         AND ({nth} >= :joined OR ({nth} >= :before AND ({of}.open = 1 OR ({of}.open = 2 AND {nth} >= :known)))) \
         AND ({of}.rank = 0 OR ({of}.rank <= :rank AND {nth} >= :ranked)) {nick} \
         ORDER BY {nth} {order} LIMIT :limit"
    )
}

fn bind(
    statement: &mut Statement<'_>,
    conversation: i64,
    sought: &Sought,
    leg: &Leg,
    recent: bool,
) -> rusqlite::Result<()> {
    let rights = &sought.rights;
    let (joined, ranked) = (whole(rights.joined), whole(rights.ranked));
    let before = whole(rights.before.unwrap_or(u64::MAX));
    let rank = row::rank_number(rights.rank);
    let values = named_params! {
        ":conversation": conversation,
        ":least": leg.times.start(),
        ":greatest": leg.times.end(),
        ":joined": joined,
        ":before": before,
        ":known": whole(rights.known),
        ":rank": rank,
        ":ranked": ranked,
    };
    for (name, value) in values {
        statement.raw_bind_parameter(*name, *value)?;
    }
    if let Some(nick) = &sought.nick {
        statement.raw_bind_parameter(":nick", nick)?;
    }
    if let Some(words) = sought.words.as_ref().filter(|_| !recent) {
        // Only the conversation's own: its number is a word of each of its messages.
        let query = format!("place : \"{conversation}\" AND text : ({})", words.query());
        statement.raw_bind_parameter(":words", query)?;
    }
    Ok(())
}

/// The part of a range behind a number, in a direction.
fn beyond(range: &RangeInclusive<i64>, forward: bool, nth: i64) -> RangeInclusive<i64> {
    if forward {
        span::common(range, &(nth.saturating_add(1)..=i64::MAX))
    } else {
        span::common(range, &(i64::MIN..=nth.saturating_sub(1)))
    }
}

/// A row as it was written.
pub(super) fn sound<'a>(row: &'a rusqlite::Row<'_>) -> Result<Row<'a>, Unread> {
    match Row::read(row) {
        Ok((row, sum)) if row.sum() == sum => Ok(row),
        Ok((row, _)) => Err(damaged(&row)),
        Err(_) => {
            let nth: i64 = row.get(0)?;
            Err(Unread::Damaged(format!("number {nth}")))
        }
    }
}

/// What was read; none: it is damaged, which the log says, and others are read all the same.
pub(super) fn unless_damaged<T>(read: Result<T, Unread>) -> Result<Option<T>, Unread> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error @ Unread::Damaged(_)) => {
            tracing::error!(%error, "a message is left out of what is read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A row, unless it says that it is of another conversation than that where it stands.
fn row_of(row: Row<'_>, conversation: i64) -> Result<Row<'_>, Unread> {
    if row.conversation == conversation {
        Ok(row)
    } else {
        Err(damaged(&row))
    }
}

/// The message of a sound row.
pub(super) fn kept(row: &Row<'_>) -> Result<Kept, Unread> {
    row.kept().ok_or_else(|| damaged(row))
}

fn damaged(row: &Row<'_>) -> Unread {
    Unread::Damaged(match row.id() {
        Some(id) => id.to_string(),
        None => format!("number {}", row.nth),
    })
}
