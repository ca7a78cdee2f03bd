//! TLS: any client that speaks it is served like those without, certificates change without anybody noticing, and who
//! stalls, talks nonsense or comes in crowds harms nobody.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use nix::sys::signal::Signal;
use serde_json::Value;
use socket2::{Domain, Socket, Type};

use crate::harness::{Certificate, Chatd, Client, PATIENCE, Program, Setup, free_port, python};

/// A daemon with a listener for plain text over TLS beside the one without, and that listener's port.
fn with_tls(certificate: &Certificate, more: &str) -> (Chatd, u16) {
    let port = free_port();
    let setup = Setup::new().config(&format!(
        "{more}\n[listen.tls]\naddress = \"127.0.0.1:{port}\"\ntls = {{ certificate = \"tls.crt\", key = \"tls.key\" }}"
    ));
    certificate.write(setup.dir());
    (setup.start(), port)
}

/// A client over TLS, and what its handshake brought.
fn connect(port: u16, more: &[&str]) -> (Program, Value) {
    let mut command = python("tls.py");
    command.arg(port.to_string()).args(more);
    let mut client = Program::start(command);
    let brought = client.next();
    let brought = serde_json::from_str(&brought).unwrap_or_else(|_| panic!("{brought}"));
    (client, brought)
}

fn shown(port: u16) -> String {
    let (_, brought) = connect(port, &[]);
    brought["certificate"].as_str().expect("a hash").to_owned()
}

#[test]
fn clients_with_and_without_tls_talk_in_one_room_and_part_with_a_goodbye() {
    let certificate = Certificate::good();
    let (mut chatd, port) = with_tls(&certificate, "");
    let mut bob = Client::named(chatd.port, "bob");
    for version in ["TLSv1_3", "TLSv1_2"] {
        let (mut alice, brought) = connect(port, &[version]);
        assert_eq!(brought["version"], version.replace('_', "."));
        assert_eq!(brought["certificate"], certificate.fingerprint.as_str());
        alice.until("*** You are ");
        alice.line("/nick alice");
        alice.until("alice");
        alice.line("hello over TLS, größer");
        assert_eq!(bob.expect("hello"), "<alice> hello over TLS, größer");
        bob.line("good day");
        alice.until("<bob> good day\n");
        alice.line("/quit");
        alice.until("ended by close_notify");
        bob.expect("alice");
    }
    let status = chatd.json(&["status"]);
    let tls = status["listeners"].as_array().expect("listeners").iter();
    let tls: Vec<_> = tls.map(|listener| listener["tls"] == true).collect();
    assert_eq!(tls.iter().filter(|tls| **tls).count(), 1, "{status}");

    let (mut alice, _) = connect(port, &[]);
    alice.until("*** You are ");
    chatd.signal(Signal::SIGTERM);
    alice.until("the server stops");
    alice.until("ended by close_notify");
    assert_eq!(chatd.exit_code(), 0);
}

#[test]
fn a_new_certificate_is_for_new_connections_and_old_ones_live_on() {
    let (first, second, third) = (
        Certificate::good(),
        Certificate::good(),
        Certificate::good(),
    );
    let (chatd, port) = with_tls(&first, "");
    let (mut alice, brought) = connect(port, &[]);
    assert_eq!(brought["certificate"], first.fingerprint.as_str());
    alice.until("*** You are ");
    // The same names, other files: nothing of the configuration has changed.
    second.write(chatd.dir());
    let changes = chatd.ctl_ok(&["reload"]);
    assert!(
        changes.contains("listen.tls.tls.certificate: (valid until "),
        "{changes}"
    );
    assert!(changes.contains(&second.fingerprint[..16]), "{changes}");
    assert_eq!(shown(port), second.fingerprint);
    alice.line("/nick alice");
    alice.until("alice");
    third.write(chatd.dir());
    chatd.signal(Signal::SIGHUP);
    chatd.logged(&third.fingerprint[..16]);
    chatd.eventually("the third is shown", |_| shown(port) == third.fingerprint);
    let mut bob = Client::named(chatd.port, "bob");
    alice.line("still here");
    bob.expect("<alice> still here");
}

