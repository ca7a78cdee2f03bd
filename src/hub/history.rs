//! The hub's side of the store: what of a turn is to be kept, who waits for it, and what becomes of it when it is stored or not.
//! Waits for no disk: batches are handed over, and what the store says of them comes in as any other input.

mod lookups;

use std::collections::{HashMap, VecDeque};

use tokio::sync::{mpsc, oneshot};

use super::Said;
use super::labelled::Labelled;
use super::marks::RecordId;
use crate::chat::{
    ClientId, Happened, Life, LookedUp, Lookup, MessageId, Recent, Refusal, RoomName, Target, Text,
    Tick,
};
use crate::protocol::Look;
use crate::protocol::irc::Errand;
use crate::store::{self, Batch, ReadError, Record, State, Told};

/// What keeps the history: the store, or what tests put in its place.
pub trait Keep: Send {
    /// Takes a batch; what becomes of it is told as [`FromStore::Told`]. Never waits.
    fn write(&self, batch: Batch);
    /// Looks something up; the answer comes as [`FromStore::Read`] with this number. Never waits.
    fn read(&self, lookup: Lookup, number: u64) -> Result<(), ReadError>;
}

/// What comes from the store.
#[derive(Debug)]
pub enum FromStore {
    /// What became of batches, and how the store is.
    Told(Told),
    /// What was looked up under this number.
    Read(u64, Result<LookedUp, ReadError>),
}

/// The store as [`Keep`].
#[derive(Debug)]
struct Kept(store::Handle, mpsc::UnboundedSender<FromStore>);

impl Keep for Kept {
    fn write(&self, batch: Batch) {
        self.0.write(batch);
    }

    fn read(&self, lookup: Lookup, number: u64) -> Result<(), ReadError> {
        let back = self.1.clone();
        self.0.read(lookup, move |found| {
            // Without the hub nobody asks any more.
            let _ = back.send(FromStore::Read(number, found));
        })
    }
}

/// What the configuration decides for the history in the hub. Live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistorySettings {
    /// `history.direct_messages`: whether private words are kept.
    pub direct_messages: bool,
    /// `history.events`: whether joins, topics, modes and the like are kept too.
    pub events: bool,
    /// `history.pending`: bytes of messages that may wait for the disk.
    pub pending: usize,
    /// `history.stall`: how long a message may wait for the disk until further ones are refused.
    pub stall: std::time::Duration,
    /// `history.replay`: messages that an IRC client without CHATHISTORY reads on joining.
    pub replay: u32,
    /// `history.plain_replay`: the same for plain clients.
    pub plain_replay: u32,
}

/// The hub's connection with the store.
pub struct History {
    keep: Box<dyn Keep>,
    from_store: mpsc::UnboundedReceiver<FromStore>,
    /// What this turn has brought so far.
    records: Vec<Record>,
    entries: Vec<Entry>,
    bytes: usize,
    /// The number of the batch that they will be.
    number: u64,
    /// The last batch that somebody may wait for: it has more in it than events.
    matters: u64,
    /// Batches of which the store has not told yet, in their order.
    pub(super) pending: VecDeque<Pending>,
    /// Bytes of all of them.
    pub(super) pending_bytes: usize,
    pub(super) state: State,
    /// When the store last told of a batch.
    pub(super) told_at: Tick,
    /// Lookups that wait for a batch, so that one reads what one has said.
    lookups: VecDeque<(u64, Lookup, u64)>,
    /// What lookups are for, by their numbers.
    reading: HashMap<u64, Reading>,
    next_lookup: u64,
    /// Messages that were taken back while something was looked up: what comes of that may have them still.
    /// Each with the number of the first lookup that was not asked for yet then, of which nothing of it comes.
    taken_back: HashMap<MessageId, u64>,
    /// Lives whose end could not be stored.
    unended: Vec<Life>,
}

/// A batch that was handed over.
pub(super) struct Pending {
    pub(super) number: u64,
    since: Tick,
    pub(super) bytes: usize,
    pub(super) entries: Vec<Entry>,
}

