//! The name that somebody logs in with: an account's, and which of its devices this is. Knows not whether there is such an account.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::chat::{NameError, Nick};

#[cfg(test)]
mod tests;

/// `account` or `account@device`. In JSON it is that text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login {
    /// The account's name, in the casing in which it was said.
    pub name: Nick,
    /// The device; none: the default one.
    pub device: Option<Device>,
}

/// One of an account's reading places: 1 to 32 of the letters `a` to `z`, digits, `-`, `_` and `.`. Said in any casing, kept in
/// lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Device(Box<str>);

/// Why a text is no [`Login`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// No account can have that name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It is none of a device.
    #[error(
        "a device (what stands after the @) is 1 to {} of the letters a to z, digits, '-', '_' and '.'",
        Device::MOST
    )]
    Device,
}

impl Device {
    /// The most characters.
    pub const MOST: usize = 32;
    /// The name of the one that whoever names none has.
    pub const DEFAULT: &str = "default";

    /// The device of that name; none for the default one.
    pub fn parse(text: &str) -> Result<Option<Device>, LoginError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if !(1..=Device::MOST).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(LoginError::Device);
        }
        let device = text.to_ascii_lowercase();
        Ok((device != Device::DEFAULT).then(|| Device(device.into())))
    }

    /// Its name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Login {
    /// Whether who has proven to be this one may be called so: by the same account's name, with no other device.
    pub(super) fn is_also(&self, other: &Login) -> bool {
        let device = other.device.is_none() || other.device == self.device;
        self.name.same_as(&other.name) && device
    }
}

impl FromStr for Login {
    type Err = LoginError;

    fn from_str(text: &str) -> Result<Login, LoginError> {
        let (name, device) = match text.split_once('@') {
            Some((name, device)) => (name, Device::parse(device)?),
            None => (text, None),
        };
        let name = Nick::parse(name)?;
        Ok(Login { name, device })
    }
}

impl TryFrom<String> for Login {
    type Error = LoginError;

    fn try_from(text: String) -> Result<Login, LoginError> {
        text.parse()
    }
}

impl From<Login> for String {
    fn from(login: Login) -> String {
        login.to_string()
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        match &self.device {
            Some(device) => write!(f, "@{device}"),
            None => Ok(()),
        }
    }
}
