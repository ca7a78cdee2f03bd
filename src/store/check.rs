//! The whole history checked: by SQLite, by the checksums of its rows, by what its tables say of each other. Changes nothing.

use std::collections::BTreeMap;

use rusqlite::{Connection, Result};

use super::event::{self, EventRow};
use super::row::{COLUMNS, Row};
use super::schema::STRETCH;
use super::{conversation, index, notes, page};

/// The most problems of one kind that are told.
const MOST: usize = 100;

/// What a stretch should say.
#[derive(Clone, Copy, Default)]
struct Counted {
    messages: i64,
    events: i64,
    least: i64,
    greatest: i64,
}

/// A part of the check; adds the problems that it finds.
type Part = fn(&Connection, &mut Vec<String>) -> Result<()>;

/// The problems, out of one moment's history; none: it is sound.
pub(super) fn problems(connection: &Connection) -> Result<Vec<String>> {
    connection.execute_batch("BEGIN")?;
    let found = all(connection);
    // It only read. Where the file is torn SQLite may have ended the transaction by itself, and what was found says more.
    let _ = connection.execute_batch("COMMIT");
    found
}

fn all(connection: &Connection) -> Result<Vec<String>> {
    let mut problems = lines(connection, &format!("PRAGMA integrity_check({MOST})"))?;
    problems.retain(|line| line != "ok");
    // A file that is torn cannot be read further: what follows may fail, and says so.
    let rest: [Part; 7] = [
        references,
        rows,
        numbers,
        conversations,
        places,
        words,
        damaged_notes,
    ];
    for part in rest {
        if let Err(error) = part(connection, &mut problems) {
            problems.push(format!("it cannot be read to its end: {error}"));
        }
    }
    Ok(problems)
}

/// What SQLite alone says, quickly: whether the file hangs together.
pub(super) fn quick(connection: &Connection) -> Result<Vec<String>> {
    let mut problems = lines(connection, "PRAGMA quick_check(10)")?;
    problems.retain(|line| line != "ok");
    Ok(problems)
}

fn lines(connection: &Connection, query: &str) -> Result<Vec<String>> {
    let mut query = connection.prepare(query)?;
    let lines = query.query_map([], |row| row.get(0))?;
    lines.collect()
}

fn references(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = check.query([])?;
    let mut count = 0;
    while rows.next()?.is_some() {
        count += 1;
    }
    if count > 0 {
        problems.push(format!("{count} messages or events are of no conversation"));
    }
    Ok(())
}

/// What stretches should say, by their numbers.
type Stretches = BTreeMap<i64, Counted>;

fn counted(stretches: &mut Stretches, nth: i64, at: i64) -> &mut Counted {
    let counted = stretches.entry(nth / STRETCH).or_insert(Counted {
        messages: 0,
        events: 0,
        least: at,
        greatest: at,
    });
    counted.least = counted.least.min(at);
    counted.greatest = counted.greatest.max(at);
    counted
}

fn rows(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let mut stretches = Stretches::new();
    messages(connection, &mut stretches, problems)?;
    events(connection, &mut stretches, problems)?;
    compare(connection, stretches, problems)
}

fn messages(
    connection: &Connection,
    stretches: &mut Stretches,
    problems: &mut Vec<String>,
) -> Result<()> {
    let mut damaged = 0;
    let mut all = connection.prepare(&format!(
        "SELECT {COLUMNS} FROM message NOT INDEXED ORDER BY nth"
    ))?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(error) = page::sound(row).and_then(|row| page::kept(&row)) {
            damaged += 1;
            if damaged <= MOST {
                problems.push(error.to_string());
            }
        }
        let Ok((row, _)) = Row::read(row) else {
            continue;
        };
        counted(stretches, row.nth, row.at).messages += 1;
    }
    if damaged > MOST {
        problems.push(format!("{} more messages are damaged", damaged - MOST));
    }
    Ok(())
}

fn events(
    connection: &Connection,
    stretches: &mut Stretches,
    problems: &mut Vec<String>,
) -> Result<()> {
    let mut damaged = 0;
    let mut all = connection.prepare(&format!(
        "SELECT {} FROM event NOT INDEXED ORDER BY nth",
        event::COLUMNS
    ))?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        if let Err(error) = event::kept(row) {
            damaged += 1;
            if damaged <= MOST {
                problems.push(error.to_string());
            }
        }
        if let Ok((row, _)) = EventRow::read(row) {
            counted(stretches, row.nth, row.at).events += 1;
        }
    }
    if damaged > MOST {
        problems.push(format!("{} more events are damaged", damaged - MOST));
    }
    Ok(())
}

