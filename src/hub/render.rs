//! An event as bytes, made once for each variant that its recipients need.

use std::ops::Range;

use smallvec::SmallVec;

use crate::chat::{Client, Event, Place, Protocol, Speaker};
use crate::protocol::irc::{self, Telling, Variants};
use crate::protocol::plain;

use super::spool::Piece;

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

/// Where the bytes of a variant are, and where in the spool, once they have been put there.
#[derive(Debug)]
struct Variant {
    range: Range<usize>,
    piece: Option<Piece>,
}

impl Variant {
    fn new(range: Range<usize>) -> Variant {
        Variant { range, piece: None }
    }
}

/// The bytes of one event, by variant; made when first asked for.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    bytes: Vec<u8>,
    /// How many of them are kept for others; the rest was for one client alone.
    kept: usize,
    /// Plain: for whom it happens elsewhere, and for whom it happens here.
    plain: [Option<Variant>; 2],
    /// IRC: which capabilities matter.
    variants: Option<Variants>,
    /// IRC: by those of them that the client has.
    irc: SmallVec<[(u64, Variant); 4]>,
    /// Of what is for one client alone.
    alone: Option<Piece>,
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

    /// Forgets it with the memory that it was in.
    pub(super) fn shrink(&mut self) {
        *self = Rendered::default();
    }

    /// The bytes of `event` for this client, and where in the spool they are, if they are.
    pub(super) fn of(
        &mut self,
        telling: &Telling<'_>,
        event: &Event,
        client: &Client,
    ) -> (&[u8], &mut Option<Piece>) {
        let Rendered {
            bytes,
            kept,
            plain,
            variants,
            irc,
            alone,
        } = self;
        bytes.truncate(*kept);
        let start = bytes.len();
        let variant = match client.protocol {
            Protocol::Irc => {
                let variants = variants.get_or_insert_with(|| Variants::of(event));
                let Some(variant) = variants.with(client.capabilities) else {
                    irc::render(telling, event, Some(client), bytes);
                    *alone = None;
                    return (&bytes[start..], alone);
                };
                let known = irc.iter().position(|(of, _)| *of == variant);
                let place = known.unwrap_or_else(|| {
                    irc::render(telling, event, Some(client), bytes);
                    irc.push((variant, Variant::new(start..bytes.len())));
                    irc.len() - 1
                });
                &mut irc[place].1
            }
            Protocol::Plain => {
                let here = event.room().is_some() && event.room() == client.current
                    || is_own(telling, event, client);
                plain[usize::from(here)].get_or_insert_with(|| {
                    plain::render(event, here, bytes);
                    Variant::new(start..bytes.len())
                })
            }
        };
        *kept = (*kept).max(variant.range.end);
        (&bytes[variant.range.clone()], &mut variant.piece)
    }

    /// The bytes of `event` for one that is not attached any more.
    pub(super) fn last(
        &mut self,
        telling: &Telling<'_>,
        event: &Event,
        protocol: Option<Protocol>,
    ) -> (&[u8], &mut Option<Piece>) {
        let start = self.bytes.len();
        match protocol {
            Some(Protocol::Irc) => irc::render(telling, event, None, &mut self.bytes),
            Some(Protocol::Plain) => plain::render(event, false, &mut self.bytes),
            None => {}
        }
        self.alone = None;
        (&self.bytes[start..], &mut self.alone)
    }
}
