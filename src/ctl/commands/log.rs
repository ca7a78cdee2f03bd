//! `chatctl log`: the level of the log, and a new file.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::admin::{Request, Status};
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;

#[derive(Deserialize, Serialize)]
struct Levels {
    old: String,
    new: String,
}

#[derive(Deserialize, Serialize)]
struct Rotated {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

/// `chatctl log level [FILTER]`.
pub(crate) fn level(desk: &mut Desk<'_, '_>, filter: Option<String>) -> Result<(), Failure> {
    let mut session = desk.connect()?;
    let Some(level) = filter else {
        let status: Status = session.ask(&Request::Status {}, "status")?;
        return if desk.wants_json() {
            desk.json(&json!({ "level": status.log.level }))
        } else {
            desk.line(escape(&status.log.level))
        };
    };
    let levels: Levels = session.ask_all(&Request::SetLogLevel { level })?;
    if desk.wants_json() {
        return desk.json(&levels);
    }
    desk.line(format_args!(
        "log level: {} -> {}",
        escape(&levels.old),
        escape(&levels.new)
    ))
}

/// `chatctl log rotate`.
pub(crate) fn rotate(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let rotated: Rotated = desk.connect()?.ask_all(&Request::RotateLog {})?;
    if desk.wants_json() {
        return desk.json(&rotated);
    }
    match (rotated.closed, rotated.file) {
        (Some(closed), Some(file)) => desk.line(format_args!(
            "closed {}; now writing {}",
            escape(&closed),
            escape(&file)
        )),
        (None, Some(file)) => desk.line(format_args!("now writing {}", escape(&file))),
        (_, None) => desk.line("there is no log file: the log goes to the terminal or the journal"),
    }
}
