mod flood;
mod irc;

use proptest::prelude::*;

use super::*;
use crate::chat::{Command, Departure, Manner, Target, Text};

fn limits() -> Limits {
    Limits {
        line: 20,
        input_queue: 100,
        flood: None,
        unterminated: true,
    }
}

/// A session that remembers what came of it, in words.
struct Feed {
    session: Session,
    limits: Limits,
    now: Tick,
    came: Vec<String>,
    pace: Pace,
}

fn words(intake: Intake) -> String {
    match intake {
        Intake::Command(Command::Say {
            to: Target::Current,
            manner: Manner::Message,
            text,
            ..
        }) => {
            format!("say {text}")
        }
        Intake::Command(command) => format!("{command:?}"),
        Intake::Look(look) => format!("{look:?}"),
        Intake::Account(wish) => format!("{wish:?}"),
        Intake::Answer(lines) => {
            let lines = String::from_utf8(lines.into()).expect("UTF-8");
            assert!(lines.ends_with('\n'));
            lines.split(": ").next().expect("a code").to_owned()
        }
        Intake::Line(line) => format!("{line:?}"),
        Intake::Cut(cut) => format!("cut {cut:?}"),
    }
}

impl Feed {
    fn new(limits: Limits) -> Feed {
        Feed::speaking(Protocol::Plain, limits)
    }

    fn speaking(protocol: Protocol, limits: Limits) -> Feed {
        Feed {
            session: Session::new(protocol, false),
            limits,
            now: Tick(1_000_000),
            came: Vec::new(),
            pace: Pace::Idle,
        }
    }

    fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Feed {
        let (came, now) = (&mut self.came, self.now);
        let take = &mut |intake| came.push(words(intake));
        self.pace = self
            .session
            .receive(bytes.as_ref(), now, &self.limits, take);
        self
    }

    fn silence(&mut self) -> &mut Feed {
        let came = &mut self.came;
        let take = &mut |intake| came.push(words(intake));
        self.pace = self.session.silence(self.now, &self.limits, take);
        self
    }

    fn end(&mut self) -> &mut Feed {
        let came = &mut self.came;
        let take = &mut |intake| came.push(words(intake));
        self.pace = self.session.end(self.now, &self.limits, take);
        self
    }

    fn broke_off(&mut self) -> &mut Feed {
        let came = &mut self.came;
        let take = &mut |intake| came.push(words(intake));
        self.pace = self.session.broke_off(self.now, &self.limits, take);
        self
    }

    #[track_caller]
    fn came(&mut self, expected: &[&str], pace: Pace) -> &mut Feed {
        let came = std::mem::take(&mut self.came);
        assert_eq!(came, expected);
        assert_eq!(self.pace, pace);
        self
    }
}

/// What comes of bytes that arrive in these pieces, until the client ends.
fn in_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut feed = Feed::new(limits());
    for piece in pieces {
        feed.send(piece);
    }
    feed.end().came.clone()
}

const STREAMS: [&[u8]; 25] = [
    b"one\ntwo\r\nthree\n",
    b"\n\r\n\n hello \n",
    b"/join #a\n/msg bob hi\n//x\n/nope\n/msg\n/quit bye\n",
    "héllo 小明\n🎉\n".as_bytes(),
    b"\xEF\xBB\xBFhello\n\xEF\xBB\xBFhello\n",
    b"a\0b\nok\n",
    b"a\rb\nok\n",
    b"bad \xff\xfe utf8\nok\n",
    b"half \xe5\xb0\nok\n",
    b"12345678901234567890\n12345678901234567890\r\n123456789012345678901\nok\n",
    b"this line is far too long for it/quit\nok\n",
    b"this line is far too long for it\r\nand so is this one, really, it is\nok\n",
    b"no end of this line that goes on and on and on, far beyond what is thrown away in search of one; so it is cut off\nok\n",
    b"never a newline",
    b"a newline\nand half a li",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /a/very/long/path/indeed HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.0\n\n/quit\n",
    b"ABCDEFGHIJKLMNOP http://x y",
    b"SSH-2.0-OpenSSH_9\r\n/quit\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n/quit\n",
    b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nhello\n",
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0chello\n",
    b"\r\n\r\nhello\n",
    b"PROXY is a word\nSSH is one too\nGET a life\n",
];

