//! Audit records: who asked for what and how it ended, one record for each change. Where they are kept, and that
//! control characters are escaped, is the log's business.

use std::fmt::Display;

use super::{Peer, Request};
use crate::logging;

#[cfg(test)]
mod tests;

/// The most bytes of a record's parameters; what is longer is cut.
const PARAMETERS_MOST: usize = 2048;
/// The most bytes of a method's name that nobody has checked.
const METHOD_MOST: usize = 64;

/// A record that is written when the outcome is known.
#[derive(Debug)]
pub(super) struct Record {
    peer: Peer,
    what: String,
    parameters: String,
    private: bool,
}

impl Record {
    /// The record that a request leaves, if it is of those that leave one: changes, and reading what people say.
    pub(super) fn of(peer: &Peer, what: &str, request: &Request) -> Option<Record> {
        (request.changes() || request.listens()).then(|| Record {
            peer: peer.clone(),
            what: what.into(),
            parameters: summary(request),
            private: false,
        })
    }

    /// The record of a call that is denied, with its parameters where it would have left them if it were not.
    pub(super) fn of_refusal(peer: &Peer, what: &str, request: Option<&Request>) -> Record {
        let record = request.and_then(|request| Record::of(peer, what, request));
        record.unwrap_or_else(|| Record {
            peer: peer.clone(),
            what: cut(what.into(), METHOD_MOST),
            parameters: String::new(),
            private: false,
        })
    }

    /// Says in it that private messages between others are shown.
    pub(super) fn of_private(&mut self) {
        self.private = true;
    }

    /// Its message says what it is about at a glance (`KickClients ok`), its fields say all.
    pub(super) fn write(self, outcome: Result<(), &dyn Display>) {
        let (how, outcome) = match outcome {
            Ok(()) => ("ok", "ok".to_owned()),
            Err(why) => ("failed", why.to_string()),
        };
        let private = if self.private {
            "; private messages between others are shown (admin.watch_private)"
        } else {
            ""
        };
        tracing::info!(
            target: logging::AUDIT,
            uid = self.peer.uid,
            user = self.peer.user.as_deref(),
            gid = self.peer.gid,
            groups = self.peer.groups.as_deref().and_then(groups),
            pid = self.peer.pid,
            what = self.what,
            parameters = self.parameters,
            outcome = outcome,
            "{} {how}{private}",
            self.what
        );
    }
}

/// The groups by number, as many as a peer has: 64 at most. None when there are none.
fn groups(groups: &[u32]) -> Option<String> {
    let numbers: Vec<_> = groups.iter().map(ToString::to_string).collect();
    (!numbers.is_empty()).then(|| numbers.join(","))
}

/// The parameters as JSON, without passwords. The requests that carry whole configuration files change nothing and leave no record.
fn summary(request: &Request) -> String {
    cut(request.shown().to_string(), PARAMETERS_MOST)
}

fn cut(mut text: String, most: usize) -> String {
    if text.len() > most {
        let mut end = most;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
