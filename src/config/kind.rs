//! The kinds of values: what each accepts, how each is read from what was written, and how it is written back as TOML.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use cidr::IpCidr;

use crate::chat::nearest;

use super::quantity::{self, PerTime};
use super::text;

/// The most networks in one list.
const NETWORKS: usize = 1024;
/// The most strings in one list.
const TEXTS: usize = 64;

/// What a key holds. Where `off` is allowed, the word switches the limit off; zero never does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A whole number.
    Count { min: u32, max: u32, off: bool },
    /// Bytes.
    Size { min: u64, max: u64, off: bool },
    /// A length of time.
    Time {
        min: Duration,
        max: Duration,
        off: bool,
    },
    /// So many in a period; may be off.
    Rate,
    /// True or false.
    Flag,
    /// One of these.
    Word(&'static [&'static str]),
    /// IP and port.
    Address,
    /// Networks in CIDR notation.
    Networks,
    /// A list of strings that the function accepts.
    Texts {
        expected: &'static str,
        check: fn(&str) -> Result<String, String>,
    },
    /// As `Text`, and never shown.
    Secret {
        expected: &'static str,
        check: fn(&str) -> Result<String, String>,
    },
    /// A string that the function accepts; `expected` says which those are.
    Text {
        expected: &'static str,
        check: fn(&str) -> Result<String, String>,
    },
}

/// A value as it was written, before its kind is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    Whole(i64),
    Flag(bool),
    Text(String),
    List(Vec<Raw>),
    /// Anything that no kind accepts, described.
    Other(String),
}

/// A value that its kind has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Off,
    Count(u32),
    Size(u64),
    Time(Duration),
    Rate(PerTime),
    Flag(bool),
    /// Of the kinds `Word` and `Text`.
    Text(String),
    Address(SocketAddr),
    Networks(Vec<IpCidr>),
    Texts(Vec<String>),
    Secret(String),
}

impl Kind {
    /// What a person should have written.
    pub(super) fn expected(&self) -> String {
        let (range, off) = match self {
            Kind::Count { min, max, off } => (format!("a whole number from {min} to {max}"), *off),
            Kind::Size { min, max, off } => (
                format!(
                    "a size from \"{}\" to \"{}\"",
                    quantity::size_text(*min),
                    quantity::size_text(*max)
                ),
                *off,
            ),
            Kind::Time { min, max, off } => (
                format!(
                    "a time from \"{}\" to \"{}\"",
                    quantity::time_text(*min),
                    quantity::time_text(*max)
                ),
                *off,
            ),
            Kind::Rate => (
                format!(
                    "a rate of 1 to {} in a period, such as \"10/s\", \"5/10s\" or \"60/min\"",
                    PerTime::MOST
                ),
                true,
            ),
            Kind::Flag => ("true or false".to_owned(), false),
            Kind::Word(words) => (one_of(words), false),
            Kind::Address => (
                "an IP address with port, such as \"127.0.0.1:12345\" or \"[::1]:12345\""
                    .to_owned(),
                false,
            ),
            Kind::Networks => (
                format!(
                    "a list of at most {NETWORKS} networks, such as [\"10.0.0.0/8\", \"2001:db8::/32\"]"
                ),
                false,
            ),
            Kind::Text { expected, .. }
            | Kind::Texts { expected, .. }
            | Kind::Secret { expected, .. } => ((*expected).to_owned(), false),
        };
        if off {
            format!("{range}, or \"off\"")
        } else {
            range
        }
    }

    /// The value, or what was expected and what was found instead.
    pub(super) fn parse(&self, raw: &Raw) -> Result<Value, String> {
        self.accept(raw).map_err(|why| {
            let why = why.map_or_else(String::new, |why| format!(" ({why})"));
            let found = match (self, raw) {
                (Kind::Secret { .. }, Raw::Text(_)) => "another text".to_owned(),
                _ => raw.to_string(),
            };
            format!("expected {}; found {found}{why}", self.expected())
        })
    }

