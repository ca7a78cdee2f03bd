//! What a new password must be. Knows no account but the name of the one it is for.

use crate::chat::Nick;
use crate::password::prepared;

#[cfg(test)]
mod tests;

/// The fewest characters of a password.
pub const LEAST_PASSWORD: usize = 8;
/// The most bytes of a password.
pub const MOST_PASSWORD: usize = 300;

/// Why a password cannot be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Somebody else would find it (IRCv3 account-registration: `WEAK_PASSWORD`).
    #[error(transparent)]
    Weak(#[from] Weak),
    /// It could not be told from nothing, or not be typed again (IRCv3 account-registration: `UNACCEPTABLE_PASSWORD`).
    #[error(transparent)]
    Unacceptable(#[from] Unacceptable),
}

/// Why a password is too easy to find.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// So few characters.
    #[error(
        "the password has {0} characters, expected at least {LEAST_PASSWORD}: choose a longer one"
    )]
    Short(usize),
    /// The account's name, in whatever casing.
    #[error("the password is the account's name: choose another")]
    Name,
}

/// Why a text is no password at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// Nothing there.
    #[error("the password is empty")]
    Empty,
    /// So many bytes.
    #[error("the password has {0} bytes, expected at most {MOST_PASSWORD}: choose a shorter one")]
    Long(usize),
    /// A control character.
    #[error("the password has a control character in it: leave it out")]
    Control,
    /// Bytes that are no text.
    #[error("the password is not UTF-8")]
    NotUtf8,
}

/// The password that somebody wants for the account of that name, in the form in which it is hashed; or why it cannot be one.
pub fn fit_password(wanted: &[u8], name: &Nick) -> Result<Box<str>, Unfit> {
    if wanted.is_empty() {
        return Err(Unacceptable::Empty.into());
    }
    if wanted.len() > MOST_PASSWORD {
        return Err(Unacceptable::Long(wanted.len()).into());
    }
    let text = str::from_utf8(wanted).map_err(|_| Unacceptable::NotUtf8)?;
    if text.chars().any(char::is_control) {
        return Err(Unacceptable::Control.into());
    }
    let password = prepared(text);
    let characters = password.chars().count();
    if characters < LEAST_PASSWORD {
        return Err(Weak::Short(characters).into());
    }
    if Nick::parse(&password).is_ok_and(|nick| nick.same_as(name)) {
        return Err(Weak::Name.into());
    }
    Ok(password.into())
}
