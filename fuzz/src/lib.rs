//! What the fuzz targets share: a session fed from a fuzzer's bytes, and what must hold of all that comes of it.

use std::time::Duration;

use chatd::chat::{Protocol, Rate, Tick};
use chatd::protocol::{Cut, Intake, Limits, Pace, Session, irc};

/// When a session starts.
const START: Tick = Tick(1_000_000);

/// A stream of bytes, and how it arrives.
pub struct Case<'a> {
    /// What the connection sends.
    pub stream: &'a [u8],
    /// What it may do.
    pub limits: Limits,
    /// Before each piece of the stream: how long nothing comes, in microseconds; and how long the piece is.
    pieces: Vec<(u64, usize)>,
}

impl<'a> Case<'a> {
    /// The first byte chooses limits, the second says how many pieces there are, two bytes each: a pause and a length. The rest is the
    /// stream; what of it is in no piece comes last.
    pub fn read(data: &'a [u8]) -> Option<Case<'a>> {
        let (&options, data) = data.split_first()?;
        let (&count, data) = data.split_first()?;
        let (pieces, stream) = data.split_at_checked(2 * usize::from(count % 32))?;
        let pieces = pieces
            .chunks_exact(2)
            .map(|piece| (u64::from(piece[0]) << 14, usize::from(piece[1])))
            .collect();
        let limits = Limits {
            line: if options & 1 == 0 { 20 } else { 512 },
            input_queue: if options & 2 == 0 { 100 } else { 5_000 },
            flood: None,
            unterminated: options & 4 == 0,
        };
        Some(Case {
            stream,
            limits,
            pieces,
        })
    }

    /// Fails if what comes of the stream depends on how it arrives.
    pub fn check(&self, protocol: Protocol) {
        let whole = run(protocol, &self.limits, [(0, self.stream)]);
        let pieces = run(protocol, &self.limits, self.cut(self.stream));
        assert_eq!(pieces, whole, "in pieces and in one");
        let bytes = run(
            protocol,
            &self.limits,
            self.stream.chunks(1).map(|b| (0, b)),
        );
        assert_eq!(bytes, whole, "byte by byte and in one");

        // Held back by the flood rate, the same comes later. An unended rest is dropped unseen while others wait, so it is ended.
        let wide = Limits {
            input_queue: 1 << 24,
            ..self.limits.clone()
        };
        let rate = Rate::new(3, Duration::from_secs(1));
        let paced = Limits {
            flood: Some(rate),
            ..wide.clone()
        };
        let ended = [self.stream, b"\n"].concat();
        let free = run(protocol, &wide, [(0, &ended[..])]);
        let paced = run(protocol, &paced, self.cut(&ended));
        assert_eq!(paced, free, "with a rate and without");
    }

    fn cut<'b>(&self, mut stream: &'b [u8]) -> Vec<(u64, &'b [u8])> {
        let mut cut = Vec::with_capacity(self.pieces.len() + 1);
        for &(pause, length) in &self.pieces {
            let (piece, rest) = stream.split_at(length.min(stream.len()));
            cut.push((pause, piece));
            stream = rest;
        }
        cut.push((0, stream));
        cut
    }

    /// Feeds it with a silence wherever the session would wait for one, at real limits of the flood rate; nothing is compared.
    pub fn feed_with_silences(&self, protocol: Protocol) {
        let limits = Limits {
            flood: Some(Rate::new(3, Duration::from_secs(1))),
            ..self.limits.clone()
        };
        let (mut session, mut now) = (Session::new(protocol, false), START);
        let mut came = Vec::new();
        for (pause, piece) in self.cut(self.stream) {
            now = now.after(Duration::from_micros(pause));
            let mut take = |intake| came.push(intake);
            if session.receive(piece, now, &limits, &mut take) == Pace::Unterminated {
                session.silence(now, &limits, &mut take);
            }
        }
        go_to_the_end(&mut session, now, &limits, &mut came);
        check_all(protocol, &came);
    }
}

/// All that comes of pieces, each after its pause.
pub fn run<'a>(
    protocol: Protocol,
    limits: &Limits,
    pieces: impl IntoIterator<Item = (u64, &'a [u8])>,
) -> Vec<Intake> {
    let (mut session, mut now) = (Session::new(protocol, false), START);
    let mut came = Vec::new();
    for (pause, piece) in pieces {
        now = now.after(Duration::from_micros(pause));
        session.receive(piece, now, limits, &mut |intake| came.push(intake));
    }
    go_to_the_end(&mut session, now, limits, &mut came);
    check_all(protocol, &came);
    came
}

fn go_to_the_end(session: &mut Session, mut now: Tick, limits: &Limits, came: &mut Vec<Intake>) {
    let mut pace = session.end(now, limits, &mut |intake| came.push(intake));
    while let Pace::Held(until) = pace {
        assert!(until > now, "a wait that is over");
        now = until;
        pace = session.receive(&[], now, limits, &mut |intake| came.push(intake));
    }
    let cut = matches!(came.last(), Some(Intake::Cut(_)));
    assert_eq!(pace, if cut { Pace::Cut } else { Pace::Ended });
}

/// What holds of all that comes of a connection, whatever it sent.
fn check_all(protocol: Protocol, came: &[Intake]) {
    for (n, intake) in came.iter().enumerate() {
        match intake {
            Intake::Cut(Cut::ForeignProtocol(ours, _)) => {
                assert_eq!((*ours, n), (protocol, 0), "after something was carried out");
            }
            Intake::Cut(_) => assert_eq!(n + 1, came.len(), "something after the last"),
            Intake::Command(_) | Intake::Look(_) | Intake::Account(_) => {
                assert_eq!(protocol, Protocol::Plain);
            }
            Intake::Answer(lines) => {
                assert_eq!(protocol, Protocol::Plain);
                check_answer(lines);
            }
            Intake::Line(line) => {
                assert_eq!(protocol, Protocol::Irc);
                check_line(line);
            }
        }
    }
}

fn check_answer(lines: &[u8]) {
    let lines = std::str::from_utf8(lines).expect("an answer is UTF-8");
    assert!(lines.ends_with('\n'), "{lines:?} has no end");
    let hostile = |c: char| c.is_control() && c != '\n' && c != '\t';
    assert!(
        !lines.contains(hostile),
        "{lines:?} has a control character"
    );
}

fn check_line(line: &irc::Line) {
    match line {
        irc::Line::Whole(line) => {
            assert!(!line.is_empty() && !line.contains(['\r', '\n', '\0']));
            assert!(line.len() <= irc::TAG_DATA + 2 + irc::BODY);
            assert!((1..1_000).contains(&irc::cost(line)));
            let _ = irc::Message::parse(line);
        }
        irc::Line::NotUtf8(head) | irc::Line::Nul(head) => {
            let head = irc::Message::parse(head).expect("what is left for the answer is a message");
            assert!(head.params.is_empty() && head.source.is_none());
        }
        irc::Line::TooLong => {}
    }
}
