//! The full-text index as the writer keeps it: up to which number messages are in it, how many wait behind that, and the next piece
//! of them. In transactions as small as commits the index would be most of what a message costs. What waits is found without the
//! index (`page`). Begins and ends no transaction.

use rusqlite::{Connection, Result, Statement, params};

use super::desk::Leaving;
use super::row::COLUMNS;
use super::words::words;

/// How many messages are worth a transaction. Fewer wait until there are more, for ever if there never are.
pub(super) const PIECE: i64 = if cfg!(test) { 8 } else { 1000 };

/// The most messages of one piece: more than a commit brings, so that no more wait the longer much is said.
const MOST: i64 = 10 * PIECE;

/// The statements, and what is known of the index.
pub(super) struct Index<'c> {
    connection: &'c Connection,
    add: Statement<'c>,
    forget: Statement<'c>,
    behind: Statement<'c>,
    reaches: Statement<'c>,
    /// None: it has to be read, since a transaction was taken back or there was none yet.
    known: Option<Known>,
}

#[derive(Clone, Copy)]
struct Known {
    /// The number up to which messages are in the index.
    upto: i64,
    /// How many are behind it.
    waiting: i64,
}

/// The number up to which messages are in the index.
pub(super) fn upto(connection: &Connection) -> Result<i64> {
    connection.query_row("SELECT indexed FROM store", [], |row| row.get(0))
}

impl<'c> Index<'c> {
    /// Over this connection.
    pub(super) fn new(connection: &'c Connection) -> Result<Index<'c>> {
        Ok(Index {
            connection,
            add: connection.prepare("INSERT INTO words (rowid, place, text) VALUES (?, ?, ?)")?,
            forget: connection.prepare(
                "INSERT INTO words (words, rowid, place, text) VALUES ('delete', ?, ?, ?)",
            )?,
            behind: connection.prepare(&format!(
                "SELECT {COLUMNS} FROM message WHERE nth > ? ORDER BY nth LIMIT ?"
            ))?,
            reaches: connection.prepare("UPDATE store SET indexed = ?")?,
            known: None,
        })
    }

    fn known(&mut self) -> Result<&mut Known> {
        let known = if let Some(known) = self.known {
            known
        } else {
            let upto = upto(self.connection)?;
            let waiting = self.connection.query_row(
                "SELECT count(*) FROM message WHERE nth > ?",
                [upto],
                |row| row.get(0),
            )?;
            Known { upto, waiting }
        };
        Ok(self.known.insert(known))
    }

    /// What is known may be so no more.
    pub(super) fn take_back(&mut self) {
        self.known = None;
    }

    /// A message is stored. It waits, unless its number is one that the index is beyond: numbers only grow, but not those of another
    /// history that was put in place of a closed one.
    pub(super) fn stored(&mut self, nth: i64, conversation: i64, text: &str) -> Result<()> {
        if let Some(known) = &mut self.known {
            known.waiting += i64::from(nth > known.upto);
        }
        // What is only read now counts it already.
        if nth > self.known()?.upto {
            return Ok(());
        }
        self.add(nth, conversation, text)
    }

    fn add(&mut self, nth: i64, conversation: i64, text: &str) -> Result<()> {
        let values = params![nth, conversation.to_string(), words(text)];
        self.add.execute(values).map(drop)
    }

    /// The text of a message is taken away.
    pub(super) fn forget(&mut self, leaving: &Leaving) -> Result<()> {
        let known = self.known()?;
        // An index is not told to forget words that it never had.
        if leaving.nth > known.upto {
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
        let known = self.known()?;
        if leaving.nth > known.upto {
            known.waiting -= 1;
        }
        Ok(())
    }

    /// Whether it has to be looked at: a piece waits, or how many wait is not known.
    pub(super) fn is_due(&self) -> bool {
        self.known.is_none_or(|known| known.waiting >= PIECE)
    }

    /// Whether a piece waits.
    pub(super) fn has_piece(&mut self) -> Result<bool> {
        Ok(self.known()?.waiting >= PIECE)
    }

    /// Takes the next piece in. What has no text, or is damaged, is passed over.
    pub(super) fn piece(&mut self) -> Result<()> {
        let Known { upto, waiting } = *self.known()?;
        let (mut last, mut count) = (upto, 0);
        let mut rows = self.behind.query([upto, MOST])?;
        while let Some(row) = rows.next()? {
            last = row.get(0)?;
            count += 1;
            if let Ok(Leaving {
                text: Some(text),
                conversation,
                ..
            }) = Leaving::read(row)
            {
                let values = params![last, conversation.to_string(), words(&text)];
                self.add.execute(values)?;
            }
        }
        drop(rows);
        self.reaches.execute([last])?;
        self.known = Some(Known {
            upto: last,
            // Fewer than there is room for: there are no more.
            waiting: if count < MOST { 0 } else { waiting - count },
        });
        Ok(())
    }
}
