//! The known keys: the one that is meant, and the nearest one to a misspelt word.

use crate::chat::nearest;

use super::schema::{self, Key};

/// As many of a table's keys are told to who named none of them.
const TOLD: usize = 12;

/// The known dotted key that somebody who wrote this probably meant: one of the same table that is spelt alike, or the
/// same key of another table.
pub(super) fn key<'a>(
    written: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let (table, last) = written.rsplit_once('.').unwrap_or(("", written));
    let in_table = |key: &&'a str| key.rsplit_once('.').is_some_and(|(of, _)| of == table);
    let near = nearest(
        last,
        known
            .clone()
            .filter(in_table)
            .map(|key| &key[table.len() + 1..]),
    );
    match near {
        Some(near) => known
            .clone()
            .filter(in_table)
            .find(|key| &key[table.len() + 1..] == near),
        None => known
            .clone()
            .find(|key| key.rsplit_once('.').is_some_and(|(_, of)| of == last))
            // In a table that there is, a word that is like none of its keys is like no key.
            .or_else(|| {
                let strange = !known.clone().any(|key| in_table(&key));
                strange.then(|| nearest(written, known)).flatten()
            }),
    }
}

/// The key of these parts of a path, a table's name among them.
pub(super) fn key_of(parts: &[&str]) -> Option<&'static Key> {
    match parts {
        [section, rest @ ..] if schema::named(section).is_some() => match rest {
            [_, within @ ..] => schema::find(&format!("{section}.*.{}", within.join("."))),
            [] => None,
        },
        _ => schema::find(&parts.join(".")),
    }
}

/// The known key that was probably meant, written out for the table of that name.
pub(super) fn nearest_key(parts: &[&str]) -> Option<String> {
    let known = schema::KEYS.iter().map(|key| key.path);
    match parts {
        [section, name, within @ ..] if schema::named(section).is_some() => {
            key(&format!("{section}.*.{}", within.join(".")), known)
                .map(|path| path.replace('*', name))
        }
        _ => key(&parts.join("."), known).map(|path| path.replace('*', "NAME")),
    }
}

/// What is wrong, and what was probably meant.
pub(super) fn unknown_key(parts: &[&str]) -> String {
    if let Some(near) = nearest_key(parts) {
        return format!("unknown key; did you mean {near}?");
    }
    let section = parts.first().copied().unwrap_or_default();
    let known: Vec<_> = schema::keys_of(section).map(Key::within).collect();
    let name = schema::named(section).map_or("", |_| ".NAME");
    let shown = known.len().min(TOLD);
    let rest = match known.len() - shown {
        0 => String::new(),
        more => format!(" and {more} more, which chatd.toml(5) tells"),
    };
    format!(
        "unknown key; [{section}{name}] has {}{rest}",
        known[..shown].join(", ")
    )
}

/// What is wrong, and what was probably meant.
pub(super) fn unknown_section(written: &str, is_table: bool) -> String {
    let names = schema::SECTIONS.iter().map(|section| section.name);
    if let Some(near) = nearest(written, names.clone()) {
        return format!("unknown table; did you mean [{near}]?");
    }
    if !is_table && let Some(near) = nearest_key(&[written]) {
        return format!("unknown key; did you mean {near}?");
    }
    let all: Vec<_> = names.map(|name| format!("[{name}]")).collect();
    format!("unknown table; the tables are {}", all.join(", "))
}
