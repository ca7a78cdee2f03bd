//! HELP, from the table of commands. Has no texts of its own but how to use it.

use super::super::super::{Asker, Message, Numeric, Reading, Replies, World};
use super::super::{Entry, TABLES, named};
use crate::chat::Role;

/// The most bytes of a line of names.
const WIDTH: usize = 60;

/// The answer to HELP: 704, 705 and 706, or 524 (Modern IRC, "HELP message").
pub(super) fn help(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let subject = message.params.first().filter(|subject| !subject.is_empty());
    reading.tell(world, asker, |replies| match subject {
        None => all(asker.user.role(), replies),
        Some(subject) => {
            if let Some(entry) = named(subject) {
                one(entry, replies);
                return;
            }
            let text = "No help available on this topic; HELP lists the commands";
            // One that cannot stand there, or leaves no room for the text, is replaced.
            let fits = subject.len() + text.len() + 3 <= replies.room(3);
            let subject = if fits { subject } else { "*" };
            replies.numeric(Numeric::HelpNotFound, &[subject], text);
        }
    });
}

/// All commands that one with this role may give.
fn all(role: Option<Role>, replies: &mut Replies<'_>) {
    let mut names: Vec<&str> = TABLES
        .iter()
        .copied()
        .flatten()
        .filter(|entry| entry.role.is_none_or(|needed| role >= Some(needed)))
        .map(|entry| entry.name)
        .collect();
    names.sort_unstable();
    replies.numeric(
        Numeric::HelpStart,
        &["*"],
        "** The commands of this server **",
    );
    replies.numeric(Numeric::HelpTxt, &["*"], "");
    let mut line = String::new();
    for name in names {
        if !line.is_empty() && line.len() + 1 + name.len() > WIDTH {
            replies.numeric(Numeric::HelpTxt, &["*"], &line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(name);
    }
    replies.numeric(Numeric::HelpTxt, &["*"], &line);
    replies.numeric(Numeric::HelpTxt, &["*"], "");
    replies.numeric(
        Numeric::EndOfHelp,
        &["*"],
        "HELP COMMAND shows how to give one.",
    );
}

/// One command.
fn one(entry: &Entry, replies: &mut Replies<'_>) {
    let subject = [entry.name];
    let title = format!("** The {} command **", entry.name);
    replies.numeric(Numeric::HelpStart, &subject, &title);
    replies.numeric(Numeric::HelpTxt, &subject, "");
    let usage = format!("{} {}", entry.name, entry.usage);
    replies.numeric(Numeric::HelpTxt, &subject, usage.trim_end());
    for line in entry.help.lines() {
        replies.numeric(Numeric::HelpTxt, &subject, line);
    }
    if let Some(role) = entry.role {
        let line = format!("For operators (at least {}).", role.as_str());
        replies.numeric(Numeric::HelpTxt, &subject, &line);
    }
    replies.numeric(Numeric::EndOfHelp, &subject, "End of help");
}
