//! Batches that clients send: messages of several lines (IRCv3 client-batch, multiline). Reads lines against the batch that is open and
//! says how it changes; who holds it applies that. Keeps nothing itself.

use super::commands::said;
use super::targets::{Nowhere, recipient, shown};
use super::{Asker, Capability, Message, Numeric, Reading, World};
use crate::chat::{ClientTags, Command, Tick};

/// The most bytes of a message of several lines, the line feeds between them included: `max-bytes` of the capability.
pub const MAX_BYTES: usize = 8192;
/// The most lines of one: `max-lines` of the capability.
pub const MAX_LINES: usize = 64;
/// For how many seconds a batch may be open.
const OPEN_SECONDS: u64 = 60;

/// The most bytes of a reference.
const REFERENCE: usize = 64;

/// The type of batch that there is.
const TYPE: &str = "draft/multiline";
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
    /// At most [`MAX_BYTES`].
    text: String,
    /// At most [`MAX_LINES`].
    count: usize,
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
            BatchChange::Line {
                notice,
                concat,
                text,
            } => {
                if let Some(lines) = batch.as_mut().and_then(|open| open.message.as_mut()) {
                    if lines.count > 0 && !concat {
                        lines.text.push('\n');
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
        (Some(tag), _) => {
            fail_reference(world, asker, reading, &tag);
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
    if lines.count == MAX_LINES {
        let text = format!("Multiline batch max-lines exceeded: {MAX_LINES} are allowed");
        let most = MAX_LINES.to_string();
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
    if lines.text.len() + feed + text.len() > MAX_BYTES {
        let text = format!("Multiline batch max-bytes exceeded: {MAX_BYTES} are allowed");
        let most = MAX_BYTES.to_string();
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

/// BATCH.
pub(super) fn begin_or_end(
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
    let is_word = reference.bytes().all(|byte| byte.is_ascii_graphic());
    let kind = message.params.get(1).copied().unwrap_or_default();
    if !is_word || !(1..=REFERENCE).contains(&reference.len()) {
        let text = format!("A reference has 1 to {REFERENCE} visible ASCII characters");
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
            tags: super::client_tags::client_tags(message, capabilities, deny),
            notice: None,
            text: String::new(),
            count: 0,
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
    let Some(notice) = lines.notice else {
        return invalid(world, asker, reading, "It has no lines");
    };
    let Some((manner, text)) = said(&lines.text, notice) else {
        return invalid(world, asker, reading, "It has blank lines only");
    };
    reading.label = reading.label.take().or_else(|| lines.label.clone());
    // What the chat says to it is said to the message that it is.
    reading.verb = if notice { "NOTICE" } else { "PRIVMSG" };
    let nowhere = match recipient(&lines.target) {
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
