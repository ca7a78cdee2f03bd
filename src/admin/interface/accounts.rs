//! What requests and replies about accounts are made of.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A password on its way to the daemon. The wire carries it; its `Debug` and audit records do not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NewPassword(pub String);

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NewPassword::HIDDEN)
    }
}

impl NewPassword {
    /// What stands for it where it is not shown.
    pub const HIDDEN: &str = "(hidden)";
}

/// An account, without anything that is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Never reused, whatever becomes of the name.
    pub id: u64,
    /// Its name, as its owner writes it.
    pub name: String,
    /// When it was registered; RFC 3339, UTC.
    pub since: String,
    /// Whether it has a password.
    pub password: bool,
    /// The SHA-256 fingerprints of the certificates that prove it.
    pub certificates: Vec<String>,
    /// That nobody may log in to it, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspension>,
    /// Whether it stays when its last client has gone; none: as the server has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_on: Option<bool>,
    /// Clients that are logged in to it now; none: the chat has not told in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clients: Option<u64>,
}

/// That an account may not be logged in to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Why, as its owner is told.
    pub reason: String,
    /// Who did it.
    pub by: String,
    /// Since when; RFC 3339, UTC.
    pub at: String,
}
