use proptest::prelude::*;

use super::*;

fn tags(raw: &str) -> Tags<'_> {
    Tags::from_raw(raw).expect("tags")
}

fn escaped(value: &str) -> String {
    let mut out = Vec::new();
    escape(value, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

/// IRCv3 message-tags, "Escaping values".
#[test]
fn the_table_of_escapes_holds_in_both_directions() {
    for (value, written) in [
        (";", "\\:"),
        (" ", "\\s"),
        ("\\", "\\\\"),
        ("\r", "\\r"),
        ("\n", "\\n"),
        ("raw+:=,escaped; \\", "raw+:=,escaped\\:\\s\\\\"),
        ("小明 🎉", "小明\\s🎉"),
        ("\\s", "\\\\s"),
        ("", ""),
    ] {
        assert_eq!(escaped(value), written);
        assert_eq!(unescape(written), value);
    }
}

#[test]
fn an_invalid_escape_loses_its_backslash() {
    for (written, value) in [
        ("test\\", "test"),
        ("\\b", "b"),
        ("\\", ""),
        ("a\\\\\\", "a\\"),
        ("\\小", "小"),
        ("\\S\\N", "SN"),
    ] {
        assert_eq!(unescape(written), value, "{written}");
    }
}

#[test]
fn a_value_without_escapes_is_not_copied() {
    assert!(matches!(unescape("a+:=,b"), Cow::Borrowed("a+:=,b")));
}

/// Modern IRC, "Tags".
#[test]
fn no_value_is_an_empty_value() {
    let all: Vec<_> = tags("id=123AB;rose").iter().collect();
    assert_eq!(all, [("id", "123AB"), ("rose", "")]);
    let all: Vec<_> = tags("url=;netsplit=tur,ty").iter().collect();
    assert_eq!(all, [("url", ""), ("netsplit", "tur,ty")]);
    assert_eq!(tags("url=").get("url"), tags("url").get("url"));
    assert_eq!(tags("url").get("url").as_deref(), Some(""));
    assert_eq!(tags("url").get("u"), None);
}

#[test]
fn of_a_key_that_comes_twice_the_last_counts() {
    let tags = tags("+a=1;b=2;+c;+a=3;b;+a=4");
    assert_eq!(tags.get("+a").as_deref(), Some("4"));
    assert_eq!(tags.get("b").as_deref(), Some(""));
    let relayed: Vec<_> = tags.client_only().collect();
    assert_eq!(relayed, [("+c", ""), ("+a", "4")]);
}

#[test]
fn keys_are_opaque_and_their_case_counts() {
    let all = tags("+Draft/ä!=1;a/b/c=2;=3;;+=4;k=v=w;+draft/ä!=5");
    assert_eq!(all.get("+draft/ä!").as_deref(), Some("5"));
    assert_eq!(all.get("a/b/c").as_deref(), Some("2"));
    assert_eq!(all.get("").as_deref(), Some("3"));
    assert_eq!(all.get("k").as_deref(), Some("v=w"));
    let relayed: Vec<_> = all.client_only().map(|(key, _)| key).collect();
    assert_eq!(relayed, ["+Draft/ä!", "+", "+draft/ä!"]);
}

#[test]
fn what_would_end_the_tags_is_refused() {
    for raw in ["a b", "a\r", "a\nb", "a\0"] {
        assert_eq!(Tags::from_raw(raw), None, "{raw:?}");
    }
    assert!(tags("").is_empty() && tags("").iter().next().is_none());
}

#[test]
fn more_than_a_thousand_tags_keep_their_order() {
    let keys: Vec<_> = (0..1024).rev().map(|n| format!("+{n}")).collect();
    let raw = keys.join(";");
    let relayed: Vec<_> = tags(&raw).client_only().map(|(key, _)| key).collect();
    assert_eq!(relayed, keys);
    let same = "+a;".repeat(1365);
    assert_eq!(tags(&same).client_only().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_escaped_is_one_value_and_comes_back(value in "[a-z; \\\\\r\n:sé🎉=+]{0,40}") {
        let written = escaped(&value);
        prop_assert!(!written.contains([' ', ';', '\r', '\n']));
        prop_assert_eq!(unescape(&written), &*value);
        let raw = format!("a={written};b");
        let found = tags(&raw).get("a");
        prop_assert_eq!(found.as_deref(), Some(&*value));
    }
}
