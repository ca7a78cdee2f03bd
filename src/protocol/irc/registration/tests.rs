//! Registration, one file for each text: Modern IRC, capability-negotiation, extended-isupport, pre-away; a matrix of all commands,
//! and anything at all.

mod extended_isupport;
mod matrix;
mod modern;
mod negotiating;
mod password;
mod pre_away;

use super::*;
use crate::protocol::irc::testing::{Place, attach, nick, opened, tls, told};

/// The one line that a step tells.
fn only(steps: &[Step]) -> String {
    let lines = told(steps);
    let [line] = &lines[..] else {
        panic!("not one line: {lines:?}");
    };
    line.clone()
}

/// Whether the one line told starts with this, after the server's name.
fn is_told(steps: &[Step], start: &str) -> bool {
    only(steps).starts_with(&format!(":irc.example.org {start}"))
}
