//! Why somebody is not let in, for the log. What a client is told of it is the protocol's: to tell it all would tell which
//! accounts there are.

use crate::chat::Text;

use super::LoginError;
use super::sasl::MOST_RESPONSE;

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// More bytes than are looked at.
    #[error("{0} bytes are more than the {MOST_RESPONSE} that an answer may have")]
    TooLong(usize),
    /// What the mechanism's specification does not have.
    #[error("the answer is malformed: {0}")]
    Malformed(&'static str),
    /// A channel is to be bound to, or it was not the same one all the time.
    #[error("channel binding is not offered")]
    ChannelBinding,
    /// An extension that must not be ignored.
    #[error("the answer asks for an extension that is not known")]
    Extension,
    /// The answer is to another challenge.
    #[error("the nonce is another than that of the challenge")]
    Nonce,
    /// No account can be called so.
    #[error("no account can be called so: {0}")]
    Login(#[from] LoginError),
    /// To be one account with what proves another.
    #[error("what is asked for is another account than the one that is proven")]
    Identity,
    /// A wrong password, or one of an account that is not there or has none.
    #[error("the password is wrong, or there is no such account with a password")]
    Wrong,
    /// No certificate was shown.
    #[error("the connection has shown no certificate")]
    NoCertificate,
    /// A certificate that is of no account.
    #[error("the certificate is of no account")]
    UnknownCertificate,
    /// Who it is was proven, but nobody may log in with that account.
    #[error("the account is suspended: {0}")]
    Suspended(Text),
    /// The account has gone meanwhile.
    #[error("there is no such account any more")]
    Gone,
    /// The state that was handed back is none that was given.
    #[error("the exchange's state is lost")]
    State,
}
