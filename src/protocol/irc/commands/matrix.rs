//! Every command of the table, with 0 to 4 parameters that name everything that can be named, from every kind of client: a defined
//! answer comes out, and nothing panics.

use super::bed::{Bed, set};
use super::{Entry, TABLES};
use crate::chat::{Command, Departure, Event, Role, Source};
use crate::protocol::irc::{Asker, Capability, Replies, Step, World, read, refusal};

/// Commands that may come to nothing, and why.
const SILENT: &[(&str, &str)] = &[
    ("NOTICE", "it is never answered (RFC 2812 section 3.3.2)"),
    ("PONG", "it is an answer (RFC 2812 section 3.7.3)"),
    ("ERROR", "it is for servers (RFC 2812 section 3.7.4)"),
    (
        "CAP",
        "CAP END is not answered (IRCv3 capability-negotiation)",
    ),
    ("SETNAME", "without the capability (IRCv3 setname)"),
    (
        "MODE",
        "one that makes itself operator is ignored (RFC 2812 section 3.1.5)",
    ),
    (
        "MONITOR",
        "what makes no difference is not answered (IRCv3 monitor)",
    ),
];

/// What a parameter can name: oneself, another, one who has gone, the server, a room that one is in and one that one is not in, both in
/// other cases, what there is not, and what cannot be.
const FIRST: &[&str] = &[
    "alice",
    "ALICE",
    "bob",
    "BOB",
    "mallory",
    "irc.example.org",
    "#tea",
    "#TEA",
    "#sea",
    "#SEA",
    "@#tea",
    "#nowhere",
    "nobody",
    "#",
    "*",
    "$*",
    "0",
    "+",
    "-x",
    ",",
    ",,a,#tea,",
    "*operator",
    "%s%n{}",
    "\u{1}",
    ":",
    "+é",
    "LS",
    "REQ",
];
const SECOND: &[&str] = &["bob", "#sea", "nobody", "+b-k", "é,*!*@*", "302"];

fn bed() -> Bed {
    let mut bed = Bed::new();
    bed.attach("mallory");
    bed.by("mallory", Command::Detach(Departure::Closed));
    bed.told("carol", "JOIN #sea");
    bed
}

/// The parameters of one try: the first stands first and third, the second at the other places; the last may be empty.
fn line(entry: &Entry, count: usize, first: &str, second: &str) -> String {
    let mut line = entry.name.to_owned();
    for place in 0..count {
        let param = if place % 2 == 0 { first } else { second };
        line.push(' ');
        line.push_str(param);
    }
    line
}

fn check_told(line: &str, bytes: &[u8]) {
    let all = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(all.ends_with("\r\n"), "{line}: {all:?}");
    for told in all.split_terminator("\r\n") {
        assert!(!told.contains(['\r', '\n', '\0']), "{line}: {told:?}");
        let untagged = told.strip_prefix('@').and_then(|told| told.split_once(' '));
        let untagged = untagged.map_or(told, |(_, untagged)| untagged);
        assert!(untagged.len() <= 510, "{line}: {told}");
        assert!(untagged.starts_with(':'), "{line}: {told}");
    }
}

/// The chat decides it, and says why not if not.
fn check_asked(world: &World<'_>, asker: Asker<'_>, verb: &str, line: &str, command: Command) {
    let source = Source::Client(asker.client.id);
    let capabilities = asker.client.capabilities;
    let why = match world.chat.decide(&world.stamp, source, command) {
        Err(why) => why,
        Ok(decision) => {
            let farewell = |event: &Event| matches!(event, Event::Farewell { .. });
            assert!(decision.effects.iter().all(|effect| match effect {
                crate::chat::Effect::Tell(_, event) => !farewell(event) || verb == "KILL",
                crate::chat::Effect::Echo(_) => true,
                crate::chat::Effect::Close(..) => verb == "KILL",
            }));
            return;
        }
    };
    let mut bytes = Vec::new();
    let mut replies = Replies::new(&mut bytes, "", "irc.example.org", "alice");
    refusal(&mut replies, verb, &why, capabilities);
    if bytes.is_empty() {
        assert!(["NOTICE", "SETNAME"].contains(&verb), "{line}: {why:?}");
    } else {
        check_told(line, &bytes);
    }
}

