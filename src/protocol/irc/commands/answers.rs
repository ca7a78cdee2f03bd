//! Answers that several commands give to parameters that name nothing or are too many, too few or too long.

use crate::chat::{Nick, RoomName};
use crate::protocol::irc::targets::{TooMany, shown};
use crate::protocol::irc::{Asker, Numeric, Reading, World};

/// The room that is given; or the answer that there cannot be such a room.
pub(super) fn named_room(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    given: &str,
) -> Option<RoomName> {
    RoomName::parse(given)
        .inspect_err(|error| {
            reading.tell(world, asker, |replies| {
                let text = format!("No such channel: {error}");
                replies.numeric(Numeric::NoSuchChannel, &[shown(given)], &text);
            });
        })
        .ok()
}

/// The nick that is given; or the answer that nobody can be called so.
pub(super) fn named_nick(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    given: &str,
) -> Option<Nick> {
    Nick::parse(given)
        .inspect_err(|error| {
            reading.tell(world, asker, |replies| {
                let text = format!("No such nick: {error}");
                replies.numeric(Numeric::NoSuchNick, &[shown(given)], &text);
            });
        })
        .ok()
}

/// There are parameters, but nothing is in them; or they do not fit together.
pub(super) fn too_few(world: &World<'_>, asker: Asker<'_>, reading: &mut Reading) {
    let verb = reading.verb;
    let usage = super::named(verb).map_or("", |entry| entry.usage);
    reading.tell(world, asker, |replies| {
        let text = format!("Not enough parameters; {verb} {usage}");
        replies.numeric(Numeric::NeedMoreParams, &[verb], &text);
    });
}

/// More targets than the command takes: it is not carried out for any of them.
pub(super) fn too_many(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    TooMany { target, most }: TooMany<'_>,
) {
    let verb = reading.verb;
    reading.tell(world, asker, |replies| {
        let text = format!(
            "Too many targets; {verb} takes {most} at most (TARGMAX), and nothing was done: give it fewer"
        );
        replies.numeric(Numeric::TooManyTargets, &[shown(target)], &text);
    });
}

/// A text that is longer than its limit: what, how long, how long at most, and the limit's name in ISUPPORT. Nothing is cut; the
/// command is not carried out.
pub(super) fn too_long(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    (what, found, most, limit): (&str, usize, usize, &str),
) {
    reading.tell(world, asker, |replies| {
        let text = format!(
            "Input line was too long: {what} has {found} bytes, and {most} are allowed ({limit}); shorten it"
        );
        replies.numeric(Numeric::InputTooLong, &[], &text);
    });
}

/// The command is for clients that have negotiated this only: for others there is no such command.
pub(super) fn not_negotiated(
    world: &World<'_>,
    asker: Asker<'_>,
    reading: &mut Reading,
    capability: &str,
) {
    let verb = reading.verb;
    reading.tell(world, asker, |replies| {
        let text = format!("Unknown command for this client; CAP REQ :{capability} makes it known");
        replies.numeric(Numeric::UnknownCommand, &[verb], &text);
    });
}
