//! Which server a command means. There is one.

use crate::chat::{Nick, Pattern};
use crate::protocol::irc::World;

/// Whether a parameter names this server: by its name, a mask of it, or the nick of one of its users (RFC 2812 section 3.4).
pub(in super::super) fn is_ours(world: &World<'_>, named: &str) -> bool {
    Pattern::new(named).matches(&world.server.name)
        || Nick::parse(named).is_ok_and(|nick| world.chat.user_by_nick(&nick).is_some())
}
