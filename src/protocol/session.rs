//! One connection's bytes, cut into messages. Keeps half a line and what is over the flood rate, nothing else; is told the time.

use std::time::Duration;

use memchr::memchr;

use super::foreign::{self, First};
use super::intake::{Cut, Intake, Limits, Pace};
use crate::chat::{Bucket, Protocol, Tick};
use framing::Framing;

mod framing;

/// A connection's state. Owns no memory of its own while nothing of the connection's is held.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "four facts that do not depend on each other"
)]
pub struct Session {
    /// Held: half a line, or, while `Waiting`, whatever came since.
    held: Vec<u8>,
    /// What has been spent of the flood rate.
    spent: Bucket,
    /// While `Waiting`: until when.
    until: Tick,
    /// While `Discarding`: how many bytes have been thrown away.
    discarded: u32,
    phase: Phase,
    framing: Framing,
    /// Whether it has ever sent a newline; from then on its messages end by newline only.
    newlines: bool,
    /// Whether its first message is still to come.
    first: bool,
    /// Whether the client has said that it sends nothing more.
    ended: bool,
    exempt: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The first bytes may still become another protocol.
    Opening,
    Reading,
    /// After a line that was too long, until its end.
    Discarding,
    /// Over the flood rate.
    Waiting,
    Cut,
}

/// How handling one message ended.
enum Handled {
    Done,
    Wait(Duration),
    Cut,
}

/// One call's surroundings.
struct Turn<'a> {
    now: Tick,
    limits: &'a Limits,
    take: &'a mut dyn FnMut(Intake),
}

impl Session {
    /// A new connection's, which is to speak `protocol`; `exempt`: the flood rate does not apply to it.
    pub fn new(protocol: Protocol, exempt: bool) -> Session {
        Session {
            held: Vec::new(),
            spent: Bucket::default(),
            until: Tick(0),
            discarded: 0,
            phase: Phase::Opening,
            framing: Framing(protocol),
            newlines: false,
            first: true,
            ended: false,
            exempt,
        }
    }

    /// The session of one who has spent that much of the flood rate already.
    #[must_use]
    pub fn having_spent(self, spent: Bucket) -> Session {
        Session { spent, ..self }
    }

    /// What has been spent of the flood rate.
    pub fn spent(&self) -> Bucket {
        self.spent
    }

    /// Takes bytes in, `now`, and hands over what became of them. Without bytes it goes on with what is held.
    pub fn receive(
        &mut self,
        bytes: &[u8],
        now: Tick,
        limits: &Limits,
        take: &mut dyn FnMut(Intake),
    ) -> Pace {
        let turn = &mut Turn { now, limits, take };
        if !self.newlines && memchr(b'\n', bytes).is_some() {
            self.newlines = true;
        }
        match self.phase {
            Phase::Cut => Pace::Cut,
            Phase::Waiting => {
                self.held.extend_from_slice(bytes);
                if now < self.until {
                    return self.wait(turn);
                }
                self.go_on(turn)
            }
            Phase::Opening => {
                self.held.extend_from_slice(bytes);
                match foreign::by_start(&self.held) {
                    First::Open => self.pace(limits),
                    First::Foreign(name) => self.cut_foreign(name, turn),
                    First::Ours => self.go_on(turn),
                }
            }
            Phase::Reading if !self.held.is_empty() => {
                // Only the new bytes are searched: the held ones have no line's end.
                let Some(end) = self.framing.end(bytes) else {
                    return self.hold(bytes, turn);
                };
                let (line, rest) = bytes.split_at(end + 1);
                let mut whole = std::mem::take(&mut self.held);
                whole.extend_from_slice(&line[..end]);
                match self.message(&whole, turn) {
                    Handled::Done => self.run(rest, turn),
                    Handled::Wait(wait) => {
                        whole.extend_from_slice(&bytes[end..]);
                        self.held = whole;
                        self.wait_for(wait, turn)
                    }
                    Handled::Cut => Pace::Cut,
                }
            }
            Phase::Reading | Phase::Discarding => self.run(bytes, turn),
        }
    }

