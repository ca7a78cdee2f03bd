//! What is kept no longer: found conversation by conversation and taken out in small steps, each a transaction of its own. Decides
//! by age and by count what goes, as the settings say; begins and ends no transaction.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{OptionalExtension, Result, params};

use super::conversation::whole;
use super::desk::{Desk, Leaving};
use super::schema::STRETCH;
use super::{Retention, Settings};

/// The most messages that go in one step: each has to be taken out of the index, and a batch may wait meanwhile.
const STEP: usize = 50;

/// The most conversations that are looked at in one step.
const LOOKED: usize = 64;

/// Where retention is in its round.
pub(super) struct Sweep {
    /// The last conversation that was looked at in this round.
    at: i64,
    /// The last message of each room when it was last counted.
    counted: HashMap<i64, i64>,
    /// When it goes on.
    due: Instant,
    /// When this round began.
    began: Instant,
    /// How long it rests between two rounds, at least.
    rest: Duration,
}

/// What one step takes out.
pub(super) struct Work {
    leaving: Vec<Leaving>,
    conversation: i64,
}

/// A conversation to be looked at.
struct Looked {
    id: i64,
    key: Option<String>,
    gone: bool,
}

/// Whether anything is ever taken out.
fn limits(settings: &Settings) -> bool {
    let limits = |retention: &Retention| retention.age.is_some() || retention.count.is_some();
    limits(&settings.retention) || settings.rooms.values().any(limits)
}

impl Sweep {
    /// One that begins now.
    pub(super) fn new(rest: Duration) -> Sweep {
        Sweep {
            at: 0,
            counted: HashMap::new(),
            due: Instant::now(),
            began: Instant::now(),
            rest,
        }
    }

    /// The settings have changed.
    pub(super) fn again(&mut self) {
        *self = Sweep::new(self.rest);
    }

    /// When there is something to do.
    pub(super) fn due(&self, settings: &Settings) -> Option<Instant> {
        limits(settings).then_some(self.due)
    }

    /// Looks for something that goes. None: not now.
    pub(super) fn look(&mut self, desk: &Desk<'_>, settings: &Settings) -> Result<Option<Work>> {
        for _ in 0..LOOKED {
            let Some(looked) = next(desk, self.at)? else {
                self.rest(desk)?;
                return Ok(None);
            };
            let retention = match &looked.key {
                Some(key) => *settings.rooms.get(key).unwrap_or(&settings.retention),
                // Only rooms are counted.
                None => Retention {
                    count: None,
                    ..settings.retention
                },
            };
            let mut leaving = match retention.age {
                Some(age) => aged(desk, looked.id, age)?,
                None => Vec::new(),
            };
            if leaving.is_empty()
                && let (Some(key), Some(count)) = (&looked.key, retention.count)
            {
                leaving = self.counted(desk, looked.id, key, count)?;
            }
            if !leaving.is_empty() || (looked.gone && is_empty(desk, looked.id)?) {
                return Ok(Some(Work {
                    leaving,
                    conversation: looked.id,
                }));
            }
            self.at = looked.id;
        }
        Ok(None)
    }

    /// The round is done.
    fn rest(&mut self, desk: &Desk<'_>) -> Result<()> {
        let now = Instant::now();
        self.at = 0;
        // A large history is looked through less often, so that this is never most of what the thread does.
        self.due = now
            + self
                .rest
                .max(20 * now.saturating_duration_since(self.began));
        self.began = self.due;
        desk.connection
            .execute("DELETE FROM stretch WHERE messages <= 0", [])
            .map(drop)
    }

    /// What is beyond the latest so many of a room, in all its lives.
    fn counted(&mut self, desk: &Desk<'_>, id: i64, key: &str, count: u64) -> Result<Vec<Leaving>> {
        let last: Option<i64> = desk.connection.query_row(
            "SELECT max(nth) FROM message WHERE conversation = ?",
            [id],
            |row| row.get(0),
        )?;
        let Some(last) = last else {
            self.counted.remove(&id);
            return Ok(Vec::new());
        };
        if self.counted.get(&id) == Some(&last) {
            return Ok(Vec::new());
        }
        let beyond: Option<i64> = desk
            .connection
            .query_row(
                "SELECT message.nth FROM conversation CROSS JOIN message ON message.conversation = conversation.id \
                 WHERE conversation.key = ? ORDER BY conversation.id DESC, message.nth DESC LIMIT 1 OFFSET ?",
                params![key, whole(count)],
                |row| row.get(0),
            )
            .optional()?;
        let leaving = match beyond {
            Some(beyond) => desk.leaving(
                &format!("conversation = ? AND nth <= ? ORDER BY nth LIMIT {STEP}"),
                [id, beyond],
            )?,
            None => Vec::new(),
        };
        if leaving.is_empty() {
            self.counted.insert(id, last);
        }
        Ok(leaving)
    }

    /// Takes out what was found.
    pub(super) fn carry_out(&mut self, desk: &mut Desk<'_>, work: &Work) -> Result<()> {
        // The numbers of messages go on behind the last one, even when that goes.
        desk.note_last()?;
        for leaving in &work.leaving {
            desk.leave(leaving)?;
        }
        if is_empty(desk, work.conversation)? {
            let gone = desk.connection.execute(
                "DELETE FROM conversation WHERE id = ? AND (ended = 1 OR key IS NULL OR EXISTS \
                 (SELECT 1 FROM conversation AS later WHERE later.key = conversation.key AND later.id > conversation.id))",
                [work.conversation],
            )?;
            if gone > 0 {
                desk.conversations.forget();
                self.counted.remove(&work.conversation);
            }
        }
        Ok(())
    }
}

/// The next conversation behind that one.
fn next(desk: &Desk<'_>, after: i64) -> Result<Option<Looked>> {
    desk.connection
        .query_row(
            "SELECT id, key, ended = 1 OR key IS NULL FROM conversation WHERE id > ? ORDER BY id LIMIT 1",
            [after],
            |row| {
                Ok(Looked {
                    id: row.get(0)?,
                    key: row.get(1)?,
                    gone: row.get(2)?,
                })
            },
        )
        .optional()
}

fn is_empty(desk: &Desk<'_>, conversation: i64) -> Result<bool> {
    desk.connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM message WHERE conversation = ?)",
        [conversation],
        |row| row.get(0),
    )
}

/// What was said longer ago than that. The clock may have jumped when it was said: looked for only in stretches that have something
/// so old.
fn aged(desk: &Desk<'_>, conversation: i64, age: Duration) -> Result<Vec<Leaving>> {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let Some(until) = now.checked_sub(age) else {
        return Ok(Vec::new());
    };
    let until = i64::try_from(until.as_millis()).unwrap_or(i64::MAX);
    let mut old = desk
        .connection
        .prepare("SELECT id FROM stretch WHERE least < ? ORDER BY id")?;
    let old = old.query_map([until], |row| row.get::<_, i64>(0))?;
    for range in super::span::joined(old.collect::<Result<Vec<_>>>()?) {
        let leaving = desk.leaving(
            &format!(
                "conversation = ? AND nth >= ? AND nth < ? AND at < ? ORDER BY nth LIMIT {STEP}"
            ),
            params![
                conversation,
                range.start() * STRETCH,
                (range.end() + 1) * STRETCH,
                until
            ],
        )?;
        if !leaving.is_empty() {
            return Ok(leaving);
        }
    }
    Ok(Vec::new())
}
