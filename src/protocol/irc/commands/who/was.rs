//! WHOWAS: who had a nick (Modern IRC, "WHOWAS message"), as far as the chat remembers.

use crate::chat::{Nick, PastUser};
use crate::protocol::irc::bound::{Bound, cut_short};
use crate::protocol::irc::date::date;
use crate::protocol::irc::lengths::WHOIS_TARGETS;
use crate::protocol::irc::message::Message;
use crate::protocol::irc::targets::{self, shown};
use crate::protocol::irc::{Asker, Numeric, Reading, Replies, World};

/// `WHOWAS <nick>{,<nick>} [<count> [<server>]]`; what is no positive number asks for all.
pub(super) fn read(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let nicks = message.params.first().copied().unwrap_or("");
    let count = message.params.get(1).and_then(|count| count.parse().ok());
    let count = count.filter(|&count| count > 0).unwrap_or(usize::MAX);
    reading.tell(world, asker, |replies| {
        if nicks.split(',').all(str::is_empty) {
            replies.numeric(Numeric::NoNicknameGiven, &[], "No nickname given");
            return;
        }
        let bound = Bound::new(world.server, replies);
        let asked = targets::each(nicks);
        for asked in asked.take(WHOIS_TARGETS) {
            let (nick, asked) = (Nick::parse(asked).ok(), shown(asked));
            let mut found = nick.iter().flat_map(|nick| world.chat.past(nick));
            let mut found = found.by_ref().take(count).peekable();
            if found.peek().is_none() {
                let text = "There was no such nickname";
                replies.numeric(Numeric::WasNoSuchNick, &[asked], text);
            }
            while let Some(past) = found.next() {
                tell(world, past, replies);
                if bound.holds(replies.written()) {
                    continue;
                }
                let more = found.by_ref().count();
                if more > 0 {
                    let text = format!("and {more} more; a quarter of limits.send_queue is full");
                    let capabilities = asker.client.capabilities;
                    cut_short(replies, capabilities, "WHOWAS", &[asked], &text);
                }
            }
            replies.numeric(Numeric::EndOfWhoWas, &[asked], "End of WHOWAS");
        }
    });
}

/// 314, 312 with when it went, 330.
fn tell(world: &World<'_>, past: PastUser<'_>, replies: &mut Replies<'_>) {
    let (nick, (username, host)) = (past.nick, past.username_and_host());
    let params = [nick, username, host, "*"];
    replies.numeric(Numeric::WhoWasUser, &params, past.realname);
    replies.numeric(
        Numeric::WhoisServer,
        &[nick, &world.server.name],
        &date(past.at),
    );
    if let Some(account) = past.account {
        replies.numeric(Numeric::WhoisAccount, &[nick, account], "was logged in as");
    }
}
