//! `chatctl store`: how the history is, its check, opening it anew.

use bytesize::ByteSize;
use serde_json::{Value, json};

use crate::admin::{HistoryStatus, Request};
use crate::ctl::clients::local;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;
use crate::ctl::table::pairs;

/// `chatctl store status`.
pub(crate) fn status(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let status: HistoryStatus = desk.connect()?.ask(&Request::StoreStatus {}, "store")?;
    if desk.wants_json() {
        return desk.json(&status);
    }
    let mut lines = vec![("state", state(&status))];
    lines.push(match &status.file {
        Some(file) => ("file", file.clone()),
        None => ("directory", status.directory.clone()),
    });
    lines.push(("durability", status.durability.clone()));
    if let Some(count) = status.messages {
        lines.push(("messages", count.to_string()));
    }
    if let Some(bytes) = status.bytes {
        lines.push(("on disk", format!("{} ({bytes} bytes)", ByteSize::b(bytes))));
    }
    if let Some(earliest) = &status.earliest {
        let time = local(earliest, "%Y-%m-%d %H:%M:%S", &desk.terminal.zone);
        lines.push(("since", time));
    }
    let lines = pairs(&lines, desk.terminal.width);
    desk.table(&lines, false)
}

/// How it is, with what can be done about it. Not escaped.
fn state(status: &HistoryStatus) -> String {
    let why = status.why.as_deref().unwrap_or("it does not say why");
    match status.state.as_deref() {
        _ if !status.enabled => "off (history.enabled = false)".into(),
        Some("working") => "working".into(),
        Some("waiting") => {
            format!("WAITING: {why}; messages are refused until it can store again")
        }
        Some("closed") => format!(
            "CLOSED: {why}; messages are refused until chatctl store reopen, or a restart, opens it"
        ),
        Some(other) => format!("{other}: {why}"),
        None => "unknown".into(),
    }
}

/// In one line of `chatctl status`. Not escaped.
pub(super) fn summary(status: &HistoryStatus) -> String {
    let mut words = vec![state(status)];
    words.extend(status.messages.map(|count| match count {
        1 => "1 message".to_owned(),
        many => format!("{many} messages"),
    }));
    words.extend(status.bytes.map(|bytes| ByteSize::b(bytes).to_string()));
    if status.enabled {
        words.push(format!("durability {}", status.durability));
    }
    words.join(", ")
}

/// `chatctl store check`.
pub(crate) fn check(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let problems: Vec<String> = desk.connect()?.ask(&Request::CheckStore {}, "problems")?;
    if desk.wants_json() {
        desk.json(&json!({ "problems": problems }))?;
    } else if problems.is_empty() {
        desk.line("ok: the history is sound")?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    if !desk.wants_json() {
        for problem in &problems {
            desk.line(escape(problem))?;
        }
    }
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    };
    Err(Failure::NotInOrder(format!(
        "the history is damaged: {count}; make a backup of what can still be read (chatctl export), and restore one from before"
    )))
}

/// `chatctl store reopen`.
pub(crate) fn reopen(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let _: Value = desk.connect()?.ask_all(&Request::ReopenStore {})?;
    if desk.wants_json() {
        desk.json(&json!({}))
    } else {
        desk.line("the history is open: messages are stored")
    }
}
