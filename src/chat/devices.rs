//! An account's devices: until where each that has no client here has been told what was said. A position is the number that the next
//! message had when the last of its clients went.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most devices of a user; the one that went longest ago is forgotten for another.
pub(super) const DEVICES: usize = 32;

/// Positions, by the devices' names; the one without a name has an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Devices(BTreeMap<Box<str>, u64>);

impl Devices {
    /// Until where a device has been told; none: it is not known.
    pub fn position(&self, device: Option<&str>) -> Option<u64> {
        self.0.get(device.unwrap_or_default()).copied()
    }

    pub(super) fn set(&mut self, device: Option<&str>, position: u64) {
        let device = device.unwrap_or_default();
        if !self.0.contains_key(device) && self.0.len() >= DEVICES {
            let oldest = self.0.iter().min_by_key(|(_, position)| **position);
            if let Some(oldest) = oldest.map(|(device, _)| device.clone()) {
                self.0.remove(&oldest);
            }
        }
        self.0.insert(device.into(), position);
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// No position is beyond this one.
    pub(super) fn clamp(&mut self, most: u64) {
        for position in self.0.values_mut() {
            *position = most.min(*position);
        }
    }
}
