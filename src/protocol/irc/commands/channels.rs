//! Entering and leaving rooms: JOIN, PART, KICK, TOPIC, INVITE, KNOCK, RENAME.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
