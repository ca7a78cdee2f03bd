//! What is kept of one account, as a value that can be written out and read back. Knows no other account.

use serde::{Deserialize, Serialize};

use crate::chat::{Nick, Text, Timestamp};
use crate::password::PasswordHash;
use crate::password::scram::Scram;

use super::Fingerprint;

#[cfg(test)]
mod tests;

/// The most certificates of an account.
pub const MOST_CERTIFICATES: usize = 16;

/// One account. Its `Debug` shows no secret; its JSON holds hashes and keys, which are.
///
/// What is not set is not written. What a later version has set and this one does not know is refused with its name, never
/// dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Counts from 1 and is never reused, whatever becomes of the name.
    pub id: u64,
    /// Its name, as its owner writes it. Nobody else has a nick that is it or looks like it.
    pub name: Nick,
    /// When it was registered.
    pub since: Timestamp,
    /// By which a password that is said is verified; none: there is no password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordHash>,
    /// By which the same password is verified where it is proven and not said; none: it cannot be proven so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scram: Option<Scram>,
    /// Whoever has one of these is it; at most [`MOST_CERTIFICATES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Fingerprint>,
    /// Nobody may log in with it, for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspended>,
    /// Whether it stays when its last client has gone; none: as the server has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_on: Option<bool>,
}

impl Record {
    /// An account with a name and nothing else: nobody can prove to be it.
    pub fn new(id: u64, name: Nick, since: Timestamp) -> Record {
        Record {
            id,
            name,
            since,
            password: None,
            scram: None,
            certificates: Vec::new(),
            suspended: None,
            always_on: None,
        }
    }
}

/// That, why and by whom an account was suspended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspended {
    /// Why, as its owner is told.
    pub reason: Text,
    /// Since when.
    pub at: Timestamp,
    /// The operator, as audit records name them.
    pub by: String,
}
