//! The accounts: proven, made, changed. What changes is stored first, then known to the chat, then told. Passwords are hashed on
//! threads of their own ([`Passwords`](super::passwords::Passwords)).

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::oneshot;

use super::Failure;
use crate::accounts::sasl::{self, Mechanism, NONCE};
use crate::accounts::{Book, Conflict, Device, Fingerprint, Record, Unfit, fit_password};
use crate::chat::{self, Nick, Registered};
use crate::hub::{self, AccountNews, Ask};
use crate::password::PasswordHash;
use crate::password::scram::{ITERATIONS, KEY, SALT, Scram, Secret};
use crate::protocol::account::{Answer, Denial};
use crate::store::{self, Note};

mod changes;
mod requests;
#[cfg(test)]
mod tests;

/// What accounts are stored as.
const KIND: &str = "account";
/// Under what the last id that was ever given is stored.
const COUNTER: (&str, &str) = ("counter", "account");

/// All accounts. Cheap to clone.
#[derive(Clone)]
pub(super) struct Accounts(Arc<Inner>);

struct Inner {
    book: Mutex<Book>,
    /// One change at a time, from its check until it is stored and known.
    changing: tokio::sync::Mutex<()>,
    store: store::Handle,
    hub: hub::Handle,
    secret: Secret,
}

/// The hashes of a password.
struct Hashes {
    password: PasswordHash,
    scram: Scram,
}

/// Random bytes.
fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

/// Hashes a password that is fit to be one. Takes long.
fn hashes(password: &str) -> Option<Hashes> {
    let salt: [u8; SALT] = random()?;
    Some(Hashes {
        password: PasswordHash::of(password.as_bytes()).ok()?,
        scram: Scram::of(password, salt, ITERATIONS),
    })
}

/// The accounts that were stored.
pub(super) fn read(notes: &[Note]) -> Result<Book, Failure> {
    let damaged = |what: String| Failure::Accounts(what);
    let of = |kind| notes.iter().filter(move |note| note.kind == kind);
    let mut records = Vec::new();
    for note in of(KIND) {
        let value = note.value.as_deref().unwrap_or_default();
        let record: Record = serde_json::from_str(value)
            .map_err(|error| damaged(format!("the account number {}: {error}", note.key)))?;
        if record.id.to_string() != *note.key {
            let what = format!("the account number {}: its id is {}", note.key, record.id);
            return Err(damaged(what));
        }
        records.push(record);
    }
    let last = of(COUNTER.0).find(|note| *note.key == *COUNTER.1);
    let last = match last.and_then(|note| note.value.as_deref()) {
        // Without it ids might come again, and somebody be another's account.
        Some(last) => last
            .parse()
            .map_err(|error| damaged(format!("the last number that was given: {error}")))?,
        None => 0,
    };
    Book::new(records, last).map_err(|conflict| damaged(conflict.to_string()))
}

impl Accounts {
    /// Of these accounts, which are in that store.
    pub(super) fn new(
        book: Book,
        store: store::Handle,
        hub: hub::Handle,
    ) -> Result<Accounts, Failure> {
        let random = random::<KEY>().ok_or(Failure::Accounts("no random bytes".into()))?;
        Ok(Accounts(Arc::new(Inner {
            book: Mutex::new(book),
            changing: tokio::sync::Mutex::new(()),
            store,
            hub,
            secret: Secret::new(&random),
        })))
    }

    /// The book, for as long as nothing is waited for.
    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        // It is whole between any two calls.
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As the chat knows it.
pub(super) fn registered(record: &Record) -> Registered {
    Registered {
        id: record.id,
        name: record.name.clone(),
        since: record.since,
    }
}
