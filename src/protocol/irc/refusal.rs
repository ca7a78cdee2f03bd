//! Refusals as replies: which numeric or standard reply says why a command was not carried out.

use super::Replies;
use crate::chat::{Capabilities, Refusal};

/// Why the command `verb` was not carried out.
pub fn refusal(
    replies: &mut Replies<'_>,
    verb: &str,
    refusal: &Refusal,
    capabilities: Capabilities,
) {
    let _ = (replies, verb, refusal, capabilities);
}
