//! What of a text reaches a plain client, whose terminal obeys control characters and whose script splits at line ends.
//!
//! TAB passes. The formatting codes of IRC (modern.ircdocs.horse/formatting) are left out. Any other control character (C0,
//! DEL, C1) becomes U+FFFD, and U+2028 and U+2029, at which some languages split lines, become a space.

use std::iter::Peekable;
use std::str::Chars;

/// Appends a text, cleaned.
pub(super) fn push(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(is_suspicious) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' => out.push(b'\t'),
            '\u{02}' | '\u{0F}' | '\u{11}' | '\u{16}' | '\u{1D}' | '\u{1E}' | '\u{1F}' => {}
            '\u{03}' => skip_colours(&mut chars, 1, 2, |c| c.is_ascii_digit()),
            '\u{04}' => skip_colours(&mut chars, 6, 6, |c| c.is_ascii_hexdigit()),
            '\u{2028}' | '\u{2029}' => out.push(b' '),
            c if c.is_control() => put('\u{FFFD}', out),
            c => put(c, out),
        }
    }
}

/// Whether a character that starts with this byte may need a look: control characters, and the first bytes of C1 and of
/// U+2028.
fn is_suspicious(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || matches!(byte, 0x7F | 0xC2 | 0xE2)
}

fn put(c: char, out: &mut Vec<u8>) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// After a colour code: a colour of `least` to `most` digits, and another after a comma. Digits that are not a colour are text.
fn skip_colours(
    chars: &mut Peekable<Chars<'_>>,
    least: usize,
    most: usize,
    is_digit: impl Fn(char) -> bool,
) {
    let colour = |chars: &Peekable<Chars<'_>>| {
        let digits = chars
            .clone()
            .take(most)
            .take_while(|&c| is_digit(c))
            .count();
        (digits >= least).then_some(digits)
    };
    let Some(first) = colour(chars) else { return };
    chars.by_ref().take(first).for_each(drop);
    let mut ahead = chars.clone();
    if ahead.next() == Some(',')
        && let Some(second) = colour(&ahead)
    {
        chars.by_ref().take(1 + second).for_each(drop);
    }
}

#[cfg(test)]
mod tests;
