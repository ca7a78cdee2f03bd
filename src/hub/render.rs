//! An event as bytes, made once for each variant that its recipients need.

use std::ops::Range;

use crate::chat::{Client, Event, Protocol};
use crate::protocol::plain;

/// The bytes of one event, by variant; made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    bytes: Vec<u8>,
    /// Plain: for whom it happens elsewhere, and for whom it happens here.
    plain: [Option<Range<usize>>; 2],
}

impl Rendered {
    /// Forgets the last event.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.plain = [None, None];
    }

    /// The bytes of `event` for this client; `None`: a client that is not attached (any more).
    pub(super) fn of(&mut self, event: &Event, client: Option<&Client>) -> &[u8] {
        let here =
            client.is_some_and(|client| event.room().is_some() && event.room() == client.current);
        match client.map_or(Protocol::Plain, |client| client.protocol) {
            Protocol::Irc => &[],
            Protocol::Plain => {
                let slot = &mut self.plain[usize::from(here)];
                let range = slot.get_or_insert_with(|| {
                    let start = self.bytes.len();
                    plain::render(event, here, &mut self.bytes);
                    start..self.bytes.len()
                });
                &self.bytes[range.clone()]
            }
            Protocol::Irc => &[],
        }
    }
}
