use super::{escape, escape_json};

#[test]
fn what_a_terminal_acts_on_is_shown_as_an_escape() {
    for (hostile, shown) in [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]52;c;ZXZpbA==\x07", r"\x1b]52;c;ZXZpbA==\x07"),
        ("\u{9b}2J", r"\x9b2J"),
        ("a\x08b\x7f", r"a\x08b\x7f"),
        ("one\ntwo\r\tthree\0", r"one\ntwo\r\tthree\x00"),
        ("\u{85}\u{2028}\u{2029}", r"\x85\u{2028}\u{2029}"),
        (
            "a\u{202e}b\u{2066}c\u{200f}",
            r"a\u{202e}b\u{2066}c\u{200f}",
        ),
        ("al\u{200b}ice\u{feff}", r"al\u{200b}ice\u{feff}"),
        ("\u{e0041}", r"\u{e0041}"),
    ] {
        assert_eq!(escape(hostile), shown);
    }
}

#[test]
fn ordinary_text_of_any_script_is_left_alone() {
    for text in [
        "hello \\ there",
        "你好，世界",
        "zoe\u{308}",
        "שלום",
        "👨\u{200d}👩\u{200d}👧",
        "葛\u{e0100}城 ❤\u{fe0f}",
        "می\u{200c}خواهم",
    ] {
        assert_eq!(escape(text), text);
    }
}

#[test]
fn a_joiner_that_joins_nothing_is_shown() {
    assert_eq!(escape("a\u{200d}b"), r"a\u{200d}b");
    assert_eq!(escape("👨\u{200d}\u{200d}👩"), "👨\\u{200d}\\u{200d}👩");
}

#[test]
fn json_keeps_its_meaning_and_loses_its_controls() {
    let text = "\u{1b}[0m\u{7f}\u{9b}\u{202e}\u{e0041}é\n";
    let json = escape_json(&serde_json::to_string(text).unwrap());
    assert!(
        !json
            .chars()
            .any(|c| c.is_control() || c == '\u{202e}' || c == '\u{e0041}'),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
}
