//! Whatever bytes come on the IRC port.

use crate::harness::{Irc, Server};

#[test]
fn other_protocols_are_told_so_in_one_line_and_nothing_of_them_is_carried_out() {
    let server = Server::start();
    let mut alice = server.registers("alice");
    alice.joins("#tea");
    let evil = "NICK evil\r\nUSER e 0 * :e\r\nJOIN #tea\r\n";
    let long = format!("GET /{} HTTP/1.1\r\n\r\n{evil}", "x".repeat(600));
    for (name, knock) in [
        ("HTTP", format!("GET / HTTP/1.1\r\nHost: a\r\n\r\n{evil}")),
        (
            "HTTP",
            format!("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{evil}"),
        ),
        ("HTTP", format!("CONNECT a:25 HTTP/1.1\r\n\r\n{evil}")),
        ("HTTP", long),
        ("HTTP", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into()),
        ("SSH", format!("SSH-2.0-OpenSSH_9.2\r\n{evil}")),
        ("TLS", format!("\u{16}\u{3}\u{1}\u{2}\0\u{1}\r\n{evil}")),
        (
            "PROXY",
            format!("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n{evil}"),
        ),
        (
            "PROXY",
            format!("\r\n\r\n\0\r\nQUIT\n\u{21}\u{11}\0\u{c}{evil}"),
        ),
    ] {
        let mut stranger = server.opens();
        stranger.0.try_send(&knock);
        let told = stranger.0.rest();
        assert_eq!(told.lines().count(), 1, "{knock:?}: {told}");
        assert!(
            told.starts_with("ERROR :") && told.contains(&format!("not {name}")),
            "{knock:?}: {told}"
        );
    }
    assert_eq!(alice.barrier(), Vec::<String>::new());
    assert_eq!(server.chatd.nicks(), ["alice"]);
}

/// What came of one line: all that it was answered.
fn answer(client: &mut Irc, line: impl AsRef<[u8]>) -> Vec<String> {
    client.0.send(line);
    client.barrier()
}

/// Modern IRC, "Message format", and IRCv3 message-tags, "Size limit": 417 and nothing carried out.
#[test]
fn both_limits_of_a_message_hold_to_the_byte_and_its_tail_is_never_run() {
    let server = Server::start();
    let mut alice = server.registers("alice");
    for end in ["\r\n", "\n", "\r"] {
        for (length, numeric) in [
            (509, 421),
            (510, 421),
            (511, 417),
            (512, 417),
            (5000, 417),
            (60_000, 417),
        ] {
            let told = answer(&mut alice, format!("{}{end}", "X".repeat(length)));
            let wanted = format!(" {numeric} alice ");
            assert!(
                told.len() == 1 && told[0].contains(&wanted),
                "{length}: {told:?}"
            );
        }
        for (data, numeric) in [(4093, 421), (4094, 421), (4095, 417), (8191, 417)] {
            let tags = format!("+a={}", "x".repeat(data - 3));
            let told = answer(&mut alice, format!("@{tags} {}{end}", "X".repeat(510)));
            let wanted = format!(" {numeric} alice ");
            assert!(
                told.len() == 1 && told[0].contains(&wanted),
                "{data}: {told:?}"
            );
        }
    }
    for cut in [500, 510, 511, 512, 513, 1023, 1024, 4096, 9000] {
        // In two writes, so that the tail may well arrive as bytes of its own.
        alice.0.send("x".repeat(cut));
        let told = answer(&mut alice, format!(" QUIT :{}\r\n", "y".repeat(20)));
        assert!(
            told.len() == 1 && told[0].contains(" 417 "),
            "{cut}: {told:?}"
        );
    }
}

/// RFC 2812 section 2.3.1 (NUL), IRCv3 UTF8ONLY.
#[test]
fn nul_and_what_is_not_utf8_are_refused_by_name_and_reach_nobody() {
    let server = Server::start();
    let (mut alice, mut bob) = (server.registers("alice"), server.registers("bob"));
    for client in [&mut alice, &mut bob] {
        client.joins("#tea");
    }
    alice.barrier();
    for text in [
        &b"\x80"[..],
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"caf\xe9",
    ] {
        let line = [b"PRIVMSG #tea :", text, b"\r\n"].concat();
        let told = answer(&mut alice, &line);
        let expected = ":chat.example NOTICE alice :The message is not UTF-8";
        assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    }
    for line in [
        &b"PRIVMSG #tea :a\0b\r\n"[..],
        b"QUIT\0\r\n",
        b"\0\r\n",
        b"QU\0IT\r\n",
    ] {
        let told = answer(&mut alice, line);
        assert!(
            told.len() == 1 && told[0].contains(" 400 alice "),
            "{told:?}"
        );
    }
    alice.says("CAP REQ standard-replies");
    alice.barrier();
    let told = answer(&mut alice, b"PRIVMSG #tea :\xff\r\n");
    let expected = ":chat.example FAIL PRIVMSG INVALID_UTF8 :";
    assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    let heard = bob.barrier();
    assert!(
        heard.iter().all(|line| !line.contains("PRIVMSG")),
        "{heard:?}"
    );
}

/// Modern IRC, "Parameters" and "Compatibility with incorrect software".
#[test]
fn odd_messages_have_an_answer_or_are_none_at_all() {
    let server = Server::start();
    let mut alice = server.registers("alice");
    let pong = |text: &str| vec![format!(":chat.example PONG chat.example :{text}")];
    for nothing in [
        "\r\n\r\n\n\r\r",
        "@\r\n",
        "@a=b \r\n",
        ":\r\n",
        ":source\r\n",
        "     \r\n",
    ] {
        assert_eq!(
            answer(&mut alice, nothing),
            Vec::<String>::new(),
            "{nothing:?}"
        );
    }
    for (line, token) in [
        ("   PING one\r\n", "one"),
        (":whoever!is@there PING two\r\n", "two"),
        ("@=;;;a;b=\\ ping     three   \r\n", "three"),
        ("PING :four and five\r\n", "four and five"),
        ("PING ::\r\n", ":"),
    ] {
        assert_eq!(answer(&mut alice, line), pong(token), "{line:?}");
    }
    for count in [2, 14, 15, 16, 100] {
        let line = format!("PING six{}\r\n", " x".repeat(count));
        assert_eq!(answer(&mut alice, line), pong("six"), "{count}");
    }
    // Two commands in one write, one command in many.
    let both = answer(&mut alice, "PING a\nPING b\r\n");
    assert_eq!(both, [pong("a"), pong("b")].concat());
    for byte in "PING slowly\r\n".bytes() {
        alice.0.send([byte]);
    }
    assert_eq!(alice.barrier(), pong("slowly"));
}
