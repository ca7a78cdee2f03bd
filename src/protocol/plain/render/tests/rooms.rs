use super::*;
use crate::chat::{
    Account, ClientTags, Identity, Key, ListKind, Mask, ModeChange, Rank, Role, RoomFlag,
};

const TEA: RoomId = RoomId(1);

fn alice() -> Speaker {
    Speaker::User(who("alice"))
}

#[test]
fn what_happens_in_a_room_is_news() {
    let kicked = |reason: Option<&str>| Event::KickedFrom {
        by: alice(),
        who: who("bob"),
        room: TEA,
        name: room(),
        reason: reason.map(text),
    };
    let modes = |changes: Vec<ModeChange>| Event::ModesChanged {
        by: Some(alice()),
        room: TEA,
        name: room(),
        changes: changes.into(),
    };
    let rank = |rank, name, on| ModeChange::Rank(rank, nick(name), on);
    let redacted = |place| Event::Redacted {
        by: Speaker::User(who("alice")),
        place,
        id: id(),
        reason: Some(text("typo")),
    };
    for (event, expected) in [
        (kicked(None), "*** alice kicked bob from #tea\n"),
        (
            kicked(Some("spam")),
            "*** alice kicked bob from #tea (spam)\n",
        ),
        (
            modes(vec![rank(Rank::Op, "bob", true)]),
            "*** alice sets +o bob in #tea\n",
        ),
        (
            modes(vec![
                ModeChange::Flag(RoomFlag::Moderated, true),
                rank(Rank::Op, "bob", true),
                rank(Rank::Voice, "carol", false),
                ModeChange::List(ListKind::Ban, Mask::parse("*!*@bad").unwrap(), true),
                ModeChange::Limit(Some(12)),
            ]),
            "*** alice sets +mo-v+bl bob carol *!*@bad 12 in #tea\n",
        ),
        (
            Event::RoomRenamed {
                by: alice(),
                room: TEA,
                old: RoomName::parse("#te").unwrap(),
                new: room(),
                reason: Some(text("typo")),
            },
            "*** alice renamed #te to #tea (typo)\n",
        ),
        (
            redacted(Place::Room(TEA, room())),
            "*** alice took back a message in #tea (typo)\n",
        ),
        (
            redacted(Place::Private(nick("bob"))),
            "*** alice took back a message to you (typo)\n",
        ),
        (
            Event::InvitedOther {
                by: alice(),
                nick: nick("bob"),
                room: TEA,
                name: room(),
            },
            "*** alice invites bob to #tea\n",
        ),
        (
            Event::Knocked {
                who: who("bob"),
                room: TEA,
                name: room(),
                text: Some(text("please")),
            },
            "*** bob asks to be let into #tea (please); /invite bob #tea\n",
        ),
        (
            Event::Wallops {
                from: alice(),
                text: text("restart at five"),
            },
            "*** alice to all: restart at five\n",
        ),
        (
            Event::ServerNotice {
                text: text("bob is an operator"),
            },
            "*** bob is an operator\n",
        ),
    ] {
        assert_eq!(lines(&event, false), expected);
        assert_eq!(lines(&event, true), expected);
    }
}

#[test]
fn what_is_done_to_oneself_says_what_one_can_do() {
    let kicked = |talks| Event::YouWereKickedFrom {
        by: alice(),
        nick: nick("bob"),
        name: room(),
        reason: Some(text("spam")),
        talks,
    };
    let sent = |away: Option<&str>| Event::InviteSent {
        nick: nick("bob"),
        name: room(),
        away: away.map(text),
    };
    let account = |account: Option<&str>| Event::YouAreLoggedIn {
        who: Identity {
            account: account.map(|name| Account(name.into())),
            ..who("bob")
        },
    };
    let modes = |modes| Event::ModesAre {
        name: room(),
        modes,
    };
    for (event, expected) in [
        (
            kicked(Talks::InNoRoom),
            "-- alice kicked you from #tea (spam); you are in no room\n",
        ),
        (
            kicked(Talks::In(room())),
            "-- alice kicked you from #tea (spam); you talk in #tea\n",
        ),
        (
            kicked(Talks::Nowhere(room())),
            "-- alice kicked you from #tea (spam); you talk in no room now: /join #tea goes on there\n",
        ),
        (
            Event::Invited {
                by: alice(),
                room: TEA,
                name: room(),
            },
            "-- alice invites you to #tea; /join #tea\n",
        ),
        (sent(None), "-- You invited bob to #tea\n"),
        (
            sent(Some("out")),
            "-- You invited bob to #tea\n-- bob is away: out\n",
        ),
        (
            Event::KnockSent { name: room() },
            "-- You asked to be let into #tea\n",
        ),
        (
            Event::YouAreForwarded {
                from: RoomName::parse("#full").unwrap(),
                to: room(),
            },
            "-- You may not enter #full; you are let into #tea instead\n",
        ),
        (modes(vec![]), "-- #tea has no modes\n"),
        (
            modes(vec![
                ModeChange::Flag(RoomFlag::NoExternal, true),
                ModeChange::Key(Key::parse("sesame")),
                ModeChange::Limit(Some(12)),
            ]),
            "-- Modes of #tea: +nkl sesame 12\n",
        ),
        (
            Event::YouAreOperator {
                role: Role::Moderator,
            },
            "-- You are an operator (moderator)\n",
        ),
        (account(Some("bob")), "-- You are logged in as bob\n"),
        (account(None), "-- You are not logged in any more\n"),
        (
            Event::Refused(Refusal::NoSuchNick { nick: nick("bob") }),
            "! no-such-nick: nobody here is called bob; /who shows who is in a room\n",
        ),
    ] {
        assert_eq!(lines(&event, false), expected);
    }
}

#[test]
fn what_is_for_some_in_a_room_says_for_whom() {
    let ops = || Place::Ranked(Rank::Op, TEA, room());
    for here in [false, true] {
        let event = said(alice(), ops(), Manner::Message);
        assert_eq!(lines(&event, here), "#tea(@) <alice> hi\n");
        let event = said(alice(), ops(), Manner::Action);
        assert_eq!(lines(&event, here), "#tea(@) * alice hi\n");
    }
}

fn says(words: &str, manner: Manner) -> String {
    let event = Event::Said {
        from: alice(),
        place: Place::Room(TEA, room()),
        manner,
        text: Text::parse_lines(words).expect("a text"),
        id: id(),
        tags: None,
    };
    lines(&event, false)
}

#[test]
fn several_lines_are_several_messages_without_the_blank_ones() {
    let shown = says("one\n\ntwo", Manner::Message);
    assert_eq!(shown, "#tea <alice> one\n#tea <alice> two\n");
}

#[test]
fn what_is_for_programs_or_for_other_screens_is_not_shown() {
    assert_eq!(says("\u{1}VERSION\u{1}", Manner::Message), "");
    assert_eq!(says("\u{1}PING 1\u{1}", Manner::Notice), "");
    assert_eq!(
        says("\u{3}4red\u{f} \u{2}bold", Manner::Message),
        "#tea <alice> red bold\n"
    );
    for event in [
        Event::Tagged {
            from: alice(),
            place: Place::Room(TEA, room()),
            tags: ClientTags("+typing=active".into()),
            id: id(),
        },
        Event::AwayChanged {
            who: who("alice"),
            away: None,
        },
        Event::AccountChanged { who: who("alice") },
        Event::CameOnline { who: who("alice") },
    ] {
        assert_eq!(lines(&event, true), "", "{event:?}");
    }
}
