//! Too much, too slowly, or nothing at all.

use std::io::{ErrorKind, Write};
use std::time::{Duration, Instant};

use crate::harness::{Canary, Irc, PATIENCE, Server, Setup};

/// Short times, by real clocks.
const SHORT: &str =
    "[limits]\nregistration_time = \"1s\"\nping_interval = \"1s\"\nping_timeout = \"1s\"";

#[test]
fn however_busy_one_is_it_registers_in_time_or_goes() {
    let server = Server::of(Setup::new().config(SHORT));
    let began = Instant::now();
    // A byte at a time; whole commands, with their answers; nothing.
    let (mut slow, mut busy, mut mute) = (server.opens(), server.opens(), server.opens());
    slow.0.send("NICK ");
    while began.elapsed() < Duration::from_millis(1200) {
        slow.0.try_send("x");
        busy.0.try_send("PING x\r\nCAP LS 302\r\n");
        std::thread::sleep(Duration::from_millis(20));
    }
    for client in [&mut slow, &mut busy, &mut mute] {
        client.ends_with("limits.registration_time");
    }
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(server.chatd.json(&["status"])["clients"], 0);
}

#[test]
fn one_who_is_silent_is_asked_and_goes_and_one_who_answers_stays() {
    let server = Server::of(Setup::new().config(SHORT));
    let (mut alive, mut silent) = (server.registers("alive"), server.registers("silent"));
    alive.joins("#tea");
    silent.joins("#tea");
    // The other one sees it go; meanwhile it is asked itself.
    loop {
        let line = alive.0.next();
        if line.contains(" PING ") {
            alive.says("PONG chat.example");
        }
        if line.contains(" QUIT ") {
            assert!(line.starts_with(":silent!"), "{line}");
            break;
        }
    }
    silent.0.expect(":chat.example PING chat.example");
    silent.ends_with("limits.ping_timeout");
    for _ in 0..2 {
        alive.0.expect(" PING ");
        alive.says("PONG chat.example");
    }
    assert_eq!(server.chatd.nicks(), ["alive"]);
}

#[test]
fn a_paste_of_twelve_lines_is_said_at_once() {
    // What does not go at once is not heard before nobody waits for it any more.
    let slow = "[limits]\nflood_rate = \"1/min\"";
    let server = Server::of(Setup::new().limited().config(slow));
    let (mut alice, mut bob) = (server.registers("alice"), server.registers("bob"));
    alice.joins("#tea");
    bob.joins("#tea");
    let paste: Vec<_> = (0..12)
        .map(|n| format!("PRIVMSG #tea :line {n}\r\n"))
        .collect();
    alice.0.send(paste.concat());
    let heard = bob.0.until("line 11");
    let said = heard.iter().filter(|line| line.contains("PRIVMSG"));
    assert_eq!(said.count(), 12, "{heard:?}");
}

#[test]
fn a_flood_of_any_command_is_cut_off_by_name_and_the_others_go_on() {
    // One address each, so that none begins with what another has spent.
    let server = Server::of(Setup::new().limited());
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    for (n, command) in [
        "PRIVMSG #tea :x",
        "NOTICE bob :x",
        "TAGMSG #tea",
        "JOIN #a,#b,#c",
        "PART #tea",
        "NICK a",
        "WHO *",
        "WHOIS bob",
        "NAMES #tea",
        "LIST",
        "MODE #tea b",
        "TOPIC #tea :x",
        "AWAY :x",
        "PING x",
        "CAP LS 302",
        "OPER a b",
        "MONITOR + a,b",
        "NONSENSE",
        "@+x PING y",
    ]
    .into_iter()
    .enumerate()
    {
        let last = u8::try_from(n + 10).expect("few");
        let mut flooder = server.opens_from([127, 0, 0, last]);
        flooder.says_hello("flooder");
        flooder.welcomed();
        flooder.joins("#tea");
        let flood = format!("{command}\r\n").repeat(20_000);
        let stream = flooder.0.stream();
        let timeout = stream.set_write_timeout(Some(PATIENCE));
        timeout.expect("a socket option");
        // All that it takes until it is cut off.
        let _ = (&mut &*stream).write_all(flood.as_bytes());
        flooder.ends_with("limits.flood_rate");
        let heard = bob.barrier();
        let most = 30;
        assert!(heard.len() < most, "{command}: {} lines", heard.len());
    }
    let status = server.chatd.json(&["status"]);
    assert_eq!(status["clients"], 1);
    assert_eq!(status["counters"]["cut_off"], 19);
}

