//! Passwords as they are stored: argon2 hashes in the PHC string format, made, read and verified; in [`scram`] the keys of those who
//! prove theirs without saying it. Touches no file and knows neither who has a password nor where hashes are kept.
//!
//! Hashing and verifying take tens of milliseconds and tens of MiB on purpose: never on the chat's thread.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params};
use precis_core::profile::PrecisFastInvocation;
use precis_profiles::OpaqueString;
use ring::hmac;
use ring::rand::SystemRandom;
use serde::{Deserialize, Serialize};

pub mod scram;
#[cfg(test)]
mod tests;

/// The most bytes of a password. Longer ones are refused, never cut.
pub const LONGEST: usize = 1024;

/// The most memory that verifying may take, in KiB: a hash that asks for more would let each attempt hurt the server.
const MOST_MEMORY: u32 = 256 * 1024;
/// The most passes over that memory.
const MOST_PASSES: u32 = 16;
/// The most lanes.
const MOST_LANES: u32 = 16;

/// A password in the form in which it is one, however it was typed: composed letters, every kind of space as a space (RFC 8265's
/// `OpaqueString`, which has taken the place of `SASLprep`; compatible forms of a letter stay what they are, unlike there). What
/// that profile refuses, such as control characters, is used as it is.
pub fn prepared(password: &str) -> Cow<'_, str> {
    OpaqueString::enforce(password).unwrap_or(Cow::Borrowed(password))
}

/// A hash of a password, which can be verified. Its `Debug` does not show it. In JSON it is the PHC string.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PasswordHash(Box<str>);

/// Why a text is no [`PasswordHash`], or a password cannot be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The text is no PHC string, or not one of argon2.
    #[error("it is no argon2 hash; chatctl hash-password makes one")]
    Form,
    /// Verifying it would cost too much.
    #[error(
        "verifying it takes too much: at most m={MOST_MEMORY} (KiB), t={MOST_PASSES}, p={MOST_LANES}"
    )]
    Cost,
    /// The password is empty.
    #[error("the password is empty")]
    Empty,
    /// The password is too long.
    #[error("the password has {0} bytes, expected at most {LONGEST}")]
    Long(usize),
    /// The system gives no random bytes, or no memory.
    #[error("the system gives no random bytes or too little memory")]
    System,
}

impl PasswordHash {
    /// Hashes a password with argon2id (RFC 9106), the crate's recommended cost and a random salt.
    pub fn of(password: &[u8]) -> Result<PasswordHash, PasswordError> {
        if password.is_empty() {
            return Err(PasswordError::Empty);
        }
        if password.len() > LONGEST {
            return Err(PasswordError::Long(password.len()));
        }
        let hash = Argon2::default()
            .hash_password(password)
            .map_err(|_| PasswordError::System)?;
        Ok(PasswordHash(hash.to_string().into()))
    }

    /// Whether it is of this password. One that is empty or too long is of none.
    pub fn verify(&self, password: &[u8]) -> bool {
        let Ok(hash) = Phc::new(&self.0) else {
            return false;
        };
        (1..=LONGEST).contains(&password.len())
            && Argon2::default().verify_password(password, &hash).is_ok()
    }

    /// The PHC string. It is a secret too: whoever has it can try passwords at leisure.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that was right, kept in memory alone, as an HMAC under a key that nobody else has: it is known again at once,
/// without the work that a hash takes.
pub struct Known {
    key: hmac::Key,
    tag: hmac::Tag,
    hash: PasswordHash,
}

impl Known {
    /// Of a password that [`PasswordHash::verify`] has found right; none without random bytes.
    pub fn new(hash: &PasswordHash, password: &str) -> Option<Known> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok()?;
        let tag = hmac::sign(&key, password.as_bytes());
        let hash = hash.clone();
        Some(Known { key, tag, hash })
    }

    /// Whether it is this one, of that hash. Takes as long whatever it is.
    pub fn is(&self, hash: &PasswordHash, password: &str) -> bool {
        self.hash == *hash
            && hmac::verify(&self.key, password.as_bytes(), self.tag.as_ref()).is_ok()
    }
}

impl FromStr for PasswordHash {
    type Err = PasswordError;

    fn from_str(text: &str) -> Result<PasswordHash, PasswordError> {
        let hash = Phc::new(text).map_err(|_| PasswordError::Form)?;
        Algorithm::new(hash.algorithm.as_str()).map_err(|_| PasswordError::Form)?;
        let cost = Params::try_from(&hash).map_err(|_| PasswordError::Form)?;
        if hash.salt.is_none() || hash.hash.is_none() {
            return Err(PasswordError::Form);
        }
        let bounded = cost.m_cost() <= MOST_MEMORY
            && cost.t_cost() <= MOST_PASSES
            && cost.p_cost() <= MOST_LANES;
        if !bounded {
            return Err(PasswordError::Cost);
        }
        Ok(PasswordHash(text.into()))
    }
}

impl TryFrom<String> for PasswordHash {
    type Error = PasswordError;

    fn try_from(text: String) -> Result<PasswordHash, PasswordError> {
        text.parse()
    }
}

impl From<PasswordHash> for String {
    fn from(hash: PasswordHash) -> String {
        hash.0.into()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}
