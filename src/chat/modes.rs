//! Modes of rooms, of members of rooms, and of users: what there is, under which letter, and what a change of it is.
//!
//! The letters are those that the field uses; they are the names under which operators and configurations know the modes too.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Nick, RoomName, Timestamp};

/// A member's standing in a room. One member can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rank {
    /// May speak in a moderated room.
    Voice,
    /// May kick and ban those below, invite and set the topic.
    HalfOp,
    /// May change the room's modes.
    Op,
    /// As an op, out of the ops' reach.
    Admin,
    /// As an admin, out of the admins' reach.
    Founder,
}

impl Rank {
    /// All, the highest first, as they are shown.
    pub const ALL: [Rank; 5] = [
        Rank::Founder,
        Rank::Admin,
        Rank::Op,
        Rank::HalfOp,
        Rank::Voice,
    ];

    /// Its mode letter.
    pub fn letter(self) -> char {
        match self {
            Rank::Founder => 'q',
            Rank::Admin => 'a',
            Rank::Op => 'o',
            Rank::HalfOp => 'h',
            Rank::Voice => 'v',
        }
    }

    /// The sign before a nick that has it.
    pub fn sign(self) -> char {
        match self {
            Rank::Founder => '~',
            Rank::Admin => '&',
            Rank::Op => '@',
            Rank::HalfOp => '%',
            Rank::Voice => '+',
        }
    }

    /// The rank of that sign.
    pub fn of_sign(sign: char) -> Option<Rank> {
        Rank::ALL.into_iter().find(|rank| rank.sign() == sign)
    }

    /// The rank of that letter.
    pub fn of_letter(letter: char) -> Option<Rank> {
        Rank::ALL.into_iter().find(|rank| rank.letter() == letter)
    }

    /// What one is who has it, in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Rank::Voice => "voiced",
            Rank::HalfOp => "half-op",
            Rank::Op => "op",
            Rank::Admin => "admin",
            Rank::Founder => "founder",
        }
    }

    /// The rank that people mean by a word, a letter or a sign.
    pub fn parse(word: &str) -> Option<Rank> {
        let mut letters = word.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            let rank = Rank::of_letter(letter.to_ascii_lowercase());
            return rank.or_else(|| Rank::of_sign(letter));
        }
        match &*word.to_ascii_lowercase() {
            "voice" => Some(Rank::Voice),
            "halfop" => Some(Rank::HalfOp),
            word => Rank::ALL.into_iter().find(|rank| rank.as_str() == word),
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// All ranks that one member has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ranks(u8);

impl Ranks {
    /// Just this one.
    pub fn of(rank: Rank) -> Ranks {
        Ranks(rank.bit())
    }

    /// Whether it is among them.
    pub fn has(self, rank: Rank) -> bool {
        self.0 & rank.bit() != 0
    }

    /// With it, or without.
    #[must_use]
    pub fn with(self, rank: Rank, on: bool) -> Ranks {
        Ranks(if on {
            self.0 | rank.bit()
        } else {
            self.0 & !rank.bit()
        })
    }

    /// Those that one has, the highest first.
    pub fn iter(self) -> impl Iterator<Item = Rank> {
        Rank::ALL.into_iter().filter(move |rank| self.has(*rank))
    }

    /// The highest of them.
    pub fn highest(self) -> Option<Rank> {
        self.iter().next()
    }

    /// Whether one has this rank or a higher one.
    pub fn at_least(self, rank: Rank) -> bool {
        self.0 >= rank.bit()
    }
}

macro_rules! flags {
    ($(#[$doc:meta])* $flag:ident, $set:ident($bits:ty) { $(#[doc = $about:literal] $name:ident = $letter:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $flag { $(#[doc = $about] $name,)* }

        impl $flag {
            /// All, in the order of their letters.
            pub const ALL: &[$flag] = &[$($flag::$name),*];

            /// Its mode letter.
            pub fn letter(self) -> char {
                match self { $($flag::$name => $letter,)* }
            }

            /// What it does, in a sentence or two.
            pub fn about(self) -> &'static str {
                match self { $($flag::$name => $about,)* }
            }

            /// The flag of that letter.
            pub fn of_letter(letter: char) -> Option<$flag> {
                match letter { $($letter => Some($flag::$name),)* _ => None }
            }

            fn bit(self) -> $bits {
                1 << self as u8
            }
        }

        /// A set of them.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $set($bits);

        impl $set {
            /// Whether it is among them.
            pub fn has(self, flag: $flag) -> bool {
                self.0 & flag.bit() != 0
            }

            /// With it, or without.
            #[must_use]
            pub fn with(self, flag: $flag, on: bool) -> $set {
                $set(if on { self.0 | flag.bit() } else { self.0 & !flag.bit() })
            }

            /// Those in it, in the order of their letters.
            pub fn iter(self) -> impl Iterator<Item = $flag> {
                $flag::ALL.iter().copied().filter(move |flag| self.has(*flag))
            }
        }

        impl fmt::Display for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.iter().try_for_each(|flag| write!(f, "{}", flag.letter()))
            }
        }
    };
}

