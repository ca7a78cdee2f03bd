//! Names of users and rooms, made only by parsing: valid, normalised, with the keys by which two names are one.
//!
//! Nicks and room names are Unicode. Two names that differ in casing only, or that look alike (UTS 39), are one name. What is
//! allowed is in `rules`, what looks alike in `keys`.

mod error;
mod keys;
mod rules;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use error::NameError;
pub(super) use keys::{fold, same};
use rules::{NICK_CHARS, ROOM_CHARS};

/// A name as shown, and its keys where they differ from it, in one piece of memory: `shown`, then the key, then the other key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    all: Arc<str>,
    shown: u16,
    key: u16,
}

impl Name {
    fn new(shown: &str) -> Name {
        // Enough for most, so that nothing else is allocated.
        let mut all = String::with_capacity(3 * shown.len() + 8);
        all.push_str(shown);
        let mut key = keys::append(shown, &mut all);
        if all[shown.len()..key] == *shown {
            all.drain(shown.len()..key);
            key = shown.len();
        }
        // Names are at most 150 bytes, and a character's key at most a few dozen.
        let end = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        Name {
            shown: end(shown.len()),
            key: end(key),
            all: all.into(),
        }
    }

    fn shown(&self) -> &str {
        &self.all[..usize::from(self.shown)]
    }

    fn key(&self) -> &str {
        if self.key == self.shown {
            self.shown()
        } else {
            &self.all[usize::from(self.shown)..usize::from(self.key)]
        }
    }

    fn other(&self) -> Option<&str> {
        let other = &self.all[usize::from(self.key)..];
        (!other.is_empty()).then_some(other)
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key()).chain(self.other())
    }
}

/// A nick: 1 to 32 characters, at most 96 bytes. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nick(Name);

/// A room's name, `#` included: 1 to 49 characters after it, at most 150 bytes in all. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName(Name);

impl Nick {
    /// The most characters of a nick.
    pub const MOST: usize = NICK_CHARS;

    /// The nick, when it is one.
    pub fn parse(text: &str) -> Result<Nick, NameError> {
        let shown = rules::nick(text)?;
        let name = Name::new(&shown);
        if keys::is_reserved(name.key()) || name.other().is_some_and(keys::is_reserved) {
            return Err(NameError::Reserved { name: shown.into() });
        }
        Ok(Nick(name))
    }

    /// As its user writes it.
    pub fn as_str(&self) -> &str {
        self.0.shown()
    }

    /// What two nicks that are one have in common. Not for showing.
    pub fn key(&self) -> &str {
        self.0.key()
    }

    /// All its keys, to look it up in a table by [`NameKey`].
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys()
    }

    /// Whether it is that text, but for casing, or looks like it.
    pub(super) fn looks_like(&self, text: &str) -> bool {
        let name = Name::new(text);
        self.keys().any(|key| name.keys().any(|other| other == key))
    }

    /// In one casing: the same for all nicks that are [the same](Nick::same_as), and for no others. Not for showing.
    pub fn folded(&self) -> String {
        keys::fold(self.as_str())
    }

    /// Whether the other is the same nick, but for casing. Nicks that only look alike are not the same, though no two users have
    /// them at one time.
    pub fn same_as(&self, other: &Nick) -> bool {
        keys::same(self.as_str(), other.as_str())
    }
}

impl RoomName {
    /// The most characters of a room's name, after the `#`.
    pub const MOST: usize = ROOM_CHARS;

    /// The name, when it is one.
    pub fn parse(text: &str) -> Result<RoomName, NameError> {
        let shown = rules::room(text)?;
        Ok(RoomName(Name::new(&shown)))
    }

    /// As its maker wrote it, with the `#`.
    pub fn as_str(&self) -> &str {
        self.0.shown()
    }

    /// What two names that are one have in common. Not for showing.
    pub fn key(&self) -> &str {
        self.0.key()
    }

    /// All its keys, to look it up in a table by [`NameKey`].
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys()
    }
}

macro_rules! shown_as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<$name, NameError> {
                $name::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.as_str().to_owned()
            }
        }
        impl std::str::FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<$name, NameError> {
                $name::parse(text)
            }
        }
    };
}
shown_as_text!(Nick);
shown_as_text!(RoomName);

/// One of a name's keys, in a table of names: whoever shares one is alike. Shares the name's memory. Ordered, and found, by its text.
#[derive(Clone, Debug)]
pub struct NameKey {
    name: Name,
    other: bool,
}

impl NameKey {
    /// All keys of a nick: nobody else may have any of them.
    pub fn of_nick(nick: &Nick) -> impl Iterator<Item = NameKey> + use<> {
        NameKey::of(&nick.0)
    }

    /// The key that all casings of a nick have in common.
    pub fn first_of_nick(nick: &Nick) -> Option<NameKey> {
        NameKey::of_nick(nick).next()
    }

    /// All keys of a room's name: whichever of them is found names the room.
    pub(super) fn of_room(room: &RoomName) -> impl Iterator<Item = NameKey> + use<> {
        NameKey::of(&room.0)
    }

    fn of(name: &Name) -> impl Iterator<Item = NameKey> + use<> {
        let key = NameKey {
            name: name.clone(),
            other: false,
        };
        let other = name.other().is_some().then(|| NameKey {
            name: name.clone(),
            other: true,
        });
        std::iter::once(key).chain(other)
    }

    /// Whether it is the key that all casings of the name have in common: each name has one.
    pub fn is_first(&self) -> bool {
        !self.other
    }

    fn text(&self) -> &str {
        match self.name.other() {
            Some(other) if self.other => other,
            _ => self.name.key(),
        }
    }
}

impl Borrow<str> for NameKey {
    fn borrow(&self) -> &str {
        self.text()
    }
}

impl PartialEq for NameKey {
    fn eq(&self, other: &NameKey) -> bool {
        self.text() == other.text()
    }
}

impl Eq for NameKey {}

impl PartialOrd for NameKey {
    fn partial_cmp(&self, other: &NameKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NameKey {
    fn cmp(&self, other: &NameKey) -> Ordering {
        self.text().cmp(other.text())
    }
}

impl Hash for NameKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}
