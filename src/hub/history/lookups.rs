//! What is looked up in the history: each once what it waits for is stored, and with nothing in the answer that was taken back
//! meanwhile.

use std::collections::VecDeque;

use super::{FromStore, History, Reading};
use crate::chat::{LookedUp, Lookup, MessageId};
use crate::store::ReadError;

/// So many lookups wait for the store at most, before those that nobody has asked for are left out.
const LOOKUPS: usize = 1024;

impl History {
    /// Whether one more lookup may wait.
    pub(in crate::hub) fn may_look_up(&self) -> bool {
        self.lookups.len() < LOOKUPS
    }

    /// Looks something up once all that was said so far is stored, or not.
    pub(in crate::hub) fn look_up(&mut self, lookup: Lookup, for_whom: Reading) -> u64 {
        let number = self.next_lookup;
        self.next_lookup += 1;
        self.reading.insert(number, for_whom);
        let after = match &lookup {
            Lookup::Messages(query) if query.events => self.very_latest(),
            _ => self.latest(),
        };
        self.lookups.push_back((after.unwrap_or(0), lookup, number));
        number
    }

    /// The last batch that is not told of, events alone too.
    fn very_latest(&self) -> Option<u64> {
        if self.records.is_empty() {
            self.pending.back().map(|last| last.number)
        } else {
            Some(self.number)
        }
    }

    /// A message is taken back.
    pub(in crate::hub) fn is_taken_back(&mut self, id: MessageId) {
        if !self.reading.is_empty() {
            self.taken_back.insert(id, self.next_lookup);
        }
    }

    /// Whether it waits to be stored that a message is taken back.
    pub(in crate::hub) fn is_being_taken_back(&self, id: MessageId) -> bool {
        let entries = self.pending.iter().flat_map(|pending| &pending.entries);
        let mut redacted = entries
            .chain(&self.entries)
            .filter_map(|e| e.redacted.as_ref());
        redacted.any(|(other, _)| *other == id)
    }

    #[cfg(test)]
    pub(in crate::hub) fn remembers_taken_back(&self) -> usize {
        self.taken_back.len()
    }

    /// A lookup is answered: for whom it was, with nothing in the answer that was taken back meanwhile.
    pub(in crate::hub) fn answered(
        &mut self,
        number: u64,
        found: &mut Result<LookedUp, ReadError>,
    ) -> Option<Reading> {
        let is_taken_back = |id| self.taken_back.contains_key(&id);
        match found {
            Ok(LookedUp::Messages(kept)) => {
                let taken_back = kept.iter_mut().filter(|kept| is_taken_back(kept.id));
                taken_back.for_each(|kept| kept.text = None);
            }
            Ok(LookedUp::Message(Some((kept, _)))) if is_taken_back(kept.id) => kept.text = None,
            Ok(LookedUp::Log(entries)) => entries.retain(|entry| !is_taken_back(entry.id())),
            _ => {}
        }
        let reading = self.reading.remove(&number);
        if !self.taken_back.is_empty() {
            let first = self.reading.keys().min().copied();
            self.taken_back
                .retain(|_, before| first.is_some_and(|first| first < *before));
        }
        reading
    }

    /// Lookups that need not wait any more are made; those that cannot be are answered.
    pub(super) fn make_lookups(&mut self) -> Vec<FromStore> {
        if self.lookups.is_empty() {
            return Vec::new();
        }
        let done = match self.very_latest() {
            None => u64::MAX,
            Some(_) => self.first_untold().saturating_sub(1),
        };
        // One that waits for events does not hold up those behind it that do not.
        let all = std::mem::take(&mut self.lookups).into_iter();
        let (ready, waiting): (VecDeque<_>, _) = all.partition(|(after, ..)| *after <= done);
        self.lookups = waiting;
        let mut failed = Vec::new();
        for (_, lookup, number) in ready {
            if let Err(error) = self.keep.read(lookup, number) {
                failed.push(FromStore::Read(number, Err(error)));
            }
        }
        failed
    }
}
