//! `chatctl say`: one line as the operator.

use serde::{Deserialize, Serialize};

use crate::admin::Request;
use crate::ctl::clients;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;

/// The reply to `Say`: to whom, and how many clients got it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Said {
    pub(crate) target: String,
    pub(crate) clients: u64,
}

/// `chatctl say TARGET TEXT...`.
pub(crate) fn say(desk: &mut Desk<'_, '_>, target: String, text: &[String]) -> Result<(), Failure> {
    let said: Said = desk.connect()?.ask_all(&Request::Say {
        target,
        text: text.join(" "),
    })?;
    if desk.wants_json() {
        return desk.json(&said);
    }
    let reached = clients::count(usize::try_from(said.clients).unwrap_or(usize::MAX));
    desk.line(format_args!("said to {} ({reached})", escape(&said.target)))
}
