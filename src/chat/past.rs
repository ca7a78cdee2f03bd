//! Who was here and is not any more, as `WHOWAS` shows it. Kept in few large pieces of memory, apart from what those have who are here:
//! what stays of a crowd that has gone must not keep the memory in use that lies around it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Identity, Nick, Timestamp, names};

/// A piece of memory that holds so many bytes gets no more of them.
const FULL: usize = if cfg!(test) { 64 } else { 16 * 1024 };

/// A user who was here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PastUser<'a> {
    /// Its nick.
    pub nick: &'a str,
    /// Its `user@host`, as others saw it.
    pub origin: &'a str,
    /// What else it said of itself.
    pub realname: &'a str,
    /// The account, if it was logged in.
    pub account: Option<&'a str>,
    /// When it went, or took another nick.
    pub at: Timestamp,
}

impl<'a> PastUser<'a> {
    /// One who goes now.
    pub(super) fn of(who: &'a Identity, realname: &'a str, at: Timestamp) -> PastUser<'a> {
        PastUser {
            nick: who.nick.as_str(),
            origin: who.origin.as_str(),
            realname,
            account: who.account.as_ref().map(|account| &*account.0),
            at,
        }
    }

    /// The user part and the host.
    pub fn username_and_host(&self) -> (&'a str, &'a str) {
        self.origin.split_once('@').unwrap_or_default()
    }
}

/// Where the texts of one are: nick, origin, realname, account, one behind the other.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Timestamp,
    /// Pieces are counted for ever, and around the end of the numbers.
    piece: u32,
    start: u32,
    /// In bytes; of no account [`NONE`].
    lengths: [u16; 4],
}

/// The length of what is not there.
const NONE: u16 = u16::MAX;

/// All who were here, the latest last.
#[derive(Clone, Debug, Default)]
pub(super) struct PastUsers {
    entries: VecDeque<Entry>,
    pieces: VecDeque<String>,
    /// The number of the first piece.
    first: u32,
}

impl PastUsers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes one more.
    pub(super) fn push(&mut self, user: PastUser<'_>) {
        if self.pieces.back().is_none_or(|piece| piece.len() >= FULL) {
            self.pieces.push_back(String::new());
        }
        let number = u32::try_from(self.pieces.len() - 1).expect("few pieces");
        let piece = self.pieces.back_mut().expect("there is one");
        let start = u32::try_from(piece.len()).expect("a piece is small");
        let mut put = |text: &str| {
            piece.push_str(text);
            u16::try_from(text.len()).expect("a short text")
        };
        let lengths = [
            put(user.nick),
            put(user.origin),
            put(user.realname),
            user.account.map_or(NONE, put),
        ];
        self.entries.push_back(Entry {
            at: user.at,
            piece: self.first.wrapping_add(number),
            start,
            lengths,
        });
    }

    /// Forgets those who went longest ago, until there are so many.
    pub(super) fn keep(&mut self, most: usize) {
        self.entries.drain(..self.len().saturating_sub(most));
        let needed = self.entries.front().map(|entry| entry.piece);
        while !self.pieces.is_empty() && needed != Some(self.first) {
            self.pieces.pop_front();
            self.first = self.first.wrapping_add(1);
        }
    }

    /// Puts what there is together, in as little memory as it takes.
    pub(super) fn pack(&mut self) {
        let mut packed = PastUsers {
            entries: VecDeque::with_capacity(self.len()),
            ..PastUsers::default()
        };
        for user in self.iter() {
            packed.push(user);
        }
        for piece in &mut packed.pieces {
            piece.shrink_to_fit();
        }
        *self = packed;
    }

    /// All, the latest last.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = PastUser<'_>> {
        self.entries.iter().map(|entry| {
            let piece = &self.pieces[entry.piece.wrapping_sub(self.first) as usize];
            let mut rest = &piece[entry.start as usize..];
            let mut next = |length: u16| {
                let (text, behind) = rest.split_at(usize::from(length));
                rest = behind;
                text
            };
            let [nick, origin, realname, account] = entry.lengths;
            PastUser {
                nick: next(nick),
                origin: next(origin),
                realname: next(realname),
                account: (account != NONE).then(|| next(account)),
                at: entry.at,
            }
        })
    }

    /// Those who were called so, the latest first.
    pub(super) fn called(&self, nick: &Nick) -> impl Iterator<Item = PastUser<'_>> {
        let same = |user: &PastUser<'_>| names::same(user.nick, nick.as_str());
        self.iter().rev().filter(same)
    }
}

impl PartialEq for PastUsers {
    fn eq(&self, other: &PastUsers) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Serialize for PastUsers {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for PastUsers {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<PastUsers, D::Error> {
        /// One, with texts of its own.
        #[derive(Deserialize)]
        struct Owned {
            nick: Nick,
            origin: String,
            realname: String,
            account: Option<String>,
            at: Timestamp,
        }
        let mut users = PastUsers::default();
        for user in Vec::<Owned>::deserialize(deserializer)? {
            users.push(PastUser {
                nick: user.nick.as_str(),
                origin: &user.origin,
                realname: &user.realname,
                account: user.account.as_deref(),
                at: user.at,
            });
        }
        Ok(users)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn those_remembered_are_the_last_so_many(
            users in prop::collection::vec(("[b-d]{1,2}", "[a-z]{1,9}@[a-z.]{0,20}", "\\PC{0,30}", prop::option::of("[a-z]{0,4}"), 0..9_usize), 1..60),
        ) {
            let (mut past, mut expected) = (PastUsers::default(), VecDeque::new());
            for (number, user) in (0..).zip(&users) {
                let (nick, origin, realname, account, most) = user;
                let user = PastUser { nick, origin, realname, account: account.as_deref(), at: Timestamp(number) };
                past.push(user);
                expected.push_back(user);
                if *most > 3 {
                    past.keep(*most);
                    past.pack();
                    expected.drain(..expected.len().saturating_sub(*most));
                }
                prop_assert!(past.iter().eq(expected.iter().copied()));
                let same: Vec<_> = past.called(&Nick::parse(nick).expect("a nick")).collect();
                prop_assert!(same.iter().eq(expected.iter().rev().filter(|one| one.nick == nick)));
            }
            let written = serde_json::to_string(&past).expect("it can be written");
            let read: PastUsers = serde_json::from_str(&written).expect("it can be read");
            prop_assert_eq!(&read, &past);
            past.keep(0);
            prop_assert_eq!((past.len(), past.pieces.len()), (0, 0));
        }
    }
}
