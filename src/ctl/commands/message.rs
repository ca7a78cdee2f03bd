//! `chatctl message`: one message of the history, shown or taken back.

use serde_json::{Value, json};

use crate::admin::{Message, Request};
use crate::chat::strip_formatting;
use crate::ctl::clients::local;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;
use crate::ctl::message::object;
use crate::ctl::table::pairs;

/// `chatctl message show ID`.
pub(crate) fn show(desk: &mut Desk<'_, '_>, id: String) -> Result<(), Failure> {
    let message: Message = desk
        .connect()?
        .ask(&Request::ShowMessage { id }, "message")?;
    if desk.wants_json() {
        return desk.json(&object(&message));
    }
    let time = local(&message.time, "%Y-%m-%d %H:%M:%S", &desk.terminal.zone);
    let mut lines = vec![("id", message.id), ("time", time)];
    lines.extend(message.room.map(|room| ("room", room)));
    lines.extend(message.to.map(|nick| ("to", nick)));
    lines.extend(message.rank.map(|rank| ("only for", rank)));
    lines.push(("nick", message.nick));
    if let (Some(username), Some(host)) = (message.username, message.host) {
        lines.push(("from", format!("{username}@{host}")));
    }
    lines.extend(message.account.map(|account| ("account", account)));
    lines.push(("manner", message.manner));
    let text = match message.text {
        Some(text) => strip_formatting(&text).into_owned(),
        None => "(taken back)".into(),
    };
    lines.push(("text", text));
    lines.extend(message.tags.map(|tags| ("tags", tags)));
    let lines = pairs(&lines, desk.terminal.width);
    desk.table(&lines, false)
}

/// `chatctl message redact ID`.
pub(crate) fn redact(
    desk: &mut Desk<'_, '_>,
    id: &str,
    reason: Option<String>,
) -> Result<(), Failure> {
    let request = Request::RedactMessage {
        id: id.to_owned(),
        reason,
    };
    let _: Value = desk.connect()?.ask_all(&request)?;
    if desk.wants_json() {
        return desk.json(&json!({ "id": id }));
    }
    desk.line(format_args!("taken back: {}", escape(id)))
}
