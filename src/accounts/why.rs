//! Why somebody is not let in, for the log. What a client is told of it is the protocol's: to tell it all would tell which
//! accounts there are.

use crate::chat::Text;

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Who it is was proven, but nobody may log in with that account.
    #[error("the account is suspended: {0}")]
    Suspended(Text),
    /// The account has gone meanwhile.
    #[error("there is no such account any more")]
    Gone,
}
