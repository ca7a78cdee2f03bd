//! Which clients are meant, as it goes over the wire.

use serde::{Deserialize, Serialize};

/// Which clients: AND between kinds, OR within one; `not_` takes away. Empty: all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(
    missing_docs,
    reason = "each field is one option of chatctl's SELECT, documented there"
)]
pub struct Select {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nick: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addr: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub room: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protocol: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listener: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub account: Vec<String>,
    /// `>5m` or `<5m`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<String>,
    /// `>1h` or `<1h`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub age: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_id: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_nick: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_addr: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_room: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_protocol: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_listener: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_account: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_idle: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_age: Vec<String>,
}
