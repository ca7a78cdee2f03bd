//! Who somebody is, as others are shown it: a nick, where it comes from, an account, marks.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Nick, Timestamp};

/// The name of a registered identity. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(pub Arc<str>);

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a user comes from, as one string: `user@host`. Cheap to clone.
///
/// The user part has no `@`, `!` or space in it; the host part does not start with a colon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(Arc<str>);

impl Origin {
    /// Of a user name and a host that are well-formed.
    pub fn new(username: &str, host: &str) -> Origin {
        Origin([username, "@", host].concat().into())
    }

    /// `user@host`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    pub fn username(&self) -> &str {
        self.0.split_once('@').map_or("", |(user, _)| user)
    }

    /// The part after the `@`.
    pub fn host(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, host)| host)
    }

    /// The same user elsewhere.
    #[must_use]
    pub fn at_host(&self, host: &str) -> Origin {
        Origin::new(self.username(), host)
    }
}

/// What an operator may do; each may do what those before it may. Shared by IRC's OPER and the admin channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees: statistics, hidden rooms and users.
    Observer,
    /// Also ends clients, changes rooms, speaks to all operators.
    Moderator,
    /// Also reloads, stops and restarts the server.
    Administrator,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Role; 3] = [Role::Observer, Role::Moderator, Role::Administrator];

    /// The word for it in the configuration and for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Observer => "observer",
            Role::Moderator => "moderator",
            Role::Administrator => "administrator",
        }
    }

    /// The role of that word; none if there is no such.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Who somebody was when something happened. A copy, so that an event can be told after its subject has changed or gone. Cheap
/// to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The nick.
    pub nick: Nick,
    /// `user@host`.
    pub origin: Origin,
    /// The account, if logged in.
    pub account: Option<Account>,
    /// Whether it says that it is a bot.
    pub bot: bool,
    /// Whether it is an operator.
    pub oper: bool,
}

impl Identity {
    /// `nick!user@host`.
    pub fn mask(&self) -> String {
        format!("{}!{}", self.nick, self.origin.as_str())
    }
}

/// A user who was here, as `WHOWAS` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Who.
    pub who: Identity,
    /// What else it said of itself.
    pub realname: Arc<str>,
    /// When it went, or took another nick.
    pub at: Timestamp,
}

/// What a connection's TLS is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tls {
    /// Its version: `TLSv1.3`.
    pub version: Box<str>,
    /// The cipher suite.
    pub cipher: Box<str>,
    /// The SHA-256 fingerprint of the client's certificate, in lower-case hexadecimal; none: it has shown none.
    pub fingerprint: Option<Box<str>>,
    /// The host that the client says it connects to (SNI), which a policy of strict transport security asks for.
    pub server_name: Option<Box<str>>,
}
