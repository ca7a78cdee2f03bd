//! The merged values, each of its key's kind, in the order in which they are shown.

use crate::admin::Problem;

use super::kind::Value;
use super::merge::Merged;
use super::nearest;
use super::schema::{self, Key};

/// A key, what it has, and where that comes from.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) key: &'static Key,
    pub(super) value: Value,
    pub(super) origin: String,
}

/// The values of all keys, in the order of the schema; operators and listeners follow each other by name.
#[derive(Clone, Debug)]
pub(super) struct Values(Vec<Entry>);

impl Values {
    /// Types each merged value. The layers' values were checked one by one, so a problem here is a default's.
    pub(super) fn new(merged: &Merged) -> Result<Values, Vec<Problem>> {
        let mut entries = Vec::new();
        let mut problems = Vec::new();
        for (path, (raw, origin)) in merged {
            let parts: Vec<&str> = path.split('.').collect();
            let Some(key) = nearest::key_of(&parts) else {
                continue;
            };
            match key.kind.parse(raw) {
                Ok(value) => entries.push(Entry {
                    path: path.clone(),
                    key,
                    value,
                    origin: origin.clone(),
                }),
                Err(message) => problems.push(Problem {
                    place: origin.clone(),
                    key: Some(path.clone()),
                    message,
                }),
            }
        }
        let place = |entry: &Entry| {
            let table = table_of(&entry.path);
            let family = schema::NAMED
                .iter()
                .position(|named| table.is_some_and(|(section, _)| section == named.section));
            let key = schema::KEYS
                .iter()
                .position(|key| std::ptr::eq(key, entry.key));
            (family, table.map(|(_, name)| name.to_owned()), key)
        };
        entries.sort_by_cached_key(place);
        if problems.is_empty() {
            Ok(Values(entries))
        } else {
            Err(problems)
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(super) fn get(&self, path: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.path == path)
    }

    /// The names of a section's tables, in order.
    pub(super) fn names(&self, section: &str) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .0
            .iter()
            .filter_map(|entry| table_of(&entry.path))
            .filter_map(|(of, name)| (of == section).then_some(name))
            .collect();
        names.dedup();
        names
    }
}

/// The named table that a path is about: its section and its name.
pub(super) fn table_of(path: &str) -> Option<(&str, &str)> {
    let (section, rest) = path.split_once('.')?;
    schema::named(section)?;
    rest.split_once('.').map(|(name, _)| (section, name))
}
