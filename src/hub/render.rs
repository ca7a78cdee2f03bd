//! An event as bytes, made once for each variant that its recipients need.

use std::ops::Range;

use smallvec::SmallVec;

use crate::chat::{Client, Event, Protocol};
use crate::protocol::irc::{self, Telling};
use crate::protocol::plain;

/// The bytes of one event, by variant; made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    bytes: Vec<u8>,
    /// Plain: for whom it happens elsewhere, and for whom it happens here.
    plain: [Option<Range<usize>>; 2],
    /// IRC: by the capabilities that matter.
    irc: SmallVec<[(u64, Range<usize>); 4]>,
}

impl Rendered {
    /// Forgets the last event.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.plain = [None, None];
        self.irc.clear();
    }

    /// The bytes of `event` for this client.
    pub(super) fn of(&mut self, telling: &Telling<'_>, event: &Event, client: &Client) -> &[u8] {
        let Rendered { bytes, plain, irc } = self;
        let range = match client.protocol {
            Protocol::Irc => {
                let variant = irc::variant(event, client.capabilities);
                if let Some((_, range)) = irc.iter().find(|(of, _)| *of == variant) {
                    range
                } else {
                    let start = bytes.len();
                    irc::render(telling, event, Some(client), bytes);
                    irc.push((variant, start..bytes.len()));
                    &irc[irc.len() - 1].1
                }
            }
            Protocol::Plain => {
                let here = event.room().is_some() && event.room() == client.current;
                plain[usize::from(here)].get_or_insert_with(|| {
                    let start = bytes.len();
                    plain::render(event, here, bytes);
                    start..bytes.len()
                })
            }
        };
        &self.bytes[range.clone()]
    }

    /// The bytes of `event` for one that is not attached any more.
    pub(super) fn last(
        &mut self,
        telling: &Telling<'_>,
        event: &Event,
        protocol: Option<Protocol>,
    ) -> &[u8] {
        let start = self.bytes.len();
        match protocol {
            Some(Protocol::Irc) => irc::render(telling, event, None, &mut self.bytes),
            Some(Protocol::Plain) => plain::render(event, false, &mut self.bytes),
            None => {}
        }
        &self.bytes[start..]
    }
}
