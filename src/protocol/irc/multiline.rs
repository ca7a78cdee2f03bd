//! Batches that clients send: messages of several lines (IRCv3 client-batch, multiline). Reads lines against the batch that is open and
//! says how it changes; who holds it applies that. Keeps nothing itself.

mod ends;

use super::targets::shown;
use super::{Asker, Capability, Message, Reading, World, lengths};
use crate::chat::{ClientTags, Tick};
pub(super) use ends::begin_or_end;

/// For how many seconds a batch may be open.
const OPEN_SECONDS: u64 = 60;

/// The tag that puts a line directly after the one before it.
const CONCAT: &str = "draft/multiline-concat";

/// A batch that a client has begun and not ended. A client has one at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBatch {
    reference: Box<str>,
    opened: Tick,
    /// None: something was wrong with it, and all its lines are passed over until it ends.
    message: Option<Box<Lines>>,
}

/// What a batch has so far.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lines {
    target: Box<str>,
    /// The label of the line that began it, for what it comes to.
    label: Option<Box<str>>,
    tags: Option<ClientTags>,
    /// Whether it is a notice; none before its first line.
    notice: Option<bool>,
    /// At most [`lengths::MULTILINE_BYTES`].
    text: String,
    /// Where in it a line was concatenated to the one before.
    joints: Vec<u32>,
    /// At most [`lengths::MULTILINE_LINES`].
    count: usize,
    /// A line came that could not be read: without that one it would say something else.
    unreadable: bool,
}

/// What a line does to the batch of its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchChange {
    /// This one is open now, in place of any other.
    Began(Box<OpenBatch>),
    /// The open one has another line.
    Line {
        /// Whether it is a line of a notice.
        notice: bool,
        /// Whether it goes on directly after the line before it.
        concat: bool,
        /// What it says.
        text: Box<str>,
    },
    /// The open one is passed over until it ends.
    Failed,
    /// The open one is refused when it ends.
    Unreadable,
    /// None is open any more.
    Ended,
}

impl OpenBatch {
    /// What it has so far; none: it comes to nothing any more.
    fn lines(&self, now: Tick) -> Option<&Lines> {
        let is_late = now.seconds_since(self.opened) > OPEN_SECONDS;
        self.message.as_deref().filter(|_| !is_late)
    }
}

impl BatchChange {
    /// Changes the batch that is kept for a client.
    pub fn apply(self, batch: &mut Option<Box<OpenBatch>>) {
        match self {
            BatchChange::Began(new) => *batch = Some(new),
            BatchChange::Ended => *batch = None,
            BatchChange::Failed => {
                if let Some(open) = batch {
                    open.message = None;
                }
            }
            BatchChange::Unreadable => {
                if let Some(lines) = batch.as_mut().and_then(|open| open.message.as_mut()) {
                    lines.unreadable = true;
                }
            }
            BatchChange::Line {
                notice,
                concat,
                text,
            } => {
                if let Some(lines) = batch.as_mut().and_then(|open| open.message.as_mut()) {
                    if lines.count > 0 && !concat {
                        lines.text.push('\n');
                    } else {
                        lines.joints.extend(u32::try_from(lines.text.len()));
                    }
                    lines.text.push_str(&text);
                    lines.count += 1;
                    lines.notice = Some(notice);
                }
            }
        }
    }
}

/// What a line is about that has to do with a batch. True: that was all; false: it is to be read as any other.
pub(super) fn takes(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) -> bool {
    let tag = message.tags.get("batch");
    let Some(open) = asker.batch else {
        let Some(tag) = tag.filter(|_| may_batch(asker)) else {
            return false;
        };
        fail_reference(world, asker, reading, &tag);
        return true;
    };
    let lines = open.lines(world.stamp.tick);
    if open.message.is_some() && lines.is_none() {
        let text =
            format!("The batch was open for longer than {OPEN_SECONDS} seconds; begin it anew");
        fail(world, asker, reading, "TIMEOUT", &[&open.reference], &text);
    }
    let command = message.command;
    let is = |name: &str| command.eq_ignore_ascii_case(name);
    match (tag, lines) {
        (Some(_), Some(_)) if is("BATCH") => {
            invalid(world, asker, reading, "A batch cannot be inside of another");
            true
        }
        (Some(tag), Some(lines)) if *tag == *open.reference => {
            if is("PRIVMSG") || is("NOTICE") {
                line(world, asker, message, lines, reading);
            } else {
                invalid(world, asker, reading, "It takes PRIVMSG or NOTICE only");
            }
            true
        }
        (Some(tag), None) if *tag == *open.reference => true,
        (Some(tag), lines) => {
            fail_reference(world, asker, reading, &tag);
            if lines.is_some() {
                // A line of it went astray: without that one it would say something else.
                reading.batch = Some(BatchChange::Failed);
            }
            true
        }
        // What keeps a connection, and the end of the batch itself. Anything else ends it, and is read all the same.
        (None, Some(_))
            if !["BATCH", "PING", "PONG", "QUIT"]
                .iter()
                .any(|name| is(name)) =>
        {
            invalid(
                world,
                asker,
                reading,
                "A line came between that is not part of it",
            );
            false
        }
        (None, _) => false,
    }
}

