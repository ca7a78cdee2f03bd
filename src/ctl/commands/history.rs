//! `chatctl history` and `chatctl export`: what was said, shown as it comes, so that it may be more than memory holds.

use jiff::Timestamp;
use serde_json::Value;

use crate::admin::client::CallError;
use crate::admin::{Message, Request};
use crate::ctl::args::HistoryArgs;
use crate::ctl::desk::Desk;
use crate::ctl::exit::Failure;
use crate::ctl::message::{lines, object};
use crate::ctl::moment::moment;

/// As many are shown when nothing else is said.
const LATEST: u64 = 100;

/// `chatctl history ROOM`.
pub(crate) fn history(desk: &mut Desk<'_, '_>, which: HistoryArgs) -> Result<(), Failure> {
    let now = Timestamp::now();
    let zone = desk.terminal.zone.clone();
    let at = |option: &str, text: Option<String>| {
        text.map(|text| moment(option, &text, now, &zone))
            .transpose()
    };
    let (since, until) = (at("--since", which.since)?, at("--until", which.until)?);
    let filtered = which.from.is_some() || which.grep.is_some() || which.words.is_some();
    let request = Request::History {
        room: which.room,
        since,
        until,
        from: which.from,
        grep: which.grep,
        words: which.words,
        limit: Some(which.limit.unwrap_or(LATEST)),
    };
    let mut count = 0;
    let pages = desk.connect()?.stream(&request)?;
    for page in pages {
        for message in messages(page?)? {
            count += 1;
            if desk.wants_json() {
                let before = if count == 1 { "[\n" } else { ",\n" };
                desk.json_part(before, &object(&message))?;
            } else {
                for line in lines(&message, which.ids, &zone) {
                    desk.line(line)?;
                }
            }
        }
    }
    if desk.wants_json() {
        desk.line(if count == 0 { "[]" } else { "\n]" })?;
    } else if which.limit.is_none() && count == LATEST && desk.wants_legend() {
        desk.flush()?;
        desk.note(format_args!(
            "the latest {LATEST} messages; --limit N shows more"
        ))?;
    }
    // A quiet room is no failure; a selection that finds nothing is.
    if count == 0 && filtered {
        return Err(Failure::NothingMatched("no message matches".into()));
    }
    Ok(())
}

/// `chatctl export ROOM`.
pub(crate) fn export(desk: &mut Desk<'_, '_>, room: String) -> Result<(), Failure> {
    let mut none = true;
    let what = format!("nothing is kept of a room {room}");
    for page in desk.connect()?.stream(&Request::Export { room })? {
        for message in messages(page?)? {
            none = false;
            desk.json(&object(&message))?;
        }
    }
    if none {
        return Err(Failure::NothingMatched(what));
    }
    Ok(())
}

/// The messages of one reply.
fn messages(mut reply: Value) -> Result<Vec<Message>, CallError> {
    let messages = reply
        .get_mut("messages")
        .map(Value::take)
        .unwrap_or_default();
    serde_json::from_value(messages)
        .map_err(|error| CallError::Protocol(format!("'messages' of the reply: {error}")))
}