    fn accept(&self, raw: &Raw) -> Result<Value, Option<String>> {
        if let Raw::Text(word) = raw
            && word == "off"
        {
            match self {
                Kind::Count { off, .. } | Kind::Size { off, .. } | Kind::Time { off, .. } => {
                    return if *off {
                        Ok(Value::Off)
                    } else {
                        Err(Some("this limit cannot be off".to_owned()))
                    };
                }
                Kind::Rate => return Ok(Value::Off),
                _ => {}
            }
        }
        match (self, raw) {
            (Kind::Count { min, max, .. }, Raw::Whole(number)) => u32::try_from(*number)
                .ok()
                .filter(|number| (min..=max).contains(&number))
                .map(Value::Count)
                .ok_or(None),
            (Kind::Count { .. }, Raw::Text(text)) if text.parse::<i64>().is_ok() => {
                Err(Some("write the number without quotes".to_owned()))
            }
            (Kind::Size { min, max, .. }, Raw::Whole(_) | Raw::Text(_)) => {
                let bytes = match raw {
                    Raw::Whole(bytes) => u64::try_from(*bytes).ok(),
                    Raw::Text(text) => quantity::size(text),
                    _ => None,
                };
                bytes
                    .filter(|bytes| (min..=max).contains(&bytes))
                    .map(Value::Size)
                    .ok_or(None)
            }
            (Kind::Time { .. }, Raw::Whole(number)) if *number > 0 => Err(Some(format!(
                "the unit is missing: write \"{number}s\" or \"{number}ms\""
            ))),
            (Kind::Time { min, max, .. }, Raw::Text(text)) => match quantity::time(text) {
                Some(time) if (min..=max).contains(&&time) => Ok(Value::Time(time)),
                None if text.parse::<u64>().is_ok_and(|number| number > 0) => Err(Some(format!(
                    "the unit is missing: write \"{text}s\" or \"{text}ms\""
                ))),
                _ => Err(None),
            },
            (Kind::Rate, Raw::Whole(count)) => {
                PerTime::per_second(*count).map(Value::Rate).ok_or(None)
            }
            (Kind::Rate, Raw::Text(text)) => PerTime::parse(text).map(Value::Rate).ok_or(None),
            (Kind::Flag, Raw::Flag(flag)) => Ok(Value::Flag(*flag)),
            (Kind::Word(words), Raw::Text(text)) if words.contains(&text.as_str()) => {
                Ok(Value::Text(text.clone()))
            }
            (Kind::Word(words), Raw::Text(text)) => Err(nearest(text, words.iter().copied())
                .map(|near| format!("did you mean \"{near}\"?"))),
            (Kind::Address, Raw::Text(text)) => {
                text::address(text).map(Value::Address).map_err(Some)
            }
            (Kind::Networks, Raw::List(items)) => list(items, NETWORKS, text::network)
                .map(Value::Networks)
                .map_err(Some),
            (Kind::Texts { check, .. }, Raw::List(items)) => {
                list(items, TEXTS, check).map(Value::Texts).map_err(Some)
            }
            (Kind::Secret { check, .. }, Raw::Text(text)) => {
                check(text).map(Value::Secret).map_err(Some)
            }
            (Kind::Text { check, .. }, Raw::Text(text)) => {
                check(text).map(Value::Text).map_err(Some)
            }
            _ => Err(None),
        }
    }

    /// What a variable of the environment (or a default in the schema) says, in the form that a file would say it in.
    pub(super) fn variable(&self, text: &str) -> Raw {
        let text = text.to_owned();
        match self {
            Kind::Count { .. } => text.trim().parse().map_or(Raw::Text(text), Raw::Whole),
            Kind::Flag => text.trim().parse().map_or(Raw::Text(text), Raw::Flag),
            Kind::Networks | Kind::Texts { .. } => Raw::List(
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(|item| Raw::Text(item.to_owned()))
                    .collect(),
            ),
            _ => Raw::Text(text),
        }
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [only] => format!("\"{only}\""),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(|word| format!("\"{word}\"")).collect();
            format!("{} or \"{last}\"", most.join(", "))
        }
        [] => "nothing".to_owned(),
    }
}

/// Each item as its check has it.
fn list<T>(
    items: &[Raw],
    most: usize,
    check: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    if items.len() > most {
        return Err(format!("it has {}", items.len()));
    }
    let mut good = Vec::with_capacity(items.len());
    // All of the wrong ones are told, up to a few.
    let mut wrong = Vec::new();
    for item in items {
        let checked = match item {
            Raw::Text(text) => check(text).map_err(|error| format!("{item}: {error}")),
            other => Err(format!("{other} is no string")),
        };
        match checked {
            Ok(item) => good.push(item),
            Err(error) if wrong.len() < 8 => wrong.push(error),
            Err(_) => {}
        }
    }
    if wrong.is_empty() {
        Ok(good)
    } else {
        Err(wrong.join("; "))
    }
}

impl fmt::Display for Raw {
    /// For a person, short.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raw::Whole(number) => number.fmt(f),
            Raw::Flag(flag) => flag.fmt(f),
            Raw::Text(text) => f.write_str(&super::found(text)),
            Raw::List(_) => f.write_str("a list"),
            Raw::Other(what) => f.write_str(what),
        }
    }
}

impl fmt::Display for Value {
    /// As TOML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Off => f.write_str("\"off\""),
            Value::Count(count) => count.fmt(f),
            Value::Size(bytes) => write!(f, "\"{}\"", quantity::size_text(*bytes)),
            Value::Time(time) => write!(f, "\"{}\"", quantity::time_text(*time)),
            Value::Rate(rate) => write!(f, "\"{rate}\""),
            Value::Flag(flag) => flag.fmt(f),
            Value::Text(text) => quoted(f, text),
            Value::Address(address) => write!(f, "\"{address}\""),
            Value::Networks(networks) => {
                let networks: Vec<_> = networks.iter().map(|n| format!("\"{n}\"")).collect();
                write!(f, "[{}]", networks.join(", "))
            }
            Value::Texts(texts) => {
                f.write_str("[")?;
                for (place, text) in texts.iter().enumerate() {
                    f.write_str(if place > 0 { ", " } else { "" })?;
                    quoted(f, text)?;
                }
                f.write_str("]")
            }
            Value::Secret(_) => f.write_str("\"(not shown)\""),
        }
    }
}

/// A TOML basic string on one line.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
            c => fmt::Write::write_char(f, c)?,
        }
    }
    f.write_str("\"")
}
