//! A table with compact indices that are handed out lowest first. Knows nothing of what it holds.
//!
//! Which index comes next follows from what is in it and from nothing else, so that a table that was written out and read
//! back goes on exactly as the one it came from.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The table. Never ends in a vacant slot, and gives memory back when it has become much smaller.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slots<T> {
    slots: Vec<Option<T>>,
    vacant: BTreeSet<u32>,
}

/// Below this many slots memory is not worth giving back.
const SMALL: usize = 64;

impl<T> Slots<T> {
    pub(super) fn new() -> Slots<T> {
        Slots {
            slots: Vec::new(),
            vacant: BTreeSet::new(),
        }
    }

    /// How many are in it.
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.vacant.len()
    }

    /// The index that the next one gets.
    pub(super) fn next(&self) -> u32 {
        self.vacant
            .first()
            .copied()
            .unwrap_or_else(|| u32::try_from(self.slots.len()).unwrap_or(u32::MAX))
    }

    pub(super) fn get(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.slots.get_mut(index as usize)?.as_mut()
    }

    /// Puts a value at an index, in the place of what may have been there.
    pub(super) fn put(&mut self, index: u32, value: T) {
        while self.slots.len() <= index as usize {
            self.vacant
                .insert(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
            self.slots.push(None);
        }
        self.vacant.remove(&index);
        self.slots[index as usize] = Some(value);
    }

    /// Takes out what is at an index.
    pub(super) fn take(&mut self, index: u32) -> Option<T> {
        let value = self.slots.get_mut(index as usize)?.take()?;
        self.vacant.insert(index);
        while matches!(self.slots.last(), Some(None)) {
            self.slots.pop();
            self.vacant.pop_last();
        }
        if self.slots.capacity() > SMALL && self.slots.len() < self.slots.capacity() / 4 {
            self.slots.shrink_to(self.slots.len() * 2);
        }
        Some(value)
    }

    /// What is in it, by ascending index.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0u32..)
            .zip(&self.slots)
            .filter_map(|(index, slot)| Some((index, slot.as_ref()?)))
    }
}

impl<T: Serialize> Serialize for Slots<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.slots.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Slots<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Slots<T>, D::Error> {
        let mut slots = Vec::<Option<T>>::deserialize(deserializer)?;
        while matches!(slots.last(), Some(None)) {
            slots.pop();
        }
        let vacant = (0u32..)
            .zip(&slots)
            .filter_map(|(index, slot)| slot.is_none().then_some(index))
            .collect();
        Ok(Slots { slots, vacant })
    }
}
