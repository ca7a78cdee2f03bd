use super::*;

/// The examples of Modern IRC's "Formatting", with the raw codes in place of the letters shown there.
#[test]
fn the_examples_of_the_specification_lose_their_codes_and_nothing_else() {
    for (raw, plain) in [
        (
            "I love \u{3}3IRC! \u{3}It is the \u{3}7best protocol ever!",
            "I love IRC! It is the best protocol ever!",
        ),
        (
            "This is a \u{1d}\u{3}13,9cool \u{3}message",
            "This is a cool message",
        ),
        (
            "IRC \u{2}is \u{3}4,12so \u{3}great\u{f}!",
            "IRC is so great!",
        ),
        (
            "Rules: Don't spam 5\u{3}13,8,6\u{3},7,8, and especially not \u{2}9\u{2}\u{1d}!",
            "Rules: Don't spam 5,6,7,8, and especially not 9!",
        ),
    ] {
        assert!(has_formatting(raw));
        assert_eq!(strip_formatting(raw), plain);
    }
}

#[test]
fn a_colour_takes_two_digits_at_most_and_a_comma_only_before_a_digit() {
    for (raw, plain) in [
        ("\u{3}", ""),
        ("\u{3},1", ",1"),
        ("\u{3}1,x", ",x"),
        ("\u{3}123,456", "3,456"),
        ("\u{3}12,345", "5"),
        ("\u{3}1\u{3}2", ""),
        ("\u{4}FF0000red", "red"),
        ("\u{4}FF0000,00ff00x", "x"),
        ("\u{4}FF000,x", "FF000,x"),
        ("\u{4}FF0000,00ffx", ",00ffx"),
        ("\u{16}r\u{1e}s\u{1f}u\u{11}m", "rsum"),
        ("\u{3}\u{662}", "\u{662}"),
        ("\u{1}ACTION é\u{2}\u{1}", "\u{1}ACTION é\u{1}"),
    ] {
        assert_eq!(strip_formatting(raw), plain, "{raw:?}");
    }
}

#[test]
fn what_has_no_codes_is_not_copied() {
    let text = "3,4 is no colour; nor is \t or \u{1b}[31m";
    assert!(!has_formatting(text));
    assert!(matches!(strip_formatting(text), Cow::Borrowed(same) if same == text));
}