flags! {
    /// A mode of a room that is on or off.
    RoomFlag, RoomFlags(u32) {
        /// No CTCP but actions.
        NoCtcp = 'C',
        /// Members keep their nicks.
        NoNickChange = 'N',
        /// Knocking is refused.
        NoKnock = 'K',
        /// Only those with an account (or a voice) speak.
        RegisteredSpeak = 'M',
        /// The room stays when it is empty. Only operators set it.
        Permanent = 'P',
        /// Only those with an account enter.
        RegisteredOnly = 'R',
        /// Colours and formatting are taken out.
        StripColours = 'S',
        /// What those who may not speak say reaches the ops.
        OpModerated = 'U',
        /// Messages with colours or formatting are refused.
        NoColours = 'c',
        /// Only the invited enter.
        InviteOnly = 'i',
        /// Only those with a voice speak.
        Moderated = 'm',
        /// Only members speak.
        NoExternal = 'n',
        /// Not shown in lists of a user's rooms.
        Private = 'p',
        /// The room is registered: it stays when it is empty. Set by the server alone.
        Registered = 'r',
        /// Not shown to those outside.
        Secret = 's',
        /// Only half-ops and above set the topic.
        TopicLocked = 't',
        /// Members below half-op see only the ops, not each other's coming and going.
        Auditorium = 'u',
    }
}

flags! {
    /// A mode of a user.
    UserFlag, UserFlags(u16) {
        /// It is a bot (IRCv3 bot mode).
        Bot = 'B',
        /// Only those with an account write to it in private.
        RegisteredOnly = 'R',
        /// Nobody sends it CTCP but actions.
        NoCtcp = 'T',
        /// Connected by TLS. Set by the server alone.
        Secure = 'Z',
        /// Not shown to those who share no room with it.
        Invisible = 'i',
        /// An operator. Set by OPER alone; can be given up.
        Operator = 'o',
        /// Is told what the server tells its operators. For operators alone.
        ServerNotices = 's',
        /// Is told what operators say to all (WALLOPS).
        Wallops = 'w',
    }
}

/// A list of masks that a room has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ListKind {
    /// Who may not enter or speak.
    Ban,
    /// Who may, though banned.
    Exception,
    /// Who need not be invited.
    InviteException,
}

impl ListKind {
    /// All.
    pub const ALL: [ListKind; 3] = [
        ListKind::Ban,
        ListKind::Exception,
        ListKind::InviteException,
    ];

    /// Its mode letter.
    pub fn letter(self) -> char {
        match self {
            ListKind::Ban => 'b',
            ListKind::Exception => 'e',
            ListKind::InviteException => 'I',
        }
    }

    /// The list of that letter.
    pub fn of_letter(letter: char) -> Option<ListKind> {
        ListKind::ALL
            .into_iter()
            .find(|list| list.letter() == letter)
    }
}

/// A room's key: 1 to [`Key::MOST`] bytes, printable, without space, comma and colon at its start. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Key(Arc<str>);

impl Key {
    /// The most bytes of a key.
    pub const MOST: usize = 64;

    /// The key, when it is one.
    pub fn parse(text: &str) -> Option<Key> {
        let fits = (1..=Key::MOST).contains(&text.len()) && !text.starts_with(':');
        let clean = text
            .chars()
            .all(|c| c != ',' && !c.is_whitespace() && !c.is_control());
        (fits && clean).then(|| Key(text.into()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Key, &'static str> {
        Key::parse(&text).ok_or("not a room's key")
    }
}

/// An entry of a room's list, with who made it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// The mask.
    pub mask: super::Mask,
    /// Who put it there: `nick!user@host`, or the operator's name.
    pub by: Arc<str>,
    /// When.
    pub at: Timestamp,
}

/// Changes as people write them: `+ov-m alice bob`.
pub fn describe(changes: &[ModeChange]) -> String {
    let (mut letters, mut parameters) = (String::new(), String::new());
    let mut sign = None;
    for change in changes {
        let (letter, on, parameter) = change.parts();
        if sign != Some(on) {
            letters.push(if on { '+' } else { '-' });
            sign = Some(on);
        }
        letters.push(letter);
        if let Some(parameter) = parameter {
            parameters.push(' ');
            parameters.push_str(&parameter);
        }
    }
    letters + &parameters
}

/// One change of a room's modes: as it is asked for, and, where it made a difference, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum ModeChange {
    /// A flag, on or off.
    Flag(RoomFlag, bool),
    /// A member's rank, given or taken.
    Rank(Rank, Nick, bool),
    /// An entry of a list, put there or taken away.
    List(ListKind, super::Mask, bool),
    /// The key; none: taken away.
    Key(Option<Key>),
    /// The most members; none: no limit.
    Limit(Option<u32>),
    /// The room that those who may not enter are sent to; none: nowhere.
    Forward(Option<RoomName>),
}

impl ModeChange {
    /// Its letter, whether it is set, and its parameter. A key that is taken away has `*` for one.
    pub fn parts(&self) -> (char, bool, Option<Cow<'_, str>>) {
        let some = |text: &'_ str| Some(Cow::Owned(text.to_owned()));
        match self {
            ModeChange::Flag(flag, on) => (flag.letter(), *on, None),
            ModeChange::Rank(rank, nick, on) => (rank.letter(), *on, Some(nick.as_str().into())),
            ModeChange::List(list, mask, on) => (list.letter(), *on, Some(mask.as_str().into())),
            ModeChange::Key(Some(key)) => ('k', true, Some(key.as_str().into())),
            ModeChange::Key(None) => ('k', false, some("*")),
            ModeChange::Limit(Some(limit)) => ('l', true, some(&limit.to_string())),
            ModeChange::Limit(None) => ('l', false, None),
            ModeChange::Forward(Some(room)) => ('f', true, Some(room.as_str().into())),
            ModeChange::Forward(None) => ('f', false, None),
        }
    }
}
