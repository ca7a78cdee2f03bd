//! The indexes as the writer keeps them: where messages stand (`place`, `spoken`) and their words (`words`). Up to which number messages
//! are in them, how many wait behind that (`recent`), and the piece that is made of those. In transactions as small as commits the
//! indexes would be most of what a message costs. What waits is found by `recent` and its texts (`page`). Begins and ends no
//! transaction.

use std::time::{Duration, Instant};

use rusqlite::{Connection, Result, Statement, params};

use super::desk::Leaving;
use super::row::{COLUMNS, Row};
use super::words::words;

/// How many messages are worth a transaction. Fewer wait until there are more, or until retention looks through them.
pub(super) const PIECE: i64 = if cfg!(test) { 8 } else { 2000 };

/// How many messages are put into the indexes before it is looked for the first time how long that takes. Each time after it, twice
/// as many: the more at once, the less each costs.
const FIRST: i64 = if cfg!(test) { 4 } else { 50 };

/// The statements, and what is known of the indexes.
pub(super) struct Index<'c> {
    connection: &'c Connection,
    recent: Statement<'c>,
    place: Statement<'c>,
    spoken: Statement<'c>,
    words: Statement<'c>,
    forget: Statement<'c>,
    leave_recent: Statement<'c>,
    leave_place: Statement<'c>,
    leave_spoken: Statement<'c>,
    behind: Statement<'c>,
    /// None: it has to be read, since a transaction was taken back or there was none yet.
    known: Option<Known>,
    /// No piece is made before.
    rests: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Known {
    /// The number up to which messages are in the indexes.
    upto: i64,
    /// How many are behind it.
    waiting: i64,
}

/// Where a message stands, as its row says.
struct Standing {
    conversation: i64,
    nth: i64,
    at: i64,
    open: i64,
    rank: i64,
    nick_key: Box<str>,
}

impl Standing {
    fn of(row: &Row<'_>) -> Standing {
        Standing {
            conversation: row.conversation,
            nth: row.nth,
            at: row.at,
            open: row.open,
            rank: row.rank,
            nick_key: row.nick_key.into(),
        }
    }

    /// Its columns in `place`.
    fn place(&self) -> [i64; 5] {
        [self.conversation, self.nth, self.at, self.open, self.rank]
    }

    /// Its columns in `spoken`.
    fn spoken(&self) -> (i64, &str, i64) {
        (self.conversation, &self.nick_key, self.nth)
    }
}

/// The number up to which messages are in the indexes.
pub(super) fn upto(connection: &Connection) -> Result<i64> {
    connection.query_row("SELECT indexed FROM store", [], |row| row.get(0))
}

/// Whether as many messages are behind that number as wait: readers rely on it.
pub(super) fn ends(connection: &Connection) -> Result<bool> {
    connection.query_row(
        "SELECT count(*) = (SELECT count(*) FROM recent) FROM \
         (SELECT 1 FROM message, store WHERE message.nth > store.indexed LIMIT 1 + (SELECT count(*) FROM recent))",
        [],
        |row| row.get(0),
    )
}

/// Puts the words of a message into their index, by this statement.
fn put_words(index: &mut Statement<'_>, row: &Row<'_>) -> Result<()> {
    if let Some(text) = row.text {
        index.execute(params![row.nth, row.conversation.to_string(), words(text)])?;
    }
    Ok(())
}

