//! STATS: figures of the server, one letter each. Counts nothing itself.

use super::super::super::lengths::clip;
use super::super::super::{Asker, Message, Numeric, Reading, Replies, World};
use super::is_ours;
use crate::chat::{Role, UserFlag};

/// What HELP says.
pub(super) const HELP: &str = "Shows figures of the server, by a letter: u since when it runs, m how many commands and messages it \
     has had, p which operators are here.\n\
     For operators: o who may become one, P the listeners, l the connections' number. Other letters have nothing to show.";

/// The answer to STATS, which always ends with 219 (Modern IRC, "STATS message"). What is for operators is 481 to others.
pub(super) fn stats(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    if !is_ours(world, asker, message.params.get(1), reading) {
        return;
    }
    let query = message
        .params
        .first()
        .and_then(|query| query.chars().next());
    let sees = asker.user.role() >= Some(Role::Observer);
    reading.tell(world, asker, |replies| {
        let Some(letter) = query else {
            let text = "Not enough parameters; STATS LETTER [SERVER]";
            replies.numeric(Numeric::NeedMoreParams, &["STATS"], text);
            return;
        };
        match letter {
            'u' => uptime(world, replies),
            'm' => traffic(world, replies),
            'p' => present(world, sees, replies),
            'o' | 'P' | 'l' if !sees => {
                let text = "Permission Denied- You're not an IRC operator";
                replies.numeric(Numeric::NoPrivileges, &[], text);
            }
            'o' => operators(world, replies),
            'P' => listeners(world, replies),
            'l' => connections(world, replies),
            _ => {}
        }
        let letter = letter.to_string();
        replies.numeric(Numeric::EndOfStats, &[&letter], "End of /STATS report");
    });
}

/// 242 (RFC 2812 section 5.1).
fn uptime(world: &World<'_>, replies: &mut Replies<'_>) {
    let up = world.stamp.at.0.saturating_sub(world.server.started.0);
    // The wall clock may have been set back.
    let seconds = up.max(0) / 1000;
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let text = format!("Server Up {days} days {hours}:{minutes:02}:{seconds:02}");
    replies.numeric(Numeric::StatsUptime, &[], &text);
}

/// 212: of all commands together, since they are not counted one by one; and of what was said.
fn traffic(world: &World<'_>, replies: &mut Replies<'_>) {
    let tally = world.tally;
    replies.bare(Numeric::StatsCommands, &["*", &tally.commands.to_string()]);
    replies.bare(
        Numeric::StatsCommands,
        &["PRIVMSG", &tally.messages.to_string()],
    );
}

/// 249 for each operator who is here, as the field has it; those who hide show themselves to operators only.
fn present(world: &World<'_>, sees: bool, replies: &mut Replies<'_>) {
    let shown = world.chat.operators().filter(|user| {
        let hides = user.flags.has(UserFlag::Invisible);
        sees || !hides
    });
    let mut count = 0_u32;
    for user in shown.take(MOST) {
        let Some(operator) = &user.operator else {
            continue;
        };
        let text = format!(
            "{} ({}) {}",
            user.nick,
            user.origin.as_str(),
            operator.role.as_str()
        );
        replies.numeric(Numeric::StatsDebug, &["p"], &text);
        count += 1;
    }
    replies.numeric(Numeric::StatsDebug, &["p"], &format!("{count} operators"));
}

/// 243 for each who may become an operator, and from where (RFC 2812 section 5.1).
fn operators(world: &World<'_>, replies: &mut Replies<'_>) {
    for operator in world.server.operators.iter().take(MOST) {
        let role = operator.role.as_str();
        let mut line = |from: &str| {
            let params = ["O", from, "*", clip(&operator.name, 64), role];
            replies.bare(Numeric::StatsOline, &params);
        };
        match operator.from.as_slice() {
            [] => line("*@*"),
            networks => networks
                .iter()
                .take(MOST)
                .for_each(|network| line(&format!("*@{network}"))),
        }
    }
}

/// The most lines of each of these.
const MOST: usize = 100;

/// 249 for each listener.
fn listeners(world: &World<'_>, replies: &mut Replies<'_>) {
    for listener in world.server.listeners.iter().take(MOST) {
        replies.numeric(Numeric::StatsDebug, &["P"], clip(listener, 300));
    }
}

/// 249 with how many connections there were and are.
fn connections(world: &World<'_>, replies: &mut Replies<'_>) {
    let (clients, tally) = (world.chat.clients_count(), world.tally);
    let text = format!(
        "{clients} clients and {} connections that have not registered; {} connections since the start",
        tally.newcomers, tally.connections
    );
    replies.numeric(Numeric::StatsDebug, &["l"], &text);
}
