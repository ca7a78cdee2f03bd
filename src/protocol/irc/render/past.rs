//! What was said before, as lines: as if it were said now, but with the time, the sender and the id that it had.

use super::pen::{Marks, Pen, Sender};
use super::said::{Said, To};
use crate::chat::{Capabilities, Entry, Kept, KeptEvent, LookedUp, Manner, Timestamp, What};
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

/// One thing of the past.
#[derive(Clone, Copy, Debug)]
pub(in crate::protocol::irc) enum Past<'a> {
    /// A message.
    Said(&'a Kept),
    /// Something else.
    Happened(&'a KeptEvent),
}

impl<'a> Past<'a> {
    fn at(self) -> Timestamp {
        match self {
            Past::Said(kept) => kept.at,
            Past::Happened(event) => event.at,
        }
    }

    /// What was found; none: something else than this was looked for.
    pub(in crate::protocol::irc) fn of(found: &'a LookedUp) -> Option<Vec<Past<'a>>> {
        match found {
            LookedUp::Messages(kept) => Some(kept.iter().map(Past::Said).collect()),
            LookedUp::Log(entries) => {
                let past = |entry: &'a Entry| match entry {
                    Entry::Said(kept) => Past::Said(kept),
                    Entry::Happened(event) => Past::Happened(event),
                };
                Some(entries.iter().map(past).collect())
            }
            LookedUp::Message(_) | LookedUp::Targets(_) => None,
        }
    }
}

/// Messages, and what else has happened, as lines.
#[derive(Debug)]
pub(in crate::protocol::irc) struct Page {
    /// All lines.
    lines: Vec<u8>,
    /// For each that has lines: where they end, and when it was said.
    messages: Vec<(usize, Timestamp)>,
}

impl Page {
    /// Those of the past that there is something to tell of: what was taken back is left out (IRCv3 message-redaction, "Chat
    /// history"), and, outside of a batch, what asks other clients' programs for an answer (CTCP), since they cannot see that it
    /// is old. In the batch of that name. `room`: the name that the room has now, in place of the one that it had.
    pub(in crate::protocol::irc) fn of<'p>(
        past: impl IntoIterator<Item = Past<'p>>,
        room: Option<&str>,
        server: &str,
        capabilities: Capabilities,
        batch: Option<&str>,
    ) -> Page {
        let (mut lines, mut messages) = (Vec::new(), Vec::new());
        for one in past {
            let (at, before) = (one.at(), lines.len());
            let mut pen = Pen::new(&mut lines, server, at, capabilities).within(batch);
            match one {
                Past::Said(message) => pen.message(message, room, batch.is_some()),
                Past::Happened(event) => pen
                    .about(event.id)
                    .happened(event, room.unwrap_or_default()),
            }
            if lines.len() > before {
                messages.push((lines.len(), at));
            }
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

impl Pen<'_> {
    fn message(&mut self, message: &Kept, room: Option<&str>, is_in_batch: bool) {
        let Some(text) = &message.text else {
            return;
        };
        if !is_in_batch && message.manner != Manner::Action && text.is_ctcp() {
            return;
        }
        self.said(Said {
            from: &message.from,
            to: To {
                rank: message.rank,
                name: room.unwrap_or(&message.to),
            },
            manner: message.manner,
            text,
            marks: Marks {
                id: Some(message.id),
                client: message.tags.as_ref(),
            },
        });
    }

    /// What others were told then, also where the reader did it. Real names are not kept: the nick stands in place of one.
    fn happened(&mut self, event: &KeptEvent, room: &str) {
        match &event.what {
            What::Joined { who } => self.join(who, who.nick.as_str(), room),
            What::Parted { who, reason } => self.part(who, room, reason.as_ref()),
            What::Gone { who, how } => self.quit(who, how),
            What::Kicked { by, nick, reason } => self.kick(by, nick, room, reason.as_ref()),
            What::Renamed { who, new } => self.nick(who, new),
            What::Topic { by, topic } => self.topic(Sender::of(by), room, topic),
            What::Modes { by, changes } => self.modes(by.as_ref(), room, changes),
            What::RoomRenamed {
                by,
                old,
                new,
                reason,
            } => self.rename(by, (old, new), reason.as_ref()),
            What::Tagged { from, tags } => {
                let rank = event.rank;
                self.tagged(from, To { rank, name: room }, event.id, tags);
            }
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
