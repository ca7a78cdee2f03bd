//! MARKREAD by the text of its specification.

use super::*;
use crate::chat::Target;

fn bed() -> Bed {
    Bed::with(&[Capability::ReadMarker])
}

const READ: &str = "timestamp=2019-01-04T14:33:26.123Z";

#[test]
fn it_is_asked_for_or_set() {
    let mut bed = bed();
    let (tea, bob) = (|| Target::Room(room("#tea")), || Target::User(nick("bob")));
    for (line, asked) in [
        ("MARKREAD #tea".to_owned(), Command::MarkRead(tea(), None)),
        ("markread bob".to_owned(), Command::MarkRead(bob(), None)),
        (
            format!("MARKREAD #tea {READ}"),
            Command::MarkRead(tea(), Some(AT)),
        ),
        (
            format!("MARKREAD bob {READ}"),
            Command::MarkRead(bob(), Some(AT)),
        ),
    ] {
        assert_eq!(bed.asks("alice", &line), [asked], "{line}");
    }
}

#[test]
fn what_is_wrong_is_said_as_the_specification_says_it() {
    let mut bed = bed();
    for (line, answer) in [
        ("MARKREAD", "NEED_MORE_PARAMS"),
        ("MARKREAD :", "NEED_MORE_PARAMS"),
        // "The timestamp MUST NOT be a literal `*`."
        ("MARKREAD #tea *", "INVALID_PARAMS #tea *"),
        ("MARKREAD #tea :", "INVALID_PARAMS #tea *"),
        (
            "MARKREAD #tea 2019-01-04T14:33:26.123Z",
            "INVALID_PARAMS #tea 2019-01-04T14:33:26.123Z",
        ),
        (
            "MARKREAD #tea timestamp=now",
            "INVALID_PARAMS #tea timestamp=now",
        ),
        ("MARKREAD #tea msgid=1", "INVALID_PARAMS #tea msgid=1"),
        ("MARKREAD @#tea", "INVALID_PARAMS @#tea"),
        ("MARKREAD *operator", "INVALID_PARAMS *operator"),
        ("MARKREAD a!b", "INVALID_PARAMS a!b"),
        ("MARKREAD $*", "INVALID_PARAMS $*"),
    ] {
        assert_eq!(
            bed.told("alice", line),
            [format!("FAIL MARKREAD {answer}")],
            "{line}"
        );
    }
    assert_eq!(bed.told("bob", "MARKREAD #tea"), ["421 bob MARKREAD"]);
}
