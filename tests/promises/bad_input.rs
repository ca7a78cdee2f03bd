//! Whatever bytes come: refused with a name for it, nothing of it carried out, the others undisturbed.

use crate::harness::{Chatd, Client, Setup, barriers};

const CONTROLS: fn(char) -> bool = |c| c.is_control() && c != '\t';

#[test]
fn the_tail_of_an_overlong_line_is_never_run() {
    let chatd = Setup::new().config("[limits]\nline = \"512B\"").start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    for tail in ["/nick evil", "/quit", "/me slips through", "just words"] {
        for cut in [505, 511, 512, 513, 514, 600, 1023, 1024, 1025, 5000] {
            // In two writes, so that the tail may well arrive as bytes of its own.
            alice.send("x".repeat(cut));
            alice.send(format!(
                "{tail}{}\n",
                if cut < 513 {
                    "y".repeat(20)
                } else {
                    String::new()
                }
            ));
            let answers = alice.barrier();
            assert_eq!(answers.len(), 1, "{cut} {tail}: {answers:?}");
            assert!(
                answers[0].starts_with("! too-long: "),
                "{cut} {tail}: {answers:?}"
            );
        }
    }
    assert_eq!(bob.barrier(), Vec::<String>::new());
    // The limit itself is allowed, its newline not counted; with CRLF too.
    for end in ["\n", "\r\n"] {
        alice.send(format!("{}{end}", "z".repeat(512)));
        assert_eq!(bob.next(), format!("<alice> {}", "z".repeat(512)));
    }
    let characters = "字".repeat(171);
    alice.line(&characters);
    assert!(
        alice.barrier()[0].starts_with("! too-long: "),
        "513 bytes of Chinese"
    );
    assert_eq!(
        bob.barrier(),
        Vec::<String>::new(),
        "never cut within a character"
    );
}

#[test]
fn bytes_without_any_newline_end_in_an_error_and_a_closed_connection() {
    let chatd = Chatd::start();
    let mut bob = Client::named(chatd.port, "bob");
    let mut flood = Client::connect(chatd.port);
    bob.expect("guest2");
    let before = chatd.resident();
    flood.try_send("x".repeat(1 << 20));
    let told = flood.rest();
    assert!(told.contains("! too-long: "), "{told}");
    bob.expect("guest2");
    assert_eq!(bob.barrier(), Vec::<String>::new());
    let grown = chatd.resident().saturating_sub(before);
    assert!(
        grown < 4096,
        "{grown} KiB more for one client without a newline"
    );
    chatd.eventually("its connection is gone", |chatd| chatd.nicks().len() == 1);
}

#[test]
fn nul_and_invalid_utf8_are_refused_and_reach_nobody() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    for line in [&b"\0"[..], b"hello\0world", b"/nick a\0b", b"/me \0"] {
        alice.send([line, b"\n"].concat());
        let answers = alice.barrier();
        assert_eq!(answers.len(), 1, "{line:?}: {answers:?}");
        assert!(
            answers[0].starts_with("! bad-text: "),
            "{line:?}: {answers:?}"
        );
    }
    // Lone continuation, overlong forms, surrogates, beyond Unicode, cut short, Latin-1, impossible bytes.
    for bytes in [
        &b"\x80"[..],
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xb0\x80",
        b"\xf4\x90\x80\x80",
        b"\xe4\xbd",
        b"caf\xe9",
        b"\xfe\xff",
        b"/topic \xff",
    ] {
        alice.send([bytes, b"\n"].concat());
        let answers = alice.barrier();
        assert_eq!(answers.len(), 1, "{bytes:?}: {answers:?}");
        assert!(
            answers[0].starts_with("! bad-utf8: "),
            "{bytes:?}: {answers:?}"
        );
    }
    assert_eq!(bob.barrier(), Vec::<String>::new());
}

#[test]
fn other_protocols_are_told_so_and_say_nothing_in_the_room() {
    let chatd = Chatd::start();
    let mut bob = Client::connect(chatd.port);
    for knock in [
        &b"GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n/nick evil\r\n"[..],
        b"POST /a HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 6\r\n\r\nhello\n",
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 and more of a handshake\x00\x01\n",
    ] {
        let mut stranger = Client::connect(chatd.port);
        stranger.try_send(knock);
        let told = stranger.rest();
        assert!(
            told.lines().any(|line| line.starts_with("! ")),
            "{}: {told}",
            knock.escape_ascii()
        );
    }
    chatd.eventually("the strangers are gone", |chatd| chatd.nicks().len() == 1);
    let said: Vec<String> = bob.barrier();
    assert!(said.iter().all(|line| line.starts_with("*** ")), "{said:?}");
}

#[test]
fn control_characters_never_reach_a_plain_client() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    // Colour, window title, clipboard, BEL, BS, DEL, C1 CSI, NEL, and a CR that would overwrite.
    let hostile = "a\x1b[31mb\x1b]0;c\x07d\x1b]52;c;ZQ==\x07e\x08f\x7fg\u{9b}31mh\u{85}i\tj";
    alice.line(hostile);
    alice.line(&format!("/me {hostile}"));
    alice.line(&format!("/msg bob {hostile}"));
    alice.line(&format!("/topic {hostile}"));
    alice.line(&format!("/away {hostile}"));
    bob.line("/msg alice hello");
    bob.line("/topic");
    bob.line("/rooms");
    bob.line("/whois alice");
    alice.line(&format!("/quit {hostile}"));
    alice.rest();
    chatd.eventually("alice is gone", |chatd| chatd.nicks().len() == 1);
    let read = bob.barrier();
    assert!(read.len() >= 7, "{read:?}");
    for line in &read {
        assert!(!line.contains(CONTROLS), "{line:?}");
    }
    // What is left of the text is still readable, the TAB in it.
    assert!(
        read.iter()
            .any(|l| l.starts_with("<alice> a") && l.contains("i\tj")),
        "{read:?}"
    );
    // Nor an operator's terminal.
    let mut carol = Client::connect(chatd.port);
    carol.line(&format!("/away {hostile}"));
    carol.barrier();
    let shown = chatd.ctl_ok(&["show", &carol.nick]);
    assert!(!shown.contains(|c| CONTROLS(c) && c != '\n'), "{shown:?}");
}

#[test]
fn patterns_and_formats_mean_themselves() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    for text in [
        "%s%n%x {} {0} $(id) `id` ${HOME}",
        "\\2a * ? [a-z] \\",
        "<bob> not me",
        "! full: no",
        "*** no news",
        "' OR 1=1 --",
    ] {
        alice.line(text);
        assert_eq!(bob.next(), format!("<alice> {text}"));
    }
}

#[test]
fn a_hundred_thousand_lines_at_once_leave_the_others_in_peace() {
    let chatd = Setup::new().limited().start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    let flooder = Client::connect(chatd.port);
    flooder.stream().set_nonblocking(true).expect("a socket");
    let lines = "x\n".repeat(100_000);
    // As much as it takes; the rest is back-pressure.
    let taken = std::io::Write::write(&mut flooder.stream(), lines.as_bytes()).unwrap_or(0);
    assert!(taken > 0);
    alice.line("still here");
    let heard = bob.expect("<alice> still here");
    assert_eq!(heard, "<alice> still here");
    assert!(chatd.json(&["status"])["state"] == "running");
}
