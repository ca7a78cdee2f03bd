//! Mailboxes: the bounded outbound queue of each connection. A mailbox that has nothing waiting owns no buffer.

use std::io;

use crate::chat::{ClientId, Protocol, Seat, Tick};

/// How a connection is written. Nothing here waits.
pub trait Wire {
    /// Writes what it takes of these bytes now; `WouldBlock` when it takes none.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
    /// Whether all that it has taken is out of the process's hands; what is not is still waited for.
    fn is_drained(&self) -> bool {
        true
    }
    /// Has [`super::Input::Writable`] sent when it takes bytes again.
    fn await_writable(&self);
    /// Everything is written: shuts this side, reads away what still comes (bounded), closes.
    fn finish(&self);
    /// Closes at once.
    fn abort(&self);
}

/// So many buffers that have been written are kept for the next mail, and none larger than [`SPARE_BYTES`].
const SPARES: usize = 256;
const SPARE_BYTES: usize = 4096;

/// One connection's queue.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any of them can hold"
)]
#[derive(Debug)]
pub(super) struct Mailbox<W> {
    pub(super) client: ClientId,
    pub(super) wire: W,
    pub(super) protocol: Protocol,
    /// How many lines came from it.
    pub(super) lines: u64,
    /// When something last came from it.
    pub(super) heard: Tick,
    /// When it was asked whether it is there, if that is not answered.
    pub(super) pinged_at: Option<Tick>,
    /// When it is looked at next; whatever else is noted for it holds no more.
    pub(super) due: Tick,
    /// What waits, from `sent` on.
    waiting: Vec<u8>,
    sent: usize,
    /// The last byte written was not the end of a line.
    mid_line: bool,
    /// It is in the list of those that wait for their reader.
    listed: bool,
    /// Its client has overrun a limit and ends with this turn; nothing more is put.
    condemned: bool,
    /// It is in the list of those to be flushed this turn.
    dirty: bool,
    /// It took less than all when last written, and has taken nothing since then.
    pub(super) blocked_since: Option<Tick>,
    /// Writing failed; the reader will find out too.
    broken: bool,
    /// When it is closed even if bytes wait. Only for those who leave.
    pub(super) deadline: Tick,
}

/// What became of a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flushed {
    All,
    Blocked,
    Broken,
}

