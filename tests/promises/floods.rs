//! Floods of connections, lines, joins and nicks meet a limit with a name and an answer.

use std::io::{ErrorKind, Write};
use std::time::{Duration, Instant};

use crate::harness::{Chatd, Client, Setup, barriers};

/// What a connection is told that is not let in.
fn turned_away(chatd: &Chatd) -> String {
    let told = Client::bare(chatd.port).rest();
    assert!(
        told.lines().count() == 1 && told.starts_with("! "),
        "{told:?}"
    );
    told
}

#[test]
fn connections_from_one_address_are_limited() {
    let chatd = Setup::new()
        .limited()
        .config("[limits]\nconnections_per_address = 3")
        .start();
    let mut clients: Vec<Client> = (0..3).map(|_| Client::connect(chatd.port)).collect();
    for _ in 0..5 {
        assert!(turned_away(&chatd).starts_with("! full: "));
    }
    clients.pop();
    chatd.eventually("one has gone", |chatd| chatd.nicks().len() == 2);
    clients.push(Client::connect(chatd.port));
    let status = chatd.json(&["status"]);
    assert_eq!(status["counters"]["connections_refused"], 5);
    assert_eq!(status["clients"], 3);
}

#[test]
fn connections_in_total_are_limited_for_the_exempt_too() {
    let chatd = Setup::new().config("[limits]\nconnections = 2").start();
    let mut alice = Client::connect(chatd.port);
    let mut bob = Client::connect(chatd.port);
    for _ in 0..5 {
        assert!(turned_away(&chatd).starts_with("! full: "));
    }
    alice.line("we two");
    bob.expect("<guest1> we two");
    assert_eq!(chatd.json(&["status"])["clients_allowed"], 2);
}

#[test]
fn the_rate_of_connections_from_one_address_is_limited() {
    let chatd = Setup::new()
        .limited()
        .config("[limits]\nconnect_rate = \"4/h\"")
        .start();
    let mut first = Client::connect(chatd.port);
    for _ in 0..3 {
        Client::connect(chatd.port);
    }
    for _ in 0..20 {
        turned_away(&chatd);
    }
    first.barrier();
    // A flood is worth a few lines in the log, not a line each.
    assert!(chatd.log().len() < 16 * 1024, "{}", chatd.log());
}

#[test]
fn who_sends_all_at_once_and_shuts_its_side_is_slowed_as_well() {
    let chatd = Setup::new()
        .limited()
        .config("[limits]\nflood_burst = 5\nflood_rate = \"20/s\"")
        .start();
    let mut bob = Client::named(chatd.port, "bob");
    let mut alice = Client::named(chatd.port, "alice");
    bob.barrier();
    let lines: Vec<String> = (0..40).map(|n| format!("line {n}\n")).collect();
    alice.send(lines.concat());
    alice
        .stream()
        .shutdown(std::net::Shutdown::Write)
        .expect("a socket option");
    bob.expect("<alice> line 0");
    assert_eq!(
        chatd.nicks(),
        ["alice", "bob"],
        "she is here as long as she has lines to say"
    );
    for n in 1..40 {
        assert_eq!(bob.next(), format!("<alice> line {n}"));
    }
    bob.expect("alice has gone");
}

#[test]
fn who_sends_too_fast_is_slowed_down_and_loses_nothing() {
    let chatd = Setup::new()
        .limited()
        .config("[limits]\nflood_burst = 5\nflood_rate = \"20/s\"")
        .start();
    let mut alice = Client::connect(chatd.port);
    let mut bob = Client::connect(chatd.port);
    let mut carol = Client::connect(chatd.port);
    let expected: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    let lines = expected.join("\n") + "\n";
    let began = Instant::now();
    alice.send(lines);
    // The others are not slowed down by it.
    carol.line("me first");
    let before = bob.until("me first");
    assert!(
        !before.iter().any(|line| line.ends_with("> 20")),
        "{before:?}"
    );
    let mut said = before;
    said.extend(bob.until("<guest1> 20"));
    let took = began.elapsed();
    let numbers: Vec<&str> = said
        .iter()
        .filter_map(|line| line.strip_prefix("<guest1> "))
        .collect();
    assert_eq!(numbers, expected);
    // Five at once, sixteen more at twenty a second.
    assert!(took >= Duration::from_millis(700), "only {took:?}");
}

