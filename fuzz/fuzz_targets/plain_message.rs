//! The plain protocol's reader of one line: one answer or one command comes of it, whatever it has, and nothing hostile is answered.

#![no_main]

use chatd::chat::{Command, Protocol, Target};
use chatd::protocol::{Intake, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let line: Vec<u8> = data.iter().copied().filter(|&b| b != b'\n').collect();
    let limits = Limits {
        line: 4096,
        input_queue: 1 << 16,
        flood: None,
        unterminated: true,
    };
    // The first line is another, since a first line can be another protocol.
    let stream = [b"hello\n", &line[..], b"\n"].concat();
    let came = chatd_fuzz::run(Protocol::Plain, &limits, [(0, &stream[..])]);
    let line = line.strip_suffix(b"\r").unwrap_or(&line);
    assert_eq!(came.len(), 1 + usize::from(!line.is_empty()));
    let Some(Intake::Command(Command::Say {
        to: Target::Current,
        text,
        ..
    })) = came.get(1)
    else {
        return;
    };
    let line = std::str::from_utf8(line).expect("what is not UTF-8 is not said");
    assert!(
        line.contains(text.as_str()),
        "{line:?} was said as {text:?}"
    );
});
