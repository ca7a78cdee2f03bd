use crate::chat::{Command, Nick, Rank, RoomName};
use crate::protocol::plain::commands::tests::{answer, command, nick, room};

fn a() -> RoomName {
    room("#a")
}

fn bob() -> Nick {
    nick("bob")
}

#[test]
fn rooms_are_claimed_and_access_given_by_names_and_words() {
    for (line, expected) in [
        ("/claim", Command::RegisterRoom(None)),
        ("/claim #a", Command::RegisterRoom(Some(a()))),
        ("/unclaim #a", Command::DropRoom(a())),
        ("/access", Command::ShowAccess(None)),
        ("/access #a", Command::ShowAccess(Some(a()))),
        (
            "/access bob HALFOP",
            Command::SetAccess(None, bob(), Some(Rank::HalfOp)),
        ),
        (
            "/access #a bob -",
            Command::SetAccess(Some(a()), bob(), None),
        ),
        ("/access #a bob founder", Command::HandOver(a(), bob())),
    ] {
        assert_eq!(command(line), expected, "{line}");
    }
}

#[test]
fn what_is_missing_or_unknown_is_answered_with_what_there_is() {
    let access = "! usage: /access [#ROOM] [ACCOUNT RANK]\n";
    let ranks = "! bad-mode: the ranks are voice, halfop, op and admin; founder hands the room over, - takes a rank away\n";
    for (line, expected) in [
        ("/claim a b", "! usage: /claim [#ROOM]\n"),
        ("/unclaim", "! usage: /unclaim #ROOM\n"),
        ("/unclaim #a #b", "! usage: /unclaim #ROOM\n"),
        ("/access bob", access),
        ("/access #a bob op x", access),
        ("/access bob founder", access),
        ("/access #a bob king", ranks),
    ] {
        assert_eq!(answer(line), expected, "{line}");
    }
}
