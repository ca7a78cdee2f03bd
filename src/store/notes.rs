//! Notes: what is stored beside messages, as texts under a kind and a key. Knows neither what they mean nor who needs them; keeps them
//! with a checksum each, and begins and ends no transaction.

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::sum::Sum;

/// A text that is stored under a kind and a key, or that nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What kind of thing it is: `account`.
    pub kind: &'static str,
    /// Which of its kind.
    pub key: Box<str>,
    /// What is stored; none: nothing any more.
    pub value: Option<Box<str>>,
}

/// The kinds that there are. One that another version has written stays where it is.
const KINDS: [&str; 5] = ["account", "counter", "room", "secret", "user"];

pub(super) fn sum(kind: &str, key: &str, value: &str) -> i64 {
    let mut sum = Sum::new();
    for part in [kind, key, value] {
        sum.text(Some(part));
    }
    i64::from(sum.done())
}

/// Stores it.
pub(super) fn put(connection: &Connection, note: &Note) -> Result<()> {
    match &note.value {
        Some(value) => connection.execute(
            "INSERT INTO note VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, key) DO UPDATE SET value = ?3, sum = ?4",
            params![note.kind, note.key, value, sum(note.kind, &note.key, value)],
        ),
        None => connection.execute(
            "DELETE FROM note WHERE kind = ? AND key = ?",
            params![note.kind, note.key],
        ),
    }
    .map(drop)
}

/// What is stored in the place of a note now.
pub(super) fn before(connection: &Connection, note: &Note) -> Result<Note> {
    let value = connection
        .query_row(
            "SELECT value FROM note WHERE kind = ? AND key = ?",
            params![note.kind, note.key],
            |row| row.get::<_, Box<str>>(0),
        )
        .optional()?;
    Ok(Note {
        value,
        ..note.clone()
    })
}

/// All of them that are of a kind which is known, by kind and key; and the keys of those that are not as they were written.
pub(super) fn all(connection: &Connection) -> Result<(Vec<Note>, Vec<String>)> {
    let mut notes =
        connection.prepare("SELECT kind, key, value, sum FROM note ORDER BY kind, key")?;
    let mut rows = notes.query([])?;
    let (mut sound, mut damaged) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (kind, key): (String, Box<str>) = (row.get(0)?, row.get(1)?);
        let (value, written): (Box<str>, i64) = (row.get(2)?, row.get(3)?);
        if sum(&kind, &key, &value) != written {
            damaged.push(format!("{kind} {key}"));
        } else if let Some(kind) = KINDS.into_iter().find(|known| *known == kind) {
            let value = Some(value);
            sound.push(Note { kind, key, value });
        }
    }
    Ok((sound, damaged))
}
