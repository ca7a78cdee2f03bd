//! What of a text reaches a plain client, whose terminal obeys control characters and whose script splits at line ends.
//!
//! TAB passes. The formatting codes of IRC (modern.ircdocs.horse/formatting) are left out. Any other control character (C0,
//! DEL, C1) becomes U+FFFD, and U+2028 and U+2029, at which some languages split lines, become a space.

use crate::chat::strip_formatting;

/// Appends a text, cleaned.
pub(super) fn push(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(is_suspicious) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for c in strip_formatting(text).chars() {
        match c {
            '\t' => out.push(b'\t'),
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

#[cfg(test)]
mod tests;
