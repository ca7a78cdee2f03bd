//! The nearest known word to a misspelt one.

/// Beyond this many bytes a word is not a misspelling of ours, and comparing would cost.
const LONGEST: usize = 64;

/// The known word that somebody who wrote this probably meant.
pub(super) fn word<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    known
        .map(|known| (strsim::damerau_levenshtein(written, known), known))
        .filter(|(distance, known)| *distance <= (known.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The known dotted key that somebody who wrote this probably meant: one of the same table that is spelt alike, or the
/// same key of another table.
pub(super) fn key<'a>(
    written: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let (table, last) = written.rsplit_once('.').unwrap_or(("", written));
    let in_table = |key: &&'a str| key.rsplit_once('.').is_some_and(|(of, _)| of == table);
    let near = word(
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
            .or_else(|| word(written, known)),
    }
}
