//! One IRC message (RFC 2812 §2.3.1, Modern IRC "Message Format"), taken apart where it lies, and put together. Knows no command,
//! allocates nothing.

use std::fmt;
use std::ops::Deref;

use memchr::{memchr, memchr3};

use super::Tags;

/// The most parameters of a message.
pub const PARAMS: usize = 15;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Its tags; empty for none.
    pub tags: Tags<'a>,
    /// Where it comes from, without the `:`. What a client says of this does not count.
    pub source: Option<&'a str>,
    /// Its command, as it was written: compare without regard to case. Any word that can be written; not empty.
    pub command: &'a str,
    /// Its parameters.
    pub params: Params<'a>,
}

/// Why a line is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Nothing but spaces, tags or a source; it is ignored as an empty message is.
    #[error("the message has no command")]
    NoCommand,
    /// Its command starts with `:` or `@`, so that no answer can repeat it.
    #[error("the command of the message starts with ':' or '@'; start it with a letter")]
    BadCommand,
}

impl<'a> Message<'a> {
    /// Takes a line apart, as [`Line::Whole`](super::Line::Whole) has it: without CR, LF and NUL.
    ///
    /// One or more spaces separate; a tab is a character like any other. Spaces before the source or the command are skipped, but tags
    /// start with the very first byte.
    pub fn parse(line: &'a str) -> Result<Message<'a>, MessageError> {
        let (tags, rest) = match line.strip_prefix('@') {
            Some(rest) => word(rest),
            None => ("", line),
        };
        let rest = skip_spaces(rest);
        let (source, rest) = match rest.strip_prefix(':') {
            Some(rest) => {
                let (source, rest) = word(rest);
                (Some(source), rest)
            }
            None => (None, rest),
        };
        let (command, rest) = word(skip_spaces(rest));
        match command.as_bytes().first() {
            None => return Err(MessageError::NoCommand),
            Some(b':' | b'@') => return Err(MessageError::BadCommand),
            Some(_) => {}
        }
        Ok(Message {
            tags: Tags::read(tags),
            source,
            command,
            params: Params::read(rest),
        })
    }
}

/// The parameters of a message: a slice of at most [`PARAMS`] of them.
#[derive(Clone)]
pub struct Params<'a> {
    places: [&'a str; PARAMS],
    count: usize,
}

impl<'a> Params<'a> {
    /// These; `None`: they are more than [`PARAMS`].
    pub fn new(params: &[&'a str]) -> Option<Params<'a>> {
        let mut places = [""; PARAMS];
        places.get_mut(..params.len())?.copy_from_slice(params);
        Some(Params {
            places,
            count: params.len(),
        })
    }

    /// What follows the command. The fifteenth takes all that is left, with or without a `:` (RFC 2812 §2.3.1).
    fn read(mut rest: &'a str) -> Params<'a> {
        let mut places = [""; PARAMS];
        let mut count = 0;
        for (n, place) in places.iter_mut().enumerate() {
            rest = skip_spaces(rest);
            if rest.is_empty() {
                break;
            }
            count = n + 1;
            if let Some(trailing) = rest.strip_prefix(':') {
                *place = trailing;
                break;
            }
            if count == PARAMS {
                *place = rest;
                break;
            }
            (*place, rest) = word(rest);
        }
        Params { places, count }
    }
}

impl<'a> Deref for Params<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.places[..self.count]
    }
}

impl PartialEq for Params<'_> {
    fn eq(&self, other: &Params<'_>) -> bool {
        **self == **other
    }
}

impl Eq for Params<'_> {}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Which part of a message cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Its source has a space, CR, LF or NUL.
    #[error("the source of a message has a space, CR, LF or NUL")]
    Source,
    /// Its command is empty, has a space, CR, LF or NUL, or starts with `:` or `@`.
    #[error("the command of a message is no word, or starts with ':' or '@'")]
    Command,
    /// This parameter, from 0, has CR, LF or NUL; or it is not the last, and is empty, has a space or starts with `:`.
    #[error("parameter {0} of a message cannot stand there")]
    Param(usize),
}

/// Appends a message with its end, CR LF; nothing if that is not possible. The last parameter gets a `:` only where it needs one. For
/// all that this writes, [`Message::parse`] reads the message again. Lengths are the caller's.
pub fn render(message: &Message<'_>, out: &mut Vec<u8>) -> Result<(), RenderError> {
    let command = message.command;
    if message.source.is_some_and(|source| !is_word(source)) {
        return Err(RenderError::Source);
    }
    if command.is_empty() || command.starts_with([':', '@']) || !is_word(command) {
        return Err(RenderError::Command);
    }
    let last = message.params.len().saturating_sub(1);
    for (n, param) in message.params.iter().enumerate() {
        let can_stand = is_clean(param) && (n == last || is_middle(param));
        if !can_stand {
            return Err(RenderError::Param(n));
        }
    }
    let mut put = |parts: &[&str]| {
        for part in parts {
            out.extend_from_slice(part.as_bytes());
        }
    };
    if !message.tags.is_empty() {
        put(&["@", message.tags.raw(), " "]);
    }
    if let Some(source) = message.source {
        put(&[":", source, " "]);
    }
    put(&[command]);
    for param in message.params.iter() {
        put(&[if is_middle(param) { " " } else { " :" }, param]);
    }
    put(&["\r\n"]);
    Ok(())
}

/// Whether nothing in it ends a message.
fn is_clean(text: &str) -> bool {
    memchr3(b'\r', b'\n', 0, text.as_bytes()).is_none()
}

fn is_word(text: &str) -> bool {
    is_clean(text) && memchr(b' ', text.as_bytes()).is_none()
}

fn is_middle(param: &str) -> bool {
    !param.is_empty() && !param.starts_with(':') && memchr(b' ', param.as_bytes()).is_none()
}

/// The text up to the first space, and that from it on.
fn word(text: &str) -> (&str, &str) {
    text.split_at(memchr(b' ', text.as_bytes()).unwrap_or(text.len()))
}

fn skip_spaces(text: &str) -> &str {
    text.trim_start_matches(' ')
}

#[cfg(test)]
mod tests;
