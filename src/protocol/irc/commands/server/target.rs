//! Which server a command means. There is one.

use crate::chat::Nick;
use crate::protocol::irc::World;

/// Whether a parameter names this server: by its name, a mask of it, or the nick of one of its users (RFC 2812 section 3.4).
pub(super) fn is_ours(world: &World<'_>, named: &str) -> bool {
    matches(named, &world.server.name)
        || Nick::parse(named).is_ok_and(|nick| world.chat.user_by_nick(&nick).is_some())
}

/// Whether a mask with `*` and `?` matches a server's name, in any casing. Takes time in proportion to both lengths at most.
pub(super) fn matches(mask: &str, name: &str) -> bool {
    let (mask, name) = (mask.as_bytes(), name.as_bytes());
    let (mut m, mut n) = (0, 0);
    // Where to go on when what follows the last `*` does not match: one byte later than the last time.
    let mut again = None;
    while n < name.len() {
        match mask.get(m) {
            Some(b'*') => {
                m += 1;
                again = Some((m, n));
            }
            Some(b'?') => (m, n) = (m + 1, n + 1),
            Some(byte) if byte.eq_ignore_ascii_case(&name[n]) => (m, n) = (m + 1, n + 1),
            _ => match &mut again {
                Some((after, from)) => {
                    *from += 1;
                    (m, n) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    mask[m..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_mask_of_a_server_has_stars_and_question_marks() {
        for mask in [
            "irc.example.org",
            "IRC.Example.Org",
            "*",
            "*.org",
            "irc.*.org",
            "irc.example.o?g",
            "**",
            "*irc*",
        ] {
            assert!(matches(mask, "irc.example.org"), "{mask}");
        }
        for mask in [
            "",
            "irc",
            "*.net",
            "irc.example.or",
            "irc.example.org?",
            "irc.example.orgs",
            "?",
        ] {
            assert!(!matches(mask, "irc.example.org"), "{mask}");
        }
        let hostile = "*a".repeat(200) + "b";
        assert!(!matches(&hostile, &"a".repeat(63)));
    }
}
