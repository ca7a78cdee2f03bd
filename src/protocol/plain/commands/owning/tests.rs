use crate::chat::{Command, Nick, Rank, RoomName};
use crate::protocol::intake::Intake;
use crate::protocol::plain::commands::parse;

fn a() -> RoomName {
    RoomName::parse("#a").expect("a name")
}

fn bob() -> Nick {
    Nick::parse("bob").expect("a nick")
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
        match parse(line.as_bytes()).intake {
            Intake::Command(command) => assert_eq!(command, expected, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
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
        match parse(line.as_bytes()).intake {
            Intake::Answer(told) => assert_eq!(*told, *expected.as_bytes(), "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}