#[test]
fn a_bad_certificate_is_refused_and_the_one_in_force_stays() {
    let good = Certificate::good();
    let (chatd, port) = with_tls(&good, "");
    let bad: [(&str, Certificate, &str); 6] = [
        (
            "expired",
            Certificate::new(-10, -1),
            "listen.tls.tls.certificate: ",
        ),
        (
            "not valid yet",
            Certificate::new(1, 10),
            "listen.tls.tls.certificate: ",
        ),
        (
            "does not belong to the certificate",
            Certificate {
                key: Certificate::good().key,
                ..Certificate::good()
            },
            "listen.tls.tls.key: ",
        ),
        (
            "has no certificate in PEM",
            Certificate {
                chain: "garbage\n".to_owned(),
                ..Certificate::good()
            },
            "listen.tls.tls.certificate: ",
        ),
        (
            "is it whole?",
            Certificate {
                chain: good.chain[..good.chain.len() / 2].to_owned(),
                ..Certificate::good()
            },
            "listen.tls.tls.certificate: ",
        ),
        (
            "has no private key in PEM",
            Certificate {
                key: String::new(),
                ..Certificate::good()
            },
            "listen.tls.tls.key: ",
        ),
    ];
    let check = |why: &str, key: &str| {
        // By chatctl, twice over, and by the daemon's own check.
        for _ in 0..2 {
            let refused = chatd.ctl(&["reload"]);
            assert_eq!(refused.code, Some(7), "{why}: {refused:?}");
            assert!(refused.stderr.contains(why), "{why}: {refused:?}");
            assert!(refused.stderr.contains(key), "{why}: {refused:?}");
            assert!(refused.stderr.contains("chatd.toml:"), "{why}: {refused:?}");
        }
        assert_eq!(shown(port), good.fingerprint, "{why}");
    };
    for (why, bad, key) in &bad {
        bad.write(chatd.dir());
        check(why, key);
    }
    std::fs::remove_file(chatd.dir().join("tls.crt")).expect("a file");
    check("No such file", "listen.tls.tls.certificate: ");
    good.write(chatd.dir());
    chatd.ctl_ok(&["reload"]);
}

#[test]
fn a_daemon_does_not_start_with_a_bad_certificate_and_says_so_when_asked_before() {
    let setup = Setup::new().config(
        "[listen.tls]\naddress = \"127.0.0.1:0\"\ntls = { certificate = \"tls.crt\", key = \"tls.key\" }",
    );
    for arguments in [&[][..], &["--check"]] {
        Certificate::new(-10, -1).write(setup.dir());
        let ended = setup.run(arguments);
        assert_eq!(ended.code, Some(78), "{ended:?}");
        assert!(ended.stderr.contains("has expired"), "{ended:?}");
    }
    Certificate::good().write(setup.dir());
    assert_eq!(setup.run(&["--check"]).code, Some(0));
}

#[test]
fn a_certificate_that_ends_soon_is_warned_of() {
    let (chatd, _) = with_tls(&Certificate::new(-1, 13), "");
    let warning = chatd.logged("expires soon");
    assert!(
        warning.contains("WARN") && warning.contains("listen.tls"),
        "{warning}"
    );
}

/// A connection that begins a handshake and does not go on.
fn stalled(port: u16) -> TcpStream {
    stalled_from("127.0.0.1", port)
}

fn stalled_from(address: &str, port: u16) -> TcpStream {
    let from: SocketAddr = format!("{address}:0").parse().expect("an address");
    let to: SocketAddr = ([127, 0, 0, 1], port).into();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&from.into()).expect("all of 127/8 is ours");
    socket.connect(&to.into()).expect("accepted");
    let mut stream = TcpStream::from(socket);
    // The first half of a record of the handshake.
    stream
        .write_all(&[0x16, 3, 1, 2, 0, 1, 0, 1])
        .expect("written");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

fn ended(mut stream: TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // A reset is an end too.
    let _ = stream.read_to_end(&mut rest);
    rest
}

#[test]
fn a_handshake_that_stalls_ends_in_time_and_counts_until_then() {
    let limits = "[limits]\ntls_handshake_time = \"2s\"\nconnections = 3";
    let (chatd, port) = with_tls(&Certificate::good(), limits);
    let stall = [stalled(port), stalled(port)];
    let silent = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
    // All three have their place among the connections, silent or not.
    let mut fourth = Client::bare(chatd.port);
    let told = fourth.rest();
    assert!(told.contains("limits.connections"), "{told}");
    for stream in stall.into_iter().chain([silent]) {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        assert_eq!(ended(stream), b"");
    }
    Client::connect(chatd.port);
    chatd.logged("handshakes of TLS or WebSocket fail");
    assert_eq!(
        chatd.json(&["status"])["counters"]["connections_refused"],
        4
    );
}