/// A number is that of a message or of an event.
fn numbers(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let twice: i64 = connection.query_row(
        "SELECT count(*) FROM event WHERE nth IN (SELECT nth FROM message)",
        [],
        |row| row.get(0),
    )?;
    if twice > 0 {
        problems.push(format!("{twice} numbers are of a message and of an event"));
    }
    Ok(())
}

fn compare(
    connection: &Connection,
    mut counted: Stretches,
    problems: &mut Vec<String>,
) -> Result<()> {
    let mut all =
        connection.prepare("SELECT id, messages, events, least, greatest FROM stretch")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (messages, events): (i64, i64) = (row.get(1)?, row.get(2)?);
        let (least, greatest): (i64, i64) = (row.get(3)?, row.get(4)?);
        let is_right = match counted.remove(&id) {
            Some(counted) => {
                messages == counted.messages
                    && events == counted.events
                    && least <= counted.least
                    && greatest >= counted.greatest
            }
            None => messages == 0 && events == 0,
        };
        if !is_right {
            problems.push(format!("stretch {id} does not say what is in it"));
        }
    }
    let missing = counted.keys().map(|id| format!("stretch {id} is missing"));
    problems.extend(missing);
    Ok(())
}

fn conversations(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let damaged = conversation::damaged(connection, MOST)?;
    problems.extend(
        damaged
            .iter()
            .map(|id| format!("conversation {id} is damaged")),
    );
    Ok(())
}

/// What stands where, and what not.
fn places(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let upto = index::upto(connection)?;
    let of = "conversation = message.conversation AND nth = message.nth";
    let lost = [
        format!(
            "nth <= {upto} AND NOT EXISTS (SELECT 1 FROM place WHERE {of} AND at = message.at AND open = message.open \
             AND rank = message.rank)"
        ),
        format!(
            "nth <= {upto} AND NOT EXISTS (SELECT 1 FROM spoken WHERE {of} AND nick_key = message.nick_key)"
        ),
        format!("nth > {upto} AND NOT EXISTS (SELECT 1 FROM recent WHERE {of})"),
    ];
    let places = [
        "in their conversations",
        "by their nicks",
        "among the recent ones",
    ];
    for (lost, place) in lost.iter().zip(places) {
        let lost = count(
            connection,
            &format!("SELECT count(*) FROM message WHERE {lost}"),
        )?;
        if lost > 0 {
            problems.push(format!("{lost} messages are not found {place}"));
        }
    }
    for (table, beyond) in [("place", ">"), ("spoken", ">"), ("recent", "<=")] {
        let stale = count(
            connection,
            &format!(
                "SELECT count(*) FROM {table} WHERE nth {beyond} {upto} OR nth NOT IN (SELECT nth FROM message)"
            ),
        )?;
        if stale > 0 {
            problems.push(format!(
                "{stale} places of {table} are of no messages there"
            ));
        }
    }
    Ok(())
}

fn count(connection: &Connection, query: &str) -> Result<i64> {
    connection.query_row(query, [], |row| row.get(0))
}

/// What is in the full-text index, and what not.
fn words(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let upto = index::upto(connection)?;
    let count = |query: &str| count(connection, query);
    let lost = count(&format!(
        "SELECT count(*) FROM message WHERE text IS NOT NULL AND nth <= {upto} AND nth NOT IN (SELECT id FROM words_docsize)"
    ))?;
    if lost > 0 {
        problems.push(format!("{lost} messages are not found by their words"));
    }
    let stale = count(
        "SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT nth FROM message WHERE text IS NOT NULL)",
    )?;
    if stale > 0 {
        problems.push(format!(
            "{stale} messages are in the index that are not kept"
        ));
    }
    let early = count(&format!(
        "SELECT count(*) FROM words_docsize WHERE id > {upto}"
    ))?;
    if early > 0 {
        problems.push(format!(
            "{early} messages are in the index beyond number {upto}, where it ends"
        ));
    }
    Ok(())
}

fn damaged_notes(connection: &Connection, problems: &mut Vec<String>) -> Result<()> {
    let (_, damaged) = notes::all(connection)?;
    problems.extend(damaged.iter().map(|one| format!("{one} is damaged")));
    Ok(())
}
