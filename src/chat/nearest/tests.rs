//! What is near enough, and what is not.

use super::nearest;

const KNOWN: [&str; 4] = ["whois", "who", "info", "disconnect"];

#[test]
fn a_slip_of_one_letter_in_three_is_understood() {
    for (written, meant) in [
        ("whios", "whois"),
        ("INOF", "info"),
        ("wh", "who"),
        ("disconet", "disconnect"),
        ("who", "who"),
    ] {
        assert_eq!(nearest(written, KNOWN), Some(meant), "{written}");
    }
}

#[test]
fn another_word_and_a_very_long_one_are_nobodys() {
    for written in ["", "frobnicate", "wxyz", &"info".repeat(17)] {
        assert_eq!(nearest(written, KNOWN), None, "{written}");
    }
}
