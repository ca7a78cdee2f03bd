//! What people ask about accounts, and what came of it, whatever protocol they speak. Proves nothing by itself.

use std::fmt;

use crate::chat::{Login, Nick};

/// What a client asks about accounts. Its `Debug` shows no passwords.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// One step of proving an account (SASL, RFC 4422).
    Authenticate {
        /// The mechanism's name, in capitals.
        mechanism: Box<str>,
        /// What came with the challenge that this answers; none: it is the first response.
        state: Option<Box<str>>,
        /// The response.
        response: Box<[u8]>,
        /// The SHA-256 fingerprint of the connection's certificate.
        certificate: Option<Box<str>>,
    },
    /// Log in with a password.
    Identify {
        /// The account: `name`, or `name@device`.
        login: Box<str>,
        /// The password.
        password: Box<str>,
    },
    /// Make an account, and log in to it.
    Register {
        /// Its name.
        name: Nick,
        /// Its password.
        password: Box<str>,
    },
    /// Change what one's own account is proven by, or how it is.
    Change {
        /// The account's id.
        account: u64,
        /// What.
        change: Change,
    },
}

/// A change of one's own account.
#[derive(Clone, PartialEq, Eq)]
pub enum Change {
    /// Another password.
    Password(Box<str>),
    /// A certificate is enough from now on: its fingerprint.
    AddCertificate(Box<str>),
    /// That certificate is not any more.
    RemoveCertificate(Box<str>),
    /// Which certificates are?
    ListCertificates,
    /// Whether its user stays without clients; none: as the server has it.
    AlwaysOn(Option<bool>),
    /// The account goes; with its password once more.
    Drop(Box<str>),
}

/// What a plain client wants; what it is called and logged in to is known where it is carried out. Its `Debug` shows no passwords.
#[derive(Clone, PartialEq, Eq)]
pub enum Wish {
    /// To be logged in.
    LogIn {
        /// To this account (`name`, or `name@device`); none: the one of its nick.
        login: Option<Box<str>>,
        /// With this password.
        password: Box<str>,
    },
    /// To be logged in to nothing any more.
    LogOut,
    /// To have an account of its nick, with this password.
    Register(Box<str>),
    /// To have another password.
    Password(Box<str>),
    /// To stay without clients, or not.
    Stay(bool),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The next challenge (SASL); what comes with it is to be given back with the response.
    Challenge {
        /// For the client.
        data: Box<[u8]>,
        /// To be given back.
        state: Box<str>,
    },
    /// It has proven to be this account.
    Proven(Login),
    /// There is such an account now, and it is its owner's client.
    Made(Login),
    /// It is done.
    Done,
    /// The fingerprints that prove the account.
    Certificates(Vec<Box<str>>),
    /// No.
    Denied(Denial),
}

impl Answer {
    /// Whom it lets in.
    pub fn login(&self) -> Option<&Login> {
        match self {
            Answer::Proven(login) | Answer::Made(login) => Some(login),
            _ => None,
        }
    }
}

/// Why not. `Display` is one sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// There is no such account, or that does not prove it; nobody is told which.
    #[error("the account or its password is wrong")]
    Wrong,
    /// The account is suspended.
    #[error("the account is suspended: {0}")]
    Suspended(Box<str>),
    /// Too many were wrong.
    #[error("too many wrong passwords came from your address or for that account; wait {} and try again", crate::chat::seconds(*.0))]
    TooOften(std::time::Duration),
    /// Too many ask at once.
    #[error("too many log in at once; try again in a moment")]
    Busy,
    /// Nobody may make accounts by themselves.
    #[error("accounts are made by the server's operator here; ask them for one")]
    Closed,
    /// Somebody has made too many.
    #[error("your address has made enough accounts for now; wait {} and try again", crate::chat::seconds(*.0))]
    TooMany(std::time::Duration),
    /// The name is, or looks like, that of another account, or the nick of somebody who is here.
    #[error("that name is taken, or looks like one that is")]
    Taken,
    /// It is logged in to an account already.
    #[error("you are logged in to an account already")]
    Owner,
    /// It is logged in to none.
    #[error("you are logged in to no account; log in first")]
    Nobody,
    /// The password is too weak.
    #[error("{0}")]
    Weak(Box<str>),
    /// The password can be none.
    #[error("{0}")]
    Unacceptable(Box<str>),
    /// The certificate cannot be had: another account has it, there are too many, or it is none.
    #[error("{0}")]
    Certificate(Box<str>),
    /// It could not be stored, or accounts are off.
    #[error("accounts cannot be changed now: {0}")]
    Unavailable(Box<str>),
}

impl Denial {
    /// A stable word for programs: the `code` of the plain protocol's `! code: ...`.
    pub fn code(&self) -> &'static str {
        match self {
            Denial::Wrong => "wrong-password",
            Denial::Suspended(_) => "suspended",
            Denial::TooOften(_) | Denial::TooMany(_) => "too-fast",
            Denial::Busy => "busy",
            Denial::Closed => "closed",
            Denial::Taken => "name-taken",
            Denial::Owner => "logged-in",
            Denial::Nobody => "not-logged-in",
            Denial::Weak(_) => "weak-password",
            Denial::Unacceptable(_) => "bad-password",
            Denial::Certificate(_) => "bad-certificate",
            Denial::Unavailable(_) => "unavailable",
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Request::Authenticate { mechanism, .. } => write!(f, "Authenticate({mechanism})"),
            Request::Identify { login, .. } => write!(f, "Identify({login:?})"),
            Request::Register { name, .. } => write!(f, "Register({name:?})"),
            Request::Change { account, change } => write!(f, "Change({account}, {change:?})"),
        }
    }
}

impl fmt::Debug for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wish::LogIn { login, .. } => write!(f, "LogIn({login:?})"),
            Wish::LogOut => f.write_str("LogOut"),
            Wish::Register(_) => f.write_str("Register"),
            Wish::Password(_) => f.write_str("Password"),
            Wish::Stay(on) => write!(f, "Stay({on})"),
        }
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Change::Password(_) => "Password",
            Change::AddCertificate(_) => "AddCertificate",
            Change::RemoveCertificate(_) => "RemoveCertificate",
            Change::ListCertificates => "ListCertificates",
            Change::AlwaysOn(_) => "AlwaysOn",
            Change::Drop(_) => "Drop",
        })
    }
}
