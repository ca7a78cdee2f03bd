use super::super::tests::{answer, command, nick, room};
use super::*;

fn list(list: ListKind, mask: &str, on: bool) -> ModeChange {
    ModeChange::List(list, Mask::parse(mask).expect("a mask"), on)
}

#[test]
fn letters_are_changes_in_their_order_with_the_words_after_them() {
    let key = |key| ModeChange::Key(crate::chat::Key::parse(key));
    for (line, expected) in [
        ("m", vec![ModeChange::Flag(RoomFlag::Moderated, true)]),
        (
            "+mo-v bob carol",
            vec![
                ModeChange::Flag(RoomFlag::Moderated, true),
                ModeChange::Rank(Rank::Op, nick("bob"), true),
                ModeChange::Rank(Rank::Voice, nick("carol"), false),
            ],
        ),
        (
            "+klf  sesame 12\t#over",
            vec![
                key("sesame"),
                ModeChange::Limit(Some(12)),
                ModeChange::Forward(Some(room("#over"))),
            ],
        ),
        ("-k", vec![ModeChange::Key(None)]),
        ("-k sesame", vec![ModeChange::Key(None)]),
        (
            "-lf",
            vec![ModeChange::Limit(None), ModeChange::Forward(None)],
        ),
        (
            "+be-I bob ~a:carol *!*@192.0.2.1",
            vec![
                list(ListKind::Ban, "bob", true),
                list(ListKind::Exception, "~a:carol", true),
                list(ListKind::InviteException, "*!*@192.0.2.1", false),
            ],
        ),
    ] {
        let here = command(&format!("/mode {line}"));
        assert_eq!(here, Command::SetModes(None, expected.clone()), "{line}");
        let there = command(&format!("/mode #a {line}"));
        assert_eq!(there, Command::SetModes(Some(room("#a")), expected));
    }
    assert_eq!(command("/mode"), Command::ShowModes(None));
    assert_eq!(command("/mode #a "), Command::ShowModes(Some(room("#a"))));
}

#[test]
fn the_most_common_changes_have_names() {
    let rank = |rank, on| vec![ModeChange::Rank(rank, nick("bob"), on)];
    for (line, expected) in [
        ("op bob", rank(Rank::Op, true)),
        ("deop bob", rank(Rank::Op, false)),
        ("voice bob", rank(Rank::Voice, true)),
        ("devoice bob", rank(Rank::Voice, false)),
        ("ban bob", vec![list(ListKind::Ban, "bob!*@*", true)]),
        ("unban bob", vec![list(ListKind::Ban, "bob!*@*", false)]),
    ] {
        let here = command(&format!("/{line}"));
        assert_eq!(here, Command::SetModes(None, expected.clone()), "{line}");
        let there = command(&format!("/{}", line.replace(' ', " #a ")));
        assert_eq!(there, Command::SetModes(Some(room("#a")), expected));
    }
}

#[test]
fn what_cannot_be_changed_is_answered_with_what_can() {
    let many = format!("/mode +{}", "m".repeat(21));
    for (line, expected) in [
        (
            "/mode +o",
            "! bad-mode: +o needs a nick after the letters\n",
        ),
        (
            "/mode -b",
            "! bad-mode: -b needs a mask such as bob or *!*@192.0.2.1 after the letters\n",
        ),
        ("/mode +k", "! bad-mode: +k needs a key after the letters\n"),
        (
            "/mode +l many",
            "! bad-mode: +l needs a number of users, such as 50\n",
        ),
        (
            "/mode +l 0",
            "! bad-mode: +l needs a number of users, such as 50\n",
        ),
        (
            "/mode +y",
            "! bad-mode: there is no mode y; there are qaohv, beI, kfl and CNKMPRSUcimnprstu\n",
        ),
        ("/mode +", "! usage: /mode [#ROOM] [CHANGES]\n"),
        ("/mode +m bob", "! usage: /mode [#ROOM] [CHANGES]\n"),
        (
            &many,
            "! bad-mode: 21 changes are more than the 20 that one command takes\n",
        ),
        (
            "/mode bee +o",
            "! bad-mode: the letters come first: /mode +o bee\n",
        ),
        (
            "/mode #a bob\t-v",
            "! bad-mode: the letters come first: /mode #a -v bob\n",
        ),
        ("/op", "! usage: /op [#ROOM] NICK\n"),
        ("/ban", "! usage: /ban [#ROOM] MASK\n"),
        ("/ban bob carol", "! usage: /ban [#ROOM] MASK\n"),
        (
            "/ban ~z:bob",
            "! bad-mode: a mask is a nick, nick!user@host, ~a:account, ~r:realname or ~m: and a mask, with * and ?, at most 200 bytes\n",
        ),
    ] {
        assert_eq!(answer(line), expected, "{line}");
    }
}
