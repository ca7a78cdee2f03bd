//! Text that people write: one line, valid UTF-8, no NUL, bounded by who reads it in.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// There is nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// NUL, CR or LF inside.
    #[error("a {0} may not be in it")]
    Forbidden(&'static str),
    /// Longer than allowed, in bytes.
    #[error("{found} bytes are more than the {limit} that are allowed")]
    TooLong {
        /// The most bytes.
        limit: usize,
        /// As many as there were.
        found: usize,
    },
}

fn one_line(text: &str) -> Result<&str, TextError> {
    match text.bytes().find(|b| matches!(b, 0 | b'\r' | b'\n')) {
        None => Ok(text),
        Some(0) => Err(TextError::Forbidden("NUL")),
        Some(b'\r') => Err(TextError::Forbidden("CR")),
        Some(_) => Err(TextError::Forbidden("LF")),
    }
}

/// A message, a reason, an away message: not empty, one line, without NUL. Other control characters may be in it: each
/// protocol decides what of them it shows. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Arc<str>);

impl Text {
    /// The text, when it is one. Its length is bounded by the line it came in.
    pub fn parse(text: &str) -> Result<Text, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        one_line(text).map(|text| Text(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A room's topic: as [`Text`], at most [`Topic::MOST`] bytes; empty means none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Topic(Arc<str>);

impl Topic {
    /// The most bytes of a topic.
    pub const MOST: usize = 390;

    /// The topic, when it is one.
    pub fn parse(text: &str) -> Result<Topic, TextError> {
        if text.len() > Topic::MOST {
            return Err(TextError::TooLong {
                limit: Topic::MOST,
                found: text.len(),
            });
        }
        one_line(text).map(|text| Topic(text.into()))
    }

    /// The topic.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it takes the topic away.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
