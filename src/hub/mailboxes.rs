//! All mailboxes: by seat, and which of them have to be flushed, wait for their reader, or wait for the store.

mod together;

use super::mailbox::{Flushed, Mailbox, Wire};
use super::marks::{Fate, RecordId, Waits};
use super::spool::{Piece, Spool};
use super::workers::Workers;
use crate::chat::{ClientId, Seat, Tick};

/// What may wait for the store in one mailbox beyond `limits.send_queue`.
const HELD_MOST: usize = 32 * 1024 * 1024;

/// Bytes that may be in the spool when a turn is over. One byte that somebody waits for keeps all that is beside it.
pub(super) const SPOOLED: usize = if cfg!(test) { 4096 } else { 16 * 1024 * 1024 };

/// All mailboxes of attached clients, by seat, and which of them have to be flushed.
#[derive(Debug)]
pub(super) struct Mailboxes<W> {
    seats: Vec<Option<Mailbox<W>>>,
    dirty: Vec<Seat>,
    /// Those that wait for their reader.
    blocked: Vec<Seat>,
    /// Those that have marks.
    held: Vec<Seat>,
    /// Bytes that wait in all of them.
    total: usize,
    /// How many of them wait for what is not decided.
    total_held: usize,
    pub(super) spool: Spool,
    /// Who help where many have to be flushed.
    pub(super) workers: Workers,
}

impl<W: Wire> Mailboxes<W> {
    pub(super) fn new() -> Self {
        Mailboxes {
            seats: Vec::new(),
            dirty: Vec::new(),
            blocked: Vec::new(),
            held: Vec::new(),
            total: 0,
            total_held: 0,
            spool: Spool::default(),
            workers: Workers::default(),
        }
    }

    pub(super) fn open(&mut self, seat: Seat, mailbox: Mailbox<W>) {
        let index = seat.0 as usize;
        if self.seats.len() <= index {
            self.seats.resize_with(index + 1, || None);
        }
        self.total += mailbox.mail.len();
        self.seats[index] = Some(mailbox);
    }

    /// Takes the mailbox out; its place in the lists of the turn goes stale and is passed over.
    pub(super) fn close(&mut self, seat: Seat) -> Option<Mailbox<W>> {
        let mut taken = self.seats.get_mut(seat.0 as usize)?.take();
        if let Some(mailbox) = &mut taken {
            mailbox.mail.copy(&mut self.spool);
        }
        self.total -= taken.as_ref().map_or(0, |mailbox| mailbox.mail.len());
        self.total_held -= taken.as_ref().map_or(0, |mailbox| mailbox.mail.held());
        if taken.as_ref().is_some_and(|mailbox| mailbox.held) {
            self.held.retain(|held| *held != seat);
        }
        while self.seats.last().is_some_and(Option::is_none) {
            self.seats.pop();
        }
        if self.seats.len() < self.seats.capacity() / 4 {
            self.seats.shrink_to(self.seats.len() * 2);
        }
        taken
    }

    pub(super) fn get_mut(&mut self, seat: Seat) -> Option<&mut Mailbox<W>> {
        self.seats.get_mut(seat.0 as usize)?.as_mut()
    }

    pub(super) fn get(&self, seat: Seat) -> Option<&Mailbox<W>> {
        self.seats.get(seat.0 as usize)?.as_ref()
    }

