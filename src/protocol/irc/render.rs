//! Events as lines, for each set of capabilities.

use crate::chat::{Capabilities, Chat, Client, Event, Stamp};

use super::{Capability, Server};

/// What an event is rendered with.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The chat, after what happened.
    pub chat: &'a Chat,
    /// The server.
    pub server: &'a Server,
    /// When it happened.
    pub stamp: Stamp,
}

/// Which of a client's capabilities make a difference to how it is told an event: clients with the same variant are told the same
/// bytes, as far as the event is told to several users.
pub fn variant(event: &Event, capabilities: Capabilities) -> u64 {
    let _ = event;
    capabilities.0
}

/// The lines that tell `client` an event; none if it is not told. `None`: one that is not attached any more, and is told farewell.
pub fn render(telling: &Telling<'_>, event: &Event, client: Option<&Client>, out: &mut Vec<u8>) {
    let _ = (telling, event, client, out);
}

/// The tags before a reply: the time, for a client with server-time; empty otherwise.
pub fn time_tag(at: crate::chat::Timestamp, capabilities: Capabilities) -> String {
    let _ = at;
    if Capability::ServerTime.is_in(capabilities) {
        return String::new();
    }
    String::new()
}
