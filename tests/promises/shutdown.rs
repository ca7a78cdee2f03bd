//! Stopping: everybody is told, what is queued is written out, it ends within its grace period with code 0.

use nix::sys::signal::Signal;

use crate::harness::{Chatd, Client, Setup, barriers};

/// A daemon for whose second client more waits than the kernel takes.
fn with_one_who_does_not_read(grace: &str, linger: &str) -> (Chatd, [Client; 2]) {
    let chatd = Setup::new()
        .config(&format!(
            "[limits]\nsend_queue = \"8MiB\"\nsend_buffer = \"4KiB\"\ngrace = \"{grace}\"\nlinger = \"{linger}\""
        ))
        .start();
    let mut alice = Client::named(chatd.port, "alice");
    let deaf = Client::named(chatd.port, "deaf");
    for n in 0..8000 {
        alice.line(&format!("{n} {}", "x".repeat(500)));
    }
    alice.barrier();
    (chatd, [alice, deaf])
}

#[test]
fn sigterm_and_sigint_tell_everybody_and_end_with_zero() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut chatd = Chatd::start();
        let mut clients: Vec<Client> = (0..5).map(|_| Client::connect(chatd.port)).collect();
        clients[4].send("half a line");
        let socket = chatd.socket();
        chatd.signal(signal);
        chatd.notified("STOPPING=1");
        for client in &mut clients {
            let told = client.rest();
            let last = told.lines().last().unwrap_or_default();
            assert!(last.starts_with("! shutdown: "), "{told}");
            assert!(!told.contains("half a line"), "{told}");
        }
        assert_eq!(chatd.exit_code(), 0);
        assert!(!socket.exists(), "the admin socket is left behind");
        assert!(chatd.log().lines().count() > 1, "{}", chatd.log());
    }
}

#[test]
fn what_is_queued_is_written_out_first() {
    const LINES: usize = 4000;
    let mut chatd = Setup::new()
        .config("[limits]\nsend_queue = \"8MiB\"\nsend_buffer = \"16KiB\"\ngrace = \"8s\"")
        .start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    let text = "x".repeat(500);
    for n in 0..LINES {
        alice.line(&format!("{n} {text}"));
    }
    alice.barrier();
    // Two megabytes wait for Bob, who begins to read only now.
    chatd.signal(Signal::SIGTERM);
    chatd.notified("STOPPING=1");
    let told = bob.rest();
    let mut lines = told
        .lines()
        .filter(|line| line.starts_with('<') || line.starts_with('!'));
    for n in 0..LINES {
        let line = lines.next().unwrap_or_default();
        assert!(line.starts_with(&format!("<alice> {n} ")), "{n}: {line}");
    }
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("! shutdown: "))
    );
    assert_eq!(chatd.exit_code(), 0);
}

#[test]
fn who_does_not_read_holds_it_up_no_longer_than_the_grace_period() {
    let (mut chatd, _clients) = with_one_who_does_not_read("300ms", "300ms");
    chatd.signal(Signal::SIGTERM);
    assert_eq!(chatd.exit_code(), 0);
}

#[test]
fn while_the_last_words_are_written_nobody_is_let_in_and_a_successor_can_listen() {
    let mut chatd = Setup::new()
        .config("[limits]\nsend_queue = \"8MiB\"\nsend_buffer = \"16KiB\"\ngrace = \"1min\"")
        .start();
    let mut alice = Client::named(chatd.port, "alice");
    let bob = Client::named(chatd.port, "bob");
    for _ in 0..2000 {
        alice.line(&"x".repeat(1000));
    }
    alice.barrier();
    chatd.signal(Signal::SIGTERM);
    // Alice has read her last word, so listening has ended; Bob's words wait.
    assert!(alice.rest().contains("! shutdown: "));
    assert!(chatd.runs(), "it does not wait for Bob");
    std::net::TcpListener::bind(("127.0.0.1", chatd.port)).expect("a successor can listen");
    drop(bob);
    assert_eq!(chatd.exit_code(), 0);
}

#[test]
fn a_second_signal_does_not_wait() {
    let (mut chatd, _clients) = with_one_who_does_not_read("10m", "1m");
    chatd.signal(Signal::SIGTERM);
    chatd.notified("STOPPING=1");
    assert!(chatd.runs());
    chatd.signal(Signal::SIGTERM);
    chatd.exit_code();
}

#[test]
fn chatctl_shutdown_says_what_the_operator_says() {
    let mut chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    chatd.ctl_ok(&["shutdown", "--reason", "moving house"]);
    let told = alice.rest();
    assert!(
        told.contains("! shutdown: ") && told.contains("moving house"),
        "{told}"
    );
    assert_eq!(chatd.exit_code(), 0);
    assert!(chatd.audit().contains("Shutdown"), "{}", chatd.audit());
    assert_eq!(chatd.ctl(&["status"]).code, Some(3));
}

#[test]
fn a_signal_in_the_middle_of_traffic_and_reloads_still_ends_with_zero() {
    let mut chatd = Chatd::start();
    let mut clients: Vec<Client> = (0..10).map(|_| Client::connect(chatd.port)).collect();
    for n in 0..200 {
        for client in &mut clients {
            client.line(&format!("line {n}"));
        }
        if n % 50 == 0 {
            chatd.signal(Signal::SIGHUP);
        }
    }
    chatd.signal(Signal::SIGTERM);
    for client in &mut clients {
        assert!(client.rest().contains("! shutdown: "));
    }
    assert_eq!(chatd.exit_code(), 0);
}

#[test]
fn without_the_terminal_that_it_was_started_in_it_stops() {
    let hangup = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/hangup.py");
    let mut chatd = Setup::new().under(&["python3", hangup]).start();
    chatd.notified("STOPPING=1");
    assert_eq!(chatd.exit_code(), 0);
    chatd.logged("its terminal has gone");
}
