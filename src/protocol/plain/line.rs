//! A line in the making: our own words as they are, other people's cleaned.

use std::io::Write as _;

use super::{clean, welcome};
use crate::chat::{Text, Timestamp};

/// Lines in the making.
pub(super) struct Line<'a>(pub(super) &'a mut Vec<u8>);

impl Line<'_> {
    /// Text of our own, or a name: names have no control characters.
    pub(super) fn raw(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Anybody's text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        clean::push(text, self.0);
        self
    }

    pub(super) fn number(&mut self, n: u64) -> &mut Self {
        // Writing into memory cannot fail.
        let _ = write!(self.0, "{n}");
        self
    }

    pub(super) fn others(&mut self, others: u32) -> &mut Self {
        welcome::others(others, self.0);
        self
    }

    pub(super) fn time(&mut self, at: Timestamp) -> &mut Self {
        match jiff::Timestamp::from_second(at.0.div_euclid(1000)) {
            Ok(at) => {
                let _ = write!(self.0, "{at}");
                self
            }
            Err(_) => self.raw("an unknown time"),
        }
    }

    /// A second without the letter between date and time: `2026-11-23 10:02:03Z`.
    pub(super) fn second(&mut self, at: Timestamp) -> &mut Self {
        let start = self.0.len();
        self.time(at);
        for byte in self.0[start..].iter_mut().filter(|byte| **byte == b'T') {
            *byte = b' ';
        }
        self
    }

    pub(super) fn reason(&mut self, before: &str, reason: Option<&Text>, after: &str) -> &mut Self {
        match reason {
            Some(reason) => self.raw(before).text(reason.as_str()).raw(after),
            None => self,
        }
    }

    pub(super) fn end(&mut self) {
        self.0.push(b'\n');
    }
}
