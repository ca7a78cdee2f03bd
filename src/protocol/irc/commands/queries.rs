//! Questions about rooms and names: NAMES, LIST, ISON, USERHOST, MONITOR.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
