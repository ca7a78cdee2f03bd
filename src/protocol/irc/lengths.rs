//! How long and how many: what ISUPPORT and CAP promise beside what the chat itself bounds. Numbers only.

use unicode_normalization::char::is_combining_mark;

use crate::chat::is_unseen;

/// The most bytes of an away message (`AWAYLEN`).
pub(super) const AWAY: usize = 200;
/// The most bytes of a KICK's reason (`KICKLEN`).
pub(super) const KICK: usize = 200;
/// The most bytes of a real name (`NAMELEN`; IRCv3 setname).
pub(super) const REALNAME: usize = 200;
/// The most bytes of a user name, its `~` included (`USERLEN`).
pub(super) const USERNAME: usize = 18;
/// The most bytes of a host, as others see it (`HOSTLEN`).
pub(super) const HOST: usize = 63;
/// The most mode changes with a parameter in one MODE (`MODES`).
pub(super) const MODES: usize = 20;
/// The most targets of one PRIVMSG, NOTICE or TAGMSG (`MAXTARGETS`, `TARGMAX`).
pub(super) const MESSAGE_TARGETS: usize = 4;
/// The most rooms of one NAMES or LIST, and the most users of one KICK (`TARGMAX`). JOIN and PART take as many as a line holds: few
/// clients look how many that may be before they enter all their rooms again.
pub(super) const ROOM_TARGETS: usize = 20;
/// The most users of one WHOIS or WHOWAS (`TARGMAX`).
pub(super) const WHOIS_TARGETS: usize = 4;
/// The most bytes of a message of several lines (IRCv3 draft/multiline, `max-bytes`).
pub(super) const MULTILINE_BYTES: usize = 8192;
/// The most lines of such a message (`max-lines`).
pub(super) const MULTILINE_LINES: usize = 64;

/// The most messages, and the most conversations, of one CHATHISTORY (`CHATHISTORY`).
pub(super) const HISTORY: u32 = 500;

/// How far back [`clip`] looks for a place between two characters as people see them.
const FARTHEST: usize = 64;

/// As much of a text as `most` bytes hold. Never half of a code point, nor a letter without its accents or half of a joined emoji,
/// unless that one is longer than any that is written.
pub(super) fn clip(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = text.floor_char_boundary(most);
    let mut at = end;
    while end - at <= FARTHEST {
        let belongs = |c: char| is_combining_mark(c) || is_unseen(c);
        let joined =
            text[at..].chars().next().is_some_and(belongs) || text[..at].ends_with('\u{200d}');
        if !joined {
            return &text[..at];
        }
        match text[..at].chars().next_back() {
            Some(before) => at -= before.len_utf8(),
            None => break,
        }
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_whole() {
        assert_eq!(clip("", 0), "");
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "abc");
    }

    #[test]
    fn no_code_point_and_no_accented_letter_is_cut() {
        assert_eq!(clip("né", 2), "n");
        // n, e and a combining acute accent.
        assert_eq!(clip("ne\u{301}x", 3), "n");
        assert_eq!(clip("ne\u{301}x", 4), "ne\u{301}");
        // A family is one picture.
        let family = "a\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        for most in 1..family.len() {
            assert_eq!(clip(family, most), "a", "{most}");
        }
        let marks = "\u{301}".repeat(500);
        assert_eq!(
            clip(&marks, 301).len(),
            300,
            "an endless one is cut between code points"
        );
    }
}