/// What a line that cannot be read does to a batch: it may have been one of its lines, whatever is left of its tags.
pub(super) fn unreadable(asker: Asker<'_>) -> Option<BatchChange> {
    asker.batch.map(|_| BatchChange::Unreadable)
}

fn may_batch(asker: Asker<'_>) -> bool {
    let capabilities = asker.client.capabilities;
    Capability::Multiline.is_in(capabilities) && Capability::Batch.is_in(capabilities)
}

/// One line of the open batch.
fn line(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    lines: &Lines,
    reading: &mut Reading,
) {
    let [target, text, ..] = &message.params[..] else {
        return invalid(world, asker, reading, "A line needs a target and a text");
    };
    let notice = message.command.eq_ignore_ascii_case("NOTICE");
    let concat = message.tags.get(CONCAT).is_some();
    if !lines.target.eq_ignore_ascii_case(target) {
        let context = [shown(&lines.target), shown(target)];
        let text = "Invalid multiline target: all lines are for the target of the batch";
        return fail(
            world,
            asker,
            reading,
            "MULTILINE_INVALID_TARGET",
            &context,
            text,
        );
    }
    if lines.notice.is_some_and(|before| before != notice) {
        return invalid(
            world,
            asker,
            reading,
            "Its lines are PRIVMSG or NOTICE, not both",
        );
    }
    if concat && text.is_empty() {
        return invalid(world, asker, reading, "A blank line cannot be concatenated");
    }
    if lines.count == lengths::MULTILINE_LINES {
        let most = lengths::MULTILINE_LINES.to_string();
        let text = format!("Multiline batch max-lines exceeded: {most} are allowed");
        return fail(
            world,
            asker,
            reading,
            "MULTILINE_MAX_LINES",
            &[&most],
            &text,
        );
    }
    let feed = usize::from(lines.count > 0 && !concat);
    if lines.text.len() + feed + text.len() > lengths::MULTILINE_BYTES {
        let most = lengths::MULTILINE_BYTES.to_string();
        let text = format!("Multiline batch max-bytes exceeded: {most} are allowed");
        return fail(
            world,
            asker,
            reading,
            "MULTILINE_MAX_BYTES",
            &[&most],
            &text,
        );
    }
    reading.batch = Some(BatchChange::Line {
        notice,
        concat,
        text: (*text).into(),
    });
}

fn fail_reference(world: &World<'_>, asker: Asker<'_>, reading: &mut Reading, reference: &str) {
    reading.tell(world, asker, |replies| {
        let text = "No batch with that reference is open; the line was passed over";
        let context = [shown(reference)];
        replies.standard("FAIL", "BATCH", "INVALID_REFTAG", &context, text);
    });
}

/// The open batch comes to nothing.
fn fail(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    code: &str,
    context: &[&str],
    text: &str,
) {
    let lines = asker.batch.and_then(|open| open.message.as_ref());
    if let Some(label) = lines.and_then(|lines| lines.label.as_ref()) {
        reading.label.get_or_insert_with(|| label.clone());
    }
    reading.batch = Some(BatchChange::Failed);
    reading.tell(world, asker, |replies| {
        replies.standard("FAIL", "BATCH", code, context, text);
    });
}

fn invalid(world: &World<'_>, asker: Asker<'_>, reading: &mut Reading, why: &str) {
    let text = format!("Invalid multiline batch: {why}");
    fail(world, asker, reading, "MULTILINE_INVALID", &[], &text);
}

#[cfg(test)]
mod tests;
