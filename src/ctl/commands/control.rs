//! `chatctl pause`, `resume` and `shutdown`.

use serde_json::{Value, json};

use crate::admin::Request;
use crate::ctl::desk::Desk;
use crate::ctl::exit::Failure;

/// `chatctl pause`.
pub(crate) fn pause(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    done(
        desk,
        &Request::Pause {},
        "paused: new connections are turned away until chatctl resume; those that are in go on",
    )
}

/// `chatctl resume`.
pub(crate) fn resume(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    done(
        desk,
        &Request::Resume {},
        "resumed: new connections are let in",
    )
}

/// `chatctl shutdown`.
pub(crate) fn shutdown(desk: &mut Desk<'_, '_>, reason: Option<String>) -> Result<(), Failure> {
    done(desk, &Request::Shutdown { reason }, "chatd is stopping")
}

fn done(desk: &mut Desk<'_, '_>, request: &Request, words: &str) -> Result<(), Failure> {
    let _: Value = desk.connect()?.ask_all(request)?;
    if desk.wants_json() {
        desk.json(&json!({}))
    } else {
        desk.line(words)
    }
}
