//! The arguments of the commands about accounts. A password is one word.

use super::read::{BLANK, Reading, only, word};
use super::{Fault, Read};
use crate::protocol::account::Wish;

pub(super) fn register(arguments: &str) -> Reading {
    let password = only(arguments)?.into();
    Ok(Read::Account(Wish::Register(password)))
}

pub(super) fn login(arguments: &str) -> Reading {
    let (first, rest) = word(arguments);
    let (login, password) = match rest.trim_matches(BLANK) {
        "" => (None, only(first)?),
        rest => (Some(first.into()), only(rest)?),
    };
    Ok(Read::Account(Wish::LogIn {
        login,
        password: password.into(),
    }))
}

pub(super) fn logout(arguments: &str) -> Reading {
    if arguments.trim_matches(BLANK).is_empty() {
        Ok(Read::Account(Wish::LogOut))
    } else {
        Err(Fault::Usage)
    }
}

pub(super) fn stay(arguments: &str) -> Reading {
    match only(arguments)?.to_ascii_lowercase().as_str() {
        "on" => Ok(Read::Account(Wish::Stay(true))),
        "off" => Ok(Read::Account(Wish::Stay(false))),
        _ => Err(Fault::Usage),
    }
}

pub(super) fn password(arguments: &str) -> Reading {
    let password = only(arguments)?.into();
    Ok(Read::Account(Wish::Password(password)))
}
