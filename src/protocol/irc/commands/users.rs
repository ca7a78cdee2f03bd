//! What a user says of itself: NICK, AWAY, SETNAME.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
