//! Who does not read is told why and cut off; the others notice nothing, and memory stays bounded.

use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};

use crate::harness::{Chatd, Client, Setup};

/// Small limits, so that little has to be sent to reach them.
const SMALL: &str = "[limits]\nsend_queue = \"32KiB\"\nsend_buffer = \"4KiB\"\nlinger = \"8s\"";

/// A client whose kernel takes next to nothing for it.
fn narrow(chatd: &Chatd) -> Client {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(2048).expect("a small buffer");
    let address = SocketAddr::from(([127, 0, 0, 1], chatd.port));
    socket.connect(&address.into()).expect("chatd listens");
    let mut client = Client::on(TcpStream::from(socket));
    client.expect("*** You are ");
    client
}

#[test]
fn a_slow_reader_is_cut_off_and_the_others_get_everything() {
    const LINES: usize = 3000;
    let chatd = Setup::new().config(SMALL).start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    let mut slow: Vec<Client> = (0..10).map(|_| narrow(&chatd)).collect();
    bob.barrier();
    alice.barrier();
    let before = chatd.resident();
    let text = "x".repeat(400);
    // 1.2 MB for each of them, in steps that Bob keeps up with.
    for n in 0..LINES {
        alice.line(&format!("{n} {text}"));
        if n % 20 == 19 {
            let said = bob.until(&format!("<alice> {n} "));
            assert_eq!(
                said.iter().filter(|l| l.starts_with("<alice> ")).count(),
                20,
                "at {n}"
            );
        }
    }
    let grown = chatd.resident().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB more for ten slow readers");
    chatd.eventually("the slow readers are cut off", |chatd| {
        chatd.nicks() == ["alice", "bob"]
    });
    for client in &mut slow {
        let read = client.rest();
        let last = read.lines().last().unwrap_or_default();
        assert!(last.starts_with("! cut-off: "), "the last line: {last:?}");
    }
    assert!(chatd.json(&["status"])["counters"]["cut_off"].as_u64() >= Some(10));
}

#[test]
fn who_takes_nothing_for_too_long_is_cut_off_by_the_clock() {
    let chatd = Setup::new()
        .config(
            "[limits]\nsend_queue = \"4MiB\"\nsend_buffer = \"4KiB\"\nsend_time = \"300ms\"\nlinger = \"8s\"",
        )
        .start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut slow = narrow(&chatd);
    // Far below the queue's limit, and more than the kernel takes.
    for n in 0..500 {
        alice.line(&format!("{n} {}", "x".repeat(1000)));
    }
    alice.barrier();
    chatd.eventually("it is cut off", |chatd| chatd.nicks() == ["alice"]);
    let read = slow.rest();
    assert!(
        read.lines()
            .last()
            .is_some_and(|l| l.starts_with("! cut-off: ")),
        "{}",
        &read[read.len().saturating_sub(300)..]
    );
}

#[test]
fn who_vanishes_is_gone_for_the_others() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let bob = Client::named(chatd.port, "bob");
    alice.expect("bob");
    // A reset in the middle of a line.
    let mut half = Client::connect(chatd.port);
    half.send("half a li");
    socket2::SockRef::from(half.stream())
        .set_linger(Some(std::time::Duration::ZERO))
        .expect("a socket");
    drop(half);
    drop(bob);
    chatd.eventually("both are gone", |chatd| chatd.nicks() == ["alice"]);
    let read = alice.barrier();
    assert!(
        read.iter().all(|line| line.starts_with("*** ")),
        "half a line was said: {read:?}"
    );
}
