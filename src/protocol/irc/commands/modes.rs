//! MODE, of rooms and of oneself.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
