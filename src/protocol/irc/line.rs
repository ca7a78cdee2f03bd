//! One IRC message as it came, not yet taken apart: how long it may be, and which bytes. Knows no command.

use memchr::memchr;

use super::Tags;

/// The most bytes between the `@` and the space after the tags of a client's message (IRCv3 message-tags, "Size limit").
pub const TAG_DATA: usize = 4094;

/// The most bytes of a message, its tags with their `@` and space not counted, nor its end: 512 with CR LF (RFC 2812 §2.3).
pub const BODY: usize = 510;

/// What came of the bytes of one message. Those that cannot be carried out are refused whole; an empty message (RFC 2812
/// §2.3.1) is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// One message without its end: UTF-8, without NUL, CR and LF, within [`TAG_DATA`] and [`BODY`].
    Whole(Box<str>),
    /// More than [`TAG_DATA`] or [`BODY`]: 417.
    TooLong,
    /// It is not UTF-8 (IRCv3 UTF8ONLY: `FAIL ... INVALID_UTF8`). What is left of it is for the answer alone: its tags, if they
    /// can be read, and its command, or `*`; no parameters.
    NotUtf8(Box<str>),
    /// It has a NUL, which RFC 2812 §2.3.1 allows nowhere. It neither ends the message nor vanishes, so that no two
    /// readers see two messages in it. What is left is as for [`Line::NotUtf8`].
    Nul(Box<str>),
}

impl Line {
    /// How many bytes it holds.
    #[allow(clippy::len_without_is_empty, reason = "an empty message is none")]
    pub fn len(&self) -> usize {
        match self {
            Line::Whole(text) | Line::NotUtf8(text) | Line::Nul(text) => text.len(),
            Line::TooLong => 0,
        }
    }
}

/// Whether a message may be within its limits that starts with these bytes, in two pieces, or is these bytes.
pub(in crate::protocol) fn may_fit(start: &[u8], more: &[u8]) -> bool {
    let length = start.len() + more.len();
    if start.first().or(more.first()) != Some(&b'@') {
        return length <= BODY;
    }
    let space = memchr(b' ', start).or_else(|| Some(start.len() + memchr(b' ', more)?));
    let tags = space.unwrap_or(length);
    // The `@` before, the space after.
    tags <= TAG_DATA + 1 && length.saturating_sub(tags + 1) <= BODY
}

/// Reads one message, without its end, that is within its limits.
pub(in crate::protocol) fn read(line: &[u8]) -> Line {
    if memchr(0, line).is_some() {
        return Line::Nul(head(line));
    }
    match std::str::from_utf8(line) {
        Ok(line) => Line::Whole(line.into()),
        Err(_) => Line::NotUtf8(head(line)),
    }
}

/// What an answer needs of a message that is refused: its tags and its command.
fn head(line: &[u8]) -> Box<str> {
    let (tags, rest) = match line.strip_prefix(b"@") {
        Some(rest) => word(rest),
        None => (&b""[..], line),
    };
    let tags = std::str::from_utf8(tags).ok().and_then(Tags::from_raw);
    let rest = match rest.trim_ascii_start().strip_prefix(b":") {
        Some(rest) => word(rest).1,
        None => rest,
    };
    let command = word(rest.trim_ascii_start()).0;
    let is_command = !command.is_empty() && command.iter().all(u8::is_ascii_alphanumeric);
    let command = if is_command { command } else { b"*" };
    let mut head = String::new();
    if let Some(tags) = tags.filter(|tags| !tags.is_empty()) {
        head.extend(["@", tags.raw(), " "]);
    }
    head.extend(command.iter().copied().map(char::from));
    head.into()
}

/// The bytes up to the first space, and those from it on.
fn word(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(memchr(b' ', bytes).unwrap_or(bytes.len()))
}

#[cfg(test)]
mod tests;
