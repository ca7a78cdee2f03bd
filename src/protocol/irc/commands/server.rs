//! Questions about the server, and what keeps a connection: MOTD, LUSERS, VERSION, PING, CAP, QUIT.

use super::Entry;

pub(super) static ENTRIES: &[Entry] = &[];
