//! The session against a splitter of a few lines that sees the whole stream at once: IRC's messages, their limits, what is refused.

#![no_main]

use chatd::chat::Protocol;
use chatd::protocol::irc::Line;
use chatd::protocol::{Intake, Limits};
use libfuzzer_sys::fuzz_target;

/// The first message, so that nothing after it can be the start of another protocol.
const FIRST: &str = "PING x";

fn fits(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"@") else {
        return line.len() <= 510;
    };
    let mut parts = rest.splitn(2, |&b| b == b' ');
    let mut length = || parts.next().map_or(0, <[u8]>::len);
    length() <= 4094 && length() <= 510
}

/// What is refused is compared without what is left of it for the answer.
fn kind(line: Line) -> Line {
    match line {
        Line::NotUtf8(_) => Line::NotUtf8("".into()),
        Line::Nul(_) => Line::Nul("".into()),
        line => line,
    }
}

fn expected(line: &[u8]) -> Line {
    match std::str::from_utf8(line) {
        _ if !fits(line) => Line::TooLong,
        _ if line.contains(&0) => Line::Nul("".into()),
        Ok(line) => Line::Whole(line.into()),
        Err(_) => Line::NotUtf8("".into()),
    }
}

fuzz_target!(|data: &[u8]| {
    let stream = [FIRST.as_bytes(), b"\r\n", data].concat();
    let limits = Limits {
        line: 512,
        input_queue: 1 << 24,
        flood: None,
        unterminated: true,
    };
    let came: Vec<_> = chatd_fuzz::run(Protocol::Irc, &limits, [(0, &stream[..])])
        .into_iter()
        .map(|intake| match intake {
            Intake::Line(line) => kind(line),
            other => panic!("not a message: {other:?}"),
        })
        .collect();
    let mut lines: Vec<_> = stream.split(|b| matches!(b, b'\r' | b'\n')).collect();
    // What has no end is no message; that it is too long is said as soon as it is.
    let rest = lines.pop().filter(|rest| !fits(rest));
    let all = lines.into_iter().chain(rest);
    let expected: Vec<_> = all.filter(|line| !line.is_empty()).map(expected).collect();
    assert_eq!(came, expected);
});
