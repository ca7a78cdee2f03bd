//! What the server says of itself: who runs it, what it is, how many are on it, its time, and that it is alone.

use super::super::super::date::date;
use super::super::super::isupport::isupport;
use super::super::super::{
    Asker, Message, Numeric, Reading, Replies, World, lusers as counts, motd as day,
};
use super::is_ours;
use crate::chat::Pattern;

/// Writes an answer, if this is the server that is asked.
fn answer(
    world: &World<'_>,
    asker: Asker<'_>,
    asked: Option<&&str>,
    reading: &mut Reading,
    write: impl FnOnce(&mut Replies<'_>),
) {
    if is_ours(world, asker, asked, reading) {
        reading.tell(world, asker, write);
    }
}

/// The answer to MOTD (Modern IRC, "MOTD message").
pub(super) fn motd(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    answer(world, asker, message.params.first(), reading, |replies| {
        day::motd(world.server, replies);
    });
}

/// The answer to LUSERS (RFC 2812 section 3.4.2): for whatever mask, since one server is all there is.
pub(super) fn lusers(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    answer(world, asker, message.params.get(1), reading, |replies| {
        counts::lusers(world.chat, world.tally.newcomers, replies);
    });
}

/// The answer to VERSION: 351 and 005 (Modern IRC, "VERSION message").
pub(super) fn version(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let server = world.server;
    answer(world, asker, message.params.first(), reading, |replies| {
        let params = [&*server.version, &*server.name];
        replies.numeric(Numeric::Version, &params, &server.description);
        isupport(
            world.chat.policy(),
            server,
            asker.client.capabilities,
            replies,
        );
    });
}

/// The answer to ADMIN: 256 to 259, or 423 where nothing is known (Modern IRC, "ADMIN message"; RFC 2812 section 3.4.9).
pub(super) fn admin(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let server = world.server;
    answer(world, asker, message.params.first(), reading, |replies| {
        let said = [&server.location, &server.description, &server.email];
        if said.iter().all(|text| text.is_empty()) {
            let text = "No administrative info available";
            replies.numeric(Numeric::NoAdminInfo, &[&server.name], text);
            return;
        }
        replies.numeric(Numeric::AdminMe, &[&server.name], "Administrative info");
        replies.numeric(Numeric::AdminLoc1, &[], &server.location);
        replies.numeric(Numeric::AdminLoc2, &[], &server.description);
        // It must have an address; without one it does not come.
        if !server.email.is_empty() {
            replies.numeric(Numeric::AdminEmail, &[], &server.email);
        }
    });
}

/// The answer to INFO: 371 and 374 (Modern IRC, "INFO message").
pub(super) fn about(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let server = world.server;
    answer(world, asker, message.params.first(), reading, |replies| {
        let lines = [
            format!("{} on {}", server.version, server.name),
            "A chat server for anything that can open a socket: IRC clients and plain text in the same rooms.".into(),
            server.description.to_string(),
            format!("Running since {}", date(server.started)),
        ];
        for line in lines.iter().filter(|line| !line.is_empty()) {
            replies.numeric(Numeric::Info, &[], line);
        }
        replies.numeric(Numeric::EndOfInfo, &[], "End of INFO list");
    });
}

/// The answer to TIME: 391 with the seconds since 1970 and the date (Modern IRC, "`RPL_TIME`").
pub(super) fn time(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let at = world.stamp.at;
    answer(world, asker, message.params.first(), reading, |replies| {
        let seconds = at.0.div_euclid(1000).to_string();
        replies.numeric(Numeric::Time, &[&world.server.name, &seconds], &date(at));
    });
}

/// The answer to LINKS: 364 for this server, if the mask has it, and 365 (Modern IRC, "LINKS message").
pub(super) fn links(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let (asked, mask) = match &message.params[..] {
        [asked, mask, ..] => (Some(asked), Some(mask)),
        [mask] => (None, Some(mask)),
        [] => (None, None),
    };
    let server = world.server;
    answer(world, asker, asked, reading, |replies| {
        if mask.is_none_or(|mask| Pattern::new(mask).matches(&server.name)) {
            let text = format!("0 {}", server.description);
            let params = [&*server.name, &*server.name];
            replies.numeric(Numeric::Links, &params, text.trim_end());
        }
        replies.numeric(Numeric::EndOfLinks, &["*"], "End of /LINKS list");
    });
}

/// The answer to MAP: 006 for this server and 007, as the field has it.
pub(super) fn map(world: &World<'_>, asker: Asker<'_>, _: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        let text = format!(
            "{} [{} users]",
            world.server.name,
            world.chat.census().users
        );
        replies.numeric(Numeric::Map, &[], &text);
        replies.numeric(Numeric::MapEnd, &[], "End of /MAP");
    });
}

/// The answer to SUMMON: 445 (RFC 2812 section 4.5).
pub(super) fn summon(world: &World<'_>, asker: Asker<'_>, _: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        replies.numeric(Numeric::SummonDisabled, &[], "SUMMON has been disabled");
    });
}

/// The answer to USERS: 446 (RFC 2812 section 4.6).
pub(super) fn users(world: &World<'_>, asker: Asker<'_>, _: &Message<'_>, reading: &mut Reading) {
    reading.tell(world, asker, |replies| {
        replies.numeric(Numeric::UsersDisabled, &[], "USERS has been disabled");
    });
}
