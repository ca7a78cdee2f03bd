//! Text that is too long for one line: cut at the borders of words, else of characters as people see them. Knows no line.

use unicode_normalization::char::is_combining_mark;

/// Stands for what was left out of a text that cannot be said in several lines.
const LEFT_OUT: &str = "…";

/// The text in parts of at most `most` bytes each (at least 4), none of them empty but that of an empty text. Together they are
/// the text: the space at which it was cut stays at the end of the part before it (IRCv3 multiline, "Splitting long lines").
pub(super) fn parts(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (part, after) = split(rest?, most.max(4));
        rest = (!after.is_empty()).then_some(after);
        Some(part)
    })
}

/// The text if it has at most `most` bytes; else as much of its beginning as fits, with an ellipsis to show that something is
/// missing. The second part is to be written after the first.
pub(super) fn shortened(text: &str, most: usize) -> (&str, &'static str) {
    if text.len() <= most {
        return (text, "");
    }
    let Some(most) = most.checked_sub(LEFT_OUT.len()) else {
        return ("", "");
    };
    (&text[..visible_border(text, most)], LEFT_OUT)
}

/// The first part, and the rest.
fn split(text: &str, most: usize) -> (&str, &str) {
    if text.len() <= most {
        return (text, "");
    }
    // A space far back would leave most of the line empty.
    let space = text.as_bytes()[most / 2..most]
        .iter()
        .rposition(|&b| b == b' ');
    match space {
        Some(at) => text.split_at(most / 2 + at + 1),
        None => text.split_at(visible_border(text, most).max(first_char(text))),
    }
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The last border at or before `at` where no character is taken from what belongs to it: marks, joined emoji. Text that has no
/// such border in the last half of what fits is cut between any two characters.
fn visible_border(text: &str, at: usize) -> usize {
    let end = text.floor_char_boundary(at);
    let mut border = end;
    while border > 0 && border >= end / 2 {
        let after = text[border..].chars().next();
        let before = text[..border].chars().next_back();
        if !after.is_some_and(belongs_to_the_one_before) && before != Some(JOINER) {
            return border;
        }
        border -= before.map_or(1, char::len_utf8);
    }
    end
}

const JOINER: char = '\u{200D}';

fn belongs_to_the_one_before(c: char) -> bool {
    c == JOINER
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
        || is_combining_mark(c)
}

#[cfg(test)]
mod tests;
