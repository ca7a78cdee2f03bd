use proptest::prelude::*;

use super::push;

fn clean(text: &str) -> String {
    let mut out = Vec::new();
    push(text, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn what_passes_passes_unchanged() {
    for text in [
        "",
        "hello",
        "a\tb",
        "小明 🎉 é – …",
        "\u{2027}\u{202e}\u{2067}",
        "\u{a0}\u{feff}",
    ] {
        assert_eq!(clean(text), text);
    }
}

#[test]
fn control_characters_become_visible_and_formatting_goes() {
    for (text, expected) in [
        ("\u{1b}[31mred", "\u{fffd}[31mred"),
        ("\u{1b}]52;c;x\u{7}", "\u{fffd}]52;c;x\u{fffd}"),
        ("\u{9b}31m", "\u{fffd}31m"),
        ("a\u{85}b\u{7f}c\u{8}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
        ("a\u{2028}b\u{2029}c", "a b c"),
        (
            "\u{2}bold\u{f} \u{1d}i\u{1f}u\u{1e}s\u{16}r\u{11}m",
            "bold iusrm",
        ),
        ("\u{3}4red\u{3}", "red"),
        ("\u{3}04,12red", "red"),
        ("\u{3}123", "3"),
        ("\u{3}4,x", ",x"),
        ("\u{3},5", ",5"),
        ("\u{4}ff0000red", "red"),
        ("\u{4}ff0000,00ff00red", "red"),
        ("\u{4}ff00", "ff00"),
        ("\u{3}4\u{3}5x", "x"),
    ] {
        assert_eq!(clean(text), expected, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_control_character_comes_out(text in any::<String>(), more in "[\u{0}-\u{a0}\u{2027}-\u{202a}0-9,]{0,40}") {
        for text in [text, more] {
            let out = clean(&text);
            let bad = |c: char| (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}');
            prop_assert_eq!(out.chars().find(|&c| bad(c)), None);
        }
    }
}
