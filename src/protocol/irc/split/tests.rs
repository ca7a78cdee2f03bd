use proptest::prelude::*;

use super::*;

fn all(text: &str, most: usize) -> Vec<&str> {
    parts(text, most).collect()
}

#[test]
fn text_is_cut_after_a_space_where_there_is_one() {
    assert_eq!(all("hello world", 20), ["hello world"]);
    assert_eq!(all("hello world", 11), ["hello world"]);
    assert_eq!(all("hello world", 10), ["hello ", "world"]);
    assert_eq!(all("hello world", 6), ["hello ", "world"]);
    assert_eq!(all("", 10), [""]);
}

#[test]
fn a_word_that_is_too_long_is_cut_between_characters() {
    assert_eq!(all("abcdefgh", 5), ["abcde", "fgh"]);
    // Two bytes each.
    assert_eq!(all("äöüäöü", 5), ["äö", "üä", "öü"]);
    assert_eq!(all("😀😀", 5), ["😀", "😀"]);
    // A space far back does not leave the line empty.
    assert_eq!(all("a bcdefghijklmn", 10), ["a bcdefghi", "jklmn"]);
}

#[test]
fn what_is_one_character_to_the_eye_stays_in_one_part() {
    // An e with an acute accent after it, a family of joined emoji, a hand with its skin.
    assert_eq!(all("xxxe\u{301}yyy", 5), ["xxx", "e\u{301}yy", "y"]);
    let family = "👩\u{200D}👩\u{200D}👧";
    let text = format!("{}{family}", "x".repeat(20));
    assert_eq!(all(&text, 30), ["x".repeat(20).as_str(), family]);
    assert_eq!(all("xxxx👍\u{1F3FD}", 10), ["xxxx", "👍\u{1F3FD}"]);
}

#[test]
fn marks_without_end_do_not_stop_it() {
    let text = format!("e{}", "\u{301}".repeat(10_000));
    let parts = all(&text, 100);
    assert_eq!(parts.len(), 201);
    assert_eq!(parts.concat(), text);
}

#[test]
fn what_is_left_out_can_be_seen() {
    assert_eq!(shortened("hello", 5), ("hello", ""));
    assert_eq!(shortened("hello!", 5), ("he", "…"));
    assert_eq!(shortened("ääää", 6), ("ä", "…"));
    assert_eq!(shortened("hello", 2), ("", ""));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_or_said_twice(text in "[a-c ä😀\u{301}\u{200D}]{0,200}", most in 4..60_usize) {
        let parts = all(&text, most);
        prop_assert_eq!(parts.concat(), text.as_str());
        prop_assert!(parts.iter().all(|part| part.len() <= most));
        prop_assert!(text.is_empty() || parts.iter().all(|part| !part.is_empty()));
    }

    #[test]
    fn what_is_shortened_fits_and_begins_the_text(text in "[a ä😀\u{301}]{0,40}", most in 0..60_usize) {
        let (shown, mark) = shortened(&text, most);
        prop_assert!(shown.len() + mark.len() <= most);
        prop_assert!(text.starts_with(shown));
    }
}
