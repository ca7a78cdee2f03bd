//! The spool: what several mailboxes wait for, once for all of them. What is put here stays until the last mailbox that has a piece of
//! it has written that, or has taken a copy.

use std::collections::VecDeque;

/// A part of the spool that holds so many bytes gets no more of them, and no larger one is kept for the next.
const PART: usize = if cfg!(test) { 64 } else { 64 * 1024 };

/// A place in the spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Parts are counted for ever, and around the end of the numbers.
    part: u32,
    start: u32,
    end: u32,
}

impl Piece {
    /// How many bytes it is.
    pub(super) fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether another one begins where this ends; then this one is both.
    pub(super) fn join(&mut self, next: Piece) -> bool {
        let joins = self.part == next.part && self.end == next.start;
        if joins {
            self.end = next.end;
        }
        joins
    }

    /// The same without its first bytes.
    pub(super) fn after(self, bytes: usize) -> Piece {
        let start = self.start + u32::try_from(bytes).unwrap_or(u32::MAX);
        Piece { start, ..self }
    }
}

#[derive(Debug, Default)]
struct Part {
    bytes: Vec<u8>,
    /// How many pieces of it mailboxes have.
    pieces: u32,
}

/// The bytes, in parts.
#[derive(Debug, Default)]
pub(super) struct Spool {
    parts: VecDeque<Part>,
    /// The number of the first part.
    first: u32,
    /// Nobody has a piece any more of some part that has not been given back.
    unread: bool,
    /// A buffer for the next part.
    spare: Vec<u8>,
    /// Pieces that stand apart, put together to be written.
    gathered: Vec<u8>,
}

impl Spool {
    /// Puts bytes in. Their piece holds until [`Spool::settle`]; whoever keeps it beyond that says so to [`Spool::keep`].
    pub(super) fn put(&mut self, bytes: &[u8]) -> Piece {
        if self
            .parts
            .back()
            .is_none_or(|part| part.bytes.len() >= PART)
        {
            let bytes = std::mem::take(&mut self.spare);
            self.parts.push_back(Part { bytes, pieces: 0 });
        }
        let place = self.parts.len() - 1;
        let part = &mut self.parts[place];
        let at = |part: &Part| u32::try_from(part.bytes.len()).expect("a part is small");
        let start = at(part);
        part.bytes.extend_from_slice(bytes);
        let end = at(part);
        self.unread = true;
        let place = u32::try_from(place).expect("few parts");
        Piece {
            part: self.first.wrapping_add(place),
            start,
            end,
        }
    }

    fn place(&self, piece: Piece) -> usize {
        piece.part.wrapping_sub(self.first) as usize
    }

    /// A mailbox has this piece.
    pub(super) fn keep(&mut self, piece: Piece) {
        let place = self.place(piece);
        self.parts[place].pieces += 1;
    }

    /// A mailbox has this piece no more.
    pub(super) fn release(&mut self, piece: Piece) {
        let place = self.place(piece);
        let part = &mut self.parts[place];
        part.pieces -= 1;
        self.unread |= part.pieces == 0;
    }

    fn bytes(&self, piece: Piece) -> &[u8] {
        let part = &self.parts[self.place(piece)];
        &part.bytes[piece.start as usize..piece.end as usize]
    }

    /// The first `most` bytes of these pieces.
    pub(super) fn read(&mut self, pieces: &[Piece], most: usize) -> &[u8] {
        if let [piece] = pieces {
            let bytes = self.bytes(*piece);
            return &bytes[..most.min(bytes.len())];
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        self.gather(pieces, most, &mut gathered);
        self.gathered = gathered;
        &self.gathered
    }

    /// The same for several threads, each of which has a buffer of its own.
    pub(super) fn read_beside<'a>(
        &'a self,
        pieces: &[Piece],
        most: usize,
        buffer: &'a mut Vec<u8>,
    ) -> &'a [u8] {
        if let [piece] = pieces {
            let bytes = self.bytes(*piece);
            return &bytes[..most.min(bytes.len())];
        }
        self.gather(pieces, most, buffer);
        buffer
    }

    fn gather(&self, pieces: &[Piece], most: usize, buffer: &mut Vec<u8>) {
        buffer.clear();
        for piece in pieces {
            let (bytes, left) = (self.bytes(*piece), most - buffer.len());
            buffer.extend_from_slice(&bytes[..left.min(bytes.len())]);
        }
    }

    /// Copies these pieces.
    pub(super) fn copy(&self, pieces: &[Piece], to: &mut Vec<u8>) {
        for piece in pieces {
            to.extend_from_slice(self.bytes(*piece));
        }
    }

    /// Gives back what nobody has a piece of.
    pub(super) fn settle(&mut self) {
        if !std::mem::take(&mut self.unread) {
            return;
        }
        for part in &mut self.parts {
            if part.pieces == 0 && part.bytes.capacity() > 0 {
                self.spare = std::mem::take(&mut part.bytes);
                self.spare.clear();
            }
        }
        while self.parts.front().is_some_and(|part| part.pieces == 0) {
            self.parts.pop_front();
            self.first = self.first.wrapping_add(1);
        }
        self.spare.shrink_to(2 * PART);
        self.gathered.clear();
        self.gathered.shrink_to(PART);
    }

    /// Gives up the memory that is kept for what comes next.
    pub(super) fn shrink(&mut self) {
        self.spare = Vec::new();
        self.gathered.shrink_to_fit();
        self.parts.shrink_to_fit();
    }

    /// How many bytes there are, whether anybody has a piece of them or not.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.bytes.len()).sum()
    }
}