#[test]
fn limits_that_are_off_do_not_hold() {
    let off = "[limits]\nflood_rate = \"off\"\njoin_rate = \"off\"\nnick_rate = \"off\"";
    for setup in [Setup::new(), Setup::new().limited().config(off)] {
        let server = Server::of(setup);
        let mut alice = server.registers("alice");
        let all: Vec<_> = (0..200)
            .map(|n| format!("JOIN #tea\r\nPART #tea\r\nNICK alice{n}\r\n"))
            .collect();
        alice.0.send(all.concat());
        let told = alice.barrier();
        let of = |verb: &str| told.iter().filter(|line| line.contains(verb)).count();
        assert_eq!((of(" JOIN "), of(" PART "), of(" NICK ")), (200, 200, 200));
    }
}

#[test]
fn one_who_does_not_read_its_rooms_is_cut_off_and_the_others_miss_nothing() {
    let server = Server::of(
        Setup::new()
            .config("[limits]\nsend_queue = \"64KiB\"\nsend_buffer = \"4KiB\"\nline = \"4KiB\""),
    );
    let (mut alice, mut bob) = (server.registers("alice"), server.registers("bob"));
    let mut deaf = server.registers("deaf");
    for client in [&mut alice, &mut bob, &mut deaf] {
        client.joins("#tea");
    }
    bob.barrier();
    let mut said = 0;
    let deadline = Instant::now() + PATIENCE;
    'talk: loop {
        assert!(Instant::now() < deadline, "it is never cut off");
        for _ in 0..50 {
            alice.says(&format!("PRIVMSG #tea :{said:06} {}", "x".repeat(400)));
            said += 1;
        }
        for n in said - 50..said {
            loop {
                let line = bob.0.next();
                if line.contains(" QUIT ") {
                    assert!(line.starts_with(":deaf!"), "{line}");
                    break 'talk;
                }
                if line.contains(" PRIVMSG ") {
                    assert!(line.contains(&format!(":{n:06} ")), "{n}: {line}");
                    break;
                }
            }
        }
    }
    // It reads what it can still get: whole lines in order, and why.
    let rest = deaf.0.rest();
    let numbers: Vec<usize> = rest
        .lines()
        .filter_map(|line| line.split_once("PRIVMSG #tea :")?.1.get(..6)?.parse().ok())
        .collect();
    assert!(numbers.iter().copied().eq(0..numbers.len()), "{numbers:?}");
    let last = rest.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("ERROR :") && last.contains("limits.send_queue"),
        "{last}"
    );
}

#[test]
fn two_thousand_who_never_register_cost_little_and_leave_nothing() {
    const MANY: usize = 2000;
    let server = Server::of(Setup::new().config("[limits]\nregistration_time = \"3s\""));
    let canary = Canary::start(server.chatd.port);
    canary.rounds(5);
    let (before, open) = (server.chatd.resident(), server.chatd.descriptors());
    let mut crowd: Vec<Irc> = (0..MANY).map(|_| server.opens()).collect();
    for client in &mut crowd {
        // The start of a message, as long as may be.
        client.0.send(format!("@a={}", "x".repeat(4000)));
    }
    canary.rounds(5);
    let each = server.chatd.resident().saturating_sub(before) * 1024 / MANY as u64;
    assert!(each < 10 * 1024, "{each} bytes each");
    for client in &mut crowd {
        client.ends_with("limits.registration_time");
    }
    drop(crowd);
    server
        .chatd
        .eventually("their descriptors are back", |chatd| {
            chatd.descriptors() <= open + 2
        });
    canary.rounds(5);
    canary.finish();
}

#[test]
fn nobody_is_kept_waiting_whose_line_has_no_end() {
    let server = Server::start();
    let mut flood = server.registers("flood");
    let stream = flood.0.stream();
    let _ = stream.set_nonblocking(true);
    let block = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    let deadline = Instant::now() + PATIENCE;
    while sent < 4 << 20 && Instant::now() < deadline {
        match (&mut &*stream).write(&block) {
            Ok(length) => sent += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
            Err(_) => break,
        }
    }
    let _ = stream.set_nonblocking(false);
    let rest = flood.0.rest();
    assert!(rest.contains(" 417 flood "), "{rest}");
    assert_eq!(rest.matches(" 417 ").count(), 1, "{rest}");
    assert!(
        rest.contains("ERROR :") && rest.contains("limits.input_queue"),
        "{rest}"
    );
}
