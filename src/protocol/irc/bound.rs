//! The bound of one answer, so that nobody is cut off as a slow reader for asking, and what is said where it is reached.

use super::targets::shown;
use super::{Capability, Numeric, Replies, Server};
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

/// As much of a word that a client gave as the numeric can repeat that ends with `text`.
pub(super) fn fitting<'w>(replies: &Replies<'_>, word: &'w str, text: &str) -> &'w str {
    let most = replies
        .room(3)
        .saturating_sub(" ".len() + " :".len() + text.len());
    &word[..word.floor_char_boundary(most)]
}

/// Tells that more rooms were asked for than one command takes, from this one on.
pub(super) fn too_many_rooms(replies: &mut Replies<'_>, asked: &str, most: usize) {
    let text = format!("At most {most} rooms at once (TARGMAX); ask for the others again");
    replies.numeric(Numeric::TooManyTargets, &[shown(asked)], &text);
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
