//! What a configuration holds, key by key, and what differs between two.

use std::collections::BTreeSet;

use crate::admin::{Applies, Change, Setting};

use super::Loaded;
use super::schema::{self, Key};
use super::values::{Entry, Values, listener_of};

impl Loaded {
    /// Every key with its value and where that comes from, in the order of the manual, the listeners last. A key that is
    /// not set and has no default (a listener's greeting) is left out.
    pub fn show(&self) -> Vec<Setting> {
        self.values
            .entries()
            .iter()
            .map(|entry| Setting {
                key: entry.path.clone(),
                value: entry.value.to_string(),
                origin: entry.origin.clone(),
            })
            .collect()
    }
}

/// Every key that differs, in the order of the manual, then listener by listener. A listener that comes or goes is one
/// change, `listen.NAME`, its value an inline table.
pub fn compare(old: &Loaded, new: &Loaded) -> Vec<Change> {
    let (old, new) = (&old.values, &new.values);
    let mut changes = Vec::new();
    for key in schema::KEYS.iter().filter(|key| !key.path.contains('*')) {
        changes.extend(difference(key, key.path, old, new));
    }
    let (before, after) = (old.listeners(), new.listeners());
    let names: BTreeSet<&str> = before.iter().chain(&after).copied().collect();
    for name in names {
        if before.contains(&name) && after.contains(&name) {
            for key in schema::keys_of("listen") {
                changes.extend(difference(key, &key.of_listener(name), old, new));
            }
        } else {
            changes.push(Change {
                key: format!("listen.{name}"),
                old: before.contains(&name).then(|| inline(old, name)),
                new: after.contains(&name).then(|| inline(new, name)),
                applies: Applies::Live,
            });
        }
    }
    changes
}

fn difference(key: &Key, path: &str, old: &Values, new: &Values) -> Option<Change> {
    let value = |values: &Values| values.get(path).map(|entry: &Entry| entry.value.clone());
    let (old, new) = (value(old), value(new));
    (old != new).then(|| Change {
        key: path.to_owned(),
        old: old.map(|value| value.to_string()),
        new: new.map(|value| value.to_string()),
        applies: key.applies,
    })
}

fn inline(values: &Values, name: &str) -> String {
    let keys: Vec<_> = values
        .entries()
        .iter()
        .filter(|entry| listener_of(&entry.path) == Some(name))
        .map(|entry| format!("{} = {}", entry.key.last(), entry.value))
        .collect();
    format!("{{ {} }}", keys.join(", "))
}
