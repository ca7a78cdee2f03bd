//! A record is one line, and that line reads back as what was said.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use tracing::Subscriber;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use super::*;

struct Capture(Arc<Mutex<Vec<Record>>>);

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.0.lock().unwrap().push(Record::of(event, true));
    }
}

/// The record of the one event that `emit` emits.
fn record(emit: impl FnOnce()) -> Record {
    let records = Arc::default();
    tracing::subscriber::with_default(registry().with(Capture(Arc::clone(&records))), emit);
    records.lock().unwrap().pop().unwrap()
}

fn line(emit: impl FnOnce()) -> String {
    record(emit).line(crate::logging::fake::start())
}

/// What a program reads out of a line.
#[derive(Debug, PartialEq)]
struct Parsed {
    level: String,
    target: String,
    message: String,
    fields: Vec<(String, String)>,
}

fn parse(line: &str) -> Parsed {
    let line = line.strip_suffix('\n').unwrap();
    assert!(
        !line.contains(|c: char| c != '\n' && is_unseen(c)) && !line.contains('\n'),
        "{line:?}"
    );
    let (time, rest) = line.split_once(' ').unwrap();
    assert_eq!(time, "2026-11-22T21:30:00.000000Z");
    let (level, rest) = rest.trim_start().split_once(' ').unwrap();
    let (target, rest) = rest.split_once(": ").unwrap();
    let (message, mut rest) = if rest.starts_with('"') {
        quoted(rest)
    } else if let Some(equals) = rest.find('=') {
        let space = rest[..equals].rfind(' ').unwrap();
        (rest[..space].to_owned(), &rest[space..])
    } else {
        (rest.to_owned(), "")
    };
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (name, value) = rest.strip_prefix(' ').unwrap().split_once('=').unwrap();
        let (text, after) = if value.starts_with('"') {
            quoted(value)
        } else {
            let end = value.find(' ').unwrap_or(value.len());
            (value[..end].to_owned(), &value[end..])
        };
        fields.push((name.to_owned(), text));
        rest = after;
    }
    Parsed {
        level: level.to_owned(),
        target: target.to_owned(),
        message,
        fields,
    }
}

/// The text in quotes at the beginning, and what is after it.
fn quoted(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text[1..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (out, &text[at + 2..]),
            '\\' => out.push(match chars.next().unwrap().1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'x' => code(&mut chars.by_ref().take(2)),
                'u' => code(&mut chars.by_ref().skip(1).take_while(|(_, c)| *c != '}')),
                other => other,
            }),
            c => out.push(c),
        }
    }
    panic!("no end of the quotes in {text:?}");
}

fn code(digits: &mut dyn Iterator<Item = (usize, char)>) -> char {
    let digits: String = digits.map(|(_, c)| c).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
}

/// Anything, and often what means something in a line.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ a=\"\\\\\n\r\t\u{1b}\u{7f}\u{85}\u{2028}\u{202e}é中]{0,20}",
        "(a |\"|\\\\| uid=0| nick=root|INFO audit: | \\.\\.\\.\\(5 bytes\\)| \\(repeated 9 times\\)|x){0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_line_reads_back_as_what_was_said(message in text(), nick in text(), reason in text()) {
        let line = line(|| tracing::warn!(target: "chatd::net", nick, reason = %reason, "{message}"));
        let expected = Parsed {
            level: "WARN".into(),
            target: "chatd::net".into(),
            message,
            fields: vec![("nick".into(), nick), ("reason".into(), reason)],
        };
        prop_assert_eq!(parse(&line), expected);
    }

    #[test]
    fn a_message_alone_reads_back_and_cannot_be_taken_for_a_count(message in text()) {
        let line = line(|| tracing::info!(target: "t", "{message}"));
        let parsed = parse(&line);
        prop_assert_eq!(parsed.fields, []);
        prop_assert_eq!(parsed.message, message);
        prop_assert!(!line.ends_with(" times)\n") && !line.ends_with(" bytes)\n"));
    }
}

#[test]
fn a_line_looks_like_this() {
    let line = line(|| {
        let cause = std::io::Error::other("no such thing");
        tracing::info!(
            target: "chatd::net",
            key = "value",
            key2 = "value with spaces",
            n = 7,
            yes = true,
            some = ?Some(1),
            none = tracing::field::Empty,
            r#type = %"中文",
            error = &cause as &(dyn std::error::Error + 'static),
            "message \"text\" here"
        );
    });
    assert_eq!(
        line,
        "2026-11-22T21:30:00.000000Z  INFO chatd::net: message \"text\" here key=value key2=\"value with spaces\" n=7 \
         yes=true some=Some(1) type=中文 error=\"no such thing\"\n"
    );
}

#[test]
fn a_forged_line_stays_inside_its_quotes() {
    let nick = "x\n2026-11-22T21:30:00Z  INFO audit: kicked uid=0\u{9b}2J\u{202e}";
    assert_eq!(
        line(|| tracing::error!(target: "t", nick, "bad")),
        "2026-11-22T21:30:00.000000Z ERROR t: bad \
         nick=\"x\\n2026-11-22T21:30:00Z  INFO audit: kicked uid=0\\u{9b}2J\\u{202e}\"\n"
    );
}

#[test]
fn an_event_without_a_message_starts_with_its_fields() {
    assert!(line(|| tracing::info!(target: "t", a = 1, b = 2)).ends_with(" t: a=1 b=2\n"));
}

#[test]
fn a_megabyte_is_clipped_and_counted() {
    let long = "é".repeat(500_001);
    let line = line(|| tracing::info!(target: "t", long, end = 1, "m"));
    assert!(line.len() < MOST_VALUE + 200);
    assert!(line.ends_with("é\"...(1000002 bytes) end=1\n"));
}

#[test]
fn escapes_do_not_make_a_value_longer_than_allowed() {
    let long = "\u{1}".repeat(MOST_VALUE);
    let line = line(|| tracing::info!(target: "t", long, "m"));
    assert!(line.len() < MOST_VALUE + 200);
    assert!(line.ends_with("\\x01\"...(4096 bytes)\n"));
}

#[test]
fn fields_beyond_the_most_of_a_record_are_counted() {
    let long = "x".repeat(1_000_000);
    let record = record(
        || tracing::info!(target: "t", a = long, b = long, c = long, d = long, e = long, f = 1, "{long}"),
    );
    assert!(record.line(SystemTime::UNIX_EPOCH).len() <= MOST_RECORD);
    assert!(
        record
            .body
            .ends_with("(1000000 bytes) f=1 ...(3000003 bytes)"),
        "{}",
        &record.body[12_000..]
    );
    let names: Vec<&str> = record.fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["a", "b", "f"]);
}
