//! One message, read in place: tags, source, command, parameters. Nothing is copied.

use std::borrow::Cow;
use std::ops::Deref;

/// A message (Modern IRC, "Message format"; IRCv3 message-tags).
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Its tags.
    pub tags: Tags<'a>,
    /// Its source; clients need not send one, and what they send means nothing.
    pub source: Option<&'a str>,
    /// The command, in any casing.
    pub command: &'a str,
    /// The parameters.
    pub params: Params<'a>,
}

/// A message's tags, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tags<'a>(&'a str);

/// A message's parameters: a slice of at most [`Params::MOST`].
#[derive(Clone, Copy, Debug)]
pub struct Params<'a> {
    all: [&'a str; Params::MOST],
    count: usize,
}

/// Why a line is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is no command.
    #[error("there is no command")]
    NoCommand,
}

impl Params<'_> {
    /// The most parameters of a message (RFC 2812 section 2.3).
    pub const MOST: usize = 15;
}

impl<'a> Deref for Params<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &[&'a str] {
        &self.all[..self.count]
    }
}

impl<'a> Tags<'a> {
    /// The tag's value, unescaped; empty if it has none.
    pub fn get(&self, key: &str) -> Option<Cow<'a, str>> {
        let tags = self.0.split(';');
        let found = tags.filter_map(|tag| {
            let (found, value) = tag.split_once('=').unwrap_or((tag, ""));
            (found == key).then_some(value)
        });
        found.last().map(Cow::Borrowed)
    }
}

impl<'a> Message<'a> {
    /// Reads a line without its end.
    pub fn parse(line: &'a str) -> Result<Message<'a>, MessageError> {
        let (mut tags, mut source, mut rest) = (Tags(""), None, line.trim_start_matches(' '));
        if let Some(tagged) = rest.strip_prefix('@') {
            let (all, after) = tagged.split_once(' ').unwrap_or((tagged, ""));
            (tags, rest) = (Tags(all), after.trim_start_matches(' '));
        }
        if let Some(sourced) = rest.strip_prefix(':') {
            let (from, after) = sourced.split_once(' ').unwrap_or((sourced, ""));
            (source, rest) = (Some(from), after.trim_start_matches(' '));
        }
        let (command, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if command.is_empty() {
            return Err(MessageError::NoCommand);
        }
        let mut params = Params {
            all: [""; Params::MOST],
            count: 0,
        };
        loop {
            rest = rest.trim_start_matches(' ');
            if rest.is_empty() || params.count == Params::MOST {
                break;
            }
            let (param, after) = match rest.strip_prefix(':') {
                Some(trailing) => (trailing, ""),
                None => rest.split_once(' ').unwrap_or((rest, "")),
            };
            params.all[params.count] = param;
            params.count += 1;
            rest = after;
        }
        Ok(Message {
            tags,
            source,
            command,
            params,
        })
    }
}
