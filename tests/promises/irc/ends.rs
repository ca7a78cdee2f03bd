//! How a connection ends, at every stage, and what it leaves behind: nothing.

use std::sync::Barrier;
use std::thread;

use nix::sys::signal::Signal;

use crate::harness::{Irc, Server, Setup, free_port};

#[test]
fn who_quits_is_told_error_before_it_is_registered_and_after() {
    let server = Server::start();
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    let mut newcomer = server.opens();
    newcomer.says("NICK alice");
    newcomer.says("QUIT :not today");
    newcomer.ends_with("not today");
    let mut alice = server.registers("alice");
    alice.joins("#tea");
    // What comes after it is not carried out.
    alice
        .0
        .send("PRIVMSG #tea :last\r\nQUIT :bye\r\nPRIVMSG #tea :no\r\n");
    alice.ends_with("bye");
    let heard = bob.0.until(" QUIT ");
    assert!(
        heard[heard.len() - 2].ends_with("PRIVMSG #tea :last\r"),
        "{heard:?}"
    );
    assert_eq!(bob.barrier(), Vec::<String>::new());
    // With a label, the last words are the answer.
    let mut carol = server.opens();
    carol.says("CAP REQ :batch labeled-response");
    carol.says_hello("carol");
    carol.says("CAP END");
    carol.welcomed();
    carol.says("@label=x1 QUIT :labelled");
    let last = carol.0.rest();
    assert!(
        last.starts_with("@label=x1 ERROR :") && last.contains("labelled"),
        "{last}"
    );
}

#[test]
fn a_reset_at_any_stage_leaves_no_client_no_descriptor_and_a_free_nick() {
    let server = Server::start();
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    let open = server.chatd.descriptors();
    let stages = [
        "",
        "NI",
        "CAP LS 302\r\nCAP REQ :batch labeled-response\r\n",
        "NICK ghost\r\n",
        "NICK ghost\r\nUSER g 0 * :g",
        "NICK ghost\r\nUSER g 0 * :g\r\n",
        "NICK ghost\r\nUSER g 0 * :g\r\nJOIN #tea\r\nPRIVMSG #te",
        "NICK ghost\r\nUSER g 0 * :g\r\nJOIN #tea\r\nLIST\r\nWHO *\r\nNAMES\r\nBATCH +1 draft/multiline #tea\r\n",
        "NICK ghost\r\nUSER g 0 * :g\r\nQUIT :x\r\n",
    ];
    for _ in 0..30 {
        for stage in stages {
            let mut ghost = server.opens();
            ghost.0.send(stage);
            ghost.resets();
        }
    }
    server.chatd.eventually("the ghosts are gone", |chatd| {
        chatd.nicks() == ["bob"] && chatd.descriptors() <= open
    });
    let heard = bob.barrier();
    let of = |verb: &str| heard.iter().filter(|line| line.contains(verb)).count();
    assert_eq!(of(" JOIN "), of(" QUIT "), "{heard:?}");
    assert_eq!(of("PRIVMSG"), 0, "half a line is nothing: {heard:?}");
    let mut ghost = server.registers("ghost");
    ghost.joins("#tea");
    assert!(ghost.barrier().is_empty());
}

#[test]
fn what_was_sent_before_a_reset_is_said_even_if_it_had_to_wait() {
    let server = Server::of(Setup::new().limited());
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    let mut alice = server.registers("alice");
    alice.joins("#tea");
    bob.0.expect(" JOIN ");
    // More than the flood rate takes at once: the last of it still waits when the connection breaks.
    let mut lines: Vec<_> = (0..22).map(|n| format!("PRIVMSG #tea :{n}")).collect();
    lines.push("QUIT :that was all".to_owned());
    alice
        .0
        .send(lines.join("\r\n") + "\r\nPRIVMSG #tea :not half");
    alice.resets();
    for n in 0..22 {
        let said = bob.0.next();
        assert!(said.ends_with(&format!(" PRIVMSG #tea :{n}\r")), "{said}");
    }
    let gone = bob.0.next();
    assert!(
        gone.contains(" QUIT :") && gone.contains("that was all"),
        "{gone}"
    );
    assert_eq!(bob.barrier(), Vec::<String>::new());
}

