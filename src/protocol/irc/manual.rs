//! The manual page chatd-irc(7): a text with marks, and in their place what the tables of commands, modes and capabilities say. Reads
//! no file.

use std::fmt::Write as _;

use super::Capability;
use super::commands::TABLES;
use crate::chat::{RoomFlag, UserFlag};

#[cfg(test)]
mod tests;

/// The page in roff. Of `text`, the lines `.\" COMMANDS`, `.\" MODES OF ROOMS`, `.\" MODES OF USERS` and `.\" CAPABILITIES` are replaced.
pub fn manual(text: &str) -> String {
    let mut page = String::with_capacity(4 * text.len());
    for line in text.lines() {
        match line {
            ".\\\" COMMANDS" => commands(&mut page),
            ".\\\" MODES OF ROOMS" => {
                for flag in RoomFlag::ALL {
                    entry(&mut page, &format!("+{}", flag.letter()), flag.about());
                }
            }
            ".\\\" MODES OF USERS" => {
                for flag in UserFlag::ALL {
                    entry(&mut page, &format!("+{}", flag.letter()), flag.about());
                }
            }
            ".\\\" CAPABILITIES" => {
                for capability in Capability::ALL {
                    entry(&mut page, capability.name(), capability.about());
                }
            }
            line => {
                page.push_str(line);
                page.push('\n');
            }
        }
    }
    page
}

/// Each command as HELP has it, by name.
fn commands(page: &mut String) {
    let mut all: Vec<_> = TABLES.iter().copied().flatten().collect();
    all.sort_unstable_by_key(|entry| entry.name);
    for entry in all {
        // Writing into memory cannot fail.
        let _ = writeln!(page, ".TP\n\\fB{}\\fP {}", entry.name, roff(entry.usage));
        let mut lines: Vec<String> = entry.help.lines().map(roff).collect();
        if let Some(role) = entry.role {
            lines.push(format!("For operators (at least {}).", role.as_str()));
        }
        let _ = writeln!(page, "{}", lines.join("\n.br\n"));
    }
}

fn entry(page: &mut String, name: &str, about: &str) {
    let _ = writeln!(page, ".TP\n.B {}\n{}", roff(name), roff(about.trim()));
}

/// Text as roff has it.
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    let text = text.replace('"', "\\(dq");
    // A line that begins with one of these would be a request.
    if text.starts_with(['.', '\'']) {
        format!("\\&{text}")
    } else {
        text
    }
}