#[test]
fn handshakes_that_stall_keep_nobody_out() {
    // Fewer places than those who stall, and much more time than anybody would wait.
    let limits = "[limits]\ntls_handshakes = 2\ntls_handshake_time = \"5m\"";
    let (chatd, port) = with_tls(&Certificate::good(), limits);
    let stall: Vec<_> = (0..4).map(|_| stalled_from("127.0.0.2", port)).collect();
    let mut bob = Client::named(chatd.port, "bob");
    // Without TLS nobody waits at all.
    bob.barrier();
    let (mut alice, _) = connect(port, &[]);
    alice.until("*** You are ");
    // The oldest have made way, the youngest need not.
    assert_eq!(ended(stall.into_iter().next().expect("the first")), b"");
}

#[test]
fn a_hundred_handshakes_at_once_all_come_through() {
    let (chatd, port) = with_tls(&Certificate::good(), "");
    let mut command = python("tls_many.py");
    command.args([&port.to_string(), "100"]);
    let mut crowd = Program::start(command);
    crowd.until("100 are in");
    assert_eq!(chatd.json(&["status"])["clients"], 100);
    crowd.line("enough");
    let (status, rest) = crowd.finish();
    assert!(status.success(), "{rest}");
    chatd.eventually("all are gone", |chatd| {
        chatd.json(&["status"])["clients"] == 0
    });
}

#[test]
fn what_is_no_tls_is_told_so_and_closed_and_fills_no_log() {
    let (chatd, port) = with_tls(&Certificate::good(), "");
    let before = chatd.log().len();
    for nonsense in [
        &b"hello\n"[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"\0\0\0\0",
        b"NICK a\r\n",
    ] {
        let mut client = Client::bare(port);
        client.send(nonsense);
        let told = client.rest();
        assert_eq!(
            told,
            "! tls: TLS is spoken here; connect with TLS, or to the port without it"
        );
    }
    // It begins like TLS, and goes on otherwise: an alert, and the end.
    let likes: [&[u8]; 3] = [
        &[0x16, 3, 1, 0, 4, 99, 0, 0, 0],
        &[0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0],
        &[0x16; 9000],
    ];
    for like in likes {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        // It may be over before all is written.
        let _ = stream.write_all(like);
        let rest = ended(stream);
        assert!(rest.is_empty() || rest[0] == 0x15, "{rest:?}");
    }
    for _ in 0..100 {
        let mut client = Client::bare(port);
        client.send("x");
        client.rest();
    }
    chatd.logged("handshakes of TLS or WebSocket fail");
    assert!(chatd.log().len() - before < 4096, "{}", chatd.log());
    assert_eq!(
        chatd.json(&["status"])["counters"]["connections_refused"],
        108
    );
    assert_eq!(chatd.json(&["status"])["clients"], 0);
}

#[test]
fn much_at_once_comes_whole_and_in_order_and_who_does_not_read_is_cut_off() {
    let limits = "[limits]\nsend_queue = \"256KiB\"\nsend_time = \"500ms\"\nflood_rate = \"off\"";
    let (chatd, port) = with_tls(&Certificate::good(), limits);
    let (mut alice, _) = connect(port, &[]);
    alice.until("*** You are ");
    let (mut stuck, _) = connect(port, &[]);
    stuck.until("*** You are guest2");
    stuck.stop();
    let mut bob = Client::named(chatd.port, "bob");
    let text = "x".repeat(3000);
    for n in 0..1500 {
        bob.line(&format!("{n} {text}"));
        if n % 20 == 0 {
            bob.barrier();
            alice.until(&format!("<bob> {n} "));
        }
    }
    alice.until("<bob> 1499 ");
    chatd.eventually("who does not read is gone", |chatd| {
        chatd.nicks().iter().all(|nick| nick != "guest2")
    });
    chatd.logged("clients that do not read are cut off");
    alice.line("/quit");
    alice.until("ended by close_notify");
}
