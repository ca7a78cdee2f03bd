//! What of the chat outlives a restart and a crash is stored when it has changed: a turn's changes together, one such batch at a time.
//! Whoever changes a room or its own place is told so once that is stored. As long as it cannot be, it is tried again every second,
//! and what a room is by is not changed. Knows when, not what a keepsake holds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::sync::mpsc;

use super::marks::{Fate, Waits};
use super::{Hub, Wire};
use crate::chat::{
    Audience, Changes, Chat, ClientId, Decision, Event, Keepsake, Refusal, Registered, Text, Tick,
};
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
    /// What is being stored, and since when.
    out: Vec<(Place, Keepsake)>,
    out_since: Tick,
    /// The number of the batch that what changes now will be in.
    number: u64,
    /// Who has changed something that is not stored yet, with the batch that it will be in.
    waiting: BTreeSet<(u64, ClientId)>,
    /// Why the last batch could not be stored, if so.
    failing: Option<Box<str>>,
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
            out_since: Tick(0),
            number: 1,
            waiting: BTreeSet::new(),
            failing: None,
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

    /// Why nothing can be stored now, if so.
    fn closed(&self, stall: Duration, now: Tick) -> Option<Box<str>> {
        let stalled = !self.out.is_empty() && self.out_since.after(stall) <= now;
        let slow = || "the disk takes too long (history.stall); try again later".into();
        self.failing.clone().or_else(|| stalled.then(slow))
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

    /// Refuses what changes a room that is kept as long as that cannot be stored.
    pub(super) fn may_be_noted(&self, decision: &Decision) -> Result<(), Refusal> {
        let (settings, now) = (&self.settings.history, self.stamp.tick);
        let Some(keepsakes) = &self.keepsakes else {
            return Ok(());
        };
        let history = self.history.as_ref();
        let why = keepsakes
            .closed(settings.stall, now)
            .or_else(|| history.and_then(|history| history.closed(settings, now)));
        match why {
            Some(why) if self.chat.changes_rules(&decision.changes) => {
                Err(Refusal::NotKept { why })
            }
            _ => Ok(()),
        }
    }

    /// Whoever makes these changes, which are not applied yet, is told of them once they are stored, if they have to be. What
    /// batch of notes all others wait for who are told of them, if they do.
    pub(super) fn await_notes(&mut self, by: Option<ClientId>, changes: &Changes) -> Option<u64> {
        let keepsakes = self.keepsakes.as_mut()?;
        if !Chat::may_touch(changes) || keepsakes.failing.is_some() {
            return None;
        }
        let rules = self.chat.changes_rules(changes);
        if !rules && !self.chat.changes_place(changes) {
            return None;
        }
        if let Some(client) = by.and_then(|by| self.chat.client(by)) {
            keepsakes.waiting.insert((keepsakes.number, client.id));
            let waits = Waits::Noted(keepsakes.number);
            self.mailboxes.mark(client.seat, waits);
        }
        rules.then_some(keepsakes.number)
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
        keepsakes.number += 1;
        if notes.is_empty() {
            return self.show_noted();
        }
        keepsakes.out_since = now;
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
        let Err(why) = done else {
            if keepsakes.failing.take().is_some() {
                tracing::info!("rooms and users are stored as they are now");
            }
            return self.show_noted();
        };
        tracing::warn!(%why, "rooms and users are not stored as they are now; it is tried again");
        keepsakes.not_before = now.after(AGAIN);
        for (place, keepsake) in out {
            keepsakes.stored.insert(place.clone());
            keepsakes.changed.entry(place).or_insert(keepsake);
        }
        let waiting = std::mem::take(&mut keepsakes.waiting);
        let words = format!(
            "What you have just changed is not stored yet: {why}; it is tried again, and lost if the server stops before"
        );
        keepsakes.failing = Some(why.0);
        self.show_noted();
        let Ok(text) = Text::parse(&words) else {
            return;
        };
        for (_, client) in waiting {
            if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
                let text = text.clone();
                self.tell(&Audience::Client(seat), &Event::ServerNotice { text }, None);
            }
        }
    }

    /// Shows what waits for notes that are stored; where they cannot be, all that waits for any.
    fn show_noted(&mut self) {
        let Some(keepsakes) = &mut self.keepsakes else {
            return;
        };
        let upto = match keepsakes.failing {
            Some(_) => u64::MAX,
            None => keepsakes.number,
        };
        keepsakes.waiting.retain(|(batch, _)| *batch >= upto);
        let mut fate = |_: ClientId, waits: &Waits| match waits {
            Waits::Noted(batch) if *batch < upto => Fate::Free,
            _ => Fate::Waits,
        };
        self.mailboxes.resolve(self.stamp.tick, &mut fate);
        self.resolve_leaving(&mut fate);
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
