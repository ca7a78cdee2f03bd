//! Modern IRC, "HELP message".

use super::*;
use crate::chat::Role;
use crate::protocol::irc::commands::TABLES;

/// The texts of an answer, which is one 704, many 705 and one 706 about one subject.
fn texts(lines: &[String], subject: &str) -> Vec<String> {
    let last = lines.len() - 1;
    let texts = lines.iter().enumerate().map(|(n, line)| {
        let number = match n {
            0 => 704,
            n if n == last => 706,
            _ => 705,
        };
        let start = format!("{number} alice {subject} :");
        line.strip_prefix(&start)
            .unwrap_or_else(|| panic!("{n}: {line}"))
            .to_owned()
    });
    texts.collect()
}

/// The list has all commands that one may give, and no other.
#[test]
fn help_lists_what_one_may_give() {
    let (place, alice) = place();
    for line in ["HELP", "HELPOP", "HELP :", "help"] {
        let texts = texts(&answer(&place, alice, line), "*");
        assert_eq!(texts[1], "", "the first 705 is empty");
        let listed: Vec<&str> = texts[2..texts.len() - 2]
            .iter()
            .flat_map(|text| text.split(' '))
            .collect();
        let all = TABLES.iter().copied().flatten();
        let mut mine: Vec<&str> = all
            .filter(|entry| entry.role.is_none())
            .map(|entry| entry.name)
            .collect();
        mine.sort_unstable();
        assert_eq!(listed, mine, "{line}");
    }
}

#[test]
fn an_operators_list_has_the_commands_of_its_role() {
    let (mut place, alice) = place();
    place.does(
        alice,
        Command::Promote(Role::Administrator, "alice".into(), None),
    );
    let lines = answer(&place, alice, "HELP").concat();
    for entry in TABLES.iter().copied().flatten() {
        assert!(lines.contains(entry.name), "{}", entry.name);
    }
}

/// "The <subject> MUST be the one requested by the client, but may be casefolded".
#[test]
fn help_shows_how_to_give_a_command_and_what_it_does() {
    let (place, alice) = place();
    for entry in TABLES.iter().copied().flatten() {
        for command in ["HELP", "HELPOP"] {
            let asked = entry.name.to_ascii_lowercase();
            let texts = texts(
                &answer(&place, alice, &format!("{command} {asked}")),
                entry.name,
            );
            assert_eq!(texts[0], format!("** The {} command **", entry.name));
            assert_eq!(texts[1], "");
            assert_eq!(
                texts[2],
                format!("{} {}", entry.name, entry.usage).trim_end()
            );
            assert!(!entry.help.is_empty(), "{}", entry.name);
            for line in entry.help.lines() {
                assert!(line.len() <= 400, "{}", entry.name);
                assert!(texts.iter().any(|text| text == line), "{texts:?}");
            }
        }
    }
}

/// "unless it would be an invalid parameter, in which case it MUST be `*`".
#[test]
fn help_of_what_there_is_not_is_524() {
    let (place, alice) = place();
    for (asked, subject) in [
        ("frog", "frog"),
        (":unknown subject", "*"),
        ("::x", "*"),
        (&"x".repeat(480), "*"),
    ] {
        let told = only(&place, alice, &format!("HELP {asked}"));
        assert!(
            told.starts_with(&format!("524 alice {subject} :No help available")),
            "{told}"
        );
    }
}
