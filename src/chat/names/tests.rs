use super::error::{Kind, NameError};
use super::keys::{by_tables, keys};
use super::*;

fn nick(text: &str) -> Nick {
    Nick::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn shares_a_key(a: &str, b: &str) -> bool {
    let (a, b) = (nick(a), nick(b));
    NameKey::of_nick(&a).any(|key| NameKey::of_nick(&b).any(|other| other == key))
}

#[test]
fn ascii_needs_no_tables() {
    let wrong: Vec<_> = (0x21u8..0x7f)
        .map(|c| format!("a{}b", char::from(c)))
        .filter_map(|text| {
            let (fast, slow) = (keys(&text), by_tables(&text));
            ((&fast.key, &fast.other) != (&slow.key, &slow.other)).then_some((fast.key, slow.key))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn nicks_of_the_world_are_nicks() {
    for text in [
        "alice",
        "Bob_99",
        "[away]`^|{}\\",
        "x-y.z",
        "zoë",
        "小明",
        "小明Tom",
        "たろう",
        "민준",
        "Алёша",
        "Ωμέγα",
        "علي",
        "דוד",
        "राम",
        "สมชาย",
        "🎉",
        "zoë🎉",
        "小明🐼",
        "❤\u{FE0F}tom",
        "עברית🎉",
        "guest12",
        "نور١",
    ] {
        assert_eq!(nick(text).as_str(), text);
        let room = format!("#{text}");
        let parsed = RoomName::parse(&room).unwrap_or_else(|error| panic!("{room}: {error}"));
        assert_eq!(parsed.as_str(), room);
    }
}

#[test]
fn what_is_shown_is_composed_and_of_plain_width() {
    assert_eq!(nick("zoe\u{308}").as_str(), "zoë");
    assert_eq!(nick("ａｌｉｃｅ").as_str(), "alice");
    assert!(nick("ａｌｉｃｅ") == nick("alice"));
}

#[test]
fn what_may_not_be_in_a_nick_is_refused_with_a_reason() {
    let long = "a".repeat(33);
    let wide = "小".repeat(33);
    for (text, says) in [
        ("", "missing"),
        ("a b", "a space"),
        ("a\tb", "U+0009"),
        ("a\u{3000}b", "U+3000"),
        ("a\u{1b}[31m", "U+001B"),
        ("a\u{85}", "U+0085"),
        ("ab\u{200b}", "U+200B"),
        ("ab\u{200d}", "U+200D"),
        ("👩\u{200d}🚀", "U+200D"),
        ("ab\u{202e}cd", "U+202E"),
        ("ab\u{2066}cd", "U+2066"),
        ("ab\u{ad}cd", "U+00AD"),
        ("ab\u{feff}", "U+FEFF"),
        ("ab\u{fe0f}", "U+FE0F"),
        ("❤\u{fe0f}\u{fe0f}", "U+FE0F"),
        ("ab\u{2028}", "U+2028"),
        ("ab\u{e0041}", "U+E0041"),
        ("x\u{301}\u{301}\u{301}", "combining"),
        ("\u{301}a", "combining"),
        ("🎉\u{301}", "combining"),
        ("1abc", "a digit"),
        ("42", "a digit"),
        ("-abc", "'-'"),
        ("~abc", "'~'"),
        ("a,b", "','"),
        ("*", "'*'"),
        ("#a", "'#'"),
        ("a@b", "'@'"),
        ("a/b", "'/'"),
        ("<a>", "'<'"),
        ("a＃b", "'#'"),
        ("\u{430}lice", "mix scripts"),
        ("tom\u{3bf}", "mix scripts"),
        (&long, "33 characters in 33 bytes"),
        (&wide, "99 bytes"),
        ("דוד_", "right to left"),
        ("Operator", "reserved"),
        ("r00t", "reserved"),
        ("ADMIN", "reserved"),
        ("You", "reserved"),
        ("nickserv", "reserved"),
    ] {
        match Nick::parse(text) {
            Ok(nick) => panic!("{text:?} was taken as {nick}"),
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains(says), "{text:?}: {error}");
            }
        }
    }
}

#[test]
fn what_may_not_be_a_room_is_refused() {
    let long = format!("#{}", "a".repeat(50));
    let wide = format!("#{}", "小".repeat(50));
    let marks = format!("#a{}", "\u{301}".repeat(10_000));
    for text in [
        "",
        "#",
        "lobby",
        "#a b",
        "#a,b",
        "#.",
        "#..",
        "#*",
        "#/",
        "#>",
        "#<",
        "#a\u{7}",
        "#a\u{200b}",
        "#\u{202e}a",
        "#l\u{43e}bby",
        &long,
        &wide,
        &marks,
    ] {
        assert!(RoomName::parse(text).is_err(), "{text:?}");
    }
    for text in ["##x", "#a.b", "#c++", "#100", "#大厅", "#🎉", &long[..50]] {
        assert!(RoomName::parse(text).is_ok(), "{text:?}");
    }
    let error = RoomName::parse(&long);
    let Err(NameError::TooLong {
        kind: Kind::Room,
        characters: 50,
        bytes: 51,
        ..
    }) = error
    else {
        panic!("{error:?}");
    };
}

#[test]
fn names_that_look_alike_are_one() {
    for (a, b) in [
        ("alice", "ALICE"),
        ("alice", "a1ice"),
        ("alice", "AIice"),
        ("alice", "ａｌｉｃｅ"),
        ("mike", "rnike"),
        ("bob", "b0b"),
        ("straße", "STRASSE"),
        ("zoë", "ZOË"),
        ("zoë", "zoe\u{308}"),
        ("BOT", "\u{412}\u{41e}\u{422}"),
        ("cop", "\u{441}\u{43e}\u{440}"),
        ("ΟΔΟΣ", "οδος"),
        ("❤tom", "❤\u{fe0f}Tom"),
        ("ismail", "\u{131}smail"),
        ("ISMAIL", "\u{131}smail"),
        ("ismail", "i\u{307}smail"),
        ("ismail", "\u{130}smail"),
        ("İsmail", "i\u{307}smail"),
        ("jan", "j\u{307}an"),
        ("STRAẞE", "strasse"),
        ("Ｓtraße", "strasse"),
        ("x|y", "xly"),
    ] {
        assert!(shares_a_key(a, b), "{a} and {b}");
    }
    for (a, b) in [
        ("alice", "alicia"),
        ("zoe", "zoë"),
        ("guest1", "guest2"),
        ("ali", "all_"),
        ("小明", "小王"),
    ] {
        assert!(!shares_a_key(a, b), "{a} and {b}");
    }
}

#[test]
fn the_same_nick_is_one_in_another_casing_only() {
    assert!(nick("Alice").same_as(&nick("aLICE")));
    assert!(nick("straße").same_as(&nick("STRASSE")));
    assert!(nick("ZOË").same_as(&nick("zoe\u{308}")));
    assert!(!nick("alice").same_as(&nick("a1ice")));
}

#[test]
fn a_name_is_written_out_as_it_is_shown_and_read_back_by_parsing() {
    let written = serde_json::to_string(&nick("AIice")).unwrap();
    assert_eq!(written, "\"AIice\"");
    assert!(serde_json::from_str::<Nick>(&written).unwrap() == nick("AIice"));
    assert!(serde_json::from_str::<Nick>("\"a b\"").is_err());
    assert!(serde_json::from_str::<RoomName>("\"lobby\"").is_err());
}

#[test]
fn guests_are_all_different() {
    let mut keys: Vec<String> = (1..=3000)
        .map(|n| nick(&format!("guest{n}")).key().to_owned())
        .collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 3000);
}

#[test]
fn one_casing_is_that_of_the_same_nicks_and_of_no_others() {
    for (a, b) in [
        ("Alice", "aLICE"),
        ("Straße", "STRASSE"),
        ("Ωμέγας", "ΩΜΈΓΑΣ"),
    ] {
        assert!(nick(a).same_as(&nick(b)));
        assert_eq!(nick(a).folded(), nick(b).folded());
    }
    for (a, b) in [("alice", "a1ice"), ("AIice", "Alice"), ("mike", "rnike")] {
        assert!(!nick(a).same_as(&nick(b)));
        assert_ne!(nick(a).folded(), nick(b).folded());
    }
}

#[test]
fn a_name_has_one_first_key_and_keys_are_in_the_order_of_their_texts() {
    let mut keys: Vec<_> = ["zoë", "AIice", "bob"]
        .into_iter()
        .flat_map(|text| NameKey::of_nick(&nick(text)))
        .collect();
    keys.sort();
    let texts: Vec<_> = keys
        .iter()
        .map(|key| (key.text(), key.is_first()))
        .collect();
    assert_eq!(
        texts,
        [
            ("aiice", true),
            ("alice", false),
            ("bob", true),
            ("zoe\u{308}", true)
        ]
    );
}
