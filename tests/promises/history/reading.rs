//! What people read of what was said: the same for all, after a restart and a crash too, and never more than they may.

use super::{history, texts};
use crate::harness::{Client, Server, Setup};

/// The lines of a CHATHISTORY answer, without the batch around them.
fn chathistory(client: &mut Client, request: &str) -> Vec<String> {
    client.send(format!("CHATHISTORY {request}\r\nPING done\r\n"));
    let lines = client.until("PONG ");
    // What is said just now is in no batch.
    let told = |line: &&String| line.contains(" PRIVMSG ") && line.contains("batch=");
    let said = lines.iter().filter(told);
    said.map(|line| line.trim_end().to_owned()).collect()
}

fn words(line: &str) -> &str {
    line.rsplit_once(" :").map_or(line, |(_, words)| words)
}

fn tag<'a>(line: &'a str, name: &str) -> &'a str {
    let tags = line
        .strip_prefix('@')
        .and_then(|line| line.split(' ').next());
    let mut tags = tags.unwrap_or_default().split(';');
    tags.find_map(|tag| tag.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("no {name}: {line}"))
}

const ALL: &str = "batch server-time message-tags draft/chathistory echo-message";

#[test]
fn after_a_crash_everybody_reads_the_same_with_the_ids_that_it_had() {
    let mut server = Server::start();
    let mut alice = server.negotiates("alice", ALL);
    alice.send("JOIN #tea\r\n");
    alice.expect(" 366 ");
    let mut ids = Vec::new();
    for n in 0..5 {
        alice.send(format!("PRIVMSG #tea :message {n}\r\n"));
        ids.push(tag(&alice.expect(" PRIVMSG "), "msgid").to_owned());
    }
    let read = |server: &Server| {
        let mut irc = server.negotiates("reader", ALL);
        irc.send("JOIN #tea\r\n");
        irc.expect(" 366 ");
        let lines = chathistory(&mut irc, "LATEST #tea * 10");
        let lines: Vec<_> = lines
            .iter()
            .map(|line| {
                let time = tag(line, "time").to_owned();
                (tag(line, "msgid").to_owned(), time, words(line).to_owned())
            })
            .collect();
        let mut plain = Client::named(server.chatd.port, "plain");
        plain.line("/join #tea");
        plain.line("/history 10");
        let shown = plain.until("-- end of history: 5 messages of #tea");
        let shown = shown.iter().filter(|line| line.starts_with('['));
        let shown: Vec<_> = shown
            .map(|line| words(&line.replace("> ", " :")).to_owned())
            .collect();
        let theirs: Vec<_> = lines.iter().map(|(.., words)| words.clone()).collect();
        assert_eq!(shown, theirs);
        let operators = history(&server.chatd, "#tea");
        for (line, operators) in lines.iter().zip(&operators) {
            assert_eq!(operators["id"], line.0, "{operators}");
            assert_eq!(operators["time"], line.1, "{operators}");
            assert_eq!(operators["nick"], "alice");
        }
        lines
    };
    let before = read(&server);
    let known: Vec<_> = before.iter().map(|(id, ..)| id.clone()).collect();
    assert_eq!(known, ids);
    server.chatd.crashes();
    server.chatd.starts_again();
    assert_eq!(read(&server), before);
    let mut alice = server.negotiates("alice", ALL);
    alice.send("JOIN #tea\r\nPRIVMSG #tea :message 5\r\n");
    let next = alice.expect(":message 5");
    assert!(tag(&next, "msgid") > ids[4].as_str(), "ids go on");
}

