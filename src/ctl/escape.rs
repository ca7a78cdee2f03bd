//! Makes text that others wrote harmless to a terminal. It knows nothing of where the text comes from: every view
//! passes everything that is not its own words through [`escape`].

use std::borrow::Cow;
use std::fmt::Write;

use crate::chat::is_unseen;

#[cfg(test)]
mod tests;

/// The text with every character that a terminal acts on, hides or reorders by written as an escape: `\n`, `\t`, `\r`,
/// `\x1b`, `\x9b`, `\u{202e}`. The result is one line. A joiner inside an emoji or a word of a script that needs it
/// is left alone: it stands between two visible characters beyond ASCII.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if !is_unseen(c) || (is_joiner(c) && is_joined(before) && is_joined(rest.peek().copied())) {
            shown.push(c);
        } else {
            push_escape(&mut shown, c);
        }
        before = Some(c);
    }
    Cow::Owned(shown)
}

/// JSON text with the same characters as `\uXXXX`; a reader of JSON gets back exactly what was there. `serde_json`
/// escapes C0 itself and leaves the others as they are; they can only stand within strings.
pub(crate) fn escape_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

fn push_escape(shown: &mut String, c: char) {
    let _ = match c {
        '\n' => write!(shown, "\\n"),
        '\r' => write!(shown, "\\r"),
        '\t' => write!(shown, "\\t"),
        c if u32::from(c) < 0x100 => write!(shown, "\\x{:02x}", u32::from(c)),
        c => write!(shown, "\\u{{{:x}}}", u32::from(c)),
    };
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_joined(neighbour: Option<char>) -> bool {
    neighbour.is_some_and(|c| !c.is_ascii() && !is_unseen(c))
}