impl<W: Wire> Mailbox<W> {
    pub(super) fn new(client: ClientId, protocol: Protocol, wire: W, now: Tick) -> Self {
        Mailbox {
            client,
            wire,
            protocol,
            lines: 0,
            heard: now,
            pinged_at: None,
            due: Tick(u64::MAX),
            waiting: Vec::new(),
            sent: 0,
            mid_line: false,
            listed: false,
            condemned: false,
            dirty: false,
            blocked_since: None,
            broken: false,
            deadline: Tick(u64::MAX),
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.waiting.capacity()
    }

    /// Puts bytes in, whatever waits already.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// Whether it has to be listed for the flush of this turn: it is not, and not blocked, which is flushed when its socket says so.
    pub(super) fn becomes_dirty(&mut self) -> bool {
        let becomes = !self.dirty && self.blocked_since.is_none();
        self.dirty |= becomes;
        becomes
    }

    pub(super) fn bytes_waiting(&self) -> usize {
        self.waiting.len() - self.sent
    }

    /// Forgets what waits, but for the rest of a line that has been written in part.
    fn forget(&mut self) {
        self.waiting.drain(..self.sent);
        self.sent = 0;
        let keep = if self.mid_line {
            memchr::memchr(b'\n', &self.waiting).map_or(0, |end| end + 1)
        } else {
            0
        };
        self.waiting.truncate(keep);
        self.waiting.shrink_to_fit();
    }

    pub(super) fn flush(&mut self, now: Tick, spares: &mut Vec<Vec<u8>>) -> Flushed {
        self.dirty = false;
        while !self.broken && self.sent < self.waiting.len() {
            match self.wire.try_write(&self.waiting[self.sent..]) {
                Ok(0) => self.broken = true,
                Ok(n) => {
                    self.sent += n;
                    self.mid_line = self.waiting[self.sent - 1] != b'\n';
                    if self.blocked_since.is_some() {
                        self.blocked_since = Some(now);
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.blocked(now);
                    // What has been sent is given back once it is the larger part, so that the queue's memory is its bound.
                    if self.sent > self.waiting.len() / 2 {
                        self.waiting.drain(..self.sent);
                        self.sent = 0;
                    }
                    return Flushed::Blocked;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.broken = true,
            }
        }
        if !self.broken && !self.wire.is_drained() {
            self.sent = 0;
            self.waiting.clear();
            self.blocked(now);
            return Flushed::Blocked;
        }
        self.blocked_since = None;
        self.sent = 0;
        let mut buffer = std::mem::take(&mut self.waiting);
        if spares.len() < SPARES && buffer.capacity() > 0 && buffer.capacity() <= SPARE_BYTES {
            buffer.clear();
            spares.push(buffer);
        }
        if self.broken {
            Flushed::Broken
        } else {
            Flushed::All
        }
    }
}

impl<W: Wire> Mailbox<W> {
    fn blocked(&mut self, now: Tick) {
        self.blocked_since.get_or_insert(now);
        self.wire.await_writable();
    }

    /// Whether something is not out yet, here or in the wire's hands.
    pub(super) fn holds(&self) -> bool {
        self.bytes_waiting() > 0 || (!self.broken && !self.wire.is_drained())
    }
}

/// All mailboxes of attached clients, by seat, and which of them have to be flushed.
#[derive(Debug)]
pub(super) struct Mailboxes<W> {
    seats: Vec<Option<Mailbox<W>>>,
    dirty: Vec<Seat>,
    /// Those that wait for their reader.
    blocked: Vec<Seat>,
    /// Bytes that wait in all of them.
    total: usize,
    pub(super) spares: Vec<Vec<u8>>,
}

impl<W: Wire> Mailboxes<W> {
    pub(super) fn new() -> Self {
        Mailboxes {
            seats: Vec::new(),
            dirty: Vec::new(),
            blocked: Vec::new(),
            total: 0,
            spares: Vec::new(),
        }
    }

    pub(super) fn open(&mut self, seat: Seat, mailbox: Mailbox<W>) {
        let index = seat.0 as usize;
        if self.seats.len() <= index {
            self.seats.resize_with(index + 1, || None);
        }
        self.total += mailbox.bytes_waiting();
        self.seats[index] = Some(mailbox);
    }

    /// Takes the mailbox out; its place in the lists of the turn goes stale and is passed over.
    pub(super) fn close(&mut self, seat: Seat) -> Option<Mailbox<W>> {
        let taken = self.seats.get_mut(seat.0 as usize)?.take();
        self.total -= taken.as_ref().map_or(0, Mailbox::bytes_waiting);
        while self.seats.last().is_some_and(Option::is_none) {
            self.seats.pop();
        }
        if self.seats.is_empty() {
            self.seats.shrink_to_fit();
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
            let before = mailbox.bytes_waiting();
            mailbox.forget();
            mailbox.condemned = false;
            self.total -= before - mailbox.bytes_waiting();
        }
    }

    /// Puts bytes into a mailbox, to be flushed at the end of the turn. One that is full although its socket takes bytes is
    /// flushed first: only who does not read overruns. False: there is no room, nothing was put.
    pub(super) fn put(&mut self, seat: Seat, bytes: &[u8], most: usize, now: Tick) -> bool {
        let full = |mailbox: &Mailbox<W>| mailbox.bytes_waiting() + bytes.len() > most;
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
        if mailbox.waiting.capacity() == 0
            && let Some(spare) = self.spares.pop()
        {
            mailbox.waiting = spare;
        }
        mailbox.waiting.extend_from_slice(bytes);
        self.total += bytes.len();
        if mailbox.becomes_dirty() {
            self.dirty.push(seat);
        }
        true
    }

    /// Flushes one now.
    pub(super) fn flush_one(&mut self, seat: Seat, now: Tick) {
        let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) else {
            return;
        };
        let before = mailbox.bytes_waiting();
        let flushed = mailbox.flush(now, &mut self.spares);
        self.total -= before - mailbox.bytes_waiting();
        if flushed == Flushed::Blocked && !mailbox.listed {
            mailbox.listed = true;
            self.blocked.push(seat);
        }
    }

    /// One pass over the mailboxes that got something: one write each.
    pub(super) fn flush_dirty(&mut self, now: Tick) {
        let mut dirty = std::mem::take(&mut self.dirty);
        for seat in dirty.drain(..) {
            // Stale after a close and reopen in one turn, or flushed before: then there is nothing to write.
            if self.get(seat).is_some_and(|mailbox| mailbox.dirty) {
                self.flush_one(seat, now);
            }
        }
        self.dirty = dirty;
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

    /// When more than `most` bytes wait in all mailboxes even after a flush, empties those of the slowest readers, the
    /// fullest first, until a quarter less than that waits. Returns whose they were; they have to be ended.
    pub(super) fn shed(&mut self, most: usize, now: Tick) -> Vec<ClientId> {
        let mut shed = Vec::new();
        if self.total <= most {
            return shed;
        }
        self.flush_dirty(now);
        let waiting = |seat: &Seat| self.get(*seat).map_or(0, Mailbox::bytes_waiting);
        let mut fullest: Vec<_> = self
            .blocked
            .iter()
            .map(|seat| (waiting(seat), *seat))
            .collect();
        fullest.sort_unstable_by_key(|(waiting, seat)| (std::cmp::Reverse(*waiting), *seat));
        for (_, seat) in fullest {
            if self.total <= most - most / 4 {
                break;
            }
            self.forget(seat);
            if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) {
                mailbox.condemned = true;
                shed.push(mailbox.client);
            }
        }
        shed
    }

    /// Whether nothing is put into this one any more because its client ends with this turn.
    pub(super) fn is_condemned(&self, seat: Seat) -> bool {
        self.get(seat).is_some_and(|mailbox| mailbox.condemned)
    }
}
