//! One event made into one line: bounded, escaped, and readable by a program. Writes nothing.
//!
//! `2026-11-22T21:30:00.123456Z  INFO chatd::net: message key=value key2="value with spaces"`
//!
//! A text stands as it is, or in double quotes with escapes when it could be taken for something else. So a message
//! without quotes holds no `=`, the first `=` after the target belongs to the first field, and nothing that a client
//! sent can end a line or add a field.

use std::fmt::{self, Write as _};
use std::time::SystemTime;

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use crate::chat::is_unseen;

#[cfg(test)]
mod tests;

/// The most bytes of a message or a value; what is beyond is counted: `"..."...(5000 bytes)`.
pub(super) const MOST_VALUE: usize = 4 * 1024;
/// The most bytes of a record; fields beyond are left out and counted: ` ...(5000 bytes)`.
pub(super) const MOST_RECORD: usize = 16 * 1024;
/// Room that is kept for the front of the line and for the count of what was left out.
const MARGIN: usize = 512;

/// An event, its texts escaped and clipped.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) level: Level,
    pub(super) target: &'static str,
    /// `message key=value ...`
    pub(super) body: String,
    /// Name and value of each field, the value escaped but not quoted. Only filled for the journal.
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Record {
    /// The record of an event. `fields`: whether they are wanted one by one too.
    pub(super) fn of(event: &Event<'_>, fields: bool) -> Record {
        let meta = event.metadata();
        let mut visitor = Visitor {
            message: String::new(),
            rest: String::new(),
            left_out: 0,
            fields: fields.then(Vec::new),
        };
        event.record(&mut visitor);
        let mut body = visitor.message;
        let rest = visitor.rest.as_str();
        // An event may have only fields.
        body.push_str(if body.is_empty() {
            rest.trim_start()
        } else {
            rest
        });
        if visitor.left_out > 0 {
            let _ = write!(body, " ...({} bytes)", visitor.left_out);
        }
        Record {
            level: *meta.level(),
            target: meta.target(),
            body,
            fields: visitor.fields.unwrap_or_default(),
        }
    }

    /// A record of the log's own.
    pub(super) fn own(level: Level, message: &str) -> Record {
        let mut body = String::new();
        escape_into(&mut body, &Clipped::of(&message), true);
        Record {
            level,
            target: "chatd::logging",
            body,
            fields: Vec::new(),
        }
    }

    /// The line, with its newline.
    pub(super) fn line(&self, now: SystemTime) -> String {
        let mut line = String::with_capacity(self.body.len() + self.target.len() + 40);
        // A clock outside the years -9999 to 9999 gives the epoch: a record is never lost for its date.
        let time = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
        let (level, target, body) = (self.level, self.target, &self.body);
        let _ = writeln!(line, "{time:.6} {level:>5} {target}: {body}");
        line
    }
}

struct Visitor {
    message: String,
    rest: String,
    left_out: usize,
    fields: Option<Vec<(&'static str, String)>>,
}

impl Visitor {
    fn put(&mut self, field: &Field, value: &dyn fmt::Display) {
        let value = Clipped::of(value);
        let name = field.name();
        if name == "message" {
            escape_into(&mut self.message, &value, true);
            return;
        }
        let name = name.strip_prefix("r#").unwrap_or(name);
        let mut text = format!(" {name}=");
        escape_into(&mut text, &value, false);
        // The message may come last, so its room is kept.
        if MARGIN + MOST_VALUE + self.rest.len() + text.len() > MOST_RECORD {
            self.left_out += name.len() + value.total;
            return;
        }
        self.rest.push_str(&text);
        if let Some(fields) = &mut self.fields {
            let mut plain = String::new();
            // A field stands alone: it needs no quotes, and what is in it stays as it is (JSON stays JSON).
            let _ = escape(&mut plain, &value.text, MOST_VALUE, false);
            fields.push((name, plain));
        }
    }
}

impl Visit for Visitor {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, &value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, &format_args!("{value:?}"));
    }
}

/// The beginning of a text, and how long all of it is. A value of a megabyte is formatted, but never held.
struct Clipped {
    text: String,
    total: usize,
}

impl Clipped {
    fn of(value: &dyn fmt::Display) -> Clipped {
        let mut clipped = Clipped {
            text: String::new(),
            total: 0,
        };
        // A Display that fails leaves what it wrote before.
        let _ = write!(clipped, "{value}");
        clipped
    }
}

impl fmt::Write for Clipped {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.total == self.text.len() {
            let mut end = piece.len().min(MOST_VALUE - self.text.len());
            while !piece.is_char_boundary(end) {
                end -= 1;
            }
            self.text.push_str(&piece[..end]);
        }
        self.total += piece.len();
        Ok(())
    }
}

/// Appends a message or a value, in quotes where it needs them.
fn escape_into(out: &mut String, value: &Clipped, message: bool) {
    let text = value.text.as_str();
    let clipped = value.total > text.len();
    let special = |c: char| c == '=' || is_unseen(c) || (!message && matches!(c, ' ' | '"'));
    let edge = text.is_empty() || text.starts_with(['"', ' ']) || text.ends_with(' ');
    // The log itself puts `...(N bytes)` and `(repeated N times)` at the end of a line.
    let looks_counted =
        text.ends_with(')') && (text.contains(" ...(") || text.contains(" (repeated "));
    if !clipped && !edge && !looks_counted && !text.contains(special) {
        out.push_str(text);
        return;
    }
    out.push('"');
    let mut inside = String::new();
    let whole = escape(&mut inside, text, MOST_VALUE, true);
    out.push_str(&inside);
    out.push('"');
    if clipped || !whole {
        let _ = write!(out, "...({} bytes)", value.total);
    }
}

/// Appends `text` with escapes, for between quotes or to stand alone, at most `most` bytes, whole characters. Returns
/// whether all of it fitted.
fn escape(out: &mut String, text: &str, most: usize, quoted: bool) -> bool {
    for c in text.chars() {
        let before = out.len();
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' if quoted => out.push_str("\\\""),
            '\\' if quoted => out.push_str("\\\\"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_unseen(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
        if out.len() > most {
            out.truncate(before);
            return false;
        }
    }
    true
}
