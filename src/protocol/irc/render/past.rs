//! What was said before, as lines: as if it were said now, but with the time, the sender and the id that it had.

use super::pen::{Marks, Pen, Sender};
use super::said::{Said, To};
use crate::chat::{Capabilities, Kept, Manner, Timestamp};
use crate::protocol::irc::Capability;

/// Which messages stay when there are more than may be told at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol::irc) enum Keep {
    /// The earliest.
    First,
    /// The latest.
    Last,
    /// Those in the middle.
    Middle,
}

/// Messages as lines.
#[derive(Debug)]
pub(in crate::protocol::irc) struct Page {
    /// All lines.
    lines: Vec<u8>,
    /// For each message that has lines: where they end, and when it was said.
    messages: Vec<(usize, Timestamp)>,
}

impl Page {
    /// Those of `kept` that there is something to tell of: what was taken back is left out (IRCv3 message-redaction, "Chat
    /// history"), and, outside of a batch, what asks other clients' programs for an answer (CTCP), since they cannot see that it
    /// is old. In the batch of that name. `room`: the name that the room has now, in place of the one that it had.
    pub(in crate::protocol::irc) fn of(
        kept: &[Kept],
        room: Option<&str>,
        server: &str,
        capabilities: Capabilities,
        batch: Option<&str>,
    ) -> Page {
        let (mut lines, mut messages) = (Vec::new(), Vec::new());
        for message in kept {
            let Some(text) = &message.text else {
                continue;
            };
            if batch.is_none() && message.manner != Manner::Action && text.is_ctcp() {
                continue;
            }
            let to = To {
                rank: message.rank,
                name: room.unwrap_or(&message.to),
            };
            let marks = Marks {
                id: Some(message.id),
                client: message.tags.as_ref(),
            };
            Pen::new(&mut lines, server, message.at, capabilities)
                .within(batch)
                .said(Said {
                    from: &message.from,
                    to,
                    manner: message.manner,
                    text,
                    marks,
                });
            messages.push((lines.len(), message.at));
        }
        Page { lines, messages }
    }

    /// Leaves out as many messages as must be, so that the lines of the others have at most so many bytes. How many.
    pub(in crate::protocol::irc) fn fit(&mut self, most: usize, keep: Keep) -> usize {
        let all = self.messages.len();
        let start = |nth: usize| nth.checked_sub(1).map_or(0, |nth| self.messages[nth].0);
        let (mut first, mut end) = (0, all);
        while first < end && start(end) - start(first) > most {
            let from_the_end = match keep {
                Keep::First => true,
                Keep::Last => false,
                Keep::Middle => first > all - end,
            };
            if from_the_end {
                end -= 1;
            } else {
                first += 1;
            }
        }
        let (from, to) = (start(first), start(end));
        self.lines.truncate(to);
        self.lines.drain(..from);
        self.messages.truncate(end);
        self.messages.drain(..first);
        for (end, _) in &mut self.messages {
            *end -= from;
        }
        all - self.messages.len()
    }

    /// How many messages they are of.
    pub(in crate::protocol::irc) fn count(&self) -> usize {
        self.messages.len()
    }

    /// When the first of them was said.
    pub(in crate::protocol::irc) fn since(&self) -> Option<Timestamp> {
        self.messages.first().map(|(_, at)| *at)
    }

    /// Appends the lines, for clients that know batches in the `chathistory` batch of that name, which they were made for (IRCv3
    /// batch, chathistory). `target`: the room or the nick.
    pub(in crate::protocol::irc) fn put(
        &self,
        batch: Option<&str>,
        target: &str,
        (server, at, capabilities): (&str, Timestamp, Capabilities),
        out: &mut Vec<u8>,
    ) {
        if let Some(batch) = batch {
            Pen::new(out, server, at, capabilities)
                .open(Sender::Server, "BATCH")
                .word(&["+", batch].concat())
                .word("chathistory")
                .word(target)
                .end();
        }
        out.extend_from_slice(&self.lines);
        if let Some(batch) = batch {
            Pen::new(out, server, at, capabilities)
                .begin(Sender::Server, "BATCH")
                .word(&["-", batch].concat())
                .end();
        }
    }
}

/// The name of a batch of the past, for a client that knows batches. Batches of messages are called by longer names.
pub(in crate::protocol::irc) fn batch_name(
    stamp: &crate::chat::Stamp,
    capabilities: Capabilities,
) -> Option<String> {
    Capability::Batch
        .is_in(capabilities)
        .then(|| format!("H{:x}", stamp.tick.0))
}
