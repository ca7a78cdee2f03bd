//! The accounts: proven, made, changed. What changes is stored first, then known to the chat, then told. Passwords are hashed on
//! threads of their own ([`Passwords`](super::passwords::Passwords)).

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::oneshot;

use super::Failure;
use super::patience::within;
use crate::accounts::sasl::{self, Mechanism, NONCE};
use crate::accounts::{Book, Conflict, Device, Fingerprint, Record, Unfit, fit_password};
use crate::chat::{self, Nick, Registered};
use crate::hub::{self, AccountNews, Ask};
use crate::password::PasswordHash;
use crate::password::scram::{ITERATIONS, KEY, SALT, Scram, Secret};
use crate::protocol::account::{Answer, Denial};
use crate::store::{self, Note};

mod admin;
mod changes;
mod requests;
#[cfg(test)]
mod tests;

/// What accounts are stored as.
const KIND: &str = "account";
/// Under what the last id that was ever given is stored.
const COUNTER: (&str, &str) = ("counter", "account");

/// Under what the secret is stored that makes names that nobody has look like accounts.
const SECRET: (&str, &str) = ("secret", "scram");

/// Of so many accounts the chat is told at once: it does nothing else meanwhile.
const AT_ONCE: usize = 1000;

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
    /// `accounts.always_on`.
    always_on: AtomicBool,
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

/// What was stored of accounts.
pub(super) struct Stored {
    pub(super) book: Book,
    /// What makes names that nobody has look like accounts. It stays the same over restarts, or who asks before and after one learns
    /// which names are accounts.
    secret: Option<[u8; KEY]>,
}

/// The accounts that were stored.
pub(super) fn read(notes: &[Note]) -> Result<Stored, Failure> {
    let damaged = Failure::Accounts;
    let of = |kind| notes.iter().filter(move |note| note.kind == kind);
    let one = |(kind, key): (&'static str, &str)| {
        let mut found = of(kind).filter(|note| *note.key == *key);
        found.find_map(|note| note.value.as_deref())
    };
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
    let last = match one(COUNTER) {
        // Without it ids might come again, and somebody be another's account.
        Some(last) => last
            .parse()
            .map_err(|error| damaged(format!("the last number that was given: {error}")))?,
        None => 0,
    };
    let book = Book::new(records, last).map_err(|conflict| damaged(conflict.to_string()))?;
    let secret = one(SECRET).and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok());
    Ok(Stored {
        book,
        secret: secret.and_then(|secret| secret.try_into().ok()),
    })
}

/// Another secret, which is stored; without it the next start makes another one again.
fn new_secret(store: &store::Handle) -> Result<[u8; KEY], Failure> {
    let secret = random::<KEY>().ok_or(Failure::Accounts("no random bytes".into()))?;
    let note = Note {
        kind: SECRET.0,
        key: SECRET.1.into(),
        value: Some(HEXLOWER.encode(&secret).into()),
    };
    store.note(vec![note], |_| {});
    Ok(secret)
}

impl Accounts {
    /// Of these accounts, which are in that store.
    pub(super) fn new(
        stored: Stored,
        store: store::Handle,
        hub: hub::Handle,
        always_on: bool,
    ) -> Result<Accounts, Failure> {
        let secret = match stored.secret {
            Some(secret) => secret,
            None => new_secret(&store)?,
        };
        Ok(Accounts(Arc::new(Inner {
            book: Mutex::new(stored.book),
            changing: tokio::sync::Mutex::new(()),
            store,
            hub,
            secret: Secret::new(&secret),
            always_on: AtomicBool::new(always_on),
        })))
    }

    /// Another default of the configuration: the chat is told of the accounts for which it makes a difference. It is told in any
    /// case, also where a change that hangs on a disk is not waited for any longer.
    pub(super) async fn set_always_on(&self, always_on: bool) -> Result<(), Failure> {
        if self.0.always_on.swap(always_on, Ordering::Relaxed) == always_on {
            return Ok(());
        }
        let accounts = self.clone();
        let told = tokio::spawn(async move { accounts.tell_always_on(always_on).await });
        let told = within("a change of an account", told).await?;
        told.map_err(|error| Failure::System("the accounts", std::io::Error::other(error)))
    }

    async fn tell_always_on(&self, always_on: bool) {
        let _turn = self.0.changing.lock().await;
        let changed: Vec<Registered> = {
            let book = self.book();
            let changed = book.iter().filter(|record| record.always_on.is_none());
            changed
                .map(|record| registered(record, always_on))
                .collect()
        };
        for changed in changed.chunks(AT_ONCE) {
            // Whether it knows in time is told by who waits for this.
            let _ = self.tell(AccountNews::Registered(changed.to_vec())).await;
        }
    }

    /// The book, for as long as nothing is waited for.
    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        // It is whole between any two calls.
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As the chat knows it. `always_on`: `accounts.always_on`.
pub(super) fn registered(record: &Record, always_on: bool) -> Registered {
    Registered {
        id: record.id,
        name: record.name.clone(),
        since: record.since,
        // Nobody is there by an account that nobody may log in to.
        always_on: record.always_on.unwrap_or(always_on) && record.suspended.is_none(),
    }
}

/// As users carry it.
pub(super) fn account(record: &Record) -> chat::Account {
    chat::Account(record.name.as_str().into())
}
