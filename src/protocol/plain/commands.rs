//! What a message means: the table of commands, and how each is read.

mod accounts;
mod modes;
mod owning;
mod read;
mod table;
#[cfg(test)]
mod tests;

use super::{answer, clean};
use table::TABLE;

use crate::chat::{Command, Manner, NameError, Target, Text, TextError, nearest};
use crate::protocol::account::Wish;
use crate::protocol::intake::{Intake, Look, Message};

impl Message {
    fn refused(lines: Vec<u8>) -> Message {
        Message {
            cost: 1,
            intake: Intake::Answer(lines.into()),
        }
    }
}

/// One command.
pub(super) struct Entry {
    /// Its name, without the slash.
    pub(super) name: &'static str,
    /// Other names that people expect.
    aliases: &'static [&'static str],
    /// Its arguments, as the usage shows them.
    arguments: &'static str,
    /// What it takes of the flood rate; a line takes 1.
    cost: u32,
    /// What it does, in one line.
    help: &'static str,
    read: fn(&str) -> Result<Read, Fault>,
}

/// What came of reading a command's arguments.
enum Read {
    Command(Command),
    Look(Look),
    Account(Wish),
    Help(Vec<u8>),
}

/// Why a command's arguments cannot be read.
enum Fault {
    /// Something is missing.
    Usage,
    Name(NameError),
    Text(TextError),
    /// A change of modes that cannot be: why, and what can.
    Mode(String),
    /// `/help` for what there is not.
    NoSuchCommand(String),
}

impl From<NameError> for Fault {
    fn from(error: NameError) -> Fault {
        Fault::Name(error)
    }
}

impl From<TextError> for Fault {
    fn from(error: TextError) -> Fault {
        Fault::Text(error)
    }
}

impl Entry {
    fn usage(&self) -> String {
        format!("/{} {}", self.name, self.arguments)
            .trim_end()
            .to_owned()
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

fn named(word: &str) -> Option<&'static Entry> {
    TABLE
        .iter()
        .find(|entry| entry.names().any(|name| name.eq_ignore_ascii_case(word)))
}

/// Reads one message, not empty, without its end.
pub(in crate::protocol) fn parse(line: &[u8]) -> Message {
    let refused = |code: &str, text: &str| {
        let mut out = Vec::new();
        answer::error(code, text, &mut out);
        Message::refused(out)
    };
    let Ok(line) = std::str::from_utf8(line) else {
        return refused(
            "bad-utf8",
            "the message is not UTF-8 and was not said; send UTF-8",
        );
    };
    if let Err(error) = Text::parse(line) {
        let text = match error {
            TextError::Empty => {
                "there is nothing in the message that anybody could see; it was not said".into()
            }
            error => format!("{error}; the message was not said, send it without"),
        };
        return refused("bad-text", &text);
    }
    let Some(command) = line.strip_prefix('/') else {
        return said(line);
    };
    if command.starts_with('/') {
        return said(command);
    }
    let (word, arguments) = if command.starts_with([' ', '\t']) {
        ("", command)
    } else {
        read::word(command)
    };
    let Some(entry) = named(word) else {
        return refused("unknown-command", &unknown(word));
    };
    let intake = match (entry.read)(arguments) {
        Ok(Read::Command(command)) => Intake::Command(command),
        Ok(Read::Look(look)) => Intake::Look(look),
        Ok(Read::Account(wish)) => Intake::Account(wish),
        Ok(Read::Help(lines)) => Intake::Answer(lines.into()),
        Err(Fault::Usage) => refused("usage", &entry.usage()).intake,
        Err(Fault::Name(error)) => refused("bad-name", &error.to_string()).intake,
        Err(Fault::Text(error @ TextError::TooLong { .. })) => {
            refused("too-long", &format!("{error}; send a shorter text")).intake
        }
        Err(Fault::Text(error)) => refused("bad-text", &error.to_string()).intake,
        Err(Fault::Mode(why)) => refused("bad-mode", &why).intake,
        Err(Fault::NoSuchCommand(word)) => refused("unknown-command", &unknown(&word)).intake,
    };
    Message {
        cost: entry.cost,
        intake,
    }
}

/// A line without a command.
fn said(line: &str) -> Message {
    match Text::parse(line) {
        Ok(text) => Message {
            cost: 1,
            intake: Intake::Command(Command::Say {
                to: Target::Current,
                manner: Manner::Message,
                text,
                tags: None,
            }),
        },
        // `parse` has looked at the line already.
        Err(_) => Message::refused(Vec::new()),
    }
}

/// What to say of a command that is not in the table.
fn unknown(word: &str) -> String {
    const SHOWN: usize = 32;
    if word.is_empty() {
        return "a command's name follows the /; /help lists the commands, // says a /".into();
    }
    let shown: String = word.chars().take(SHOWN).collect();
    let near = nearest(word, TABLE.iter().flat_map(Entry::names));
    match near {
        Some(name) => {
            format!(
                "there is no /{shown}; did you mean /{name}? /help lists the commands, // says a /"
            )
        }
        None => format!("there is no /{shown}; /help lists the commands, // says a /"),
    }
}
