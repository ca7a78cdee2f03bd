use super::*;
use crate::chat::Account;

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn answers_have_their_lines() {
    let (name, at) = (room, Timestamp(1_700_000_000_999));
    let r = RoomId(1);
    let alice = || nick("alice");
    for (event, expected) in [
        (
            Event::YouAre {
                who: who("guest1"),
                nick: alice(),
            },
            "-- You are alice\n",
        ),
        (
            Event::YouEntered {
                who: who("alice"),
                room: r,
                name: name(),
                others: 2,
                topic: Some(topic("x")),
                talks: Talks::In(name()),
            },
            "-- You are in #tea with 2 others\n-- Topic of #tea: x\n",
        ),
        (
            Event::YouTalkIn {
                room: r,
                name: name(),
            },
            "-- You talk in #tea\n",
        ),
        (
            Event::YouLeft {
                who: who("alice"),
                reason: None,
                name: name(),
                talks: Talks::InNoRoom,
            },
            "-- You left #tea; you are in no room\n",
        ),
        (
            Event::YouLeft {
                who: who("alice"),
                reason: None,
                name: name(),
                talks: Talks::In(name()),
            },
            "-- You left #tea; you talk in #tea\n",
        ),
        (
            Event::UserIs {
                nick: alice(),
                account: Some(Account("alix".into())),
                away: Some(text("x")),
                rooms: vec![name(), name()],
                here: Some((at, 5)),
            },
            "-- alice is here since 2023-11-14T22:13:20Z, idle for 5 s, in #tea, #tea\n-- alice is logged in as alix\n-- alice is away: x\n",
        ),
        (
            Event::UserIs {
                nick: alice(),
                account: None,
                away: None,
                rooms: vec![name()],
                here: None,
            },
            "-- alice has no client now, and stays in #tea\n",
        ),
        (
            Event::RoomsAre {
                rooms: vec![RoomLine {
                    room: name(),
                    users: 3,
                    topic: Some(topic("x")),
                }],
                more: 4,
            },
            "-- #tea (3): x\n-- and 4 more rooms\n",
        ),
        (
            Event::TopicIs {
                name: name(),
                topic: Some(topic("x")),
                by: Some("alice!a@host".into()),
                at: Some(at),
            },
            "-- Topic of #tea: x (alice, 2023-11-14T22:13:20Z)\n",
        ),
        (
            Event::TopicIs {
                name: name(),
                topic: None,
                by: None,
                at: None,
            },
            "-- #tea has no topic\n",
        ),
        (
            Event::TopicSet {
                who: who("alice"),
                room: r,
                name: name(),
                topic: topic("x"),
            },
            "-- Topic of #tea: x\n",
        ),
        (
            Event::TopicSet {
                who: who("alice"),
                room: r,
                name: name(),
                topic: topic(""),
            },
            "-- #tea has no topic\n",
        ),
        (
            Event::AwayIs {
                away: Some(text("x")),
            },
            "-- You are away: x\n",
        ),
        (Event::AwayIs { away: None }, "-- You are back\n"),
        (
            Event::TheyAreAway {
                nick: alice(),
                away: text("x"),
            },
            "-- alice is away: x\n",
        ),
        (
            Event::Farewell {
                nick: Some(nick("alice")),
                how: Departure::Quit(None),
            },
            "-- bye\n",
        ),
        (
            Event::Farewell {
                nick: Some(nick("alice")),
                how: Departure::Kicked(text("spam")),
            },
            "! kicked: spam\n",
        ),
        (
            Event::Farewell {
                nick: Some(nick("alice")),
                how: Departure::Cut(text("flood")),
            },
            "! cut-off: flood\n",
        ),
        (
            Event::Farewell {
                nick: Some(nick("alice")),
                how: Departure::Shutdown(text("x")),
            },
            "! shutdown: x\n",
        ),
    ] {
        assert_eq!(lines(&event, false), expected);
        assert_eq!(lines(&event, true), expected);
    }
}

#[test]
fn many_members_take_several_lines() {
    let member = |n: usize| Member {
        nick: nick(&format!("user{n}")),
        rank: [None, None, Some(Rank::Op), Some(Rank::Voice)]
            .get(n)
            .copied()
            .flatten(),
        away: (n == 1 || n == 3).then(|| text("x")),
    };
    let few = Event::WhoIs {
        name: room(),
        members: (0..4).map(member).collect(),
        more: 0,
    };
    assert_eq!(
        lines(&few, true),
        "-- #tea (4): user0, user1 (away), user2 (op), user3 (voiced, away)\n"
    );
    let many = Event::WhoIs {
        name: room(),
        members: (0..300).map(member).collect(),
        more: 7,
    };
    let shown = lines(&many, true);
    assert!(shown.starts_with("-- #tea (307): user0, user1 (away), user2 (op),"));
    assert!(shown.ends_with("\n-- #tea: and 7 more\n"));
    assert!(
        shown
            .lines()
            .all(|line| line.starts_with("-- #tea") && line.len() < 550)
    );
    assert_eq!(shown.matches("user").count(), 300);
}
