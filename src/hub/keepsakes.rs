//! What of the chat outlives a restart and a crash is stored when it has changed: a turn's changes together, one such batch at a time.
//! Nobody waits for it; what cannot be stored is tried again every second. Knows when, not what a keepsake holds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Hub, Wire};
use crate::chat::{Changes, Chat, Keepsake, Registered, Tick};
use crate::store::{self, Note, Refused};

/// What notes are stored as.
const ROOM: &str = "room";
const USER: &str = "user";

/// After so long what could not be stored is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// So often it is stored how far users that are always on have been told, while something is said: after a crash their devices are
/// told at most so much twice.
const POSITIONS: Duration = Duration::from_secs(5);

/// What stores notes: the store, or what tests put in its place.
pub trait Notes: Send {
    /// Stores them, all or none, and says whether that was done. Never waits.
    fn note(&self, notes: Vec<Note>, back: Box<dyn FnOnce(Result<(), Refused>) + Send>);
}

impl Notes for store::Handle {
    fn note(&self, notes: Vec<Note>, back: Box<dyn FnOnce(Result<(), Refused>) + Send>) {
        store::Handle::note(self, notes, back);
    }
}

/// What is known at the start beside what was said.
#[derive(Default)]
pub struct Known {
    /// The accounts.
    pub accounts: Vec<Registered>,
    /// All notes of the store.
    pub notes: Vec<Note>,
}

/// Where a keepsake is stored.
type Place = (&'static str, Box<str>);

/// What has changed and is not stored yet.
pub(super) struct Keepsakes {
    notes: Box<dyn Notes>,
    changed: BTreeMap<Place, Keepsake>,
    /// Where something is stored, or may be.
    stored: BTreeSet<Place>,
    /// What is being stored.
    out: Vec<(Place, Keepsake)>,
    tell: mpsc::UnboundedSender<Result<(), Refused>>,
    told: mpsc::UnboundedReceiver<Result<(), Refused>>,
    /// Nothing is stored before this.
    not_before: Tick,
    /// When and at which message it was last stored how far users have been told.
    positions: (Tick, u64),
}

impl Keepsakes {
    pub(super) fn new(notes: Box<dyn Notes>) -> Keepsakes {
        let (tell, told) = mpsc::unbounded_channel();
        Keepsakes {
            notes,
            changed: BTreeMap::new(),
            stored: BTreeSet::new(),
            out: Vec::new(),
            tell,
            told,
            not_before: Tick(0),
            positions: (Tick(0), 0),
        }
    }

    /// What became of the last batch.
    pub(super) async fn next(&mut self) -> Option<Result<(), Refused>> {
        self.told.recv().await
    }

    fn touch(&mut self, keepsake: Keepsake) {
        let place = match &keepsake {
            Keepsake::Room(name) => (ROOM, name.key().into()),
            Keepsake::User(id) => (USER, id.to_string().into()),
        };
        self.changed.insert(place, keepsake);
    }

    /// Whether all is stored.
    pub(super) fn is_settled(&self) -> bool {
        self.changed.is_empty() && self.out.is_empty()
    }
}

impl<W: Wire> Hub<W> {
    /// Has what outlives a restart stored there.
    #[must_use]
    pub fn noting(mut self, notes: Box<dyn Notes>) -> Hub<W> {
        self.keepsakes = Some(Keepsakes::new(notes));
        self
    }

    /// Begins with what is known. What cannot be read is left out and told in the log, and stays in the store.
    #[must_use]
    pub fn knowing(mut self, known: Known) -> Hub<W> {
        self.hear_of_account(super::AccountNews::Registered(known.accounts));
        let of = |kind| {
            let notes = known.notes.iter().filter(move |note| note.kind == kind);
            notes.filter_map(|note| Some((&*note.key, note.value.as_deref()?)))
        };
        for (key, text) in of(ROOM) {
            if let Err(error) = self.chat.restore_room(text) {
                tracing::error!(room = key, %error, "a room cannot be put back");
            }
        }
        for (key, text) in of(USER) {
            let restored = key.parse().map(|id| self.chat.restore_user(id, text));
            if let Ok(Err(error)) = restored {
                tracing::error!(%error, "a user cannot be put back");
            }
        }
        self.chat.end_restoring();
        if let Some(keepsakes) = &mut self.keepsakes {
            // What was put back is as it is stored.
            keepsakes.changed.clear();
            for kind in [ROOM, USER] {
                let notes = known.notes.iter().filter(|note| note.kind == kind);
                keepsakes
                    .stored
                    .extend(notes.map(|note| (kind, note.key.clone())));
            }
        }
        self
    }

    /// Applies changes, and notes what of them is to be stored.
    pub(super) fn apply(&mut self, changes: Changes) {
        let Some(keepsakes) = &mut self.keepsakes else {
            return self.chat.apply(changes);
        };
        if !Chat::may_touch(&changes) {
            return self.chat.apply(changes);
        }
        let before = self.chat.touched(&changes);
        let after = changes.clone();
        self.chat.apply(changes);
        let after = self.chat.touched(&after);
        for keepsake in before.into_iter().chain(after) {
            keepsakes.touch(keepsake);
        }
    }

    /// Stores what has changed, if nothing is being stored.
    pub(super) fn store_keepsakes(&mut self) {
        let (now, said) = (self.stamp.tick, self.chat.said_so_far());
        let ending = self.ending.is_some();
        let Some(keepsakes) = &mut self.keepsakes else {
            return;
        };
        let (since, upto) = keepsakes.positions;
        if upto != said && (ending || since.after(POSITIONS) <= now) {
            keepsakes.positions = (now, said);
            for keepsake in self.chat.always_on() {
                keepsakes.touch(keepsake);
            }
        }
        if !keepsakes.out.is_empty() || keepsakes.changed.is_empty() || keepsakes.not_before > now {
            return;
        }
        let mut notes = Vec::new();
        for (place, keepsake) in std::mem::take(&mut keepsakes.changed) {
            let value = self.chat.keepsake(&keepsake).map(Box::from);
            if value.is_some() {
                keepsakes.stored.insert(place.clone());
            } else if !keepsakes.stored.remove(&place) {
                // Nothing of it has ever been stored.
                continue;
            }
            notes.push(Note {
                kind: place.0,
                key: place.1.clone(),
                value,
            });
            keepsakes.out.push((place, keepsake));
        }
        if notes.is_empty() {
            return;
        }
        let tell = keepsakes.tell.clone();
        // Without the hub nobody is told.
        let back = Box::new(move |done| drop(tell.send(done)));
        keepsakes.notes.note(notes, back);
    }

    /// What became of what was to be stored.
    pub(super) fn stored_keepsakes(&mut self, done: Result<(), Refused>) {
        let now = self.stamp.tick;
        let Some(keepsakes) = &mut self.keepsakes else {
            return;
        };
        let out = std::mem::take(&mut keepsakes.out);
        if let Err(why) = done {
            tracing::warn!(%why, "rooms and users are not stored as they are now; it is tried again");
            keepsakes.not_before = now.after(AGAIN);
            for (place, keepsake) in out {
                keepsakes.stored.insert(place.clone());
                keepsakes.changed.entry(place).or_insert(keepsake);
            }
        }
    }

    /// Whether something is to be stored that nothing else wakes the hub for.
    pub(super) fn keepsakes_wait(&self) -> bool {
        self.keepsakes.as_ref().is_some_and(|keepsakes| {
            !keepsakes.changed.is_empty()
                || (keepsakes.positions.1 != self.chat.said_so_far()
                    && self.chat.always_on().next().is_some())
        })
    }
}