#[test]
fn an_endless_flood_is_held_back_or_cut_off_within_its_queue() {
    let chatd = Setup::new()
        .limited()
        .config("[limits]\nflood_burst = 5\nflood_rate = \"1/s\"\ninput_queue = \"16KiB\"")
        .start();
    let mut alice = Client::connect(chatd.port);
    let mut bob = Client::connect(chatd.port);
    barriers(&mut [&mut alice, &mut bob]);
    let flooder = Client::connect(chatd.port);
    let before = chatd.resident();
    flooder.stream().set_nonblocking(true).expect("a socket");
    let block = "x\n".repeat(32 * 1024);
    let mut sent = 0;
    // 64 MiB, or until no more is taken, or until it is cut off.
    let mut idle_since = Instant::now();
    while sent < 64 << 20 && idle_since.elapsed() < Duration::from_millis(500) {
        match flooder.stream().write(block.as_bytes()) {
            Ok(length) => {
                sent += length;
                idle_since = Instant::now();
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
            Err(_) => break,
        }
    }
    assert!(sent < 64 << 20, "it was read without end");
    let grown = chatd.resident().saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB more for one flooder");
    alice.line("undisturbed");
    bob.expect("<guest1> undisturbed");
}

#[test]
fn joins_nicks_and_rooms_are_limited() {
    let chatd = Setup::new()
        .limited()
        .config(
            "[limits]\njoin_rate = \"4/h\"\nnick_rate = \"2/h\"\nrooms_per_client = 3\nrooms = 4\nflood_rate = \"off\"\nflood_burst = 1000",
        )
        .start();
    let mut alice = Client::connect(chatd.port);
    let mut ask = |command: &str| {
        alice.line(command);
        alice.barrier().join("\n")
    };
    assert!(ask("/nick one").starts_with("-- "));
    assert!(ask("/nick two").starts_with("-- "));
    assert!(ask("/nick three").starts_with("! too-fast: "));
    assert!(ask("/join #a").starts_with("-- "));
    assert!(ask("/join #b").starts_with("-- "));
    assert!(ask("/join #c").starts_with("! too-many-rooms: "));
    let mut bob = Client::connect(chatd.port);
    let mut ask = |command: &str| {
        bob.line(command);
        bob.barrier().join("\n")
    };
    assert!(ask("/join #d").starts_with("-- "));
    assert!(ask("/join #e").starts_with("! rooms-full: "));
    assert!(ask("/join #a").starts_with("-- "));
    assert!(ask("/part #d").starts_with("-- "));
    // As many joins as the rate allows, refused ones perhaps counted.
    let answers: Vec<String> = (0..4)
        .map(|n| {
            ask("/part");
            ask(&format!("/join #f{n}"))
        })
        .collect();
    assert!(
        answers.iter().any(|a| a.starts_with("! too-fast: ")),
        "{answers:?}"
    );
}

#[test]
fn coming_again_does_not_give_another_burst() {
    let chatd = Setup::new()
        .limited()
        .config("[limits]\nflood_burst = 5\nflood_rate = \"1/h\"")
        .start();
    let mut bob = Client::connect(chatd.port);
    let mut alice = Client::connect(chatd.port);
    for n in 0..5 {
        alice.line(&format!("alice {n}"));
    }
    bob.expect("alice 4");
    drop(alice);
    bob.expect("has gone");
    // More than may wait ends it; what was allowed of it would have been said first.
    let mut carol = Client::connect(chatd.port);
    carol.try_send("carol\n".repeat(20_000));
    assert!(carol.rest().contains("! cut-off: "));
    let seen = bob.until("has gone").join("\n");
    assert!(!seen.contains("> carol"), "{seen}");
}
