//! Words are found in every language, and nothing in a search is taken for anything but words.

use super::bed::*;
use crate::chat::Query;

fn found(bed: &Bed, words: &str) -> Vec<u64> {
    let mut query = everything("#a");
    query.words = Some(words.into());
    numbers(&bed.query(query))
}

fn containing(bed: &Bed, part: &str) -> Vec<u64> {
    let mut query = everything("#a");
    query.containing = Some(part.into());
    numbers(&bed.query(query))
}

#[test]
fn words_of_all_languages_are_found() {
    let mut bed = Bed::new();
    let texts = [
        "你好吗",
        "他说你好",
        "好你",
        "東京タワーへ行きました",
        "สวัสดีครับ ทุกคน",
        "Привет, МИР! Как дела?",
        "Die Straße nach MÜNCHEN ist gesperrt",
        "한국어를 배웁니다",
        "hello \u{2}wo\u{2}rld and NEAR",
        "👍 great",
    ];
    bed.say(texts.iter().zip(1..).map(|(text, n)| said(n, "#a", text)));
    for (words, numbers) in [
        ("你好", &[1, 2][..]),
        ("你", &[1, 2, 3]),
        ("好你", &[3]),
        ("你好吗", &[1]),
        ("你吗", &[]),
        ("東京", &[4]),
        ("タワー", &[4]),
        ("行きました", &[4]),
        ("ﾀﾜｰ", &[4]),
        ("สวัสดี", &[5]),
        ("ทุกคน", &[5]),
        ("привет мир", &[6]),
        ("МИР", &[6]),
        ("strasse", &[7]),
        ("münchen", &[7]),
        ("mu\u{308}nchen GESPERRT", &[7]),
        ("münch", &[]),
        ("한국어", &[8]),
        ("World", &[9]),
        ("hello AND near", &[9]),
        ("👍", &[10]),
    ] {
        assert_eq!(found(&bed, words), numbers, "{words}");
    }
}

#[test]
fn a_search_is_never_syntax() {
    let mut bed = Bed::new();
    bed.say([said(1, "#a", "alpha beta"), said(2, "#a", "alpha OR gamma")]);
    for (words, numbers) in [
        ("alpha OR gamma", &[2][..]),
        ("alpha NOT beta", &[]),
        ("alph*", &[]),
        ("\"alpha\"", &[1, 2]),
        ("\"", &[]),
        ("", &[]),
        ("text:alpha", &[]),
        ("^alpha", &[1, 2]),
        ("NEAR(alpha beta, 1)", &[]),
        ("(alpha", &[1, 2]),
        ("{alpha} - + : ;", &[1, 2]),
        ("alpha\0beta", &[1]),
    ] {
        assert_eq!(found(&bed, words), numbers, "{words}");
    }
    // The conversation's number is no word of its messages.
    assert_eq!(found(&bed, "1"), [0; 0]);
}

#[test]
fn parts_are_found_whatever_the_case() {
    let mut bed = Bed::new();
    bed.say((1..=2500).map(|n| said(n, "#a", &format!("Nummer {n} ÄÖ\u{3}4Ü%_x"))));
    assert_eq!(containing(&bed, "äöü%_X"), (1..=2500).collect::<Vec<_>>());
    assert_eq!(containing(&bed, "r 2499 ä"), [2499]);
    assert_eq!(containing(&bed, "äxü"), [0; 0]);
    let mut first = everything("#a");
    first.span = crate::chat::Span::After(crate::chat::Bound::Id(id(0)));
    first.limit = 1;
    first.containing = Some("MER 2300".into());
    assert_eq!(numbers(&bed.query(first)), [2300]);
}

#[test]
fn those_of_one_speaker_are_found_by_any_casing_of_the_nick() {
    let mut bed = Bed::new();
    let mut messages: Vec<_> = (1..=9).map(|n| said(n, "#a", "say")).collect();
    messages[2].from = user("Eve");
    messages[5].from = user("eve");
    messages[6].from = crate::chat::Speaker::Operator;
    bed.say(messages);
    let from = |nick: &str| Query {
        from: Some(nick.into()),
        ..everything("#a")
    };
    assert_eq!(numbers(&bed.query(from("EVE"))), [3, 6]);
    assert_eq!(numbers(&bed.query(from(crate::chat::OPERATOR))), [7]);
    assert_eq!(bed.query(from("no nick!")), []);
    let both = Query {
        words: Some("say".into()),
        containing: Some("AY".into()),
        limit: 1,
        ..from("eve")
    };
    assert_eq!(numbers(&bed.query(both)), [6]);
}
