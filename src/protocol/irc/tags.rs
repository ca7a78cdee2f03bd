//! The tags of a message (IRCv3 message-tags), read in place. Knows no tag.

use std::borrow::Cow;

use memchr::memchr;
use smallvec::SmallVec;

/// The tags of a message, as they were written. A key is an opaque word whose case counts; of a key that stands there
/// more than once, the last counts; no value is the same as an empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tags<'a>(&'a str);

impl<'a> Tags<'a> {
    /// Tags as they are written between `@` and the space; `None`: they have a byte that would end them (NUL, CR, LF, space).
    pub fn from_raw(raw: &'a str) -> Option<Tags<'a>> {
        let ends = raw.bytes().any(|b| matches!(b, 0 | b'\r' | b'\n' | b' '));
        (!ends).then_some(Tags(raw))
    }

    /// Tags of a message that is read: up to its first space.
    pub(super) fn read(raw: &'a str) -> Tags<'a> {
        Tags(raw)
    }

    /// As they are written, without the `@`.
    pub fn raw(self) -> &'a str {
        self.0
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Each as it is written, key and escaped value ("" for none), in order; a key may come more than once.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = (&'a str, &'a str)> {
        self.0
            .split(';')
            .filter(|tag| !tag.is_empty())
            .map(|tag| tag.split_once('=').unwrap_or((tag, "")))
    }

    /// The value of a tag, unescaped: "" if it has none, `None` if there is no such tag. It may have any character but NUL.
    pub fn get(self, key: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.iter().rev().find(|(found, _)| *found == key)?;
        Some(unescape(value))
    }

    /// The client-only tags (`+...`), key with its `+` and escaped value, in the order in which they stand; each key once.
    pub fn client_only(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut tags: SmallVec<[(usize, &'a str, &'a str); 8]> = self
            .iter()
            .filter(|(key, _)| key.starts_with('+'))
            .enumerate()
            .map(|(place, (key, value))| (place, key, value))
            .collect();
        // Sorted, since a message has room for more than a thousand of them.
        tags.sort_unstable_by(|a, b| (a.1, b.0).cmp(&(b.1, a.0)));
        tags.dedup_by(|later, kept| later.1 == kept.1);
        tags.sort_unstable_by_key(|tag| tag.0);
        tags.into_iter().map(|(_, key, value)| (key, value))
    }
}

/// The value that an escaped one stands for: a `\` without a character after it that needs one is dropped.
pub fn unescape(value: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', value.as_bytes()) else {
        return Cow::Borrowed(value);
    };
    let (plain, escaped) = value.split_at(first);
    let mut out = String::with_capacity(value.len());
    out.push_str(plain);
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(':') => out.push(';'),
            Some('s') => out.push(' '),
            Some('r') => out.push('\r'),
            Some('n') => out.push('\n'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Cow::Owned(out)
}

/// Appends a value, escaped. A NUL, which no tag can have, is left out.
pub fn escape(value: &str, out: &mut Vec<u8>) {
    for &byte in value.as_bytes() {
        match byte {
            b';' => out.extend_from_slice(b"\\:"),
            b' ' => out.extend_from_slice(b"\\s"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0 => {}
            byte => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests;