/// Who waits for a record.
pub(super) struct Entry {
    pub(super) index: u32,
    /// The message, if it is one.
    pub(super) said: Option<MessageId>,
    /// The message that it takes back, if it does, and what was known of it.
    pub(super) redacted: Option<(MessageId, Option<Recent>)>,
    /// The life that it ends, if it does.
    pub(super) ended: Option<Life>,
    /// The client whose message it is, with the verb of its command.
    pub(super) by: Option<(ClientId, &'static str)>,
    /// Whether that command had a label: then one answer waits for all records that it brought.
    pub(super) labelled: bool,
    /// That answer, if this is the last of them.
    pub(super) answer: Option<Box<Labelled>>,
    /// The operator who waits for it.
    pub(super) operator: Option<Waiter>,
}

/// An operator who waits for what it asked for being stored.
#[derive(Debug)]
pub(super) enum Waiter {
    Said(oneshot::Sender<Result<Said, Refusal>>, Said),
    Redacted(oneshot::Sender<Result<(), Refusal>>),
}

impl Waiter {
    pub(super) fn answer(self, refused: Option<Refusal>) {
        match (self, refused) {
            (Waiter::Said(back, said), None) => drop(back.send(Ok(said))),
            (Waiter::Said(back, _), Some(refusal)) => drop(back.send(Err(refusal))),
            (Waiter::Redacted(back), None) => drop(back.send(Ok(()))),
            (Waiter::Redacted(back), Some(refusal)) => drop(back.send(Err(refusal))),
        }
    }
}

/// For whom something is looked up, and what for.
#[derive(Debug)]
pub(super) enum Reading {
    /// The last messages of a room, as it was called then, which a client has entered; at most so many, and one more, of those that its
    /// device has missed, if it was there.
    Replay(ClientId, RoomName, Option<u32>),
    /// Private messages that the device of a client has missed, at most so many, and one more.
    Missed(ClientId, u32),
    /// An IRC client has asked.
    Errand(ClientId, Box<Errand>),
    /// A client wants to take back a message that is not remembered.
    Older(ClientId, Target, MessageId, Option<Text>),
    /// A plain client has asked, about this room.
    Look(ClientId, Look, RoomName),
}

/// A disk that stores nothing for so long is waited for by those only who have something to wait for.
const BEHIND: std::time::Duration = std::time::Duration::from_secs(2);

/// So many lives that have ended are remembered while the store does not work; more of them may be gone on with after a restart.
const UNENDED: usize = 65_536;

/// What a record costs beside its text, about: names, ids, the store's own.
const OVERHEAD: usize = 512;

impl History {
    /// Of a store that is open. `told`: the way by which the store tells, whose other end `from_store` is.
    pub fn new(
        store: store::Handle,
        told: mpsc::UnboundedSender<FromStore>,
        from_store: mpsc::UnboundedReceiver<FromStore>,
    ) -> History {
        History::kept_by(Box::new(Kept(store, told)), from_store)
    }

    pub(super) fn kept_by(
        keep: Box<dyn Keep>,
        from_store: mpsc::UnboundedReceiver<FromStore>,
    ) -> History {
        History {
            keep,
            from_store,
            records: Vec::new(),
            entries: Vec::new(),
            bytes: 0,
            number: 1,
            matters: 0,
            pending: VecDeque::new(),
            pending_bytes: 0,
            state: State::Working,
            told_at: Tick(0),
            lookups: VecDeque::new(),
            reading: HashMap::new(),
            next_lookup: 0,
            taken_back: HashMap::new(),
            unended: Vec::new(),
        }
    }

    /// The next that comes from the store.
    pub(super) async fn next(&mut self) -> Option<FromStore> {
        self.from_store.recv().await
    }

    pub(super) fn add(&mut self, record: Record, bytes: usize, entry: Entry) -> RecordId {
        let index = entry.index;
        if !matches!(record, Record::Happened(_)) {
            self.matters = self.number;
        }
        self.records.push(record);
        self.bytes += bytes + OVERHEAD;
        self.entries.push(entry);
        RecordId {
            batch: self.number,
            index,
        }
    }

