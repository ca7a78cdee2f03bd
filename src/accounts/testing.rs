//! Accounts for tests: made by hand, with passwords that cost little.

use std::sync::LazyLock;

use crate::chat::{Nick, Text, Timestamp};
use crate::password::PasswordHash;
use crate::password::scram::{SALT, Scram, Secret};

use super::{Book, Fingerprint, Record, Suspended};

/// Of some password, at the least cost there is.
const CHEAP: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x59UGLuAwBDnzRfVUBQJ7zA6GJrOY5gZkOVPda70TuA";

/// The keys of the password `pencil`, made once.
static PENCIL: LazyLock<Scram> = LazyLock::new(|| Scram::of("pencil", [7; SALT], 4096));

pub(super) fn nick(text: &str) -> Nick {
    Nick::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A certificate's; for each number another.
pub(super) fn fingerprint(number: u8) -> Fingerprint {
    format!("{number:064x}").parse().expect("64 digits")
}

pub(super) fn secret() -> Secret {
    Secret::new(&[9; 32])
}

pub(super) fn suspended() -> Suspended {
    Suspended {
        reason: Text::parse("unpaid bets").expect("a text"),
        at: Timestamp(1_700_000_000_000),
        by: "carol".into(),
    }
}

/// An account with a name and nothing else.
pub(super) fn bare(id: u64, name: &str) -> Record {
    Record::new(id, nick(name), Timestamp(1_600_000_000_000))
}

/// An account with the password `pencil` and one certificate, the one whose number is its id.
pub(super) fn record(id: u8, name: &str) -> Record {
    Record {
        password: Some(CHEAP.parse::<PasswordHash>().expect("a hash")),
        scram: Some(PENCIL.clone()),
        certificates: vec![fingerprint(id)],
        ..bare(id.into(), name)
    }
}

pub(super) fn book(records: impl IntoIterator<Item = Record>) -> Book {
    Book::new(records, 0).expect("no two are alike")
}
