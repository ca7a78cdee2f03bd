//! The accounts that there are, as far as the chat has to know: their names, which are nobody else's nicks. How they are proven
//! and what is stored of them is not known here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::decide::Markers;
use super::names::NameKey;
use super::{Account, Chat, Login, Nick, Refusal, Timestamp, User};

/// An account that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its own for ever: a name that is registered again is another account.
    pub id: u64,
    /// Its name.
    pub name: Nick,
    /// When it was registered.
    pub since: Timestamp,
    /// Whether the user that goes by its name stays when its last client has gone.
    #[serde(default)]
    pub always_on: bool,
}

impl Registered {
    /// As users carry it.
    pub fn account(&self) -> Account {
        Account(self.name.as_str().into())
    }
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(super) struct Registry {
    all: BTreeMap<u64, Registered>,
    /// By what users carry.
    called: HashMap<Account, u64>,
    /// Which account has a nick: each of the keys of its name.
    names: HashMap<NameKey, u64>,
    /// Until when accounts have read what was said.
    markers: BTreeMap<u64, Markers>,
    /// Those that are always on.
    always_on: BTreeSet<u64>,
}

/// What is written out of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    all: Vec<Registered>,
    markers: BTreeMap<u64, Markers>,
}

impl Registry {
    /// Adds one, or puts it in the place of what it was.
    pub(super) fn put(&mut self, registered: Registered) {
        self.take(registered.id);
        for key in NameKey::of_nick(&registered.name) {
            self.names.insert(key, registered.id);
        }
        self.called.insert(registered.account(), registered.id);
        if registered.always_on {
            self.always_on.insert(registered.id);
        }
        self.all.insert(registered.id, registered);
    }

    pub(super) fn remove(&mut self, id: u64) {
        self.take(id);
        self.markers.remove(&id);
    }

    /// Until when an account has read what was said.
    pub(super) fn markers(&self, id: u64) -> Option<&Markers> {
        self.markers.get(&id)
    }

    pub(super) fn set_markers(&mut self, id: u64, markers: Markers) {
        self.markers.insert(id, markers);
    }

    pub(super) fn markers_mut(&mut self, id: u64) -> &mut Markers {
        self.markers.entry(id).or_default()
    }

    pub(super) fn all_markers(&self) -> impl Iterator<Item = &Markers> {
        self.markers.values()
    }

    fn take(&mut self, id: u64) {
        self.always_on.remove(&id);
        if let Some(gone) = self.all.remove(&id) {
            self.called.remove(&gone.account());
            for key in NameKey::of_nick(&gone.name) {
                self.names.remove(&key);
            }
        }
    }
}

impl From<Written> for Registry {
    fn from(written: Written) -> Registry {
        let mut registry = Registry {
            markers: written.markers,
            ..Registry::default()
        };
        for registered in written.all {
            registry.put(registered);
        }
        registry
    }
}

impl From<Registry> for Written {
    fn from(registry: Registry) -> Written {
        Written {
            all: registry.all.into_values().collect(),
            markers: registry.markers,
        }
    }
}

impl Chat {
    /// The account with this id.
    pub fn registered(&self, id: u64) -> Option<&Registered> {
        self.registry.all.get(&id)
    }

    /// The account that somebody has proven to be; it may have gone since.
    pub fn proven(&self, login: &Login) -> Result<Account, Refusal> {
        let registered = self.registered(login.id).ok_or(Refusal::NoSuchAccount)?;
        Ok(registered.account())
    }

    /// The account that a user carries, if it is still there.
    pub fn registered_as(&self, account: &Account) -> Option<&Registered> {
        self.registered(*self.registry.called.get(account)?)
    }

    /// The account that a user is logged in to.
    pub fn account_of(&self, user: &User) -> Option<&Registered> {
        self.registered_as(user.account.as_ref()?)
    }

    /// The account of this name, in any casing; one whose name only looks like it is not meant.
    pub fn registered_by_name(&self, name: &Nick) -> Option<&Registered> {
        self.owners_of_name(name)
            .find(|owner| owner.name.same_as(name))
    }

    /// Whether a user stays when its last client has gone: it goes by the name of its account, which has it so.
    pub fn is_always_on(&self, user: &User) -> bool {
        let registered = self.account_of(user);
        registered.is_some_and(|of| of.always_on && of.name.same_as(&user.nick))
    }

    /// The name of the account of a user that goes by another one: under that it would not stay.
    pub fn stays_only_as(&self, user: &User) -> Option<&Nick> {
        let name = &self.account_of(user)?.name;
        Some(name).filter(|name| !name.same_as(&user.nick))
    }

    /// The account whose name this nick is, or looks like: nobody else may have it.
    pub fn owner_of_name(&self, nick: &Nick) -> Option<&Registered> {
        self.owners_of_name(nick).next()
    }

    /// All of them: it may look like the names of two.
    pub(super) fn owners_of_name(&self, nick: &Nick) -> impl Iterator<Item = &Registered> {
        let ids = NameKey::of_nick(nick).filter_map(|key| self.registry.names.get(&key));
        ids.filter_map(|id| self.registered(*id))
    }

    /// The accounts that are always on, by their ids.
    pub(super) fn always_on_accounts(&self) -> impl Iterator<Item = &Registered> {
        let ids = self.registry.always_on.iter();
        ids.filter_map(|id| self.registered(*id))
    }

    #[cfg(test)]
    pub(super) fn registry_for_tests(&self) -> Vec<Registered> {
        self.registry.all.values().cloned().collect()
    }

    /// How many accounts there are.
    pub fn registered_count(&self) -> usize {
        self.registry.all.len()
    }
}
