//! An event as bytes, made once for each variant that its recipients need.

use std::ops::Range;

use smallvec::SmallVec;

use crate::chat::{Client, Event, Place, Protocol, Speaker};
use crate::protocol::irc::{self, Telling, Variants};
use crate::protocol::plain;

/// Whether it is a client's user that says it in private, on another of its clients.
fn is_own(telling: &Telling<'_>, event: &Event, client: &Client) -> bool {
    let Event::Said {
        from: Speaker::User(who),
        place: Place::Private(to),
        ..
    } = event
    else {
        return false;
    };
    let own = telling.chat.user(client.user).map(|user| &user.nick);
    own == Some(&who.nick) && *to != who.nick
}

/// The bytes of one event, by variant; made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    bytes: Vec<u8>,
    /// How many of them are kept for others; the rest was for one client alone.
    kept: usize,
    /// Plain: for whom it happens elsewhere, and for whom it happens here.
    plain: [Option<Range<usize>>; 2],
    /// IRC: which capabilities matter.
    variants: Option<Variants>,
    /// IRC: by those of them that the client has.
    irc: SmallVec<[(u64, Range<usize>); 4]>,
}

impl Rendered {
    /// Forgets the last event.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.kept = 0;
        self.plain = [None, None];
        self.variants = None;
        self.irc.clear();
    }

    /// The bytes of `event` for this client.
    pub(super) fn of(&mut self, telling: &Telling<'_>, event: &Event, client: &Client) -> &[u8] {
        let Rendered {
            bytes,
            kept,
            plain,
            variants,
            irc,
        } = self;
        bytes.truncate(*kept);
        let range = match client.protocol {
            Protocol::Irc => {
                let variants = variants.get_or_insert_with(|| Variants::of(event));
                let Some(variant) = variants.with(client.capabilities) else {
                    irc::render(telling, event, Some(client), bytes);
                    return &bytes[*kept..];
                };
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
                let here = event.room().is_some() && event.room() == client.current
                    || is_own(telling, event, client);
                plain[usize::from(here)].get_or_insert_with(|| {
                    let start = bytes.len();
                    plain::render(event, here, bytes);
                    start..bytes.len()
                })
            }
        };
        *kept = (*kept).max(range.end);
        &bytes[range.clone()]
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
