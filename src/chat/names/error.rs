//! Why a name is refused, in words that say what to do.

/// Why a name is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the fields' names say it")]
pub enum NameError {
    /// Nothing there.
    #[error("a nick is missing; it is 1 to {} characters long", super::NICK_CHARS)]
    EmptyNick,
    /// No `#` in front, or nothing after it.
    #[error(
        "a room's name is # and 1 to {} characters, such as #lobby",
        super::ROOM_CHARS
    )]
    NotARoom,
    /// Too many characters or bytes.
    #[error(
        "{kind} has {characters} characters in {bytes} bytes; at most {most_characters} in {most_bytes} are allowed: choose a shorter one"
    )]
    TooLong {
        kind: Kind,
        characters: usize,
        bytes: usize,
        most_characters: usize,
        most_bytes: usize,
    },
    /// A character that may not be in a name.
    #[error("{kind} may not have {what} in it: leave it out")]
    Forbidden { kind: Kind, what: String },
    /// A character that a nick may not start with.
    #[error("a nick may not start with {what}: put a letter first")]
    Start { what: String },
    /// Three or more accents on one letter.
    #[error(
        "{kind} may not have more than 2 combining marks in a row, nor start with one: use fewer"
    )]
    Marks { kind: Kind },
    /// Letters of scripts that are not written together.
    #[error("{kind} may not mix scripts (such as Latin and Cyrillic): use the letters of one")]
    Scripts { kind: Kind },
    /// Right-to-left letters in an order that would be shown in another.
    #[error(
        "{kind} written from right to left must start with a letter, end with a letter or digit, and have no left-to-right letters in it"
    )]
    Direction { kind: Kind },
    /// A name that stands for something else.
    #[error("{name} is a reserved name (or looks like one): choose another")]
    Reserved { name: Box<str> },
}

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A user.
    Nick,
    /// A room.
    Room,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Nick => "a nick",
            Kind::Room => "a room's name",
        })
    }
}