    /// `plain.unterminated_after` has passed since the last byte: what is held without a newline is a message. The incomplete end
    /// of a character stays.
    pub fn silence(&mut self, now: Tick, limits: &Limits, take: &mut dyn FnMut(Intake)) -> Pace {
        match self.phase {
            Phase::Cut => return Pace::Cut,
            Phase::Waiting => return Pace::Held(self.until),
            Phase::Opening | Phase::Reading | Phase::Discarding => {}
        }
        if !self.may_end_by_silence(limits) || self.ended {
            return self.pace(limits);
        }
        self.phase = Phase::Reading;
        let mut whole = std::mem::take(&mut self.held);
        let end = whole.len() - incomplete_end(&whole);
        if end > 0 {
            match self.message(&whole[..end], &mut Turn { now, limits, take }) {
                Handled::Done => drop(whole.drain(..end)),
                Handled::Wait(wait) => {
                    // From here on it is one of the messages that wait, and the silence was its end.
                    whole.insert(end, b'\n');
                    self.held = whole;
                    return self.wait_for(wait, &mut Turn { now, limits, take });
                }
                Handled::Cut => return Pace::Cut,
            }
        }
        if !whole.is_empty() {
            whole.shrink_to_fit();
            self.held = whole;
        }
        Pace::Idle
    }

    /// The client sends nothing more: half a line of one who ends lines is dropped,
    /// in the plain protocol with an answer (the client may still read), and what was never ended by a newline is a
    /// message, if silence would have made it one. The flood rate holds on: from here on the answer is [`Pace::Held`] until, by
    /// calls of [`Session::receive`] without bytes, all is handed over, then [`Pace::Ended`]; or it is [`Pace::Cut`].
    pub fn end(&mut self, now: Tick, limits: &Limits, take: &mut dyn FnMut(Intake)) -> Pace {
        if self.phase == Phase::Cut {
            return Pace::Cut;
        }
        self.ended = true;
        if !self.may_end_by_silence(limits) {
            let whole = self.framing.last_end(&self.held).map_or(0, |end| end + 1);
            if self.held.len() > whole
                && self.phase != Phase::Waiting
                && let Some(told) = self.framing.no_end()
            {
                take(told);
            }
            self.held.truncate(whole);
        } else if !self.held.is_empty() {
            // After whole messages that wait it is an empty line, which is nothing.
            self.held.push(b'\n');
        }
        if self.phase == Phase::Waiting && now < self.until {
            return Pace::Held(self.until);
        }
        self.go_on(&mut Turn { now, limits, take })
    }

    /// The connection has failed: what is not a whole line is dropped, nobody being there to be told. The whole lines that wait
    /// for the flood rate were sent before; they go the way that [`Session::end`] has for them.
    pub fn broke_off(&mut self, now: Tick, limits: &Limits, take: &mut dyn FnMut(Intake)) -> Pace {
        let whole = self.framing.last_end(&self.held).map_or(0, |end| end + 1);
        self.held.truncate(whole);
        self.end(now, limits, take)
    }

    /// Goes on with all that is held.
    fn go_on(&mut self, turn: &mut Turn<'_>) -> Pace {
        self.phase = Phase::Reading;
        let held = std::mem::take(&mut self.held);
        self.run(&held, turn)
    }

    /// Goes through bytes that start where a message starts (or, discarding, within one). Nothing is held.
    fn run(&mut self, bytes: &[u8], turn: &mut Turn<'_>) -> Pace {
        let mut rest = bytes;
        while let Some(end) = self.framing.end(rest) {
            if self.phase == Phase::Discarding {
                if self.discard(end, turn) {
                    return Pace::Cut;
                }
                self.phase = Phase::Reading;
            } else {
                match self.message(&rest[..end], turn) {
                    Handled::Done => {}
                    Handled::Wait(wait) => {
                        self.held = rest.to_vec();
                        return self.wait_for(wait, turn);
                    }
                    Handled::Cut => return Pace::Cut,
                }
            }
            rest = &rest[end + 1..];
        }
        self.hold(rest, turn)
    }

