//! The table of commands: name, how many parameters at least, what it costs, who may give it, who reads it, what HELP says of
//! it. And how a client's line finds its entry.

mod accounts;
mod answers;
#[cfg(test)]
pub(super) mod bed;
mod channels;
mod history;
#[cfg(test)]
mod matrix;
mod messages;
mod modes;
mod operators;
#[cfg(test)]
mod outcomes;
mod queries;
mod server;
mod services;
mod users;
mod who;

use std::sync::LazyLock;

pub(super) use messages::said;
pub use operators::returned;
pub(super) use server::pong;
pub(super) use services::Service;

use super::message::{Message, MessageError};
use super::{Asker, Capability, Numeric, Reading, Replies, Step, World, multiline, time_tag};
use crate::chat::{Capabilities, Role};

/// One command.
pub(super) struct Entry {
    /// Its name, in capitals.
    pub(super) name: &'static str,
    /// How many parameters it needs; with fewer the answer is 461.
    pub(super) least: usize,
    /// What it takes of the flood rate; a message takes 1.
    pub(super) cost: u32,
    /// Which operators may give it; none: everybody.
    pub(super) role: Option<Role>,
    /// Its parameters, as HELP shows them.
    pub(super) usage: &'static str,
    /// What it does, for HELP: one or more lines, each at most 400 bytes.
    pub(super) help: &'static str,
    /// Reads it, for a client that has registered.
    pub(super) read: fn(&World<'_>, Asker<'_>, &Message<'_>, &mut Reading),
}

/// All commands, by what they are about.
pub(super) static TABLES: [&[Entry]; 11] = [
    messages::ENTRIES,
    channels::ENTRIES,
    modes::ENTRIES,
    users::ENTRIES,
    who::ENTRIES,
    queries::ENTRIES,
    history::ENTRIES,
    accounts::ENTRIES,
    services::ENTRIES,
    server::ENTRIES,
    operators::ENTRIES,
];

/// A command's name as one number, in capitals; none: it is longer than any. Each line of a client is looked up, so names are
/// compared whole.
fn key(name: &str) -> Option<u128> {
    let mut key = [0; size_of::<u128>()];
    key.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
    key.make_ascii_uppercase();
    Some(u128::from_be_bytes(key))
}

/// All commands, by their keys in ascending order.
static BY_KEY: LazyLock<Vec<(u128, &'static Entry)>> = LazyLock::new(|| {
    let all = TABLES.iter().copied().flatten();
    let mut by_key: Vec<_> = all
        .map(|entry| (key(entry.name).expect("a short name"), entry))
        .collect();
    by_key.sort_unstable_by_key(|(key, _)| *key);
    by_key
});

/// The entry of a command, in any casing.
pub(super) fn named(command: &str) -> Option<&'static Entry> {
    let key = key(command)?;
    let place = BY_KEY.binary_search_by_key(&key, |(key, _)| *key).ok()?;
    Some(BY_KEY[place].1)
}

/// What a registered client's line comes to.
pub fn read(world: &World<'_>, asker: Asker<'_>, line: &str) -> Reading {
    let mut reading = Reading::default();
    let message = match Message::parse(line) {
        Ok(message) => message,
        Err(MessageError::NoCommand) => return reading,
        Err(MessageError::BadCommand) => {
            reading.batch = multiline::unreadable(asker);
            return reading;
        }
    };
    reading.label = label_of(&message, asker.client.capabilities);
    if multiline::takes(world, asker, &message, &mut reading) {
        // A service may have heard it.
        if reading.verb.is_empty() {
            reading.verb = "BATCH";
        }
        return reading;
    }
    let Some(entry) = named(message.command) else {
        let shown: String = message.command.chars().take(32).collect();
        reading.tell(world, asker, |replies| {
            replies.numeric(
                Numeric::UnknownCommand,
                &[&shown],
                "Unknown command; HELP lists them",
            );
        });
        return reading;
    };
    reading.verb = entry.name;
    if let Some(role) = entry.role
        && asker.user.role() < Some(role)
    {
        reading.tell(world, asker, |replies| {
            let text = "Permission Denied- You're not an IRC operator who may do that";
            replies.numeric(Numeric::NoPrivileges, &[], text);
        });
        return reading;
    }
    if message.params.len() < entry.least {
        let usage = format!("Not enough parameters; {} {}", entry.name, entry.usage);
        reading.tell(world, asker, |replies| {
            replies.numeric(Numeric::NeedMoreParams, &[entry.name], &usage);
        });
        return reading;
    }
    (entry.read)(world, asker, &message, &mut reading);
    reading
}

/// The message's label, if the client may have one (IRCv3 labeled-response; at most 64 bytes).
pub(super) fn label_of(message: &Message<'_>, capabilities: Capabilities) -> Option<Box<str>> {
    if !Capability::LabeledResponse.is_in(capabilities) {
        return None;
    }
    let label = message.tags.get("label")?;
    (1..=64).contains(&label.len()).then(|| label.into())
}

impl Asker<'_> {
    /// Writes replies to this client.
    pub fn reply(
        &self,
        world: &World<'_>,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Replies<'_>),
    ) {
        let tags = time_tag(world.stamp.at, self.client.capabilities);
        let nick = self.user.nick.as_str();
        write(&mut Replies::new(out, &tags, &world.server.name, nick));
    }
}

impl Reading {
    /// Adds a step: what `write` writes goes to the client.
    pub(super) fn tell(
        &mut self,
        world: &World<'_>,
        asker: Asker<'_>,
        write: impl FnOnce(&mut Replies<'_>),
    ) {
        let mut out = Vec::new();
        asker.reply(world, &mut out, write);
        if !out.is_empty() {
            self.steps.push(Step::Tell(out));
        }
    }

    /// Adds a step: the chat decides this.
    pub(super) fn ask(&mut self, command: crate::chat::Command) {
        self.steps.push(Step::Do(command));
    }
}