    /// Forgets what waits in one, but for the rest of a line that has been written in part.
    pub(super) fn forget(&mut self, seat: Seat) {
        if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) {
            let before = mailbox.mail.len();
            self.total_held -= mailbox.mail.held();
            mailbox.forget(&mut self.spool);
            mailbox.condemned = false;
            self.total -= before - mailbox.mail.len();
        }
    }

    /// Puts bytes into a mailbox, to be flushed at the end of the turn, or, where a record is named that they show, once that is
    /// stored. One that is full although its socket takes bytes is flushed first: only who does not read overruns; for the time that
    /// the store takes a client is not to blame. Where the same is put for several, they share its piece of the spool, which lasts
    /// until the end of the turn. False: there is no room, nothing was put.
    pub(super) fn put(
        &mut self,
        seat: Seat,
        (bytes, piece): (&[u8], &mut Option<Piece>),
        shows: Option<RecordId>,
        (most, now): (usize, Tick),
    ) -> bool {
        let full = |mailbox: &Mailbox<W>| {
            let held = mailbox.mail.held();
            let readable = mailbox.mail.len() - held + bytes.len();
            readable > most || held + bytes.len() > most + HELD_MOST
        };
        if self
            .get(seat)
            .is_some_and(|mailbox| full(mailbox) && mailbox.blocked_since.is_none())
        {
            self.flush_one(seat, now);
        }
        let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) else {
            return true;
        };
        if mailbox.broken || mailbox.condemned {
            return true;
        }
        if full(mailbox) {
            mailbox.condemned = true;
            return false;
        }
        let held = mailbox.mail.held();
        let copies = mailbox.blocked_since.is_some();
        let (mail, spool) = (&mut mailbox.mail, &mut self.spool);
        mail.push(bytes, piece, copies, shows, spool);
        self.total += bytes.len();
        self.total_held += mailbox.mail.held() - held;
        if mailbox.mail.has_marks() {
            if !mailbox.held {
                mailbox.held = true;
                self.held.push(seat);
            }
            if mailbox.mail.len() == mailbox.mail.held() {
                // Nothing of it may be written yet.
                return true;
            }
        }
        if mailbox.becomes_dirty() {
            self.dirty.push(seat);
        }
        true
    }

    /// Marks the end of what waits for a client: something will stand there, or nothing.
    pub(super) fn mark(&mut self, seat: Seat, what: Waits) {
        if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize)
            && !mailbox.condemned
        {
            mailbox.mail.mark(what);
            if !mailbox.held {
                mailbox.held = true;
                self.held.push(seat);
            }
        }
    }

    /// The last mark of a mailbox is for what was put after it.
    pub(super) fn widen_mark(&mut self, seat: Seat, what: &Waits) {
        if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) {
            mailbox.mail.widen_mark(what);
        }
    }

    /// Whether the sums are those of all mailboxes.
    #[cfg(test)]
    pub(super) fn adds_up(&self) -> bool {
        let sum = |bytes: fn(&Mailbox<W>) -> usize| -> usize {
            self.seats.iter().flatten().map(bytes).sum()
        };
        sum(|mailbox| mailbox.mail.len()) == self.total
            && sum(|mailbox| mailbox.mail.held()) == self.total_held
    }

    /// Bytes that wait for what is not decided.
    pub(super) fn bytes_held(&self) -> usize {
        self.total_held
    }

    /// Decides about the marks of all, and writes what may be written now.
    pub(super) fn resolve(&mut self, now: Tick, mut fate: impl FnMut(ClientId, &Waits) -> Fate) {
        let mut held = std::mem::take(&mut self.held);
        held.retain(|seat| {
            let writable = self.decide(*seat, &mut fate);
            match self.seats.get_mut(seat.0 as usize) {
                Some(Some(mailbox)) => {
                    if writable && mailbox.becomes_dirty() {
                        self.dirty.push(*seat);
                    }
                    mailbox.held = mailbox.mail.has_marks();
                    mailbox.held
                }
                _ => false,
            }
        });
        self.held = held;
        self.flush_dirty(now);
    }

    /// Decides about the marks of one, and writes what may be written now.
    pub(super) fn resolve_one(
        &mut self,
        seat: Seat,
        now: Tick,
        fate: &mut impl FnMut(ClientId, &Waits) -> Fate,
    ) {
        if self.decide(seat, fate) {
            self.flush_one(seat, now);
        }
    }

    /// Decides about the marks of one. Whether something may be written to it now.
    fn decide(&mut self, seat: Seat, fate: &mut impl FnMut(ClientId, &Waits) -> Fate) -> bool {
        let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) else {
            return false;
        };
        let (waiting, held) = (mailbox.mail.len(), mailbox.mail.held());
        let client = mailbox.client;
        mailbox
            .mail
            .resolve(&mut self.spool, |what| fate(client, what));
        self.total = self.total + mailbox.mail.len() - waiting;
        self.total_held = self.total_held + mailbox.mail.held() - held;
        mailbox.mail.len() > mailbox.mail.held() && mailbox.blocked_since.is_none()
    }

    /// Flushes one now.
    pub(super) fn flush_one(&mut self, seat: Seat, now: Tick) {
        let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) else {
            return;
        };
        let (before, held) = (mailbox.mail.len(), mailbox.mail.held());
        let flushed = mailbox.flush(now, &mut self.spool);
        self.total -= before - mailbox.mail.len();
        // One that is broken forgets what it has held.
        self.total_held -= held - mailbox.mail.held();
        if flushed == Flushed::Blocked && !mailbox.listed {
            mailbox.listed = true;
            self.blocked.push(seat);
        }
    }

    /// One pass over the mailboxes that got something: one write each. What is in the spool and nobody's any more is given back.
    pub(super) fn flush_dirty(&mut self, now: Tick) {
        if self.workers.share(self.dirty.len()) {
            self.write_together();
        }
        let mut dirty = std::mem::take(&mut self.dirty);
        for seat in dirty.drain(..) {
            // Stale after a close and reopen in one turn, or flushed before: then there is nothing to write.
            if self.get(seat).is_some_and(|mailbox| mailbox.dirty) {
                self.flush_one(seat, now);
            }
        }
        self.dirty = dirty;
        self.spool.settle();
        if self.spool.len() > SPOOLED {
            // Those who wait for the store take copies, which their bounds count.
            for seat in &self.held {
                if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) {
                    mailbox.mail.copy(&mut self.spool);
                }
            }
            self.spool.settle();
        }
    }

    /// Gives up the memory of lists that have been longer.
    pub(super) fn shrink(&mut self) {
        self.seats.shrink_to_fit();
        self.dirty.shrink_to_fit();
        self.blocked.shrink_to_fit();
        self.held.shrink_to_fit();
        self.spool.shrink();
    }

    pub(super) fn any_blocked(&self) -> bool {
        !self.blocked.is_empty()
    }

    /// The clients that have taken nothing since before `since` (none: nobody). Forgets those that are not blocked any more.
    pub(super) fn blocked_before(&mut self, since: Option<Tick>, found: &mut Vec<ClientId>) {
        let seats = &mut self.seats;
        self.blocked.retain(|seat| {
            let Some(Some(mailbox)) = seats.get_mut(seat.0 as usize) else {
                return false;
            };
            if mailbox
                .blocked_since
                .zip(since)
                .is_some_and(|(blocked, since)| blocked <= since)
            {
                found.push(mailbox.client);
            }
            mailbox.listed = mailbox.blocked_since.is_some();
            mailbox.listed
        });
    }

    /// When more than `most` bytes wait for readers in all mailboxes even after a flush, empties those of the slowest readers, the
    /// fullest first, until a quarter less than that waits; the same with those in which most waits for the store. Returns whose they
    /// were; they have to be ended.
    pub(super) fn shed(&mut self, most: usize, now: Tick) -> Vec<ClientId> {
        let mut shed = Vec::new();
        if self.total - self.total_held > most {
            self.flush_dirty(now);
            let blocked = self.blocked.clone();
            let readable = |mailbox: &Mailbox<W>| mailbox.mail.len() - mailbox.mail.held();
            self.empty_fullest(&blocked, readable, most, &mut shed);
        }
        if self.total_held > most {
            let held = self.held.clone();
            self.empty_fullest(&held, |mailbox| mailbox.mail.held(), most, &mut shed);
        }
        shed
    }

    fn empty_fullest(
        &mut self,
        seats: &[Seat],
        bytes: impl Fn(&Mailbox<W>) -> usize,
        most: usize,
        shed: &mut Vec<ClientId>,
    ) {
        let waiting = |seat: &Seat| self.get(*seat).map_or(0, &bytes);
        let mut fullest: Vec<_> = seats.iter().map(|seat| (waiting(seat), *seat)).collect();
        fullest.sort_unstable_by_key(|(waiting, seat)| (std::cmp::Reverse(*waiting), *seat));
        let mut left: usize = fullest.iter().map(|(waiting, _)| waiting).sum();
        for (waiting, seat) in fullest {
            if left <= most - most / 4 {
                break;
            }
            left -= waiting;
            self.forget(seat);
            if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) {
                mailbox.condemned = true;
                shed.push(mailbox.client);
            }
        }
    }

    /// Whether nothing is put into this one any more because its client ends with this turn.
    pub(super) fn is_condemned(&self, seat: Seat) -> bool {
        self.get(seat).is_some_and(|mailbox| mailbox.condemned)
    }
}
