//! What the store says of batches, and what becomes then of what waits for them: it is shown, or taken out and refused.

use std::collections::HashMap;

use super::history::{Entry, FromStore};
use super::marks::{Fate, RecordId, Waits};
use super::{Hub, Wire};
use crate::chat::{Change, ClientId, Protocol, Refusal};
use crate::store::{Refused, State, Told};

impl<W: Wire> Hub<W> {
    /// Something comes from the store.
    pub(super) fn hear_from_store(&mut self, heard: FromStore) {
        match heard {
            FromStore::Told(Told::Is(state)) => {
                match &state {
                    State::Working => tracing::info!("the history is stored again"),
                    State::Waiting(why) => {
                        tracing::warn!(%why, "the history cannot be stored for now; messages are refused");
                    }
                    State::Closed(why) => {
                        tracing::error!(%why, "the history is closed and messages are refused; after a look at the disk: chatctl store reopen");
                    }
                }
                if let Some(history) = &mut self.history {
                    history.state = state;
                }
            }
            FromStore::Told(Told::Unindexed(why)) => {
                tracing::warn!(%why, "the latest messages of the history cannot be put into its indexes; reading becomes slower; it is tried again");
            }
            FromStore::Told(Told::Stored { upto, refused }) => self.settle(upto, None, &refused),
            FromStore::Told(Told::Failed { upto, why }) => self.settle(upto, Some(&why), &[]),
            FromStore::Read(number, found) => self.looked_up(number, found),
        }
    }

    /// What waits for these batches is decided: shown, or, where they or a record of them is not stored, taken out.
    fn settle(&mut self, upto: u64, failed: Option<&Refused>, refused: &[(u64, usize, Refused)]) {
        let Some(history) = &mut self.history else {
            return;
        };
        history.told_at = self.stamp.tick;
        let mut settled = Vec::new();
        while let Some(pending) = history.pending.pop_front_if(|first| first.number <= upto) {
            history.pending_bytes -= pending.bytes;
            settled.push(pending);
        }
        let refused: HashMap<RecordId, Box<str>> = refused
            .iter()
            .map(|(batch, index, why)| {
                let (batch, index) = (*batch, u32::try_from(*index).unwrap_or(u32::MAX));
                (RecordId { batch, index }, why.0.clone())
            })
            .collect();
        let mut answers = HashMap::new();
        for pending in settled {
            for mut entry in pending.entries {
                let record = RecordId {
                    batch: pending.number,
                    index: entry.index,
                };
                let why = |record| {
                    let why = failed.map(|why| &why.0);
                    why.or_else(|| refused.get(&record)).cloned()
                };
                let answer = entry.by.zip(entry.answer.take());
                self.settle_one(record, entry, why(record), &mut answers);
                if let Some((by, answer)) = answer
                    && let Some(bytes) = self.marked_without(by, *answer, why)
                {
                    answers.insert((by.0, record), bytes);
                }
            }
        }
        let lost = |record: RecordId| failed.is_some() || refused.contains_key(&record);
        let mut fate = |client: ClientId, waits: &Waits| match waits {
            Waits::Shown(batch, _) | Waits::Own(RecordId { batch, .. })
                if *batch <= upto && failed.is_none() && refused.is_empty() =>
            {
                Fate::Free
            }
            Waits::Shown(batch, parts) if *batch <= upto => {
                let record = |index| RecordId {
                    batch: *batch,
                    index,
                };
                let lost: Vec<u32> = parts
                    .iter()
                    .map(|(index, _)| *index)
                    .filter(|index| lost(record(*index)))
                    .collect();
                if lost.is_empty() {
                    Fate::Free
                } else {
                    Fate::Without(lost)
                }
            }
            Waits::Own(record) if record.batch <= upto => {
                match answers.remove(&(client, *record)) {
                    Some(bytes) => Fate::Instead(bytes),
                    None if lost(*record) => Fate::Instead(Vec::new()),
                    None => Fate::Free,
                }
            }
            _ => Fate::Waits,
        };
        self.mailboxes.resolve(self.stamp.tick, &mut fate);
        self.resolve_leaving(&mut fate);
        self.watchers.stored(upto, lost);
        self.look_again();
    }

    /// Tells who waits for a record what became of it.
    fn settle_one(
        &mut self,
        record: RecordId,
        entry: Entry,
        why: Option<Box<str>>,
        answers: &mut HashMap<(ClientId, RecordId), Vec<u8>>,
    ) {
        let refusal = why.map(|why| Refusal::NotKept { why });
        if let Some(operator) = entry.operator {
            operator.answer(refusal.clone());
        }
        let Some(refusal) = refusal else {
            if let (Some((id, _)), Some(history)) = (entry.redacted, &mut self.history) {
                history.is_taken_back(id);
            }
            return;
        };
        if let Some(id) = entry.said {
            // Nobody has seen it; nobody takes it back.
            self.chat
                .apply(std::iter::once(Change::Redacted { id }).collect());
            self.counts.messages = self.counts.messages.saturating_sub(1);
        }
        if let Some((_, Some(recent))) = entry.redacted {
            let restored = Change::Restored { recent };
            self.chat.apply(std::iter::once(restored).collect());
        }
        if let Some(life) = entry.ended
            && let Some(history) = &mut self.history
        {
            history.end_later(life);
        }
        self.counts.unkept += u64::from(entry.said.is_some());
        if let Some((client, verb)) = entry.by.filter(|_| !entry.labelled) {
            let gone = self.leaving.get(&client);
            let bytes = if gone.is_some_and(|mailbox| mailbox.protocol == Protocol::Irc) {
                // It is not known any more what it would understand.
                Vec::new()
            } else {
                self.refusal_for(client, verb, &refusal)
            };
            answers.insert((client, record), bytes);
        }
    }

    /// Those who go wait for the store too.
    pub(super) fn resolve_leaving(&mut self, fate: &mut impl FnMut(ClientId, &Waits) -> Fate) {
        let held = self
            .leaving
            .iter()
            .filter(|(_, mailbox)| mailbox.mail.has_marks());
        let held: Vec<ClientId> = held.map(|(client, _)| *client).collect();
        for client in held {
            let Some(mut mailbox) = self.leaving.remove(&client) else {
                continue;
            };
            let spool = &mut self.mailboxes.spool;
            mailbox.mail.resolve(spool, |what| fate(client, what));
            if mailbox.blocked_since.is_none() {
                mailbox.flush(self.stamp.tick, &mut self.mailboxes.spool);
            }
            self.see_off(client, mailbox);
        }
    }
}
