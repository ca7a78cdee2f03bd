//! What is kept no longer: found conversation by conversation and taken out in small steps, each a transaction of its own. Decides
//! by age and by count what goes, as the settings say; begins and ends no transaction.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{OptionalExtension, Result};

use super::conversation::whole;
use super::desk::{Desk, Leaving};
use super::schema::STRETCH;
use super::{Retention, Settings};

/// The most messages that go in one step: each has to be taken out of the indexes, and a batch may wait meanwhile.
const STEP: usize = 50;

/// The most conversations that are looked at in one step.
const LOOKED: usize = 64;

/// That a conversation has no messages, wherever they would stand.
const WORDLESS: &str = "NOT EXISTS (SELECT 1 FROM place WHERE conversation = ?1) \
    AND NOT EXISTS (SELECT 1 FROM recent WHERE conversation = ?1)";

/// Where retention is in its round.
pub(super) struct Sweep {
    /// The last conversation that was looked at in this round.
    at: i64,
    /// This round has not begun.
    begins: bool,
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
    messages: Vec<Leaving>,
    /// The parts of their ids.
    events: Vec<(i64, i64, i64)>,
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

/// Whether age takes nothing out, so that messages alone decide what goes.
fn only_counts(retention: &Retention) -> bool {
    retention.age.is_none() && retention.count.is_some()
}

impl Work {
    fn nothing(conversation: i64) -> Work {
        Work {
            messages: Vec::new(),
            events: Vec::new(),
            conversation,
        }
    }

    fn is_nothing(&self) -> bool {
        self.messages.is_empty() && self.events.is_empty()
    }
}

impl Sweep {
    /// One that begins now.
    pub(super) fn new(rest: Duration) -> Sweep {
        Sweep {
            at: 0,
            begins: true,
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

    /// Whether a round begins with this step. Only what is in the indexes is looked through: what has to be seen in this round has to
    /// be there now.
    pub(super) fn begins(&mut self) -> bool {
        std::mem::take(&mut self.begins)
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
            let mut work = match retention.age {
                Some(age) => aged(desk, looked.id, age)?,
                None => Work::nothing(looked.id),
            };
            if work.is_nothing()
                && let (Some(key), Some(count)) = (&looked.key, retention.count)
            {
                work = self.counted(desk, looked.id, key, count)?;
            }
            if work.is_nothing() && looked.gone && only_counts(&retention) {
                work.events = wordless(desk, looked.id)?;
            }
            if !work.is_nothing() || (looked.gone && is_empty(desk, looked.id)?) {
                return Ok(Some(work));
            }
            self.at = looked.id;
        }
        Ok(None)
    }

    /// The round is done.
    fn rest(&mut self, desk: &Desk<'_>) -> Result<()> {
        let now = Instant::now();
        self.at = 0;
        self.begins = true;
        // A large history is looked through less often, so that this is never most of what the thread does.
        self.due = now
            + self
                .rest
                .max(20 * now.saturating_duration_since(self.began));
        self.began = self.due;
        desk.connection
            .execute(
                "DELETE FROM stretch WHERE messages <= 0 AND events <= 0",
                [],
            )
            .map(drop)
    }

    /// What is beyond the latest so many messages of a room, in all its lives: messages, and what happened before the last of them.
    fn counted(&mut self, desk: &Desk<'_>, id: i64, key: &str, count: u64) -> Result<Work> {
        let mut work = Work::nothing(id);
        let last: Option<i64> = desk.connection.query_row(
            "SELECT max(nth) FROM place WHERE conversation = ?",
            [id],
            |row| row.get(0),
        )?;
        let Some(last) = last else {
            self.counted.remove(&id);
            return Ok(work);
        };
        if self.counted.get(&id) == Some(&last) {
            return Ok(work);
        }
        if let Some(beyond) = beyond(desk, key, whole(count))? {
            let which = "conversation = ? AND nth <= ?";
            // Without its messages it is not known any more which events were before them.
            work.events = desk.leaving_events(which, [id, beyond], STEP)?;
            if work.events.is_empty() {
                work.messages = desk.leaving(which, [id, beyond], STEP)?;
            }
        }
        if work.is_nothing() {
            self.counted.insert(id, last);
        }
        Ok(work)
    }

    /// Takes out what was found.
    pub(super) fn carry_out(&mut self, desk: &mut Desk<'_>, work: &Work) -> Result<()> {
        // The numbers of messages go on behind the last one, even when that goes.
        desk.note_last()?;
        for leaving in &work.messages {
            desk.leave(leaving)?;
        }
        for event in &work.events {
            desk.remove_event(*event)?;
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

/// The last message of a room that is beyond the latest so many, in all its lives. Each life is read from its end, in the order of its
/// places.
fn beyond(desk: &Desk<'_>, key: &str, mut count: i64) -> Result<Option<i64>> {
    let mut lives = desk
        .connection
        .prepare("SELECT id FROM conversation WHERE key = ? ORDER BY id DESC")?;
    let lives = lives.query_map([key], |row| row.get::<_, i64>(0))?;
    for life in lives.collect::<Result<Vec<_>>>()? {
        let nth = desk.connection.query_row(
            "SELECT nth FROM place WHERE conversation = ? ORDER BY nth DESC LIMIT 1 OFFSET ?",
            [life, count],
            |row| row.get(0),
        );
        if let Some(nth) = nth.optional()? {
            return Ok(Some(nth));
        }
        count -= desk.connection.query_row(
            "SELECT count(*) FROM place WHERE conversation = ?",
            [life],
            |row| row.get::<_, i64>(0),
        )?;
    }
    Ok(None)
}

fn is_empty(desk: &Desk<'_>, conversation: i64) -> Result<bool> {
    desk.connection.query_row(
        &format!("SELECT {WORDLESS} AND NOT EXISTS (SELECT 1 FROM event WHERE conversation = ?1)"),
        [conversation],
        |row| row.get(0),
    )
}

/// What happened in a life that has ended, if no message of it is left that could be counted.
fn wordless(desk: &Desk<'_>, conversation: i64) -> Result<Vec<(i64, i64, i64)>> {
    desk.leaving_events(
        &format!("conversation = ?1 AND {WORDLESS}"),
        [conversation],
        STEP,
    )
}

/// What was said, or happened, longer ago than that. The clock may have jumped when it was said: looked for only in stretches that have something
/// so old.
fn aged(desk: &Desk<'_>, conversation: i64, age: Duration) -> Result<Work> {
    let mut work = Work::nothing(conversation);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let Some(until) = now.checked_sub(age) else {
        return Ok(work);
    };
    let until = i64::try_from(until.as_millis()).unwrap_or(i64::MAX);
    let mut old = desk
        .connection
        .prepare("SELECT id FROM stretch WHERE least < ? ORDER BY id")?;
    let old = old.query_map([until], |row| row.get::<_, i64>(0))?;
    for range in super::span::joined(old.collect::<Result<Vec<_>>>()?) {
        let which = "conversation = ? AND nth >= ? AND nth < ? AND at < ?";
        let values = [
            conversation,
            range.start() * STRETCH,
            (range.end() + 1) * STRETCH,
            until,
        ];
        work.messages = desk.leaving(which, values, STEP)?;
        if work.messages.is_empty() {
            work.events = desk.leaving_events(which, values, STEP)?;
        }
        if !work.is_nothing() {
            break;
        }
    }
    Ok(work)
}
