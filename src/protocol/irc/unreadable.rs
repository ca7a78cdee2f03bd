//! Answers to lines that cannot be read: too long (417), not UTF-8 (IRCv3 UTF8ONLY), with a NUL. Nothing of them is
//! carried out, and nothing of the batch that was open.

use super::{Asker, Capability, Line, Message, Numeric, Reading, Replies, World, multiline};

/// What a line comes to that is not a whole one.
pub fn unreadable(world: &World<'_>, asker: Asker<'_>, line: &Line) -> Reading {
    let mut reading = Reading {
        batch: multiline::unreadable(asker),
        ..Reading::default()
    };
    if let Line::NotUtf8(head) | Line::Nul(head) = line
        && let Ok(message) = Message::parse(head)
    {
        reading.label = super::commands::label_of(&message, asker.client.capabilities);
    }
    let standard = Capability::StandardReplies.is_in(asker.client.capabilities);
    reading.tell(world, asker, |replies| refuse(line, standard, replies));
    reading
}

/// Says why a line is refused; `standard`: the client knows standard replies.
pub(super) fn refuse(line: &Line, standard: bool, replies: &mut Replies<'_>) {
    const NUL: &str = "The message has a NUL in it and was not carried out";
    const UTF8: &str = "The message is not UTF-8 and was not carried out; set your client to UTF-8";
    match line {
        Line::Whole(_) => {}
        Line::TooLong => {
            let text = "Input line was too long and was not carried out; \
                        512 bytes with CR LF, and 4094 of tags, are the most";
            replies.numeric(Numeric::InputTooLong, &[], text);
        }
        Line::NotUtf8(head) if standard => {
            replies.standard("FAIL", command_of(head), "INVALID_UTF8", &[], UTF8);
        }
        Line::NotUtf8(_) => {
            let nick = replies.nick().to_owned();
            replies.line("NOTICE", &[&nick, UTF8]);
        }
        Line::Nul(head) => {
            replies.numeric(Numeric::UnknownError, &[command_of(head)], NUL);
        }
    }
}

fn command_of(head: &str) -> &str {
    Message::parse(head).map_or("*", |message| message.command)
}
