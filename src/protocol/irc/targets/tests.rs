use super::*;

fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

#[test]
fn a_list_has_each_target_once_and_no_empty_ones() {
    let all = list(",#a,,bob,#A,BOB,c,", 3).unwrap();
    assert_eq!(all.as_slice(), ["#a", "bob", "c"]);
    assert!(list("", 4).unwrap().is_empty());
    assert!(list(",,,", 4).unwrap().is_empty());
}

#[test]
fn a_list_is_refused_at_the_first_target_too_many() {
    let ten = "a,b,c,d,e,f,g,h,i,j";
    assert_eq!(list(ten, 10).unwrap().len(), 10);
    let eleven = format!("{ten},a,k,l");
    let refused = list(&eleven, 10).unwrap_err();
    assert_eq!(
        refused,
        TooMany {
            target: "k",
            most: 10
        }
    );
    assert_eq!(list(&eleven, 12).unwrap().len(), 12);
}

/// Modern IRC, PRIVMSG: `@%#bunny` is functionally identical to `%#bunny`.
#[test]
fn the_lowest_of_several_signs_says_who_is_meant() {
    let halfops = Target::Ranked(Rank::HalfOp, room("#bunny"));
    for word in ["%#bunny", "@%#bunny", "%@#bunny", "~&@%#bunny"] {
        assert_eq!(recipient(word), Ok(halfops.clone()), "{word}");
    }
    let voiced = Target::Ranked(Rank::Voice, room("#bunny"));
    assert_eq!(recipient("+#bunny"), Ok(voiced));
    assert_eq!(recipient("#bunny"), Ok(Target::Room(room("#bunny"))));
}

#[test]
fn what_is_no_name_is_nowhere() {
    for (word, nowhere) in [
        ("#", Nowhere::Room),
        ("@#", Nowhere::Room),
        ("#a\u{7}b", Nowhere::Room),
        ("@bob", Nowhere::Nick),
        ("&local", Nowhere::Nick),
        ("bob@irc.example.org", Nowhere::Nick),
        ("bob!u@h", Nowhere::Nick),
        ("*", Nowhere::Nick),
        ("", Nowhere::Nick),
        ("$*.fi", Nowhere::Server),
        ("$irc.example.org", Nowhere::Server),
    ] {
        assert_eq!(recipient(word), Err(nowhere), "{word}");
    }
    assert_eq!(recipient(OPERATOR), Ok(Target::Operator));
}

#[test]
fn a_long_word_is_shown_without_half_a_character() {
    assert_eq!(shown("bob"), "bob");
    let long = format!("x{}", "é".repeat(100));
    let cut = shown(&long);
    assert!(cut.len() == 149 && long.starts_with(cut));
}
