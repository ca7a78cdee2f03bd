//! What is looked for in conversations: by whom it was said, with which words, with which part of a text. Pure.

use super::words::Search;
use crate::chat::{Rights, strip_formatting};

/// What is looked for in each conversation.
#[derive(Clone, Debug)]
pub(super) struct Sought {
    pub(super) rights: Rights,
    /// The key of the nick of whoever said it.
    pub(super) nick: Option<String>,
    pub(super) words: Option<Search>,
    /// In lower case.
    pub(super) containing: Option<String>,
}

impl Sought {
    /// All that these may read.
    pub(super) fn all(rights: Rights) -> Sought {
        Sought {
            rights,
            nick: None,
            words: None,
            containing: None,
        }
    }

    /// What has to be looked for in the texts: what the indexes do not say.
    pub(super) fn unsaid(&self, recent: bool) -> Unsaid<'_> {
        Unsaid {
            words: self.words.as_ref().filter(|_| recent),
            containing: self.containing.as_deref(),
        }
    }
}

/// What texts are looked at for.
#[derive(Clone, Copy)]
pub(super) struct Unsaid<'s> {
    pub(super) words: Option<&'s Search>,
    containing: Option<&'s str>,
}

impl Unsaid<'_> {
    pub(super) fn is_nothing(self) -> bool {
        self.words.is_none() && self.containing.is_none()
    }

    pub(super) fn is_in(self, text: Option<&str>) -> bool {
        match text {
            None => self.is_nothing(),
            Some(text) => {
                self.words.is_none_or(|words| words.is_in(text))
                    && self
                        .containing
                        .is_none_or(|part| plain(text).contains(part))
            }
        }
    }
}

/// A text in which it makes no difference how it is written and shown.
pub(super) fn plain(text: &str) -> String {
    strip_formatting(text).to_lowercase()
}
