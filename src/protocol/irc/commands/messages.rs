//! Saying something: PRIVMSG, NOTICE, TAGMSG, REDACT, BATCH.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
