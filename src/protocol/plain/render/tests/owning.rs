use super::*;
use crate::chat::{ModeChange, Owning, Rank};

#[test]
fn what_one_does_about_registered_rooms_is_answered() {
    let done = |what| Event::Owned { name: room(), what };
    let access = |rank| Owning::Access(nick("bob"), rank);
    for (event, expected) in [
        (
            Event::OwnerIs {
                name: room(),
                founder: Some(nick("alice")),
                since: Timestamp(1_700_000_000_999),
            },
            "-- #tea is registered to alice since 2023-11-14T22:13:20Z\n",
        ),
        (
            Event::AccessIs {
                name: room(),
                access: vec![(nick("alice"), Rank::Founder), (nick("bob"), Rank::HalfOp)],
            },
            "-- Access to #tea: alice (founder) bob (half-op)\n",
        ),
        (
            done(Owning::Registered),
            "-- #tea is yours: it stays when it is empty, and so do its topic, modes and bans\n",
        ),
        (
            done(Owning::Dropped),
            "-- #tea is not registered any more\n",
        ),
        (
            done(access(Some(Rank::Op))),
            "-- bob is op in #tea from now on\n",
        ),
        (
            done(access(None)),
            "-- bob has no access to #tea any more\n",
        ),
        (
            done(Owning::HandedTo(nick("bob"))),
            "-- #tea belongs to bob\n",
        ),
        (
            done(Owning::Rank(nick("bob"), Rank::Voice, false)),
            "-- bob is not voiced in #tea\n",
        ),
        (
            Event::ModesChanged {
                by: None,
                room: RoomId(1),
                name: room(),
                changes: [ModeChange::Rank(Rank::Founder, nick("alice"), true)].into(),
            },
            "*** The server sets +q alice in #tea\n",
        ),
    ] {
        assert_eq!(lines(&event, false), expected);
    }
}
