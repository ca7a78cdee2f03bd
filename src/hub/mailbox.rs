//! A mailbox: the bounded outbound queue of one connection. One that has nothing waiting owns no buffer.

use std::io;

use super::marks::{self, Fate, Mark, Waits};
use crate::chat::{ClientId, Protocol, Tick};

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
    /// How many messages had been said then.
    pub(super) heard_at: u64,
    /// When it was asked whether it is there, if that is not answered.
    pub(super) pinged_at: Option<Tick>,
    /// When it is looked at next; whatever else is noted for it holds no more.
    pub(super) due: Tick,
    /// What waits, from `sent` on.
    pub(super) waiting: Vec<u8>,
    sent: usize,
    /// What of it is not decided yet.
    pub(super) marks: Vec<Mark>,
    /// The last byte written was not the end of a line.
    mid_line: bool,
    /// It is in the list of those that wait for their reader.
    pub(super) listed: bool,
    /// It is in the list of those that have marks.
    pub(super) held: bool,
    /// Its client has overrun a limit and ends with this turn; nothing more is put.
    pub(super) condemned: bool,
    /// It is in the list of those to be flushed this turn.
    pub(super) dirty: bool,
    /// It took less than all when last written, and has taken nothing since then.
    pub(super) blocked_since: Option<Tick>,
    /// Writing failed; the reader will find out too.
    pub(super) broken: bool,
    /// When it is closed even if bytes wait. Only for those who leave.
    pub(super) deadline: Tick,
}

/// What became of a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flushed {
    All,
    /// The rest has to wait for what is not decided.
    Held,
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
            heard_at: 0,
            pinged_at: None,
            due: Tick(u64::MAX),
            waiting: Vec::new(),
            sent: 0,
            marks: Vec::new(),
            mid_line: false,
            listed: false,
            held: false,
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

    /// Gives back what has been sent.
    fn drop_sent(&mut self) {
        self.waiting.drain(..self.sent);
        for mark in &mut self.marks {
            mark.start -= self.sent;
            mark.end -= self.sent;
        }
        self.sent = 0;
    }

    /// Where what may be written ends.
    fn decided(&self) -> usize {
        self.marks
            .first()
            .map_or(self.waiting.len(), |mark| mark.start)
    }

    /// Bytes that wait for what is not decided.
    pub(super) fn bytes_held(&self) -> usize {
        self.waiting.len() - self.decided()
    }

    /// Decides about its marks.
    pub(super) fn resolve(&mut self, fate: impl FnMut(&Waits) -> Fate) {
        marks::resolve(&mut self.marks, &mut self.waiting, fate);
    }

    pub(super) fn is_held(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Forgets what waits, but for the rest of a line that has been written in part.
    pub(super) fn forget(&mut self) {
        self.drop_sent();
        self.marks = Vec::new();
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
        let end = self.decided();
        while !self.broken && self.sent < end {
            match self.wire.try_write(&self.waiting[self.sent..end]) {
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
                        self.drop_sent();
                    }
                    return Flushed::Blocked;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.broken = true,
            }
        }
        if !self.broken && !self.wire.is_drained() {
            self.drop_sent();
            self.blocked(now);
            return Flushed::Blocked;
        }
        self.blocked_since = None;
        if !self.broken && !self.marks.is_empty() {
            self.drop_sent();
            return Flushed::Held;
        }
        self.sent = 0;
        self.marks = Vec::new();
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
