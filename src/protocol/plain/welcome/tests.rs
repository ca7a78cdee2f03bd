use proptest::prelude::*;

use super::*;

fn welcome(greeting: &str, others: Option<u32>, topic: &str) -> String {
    let nick = Nick::parse("guest1").expect("a nick");
    let name = RoomName::parse("#lobby").expect("a name");
    let topic = Topic::parse(topic).expect("a topic");
    let topic = (!topic.is_empty()).then_some(&topic);
    let mut out = Vec::new();
    render(
        greeting,
        others.map(|others| (&nick, &name, others)),
        topic,
        &mut out,
    );
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn it_greets_says_where_one_is_and_shows_the_topic() {
    assert_eq!(
        welcome("Welcome.\nBe kind.", Some(3), "tea"),
        "*** Welcome.\n*** Be kind.\n*** You are guest1 in #lobby with 3 others. /help shows the commands.\n*** Topic: tea\n"
    );
    assert!(welcome("", Some(0), "").contains(" with nobody else."));
    assert!(welcome("", Some(1), "").contains(" with 1 other."));
}

#[test]
fn without_greeting_and_news_there_is_nothing() {
    assert_eq!(welcome("", None, ""), "");
    assert_eq!(welcome("hi", None, ""), "*** hi\n");
}

#[test]
fn a_long_topic_is_shortened() {
    let greeting = "x".repeat(600);
    let topic = "小".repeat(130);
    let all = welcome(&greeting, Some(2), &topic);
    assert!(all.len() <= 1_000 && all.len() > 990, "{}", all.len());
    assert!(all.ends_with("小…\n"));
    assert!(all.contains(&greeting));
}

#[test]
fn the_longest_names_have_room() {
    let nick = Nick::parse(&"小".repeat(32)).expect("a nick");
    let name = RoomName::parse(&format!("#{}", "小".repeat(49))).expect("a name");
    let topic = Topic::parse("tea").expect("a topic");
    let mut out = Vec::new();
    let greeting = "line\n".repeat(120);
    render(
        &greeting,
        Some((&nick, &name, u32::MAX)),
        Some(&topic),
        &mut out,
    );
    assert!(out.len() <= 1_000);
    assert!(out.ends_with(
        " with 4294967295 others. /help shows the commands.\n*** Topic: tea\n".as_bytes()
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_never_long_nor_cut_within_a_character(
        greeting in "[a小🎉\u{1b}\n]{0,700}",
        topic in "[a小\u{1b}]{0,97}",
        news in any::<bool>(),
    ) {
        let all = welcome(&greeting, news.then_some(7), &topic);
        prop_assert!(all.len() <= 1_000);
        prop_assert!(all.is_empty() || all.ends_with('\n'));
        prop_assert!(all.lines().all(|line| line.starts_with("*** ")));
        prop_assert_eq!(all.contains("You are guest1 in #lobby with 7 others."), news);
    }
}