/// Each tries to have the nick, all at the same moment; those that have it and those that do not.
fn race(clients: &mut [Irc], line: &str) -> (usize, usize) {
    let start = Barrier::new(clients.len());
    let won: Vec<bool> = thread::scope(|scope| {
        let racing: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    client.says(line);
                    let told = client.barrier();
                    assert_eq!(told.len(), 1, "{told:?}");
                    assert!(
                        told[0].contains(" NICK ") || told[0].contains(" 433 "),
                        "{told:?}"
                    );
                    told[0].contains(" NICK ")
                })
            })
            .collect();
        let ends = racing.into_iter();
        ends.map(|racer| racer.join().expect("no panic")).collect()
    });
    let winners = won.iter().filter(|won| **won).count();
    (winners, won.len() - winners)
}

#[test]
fn of_many_who_want_one_nick_at_once_one_has_it() {
    let server = Server::start();
    let mut clients: Vec<_> = (0..16)
        .map(|n| server.registers(&format!("racer{n}")))
        .collect();
    for nick in ["Prize", "second", "THIRD"] {
        assert_eq!(race(&mut clients, &format!("NICK {nick}")), (1, 15));
    }
    // Before registration: all of them ask, one is let in, the others may choose again.
    let mut newcomers: Vec<_> = (0..16).map(|_| server.opens()).collect();
    for client in &mut newcomers {
        client.says("USER u 0 * :r");
        client.says("NICK late");
    }
    let mut again = Vec::new();
    for (n, client) in newcomers.iter_mut().enumerate() {
        let line = client.0.next();
        if line.contains(" 433 ") {
            again.push(n);
        } else {
            assert!(line.contains(" 001 late "), "{line}");
        }
    }
    assert_eq!(again.len(), 15);
    for n in again {
        newcomers[n].says(&format!("NICK late{n}"));
        newcomers[n].0.expect(&format!(" 001 late{n} "));
    }
}

#[test]
fn one_whom_an_operator_ends_reads_why_and_the_room_hears_of_it() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.registers("alice"), server.registers("bob"));
    alice.joins("#tea");
    bob.joins("#tea");
    alice.barrier();
    server
        .chatd
        .ctl_ok(&["kick", "bob", "--reason", "enough \u{202e}of it"]);
    bob.ends_with("enough");
    let line = alice.0.expect(" QUIT ");
    assert!(
        line.starts_with(":bob!") && line.contains("enough"),
        "{line}"
    );
    // The nick is free at once.
    server.registers("bob");
}

#[test]
fn a_shutdown_tells_clients_and_newcomers_with_error() {
    for (signal, code) in [(Signal::SIGTERM, 0), (Signal::SIGINT, 0)] {
        let mut server = Server::start();
        let mut alice = server.registers("alice");
        alice.joins("#tea");
        let mut newcomer = server.opens();
        newcomer.says("NICK bob");
        newcomer.barrier();
        server.chatd.signal(signal);
        for client in [&mut alice, &mut newcomer] {
            client.ends_with("the server stops");
        }
        assert_eq!(server.chatd.exit_code(), code);
    }
}

#[test]
fn a_reload_while_one_registers_takes_nothing_from_it() {
    let server = Server::of(Setup::new().config("[limits]\nrooms_per_client = 50"));
    let mut newcomer = server.opens();
    newcomer.says("CAP LS 302");
    newcomer.says("NICK alice");
    // The last of its lines, and none that goes on.
    newcomer.0.expect(" CAP * LS :");
    let mut bob = server.registers("bob");
    // Its listener goes, too; who came through it stays.
    let (old, new) = (server.irc, free_port());
    server
        .chatd
        .edit_config(&format!("127.0.0.1:{old}"), &format!("127.0.0.1:{new}"));
    server.chatd.edit_config(
        "rooms_per_client = 50",
        "rooms_per_client = 7\nregistration_time = \"20s\"",
    );
    server.chatd.ctl_ok(&["reload"]);
    newcomer.says("USER u 0 * :r");
    newcomer.says("CAP END");
    let welcome = newcomer.0.until(" 422 ");
    assert!(welcome[0].contains(" 001 alice "), "{welcome:?}");
    let told = welcome.iter().any(|line| line.contains(" CHANLIMIT=#:7 "));
    assert!(told, "what holds now: {welcome:?}");
    assert!(
        bob.barrier()
            .iter()
            .any(|line| line.contains(" CHANLIMIT=#:7 "))
    );
    bob.says("PRIVMSG alice :hello");
    newcomer.0.expect("PRIVMSG alice :hello");
}
