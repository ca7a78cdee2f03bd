//! An account's devices: until where each that has no client here has been told what was said. A position is the number that the next
//! message had when the last of its clients went.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Client, Nick};

/// The most devices of a user; the one that went longest ago is forgotten for another.
pub(super) const DEVICES: usize = 32;

/// Positions, by the devices' names; the one without a name has an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Positions(BTreeMap<Box<str>, u64>);

impl Positions {
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

/// What is known of a client's device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OnDevice {
    pub(super) name: Option<Arc<str>>,
    /// What was said from this number on it had missed when it came; none: that is not known.
    pub(super) missed: Option<u64>,
    /// Until where it has certainly been told; none: until now.
    pub(super) told: Option<u64>,
}

impl Client {
    /// Which of its account's devices it is; none: the one without a name.
    pub fn device(&self) -> Option<&str> {
        self.on.as_ref()?.name.as_deref()
    }

    /// From which number on its device had missed what was said, when it came; none: that is not known.
    pub fn missed(&self) -> Option<u64> {
        self.on.as_ref()?.missed
    }

    /// Its device is otherwise now.
    pub(super) fn set_on(&mut self, change: impl FnOnce(&mut OnDevice)) {
        let mut on = self.on.take().unwrap_or_default();
        change(&mut on);
        self.on = (*on != OnDevice::default()).then_some(on);
    }

    /// The nicks that it monitors, in the order of adding.
    pub fn monitored(&self) -> &[Nick] {
        &self.monitored
    }
}
