//! The word that a misspelt one was probably meant to be. Knows no list of words.

#[cfg(test)]
mod tests;

/// Beyond this many bytes a word is not a misspelling of ours, and comparing would cost.
const LONGEST: usize = 64;

/// The known word, in lower case, that somebody who wrote this probably meant: at most one letter in three wrong, missing,
/// too many or exchanged with its neighbour. Of equally near ones the first. Capitals do not count.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&written, known), known))
        .filter(|(distance, known)| *distance <= (known.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
