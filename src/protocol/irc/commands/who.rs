//! Who somebody is: WHO, WHOX, WHOIS, WHOWAS.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
