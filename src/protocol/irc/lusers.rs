//! How many there are (LUSERS), as numerics. Counts nothing itself.

use super::{Numeric, Replies};
use crate::chat::Chat;

/// The answer to LUSERS (Modern IRC): 251 to 255, 265 and 266. `newcomers`: connections that have not registered. 252 to 254 come only if their number is not zero (RFC 2812 section 5.1).
pub(super) fn lusers(chat: &Chat, newcomers: usize, replies: &mut Replies<'_>) {
    let census = chat.census();
    let (users, most) = (census.users, census.most_users);
    let text = format!(
        "There are {users} users and {} invisible on 1 servers",
        census.invisible
    );
    replies.numeric(Numeric::LuserClient, &[], &text);
    let some = [
        (Numeric::LuserOp, census.operators, "operator(s) online"),
        (Numeric::LuserUnknown, newcomers, "unknown connection(s)"),
        (
            Numeric::LuserChannels,
            chat.rooms_count(),
            "channels formed",
        ),
    ];
    for (numeric, count, text) in some {
        if count > 0 {
            replies.numeric(numeric, &[&count.to_string()], text);
        }
    }
    let text = format!("I have {} clients and 0 servers", chat.clients_count());
    replies.numeric(Numeric::LuserMe, &[], &text);
    let (users, most) = (users.to_string(), most.to_string());
    for (numeric, which) in [
        (Numeric::LocalUsers, "local"),
        (Numeric::GlobalUsers, "global"),
    ] {
        let text = format!("Current {which} users {users}, max {most}");
        replies.numeric(numeric, &[&users, &most], &text);
    }
}
