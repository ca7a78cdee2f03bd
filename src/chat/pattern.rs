//! Patterns that questions ask by (`WHO *.example`, `LIST *tea*`). Knows nothing of who or what is asked for.

use super::glob;
use super::names::fold;

/// Text with `*` for any text and `?` for any one character, in any casing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern that a text is.
    pub fn new(text: &str) -> Pattern {
        Pattern(fold(text))
    }

    /// Whether a text has `*` or `?` in it, so that it may mean more than itself.
    pub fn has_wildcards(text: &str) -> bool {
        text.contains(['*', '?'])
    }

    /// Whether the whole text is of this pattern.
    pub fn matches(&self, text: &str) -> bool {
        glob::matches(&self.0, &fold(text))
    }
}
