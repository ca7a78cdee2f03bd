//! Mail: what waits in one mailbox, in order, and where in it something is not decided yet.

use smallvec::SmallVec;

use super::marks::{self, Fate, Mark, RecordId, Waits};
use super::spool::{Piece, Spool};

/// What waits: pieces of the spool as long as the reader keeps up, or a copy of its own. With nothing waiting it owns no buffer.
#[derive(Debug, Default)]
pub(super) struct Mail {
    pieces: SmallVec<[Piece; 2]>,
    /// Bytes of all pieces.
    shared: usize,
    /// The copy, from `sent` on. Where there is one, there are no pieces.
    own: Vec<u8>,
    sent: usize,
    /// What is not decided yet, by places in the pieces or in the copy.
    marks: Vec<Mark>,
}

impl Mail {
    /// The place after the last byte.
    fn end(&self) -> usize {
        self.own.len() + self.shared
    }

    /// Where what may be written ends.
    fn decided(&self) -> usize {
        self.marks.first().map_or(self.end(), |mark| mark.start)
    }

    /// How many bytes wait.
    pub(super) fn len(&self) -> usize {
        self.end() - self.sent
    }

    /// How many of them wait for what is not decided.
    pub(super) fn held(&self) -> usize {
        self.end() - self.decided()
    }

    pub(super) fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        let spilled = if self.pieces.spilled() {
            self.pieces.capacity()
        } else {
            0
        };
        self.own.capacity() + spilled
    }

    /// Appends to the copy, which it becomes.
    pub(super) fn append(&mut self, bytes: &[u8], spool: &mut Spool) {
        self.copy(spool).extend_from_slice(bytes);
    }

    /// Appends bytes; `piece` is where in the spool they are, or will be. They may be shown when a record is stored.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        piece: &mut Option<Piece>,
        copies: bool,
        shows: Option<RecordId>,
        spool: &mut Spool,
    ) {
        let start = self.end();
        if copies || !self.own.is_empty() {
            self.append(bytes, spool);
        } else {
            let piece = *piece.get_or_insert_with(|| spool.put(bytes));
            self.shared += piece.len();
            if !self.pieces.last_mut().is_some_and(|last| last.join(piece)) {
                spool.keep(piece);
                self.pieces.push(piece);
            }
        }
        if let Some(record) = shows {
            marks::show(&mut self.marks, start, start + bytes.len(), record);
        }
    }

    /// Marks the end: something will stand there, or nothing.
    pub(super) fn mark(&mut self, what: Waits) {
        // What comes after a mark for notes waits for them anyway.
        let again = |mark: &Mark| mark.what == what;
        if matches!(what, Waits::Noted(_)) && self.marks.iter().rev().any(again) {
            return;
        }
        let (start, end) = (self.end(), self.end());
        self.marks.push(Mark { start, end, what });
    }

    /// The last mark is for what was put after it.
    pub(super) fn widen_mark(&mut self, what: &Waits) {
        let end = self.end();
        if let Some(mark) = self.marks.last_mut()
            && mark.what == *what
        {
            mark.end = end;
        }
    }

    /// Decides about the marks.
    pub(super) fn resolve(&mut self, spool: &mut Spool, fate: impl FnMut(&Waits) -> Fate) {
        let mut marks = std::mem::take(&mut self.marks);
        let new = marks::resolve(&mut marks, || std::mem::take(self.copy(spool)), fate);
        self.marks = marks;
        if let Some(new) = new {
            self.own = new;
        }
    }

    /// What may be written now.
    pub(super) fn readable<'a>(&'a self, spool: &'a mut Spool) -> &'a [u8] {
        let end = self.decided();
        if self.pieces.is_empty() {
            &self.own[self.sent..end]
        } else {
            spool.read(&self.pieces, end)
        }
    }

    /// The same for several threads, each of which has a buffer of its own.
    pub(super) fn readable_beside<'a>(
        &'a self,
        spool: &'a Spool,
        buffer: &'a mut Vec<u8>,
    ) -> &'a [u8] {
        let end = self.decided();
        if self.pieces.is_empty() {
            &self.own[self.sent..end]
        } else {
            spool.read_beside(&self.pieces, end, buffer)
        }
    }

    /// So many of these bytes have been written.
    pub(super) fn wrote(&mut self, bytes: usize, spool: &mut Spool) {
        if self.pieces.is_empty() {
            self.sent += bytes;
            // What has been sent is given back once it is the larger part, so that the queue's memory is its bound.
            if self.sent > self.own.len() / 2 {
                self.drop_sent();
            }
            return;
        }
        if bytes == self.shared {
            self.release(spool);
        } else {
            self.release_first(bytes, spool);
        }
        if !self.marks.is_empty() {
            self.move_marks(bytes);
        }
    }

    /// Gives all pieces up.
    fn release(&mut self, spool: &mut Spool) {
        for piece in &self.pieces {
            spool.release(*piece);
        }
        self.shared = 0;
        if self.pieces.spilled() {
            self.pieces = SmallVec::new();
        } else {
            self.pieces.clear();
        }
    }

    /// Gives so many of the first bytes up, which are not all.
    fn release_first(&mut self, bytes: usize, spool: &mut Spool) {
        let (mut left, mut gone) = (bytes, 0);
        for piece in &mut self.pieces {
            if left < piece.len() {
                *piece = piece.after(left);
                break;
            }
            left -= piece.len();
            spool.release(*piece);
            gone += 1;
        }
        self.pieces.drain(..gone);
        self.shared -= bytes;
    }

    /// Gives back what has been sent.
    fn drop_sent(&mut self) {
        if self.sent == self.own.len() {
            self.own = Vec::new();
        } else {
            self.own.drain(..self.sent);
        }
        self.move_marks(self.sent);
        self.sent = 0;
    }

    fn move_marks(&mut self, by: usize) {
        for mark in &mut self.marks {
            mark.start -= by;
            mark.end -= by;
        }
    }

    /// It becomes a copy of its own.
    pub(super) fn copy(&mut self, spool: &mut Spool) -> &mut Vec<u8> {
        self.own.reserve_exact(self.shared);
        spool.copy(&self.pieces, &mut self.own);
        self.release(spool);
        &mut self.own
    }

    /// Forgets what waits, but for the rest of a line that has been written in part.
    pub(super) fn forget(&mut self, mid_line: bool, spool: &mut Spool) {
        // Who has been written a part of a line has a copy.
        self.release(spool);
        self.drop_sent();
        self.marks = Vec::new();
        let rest = memchr::memchr(b'\n', &self.own).map_or(0, |end| end + 1);
        self.own.truncate(if mid_line { rest } else { 0 });
        self.own.shrink_to_fit();
    }
}
