//! A mailbox: the bounded outbound queue of one connection. One that has nothing waiting owns no buffer.

use std::io;
use std::os::fd::BorrowedFd;

use super::mail::Mail;
use super::spool::Spool;
use crate::chat::{ClientId, Protocol, Tick};

/// How a connection is written. Nothing here waits.
pub trait Wire {
    /// Writes what it takes of these bytes now; `WouldBlock` when it takes none.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
    /// The socket, where all that is written goes there as it is and at once: another thread may write to it then, while the one that
    /// owns this waits.
    fn socket(&self) -> Option<BorrowedFd<'_>> {
        None
    }
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
    pub(super) mail: Mail,
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
            mail: Mail::default(),
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

    /// Whether it has to be listed for the flush of this turn: it is not, and not blocked, which is flushed when its socket says so.
    pub(super) fn becomes_dirty(&mut self) -> bool {
        let becomes = !self.dirty && self.blocked_since.is_none();
        self.dirty |= becomes;
        becomes
    }

    /// Forgets what waits, but for the rest of a line that has been written in part.
    pub(super) fn forget(&mut self, spool: &mut Spool) {
        self.mail.forget(self.mid_line, spool);
    }

    /// So many bytes of it have been written by another thread. It stays to be flushed if there is more.
    pub(super) fn wrote(&mut self, bytes: usize, mid_line: bool, spool: &mut Spool) {
        if bytes > 0 {
            self.mail.wrote(bytes, spool);
            self.mid_line = mid_line;
        }
        self.dirty = self.mail.len() > self.mail.held();
    }

    /// Writes what may be written, as far as the socket takes it.
    pub(super) fn flush(&mut self, now: Tick, spool: &mut Spool) -> Flushed {
        self.dirty = false;
        let bytes = self.mail.readable(spool);
        let (mut written, mut blocked) = (0, false);
        while !self.broken && !blocked && written < bytes.len() {
            match self.wire.try_write(&bytes[written..]) {
                Ok(0) => self.broken = true,
                Ok(n) => {
                    written += n;
                    self.mid_line = bytes[written - 1] != b'\n';
                    if self.blocked_since.is_some() {
                        self.blocked_since = Some(now);
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => blocked = true,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.broken = true,
            }
        }
        self.mail.wrote(written, spool);
        if self.broken {
            self.blocked_since = None;
            self.mail.forget(false, spool);
            return Flushed::Broken;
        }
        if blocked || !self.wire.is_drained() {
            // The others go on; what this one has not read is its own from now on.
            self.mail.copy(spool);
            self.blocked_since.get_or_insert(now);
            self.wire.await_writable();
            return Flushed::Blocked;
        }
        self.blocked_since = None;
        if self.mail.len() > 0 || self.mail.has_marks() {
            Flushed::Held
        } else {
            Flushed::All
        }
    }

    /// Whether something is not out yet, here or in the wire's hands.
    pub(super) fn holds(&self) -> bool {
        self.mail.len() > 0 || (!self.broken && !self.wire.is_drained())
    }
}