/// What one is told whose last line has no end.
const NO_END: &str = "! no-line-end";

#[test]
fn how_bytes_are_split_makes_no_difference() {
    for stream in STREAMS {
        let whole = in_pieces([stream]);
        assert!(!whole.is_empty());
        assert_eq!(
            in_pieces(stream.chunks(1)),
            whole,
            "{}",
            stream.escape_ascii()
        );
        for first in 0..stream.len() {
            for second in first..stream.len() {
                let (a, rest) = stream.split_at(first);
                let (b, c) = rest.split_at(second - first);
                assert_eq!(
                    in_pieces([a, b, c]),
                    whole,
                    "{} {first} {second}",
                    stream.escape_ascii()
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn how_random_bytes_are_split_makes_no_difference(
        stream in prop::collection::vec(
            prop::sample::select(b"\n\n\n\r/ab #\0\xe5\xb0\x8f\xff\x16\x03 quitjoin"), 0..300),
        mut cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        cuts.sort_by_key(|cut| cut.index(stream.len() + 1));
        let mut pieces = Vec::new();
        let mut at = 0;
        for cut in cuts.iter().map(|cut| cut.index(stream.len() + 1)) {
            pieces.push(&stream[at..cut]);
            at = cut;
        }
        pieces.push(&stream[at..]);
        prop_assert_eq!(in_pieces(pieces), in_pieces([&stream[..]]));
    }
}

#[test]
fn the_tail_of_a_line_that_is_too_long_is_never_executed() {
    let line = limits().line;
    let command = b"/quit\n";
    for before in line - command.len() + 2..limits().input_queue - command.len() {
        let mut stream = vec![b'x'; before];
        stream.extend_from_slice(command);
        for cut in 0..stream.len() {
            let (a, b) = stream.split_at(cut);
            let mut feed = Feed::new(limits());
            feed.send(a).send(b).came(&["! too-long"], Pace::Idle);
            feed.send("ok\n").came(&["say ok"], Pace::Idle);
        }
    }
}

#[test]
fn bytes_without_an_end_are_cut_off_and_not_kept() {
    let mut feed = Feed::new(limits());
    feed.send([b'x'; 21])
        .came(&["! too-long"], Pace::Unterminated);
    assert_eq!(feed.session.held.capacity(), 0);
    feed.send([b'x'; 79]).came(&[], Pace::Unterminated);
    feed.send("x").came(&["cut NoLineEnd"], Pace::Cut);
    feed.send("\n/quit\n").silence().end().came(&[], Pace::Cut);
}

/// Of a line that is as long as may wait, its CR counts, in one piece or in two.
#[test]
fn how_much_is_thrown_away_does_not_depend_on_how_it_came() {
    for (length, came) in [
        (99, &["! too-long", "say ok"][..]),
        (100, &["! too-long", "cut NoLineEnd"]),
    ] {
        let stream = "x".repeat(length) + "\r\nok\n";
        for cut in 0..stream.len() {
            let (a, b) = stream.split_at(cut);
            let mut feed = Feed::new(limits());
            assert_eq!(feed.send(a).send(b).came, came, "{length} {cut}");
        }
    }
}

#[test]
fn a_message_without_a_newline_ends_by_silence() {
    let mut feed = Feed::new(limits());
    feed.send("hel").came(&[], Pace::Unterminated);
    feed.send("lo").came(&[], Pace::Unterminated);
    feed.silence().came(&["say hello"], Pace::Idle);
    assert_eq!(feed.session.held.capacity(), 0);
    feed.send("/join #a")
        .silence()
        .came(&["Join(\"#a\", None)"], Pace::Idle);
    feed.silence().came(&[], Pace::Idle);
    feed.send("more").end().came(&["say more"], Pace::Ended);
    feed.end().silence().send("").came(&[], Pace::Ended);
}

#[test]
fn what_is_too_long_without_a_newline_ends_by_silence_too() {
    let mut feed = Feed::new(limits());
    feed.send([b'x'; 21])
        .came(&["! too-long"], Pace::Unterminated);
    feed.send("xx/quit").silence().came(&[], Pace::Idle);
    feed.send("hello")
        .silence()
        .came(&["say hello"], Pace::Idle);
}

#[test]
fn who_once_sent_a_newline_ends_messages_by_newline_only() {
    let mut feed = Feed::new(limits());
    feed.send("hello\nwor").came(&["say hello"], Pace::Idle);
    feed.silence().came(&[], Pace::Idle);
    feed.send("ld\nhalf").came(&["say world"], Pace::Idle);
    feed.end().came(&[NO_END], Pace::Ended);
}

#[test]
fn silence_means_nothing_when_it_is_off() {
    let mut feed = Feed::new(Limits {
        unterminated: false,
        ..limits()
    });
    feed.send("hello").came(&[], Pace::Idle);
    feed.silence().came(&[], Pace::Idle);
    feed.end().came(&[NO_END], Pace::Ended);
}

#[test]
fn a_character_is_not_broken_by_silence() {
    let (text, bytes) = ("a小🎉é", "a小🎉é".as_bytes());
    for cut in 1..bytes.len() {
        let mut feed = Feed::new(limits());
        feed.send(&bytes[..cut])
            .silence()
            .send(&bytes[cut..])
            .silence();
        let said: String = feed
            .came
            .iter()
            .map(|came| came.strip_prefix("say ").unwrap())
            .collect();
        assert_eq!(said, text, "{cut}");
    }
    let mut feed = Feed::new(limits());
    feed.send(&bytes[..2])
        .silence()
        .came(&["say a"], Pace::Idle);
    feed.silence().came(&[], Pace::Idle);
    feed.end().came(&["! bad-utf8"], Pace::Ended);
}

#[test]
fn what_is_not_utf8_is_refused_and_nothing_else_is() {
    for bad in [
        &b"\x80"[..],
        b"\xbf",
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xc1\xbf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfe",
        b"\xff",
        b"\xe5\xb0",
        b"\xf0\x9f\x8e",
        b"\xc3",
        b"\x9b1m",
    ] {
        let mut feed = Feed::new(limits());
        feed.send([b"a", bad, b"b\nok\n"].concat());
        feed.came(&["! bad-utf8", "say ok"], Pace::Idle);
        feed.send([b"/away ", bad, b"\nok\n"].concat());
        feed.came(&["! bad-utf8", "say ok"], Pace::Idle);
    }
}

#[test]
fn foreign_protocols_are_known_by_their_first_bytes() {
    for (bytes, name) in [
        (&b"\x16\x03\x01"[..], "TLS"),
        (b"SSH-2.0-", "SSH"),
        (b"PROXY TCP6 ", "PROXY protocol"),
        (b"\r\n\r\n\0\r\nQUIT\n", "PROXY protocol"),
        (b"GET / HTTP/1.1\n", "HTTP"),
        (b"PRI * HTTP/2.0\r\n", "HTTP"),
        (b"OPTIONS * HTTP/1.0\n", "HTTP"),
        (b"GET /a/long/path/indeed", "HTTP"),
    ] {
        let mut cuts = Vec::new();
        let take = &mut |intake| cuts.push(intake);
        let mut session = Session::new(Protocol::Plain, false);
        let pace = session.receive(bytes, Tick(1), &limits(), take);
        assert_eq!(pace, Pace::Cut, "{}", bytes.escape_ascii());
        assert_eq!(
            cuts,
            [Intake::Cut(Cut::ForeignProtocol(Protocol::Plain, name))]
        );
        let mut feed = Feed::new(limits());
        feed.send("hello\n").send(bytes);
        assert_ne!(
            feed.pace,
            Pace::Cut,
            "only at the start: {}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn quitting_is_a_command() {
    let mut came = Vec::new();
    let take = &mut |intake| came.push(intake);
    Session::new(Protocol::Plain, false).receive(b"/quit see you\n", Tick(1), &limits(), take);
    let reason = Text::parse("see you").ok();
    assert_eq!(
        came,
        [Intake::Command(Command::Detach(Departure::Quit(reason)))]
    );
}

#[test]
fn an_idle_session_is_small_and_owns_nothing() {
    assert!(size_of::<Session>() <= 64);
    let mut feed = Feed::new(limits());
    feed.send("hel").send("lo\nworld\n").send("half").send("\n");
    assert_eq!(feed.session.held.capacity(), 0);
}
