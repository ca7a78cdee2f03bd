//! What was said before: CHATHISTORY (IRCv3 chathistory), and how far of it one has read: MARKREAD (IRCv3 read-marker). Reads no
//! history: it asks for what is to be looked up ([`Errand::History`]), and answers with what was found.

mod answer;
mod marker;
mod selector;

use smallvec::{SmallVec, smallvec};

pub(super) use answer::returned;
use selector::{Faulty, bound, earlier, limit, time};

use super::Entry;
use super::answers::not_negotiated;
use crate::chat::{Bound, Lookup, Nick, Of, Party, Query, RoomName, Span};
use crate::protocol::irc::recall::Recalled;
use crate::protocol::irc::render::Keep;
use crate::protocol::irc::targets::shown;
use crate::protocol::irc::{
    Asker, Capability, Errand, Message, Numeric, Reading, Recall, Step, World, lengths,
};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "CHATHISTORY",
        // What is missing has a standard reply.
        least: 0,
        // It is read from the disk.
        cost: 2,
        role: None,
        usage: "<subcommand> <target> <selector> [<selector>] <limit>",
        help: "Tells what was said before in a channel or with a user: LATEST, BEFORE, AFTER, AROUND or BETWEEN messages (msgid=...) or \
               moments (timestamp=YYYY-MM-DDThh:mm:ss.sssZ), LATEST also without (*).\n\
               TARGETS <timestamp> <timestamp> <limit> tells in which conversations something was said then. For clients with \
               draft/chathistory.",
        read,
    },
    Entry {
        name: "MARKREAD",
        least: 0,
        cost: 1,
        role: None,
        usage: "<target> [<timestamp>]",
        help: "Shows or sets until when one has read what was said in a channel or with a user; it is told to all clients of the same \
               user, and to nobody else. For clients with draft/read-marker.",
        read: marker::read,
    },
];

/// Why it cannot be looked up: a standard reply.
struct Fail<'a> {
    code: &'static str,
    context: SmallVec<[&'a str; 3]>,
    text: String,
}

impl<'a> Fail<'a> {
    fn new(code: &'static str, context: &[&'a str], text: &str) -> Fail<'a> {
        Fail {
            code,
            context: context.into(),
            text: text.to_owned(),
        }
    }

    fn params(context: &[&'a str], text: &str) -> Fail<'a> {
        Fail::new("INVALID_PARAMS", context, text)
    }
}

/// The subcommands, and how many parameters each has beside itself.
const SUBCOMMANDS: [(&str, usize); 6] = [
    ("LATEST", 3),
    ("BEFORE", 3),
    ("AFTER", 3),
    ("AROUND", 3),
    ("BETWEEN", 4),
    ("TARGETS", 3),
];

fn read(world: &World<'_>, asker: Asker<'_>, message: &Message<'_>, reading: &mut Reading) {
    let is_on = world.server.history;
    if !Capability::ChatHistory.is_in(asker.client.capabilities) {
        if is_on {
            return not_negotiated(world, asker, reading, "draft/chathistory");
        }
        return reading.tell(world, asker, |replies| {
            let text = "Unknown command: this server keeps no history";
            replies.numeric(Numeric::UnknownCommand, &["CHATHISTORY"], text);
        });
    }
    match recall(world, asker, &message.params) {
        Ok(recall) => {
            let errand = Errand::History(Box::new(recall));
            reading.steps.push(Step::Outside(errand));
        }
        Err(fail) => reading.tell(world, asker, |replies| {
            let context: SmallVec<[&str; 3]> =
                fail.context.iter().map(|word| shown(word)).collect();
            replies.standard("FAIL", "CHATHISTORY", fail.code, &context, &fail.text);
        }),
    }
}

/// What is to be looked up.
fn recall<'a>(world: &World<'_>, asker: Asker<'_>, params: &[&'a str]) -> Result<Recall, Fail<'a>> {
    let given = params.first().copied().unwrap_or_default();
    let known = |(name, _): &&(&str, usize)| name.eq_ignore_ascii_case(given);
    let Some(&(subcommand, count)) = SUBCOMMANDS.iter().find(known) else {
        let text = "Unknown command; LATEST, BEFORE, AFTER, AROUND, BETWEEN, TARGETS";
        return Err(Fail::params(&[given], text));
    };
    let params = &params[1..];
    if params.len() != count {
        let text = if params.len() < count {
            "Insufficient parameters; HELP CHATHISTORY"
        } else {
            "Too many parameters; HELP CHATHISTORY"
        };
        return Err(Fail::params(&[subcommand], text));
    }
    let most = limit(params[count - 1]).ok_or_else(|| {
        let text = format!(
            "Invalid limit; a number from 1 on ({} at most)",
            lengths::HISTORY
        );
        Fail::params(&[subcommand, params[count - 1]], &text)
    })?;
    if subcommand == "TARGETS" {
        return targets(world, asker, (params[0], params[1]), most);
    }
    if !world.server.history {
        let text = "Messages could not be retrieved: this server keeps no history";
        return Err(Fail::new("MESSAGE_ERROR", &[subcommand, params[0]], text));
    }
    let (span, keep) = span(subcommand, params)?;
    let Some((of, recalled)) = conversation(world, asker, params[0]) else {
        let text =
            "Messages could not be retrieved: there is no such target, or you may not read it";
        return Err(Fail::new("INVALID_TARGET", &[subcommand, params[0]], text));
    };
    // Outside of a batch events would look as if they happened now.
    let wanted = [Capability::EventPlayback, Capability::Batch];
    let mut wanted = wanted.into_iter();
    let query = Query {
        events: wanted.all(|capability| capability.is_in(asker.client.capabilities)),
        ..Query::all(of, span, most)
    };
    Ok(Recall {
        lookup: Lookup::Messages(query),
        subcommand,
        given: shown(params[0]).into(),
        of: recalled,
        keep,
    })
}

