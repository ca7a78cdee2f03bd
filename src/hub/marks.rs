//! Marks: places in what waits for a client where something is not decided yet. What stands before the first mark may be
//! written; what stands after it waits with it, so that each client reads everything in order.

use smallvec::SmallVec;

/// A record that was handed to the store: its batch, and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RecordId {
    pub(super) batch: u64,
    pub(super) index: u32,
}

/// A place in what waits for a client, from `start` to `end`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: Waits,
}

/// What a mark waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// What stands there is shown once its records are stored, each with how many bytes of it; all are of one batch.
    Shown(u64, SmallVec<[(u32, u32); 1]>),
    /// The client's own message is this record; what stands there, if anything, answers it. If it is not stored, the client is told
    /// there.
    Own(RecordId),
    /// What outlives a restart is stored up to this batch of notes.
    Noted(u64),
    /// What the client reads there is being looked up.
    Gap(u64),
}

/// What becomes of a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is still waited for.
    Waits,
    /// What stands there is shown.
    Free,
    /// This stands there instead.
    Instead(Vec<u8>),
    /// What these records brought, which are in their order, is taken out, the rest is shown.
    Without(Vec<u32>),
}

/// Adds what a record brought, which ends where the mailbox now ends.
pub(super) fn show(marks: &mut Vec<Mark>, start: usize, end: usize, record: RecordId) {
    let part = (record.index, u32::try_from(end - start).unwrap_or(u32::MAX));
    if let Some(Mark {
        end: last,
        what: Waits::Shown(batch, parts),
        ..
    }) = marks.last_mut()
        && *last == start
        && *batch == record.batch
    {
        *last = end;
        return parts.push(part);
    }
    let parts = std::iter::once(part).collect();
    let what = Waits::Shown(record.batch, parts);
    marks.push(Mark { start, end, what });
}

/// Decides about the marks, in their order. What waits is taken only where it changes, in one pass over it; then it is returned as it
/// is now.
pub(super) fn resolve(
    marks: &mut Vec<Mark>,
    mut take: impl FnMut() -> Vec<u8>,
    mut fate: impl FnMut(&Waits) -> Fate,
) -> Option<Vec<u8>> {
    let mut left = Vec::new();
    // What waited, and what is new of it, and up to where the old is in that; nothing as long as nothing has changed.
    let (mut old, mut new, mut taken) = (None, Vec::new(), 0);
    for mut mark in marks.drain(..) {
        // Where the old begins that is not in the new yet.
        let before = |new: &Vec<u8>, at: usize| new.len() + at - taken;
        match fate(&mark.what) {
            Fate::Waits => {
                let moved = (before(&new, mark.start), before(&new, mark.end));
                (mark.start, mark.end) = moved;
                left.push(mark);
            }
            Fate::Free => {}
            Fate::Instead(bytes) => {
                if mark.start == mark.end && bytes.is_empty() {
                    continue;
                }
                let waiting = old.get_or_insert_with(&mut take);
                new.extend_from_slice(&waiting[taken..mark.start]);
                new.extend_from_slice(&bytes);
                taken = mark.end;
            }
            Fate::Without(lost) => {
                let Waits::Shown(_, parts) = &mark.what else {
                    continue;
                };
                let waiting = old.get_or_insert_with(&mut take);
                let (mut at, mut lost) = (mark.start, lost.into_iter().peekable());
                for (index, length) in parts {
                    let end = at + *length as usize;
                    // Both are in the order in which the records were made.
                    if lost.next_if_eq(index).is_some() {
                        new.extend_from_slice(&waiting[taken..at]);
                        taken = end;
                    }
                    at = end;
                }
            }
        }
    }
    *marks = left;
    old.map(|old| {
        new.extend_from_slice(&old[taken..]);
        new
    })
}
