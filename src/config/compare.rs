//! What a configuration holds, key by key, and what differs between two.

use std::collections::BTreeSet;

use crate::admin::{Applies, Change, Setting};

use super::Loaded;
use super::schema::{self, Key, Named};
use super::values::{Entry, Values, table_of};

impl Loaded {
    /// Every key with its value and where that comes from, in the order of the manual, the listeners last. A key that is
    /// not set and has no default (a listener's greeting) is left out, and what is secret is not shown.
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

/// Every key that differs, in the order of the manual, then operator by operator and listener by listener. One that comes
/// or goes is one change, `listen.NAME`, its value an inline table.
pub fn compare(old: &Loaded, new: &Loaded) -> Vec<Change> {
    let (old, new) = (&old.values, &new.values);
    let mut changes = Vec::new();
    for key in schema::KEYS.iter().filter(|key| key.family().is_none()) {
        changes.extend(difference(key, key.path, old, new));
    }
    for Named { section, .. } in &schema::NAMED {
        tables(section, old, new, &mut changes);
    }
    changes
}

fn tables(section: &str, old: &Values, new: &Values, changes: &mut Vec<Change>) {
    let (before, after) = (old.names(section), new.names(section));
    let names: BTreeSet<&str> = before.iter().chain(&after).copied().collect();
    for name in names {
        if before.contains(&name) && after.contains(&name) {
            for key in schema::keys_of(section) {
                changes.extend(difference(key, &key.of(name), old, new));
            }
        } else {
            changes.push(Change {
                key: format!("{section}.{name}"),
                old: before.contains(&name).then(|| inline(old, (section, name))),
                new: after.contains(&name).then(|| inline(new, (section, name))),
                applies: Applies::Live,
            });
        }
    }
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

fn inline(values: &Values, table: (&str, &str)) -> String {
    let keys: Vec<_> = values
        .entries()
        .iter()
        .filter(|entry| table_of(&entry.path) == Some(table))
        .map(|entry| format!("{} = {}", entry.key.within(), entry.value))
        .collect();
    format!("{{ {} }}", keys.join(", "))
}
