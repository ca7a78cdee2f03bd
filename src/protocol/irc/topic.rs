//! A room's topic as 332 and 333, for TOPIC and after JOIN. Asks nobody whether it may be seen.

use super::{Numeric, Replies, Server};
use crate::chat::{RoomName, TopicNote};

/// What the topic is, and who set it when (RFC 2812 section 5.1, Modern IRC "`RPL_TOPICWHOTIME`"). The operator at the console is
/// a source like any other.
pub(super) fn topic(server: &Server, name: &RoomName, note: &TopicNote, replies: &mut Replies<'_>) {
    let console = server.console();
    let by = note.by.as_deref().unwrap_or(&console);
    let at = note.at.0.div_euclid(1000).to_string();
    replies
        .numeric(Numeric::Topic, &[name.as_str()], note.topic.as_str())
        .bare(Numeric::TopicWhoTime, &[name.as_str(), by, &at]);
}