    /// Holds bytes without a line's end, or throws them away.
    fn hold(&mut self, bytes: &[u8], turn: &mut Turn<'_>) -> Pace {
        if self.phase == Phase::Discarding {
            if self.discard(bytes.len(), turn) {
                return Pace::Cut;
            }
            return self.pace(turn.limits);
        }
        let length = self.held.len() + bytes.len();
        if self.framing.may_fit(&self.held, bytes, turn.limits) {
            self.held.extend_from_slice(bytes);
            return self.pace(turn.limits);
        }
        let mut start = std::mem::take(&mut self.held);
        // As much as the longest method of HTTP and the start of its target.
        start.extend_from_slice(&bytes[..bytes.len().min(32)]);
        if self.first
            && let Some(name) = self.framing.foreign(&start, false)
        {
            return self.cut_foreign(name, turn);
        }
        self.first = false;
        if let (Some(rate), false) = (turn.limits.flood, self.exempt) {
            // It is answered once however long it is, so that it need not wait.
            self.spent = self.spent.take(rate, 1, turn.now).unwrap_or(self.spent);
        }
        (turn.take)(self.framing.too_long(turn.limits).intake);
        self.phase = Phase::Discarding;
        self.discarded = 0;
        if self.discard(length, turn) {
            return Pace::Cut;
        }
        self.pace(turn.limits)
    }

    /// Counts bytes that are thrown away; true when they were too many.
    fn discard(&mut self, bytes: usize, turn: &mut Turn<'_>) -> bool {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.discarded = self.discarded.saturating_add(bytes);
        let too_many = self.discarded as usize > self.framing.queue(turn.limits);
        if too_many {
            self.cut(Cut::NoLineEnd, turn);
        }
        too_many
    }

    /// Handles one message, without its newline.
    fn message(&mut self, line: &[u8], turn: &mut Turn<'_>) -> Handled {
        let length = line.len();
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        let fits = self.framing.fits(line, turn.limits);
        if self.first {
            if let Some(name) = self.framing.foreign(line, fits) {
                self.cut_foreign(name, turn);
                return Handled::Cut;
            }
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        if line.is_empty() {
            self.first = false;
            return Handled::Done;
        }
        let rate = turn.limits.flood.filter(|_| !self.exempt);
        let message = if fits {
            self.framing.read(line, rate.is_some())
        } else {
            self.framing.too_long(turn.limits)
        };
        if let Some(rate) = rate {
            match self.spent.take(rate, message.cost, turn.now) {
                Ok(spent) => self.spent = spent,
                Err(wait) => return Handled::Wait(wait),
            }
        }
        self.first = false;
        (turn.take)(message.intake);
        if !fits && length > self.framing.queue(turn.limits) {
            self.cut(Cut::NoLineEnd, turn);
            return Handled::Cut;
        }
        Handled::Done
    }

    fn wait_for(&mut self, wait: Duration, turn: &mut Turn<'_>) -> Pace {
        self.phase = Phase::Waiting;
        self.until = turn.now.after(wait.max(Duration::from_micros(1)));
        self.wait(turn)
    }

    fn wait(&mut self, turn: &mut Turn<'_>) -> Pace {
        if !self.ended && self.held.len() > self.framing.queue(turn.limits) {
            return self.cut(Cut::Flood, turn);
        }
        Pace::Held(self.until)
    }

    fn cut(&mut self, why: Cut, turn: &mut Turn<'_>) -> Pace {
        self.phase = Phase::Cut;
        self.held = Vec::new();
        (turn.take)(Intake::Cut(why));
        Pace::Cut
    }

    fn cut_foreign(&mut self, name: &'static str, turn: &mut Turn<'_>) -> Pace {
        self.cut(Cut::ForeignProtocol(self.framing.0, name), turn)
    }

    /// Whether what has no line's end becomes a message by silence.
    fn may_end_by_silence(&self, limits: &Limits) -> bool {
        !self.newlines && self.framing.ends_by_silence(limits)
    }

    fn pace(&self, limits: &Limits) -> Pace {
        if self.ended {
            return Pace::Ended;
        }
        let open = self.phase == Phase::Discarding || !self.held.is_empty();
        if open && self.may_end_by_silence(limits) {
            Pace::Unterminated
        } else {
            Pace::Idle
        }
    }
}

/// How many bytes at the end are the start of a character whose rest is missing.
fn incomplete_end(bytes: &[u8]) -> usize {
    for n in 1..=bytes.len().min(3) {
        let end = &bytes[bytes.len() - n..];
        if !matches!(end[0], 0x80..=0xBF) {
            let cut = std::str::from_utf8(end).is_err_and(|e| e.error_len().is_none());
            return if cut { n } else { 0 };
        }
    }
    0
}

#[cfg(test)]
mod tests;
