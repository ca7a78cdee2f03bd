use proptest::prelude::*;

use super::*;
use crate::chat::tests::{Script, nick, text};
use crate::chat::{Command, UserId};

fn normal(text: &str) -> Option<String> {
    Mask::parse(text).map(|mask| mask.to_string())
}

#[test]
fn a_mask_is_made_whole() {
    for (given, expected) in [
        ("bob", "bob!*@*"),
        ("b?b*", "b?b*!*@*"),
        ("~bob@host", "*!~bob@host"),
        ("user@host", "*!user@host"),
        ("bob!user", "bob!user@*"),
        ("bob!user@host", "bob!user@host"),
        ("!@", "*!*@*"),
        ("*", "*!*@*"),
        ("**!***@*", "*!*@*"),
        ("192.0.2.*", "*!*@192.0.2.*"),
        ("2001:db8::1", "*!*@2001:db8::1"),
        ("*.example", "*!*@*.example"),
        ("network/user", "*!*@network/user"),
        ("~a@2001:db8::1", "*!~a@2001:db8::1"),
        ("a!b!c@d@e", "a!b!c@d@e"),
        ("小明", "小明!*@*"),
        ("~a:bob", "~a:bob"),
        ("~account:Bob*", "~a:Bob*"),
        ("~realname:*buy?now*", "~r:*buy?now*"),
        ("~m:bob", "~m:bob!*@*"),
        ("~mute:~account:bob", "~m:~a:bob"),
    ] {
        assert_eq!(normal(given).as_deref(), Some(expected), "{given}");
    }
    let long = "x".repeat(Mask::MOST + 1);
    let almost = "x".repeat(Mask::MOST - 3);
    for bad in [
        "",
        " ",
        "a b",
        "a\tb",
        "a\u{7}",
        "a\u{202e}b",
        ":a",
        "~x:y",
        "~:y",
        "~a:",
        "~m:",
        "~m:~m:x",
        "~m:~x:y",
        long.as_str(),
        almost.as_str(),
    ] {
        assert_eq!(normal(bad), None, "{bad:?}");
    }
}

#[test]
fn masks_that_differ_in_casing_are_one() {
    let mask = |text: &str| Mask::parse(text).unwrap();
    assert_eq!(mask("Bob"), mask("bOB!*@*"));
    assert_eq!(mask("ÄRGER"), mask("ärger"));
    assert_ne!(mask("bob"), mask("b0b"));
}

#[test]
fn a_mask_means_names_hosts_addresses_accounts_and_real_names() {
    let mut script = Script::with(1);
    script.by(1, Command::Nick(nick("Bob")));
    script.by(1, Command::SetRealname(text("Buy Now Ltd.")));
    script.login(1, "robert");
    let promote = Command::Promote(
        crate::chat::Role::Observer,
        "x".into(),
        Some("cloak.example".into()),
    );
    script.by(1, promote);
    let user = script.chat.user(UserId(0)).unwrap();
    let subject = Subject::new(&script.chat, user);
    let means = |text: &str| Mask::parse(text).unwrap().matches(&subject);
    for meant in [
        "bob",
        "BOB!*@*",
        "b?b",
        "*!plain@*",
        "*@cloak.EXAMPLE",
        "*@192.0.2.1",
        "192.0.2.*",
        "bob!plain@192.0.2.?",
        "~a:Robert",
        "~a:rob*",
        "~a:*",
        "~r:*buy?now*",
        "~m:bob",
        "~m:~a:robert",
    ] {
        assert!(means(meant), "{meant}");
    }
    for other in [
        "bo",
        "bobb",
        "?bob",
        "*@192.0.2.2",
        "*!root@*",
        "~a:bob",
        "~r:buy",
        "~m:alice",
    ] {
        assert!(!means(other), "{other}");
    }
}

/// Text of what matching looks at, and little of it, so that things match often.
fn few() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!['a', 'b', 'é']), 0..12)
        .prop_map(String::from_iter)
}

fn pattern() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!['a', 'b', 'é', '*', '*', '?']),
        0..9,
    )
    .prop_map(String::from_iter)
}

/// As one would say what `*` and `?` mean, however long that takes.
fn plainly(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|from| plainly(rest, &text[from..])),
        Some((c, rest)) => text
            .split_first()
            .is_some_and(|(first, after)| (*c == '?' || c == first) && plainly(rest, after)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matching_is_what_stars_and_question_marks_mean(pattern in pattern(), text in few()) {
        let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(glob::matches(&pattern, &text), plainly(&p, &t));
    }

    #[test]
    fn a_normal_mask_is_its_own_normal_form(given in "~?[a-c:!@*?.]{1,12}") {
        if let Some(mask) = Mask::parse(&given) {
            let again = Mask::parse(mask.as_str());
            prop_assert_eq!(again.as_ref().map(Mask::as_str), Some(mask.as_str()));
            let written = serde_json::to_string(&mask).unwrap();
            prop_assert_eq!(serde_json::from_str::<Mask>(&written).unwrap(), mask);
        }
    }
}

/// Each takes what backtracking would need longer for than the sun shines.
#[test]
fn no_mask_takes_long() {
    let text = "a".repeat(300);
    for (pattern, matches) in [
        ("*a".repeat(100), true),
        (format!("{}b", "*a".repeat(99)), false),
        (format!("{}*b", "*a?".repeat(66)), false),
        (format!("{}*", "*?a".repeat(66)), true),
        ("?".repeat(200), false),
        (format!("{}*", "?".repeat(199)), true),
        (format!("*{}", "?".repeat(512)), false),
    ] {
        for _ in 0..100 {
            assert_eq!(glob::matches(&pattern, &text), matches, "{pattern}");
        }
    }
}
