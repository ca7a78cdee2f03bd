//! Accounts: who is registered, and how they prove who they are. Pure: hashes no password, makes no random bytes, writes nothing
//! down, tells nobody; those who call it do.
//!
//! A [`Record`] is what is kept of one account, the [`Book`] all of them in memory. [`sasl`] is the server's side of the
//! exchanges by which somebody proves to be one of them, [`fit_password`] what a new password must be.

mod book;
mod fingerprint;
mod login;
mod record;
mod rules;
pub mod sasl;
#[cfg(test)]
mod testing;
mod why;

pub use book::{Book, Conflict, Taken};
pub use fingerprint::{Fingerprint, NoFingerprint};
pub use login::{Device, Login, LoginError};
pub use record::{MOST_CERTIFICATES, Record, Suspended};
pub use rules::{LEAST_PASSWORD, MOST_PASSWORD, Unacceptable, Unfit, Weak, fit_password};
pub use why::Why;
