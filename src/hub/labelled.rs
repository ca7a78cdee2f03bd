//! Labelled commands: what each has brought is one answer, which is told once what it shows is stored (IRCv3 labeled-response).

use smallvec::SmallVec;

use super::marks::{RecordId, Waits};
use super::{Hub, Wire};
use crate::chat::{Capabilities, ClientId, Refusal, Seat};
use crate::protocol::irc;

/// A labelled command: its label, and what it has brought so far.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) seat: Seat,
    label: Box<str>,
    /// What its client had negotiated when it gave the command: for the case that it leaves by it.
    pub(super) capabilities: Capabilities,
    brought: Vec<u8>,
    /// The records that its answer waits for, all of one batch, with the part of the answer that each brought.
    records: SmallVec<[Part; 1]>,
}

#[derive(Debug)]
struct Part {
    record: RecordId,
    start: usize,
    end: usize,
}

impl Labelled {
    pub(super) fn new(seat: Seat, label: Box<str>, capabilities: Capabilities) -> Labelled {
        Labelled {
            seat,
            label,
            capabilities,
            brought: Vec::new(),
            records: SmallVec::new(),
        }
    }

    /// What its command says next is this record.
    pub(super) fn says(&mut self, record: RecordId) {
        let (start, end) = (self.brought.len(), self.brought.len());
        self.records.push(Part { record, start, end });
    }

    /// Adds to the answer; `shows`: the record that it shows, if it does.
    pub(super) fn brings(&mut self, bytes: &[u8], shows: Option<RecordId>) {
        self.brought.extend_from_slice(bytes);
        if let Some(last) = self.records.last_mut()
            && shows == Some(last.record)
        {
            last.end = self.brought.len();
        }
    }

    /// The last record that its answer waits for, if there is one.
    fn last(&self) -> Option<RecordId> {
        self.records.last().map(|part| part.record)
    }

    /// Puts into the place of what is not stored what is told instead. Whether there was such a thing.
    fn replace(&mut self, instead: impl Fn(RecordId) -> Option<Vec<u8>>) -> bool {
        let (mut new, mut taken, mut any) = (Vec::new(), 0, false);
        for part in std::mem::take(&mut self.records) {
            if let Some(bytes) = instead(part.record) {
                new.extend_from_slice(&self.brought[taken..part.start]);
                new.extend_from_slice(&bytes);
                (taken, any) = (part.end, true);
            }
        }
        new.extend_from_slice(&self.brought[taken..]);
        self.brought = new;
        any
    }
}

impl<W: Wire> Hub<W> {
    /// Puts the answer into the mailbox. Where it waits for the store, it is kept as well: of what is not stored it tells something
    /// else.
    pub(super) fn tell_labelled(&mut self, client: ClientId, seat: Seat, labelled: Labelled) {
        let Some(found) = self.chat.client(client) else {
            return;
        };
        let bytes = self.marked(&labelled, found.capabilities);
        let Some(record) = labelled.last() else {
            return self.put(client, seat, &bytes);
        };
        let waits = Waits::Own(record);
        self.mailboxes.mark(seat, waits.clone());
        self.put(client, seat, &bytes);
        self.mailboxes.widen_mark(seat, &waits);
        if let Some(history) = &mut self.history {
            history.is_answered_by(record, labelled);
        }
    }

    /// What a labelled command has brought, marked.
    pub(super) fn marked(&self, labelled: &Labelled, capabilities: Capabilities) -> Vec<u8> {
        let (server, stamp) = (&self.server, &self.stamp);
        let (lines, label) = (&labelled.brought, &labelled.label);
        let mut bytes = Vec::new();
        irc::label(lines, label, server, stamp, capabilities, &mut bytes);
        bytes
    }

    /// The answer to a labelled command with a refusal for each of its records that is not stored, `why` says so; none: all are.
    pub(super) fn marked_without(
        &self,
        (client, verb): (ClientId, &'static str),
        mut labelled: Labelled,
        why: impl Fn(RecordId) -> Option<Box<str>>,
    ) -> Option<Vec<u8>> {
        let found = self.chat.client(client);
        let refusal = |record| {
            let refusal = Refusal::NotKept { why: why(record)? };
            // Of one that has left it is not known any more what it would understand.
            Some(found.map_or_else(Vec::new, |_| self.refusal_for(client, verb, &refusal)))
        };
        if !labelled.replace(refusal) {
            return None;
        }
        match found {
            None if labelled.brought.is_empty() => Some(Vec::new()),
            None => Some(self.marked(&labelled, labelled.capabilities)),
            Some(found) => Some(self.marked(&labelled, found.capabilities)),
        }
    }
}
