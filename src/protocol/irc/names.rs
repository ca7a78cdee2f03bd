//! Who is in a room: 353 and 366, for NAMES and after JOIN. Reads the chat as one client may see it.

use super::bound::{Bound, cut_short};
use super::targets::shown;
use super::{Capability, Numeric, Replies, Server};
use crate::chat::{Capabilities, Chat, Client, Ranks, Room, RoomFlag, RoomId, Sight};

/// The signs of a member's ranks: all of them, the highest first, for a client with multi-prefix, otherwise the highest (IRCv3
/// multi-prefix).
pub(super) fn push_signs(ranks: Ranks, capabilities: Capabilities, out: &mut String) {
    let most = if Capability::MultiPrefix.is_in(capabilities) {
        usize::MAX
    } else {
        1
    };
    out.extend(ranks.iter().take(most).map(crate::chat::Rank::sign));
}

/// Tells `client` who is in a room, as a JOIN is answered: one 353 or more, itself first, and 366. A room of which it sees no
/// member has a 366 only. For one with no-implicit-names the caller does not ask.
pub(super) fn names(
    chat: &Chat,
    server: &Server,
    client: &Client,
    room: RoomId,
    replies: &mut Replies<'_>,
) {
    let (Some(user), Some(named)) = (chat.user(client.user), chat.room(room)) else {
        return;
    };
    let bound = Bound::new(server, replies);
    let sight = chat.sight(user);
    members(&sight, client.capabilities, (room, named), bound, replies);
}

/// As [`names`], with as much as the bound leaves; what does not fit is counted.
pub(super) fn members(
    sight: &Sight<'_>,
    capabilities: Capabilities,
    (id, room): (RoomId, &Room),
    bound: Bound,
    replies: &mut Replies<'_>,
) {
    let name = room.name.as_str();
    let params = [symbol(room), name];
    let with_origin = Capability::UserhostInNames.is_in(capabilities);
    let mut seen = sight.members(id);
    let mut words = replies.gather(Numeric::NamReply, &params, ' ');
    let mut more = 0;
    while let Some((member, user)) = seen.next() {
        words.add(|word| {
            push_signs(member.ranks, capabilities, word);
            word.push_str(user.nick.as_str());
            if with_origin {
                word.push('!');
                word.push_str(user.origin.as_str());
            }
        });
        if !bound.holds(words.written()) {
            more = seen.by_ref().count();
        }
    }
    words.end();
    if more > 0 {
        let text = format!("and {more} more in {name}; a quarter of limits.send_queue is full");
        cut_short(replies, capabilities, "NAMES", &[name], &text);
    }
    end(name, replies);
}

/// The end of the list of a room's names, also of one that there is not.
pub(super) fn end(name: &str, replies: &mut Replies<'_>) {
    replies.numeric(Numeric::EndOfNames, &[shown(name)], "End of /NAMES list");
}

/// RFC 2812 section 5.1, `RPL_NAMREPLY`.
fn symbol(room: &Room) -> &'static str {
    if room.flags.has(RoomFlag::Secret) {
        "@"
    } else if room.flags.has(RoomFlag::Private) {
        "*"
    } else {
        "="
    }
}
