//! SASL (RFC 4422), the server's side, as steps without I/O: an answer of the client's comes in, what is to be done next comes out.
//! Knows neither base 64 nor `AUTHENTICATE`, and verifies no password.
//!
//! In all mechanisms that there are the client speaks first: [`begin`] takes its first answer, [`go_on`] each that follows a
//! [`Step::Challenge`]. An account that is not there, or has no password, is seen only at the end, where a wrong password is.

mod external;
mod plain;
mod scram;
#[cfg(test)]
mod tests;

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use crate::password::scram::Secret;

use super::{Book, Fingerprint, Login, Why};

/// The most bytes of a client's answer.
pub const MOST_RESPONSE: usize = 2048;

/// The random bytes of a nonce.
pub const NONCE: usize = 18;

/// A way to prove who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanism {
    /// The password, said (RFC 4616).
    Plain,
    /// The password, proven (RFC 5802, RFC 7677), without channel binding.
    ScramSha256,
    /// The certificate that the connection has shown (RFC 4422, appendix A).
    External,
}

impl Mechanism {
    /// All, as they are offered.
    pub const ALL: [Mechanism; 3] = [
        Mechanism::Plain,
        Mechanism::ScramSha256,
        Mechanism::External,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::External => "EXTERNAL",
        }
    }

    /// The mechanism of that name, in whatever casing; none if there is no such.
    pub fn parse(name: &str) -> Option<Mechanism> {
        let mut all = Mechanism::ALL.into_iter();
        all.find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }
}

/// What is to be done next. Its `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub enum Step {
    /// The password is to be verified against the account's hash, off the chat's thread; then [`Book::admit`] has the last word.
    Verify {
        /// None: there is no such account, or none with a password; as much work is to be done, and the password is wrong.
        account: Option<u64>,
        /// Who it says it is; the name in the client's casing, not the account's.
        login: Login,
        /// As [`fit_password`](super::fit_password) makes it.
        password: Box<str>,
    },
    /// To be sent; the client's answer comes to [`go_on`] with this state.
    Challenge {
        /// What is sent.
        data: Vec<u8>,
        /// To be handed back unread. It never leaves the server: nothing in it is signed.
        state: Box<str>,
        /// The account that is to be proven, if there is such. Who may not try it just now must not be sent this: that a proof is
        /// answered tells that it is right.
        account: Option<u64>,
    },
    /// It is that account, which may be logged in with.
    Proven {
        /// The account.
        account: u64,
        /// Who it says it is; the name in the client's casing, not the account's.
        login: Login,
    },
    /// It is not let in.
    Failed {
        /// It was a wrong password of that account, and counts as one.
        account: Option<u64>,
        /// For the log.
        why: Why,
    },
}

/// The client's first answer, by one of the mechanisms.
///
/// `certificate` is the one that the connection has shown. `secret` makes names that nobody has look like accounts: the same in each
/// exchange. `nonce` is random, in each exchange another.
pub fn begin(
    book: &Book,
    mechanism: Mechanism,
    response: &[u8],
    certificate: Option<&Fingerprint>,
    secret: &Secret,
    nonce: &[u8; NONCE],
) -> Step {
    let step = text(response).and_then(|response| match mechanism {
        Mechanism::Plain => plain::begin(book, response),
        Mechanism::ScramSha256 => {
            let nonce = BASE64URL_NOPAD.encode(nonce);
            scram::begin(book, response, secret, &nonce)
        }
        Mechanism::External => external::begin(book, response, certificate),
    });
    step.unwrap_or_else(Step::from)
}

/// The client's answer to a [`Step::Challenge`], with that one's state. `secret` is as it was for [`begin`].
pub fn go_on(book: &Book, state: &str, response: &[u8], secret: &Secret) -> Step {
    // Only SCRAM challenges.
    let step = text(response).and_then(|response| scram::go_on(book, state, response, secret));
    step.unwrap_or_else(Step::from)
}

/// An answer, bounded and readable.
fn text(response: &[u8]) -> Result<&str, Why> {
    if response.len() > MOST_RESPONSE {
        return Err(Why::TooLong(response.len()));
    }
    str::from_utf8(response).map_err(|_| Why::Malformed("it is not UTF-8"))
}

/// Who wants to be treated as who it is may say so (RFC 4422 §2, the authorization identity); as somebody else nobody may.
fn authorize(login: &Login, identity: &str) -> Result<(), Why> {
    if login.is_also(&identity.parse()?) {
        Ok(())
    } else {
        Err(Why::Identity)
    }
}

impl From<Why> for Step {
    fn from(why: Why) -> Step {
        let account = None;
        Step::Failed { account, why }
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, account, login) = match self {
            Step::Verify { account, login, .. } => ("Verify", *account, login),
            Step::Proven { account, login } => ("Proven", Some(*account), login),
            Step::Challenge { .. } => return f.write_str("Challenge"),
            Step::Failed { account, why } => {
                let mut failed = f.debug_struct("Failed");
                return failed.field("account", account).field("why", why).finish();
            }
        };
        let mut step = f.debug_struct(name);
        step.field("account", &account).field("login", login);
        step.finish_non_exhaustive()
    }
}
