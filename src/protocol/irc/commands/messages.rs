//! Saying something: PRIVMSG, NOTICE, TAGMSG, REDACT, BATCH.

use smallvec::SmallVec;

use super::Entry;
use super::answers::{not_negotiated, too_many};
use super::services::Service;
use crate::chat::{ClientTags, Command, Manner, MessageId, Target, Text};
use crate::protocol::irc::client_tags::client_tags;
use crate::protocol::irc::targets::{self, Nowhere, shown};
use crate::protocol::irc::{
    Asker, Capability, Message, Numeric, Reading, World, ctcp, lengths, multiline,
};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "PRIVMSG",
        // Who it is for and what it says have numerics of their own.
        least: 0,
        cost: 1,
        role: None,
        usage: "<target>{,<target>} <text>",
        help: "Says something to channels and users. A sign before a channel's name (@#channel) means those in it who have that rank \
               or a higher one.",
        read: privmsg,
    },
    Entry {
        name: "NOTICE",
        least: 0,
        cost: 1,
        role: None,
        usage: "<target>{,<target>} <text>",
        help: "As PRIVMSG, but nothing answers by itself: no program, and the server tells no errors.",
        read: notice,
    },
    Entry {
        name: "TAGMSG",
        least: 0,
        cost: 1,
        role: None,
        usage: "<target>{,<target>}",
        help: "Says something with tags only, for other clients' programs. For clients with message-tags.",
        read: tagmsg,
    },
    Entry {
        name: "REDACT",
        least: 2,
        cost: 2,
        role: None,
        usage: "<target> <msgid> [<reason>]",
        help: "Takes back a message: one's own, or, for a channel's operators, another's. For clients with draft/message-redaction.",
        read: redact,
    },
    Entry {
        name: "BATCH",
        least: 1,
        cost: 1,
        role: None,
        usage: "+<reference> draft/multiline <target> | -<reference>",
        help: "Begins and ends a message of several lines. For clients with draft/multiline.",
        read: multiline::begin_or_end,
    },
];

/// RFC 2812 section 3.3.1.
fn privmsg(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let Some(recipients) = recipients(world, asker, message, reading) else {
        return;
    };
    let text = message.params.get(1).copied().unwrap_or_default();
    let Some((manner, text)) = said(text, false) else {
        return reading.tell(world, asker, |replies| {
            replies.numeric(Numeric::NoTextToSend, &[], "No text to send");
        });
    };
    let tags = tags(world, asker, message);
    let private = has_service(&recipients);
    for given in recipients {
        if private {
            if let Some(service) = Service::named(given) {
                service.is_told(world, asker, &text, reading);
                continue;
            }
            reading.tell(world, asker, |replies| {
                let text = "Not delivered: what is said to a service is for nobody else; it may be a password";
                replies.numeric(Numeric::TooManyTargets, &[shown(given)], text);
            });
            continue;
        }
        match targets::recipient(given) {
            Ok(to) => match ctcp::excess(world, asker, &to, manner, &text) {
                Some(over) => too_long(world, asker, reading, given, over),
                None => say(reading, to, manner, &text, tags.as_ref()),
            },
            Err(nowhere) => no_recipient(world, asker, reading, given, nowhere),
        }
    }
}

/// RFC 2812 section 3.3.2: nothing is answered to a notice, not even that it could not be told.
fn notice(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let recipients = message.params.first().copied().unwrap_or_default();
    let text = message.params.get(1).copied().unwrap_or_default();
    let Ok(recipients) = targets::list(recipients, lengths::MESSAGE_TARGETS) else {
        return;
    };
    // A service answers no notice, and what is said to it is for nobody else.
    if has_service(&recipients) {
        return;
    }
    let Some((manner, text)) = said(text, true) else {
        return;
    };
    let tags = tags(world, asker, message);
    for to in recipients
        .into_iter()
        .filter_map(|given| targets::recipient(given).ok())
    {
        if ctcp::excess(world, asker, &to, manner, &text).is_none() {
            say(reading, to, manner, &text, tags.as_ref());
        }
    }
}

/// IRCv3 message-tags. One without tags is told too, as the specification shows; one whose tags are all denied is not.
fn tagmsg(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    if !Capability::MessageTags.is_in(asker.client.capabilities) {
        return not_negotiated(world, asker, reading, "message-tags");
    }
    let Some(recipients) = recipients(world, asker, message, reading) else {
        return;
    };
    let tags = match tags(world, asker, message) {
        Some(tags) => tags,
        None if message.tags.client_only().next().is_some() => return,
        None => ClientTags("".into()),
    };
    for given in recipients {
        // That one types, say, is nothing to it.
        if Service::named(given).is_some() {
            continue;
        }
        match targets::recipient(given) {
            Ok(to) => reading.ask(Command::Tag(to, tags.clone())),
            Err(nowhere) => no_recipient(world, asker, reading, given, nowhere),
        }
    }
}

