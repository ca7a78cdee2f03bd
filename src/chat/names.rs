//! Names of users and rooms.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a name is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NameError(pub String);

/// A nick as its user writes it. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nick(Arc<str>);

/// A room's name, `#` included, as its maker wrote it. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomName(Arc<str>);

impl Nick {
    /// The nick, when it is one.
    pub fn parse(text: &str) -> Result<Nick, NameError> {
        Ok(Nick(text.into()))
    }
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl RoomName {
    /// The name, when it is one.
    pub fn parse(text: &str) -> Result<RoomName, NameError> {
        Ok(RoomName(text.into()))
    }
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Display for Nick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