/// Which messages, and which of them stay where they are too many: those that the limit counts first.
fn span<'a>(subcommand: &'static str, params: &[&'a str]) -> Result<(Span, Keep), Fail<'a>> {
    let bound = |given: &'a str| -> Result<Bound, Fail<'a>> {
        bound(given).map_err(|fault| match fault {
            Faulty::Kind => Fail::new(
                "INVALID_MSGREFTYPE",
                &[subcommand, params[0], given],
                "Messages are referred to by msgid= and timestamp= only",
            ),
            Faulty::Time => Fail::params(
                &[subcommand, given],
                "Invalid timestamp; timestamp=YYYY-MM-DDThh:mm:ss.sssZ",
            ),
            Faulty::Id => Fail::params(&[subcommand, given], "Invalid msgid; no message has such"),
            Faulty::Form => Fail::params(
                &[subcommand, given],
                "Invalid message reference; msgid=... or timestamp=...",
            ),
        })
    };
    Ok(match subcommand {
        "LATEST" if params[1] == "*" => (Span::Latest(None), Keep::Last),
        "LATEST" => (Span::Latest(Some(bound(params[1])?)), Keep::Last),
        "BEFORE" => (Span::Before(bound(params[1])?), Keep::Last),
        "AFTER" => (Span::After(bound(params[1])?), Keep::First),
        "AROUND" => (Span::Around(bound(params[1])?), Keep::Middle),
        _ => {
            let (from, to) = (bound(params[1])?, bound(params[2])?);
            let keep = if earlier(from, to) {
                Keep::First
            } else {
                Keep::Last
            };
            (Span::Between(from, to), keep)
        }
    })
}

/// Of which conversation: a room that the asker is in, or what it and another have said to each other. Whether a room is there that
/// the asker is not in makes no difference.
fn conversation(world: &World<'_>, asker: Asker<'_>, given: &str) -> Option<(Of, Recalled)> {
    if given.starts_with('#') {
        let name = RoomName::parse(given).ok()?;
        let (id, _) = world.chat.room_by_name(&name)?;
        let (lives, rights) = world.chat.readable(asker.user, id)?;
        return Some((Of::Lives(lives, rights), Recalled::Room(id)));
    }
    let nick = Nick::parse(given).ok()?;
    let there = world.chat.user_by_nick(&nick).map(|(_, user)| user);
    let shown = there.map_or(&nick, |user| &user.nick);
    let recalled = Recalled::User(shown.as_str().into());
    let owner = || world.chat.registered_by_name(&nick);
    let other = match there {
        Some(user) => Some(world.chat.party(&world.stamp, user)),
        None => owner().map(|owner| Party::of_account(owner.id)),
    };
    let own = world.chat.parties(&world.stamp, asker.user);
    Some((Of::Direct { own, other, nick }, recalled))
}

/// In which conversations something was said between two moments. All that one answer may have are looked up, and the limit counts
/// from the first moment, as in BETWEEN.
fn targets<'a>(
    world: &World<'_>,
    asker: Asker<'_>,
    (from, to): (&'a str, &'a str),
    most: u32,
) -> Result<Recall, Fail<'a>> {
    let moment = |given: &'a str| {
        time(given).ok_or_else(|| {
            let text = "Invalid timestamp; timestamp=YYYY-MM-DDThh:mm:ss.sssZ";
            Fail::params(&["TARGETS", given], text)
        })
    };
    let (from, to) = (moment(from)?, moment(to)?);
    if !world.server.history {
        let text = "Messages could not be retrieved: this server keeps no history";
        return Err(Fail {
            code: "MESSAGE_ERROR",
            context: smallvec!["TARGETS", "*"],
            text: text.to_owned(),
        });
    }
    let rooms = asker.user.rooms().filter_map(|id| {
        let (lives, rights) = world.chat.readable(asker.user, id)?;
        Some((world.chat.room(id)?.name.clone(), lives, rights))
    });
    Ok(Recall {
        lookup: Lookup::Targets {
            own: world.chat.parties(&world.stamp, asker.user),
            rooms: rooms.collect(),
            after: from.min(to),
            before: from.max(to),
            limit: lengths::HISTORY,
        },
        subcommand: "TARGETS",
        given: "*".into(),
        of: Recalled::Targets(most),
        keep: if from <= to { Keep::First } else { Keep::Last },
    })
}

#[cfg(test)]
mod tests;