impl<'c> Index<'c> {
    /// Over this connection.
    pub(super) fn new(connection: &'c Connection) -> Result<Index<'c>> {
        Ok(Index {
            connection,
            recent: connection.prepare("INSERT INTO recent (conversation, nth) VALUES (?, ?)")?,
            place: connection.prepare(
                "INSERT OR REPLACE INTO place (conversation, nth, at, open, rank) VALUES (?, ?, ?, ?, ?)",
            )?,
            spoken: connection.prepare(
                "INSERT OR REPLACE INTO spoken (conversation, nick_key, nth) VALUES (?, ?, ?)",
            )?,
            words: connection.prepare("INSERT INTO words (rowid, place, text) VALUES (?, ?, ?)")?,
            forget: connection.prepare(
                "INSERT INTO words (words, rowid, place, text) VALUES ('delete', ?, ?, ?)",
            )?,
            leave_recent: connection
                .prepare("DELETE FROM recent WHERE conversation = ? AND nth = ?")?,
            leave_place: connection
                .prepare("DELETE FROM place WHERE conversation = ? AND nth = ?")?,
            leave_spoken: connection.prepare(
                "DELETE FROM spoken WHERE conversation = ? AND nick_key = ? AND nth = ?",
            )?,
            behind: connection.prepare(&format!(
                "SELECT {COLUMNS} FROM message WHERE nth > ? ORDER BY nth LIMIT ?"
            ))?,
            known: None,
            rests: None,
        })
    }

    fn known(&mut self) -> Result<&mut Known> {
        let known = if let Some(known) = self.known {
            known
        } else {
            let waiting = "SELECT count(*) FROM recent";
            Known {
                upto: upto(self.connection)?,
                waiting: self.connection.query_row(waiting, [], |row| row.get(0))?,
            }
        };
        Ok(self.known.insert(known))
    }

    /// What is known may be so no more.
    pub(super) fn take_back(&mut self) {
        self.known = None;
    }

    /// A message is being stored. It waits, unless its number is one that the indexes are beyond: numbers only grow, but not those of
    /// another history that was put in place of a closed one.
    pub(super) fn stored(&mut self, row: &Row<'_>) -> Result<()> {
        let known = self.known()?;
        if row.nth > known.upto {
            known.waiting += 1;
            return self.recent.execute([row.conversation, row.nth]).map(drop);
        }
        self.stand(vec![Standing::of(row)])?;
        put_words(&mut self.words, row)
    }

    /// The text of a message is taken away.
    pub(super) fn forget(&mut self, leaving: &Leaving) -> Result<()> {
        // An index is not told to forget words that it never had.
        if leaving.nth > self.known()?.upto {
            return Ok(());
        }
        if let Some(text) = &leaving.text {
            let values = params![leaving.nth, leaving.conversation.to_string(), words(text)];
            self.forget.execute(values)?;
        }
        Ok(())
    }

    /// A message goes.
    pub(super) fn leave(&mut self, leaving: &Leaving) -> Result<()> {
        self.forget(leaving)?;
        let Leaving {
            nth,
            conversation,
            nick_key,
            ..
        } = leaving;
        let gone = if *nth > self.known()?.upto {
            let gone = self.leave_recent.execute([conversation, nth])?;
            self.known()?.waiting -= 1;
            gone > 0
        } else {
            let gone = self.leave_place.execute([conversation, nth])?;
            let values = params![conversation, nick_key, nth];
            gone > 0 && self.leave_spoken.execute(values)? > 0
        };
        if !gone {
            // It is damaged, or its place is: everywhere is looked for it.
            for table in ["recent", "place", "spoken"] {
                let delete = format!("DELETE FROM {table} WHERE nth = ?");
                self.connection.execute(&delete, [nth])?;
            }
            self.known = None;
        }
        Ok(())
    }

    /// When it has to be looked at, if it has to be: a piece waits, or how many wait is not known.
    pub(super) fn due(&self) -> Option<Instant> {
        let is_due = self.known.is_none_or(|known| known.waiting >= PIECE);
        is_due.then(|| self.rests.unwrap_or_else(Instant::now))
    }

    /// Whether so many wait, and a piece may be made of them now.
    pub(super) fn has(&mut self, waiting: i64) -> Result<bool> {
        let rests = self.rests.is_some_and(|until| until > Instant::now());
        Ok(!rests && self.known()?.waiting >= waiting)
    }

    /// A piece could not be made, although what is in it is stored. It is tried again after a while, or, without one, at once.
    pub(super) fn rest(&mut self, rests: Option<Duration>) {
        self.rests = rests.map(|rests| Instant::now() + rests);
    }

    /// Takes in what waits: all of it, or, when that takes too long, as many as were done by then. A piece may take so long, and as
    /// many times as long as there are pieces in what waits: else more could come than is done. What is damaged is where it was put,
    /// but without its words.
    pub(super) fn piece(&mut self, long: Duration) -> Result<()> {
        let begun = Instant::now();
        let Known { upto, waiting } = *self.known()?;
        let pieces = u32::try_from(waiting / PIECE).unwrap_or(u32::MAX);
        let may_take = long.saturating_mul(pieces.max(1));
        let (mut last, mut most) = (upto, FIRST);
        let is_all = loop {
            if self.part(&mut last, most)? < most {
                break true;
            }
            if begun.elapsed() >= may_take {
                break false;
            }
            most *= 2;
        };
        if is_all {
            self.connection.execute("DELETE FROM recent", [])?;
        } else {
            let taken = "DELETE FROM recent WHERE nth <= ?";
            self.connection.execute(taken, [last])?;
        }
        self.connection
            .execute("UPDATE store SET indexed = ?", [last])?;
        self.known = is_all.then_some(Known {
            upto: last,
            waiting: 0,
        });
        Ok(())
    }

    /// A part of a piece: at most so many behind this number, which it moves on. How many there were.
    fn part(&mut self, last: &mut i64, most: i64) -> Result<i64> {
        let (mut sound, mut damaged, mut part) = (Vec::new(), Vec::new(), 0);
        let mut rows = self.behind.query([*last, most])?;
        while let Some(row) = rows.next()? {
            *last = row.get(0)?;
            part += 1;
            match Row::read(row) {
                Ok((message, sum)) if message.sum() == sum => {
                    sound.push(Standing::of(&message));
                    put_words(&mut self.words, &message)?;
                }
                _ => damaged.push(*last),
            }
        }
        drop(rows);
        self.stand(sound)?;
        for nth in damaged {
            self.stand_damaged(nth)?;
        }
        Ok(part)
    }

    /// Puts messages, which are in the order of their numbers, where they stand: in the order of each table. What stands there already
    /// is of a message that is lost.
    fn stand(&mut self, mut all: Vec<Standing>) -> Result<()> {
        all.sort_by_key(|standing| standing.conversation);
        for standing in &all {
            self.place.execute(standing.place())?;
        }
        all.sort_by(|one, other| one.spoken().cmp(&other.spoken()));
        for standing in &all {
            self.spoken.execute(standing.spoken())?;
        }
        Ok(())
    }

    /// The same for one that is damaged: what of it need not be of its column's kind.
    fn stand_damaged(&self, nth: i64) -> Result<()> {
        self.connection.execute(
            "INSERT OR IGNORE INTO place SELECT CAST(recent.conversation AS INTEGER), message.nth, CAST(at AS INTEGER), \
             CAST(open AS INTEGER), CAST(rank AS INTEGER) FROM message JOIN recent USING (nth) WHERE message.nth = ?",
            [nth],
        )?;
        self.connection
            .execute(
                "INSERT OR IGNORE INTO spoken SELECT CAST(recent.conversation AS INTEGER), CAST(nick_key AS TEXT), message.nth \
                 FROM message JOIN recent USING (nth) WHERE message.nth = ?",
                [nth],
            )
            .map(drop)
    }
}
