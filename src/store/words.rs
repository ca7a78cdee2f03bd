//! The words of a text, as the full-text search knows them, and the search for some of them, in the index and in a text that is not in
//! it. Pure: knows no database, only the language that its index is asked in.
//!
//! Text is brought to one form (NFKC, lower case). Where words stand apart, each run of letters and digits is one; in scripts
//! without spaces (Han, kana, Hangul, Thai, Lao, Khmer, Myanmar) each character is one, and each pair of neighbours. So one
//! character is found, and several are found wherever they stand together. An emoji is a word of its own.
//!
//! What is stored was made by this: when words come out differently, the index has to be made anew (a step in `schema`).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::chat::strip_formatting;

/// The most words of one search; what is beyond them is not looked for.
const MOST_SOUGHT: usize = 64;

/// What a character is to a search.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Part of a word that ends where something else begins.
    Spaced,
    /// Of a script without spaces.
    Dense,
    /// A word by itself.
    Single,
    /// Goes on with what is before it.
    Mark,
    /// Between words.
    Between,
}

fn kind(c: char) -> Kind {
    match u32::from(c) {
        code if is_dense(code) => Kind::Dense,
        // Skin tones change what is before them and are no words.
        0x1F3FB..=0x1F3FF => Kind::Mark,
        0x2600..=0x27BF | 0x1F1E6..=0x1FAFF => Kind::Single,
        // Variation selectors are marks too, but none that make a difference.
        0xFE00..=0xFE0F => Kind::Between,
        _ if c.is_alphanumeric() => Kind::Spaced,
        _ if is_combining_mark(c) => Kind::Mark,
        _ => Kind::Between,
    }
}

/// Whether words do not stand apart where this character is used.
fn is_dense(code: u32) -> bool {
    matches!(code,
        // Thai, Lao, Myanmar, Khmer: letters, vowels and tones, not their digits and signs of money.
        0x0E01..=0x0E3A | 0x0E40..=0x0E4E | 0x0E81..=0x0ECE | 0x0EDC..=0x0EDF
        | 0x1000..=0x103F | 0x1050..=0x108F | 0x109A..=0x109D | 0x1780..=0x17D3
        // Hangul; kana and bopomofo; Han.
        | 0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF
        | 0x3041..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x312F | 0x31A0..=0x31BF
        | 0x31F0..=0x31FF | 0x1B000..=0x1B16F
        | 0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Gives each run of characters of one kind, in order. A run of `Single` is one character.
fn runs(text: &str, mut each: impl FnMut(Kind, &str)) {
    let plain = strip_formatting(text);
    if plain.is_ascii() {
        // The same, without all that is to be known of other scripts.
        let lower = plain.to_ascii_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .for_each(|word| each(Kind::Spaced, word));
        return;
    }
    let folded = plain.nfkc().flat_map(char::to_lowercase).nfkc();
    let (mut run, mut of) = (String::new(), Kind::Between);
    for c in folded {
        let next = match kind(c) {
            Kind::Mark if of == Kind::Spaced => Kind::Spaced,
            Kind::Mark if of == Kind::Dense => Kind::Dense,
            Kind::Mark => continue,
            kind => kind,
        };
        if next != of || next == Kind::Single {
            if !run.is_empty() {
                each(of, &run);
                run.clear();
            }
            of = next;
        }
        match c {
            _ if of == Kind::Between => {}
            // Two ways of writing one letter, by place or by country.
            'ς' => run.push('σ'),
            'ß' => run.push_str("ss"),
            _ => run.push(c),
        }
    }
    if !run.is_empty() {
        each(of, &run);
    }
}

/// All words of a text, with a space between each two: what the index is given.
pub(super) fn words(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut add = |word: &str| {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(word);
    };
    runs(text, |kind, run| {
        if kind == Kind::Dense {
            dense(run, true, &mut add);
        } else {
            add(run);
        }
    });
    all
}

/// The characters of a run and its pairs, in their order: each character, then the pair that it begins. Without its ends: from the
/// first pair to the last.
fn dense(run: &str, ends: bool, add: &mut impl FnMut(&str)) {
    let mut starts = run.char_indices().map(|(at, _)| at).chain([run.len()]);
    let (mut first, mut second) = (starts.next(), starts.next());
    let mut at_start = true;
    while let (Some(start), Some(middle)) = (first, second) {
        let end = starts.next();
        if ends || (!at_start && end.is_some()) {
            add(&run[start..middle]);
        }
        if let Some(end) = end {
            add(&run[start..end]);
        }
        at_start = false;
        (first, second) = (second, end);
    }
}

/// A search for all words of a text: those of each of its runs, which stand one behind the other. Each run has a space before each
/// word and one at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Search(Vec<String>);

impl Search {
    /// For all words of this; none: there is no word in it.
    pub(super) fn of(text: &str) -> Option<Search> {
        let mut sought = Vec::new();
        runs(text, |kind, run| {
            if sought.len() == MOST_SOUGHT {
                return;
            }
            let mut words = String::from(" ");
            let mut add = |word: &str| {
                words.push_str(word);
                words.push(' ');
            };
            if kind == Kind::Dense && run.chars().nth(1).is_some() {
                dense(run, false, &mut add);
            } else {
                add(run);
            }
            sought.push(words);
        });
        (!sought.is_empty()).then_some(Search(sought))
    }

    /// In the index's language (FTS5). Nothing in the text has a meaning in that language: words have letters and digits only, and
    /// each run stands in quotes.
    pub(super) fn query(&self) -> String {
        let runs = self.0.iter().map(|run| format!("\"{}\"", run.trim()));
        runs.collect::<Vec<_>>().join(" AND ")
    }

    /// Whether they are in this text: what the index says of it when it has it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let words = format!(" {} ", words(text));
        self.0.iter().all(|run| words.contains(run.as_str()))
    }
}

#[cfg(test)]
mod tests;
