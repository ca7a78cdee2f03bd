//! What a user calls itself at its host, made fit to stand in `nick!user@host`. Nobody vouches for it.

use crate::protocol::irc::lengths;

/// Before every name that the user itself has set, not a server at its host (Modern IRC, "USER message").
const TILDE: char = '~';

/// In place of a name of which nothing can be kept.
const ANY: &str = "user";

/// The name with a tilde before it: printable ASCII without what separates or stands for something in masks, silently truncated to
/// the length that ISUPPORT promises (Modern IRC, "USER message").
pub(super) fn clean(given: &str) -> String {
    let may_stand = |c: &char| c.is_ascii_graphic() && !matches!(c, '@' | '!' | '*' | '?');
    let mut name = String::from(TILDE);
    let kept = given.chars().filter(may_stand);
    name.extend(kept.take(lengths::USERNAME - 1));
    if name.len() == 1 {
        name.push_str(ANY);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_printable_ascii_that_no_mask_misreads() {
        assert_eq!(clean("guest"), "~guest");
        assert_eq!(clean("a!b@c*d?e f\tg\u{7f}\u{1b}h"), "~abcdefgh");
        assert_eq!(clean("zoë"), "~zo");
    }

    #[test]
    fn a_user_name_is_truncated_with_its_tilde() {
        assert_eq!(clean("abcdefghijklmnopqrstuvwxyz"), "~abcdefghijklmnopq");
        assert_eq!(clean(&"x".repeat(500)).len(), lengths::USERNAME);
    }

    #[test]
    fn of_a_name_without_one_good_character_a_default_is_made() {
        for name in ["@@@", "юзер", "*", "!?"] {
            assert_eq!(clean(name), "~user", "{name}");
        }
    }
}
