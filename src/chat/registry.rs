//! The accounts that there are, as far as the chat has to know: their names, which are nobody else's nicks. How they are proven
//! and what is stored of them is not known here.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::names::NameKey;
use super::{Account, Chat, Nick, Timestamp};

/// An account that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its own for ever: a name that is registered again is another account.
    pub id: u64,
    /// Its name.
    pub name: Nick,
    /// When it was registered.
    pub since: Timestamp,
}

impl Registered {
    /// As users carry it.
    pub fn account(&self) -> Account {
        Account(self.name.as_str().into())
    }
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Registered>", into = "Vec<Registered>")]
pub(super) struct Registry {
    all: BTreeMap<u64, Registered>,
    /// Which account has a nick: each of the keys of its name.
    names: HashMap<NameKey, u64>,
}

impl Registry {
    /// Adds one, or puts it in the place of what it was.
    pub(super) fn put(&mut self, registered: Registered) {
        self.remove(registered.id);
        for key in NameKey::of_nick(&registered.name) {
            self.names.insert(key, registered.id);
        }
        self.all.insert(registered.id, registered);
    }

    pub(super) fn remove(&mut self, id: u64) {
        if let Some(gone) = self.all.remove(&id) {
            for key in NameKey::of_nick(&gone.name) {
                self.names.remove(&key);
            }
        }
    }
}

impl From<Vec<Registered>> for Registry {
    fn from(all: Vec<Registered>) -> Registry {
        let mut registry = Registry::default();
        for registered in all {
            registry.put(registered);
        }
        registry
    }
}

impl From<Registry> for Vec<Registered> {
    fn from(registry: Registry) -> Vec<Registered> {
        registry.all.into_values().collect()
    }
}

impl Chat {
    /// The account with this id.
    pub fn registered(&self, id: u64) -> Option<&Registered> {
        self.registry.all.get(&id)
    }

    /// The account that a user carries, if it is still there.
    pub fn registered_as(&self, account: &Account) -> Option<&Registered> {
        let name = Nick::parse(&account.0).ok()?;
        self.owner_of_name(&name)
            .filter(|owner| *owner.name.as_str() == *account.0)
    }

    /// The account whose name this nick is, or looks like: nobody else may have it.
    pub fn owner_of_name(&self, nick: &Nick) -> Option<&Registered> {
        let id = NameKey::of_nick(nick).find_map(|key| self.registry.names.get(&key))?;
        self.registered(*id)
    }

    /// How many accounts there are.
    pub fn registered_count(&self) -> usize {
        self.registry.all.len()
    }
}
