use super::*;
use crate::chat::Rate;
use crate::protocol::irc::{BODY, Line, TAG_DATA};

fn feed() -> Feed {
    Feed::speaking(
        Protocol::Irc,
        Limits {
            input_queue: 10_000,
            ..limits()
        },
    )
}

fn whole(text: &str) -> String {
    format!("{:?}", Line::Whole(text.into()))
}

const TOO_LONG: &str = "TooLong";

#[test]
fn a_message_ends_with_lf_with_cr_lf_or_with_cr() {
    let [a, b, c, d] = ["NICK a", "USER b", "PING :c ", "QUIT"].map(whole);
    let mut feed = feed();
    feed.send("NICK a\r\nUSER b\nPING :c \rQUIT\n\r");
    feed.came(&[&a, &b, &c, &d], Pace::Idle);
    feed.send("\r\n\n\r\r\n\n").came(&[], Pace::Idle);
    assert_eq!(feed.session.held.capacity(), 0);
}

/// 512 bytes with CR LF, and 4094 of tag data: one byte more of either is refused whole, whatever ends it.
#[test]
fn a_message_that_is_too_long_is_refused_whole_and_answered_once() {
    let tags = |n: usize| format!("@{} ", "t".repeat(n));
    let body = |n: usize| format!("PRIVMSG #a :{}", "x".repeat(n - 12));
    for end in ["\r\n", "\n", "\r"] {
        for (line, fits) in [
            (body(BODY - 1), true),
            (body(BODY), true),
            (body(BODY + 1), false),
            (tags(TAG_DATA) + &body(BODY), true),
            (tags(TAG_DATA + 1) + &body(100), false),
            (tags(8189) + &body(100), false),
            (tags(1) + &body(BODY + 1), false),
            ("x".repeat(9_000), false),
            ("@".repeat(9_000), false),
        ] {
            let expected = if fits {
                whole(&line)
            } else {
                TOO_LONG.to_owned()
            };
            let stream = line.clone() + end + "QUIT" + end;
            for cut in [1, 509, 510, 511, 512, 4095, 4096, 4097, line.len()] {
                let (a, b) = stream.split_at(cut.min(stream.len()));
                feed()
                    .send(a)
                    .send(b)
                    .came(&[&expected, &whole("QUIT")], Pace::Idle);
            }
        }
    }
}

#[test]
fn the_tail_of_what_is_too_long_is_never_executed() {
    for before in 505..530 {
        let stream = "x".repeat(before) + "QUIT\n";
        for cut in 500..stream.len() {
            let (a, b) = stream.split_at(cut);
            let mut feed = feed();
            feed.send(a).send(b);
            let expected = if stream.len() <= BODY + 1 {
                whole(stream.trim_end())
            } else {
                TOO_LONG.to_owned()
            };
            feed.came(&[&expected], Pace::Idle);
        }
    }
}

#[test]
fn bytes_without_an_end_are_cut_off() {
    let mut feed = feed();
    feed.send("x".repeat(511)).came(&[TOO_LONG], Pace::Idle);
    assert_eq!(feed.session.held.capacity(), 0);
    feed.send("x".repeat(9_489)).came(&[], Pace::Idle);
    feed.send("x").came(&["cut NoLineEnd"], Pace::Cut);
    feed.send("\nQUIT\n").came(&[], Pace::Cut);
    let mut small = Feed::speaking(
        Protocol::Irc,
        Limits {
            input_queue: 1,
            ..limits()
        },
    );
    let longest = format!("@{} {}", "t".repeat(TAG_DATA), "x".repeat(BODY));
    small.send(&longest).came(&[], Pace::Idle);
    small.send("\n").came(&[&whole(&longest)], Pace::Idle);
}

#[test]
fn a_half_message_at_the_end_is_no_message_and_silence_ends_none() {
    let mut feed = feed();
    feed.send("QUIT").came(&[], Pace::Idle);
    feed.silence().came(&[], Pace::Idle);
    feed.end().came(&[], Pace::Ended);
}

#[test]
fn what_is_not_text_is_refused_and_the_connection_goes_on() {
    let mut feed = feed();
    feed.send(b"PRIVMSG #a :\xe5\xb0\nPRIVMSG #a :b\0c\r\n@\xff X\nPING a\n");
    feed.came(
        &[
            "NotUtf8(\"PRIVMSG\")",
            "Nul(\"PRIVMSG\")",
            "NotUtf8(\"X\")",
            &whole("PING a"),
        ],
        Pace::Idle,
    );
}

