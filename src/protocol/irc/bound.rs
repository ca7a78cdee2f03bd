//! The bound of one answer, so that nobody is cut off as a slow reader for asking, and what is said where it is reached.

use super::{Capability, Replies, Server};
use crate::chat::Capabilities;

/// How much one answer may say: a quarter of `limits.send_queue`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    most: usize,
}

impl Bound {
    /// For an answer that begins here.
    pub(super) fn new(server: &Server, replies: &Replies<'_>) -> Bound {
        let most = replies.written().saturating_add(server.answer());
        Bound { most }
    }

    /// Whether more may be said when this much is written ([`Replies::written`]).
    pub(super) fn holds(self, written: usize) -> bool {
        written < self.most
    }
}

/// Tells that an answer to `command` is not whole, and why: as a standard reply to clients that have those, as a notice to others.
pub(super) fn cut_short(
    replies: &mut Replies<'_>,
    capabilities: Capabilities,
    command: &str,
    context: &[&str],
    text: &str,
) {
    if Capability::StandardReplies.is_in(capabilities) {
        replies.standard("WARN", command, "ANSWER_CUT_SHORT", context, text);
    } else {
        let nick = replies.nick().to_owned();
        let text = format!("{command}: {text}");
        replies.line("NOTICE", &[&nick, &text]);
    }
}
