//! What of a decision is to be kept: refused when it cannot be, noted for the store when it can.

use tokio::sync::oneshot;

use super::history::{Entry, Waiter};
use super::marks::{RecordId, Waits};
use super::{Hub, Wire};
use crate::chat::{
    Change, ClientId, Command, Decision, Effect, Event, MessageId, Place, Refusal, Source, Speaker,
    Target, Text,
};
use crate::store::Record;

impl<W: Wire> Hub<W> {
    /// What of a decision must be stored before anybody sees it.
    fn must_be_kept(&self, decision: &Decision) -> bool {
        decision.effects.iter().any(|effect| {
            let Effect::Tell(_, event) = effect else {
                return false;
            };
            match event {
                Event::Redacted { .. } => true,
                Event::Said { place, .. } => match place {
                    Place::Private(_) => self.settings.history.direct_messages,
                    Place::Operator => false,
                    _ => true,
                },
                _ => false,
            }
        })
    }

    /// Refuses what must be stored and cannot be now.
    pub(super) fn may_be_kept(&self, decision: &Decision) -> Result<(), Refusal> {
        let Some(history) = &self.history else {
            return Ok(());
        };
        if !self.must_be_kept(decision) {
            return Ok(());
        }
        let crowded = (self.mailboxes.bytes_held() > self.settings.send_memory / 2)
            .then(|| "too much waits for the disk (limits.send_memory); try again later".into());
        match crowded.or_else(|| history.closed(&self.settings.history, self.stamp.tick)) {
            None => Ok(()),
            Some(why) => Err(Refusal::NotKept { why }),
        }
    }

    /// Notes what of a decision is to be stored, before its changes are applied. The record that its effects wait for, if there is
    /// one.
    pub(super) fn keep(
        &mut self,
        by: Option<ClientId>,
        decision: &mut Decision,
        operator: Option<Waiter>,
    ) -> Option<RecordId> {
        let record = self.keep_said(by, decision, operator);
        self.keep_happened(decision);
        // Last: what has happened in a life belongs to it before it has ended.
        self.keep_ended(decision);
        record
    }

    /// Notes what a decision brings to rooms besides messages.
    fn keep_happened(&mut self, decision: &mut Decision) {
        let settings = self.settings.history;
        if let Some(history) = &mut self.history
            && settings.events
        {
            for happened in self.chat.happened(&self.stamp, decision) {
                history.note(happened, &settings, self.stamp.tick);
            }
        }
    }

    /// Notes which lives of rooms a decision ends.
    fn keep_ended(&mut self, decision: &Decision) {
        let Some(history) = &mut self.history else {
            return;
        };
        // A shutdown ends no life. A room with another name has ended under its old one.
        let ended = decision.changes.iter().filter_map(|change| match change {
            Change::RoomGone { room } if self.ending.is_none() => self.chat.room(*room),
            Change::RoomNamed { room, name } => {
                let named = self.chat.room(*room);
                named.filter(|room| room.name.key() != name.key())
            }
            _ => None,
        });
        for room in ended {
            history.end(room.life());
        }
    }

    /// Notes the message, or the taking back of one, that a decision is.
    fn keep_said(
        &mut self,
        by: Option<ClientId>,
        decision: &Decision,
        operator: Option<Waiter>,
    ) -> Option<RecordId> {
        if self.history.is_none() {
            answer_now(operator);
            return None;
        }
        let Some((record, bytes, said)) = self.record_of(by, decision) else {
            answer_now(operator);
            return None;
        };
        let Some(history) = &mut self.history else {
            return None;
        };
        let labelled = self.labelled.as_mut();
        let verb = self.verb;
        let entry = Entry {
            index: history.next_index(),
            said,
            redacted: match &record {
                Record::Redacted { id, .. } => Some((*id, self.chat.remembered(*id))),
                _ => None,
            },
            ended: None,
            by: by.map(|by| (by, verb)),
            labelled: labelled.is_some(),
            answer: None,
            operator,
        };
        let record = history.add(record, bytes, entry);
        match (labelled, by.and_then(|by| self.chat.client(by))) {
            // Its whole answer waits.
            (Some(labelled), _) => labelled.says(record),
            (None, Some(client)) => self.mailboxes.mark(client.seat, Waits::Own(record)),
            (None, None) => {}
        }
        Some(record)
    }

    /// What of a decision is to be stored, how many bytes of text are in it, and the message that it is, if it is one.
    fn record_of(
        &self,
        by: Option<ClientId>,
        decision: &Decision,
    ) -> Option<(Record, usize, Option<MessageId>)> {
        let direct = self.settings.history.direct_messages;
        decision.effects.iter().find_map(|effect| match effect {
            Effect::Tell(_, Event::Redacted { by, id, reason, .. }) => {
                let record = Record::Redacted {
                    id: *id,
                    by: by.clone(),
                    at: self.stamp.at,
                    reason: reason.clone(),
                };
                Some((record, 0, None))
            }
            Effect::Tell(_, event) => {
                let said = self.chat.said(&self.stamp, by, event, direct)?;
                let (bytes, id) = (said.text.as_str().len(), said.id);
                Some((Record::Said(Box::new(said)), bytes, Some(id)))
            }
            Effect::Echo(_) | Effect::Close(..) => None,
        })
    }

    /// Stores the operator's taking back of a message.
    pub(super) fn redact_as_operator(
        &mut self,
        id: MessageId,
        reason: Option<Text>,
        back: oneshot::Sender<Result<(), Refusal>>,
    ) {
        let command = Command::Redact(Target::Operator, id, reason.clone());
        match self.decide(Source::Operator, command) {
            Ok(decision) => {
                let waiter = Waiter::Redacted(back);
                self.carry_out_for(None, decision, Some(waiter));
            }
            // Nobody remembers it; the store may have it all the same.
            Err(Refusal::NoSuchMessage { .. }) if self.history.is_some() => {
                let waiter = Waiter::Redacted(back);
                self.redact_in_store(id, reason, waiter);
            }
            Err(refusal) => drop(back.send(Err(refusal))),
        }
    }

    fn redact_in_store(&mut self, id: MessageId, reason: Option<Text>, waiter: Waiter) {
        let Some(history) = &mut self.history else {
            return waiter.answer(None);
        };
        if let Some(why) = history.closed(&self.settings.history, self.stamp.tick) {
            return waiter.answer(Some(Refusal::NotKept { why }));
        }
        let record = Record::Redacted {
            id,
            by: Speaker::Operator,
            at: self.stamp.at,
            reason,
        };
        let entry = Entry {
            operator: Some(waiter),
            redacted: Some((id, None)),
            ..Entry::of_nobody(history.next_index())
        };
        history.add(record, 0, entry);
    }

    /// Hands over what the turn has brought.
    pub(super) fn hand_over(&mut self) {
        let Some(history) = &mut self.history else {
            return;
        };
        let mut failed = history.hand_over(self.stamp.tick);
        // Who is answered goes on with what it has said since, which may be more to hand over.
        while !failed.is_empty() {
            for failed in failed {
                self.hear_from_store(failed);
            }
            failed = match &mut self.history {
                Some(history) => history.hand_over(self.stamp.tick),
                None => return,
            };
        }
    }
}

fn answer_now(operator: Option<Waiter>) {
    if let Some(operator) = operator {
        operator.answer(None);
    }
}