#[test]
fn a_restart_in_good_order_ends_nothing_either() {
    let mut server = Server::start();
    let mut alice = Client::named(server.chatd.port, "alice");
    alice.line("/join #tea");
    alice.line("before");
    alice.barrier();
    server.chatd.signal(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(server.chatd.exit_code(), 0);
    server.chatd.starts_again();
    let mut bob = Client::named(server.chatd.port, "bob");
    bob.line("/join #tea");
    bob.line("/history");
    bob.expect("<alice> before");
}

#[test]
fn a_room_that_was_left_by_all_is_another_room_for_who_comes_next() {
    let server = Server::start();
    let mut alice = Client::named(server.chatd.port, "alice");
    alice.line("/join #tea");
    alice.line("among us");
    alice.line("/part");
    alice.barrier();
    let mut bob = Client::named(server.chatd.port, "bob");
    bob.line("/join #tea");
    bob.line("/history");
    let read = bob.until("-- end of history: 0 messages");
    assert!(
        !read.iter().any(|line| line.contains("among us")),
        "{read:?}"
    );
    assert_eq!(
        texts(&server.chatd, "#tea"),
        ["among us"],
        "the operator reads by name"
    );
}

#[test]
fn what_was_not_for_one_is_not_in_what_one_reads() {
    let server = Server::start();
    let mut op = server.negotiates("op", ALL);
    op.send("JOIN #tea\r\n");
    op.expect(" 366 ");
    for line in [
        "PRIVMSG #tea :open",
        "PRIVMSG @#tea :for ops",
        "MODE #tea +i",
        "PRIVMSG #tea :behind the door",
        "MODE #tea -i",
        "PRIVMSG #tea :open again",
        "INVITE bob #tea",
        "PING done",
    ] {
        op.send(format!("{line}\r\n"));
    }
    op.expect("PONG");
    let mut bob = server.negotiates("bob", ALL);
    let outside = chathistory(&mut bob, "LATEST #tea * 10");
    assert!(outside.is_empty(), "{outside:?}");
    bob.send("JOIN #tea\r\n");
    bob.expect(" 366 ");
    let read = chathistory(&mut bob, "LATEST #tea * 10");
    let read: Vec<_> = read.iter().map(|line| words(line)).collect();
    assert_eq!(read, ["open", "open again"]);
    op.send(
        "MODE #tea +o bob\r\nPRIVMSG @#tea :among ops\r\nPRIVMSG bob :between us\r\nPING x\r\n",
    );
    op.expect("PONG");
    let read = chathistory(&mut bob, "LATEST #tea * 10");
    let read: Vec<_> = read.iter().map(|line| words(line)).collect();
    assert_eq!(read, ["open", "open again", "among ops"]);
    let read = chathistory(&mut bob, "LATEST op * 10");
    assert_eq!(
        read.iter().map(|line| words(line)).collect::<Vec<_>>(),
        ["between us"]
    );
    let mut carol = server.negotiates("carol", ALL);
    assert!(chathistory(&mut carol, "LATEST op * 10").is_empty());
    assert!(chathistory(&mut carol, "LATEST bob * 10").is_empty());
    assert_eq!(texts(&server.chatd, "#tea").len(), 5);
}

#[test]
fn words_are_found_in_every_language() {
    let server = Server::start();
    let mut alice = Client::named(server.chatd.port, "alice");
    for line in [
        "说你好吗",
        "Grüße aus Köln",
        "привет мир",
        "the quick brown fox",
        "こんにちは世界",
    ] {
        alice.line(line);
    }
    for (search, found) in [
        ("你好", "说你好吗"),
        ("好", "说你好吗"),
        ("grüße", "Grüße aus Köln"),
        ("ПРИВЕТ", "привет мир"),
        ("brown quick", "the quick brown fox"),
        ("世界", "こんにちは世界"),
        ("\"fox", "the quick brown fox"),
    ] {
        alice.line(&format!("/search {search}"));
        let told = alice.until("-- ");
        let lines: Vec<_> = told.iter().filter(|line| line.starts_with('[')).collect();
        assert_eq!(lines.len(), 1, "{search}: {told:?}");
        assert!(lines[0].ends_with(found), "{search}: {told:?}");
    }
}

#[test]
fn clients_without_chathistory_are_told_the_last_messages_on_joining() {
    let config = "[history]\nreplay = 3\nplain_replay = 2\n";
    let server = Server::of(Setup::new().config(config));
    let mut alice = Client::named(server.chatd.port, "alice");
    for n in 0..5 {
        alice.line(&format!("message {n}"));
    }
    alice.barrier();
    let mut old = server.negotiates("old", "server-time");
    old.send("JOIN #lobby\r\n");
    old.expect(" 366 ");
    old.send("PING x\r\n");
    let told = old.until("PONG");
    let said: Vec<_> = told
        .iter()
        .filter(|line| line.contains("PRIVMSG"))
        .collect();
    assert_eq!(said.len(), 3, "{told:?}");
    assert!(
        said[0].contains(":message 2") && said[0].starts_with("@time="),
        "{told:?}"
    );
    let mut plain = Client::connect(server.chatd.port);
    let told = plain.barrier();
    let said: Vec<_> = told.iter().filter(|line| line.starts_with('[')).collect();
    assert_eq!(said.len(), 2, "{told:?}");
    assert!(said[1].ends_with("<alice> message 4"), "{told:?}");
}

#[test]
fn what_is_taken_back_is_taken_back_for_everybody_and_for_good() {
    let mut server = Server::start();
    let caps =
        "batch server-time message-tags draft/chathistory echo-message draft/message-redaction";
    let mut alice = server.negotiates("alice", caps);
    alice.send("JOIN #tea\r\nPRIVMSG #tea :a secret\r\n");
    let said = alice.expect(":a secret");
    let id = tag(&said, "msgid").to_owned();
    alice.send(format!(
        "PRIVMSG #tea :fine\r\nPRIVMSG #tea :spam\r\nREDACT #tea {id} :typo\r\n"
    ));
    alice.expect(" REDACT ");
    server.chatd.crashes();
    server.chatd.starts_again();
    assert_eq!(texts(&server.chatd, "#tea"), ["", "fine", "spam"]);
    let shown = server.chatd.json(&["message", "show", &id]);
    assert!(shown["text"].is_null(), "{shown}");
    for name in ["history.sqlite", "history.sqlite-wal"] {
        let bytes = std::fs::read(server.chatd.dir().join("state").join(name)).unwrap_or_default();
        let found = bytes.windows(8).any(|bytes| bytes == b"a secret");
        assert!(
            !found || name.ends_with("-wal"),
            "its words are still in {name}"
        );
    }
    // The first in the room is its op, and nobody remembers who said it.
    let mut bob = server.negotiates("bob", caps);
    bob.send("JOIN #tea\r\n");
    bob.expect(" 366 ");
    let mut carol = server.negotiates("carol", caps);
    carol.send("JOIN #tea\r\n");
    carol.expect(" 366 ");
    let read = chathistory(&mut bob, "LATEST #tea * 10");
    assert_eq!(
        read.iter().map(|line| words(line)).collect::<Vec<_>>(),
        ["fine", "spam"]
    );
    let id = |n: usize| {
        let all = history(&server.chatd, "#tea");
        all[n]["id"].as_str().expect("an id").to_owned()
    };
    carol.send(format!("REDACT #tea {}\r\nPING x\r\n", id(1)));
    let refused = carol.until("PONG");
    assert!(
        refused[0].contains(" FAIL REDACT REDACT_FORBIDDEN "),
        "{refused:?}"
    );
    bob.send(format!(
        "REDACT #tea {}\r\nREDACT #tea {}\r\nPING x\r\n",
        id(1),
        id(0)
    ));
    let told = bob.until("PONG");
    assert!(told[0].contains(" REDACT #tea "), "{told:?}");
    assert!(told[1].contains(" FAIL REDACT UNKNOWN_MSGID "), "{told:?}");
    carol.expect(" REDACT #tea ");
    server
        .chatd
        .ctl_ok(&["message", "redact", &id(2), "--reason", "spam"]);
    assert_eq!(texts(&server.chatd, "#tea"), ["", "", ""]);
}
