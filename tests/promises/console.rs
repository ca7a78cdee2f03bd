//! The operator's seat: a person at `chatctl console` and a program on a bare socket talk to each other line by line.

use crate::harness::{Chatd, Client, Program, Setup, python};

/// A console in a terminal, its stream of happenings standing.
fn console(chatd: &Chatd, arguments: &[&str]) -> Program {
    let mut all = vec!["console"];
    all.extend(arguments);
    let mut command = chatd.chatctl(&all);
    command.env("TERM", "xterm");
    let mut console = Program::in_terminal(&command, 120);
    console.until("console of chat.example");
    console
}

#[test]
fn a_fifteen_line_program_without_newlines_converses_with_the_console() {
    let chatd = Chatd::start();
    let mut console = console(&chatd, &[]);
    let mut program = python("conversation.py");
    program.args(["127.0.0.1", &chatd.port.to_string()]);
    let mut program = Program::start(program);
    console.until("guest1");
    console.until("127.0.0.1:");
    console.until("<guest1> hello, anyone there?");
    // Nobody was chosen, so it is the first who spoke.
    for text in ["good day", "你好", "//slashes too"] {
        console.line(text);
        let text = text.strip_prefix('/').unwrap_or(text);
        program.until(&format!("@you <*operator> {text}\n"));
        console.until(&format!("you said: {text}"));
    }
    let (status, rest) = program.finish();
    assert!(status.success(), "{rest}");
    console.until("guest1");
    console.until("gone");
    console.line("/quit");
    let (status, rest) = console.finish();
    assert!(status.success(), "{rest}");
}

#[test]
fn the_operator_chooses_the_target_and_is_marked_as_the_operator() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    alice.barrier();
    let mut console = console(&chatd, &[]);
    console.line("/who");
    console.until("bob");
    console.line("/to bob");
    console.line("only you");
    assert_eq!(bob.expect("operator"), "@you <*operator> only you");
    console.line("/to #lobby");
    console.line("all of you");
    assert_eq!(alice.expect("operator"), "#lobby <*operator> all of you");
    assert_eq!(bob.expect("operator"), "#lobby <*operator> all of you");
    console.line("/to 1");
    console.line("by your id");
    assert_eq!(alice.expect("operator"), "@you <*operator> by your id");
    // Now somebody reads what is said to the operator.
    alice.line("/msg *operator can you hear me?");
    console.until("can you hear me?");
    console.line("/to nobody");
    console.until("nobody");
    console.line("/kick bob enough");
    let told = bob.rest();
    assert!(
        told.contains("! kicked: ") && told.contains("enough"),
        "{told}"
    );
    alice.barrier();
}

#[test]
fn private_messages_between_others_stay_private_and_nothing_reaches_the_terminal_raw() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    let mut console = console(&chatd, &[]);
    alice.line("/msg bob a secret");
    bob.expect("@you <alice> a secret");
    alice.line("hostile \x1b]0;owned\x07\u{9b}31m text");
    let shown = console.until("text");
    assert!(!shown.contains("secret"), "{shown}");
    // The line editor writes escapes of its own; those of the client must not be among them.
    assert!(
        !shown.contains("\x1b]0;") && !shown.contains(['\x07', '\u{9b}']),
        "{shown:?}"
    );
    chatd.audited("Watch");
}

#[test]
fn watch_shows_who_comes_speaks_and_goes_to_people_and_programs() {
    let chatd = Chatd::start();
    let mut people = Program::start(chatd.chatctl(&["watch", "--messages"]));
    let mut programs = Program::start(chatd.chatctl(&["watch", "--messages", "--json"]));
    // The first happening says that the stream stands; people are not shown it, so ask the daemon.
    programs.until("\"watching\"");
    chatd.audited("Watch");
    chatd.eventually("both streams stand", |chatd| {
        chatd.audit().matches("what=Watch").count() >= 2
    });
    let mut alice = Client::named(chatd.port, "alice");
    alice.line("/join #deep");
    alice.line("down here");
    alice.barrier();
    alice.line("/quit bye");
    alice.rest();
    for part in ["guest1", "alice", "#deep", "down here", "gone"] {
        people.until(part);
    }
    let mut kinds = Vec::new();
    loop {
        let line = programs.next();
        let Ok(happening) = serde_json::from_str::<serde_json::Value>(&line) else {
            continue;
        };
        let kind = happening["kind"].as_str().expect("a kind").to_owned();
        assert!(
            happening["at"].as_str().is_some_and(|at| at.ends_with('Z')),
            "{happening}"
        );
        if kind == "message" {
            assert_eq!(happening["room"], "#deep");
            assert_eq!(happening["text"], "down here");
        }
        let last = kind == "gone";
        kinds.push(kind);
        if last {
            break;
        }
    }
    for kind in ["connected", "renamed", "joined", "message"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn a_table_fits_its_terminal() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    for n in 0..12 {
        alice.line(&format!("/join #a-room-with-a-long-name-{n}"));
    }
    alice.barrier();
    for columns in [40, 80, 200] {
        let mut command = chatd.chatctl(&["list"]);
        command.env("TERM", "xterm");
        let (status, table) = Program::in_terminal(&command, columns).finish();
        assert!(status.success() && table.contains("ali"), "{table}");
        // Bold headings take no columns.
        let table = table.replace("\x1b[1m", "").replace("\x1b[0m", "");
        for line in table.lines() {
            let plain = line.trim_end();
            assert!(
                plain.chars().count() <= columns.into(),
                "{columns}: {plain:?}"
            );
        }
    }
}

#[test]
fn private_words_between_others_are_shown_only_when_the_configuration_says_so_and_that_is_recorded()
{
    for (config, shown) in [("", false), ("[admin]\nwatch_private = true", true)] {
        let chatd = Setup::new().config(config).start();
        let mut watch = Program::start(chatd.chatctl(&["watch", "--messages", "--json"]));
        watch.until("\"watching\"");
        let mut alice = Client::named(chatd.port, "alice");
        let mut bob = Client::named(chatd.port, "bob");
        bob.barrier();
        alice.line("/msg bob between us");
        assert_eq!(bob.expect("between us"), "@you <alice> between us");
        alice.line("for all");
        bob.expect("for all");
        let seen = watch.until("for all");
        assert_eq!(seen.contains("between us"), shown, "{seen}");
        let record = "private messages between others are shown";
        if shown {
            chatd.audited(record);
        } else {
            assert!(!chatd.audited("Watch").contains(record));
        }
    }
}
