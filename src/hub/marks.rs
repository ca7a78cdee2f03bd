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
    /// What these records brought is taken out, the rest is shown.
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

/// Decides about the marks, in their order, and changes what waits accordingly.
pub(super) fn resolve(
    marks: &mut Vec<Mark>,
    waiting: &mut Vec<u8>,
    mut fate: impl FnMut(&Waits) -> Fate,
) {
    // So far everything has moved, to and fro.
    let (mut more, mut less) = (0, 0);
    let mut left = Vec::new();
    for mut mark in marks.drain(..) {
        mark.start = mark.start + more - less;
        mark.end = mark.end + more - less;
        match fate(&mark.what) {
            Fate::Waits => left.push(mark),
            Fate::Free => {}
            Fate::Instead(bytes) => {
                more += bytes.len();
                less += mark.end - mark.start;
                waiting.splice(mark.start..mark.end, bytes);
            }
            Fate::Without(indices) => {
                let Waits::Shown(_, parts) = &mark.what else {
                    continue;
                };
                let mut at = mark.start;
                for (index, length) in parts {
                    let length = *length as usize;
                    if indices.contains(index) {
                        waiting.drain(at..at + length);
                        less += length;
                    } else {
                        at += length;
                    }
                }
            }
        }
    }
    *marks = left;
}