fn check(bed: &Bed, entry: &Entry, line: &str) {
    let (world, asker) = (bed.world(), bed.asker("alice"));
    let reading = read(&world, asker, line);
    let silent = SILENT.iter().any(|(name, _)| *name == entry.name);
    assert!(
        !reading.steps.is_empty() || silent,
        "{line}: nothing comes of it"
    );
    for step in reading.steps {
        match step {
            Step::Tell(bytes) => check_told(line, &bytes),
            Step::Do(command) => check_asked(&world, asker, reading.verb, line, command),
            Step::Outside(_) => {
                let outside = [
                    "OPER",
                    "REHASH",
                    "DIE",
                    "RESTART",
                    "CHATHISTORY",
                    "NICKSERV",
                    "NS",
                    "REGISTER",
                ];
                assert!(outside.contains(&entry.name));
            }
            Step::Exchange(_) => assert_eq!(entry.name, "AUTHENTICATE", "{line}"),
            Step::Login(_) => assert!(["NICKSERV", "NS"].contains(&entry.name), "{line}"),
            Step::Leave(_) => assert_eq!(entry.name, "QUIT", "{line}"),
            Step::Register => panic!("{line}: a client registers again"),
        }
    }
}

fn check_all(bed: &Bed) {
    for entry in TABLES.into_iter().flatten() {
        for count in 0..=4 {
            let seconds = if count < 2 { &SECOND[..1] } else { SECOND };
            let firsts = if count < 1 { &FIRST[..1] } else { FIRST };
            for first in firsts {
                for second in seconds {
                    check(bed, entry, &line(entry, count, first, second));
                }
            }
        }
    }
}

#[test]
fn every_command_of_an_old_client_has_a_defined_answer() {
    check_all(&bed());
}

#[test]
fn every_command_of_a_client_with_all_capabilities_has_a_defined_answer() {
    let mut bed = bed();
    bed.by("alice", Command::Negotiate(set(Capability::ALL)));
    check_all(&bed);
}

#[test]
fn every_command_of_an_operator_has_a_defined_answer() {
    let mut bed = bed();
    bed.promote("alice", Role::Administrator);
    check_all(&bed);
}

/// The most parameters there can be, the longest, and none that is anything.
#[test]
fn every_command_bears_too_many_and_too_long_parameters() {
    let bed = bed();
    let many = " x".repeat(300);
    let long = format!(" {}", "é".repeat(240));
    let list = format!(" {}", "a,".repeat(240));
    let trailing = format!(" #tea bob :{}", "x ".repeat(220));
    for entry in TABLES.into_iter().flatten() {
        for params in [&many, &long, &list, &trailing] {
            check(&bed, entry, &format!("{}{params}", entry.name));
        }
    }
}

/// The table is what HELP shows.
#[test]
fn the_table_is_whole_and_true() {
    let all = || TABLES.into_iter().flatten();
    for entry in all() {
        assert_eq!(
            all().filter(|other| other.name == entry.name).count(),
            1,
            "{}",
            entry.name
        );
        assert_eq!(
            super::named(&entry.name.to_lowercase()).map(|found| found.name),
            Some(entry.name)
        );
        assert!(!entry.help.is_empty(), "{}", entry.name);
        assert!(
            entry
                .help
                .lines()
                .all(|line| line.len() <= 400 && !line.is_empty()),
            "{}",
            entry.name
        );
        let needed = entry
            .usage
            .split(' ')
            .filter(|word| word.starts_with('<'))
            .count();
        assert!(
            entry.least <= needed.max(1),
            "{}: {} {}",
            entry.name,
            entry.least,
            entry.usage
        );
    }
}
