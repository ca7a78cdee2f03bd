//! Conversations: lives of rooms and pairs of users, each with a number of its own, by which its messages are found. The writer
//! keeps the numbers of those that it met.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::sum::Sum;
use crate::chat::{Life, Nick, OPERATOR, Party, RoomName, Said, Speaker, Where};

/// The most conversations that the writer keeps in mind; beyond, it begins anew.
const MOST_KNOWN: usize = 50_000;

/// A side of a pair as it is kept: its process and its client; the operator is nothing.
pub(super) fn side(party: Option<Party>) -> Vec<u8> {
    party.map_or_else(Vec::new, |party| {
        let mut side = party.salt.to_be_bytes().to_vec();
        side.extend(party.came_as.0.to_be_bytes());
        side
    })
}

/// A number as SQLite has it. None is that large: it stands after all.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What a conversation is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    Room(Life),
    Pair(Vec<u8>, Vec<u8>),
}

/// How those in it, or the room, were last called: name and key; a room has one.
type Called = [(String, String); 2];

/// The conversations that the writer knows the numbers of.
#[derive(Default)]
pub(super) struct Conversations {
    known: HashMap<Place, (i64, Called)>,
}

fn described(said: &Said) -> (Place, Called) {
    match &said.place {
        Where::Room { life, name, .. } => of_life(life, name),
        Where::Direct { from, to, nick } => {
            let sender = match &said.from {
                Speaker::User(who) => named(&who.nick),
                Speaker::Operator => (OPERATOR.to_owned(), OPERATOR.to_owned()),
            };
            let (from, to) = ((side(*from), sender), (side(Some(*to)), named(nick)));
            let (one, other) = if from.0 <= to.0 {
                (from, to)
            } else {
                (to, from)
            };
            (Place::Pair(one.0, other.0), [one.1, other.1])
        }
    }
}

fn of_life(life: &Life, name: &RoomName) -> (Place, Called) {
    let called = (name.as_str().to_owned(), String::new());
    (Place::Room(life.clone()), [called, Default::default()])
}

fn named(nick: &Nick) -> (String, String) {
    (nick.as_str().to_owned(), nick.key().to_owned())
}

impl Conversations {
    /// The number of the conversation that this is said in, which is made when there is none, and called as it is now.
    pub(super) fn of(&mut self, connection: &Connection, said: &Said) -> Result<i64> {
        let (place, called) = described(said);
        self.called(connection, place, called)
    }

    /// The number of a life of a room of that name, which is made when there is none.
    pub(super) fn of_room(
        &mut self,
        connection: &Connection,
        life: &Life,
        name: &RoomName,
    ) -> Result<i64> {
        let (place, called) = of_life(life, name);
        self.called(connection, place, called)
    }

    fn called(&mut self, connection: &Connection, place: Place, called: Called) -> Result<i64> {
        if let Some((id, known)) = self.known.get(&place)
            && *known == called
        {
            return Ok(*id);
        }
        let id = match find(connection, &place)? {
            Some(id) => id,
            None => make(connection, &place)?,
        };
        call(connection, id, &place, &called)?;
        sign(connection, id)?;
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known.insert(place, (id, called));
        Ok(id)
    }

    /// What was known may be so no more: a transaction was taken back, or conversations went.
    pub(super) fn forget(&mut self) {
        self.known = HashMap::new();
    }
}

fn find(connection: &Connection, place: &Place) -> Result<Option<i64>> {
    match place {
        Place::Room(life) => connection.query_row(
            "SELECT id FROM conversation WHERE key = ? AND since = ?",
            params![life.key, whole(life.since)],
            |row| row.get(0),
        ),
        Place::Pair(one, other) => connection.query_row(
            "SELECT id FROM conversation WHERE one = ? AND other = ?",
            params![one, other],
            |row| row.get(0),
        ),
    }
    .optional()
}

fn make(connection: &Connection, place: &Place) -> Result<i64> {
    match place {
        Place::Room(life) => connection.execute(
            "INSERT INTO conversation (key, since, sum) VALUES (?, ?, 0)",
            params![life.key, i64::try_from(life.since).ok()],
        ),
        Place::Pair(one, other) => connection.execute(
            "INSERT INTO conversation (one, other, sum) VALUES (?, ?, 0)",
            params![one, other],
        ),
    }?;
    Ok(connection.last_insert_rowid())
}

fn call(connection: &Connection, id: i64, place: &Place, called: &Called) -> Result<()> {
    let [one, other] = called;
    match place {
        Place::Room(_) => connection.execute(
            "UPDATE conversation SET name = ? WHERE id = ?",
            params![one.0, id],
        ),
        Place::Pair(..) => connection.execute(
            "UPDATE conversation SET one_nick = ?, one_key = ?, other_nick = ?, other_key = ? WHERE id = ?",
            params![one.0, one.1, other.0, other.1, id],
        ),
    }
    .map(drop)
}

/// Marks a life as ended. One in which nothing was said is not known and needs no mark.
pub(super) fn end(connection: &Connection, life: &Life) -> Result<()> {
    let Some(id) = find(connection, &Place::Room(life.clone()))? else {
        return Ok(());
    };
    connection.execute("UPDATE conversation SET ended = 1 WHERE id = ?", [id])?;
    sign(connection, id)
}

/// The columns that the checksum is over, behind the id.
const SIGNED: &str =
    "key, since, name, ended, one, one_nick, one_key, other, other_nick, other_key";

fn sum(row: &rusqlite::Row<'_>) -> Result<i64> {
    let mut sum = Sum::new();
    for column in 0..11 {
        match row.get_ref(column)? {
            rusqlite::types::ValueRef::Integer(number) => sum.number(number),
            other => sum.field(other.as_bytes_or_null()?),
        }
    }
    Ok(i64::from(sum.done()))
}

fn sign(connection: &Connection, id: i64) -> Result<()> {
    let select = format!("SELECT id, {SIGNED} FROM conversation WHERE id = ?");
    let sum = connection.query_row(&select, [id], sum)?;
    connection
        .execute("UPDATE conversation SET sum = ? WHERE id = ?", [sum, id])
        .map(drop)
}

/// The conversations whose checksum does not agree, at most so many.
pub(super) fn damaged(connection: &Connection, most: usize) -> Result<Vec<i64>> {
    let select = format!("SELECT id, {SIGNED}, sum FROM conversation");
    let mut all = connection.prepare(&select)?;
    let mut rows = all.query([])?;
    let mut damaged = Vec::new();
    while let Some(row) = rows.next()? {
        if sum(row).ok() != row.get(11).ok() && damaged.len() < most {
            damaged.push(row.get(0)?);
        }
    }
    Ok(damaged)
}

/// The lives that have not ended and are the latest of their rooms.
pub(super) fn alive(connection: &Connection) -> Result<Vec<Life>> {
    let mut alive = connection.prepare(
        "SELECT key, since FROM conversation AS life WHERE ended = 0 AND key IS NOT NULL AND NOT EXISTS \
         (SELECT 1 FROM conversation AS later WHERE later.key = life.key AND later.id > life.id) ORDER BY key",
    )?;
    let lives = alive.query_map([], |row| {
        Ok(Life {
            key: row.get::<_, String>(0)?.into(),
            since: row
                .get::<_, i64>(1)
                .map(|since| since.try_into().unwrap_or(0))?,
        })
    })?;
    lives.collect()
}
