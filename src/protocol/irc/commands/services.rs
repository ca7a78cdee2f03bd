//! The services as people's fingers know them: what is said to NickServ, or with the command of that name. Knows words only; what is
//! asked for is asked for as any other command does.

mod chanserv;
mod nickserv;
#[cfg(test)]
mod tests;

pub(super) use nickserv::answered;

use super::Entry;
use crate::chat::Text;
use crate::protocol::irc::{Asker, Message, Reading, Replies, World};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "NICKSERV",
        least: 0,
        // A password may be hashed.
        cost: 3,
        role: None,
        usage: "<command> [<parameter>...]",
        help: "Accounts: /msg NickServ HELP shows what there is.",
        read: nickserv,
    },
    Entry {
        name: "NS",
        least: 0,
        cost: 3,
        role: None,
        usage: "<command> [<parameter>...]",
        help: "As NICKSERV.",
        read: nickserv,
    },
    Entry {
        name: "CHANSERV",
        least: 0,
        cost: 2,
        role: None,
        usage: "<command> [<parameter>...]",
        help: "Registered channels: /msg ChanServ HELP shows what there is.",
        read: chanserv,
    },
    Entry {
        name: "CS",
        least: 0,
        cost: 2,
        role: None,
        usage: "<command> [<parameter>...]",
        help: "As CHANSERV.",
        read: chanserv,
    },
];

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::protocol::irc) enum Service {
    /// Accounts.
    NickServ,
    /// Registered rooms.
    ChanServ,
}

impl Service {
    /// The one that is called so, in any casing; with a server (`NickServ@services.example`), which some clients name so that nobody
    /// else hears a password, or without.
    pub(in crate::protocol::irc) fn named(name: &str) -> Option<Service> {
        let is_called = |service: &Service| {
            let own = service.name().as_bytes();
            let parts = name.as_bytes().split_at_checked(own.len());
            parts.is_some_and(|(given, rest)| {
                given.eq_ignore_ascii_case(own) && rest.first().is_none_or(|next| *next == b'@')
            })
        };
        let all = [Service::NickServ, Service::ChanServ];
        all.into_iter().find(is_called)
    }

    fn name(self) -> &'static str {
        match self {
            Service::NickServ => "NickServ",
            Service::ChanServ => "ChanServ",
        }
    }

    /// A message to it comes to this. One for programs (CTCP) comes to nothing.
    pub(in crate::protocol::irc) fn is_told(
        self,
        world: &World<'_>,
        asker: Asker<'_>,
        text: &Text,
        reading: &mut Reading,
    ) {
        if !text.is_ctcp() {
            self.hear(world, asker, text.as_str(), reading);
        }
    }

    fn hear(self, world: &World<'_>, asker: Asker<'_>, text: &str, reading: &mut Reading) {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        match self {
            Service::NickServ => nickserv::hear(world, asker, &words, reading),
            Service::ChanServ => chanserv::hear(world, asker, &words, reading),
        }
    }

    /// It says something to the asker.
    fn says(self, world: &World<'_>, asker: Asker<'_>, reading: &mut Reading, text: &str) {
        reading.tell(world, asker, |replies| self.notice(replies, text));
    }

    /// It says something, a line at a time.
    pub(in crate::protocol::irc) fn notice(self, replies: &mut Replies<'_>, text: &str) {
        for line in text.lines() {
            replies.said_by(self.name(), line);
        }
    }
}

fn nickserv(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let text = message.params.join(" ");
    Service::NickServ.hear(world, asker, &text, reading);
}

fn chanserv(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let text = message.params.join(" ");
    Service::ChanServ.hear(world, asker, &text, reading);
}

/// The lines of a service's help that are about a command; or what to do where there is none.
fn usage(help: &'static str, command: &str) -> String {
    let is_about = |line: &&str| {
        let rest = line.strip_prefix(command);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    let lines: Vec<&str> = help.lines().filter(is_about).collect();
    if lines.is_empty() {
        return "There is no such command; HELP shows those that there are.".into();
    }
    lines.join("\n")
}
