//! MONITOR: whom a client is told of when they come and go (IRCv3 monitor). The chat keeps the list and tells of them; here it is
//! changed and shown.

use crate::chat::{Command, Nick};
use crate::protocol::irc::bound::{Bound, cut_short};
use crate::protocol::irc::message::Message;
use crate::protocol::irc::targets::{self, shown};
use crate::protocol::irc::{Asker, Numeric, Reading, Replies, World};

pub(super) fn read(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let (how, list) = (message.params[0], message.params.get(1).copied());
    match (how, list) {
        ("+" | "-", None | Some("")) => reading.tell(world, asker, |replies| {
            let text = format!("Not enough parameters; MONITOR {how} <nick>{{,<nick>}}");
            replies.numeric(Numeric::NeedMoreParams, &["MONITOR"], &text);
        }),
        ("+", Some(list)) => add(world, asker, list, reading),
        // No output, whatever is not in the list.
        ("-", Some(list)) => {
            let nicks: Vec<Nick> = targets::each(list)
                .filter_map(|n| Nick::parse(n).ok())
                .collect();
            if !nicks.is_empty() {
                reading.ask(Command::Unmonitor(Some(nicks)));
            }
        }
        ("C" | "c", _) => reading.ask(Command::Unmonitor(None)),
        ("L" | "l", _) => reading.tell(world, asker, |replies| {
            let nicks = asker.client.monitored().iter();
            let nicks = nicks.map(|nick| nick.as_str().to_owned());
            show(world, asker, Numeric::MonList, nicks, replies);
            replies.numeric(Numeric::EndOfMonList, &[], "End of MONITOR list");
        }),
        ("S" | "s", _) => reading.tell(world, asker, |replies| status(world, asker, replies)),
        _ => reading.tell(world, asker, |replies| {
            let text = "MONITOR takes one of +, -, C, L and S";
            replies.numeric(Numeric::UnknownError, &["MONITOR", shown(how)], text);
        }),
    }
}

/// A target that cannot be a nick is not added, and the client is told why.
fn add(world: &World<'_>, asker: Asker<'_>, list: &str, reading: &mut Reading) {
    let mut nicks = Vec::new();
    reading.tell(world, asker, |replies| {
        for target in targets::each(list) {
            match Nick::parse(target) {
                Ok(nick) => nicks.push(nick),
                Err(error) => {
                    replies.numeric(Numeric::NoSuchNick, &[shown(target)], &error.to_string());
                }
            }
        }
    });
    if !nicks.is_empty() {
        reading.ask(Command::Monitor(nicks));
    }
}

fn status(world: &World<'_>, asker: Asker<'_>, replies: &mut Replies<'_>) {
    let found = |nick: &Nick| world.chat.user_by_nick(nick).map(|(_, user)| user);
    let monitored = || asker.client.monitored().iter();
    let here = monitored().filter_map(found);
    let here = here.map(|user| format!("{}!{}", user.nick, user.origin.as_str()));
    show(world, asker, Numeric::MonOnline, here, replies);
    let gone = monitored().filter(|nick| found(nick).is_none());
    let gone = gone.map(|nick| nick.as_str().to_owned());
    show(world, asker, Numeric::MonOffline, gone, replies);
}

fn show(
    world: &World<'_>,
    asker: Asker<'_>,
    numeric: Numeric,
    mut targets: impl Iterator<Item = String>,
    replies: &mut Replies<'_>,
) {
    let bound = Bound::new(world.server, replies);
    let mut words = replies.gather(numeric, &[], ',');
    let mut more = 0;
    while let Some(target) = targets.next() {
        words.add(|word| word.push_str(&target));
        if !bound.holds(words.written()) {
            more = targets.by_ref().count();
        }
    }
    words.end();
    if more > 0 {
        let text = format!("and {more} more; a quarter of limits.send_queue is full");
        cut_short(replies, asker.client.capabilities, "MONITOR", &[], &text);
    }
}
