//! Answers about registered rooms, as lines that start with `-- `.

use crate::chat::{Nick, Owning, Rank, RoomName, Timestamp};
use crate::protocol::plain::line::Line;

/// `-- #tea is registered to alice since 2026-11-23T10:02:00Z`
pub(super) fn owner(
    name: &RoomName,
    founder: Option<&Nick>,
    since: Timestamp,
    line: &mut Line<'_>,
) {
    line.raw("-- ").raw(name.as_str()).raw(" is registered");
    if let Some(founder) = founder {
        line.raw(" to ").raw(founder.as_str());
    }
    line.raw(" since ").time(since).end();
}

/// `-- Access to #tea: alice (founder) bob (op)`
pub(super) fn access(name: &RoomName, access: &[(Nick, Rank)], line: &mut Line<'_>) {
    line.raw("-- Access to ").raw(name.as_str()).raw(":");
    for (account, rank) in access {
        line.raw(" ").raw(account.as_str());
        line.raw(" (").raw(rank.as_str()).raw(")");
    }
    line.end();
}

/// What one has done.
pub(super) fn done(name: &RoomName, what: &Owning, line: &mut Line<'_>) {
    let name = name.as_str();
    line.raw("-- ");
    match what {
        Owning::Registered => line
            .raw(name)
            .raw(" is yours: it stays when it is empty, and so do its topic, modes and bans"),
        Owning::Dropped => line.raw(name).raw(" is not registered any more"),
        Owning::Access(account, Some(rank)) => line
            .raw(account.as_str())
            .raw(" is ")
            .raw(rank.as_str())
            .raw(" in ")
            .raw(name)
            .raw(" from now on"),
        Owning::Access(account, None) => line
            .raw(account.as_str())
            .raw(" has no access to ")
            .raw(name)
            .raw(" any more"),
        Owning::HandedTo(account) => line.raw(name).raw(" belongs to ").raw(account.as_str()),
        Owning::Rank(nick, rank, on) => line
            .raw(nick.as_str())
            .raw(if *on { " is " } else { " is not " })
            .raw(rank.as_str())
            .raw(" in ")
            .raw(name),
    }
    .end();
}
