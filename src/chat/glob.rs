//! Matching with `*` and `?`. Works on folded text; knows nothing of who is matched.
//!
//! Without `?` the parts between the stars are looked for from left to right, each once. With `?` all places where the pattern
//! may stand are followed at once, one bit for each of its characters. Neither ever goes back.

use memchr::memmem;

/// The most characters that a pattern with `?` may have; a longer one matches nothing. Masks are shorter, and so is what fits
/// into a line of IRC.
const MOST: usize = 511;

/// Whether the whole text is of this pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    // Most masks fail at their beginning.
    let literal = pattern.find(['*', '?']).unwrap_or(pattern.len());
    let (start, pattern) = pattern.split_at(literal);
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    if pattern.contains('?') {
        by_bits(pattern, text)
    } else {
        by_parts(pattern, text)
    }
}

/// The pattern is empty or begins with a star.
fn by_parts(pattern: &str, text: &str) -> bool {
    let Some((stars, end)) = pattern.rsplit_once('*') else {
        return text.is_empty();
    };
    let Some(mut rest) = text.as_bytes().strip_suffix(end.as_bytes()) else {
        return false;
    };
    for part in stars.split('*').filter(|part| !part.is_empty()) {
        let Some(at) = memmem::find(rest, part.as_bytes()) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Bit `n` of a set: the first `n` characters of the pattern, stars not counted, match what was read.
type Places = [u64; 8];

fn put(places: &mut Places, at: usize) {
    places[at / 64] |= 1 << (at % 64);
}

fn by_bits(pattern: &str, text: &str) -> bool {
    // For each character of the pattern, where it stands; and where a star stands, which stays where it is.
    let mut letters: Vec<(char, Places)> = Vec::new();
    let (mut any, mut stars) = (Places::default(), Places::default());
    let mut length = 0;
    for c in pattern.chars() {
        match c {
            '*' => {
                put(&mut stars, length);
                continue;
            }
            _ if length == MOST => return false,
            '?' => put(&mut any, length),
            c => match letters.binary_search_by_key(&c, |(known, _)| *known) {
                Ok(at) => put(&mut letters[at].1, length),
                Err(at) => {
                    let mut places = Places::default();
                    put(&mut places, length);
                    letters.insert(at, (c, places));
                }
            },
        }
        length += 1;
    }
    let mut here = Places::default();
    put(&mut here, 0);
    for c in text.chars() {
        let letter = letters.binary_search_by_key(&c, |(known, _)| *known);
        let letter = letter.map_or(Places::default(), |at| letters[at].1);
        let mut carry = 0;
        for word in 0..here.len() {
            let step = here[word] & (letter[word] | any[word]);
            here[word] = (step << 1 | carry) | (here[word] & stars[word]);
            carry = step >> 63;
        }
        if here == Places::default() {
            return false;
        }
    }
    here[length / 64] & (1 << (length % 64)) != 0
}
