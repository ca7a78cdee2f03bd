//! What was said in a room, or in private, before a client came, for clients that do not ask for it by themselves (IRCv3 chathistory
//! batch).

use super::render::{Keep, Page, Past, batch_name};
use super::{Capability, Replies, Telling, time_tag};
use crate::chat::{Client, Kept, RoomName, Timestamp};

/// Where it was said.
#[derive(Clone, Copy, Debug)]
pub enum Replayed<'a> {
    /// In this room.
    Room(&'a RoomName),
    /// In private, with the one of this nick.
    User(&'a str),
}

/// Appends what was said in a room or with a user, the earliest first, as if it were said now; nothing where there is nothing to tell
/// of. In a batch for clients that know batches, with its time for those with server-time; for those that know neither it stands
/// between two notices, which say that it is old. Of more than a quarter of `limits.send_queue` the latest is told; how many messages
/// are left out.
///
/// Clients with draft/chathistory ask by themselves and are to be told nothing.
pub fn replay(
    telling: &Telling<'_>,
    kept: &[Kept],
    client: &Client,
    of: Replayed<'_>,
    out: &mut Vec<u8>,
) -> usize {
    let Some(user) = telling.chat.user(client.user) else {
        return 0;
    };
    let (server, capabilities) = (telling.server, client.capabilities);
    let batch = batch_name(&telling.stamp, capabilities);
    let batch = batch.as_deref();
    let (name, room) = match of {
        Replayed::Room(room) => (room.as_str(), Some(room.as_str())),
        Replayed::User(nick) => (nick, None),
    };
    let past = kept.iter().map(Past::Said);
    let mut page = Page::of(past, room, &server.name, capabilities, batch);
    let left_out = page.fit(server.answer(), Keep::Last);
    let Some(since) = page.since() else {
        return left_out;
    };
    let is_dated = batch.is_some() || Capability::ServerTime.is_in(capabilities);
    let notice = |text: &str, out: &mut Vec<u8>| {
        if !is_dated {
            let tags = time_tag(telling.stamp.at, capabilities);
            let nick = user.nick.as_str();
            let to = if room.is_some() { name } else { nick };
            Replies::new(out, &tags, &server.name, nick).trailing("NOTICE", &[to], text);
        }
    };
    let count = match page.count() {
        1 => "message".to_owned(),
        n => format!("{n} messages"),
    };
    let of = if room.is_some() { "of" } else { "with" };
    let begin = format!("*** The last {count} {of} {name}, since {}", second(since));
    notice(&begin, out);
    let from = (&*server.name, telling.stamp.at, capabilities);
    page.put(batch, name, from, out);
    notice("*** What is said from here on is said now", out);
    left_out
}

/// A second for people: `2026-11-23 10:02:03Z`.
fn second(at: Timestamp) -> String {
    let second = super::render::moment(at);
    let second = second.split('.').next().unwrap_or_default();
    format!("{}Z", second.replace('T', " "))
}

#[cfg(test)]
mod tests;
