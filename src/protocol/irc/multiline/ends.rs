//! BATCH: where a message of several lines begins and ends.

use super::{BatchChange, Lines, OpenBatch, fail, fail_reference, invalid, may_batch};
use crate::chat::{Command, Manner};
use crate::protocol::irc::client_tags::client_tags;
use crate::protocol::irc::commands::{Service, said};
use crate::protocol::irc::targets::{Nowhere, recipient, shown};
use crate::protocol::irc::{Asker, Message, Numeric, Reading, World, ctcp};

/// The most bytes of a reference.
const REFERENCE: usize = 64;

/// The type of batch that there is.
const TYPE: &str = "draft/multiline";

/// BATCH.
pub(in crate::protocol::irc) fn begin_or_end(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let param = message.params[0];
    if let Some(reference) = param.strip_prefix('+') {
        begin(world, asker, message, reference, reading);
    } else if let Some(reference) = param.strip_prefix('-') {
        end(world, asker, reference, reading);
    } else {
        let text = "A batch begins with BATCH +reference and ends with BATCH -reference";
        reading.tell(world, asker, |replies| {
            replies.standard("FAIL", "BATCH", "INVALID_REFTAG", &[shown(param)], text);
        });
    }
}

fn begin(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reference: &str,
    reading: &mut Reading,
) {
    let now = world.stamp.tick;
    // What the whole batch comes to is labelled, not this line; the batch before it has a label of its own.
    let label = reading.label.take();
    if asker.batch.is_some_and(|open| open.lines(now).is_some()) {
        invalid(world, asker, reading, "Another batch began before it ended");
    }
    let mut lines = None;
    // IRCv3 batch, "The BATCH verb".
    let is_word = reference
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let kind = message.params.get(1).copied().unwrap_or_default();
    if !is_word || !(1..=REFERENCE).contains(&reference.len()) {
        let text = format!("A reference has 1 to {REFERENCE} ASCII letters, digits and hyphens");
        let context = [shown(reference)];
        fail(world, asker, reading, "INVALID_REFTAG", &context, &text);
    } else if kind != TYPE || !may_batch(asker) {
        let text =
            format!("The only type is {TYPE}, for clients that have negotiated it and batch");
        let context = [reference, shown(kind)];
        fail(world, asker, reading, "UNKNOWN_TYPE", &context, &text);
    } else if let Some(target) = message.params.get(2) {
        let deny = &world.server.client_tag_deny;
        let capabilities = asker.client.capabilities;
        lines = Some(Box::new(Lines {
            target: (*target).into(),
            label: label.clone(),
            tags: client_tags(message, capabilities, deny),
            notice: None,
            text: String::new(),
            joints: Vec::new(),
            count: 0,
            unreadable: false,
        }));
    } else {
        invalid(world, asker, reading, "It needs a target");
    }
    if lines.is_none() && label.is_some() {
        reading.label = label;
    }
    reading.batch = Some(BatchChange::Began(Box::new(OpenBatch {
        reference: reference.into(),
        opened: now,
        message: lines,
    })));
}

fn end(world: &World<'_>, asker: Asker<'_>, reference: &str, reading: &mut Reading) {
    let open = asker.batch.filter(|open| *open.reference == *reference);
    let Some(open) = open else {
        return fail_reference(world, asker, reading, reference);
    };
    if let Some(lines) = open.lines(world.stamp.tick) {
        finish(world, asker, lines, reading);
    }
    reading.batch = Some(BatchChange::Ended);
}

/// The whole message.
fn finish(world: &World<'_>, asker: Asker<'_>, lines: &Lines, reading: &mut Reading) {
    if lines.unreadable {
        return invalid(world, asker, reading, "A line of it could not be read");
    }
    let Some(notice) = lines.notice else {
        return invalid(world, asker, reading, "It has no lines");
    };
    let Some((manner, mut text)) = said(&lines.text, notice) else {
        return invalid(world, asker, reading, "It has blank lines only");
    };
    // One for programs must be whole in each of its lines.
    if manner != Manner::Action && !text.is_ctcp() {
        text = text.joined_at(&lines.joints);
    }
    reading.label = reading.label.take().or_else(|| lines.label.clone());
    // What the chat says to it is said to the message that it is.
    reading.verb = if notice { "NOTICE" } else { "PRIVMSG" };
    if let Some(service) = Service::named(&lines.target) {
        if !notice {
            service.is_told(world, asker, &text, reading);
        }
        return;
    }
    let nowhere = match recipient(&lines.target) {
        Ok(to) if ctcp::excess(world, asker, &to, manner, &text).is_some() => {
            return invalid(
                world,
                asker,
                reading,
                "A CTCP message in it is too long for one line",
            );
        }
        Ok(to) => {
            let tags = lines.tags.clone();
            return reading.ask(Command::Say {
                to,
                manner,
                text,
                tags,
            });
        }
        Err(nowhere) => nowhere,
    };
    if !notice {
        reading.tell(world, asker, |replies| {
            let (numeric, text) = match nowhere {
                Nowhere::Room => (Numeric::NoSuchChannel, "No such channel"),
                Nowhere::Nick | Nowhere::Server => (Numeric::NoSuchNick, "No such nick/channel"),
            };
            replies.numeric(numeric, &[shown(&lines.target)], text);
        });
    }
}