/// IRCv3 message-redaction.
fn redact(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    if !Capability::MessageRedaction.is_in(asker.client.capabilities) {
        return not_negotiated(world, asker, reading, "draft/message-redaction");
    }
    let (target, id) = (message.params[0], message.params[1]);
    let Ok(to @ (Target::Room(_) | Target::Ranked(..) | Target::User(_))) =
        targets::recipient(target)
    else {
        return reading.tell(world, asker, |replies| {
            let text = "You cannot delete messages from there: it is neither a channel nor a nick";
            replies.standard("FAIL", "REDACT", "INVALID_TARGET", &[shown(target)], text);
        });
    };
    let Some(id) = MessageId::parse(id) else {
        return reading.tell(world, asker, |replies| {
            let context = [shown(target), shown(id)];
            let text = "This message does not exist or is too old";
            replies.standard("FAIL", "REDACT", "UNKNOWN_MSGID", &context, text);
        });
    };
    let reason = message
        .params
        .get(2)
        .and_then(|text| Text::parse(text).ok());
    reading.ask(Command::Redact(to, id, reason));
}

/// Whom a message is for; or the answer that it is for nobody, or too many.
fn recipients<'a>(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'a>,
    reading: &mut Reading,
) -> Option<SmallVec<[&'a str; 4]>> {
    let param = message.params.first().copied().unwrap_or_default();
    match targets::list(param, lengths::MESSAGE_TARGETS) {
        Ok(all) if all.is_empty() => {
            let text = format!("No recipient given ({})", reading.verb);
            reading.tell(world, asker, |replies| {
                replies.numeric(Numeric::NoRecipient, &[], &text);
            });
            None
        }
        Ok(all) => Some(all),
        Err(many) => {
            too_many(world, asker, reading, many);
            None
        }
    }
}

fn has_service(recipients: &[&str]) -> bool {
    let mut recipients = recipients.iter();
    recipients.any(|given| Service::named(given).is_some())
}

fn no_recipient(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    given: &str,
    nowhere: Nowhere,
) {
    let (numeric, text) = match nowhere {
        Nowhere::Nick => (
            Numeric::NoSuchNick,
            "No such nick/channel: nobody can be called that",
        ),
        Nowhere::Room => (
            Numeric::NoSuchChannel,
            "No such channel: none can be called that",
        ),
        Nowhere::Server => (
            Numeric::NoSuchNick,
            "No such nick/channel: nothing can be said to all of a server; operators have WALLOPS",
        ),
    };
    reading.tell(world, asker, |replies| {
        replies.numeric(numeric, &[shown(given)], text);
    });
}

/// One for programs that would not be one any more in the lines that it takes.
fn too_long(world: &World<'_>, asker: Asker<'_>, reading: &mut Reading, given: &str, over: usize) {
    let text = format!(
        "Input line was too long: with your name before it this CTCP message to {} is {over} bytes too long for one line; shorten it",
        shown(given)
    );
    reading.tell(world, asker, |replies| {
        replies.numeric(Numeric::InputTooLong, &[], &text);
    });
}

fn say(reading: &mut Reading, to: Target, manner: Manner, text: &Text, tags: Option<&ClientTags>) {
    reading.ask(Command::Say {
        to,
        manner,
        text: text.clone(),
        tags: tags.cloned(),
    });
}

fn tags(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>) -> Option<ClientTags> {
    let deny = &world.server.client_tag_deny;
    client_tags(message, asker.client.capabilities, deny)
}

/// What a text says and in which manner; none: nothing that anybody could see. `\x01ACTION ...\x01` in a message is an action (Modern
/// IRC, CTCP); any other CTCP stays what it is. It may have several lines.
pub(in crate::protocol::irc) fn said(text: &str, notice: bool) -> Option<(Manner, Text)> {
    if notice {
        return Some((Manner::Notice, Text::parse_lines(text).ok()?));
    }
    // The last \x01 may be missing.
    let action = text.strip_prefix("\u{1}ACTION ");
    let action = action.map(|action| action.strip_suffix('\u{1}').unwrap_or(action));
    if let Some(action) = action.and_then(|action| Text::parse_lines(action).ok()) {
        return Some((Manner::Action, action));
    }
    Some((Manner::Message, Text::parse_lines(text).ok()?))
}

#[cfg(test)]
mod tests;
