//! MARKREAD: until when one has read what was said somewhere (IRCv3 read-marker). The chat keeps it.

use super::selector::time;
use crate::chat::{Command, Target};
use crate::protocol::irc::commands::answers::not_negotiated;
use crate::protocol::irc::targets::{recipient, shown};
use crate::protocol::irc::{Asker, Capability, Message, Reading, World};

pub(super) fn read(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    if !Capability::ReadMarker.is_in(asker.client.capabilities) {
        return not_negotiated(world, asker, reading, "draft/read-marker");
    }
    let mut fail = |code: &str, context: &[&str], text: &str| {
        reading.tell(world, asker, |replies| {
            replies.standard("FAIL", "MARKREAD", code, context, text);
        });
    };
    let given = message.params.first().copied().unwrap_or_default();
    if given.is_empty() {
        let text = "Missing parameters; MARKREAD <target> [<timestamp>]";
        return fail("NEED_MORE_PARAMS", &[], text);
    }
    let Ok(target @ (Target::Room(_) | Target::User(_))) = recipient(given) else {
        let text = "Invalid parameters: that is neither a channel nor a nick";
        return fail("INVALID_PARAMS", &[shown(given)], text);
    };
    let at = match message.params.get(1) {
        None => None,
        Some(at) => {
            let Some(read) = time(at) else {
                let text = "Invalid parameters; timestamp=YYYY-MM-DDThh:mm:ss.sssZ";
                return fail("INVALID_PARAMS", &[shown(given), shown(at)], text);
            };
            Some(read)
        }
    };
    reading.ask(Command::MarkRead(target, at));
}
