//! What a client is told once it has registered (Modern IRC, "Connection Registration"). Decides nothing.

#[cfg(test)]
mod tests;

use super::date::date;
use super::isupport::{self, isupport};
use super::lusers::lusers;
use super::motd::motd;
use super::{Numeric, Replies, Telling};
use crate::chat::{Client, Identity};

/// 001 to 005, the answers to LUSERS and MOTD, and 221 if it has modes already. `replies` are to `who`, whose client it is.
pub(super) fn welcome(
    telling: &Telling<'_>,
    client: &Client,
    who: &Identity,
    replies: &mut Replies<'_>,
) {
    let server = telling.server;
    // Without user and host: some clients would look the host up.
    let text = format!("Welcome to the {} Network, {}", server.network, who.nick);
    replies.numeric(Numeric::Welcome, &[], &text);
    let (name, version) = (&server.name, &server.version);
    let text = format!("Your host is {name}, running version {version}");
    replies.numeric(Numeric::YourHost, &[], &text);
    let text = format!("This server was created {}", date(server.started));
    replies.numeric(Numeric::Created, &[], &text);
    let (user, room) = (isupport::user_modes(), isupport::room_modes());
    let with = isupport::modes_with_parameter();
    replies.bare(Numeric::MyInfo, &[name, version, &user, &room, &with]);
    isupport(telling.chat.policy(), server, client.capabilities, replies);
    lusers(telling.chat, telling.newcomers, replies);
    motd(server, replies);
    let flags = telling.chat.user(client.user).map(|user| user.flags);
    if let Some(flags) = flags.map(|flags| flags.to_string())
        && !flags.is_empty()
    {
        replies.bare(Numeric::UserModeIs, &[&format!("+{flags}")]);
    }
}
