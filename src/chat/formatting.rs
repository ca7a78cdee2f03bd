//! IRC's formatting codes: bold, colours and the like (Modern IRC, "Formatting"). Says where they are and takes them out; knows
//! no protocol.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

const BOLD: char = '\u{2}';
const COLOUR: char = '\u{3}';
const HEX_COLOUR: char = '\u{4}';
const RESET: char = '\u{f}';
const MONOSPACE: char = '\u{11}';
const REVERSE: char = '\u{16}';
const ITALICS: char = '\u{1d}';
const STRIKETHROUGH: char = '\u{1e}';
const UNDERLINE: char = '\u{1f}';

const CODES: [char; 9] = [
    BOLD,
    COLOUR,
    HEX_COLOUR,
    RESET,
    MONOSPACE,
    REVERSE,
    ITALICS,
    STRIKETHROUGH,
    UNDERLINE,
];

/// Whether there is any formatting code in the text.
pub fn has_formatting(text: &str) -> bool {
    text.contains(CODES)
}

/// The text without its formatting codes and what belongs to them: the digits of a colour, two of a foreground and, after a
/// comma, two of a background; six hexadecimal digits of each for the other kind of colours.
pub fn strip_formatting(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(CODES) else {
        return Cow::Borrowed(text);
    };
    let (start, mut rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len());
    out.push_str(start);
    while let Some(code) = rest.chars().next() {
        rest = &rest[code.len_utf8()..];
        rest = match code {
            COLOUR => after_colours(rest, digits),
            HEX_COLOUR => after_colours(rest, hex_digits),
            _ => rest,
        };
        let plain = rest.find(CODES).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    Cow::Owned(out)
}

/// What follows a foreground and perhaps a background. A comma without a background is text.
fn after_colours(text: &str, colour: fn(&str) -> usize) -> &str {
    let foreground = colour(text);
    if foreground == 0 {
        return text;
    }
    let rest = &text[foreground..];
    let background = rest.strip_prefix(',').map_or(0, colour);
    if background == 0 {
        rest
    } else {
        &rest[1 + background..]
    }
}

/// How many digits a colour has here: none, one or two.
fn digits(text: &str) -> usize {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit);
    digits.count()
}

/// Six hexadecimal digits or none.
fn hex_digits(text: &str) -> usize {
    let digits = text.bytes().take(6).take_while(u8::is_ascii_hexdigit);
    if digits.count() == 6 { 6 } else { 0 }
}
