//! What is different about the protocols' messages: how they end, how long they may be, what becomes of one. Keeps nothing.

use memchr::{memchr, memchr2, memrchr, memrchr2};

use crate::chat::Protocol;
use crate::protocol::intake::{Intake, Limits, Message};
use crate::protocol::{foreign, irc, plain};

/// One protocol's way to cut bytes into messages.
///
/// IRC: CR and LF each end a message, as RFC 2812 §2.3.1 has it ("two characters, CR and LF, as message separators") and
/// Modern IRC allows ("Compatibility with incorrect software"); what lies between CR and LF is an empty message, which is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framing(pub(super) Protocol);

impl Framing {
    /// Where the first message ends.
    pub(super) fn end(self, bytes: &[u8]) -> Option<usize> {
        match self.0 {
            Protocol::Plain => memchr(b'\n', bytes),
            Protocol::Irc => memchr2(b'\r', b'\n', bytes),
        }
    }

    /// Where the last message ends.
    pub(super) fn last_end(self, bytes: &[u8]) -> Option<usize> {
        match self.0 {
            Protocol::Plain => memrchr(b'\n', bytes),
            Protocol::Irc => memrchr2(b'\r', b'\n', bytes),
        }
    }

    /// Whether bytes without an end become a message by silence, as long as no newline was ever sent.
    pub(super) fn ends_by_silence(self, limits: &Limits) -> bool {
        match self.0 {
            Protocol::Plain => limits.unterminated,
            Protocol::Irc => false,
        }
    }

    /// Whether a message that starts with `held` and then `bytes`, all without an end, may still be within its limits.
    pub(super) fn may_fit(self, held: &[u8], bytes: &[u8], limits: &Limits) -> bool {
        match self.0 {
            Protocol::Plain => {
                // A CR may be the first half of the line's end.
                let last_is_cr = bytes.last().or(held.last()) == Some(&b'\r');
                held.len() + bytes.len() - usize::from(last_is_cr) <= limits.line
            }
            Protocol::Irc => irc::may_fit(held, bytes),
        }
    }

    /// Whether a message, without its end, is within its limits.
    pub(super) fn fits(self, line: &[u8], limits: &Limits) -> bool {
        match self.0 {
            Protocol::Plain => line.len() <= limits.line,
            Protocol::Irc => irc::may_fit(line, &[]),
        }
    }

    /// How many bytes may wait, or be thrown away in search of an end: never less than one message.
    pub(super) fn queue(self, limits: &Limits) -> usize {
        limits.input_queue.max(match self.0 {
            Protocol::Plain => limits.line,
            Protocol::Irc => irc::TAG_DATA + 2 + irc::BODY,
        })
    }

    /// The protocol that a first message, whole or the start of a long one, belongs to, if it is not ours.
    pub(super) fn foreign(self, line: &[u8], whole: bool) -> Option<&'static str> {
        let by_line = if whole {
            foreign::by_line(line)
        } else {
            foreign::by_long_line(line)
        };
        match self.0 {
            Protocol::Plain => by_line,
            Protocol::Irc => by_line.or_else(|| foreign::by_method(line)),
        }
    }

    /// What a message means, without its end, that is within its limits and not empty. `counted`: somebody asks what it costs, which
    /// for IRC takes as long to find out as all the rest.
    pub(super) fn read(self, line: &[u8], counted: bool) -> Message {
        let mut message = match self.0 {
            Protocol::Plain => plain::parse(line),
            Protocol::Irc => {
                let line = irc::read_line(line);
                let cost = match &line {
                    irc::Line::Whole(line) if counted => irc::cost(line),
                    _ => 1,
                };
                Message {
                    cost,
                    intake: Intake::Line(line),
                }
            }
        };
        message.cost += size_cost(line);
        message
    }

    /// What is said of a message that is too long.
    pub(super) fn too_long(self, limits: &Limits) -> Message {
        let intake = match self.0 {
            Protocol::Plain => {
                let mut out = Vec::new();
                let text = format!(
                    "the message is longer than {} bytes (limits.line) and was not said; send it in parts",
                    limits.line
                );
                plain::error("too-long", &text, &mut out);
                Intake::Answer(out.into())
            }
            Protocol::Irc => Intake::Line(irc::Line::TooLong),
        };
        Message { cost: 1, intake }
    }

    /// What is said of a last message that has no end; an IRC client that has ended is told nothing.
    pub(super) fn no_end(self) -> Option<Intake> {
        match self.0 {
            Protocol::Plain => {
                let mut out = Vec::new();
                let text = "your last line had no end and was not carried out; end each line with a newline";
                plain::error("no-line-end", text, &mut out);
                Some(Intake::Answer(out.into()))
            }
            Protocol::Irc => None,
        }
    }
}

/// What a message costs beside its command: one for each full KiB, since each goes to everybody in the room.
fn size_cost(line: &[u8]) -> u32 {
    u32::try_from(line.len() / 1024).unwrap_or(u32::MAX / 2)
}
