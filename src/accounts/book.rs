//! All accounts, in memory: found by name, by id, by certificate; no two alike. Writes nothing down.

use std::collections::{BTreeMap, HashMap};

use crate::chat::{NameKey, Nick};

use super::record::MOST_CERTIFICATES;
use super::{Fingerprint, Record, Why};

#[cfg(test)]
mod tests;

/// All accounts. [`Book::put`] and [`Book::remove`] are the only ways to change it.
#[derive(Clone, Debug, Default)]
pub struct Book {
    records: BTreeMap<u64, Record>,
    /// Ids by each of their names' keys.
    names: BTreeMap<NameKey, u64>,
    certificates: HashMap<Fingerprint, u64>,
    last: u64,
}

/// Why a name cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Taken {
    /// It is an account's.
    #[error("{0} is registered already: choose another name")]
    Registered(Nick),
    /// It looks like an account's, so that one would be taken for the other.
    #[error("it looks like {0}, which is registered: choose another name")]
    Alike(Nick),
}

/// Why a record cannot stand in a book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Another has that name, or one that looks like it.
    #[error(transparent)]
    Name(#[from] Taken),
    /// The certificate is another's, or twice in the record.
    #[error("the certificate {0} is that of an account already")]
    Certificate(Fingerprint),
    /// Too many certificates.
    #[error(
        "{0} certificates are more than the {MOST_CERTIFICATES} that an account may have: remove one first"
    )]
    Certificates(usize),
    /// It is 0, or several records have it.
    #[error("{0} cannot be the account's id")]
    Id(u64),
}

impl Book {
    /// Of all these; `last` is the last id that was ever given, by [`Book::next_id`] of whichever book. The first record that
    /// cannot stand beside those before it is why there is no book; who wants the others all the same puts each into an empty one.
    pub fn new(records: impl IntoIterator<Item = Record>, last: u64) -> Result<Book, Conflict> {
        let mut book = Book {
            last,
            ..Book::default()
        };
        for record in records {
            if book.records.contains_key(&record.id) {
                return Err(Conflict::Id(record.id));
            }
            book.put(record)?;
        }
        Ok(book)
    }

    /// The account of that name, in whatever casing. One that only looks like it is not it.
    pub fn find(&self, name: &Nick) -> Option<&Record> {
        // All casings share the first key, and no two accounts share any.
        let found = self.by_key(&NameKey::first_of_nick(name)?);
        found.filter(|record| record.name.same_as(name))
    }

    /// The account whose name is that one or looks like it: nobody else may have it as an account's name or as a nick.
    pub fn lookalike(&self, name: &Nick) -> Option<&Record> {
        // Two accounts may be like one name; the first key finds its own, if there is one.
        NameKey::of_nick(name).find_map(|key| self.by_key(&key))
    }

    fn by_key(&self, key: &NameKey) -> Option<&Record> {
        self.get(*self.names.get(key)?)
    }

    /// The account with that id.
    pub fn get(&self, id: u64) -> Option<&Record> {
        self.records.get(&id)
    }

    /// The account that who shows this certificate is.
    pub fn of_certificate(&self, certificate: &Fingerprint) -> Option<&Record> {
        self.get(*self.certificates.get(certificate)?)
    }

    /// The account, for who has proven to be it: whether it may be logged in with. Every way to log in ends here, after the proof.
    pub fn admit(&self, id: u64) -> Result<&Record, Why> {
        let record = self.get(id).ok_or(Why::Gone)?;
        match &record.suspended {
            Some(suspended) => Err(Why::Suspended(suspended.reason.clone())),
            None => Ok(record),
        }
    }

    /// Whether an account of that name can be registered, or why not.
    pub fn may_register(&self, name: &Nick) -> Result<(), Taken> {
        self.is_free(name, None)
    }

    /// As [`Book::may_register`], for the account with that id.
    fn is_free(&self, name: &Nick, own: Option<u64>) -> Result<(), Taken> {
        let mut alike = NameKey::of_nick(name).filter_map(|key| self.by_key(&key));
        match alike.find(|record| Some(record.id) != own) {
            None => Ok(()),
            Some(record) if record.name.same_as(name) => {
                Err(Taken::Registered(record.name.clone()))
            }
            Some(record) => Err(Taken::Alike(record.name.clone())),
        }
    }

    /// An id that no account has and none has had. It counts as given, whatever becomes of it.
    pub fn next_id(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Whether a record can be put, or why not.
    pub fn check(&self, record: &Record) -> Result<(), Conflict> {
        if record.id == 0 {
            return Err(Conflict::Id(0));
        }
        self.is_free(&record.name, Some(record.id))?;
        let own = &record.certificates;
        if own.len() > MOST_CERTIFICATES {
            return Err(Conflict::Certificates(own.len()));
        }
        for (at, certificate) in own.iter().enumerate() {
            let holder = self.certificates.get(certificate);
            let others = holder.is_some_and(|id| *id != record.id);
            if others || own[..at].contains(certificate) {
                return Err(Conflict::Certificate(*certificate));
            }
        }
        Ok(())
    }

    /// Puts an account in, in the place of the one with its id if there is one; or changes nothing and says why not.
    pub fn put(&mut self, record: Record) -> Result<(), Conflict> {
        self.check(&record)?;
        self.remove(record.id);
        self.last = self.last.max(record.id);
        for key in NameKey::of_nick(&record.name) {
            self.names.insert(key, record.id);
        }
        for certificate in &record.certificates {
            self.certificates.insert(*certificate, record.id);
        }
        self.records.insert(record.id, record);
        Ok(())
    }

    /// Takes an account out. Its name and its certificates are free, its id is not.
    pub fn remove(&mut self, id: u64) -> Option<Record> {
        let record = self.records.remove(&id)?;
        for key in NameKey::of_nick(&record.name) {
            self.names.remove(&key);
        }
        for certificate in &record.certificates {
            self.certificates.remove(certificate);
        }
        Some(record)
    }

    /// All accounts, in the order of their names' keys.
    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        let first = self.names.iter().filter(|(key, _)| key.is_first());
        first.filter_map(|(_, id)| self.get(*id))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}
