use super::*;
use crate::accounts::testing::nick;

#[test]
fn a_password_is_taken_as_it_is_hashed() {
    let long = "x".repeat(MOST_PASSWORD);
    for (wanted, taken) in [
        ("8letters", "8letters"),
        ("größeren", "größeren"),
        ("gro\u{308}ßeren", "größeren"),
        ("a\u{a0}b c d e", "a b c d e"),
        ("小明小明小明小明", "小明小明小明小明"),
        (&long, &long),
    ] {
        let fit = fit_password(wanted.as_bytes(), &nick("alice"));
        assert_eq!(fit.as_deref(), Ok(taken));
    }
}

#[test]
fn a_password_that_is_easily_found_is_weak() {
    let name = nick("AliceCooper");
    for (weak, why) in [
        ("7letter", Weak::Short(7)),
        ("größere", Weak::Short(7)),
        // Eight as they were typed, seven as they are hashed.
        ("gro\u{308}ßere", Weak::Short(7)),
        ("AliceCooper", Weak::Name),
        ("alicecooper", Weak::Name),
        ("ALICECOOPER", Weak::Name),
    ] {
        assert_eq!(
            fit_password(weak.as_bytes(), &name),
            Err(Unfit::Weak(why)),
            "{weak}"
        );
    }
    let umlauts = nick("Österreich");
    let weak = fit_password("ÖSTERREICH".as_bytes(), &umlauts);
    assert_eq!(weak, Err(Weak::Name.into()));
    assert!(fit_password(b"AliceCooper2", &name).is_ok());
}

#[test]
fn what_is_no_text_to_type_is_unacceptable() {
    let long = "x".repeat(MOST_PASSWORD + 1);
    for (bad, why) in [
        (&b""[..], Unacceptable::Empty),
        (long.as_bytes(), Unacceptable::Long(MOST_PASSWORD + 1)),
        (b"pass\tword", Unacceptable::Control),
        (b"password\0", Unacceptable::Control),
        ("pass\u{85}word".as_bytes(), Unacceptable::Control),
        (b"\x7f", Unacceptable::Control),
        (b"pass\xffword", Unacceptable::NotUtf8),
    ] {
        let refused = fit_password(bad, &nick("alice"));
        assert_eq!(refused, Err(Unfit::Unacceptable(why)), "{bad:?}");
    }
}

#[test]
fn a_person_is_told_what_to_do() {
    let short = fit_password(b"short", &nick("alice")).expect_err("it is");
    assert_eq!(
        short.to_string(),
        "the password has 5 characters, expected at least 8: choose a longer one"
    );
}
