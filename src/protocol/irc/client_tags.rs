//! Client-only tags: which of a message's tags go on to others (IRCv3 message-tags, `CLIENTTAGDENY`).

use super::{Capability, Message};
use crate::chat::{Capabilities, ClientTags};

/// Whether tags of that key, without its `+`, are denied by that `CLIENTTAGDENY`: all of them (`*`) but those that are exempt
/// (`-key`), or those that are named.
fn is_denied(deny: &str, key: &str) -> bool {
    let mut denied = false;
    for word in deny.split(',') {
        match word.strip_prefix('-') {
            Some(exempt) if exempt == key => return false,
            Some(_) => {}
            None => denied |= word == "*" || word == key,
        }
    }
    denied
}

/// The tags of a message that go on to others, from a client with these capabilities; none: there are no such. Values stay escaped
/// as they came. Bounded as the tags of a line are.
pub(super) fn client_tags(
    message: &Message<'_>,
    capabilities: Capabilities,
    deny: &str,
) -> Option<ClientTags> {
    if message.tags.is_empty() || !Capability::MessageTags.is_in(capabilities) {
        return None;
    }
    let mut all = String::new();
    for (key, value) in message.tags.client_only() {
        let name = &key[1..];
        if name.is_empty() || is_denied(deny, name) {
            continue;
        }
        if !all.is_empty() {
            all.push(';');
        }
        all.push_str(key);
        if !value.is_empty() {
            all.push('=');
            all.push_str(value);
        }
    }
    (!all.is_empty()).then(|| ClientTags(all.into()))
}

#[cfg(test)]
mod tests;
