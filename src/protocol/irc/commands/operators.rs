//! What operators do: OPER, KILL, WALLOPS, REHASH, DIE, RESTART.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