    /// The answer to a command that has brought records in this turn waits for this one, the last of them.
    pub(super) fn is_answered_by(&mut self, record: RecordId, answer: Labelled) {
        if record.batch == self.number
            && let Some(entry) = self.entries.get_mut(record.index as usize)
        {
            entry.answer = Some(Box::new(answer));
        }
    }

    /// That a life has ended could not be stored: it is handed over again when the store works.
    pub(super) fn end_later(&mut self, life: Life) {
        if self.unended.len() < UNENDED {
            self.unended.push(life);
        }
    }

    /// What is still to be ended.
    fn end_now(&mut self) {
        if self.state != State::Working {
            return;
        }
        for life in std::mem::take(&mut self.unended) {
            self.end(life);
        }
    }

    /// Notes that a life has ended.
    pub(super) fn end(&mut self, life: Life) {
        let entry = Entry {
            ended: Some(life.clone()),
            ..Entry::of_nobody(self.next_index())
        };
        self.add(Record::Ended(life), 0, entry);
    }

    pub(super) fn next_index(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }

    /// Why nothing more is taken now.
    pub(super) fn closed(&self, settings: &HistorySettings, now: Tick) -> Option<Box<str>> {
        match &self.state {
            State::Working => {}
            State::Waiting(why) | State::Closed(why) => return Some(why.clone()),
        }
        let stalled = self
            .pending
            .front()
            .is_some_and(|first| first.since.after(settings.stall) <= now);
        if stalled {
            return Some("the disk takes too long (history.stall); try again later".into());
        }
        if self.pending_bytes + self.bytes > settings.pending {
            return Some("too much waits for the disk (history.pending); try again later".into());
        }
        None
    }

    /// Whether so much waits for a disk that goes on storing that it is better to wait for it than to refuse messages.
    /// `much`: what waits for it takes much memory.
    pub(super) fn is_behind(&self, settings: &HistorySettings, much: bool, now: Tick) -> bool {
        let Some(first) = self.pending.front() else {
            return false;
        };
        let moves = first.since.max(self.told_at).after(BEHIND) > now;
        moves && (much || self.pending_bytes + self.bytes > settings.pending / 2)
    }

    /// Notes what has happened besides, for which nobody waits: what finds no place is not kept. A part of the memory is all that it
    /// may take, so that it keeps no message out.
    pub(super) fn note(&mut self, happened: Happened, settings: &HistorySettings, now: Tick) {
        let crowded = self.pending_bytes + self.bytes > settings.pending / 4;
        if crowded || self.closed(settings, now).is_some() {
            return;
        }
        let bytes = happened.what.bytes();
        let entry = Entry::of_nobody(self.next_index());
        self.add(Record::Happened(Box::new(happened)), bytes, entry);
    }

    /// The last batch that is not told of and that somebody may wait for, if there is one.
    pub(super) fn latest(&self) -> Option<u64> {
        (self.matters >= self.first_untold()).then_some(self.matters)
    }

    /// The first batch that the store has not told of: the one that is being made, if it has told of all.
    fn first_untold(&self) -> u64 {
        let first = self.pending.front();
        first.map_or(self.number, |first| first.number)
    }

    /// Hands over what the turn has brought, and makes the lookups that need not wait any more; those that cannot be made are
    /// answered here.
    pub(super) fn hand_over(&mut self, now: Tick) -> Vec<FromStore> {
        self.end_now();
        if !self.records.is_empty() {
            let number = self.number;
            self.number += 1;
            self.pending_bytes += self.bytes;
            self.pending.push_back(Pending {
                number,
                since: now,
                bytes: std::mem::take(&mut self.bytes),
                entries: std::mem::take(&mut self.entries),
            });
            let records = std::mem::take(&mut self.records);
            self.keep.write(Batch { number, records });
        }
        self.make_lookups()
    }
}

impl Entry {
    pub(super) fn of_nobody(index: u32) -> Entry {
        Entry {
            index,
            said: None,
            redacted: None,
            ended: None,
            by: None,
            labelled: false,
            answer: None,
            operator: None,
        }
    }
}