#[test]
fn foreign_protocols_are_cut_off_before_anything_of_them_is_carried_out() {
    for (bytes, name) in [
        (&b"\x16\x03\x01\x02\x00\x01"[..], "TLS"),
        (b"SSH-2.0-OpenSSH_9\r\nQUIT\r\n", "SSH"),
        (
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nQUIT\r\n",
            "PROXY protocol",
        ),
        (b"\r\n\r\n\0\r\nQUIT\nQUIT\r\n", "PROXY protocol"),
        (b"GET / HTTP/1.1\r\nQUIT\r\n", "HTTP"),
        (b"CONNECT irc.example.com:6667 HTTP/1.1\r\n\r\n", "HTTP"),
        (b"GET /\r\n", "HTTP"),
        (b"POST\n", "HTTP"),
    ] {
        for cut in 0..bytes.len() {
            let (a, b) = bytes.split_at(cut);
            let mut cuts = Vec::new();
            let mut session = Session::new(Protocol::Irc, false);
            for piece in [a, b] {
                session.receive(piece, Tick(1), &limits(), &mut |intake| cuts.push(intake));
            }
            let cut = Cut::ForeignProtocol(Protocol::Irc, name);
            assert_eq!(cuts, [Intake::Cut(cut)], "{}", bytes.escape_ascii());
        }
    }
    let long = format!("GET /{} HTTP/1.1\r\nQUIT\r\n", "x".repeat(600));
    feed()
        .send(&long)
        .came(&[r#"cut ForeignProtocol(Irc, "HTTP")"#], Pace::Cut);
    feed()
        .send(&long[..600])
        .came(&[r#"cut ForeignProtocol(Irc, "HTTP")"#], Pace::Cut);
    let mut later = feed();
    later.send("TRACE a\nGET / HTTP/1.1\n");
    later.came(&[&whole("TRACE a"), &whole("GET / HTTP/1.1")], Pace::Idle);
    let text = Cut::ForeignProtocol(Protocol::Irc, "TLS").to_string();
    assert!(text.contains("speaks IRC, not TLS"), "{text}");
}

#[test]
fn messages_cost_what_their_commands_do() {
    let rate = Rate {
        burst: 4,
        interval: 1_000_000,
    };
    let mut feed = feed();
    feed.limits.flood = Some(rate);
    let [join, long] = ["JOIN #a,#b,#c", "PRIVMSG #a :x"].map(whole);
    feed.send("JOIN #a,#b,#c\nPRIVMSG #a :x\n");
    feed.came(&[&join], Pace::Held(Tick(2_000_000)));
    feed.now = Tick(2_000_000);
    feed.send("").came(&[&long], Pace::Idle);
    // What is too long costs 1, and so does what cannot be read.
    feed.now = Tick(10_000_000);
    feed.send(["x".repeat(600), "\n".to_owned()].concat().repeat(3));
    feed.send(b"\xff\n\xff\n");
    feed.came(
        &[TOO_LONG, TOO_LONG, TOO_LONG, "NotUtf8(\"*\")"],
        Pace::Held(Tick(11_000_000)),
    );
}

/// What has an end, whichever, is carried out after the client's end; the half message behind it is not.
#[test]
fn what_waits_at_the_end_is_taken_no_faster() {
    let [a, b, c] = ["PING a", "PING b", "PING c"].map(whole);
    for end in ["\r", "\n", "\r\n"] {
        let mut feed = feed();
        feed.limits.flood = Some(Rate {
            burst: 1,
            interval: 1_000_000,
        });
        feed.send(["PING a", "PING b", "PING c", "QUIT"].join(end))
            .end();
        feed.came(&[&a], Pace::Held(Tick(2_000_000)));
        feed.now = Tick(2_000_000);
        feed.send("").came(&[&b], Pace::Held(Tick(3_000_000)));
        feed.now = Tick(3_000_000);
        feed.send("").came(&[&c], Pace::Ended);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Cut anyhow, the same comes of them; and it is what a splitter of one line makes of the whole.
    #[test]
    fn how_random_bytes_are_split_makes_no_difference(
        words in prop::collection::vec(prop::sample::select(
            &["\n", "\r", "\r\n", " ", "@a=b ", ":", "QUIT", "\0", "小", "xxxxxxxxxx", "0123456789abcdef0123456789abcdef"][..]), 0..200),
        mut cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let stream = "NICK a\n".to_owned() + &words.concat();
        cuts.sort_by_key(|cut| cut.index(stream.len() + 1));
        let (mut pieces, mut at) = (feed(), 0);
        for cut in cuts.iter().map(|cut| cut.index(stream.len() + 1)) {
            pieces.send(&stream.as_bytes()[at..cut]);
            at = cut;
        }
        pieces.send(&stream.as_bytes()[at..]).end();
        let ended = stream.rfind(['\r', '\n']).map_or("", |end| &stream[..end]);
        let mut expected: Vec<_> = ended.split(['\r', '\n']).filter(|line| !line.is_empty()).map(|line| {
            if line.contains('\0') && irc_fits(line) { "Nul".to_owned() }
            else if irc_fits(line) { whole(line) }
            else { TOO_LONG.to_owned() }
        }).collect();
        // The half message at the end is answered as soon as it is too long.
        expected.extend((!irc_fits(stream[ended.len()..].trim_start_matches(['\r', '\n']))).then(|| TOO_LONG.to_owned()));
        let came: Vec<_> = pieces.came.iter().map(|came| if came.starts_with("Nul") { "Nul".to_owned() } else { came.clone() }).collect();
        prop_assert_eq!(came, expected);
    }
}

/// The limits once more, the simple way.
fn irc_fits(line: &str) -> bool {
    match line.strip_prefix('@') {
        None => line.len() <= 510,
        Some(rest) => {
            let (tags, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            tags.len() <= 4094 && rest.len() <= 510
        }
    }
}
