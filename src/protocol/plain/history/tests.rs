use super::*;
use crate::chat::{Manner, MessageId, Rank, Stamp, Text, Timestamp};
use crate::protocol::plain::tests::who;

/// The `nth` message of alice in #tea, a minute after the one before it; the first at 2026-11-23 10:02:03Z.
fn kept(nth: u64, text: &str) -> Kept {
    let minutes = i64::try_from(nth).expect("few");
    Kept {
        id: MessageId::new(&Stamp::default(), nth),
        at: Timestamp(1_795_428_123_999 + 60_000 * minutes),
        from: Speaker::User(who("alice")),
        to: "#tea".into(),
        rank: None,
        manner: Manner::Message,
        text: Text::parse_lines(text).ok(),
        tags: None,
    }
}

fn room() -> RoomName {
    RoomName::parse("#tea").expect("a name")
}

fn replayed(kept: &[Kept], most: usize) -> String {
    let mut out = b"before\n".to_vec();
    replay(kept, Seen::Here, most, &mut out);
    let all = String::from_utf8(out).expect("UTF-8");
    all.strip_prefix("before\n")
        .expect("what was there stays")
        .to_owned()
}

fn looked(look: &Look, kept: &[Kept], most: usize) -> String {
    let mut out = Vec::new();
    looked_up(look, &room(), kept, most, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

const ENDLESS: usize = 1_000_000;

#[test]
fn each_line_has_its_time_and_its_form() {
    let manner = |manner, kept| Kept { manner, ..kept };
    let said = [
        kept(0, "hi"),
        manner(Manner::Action, kept(1, "waves")),
        manner(Manner::Notice, kept(2, "beep")),
        kept(3, "one\n\ntwo"),
        Kept {
            rank: Some(Rank::Op),
            ..kept(4, "for ops")
        },
        Kept {
            from: Speaker::Operator,
            ..kept(5, "from above")
        },
    ];
    assert_eq!(
        replayed(&said, ENDLESS),
        "[2026-11-23 10:02:03Z] <alice> hi\n\
         [2026-11-23 10:03:03Z] * alice waves\n\
         [2026-11-23 10:04:03Z] -alice- beep\n\
         [2026-11-23 10:05:03Z] <alice> one\n\
         [2026-11-23 10:05:03Z] <alice> two\n\
         [2026-11-23 10:06:03Z] #tea(@) <alice> for ops\n\
         [2026-11-23 10:07:03Z] #tea <*operator> from above\n"
    );
}

#[test]
fn what_was_taken_back_and_what_is_for_programs_is_left_out() {
    let gone = Kept {
        text: None,
        ..kept(0, "oops")
    };
    let said = [gone, kept(1, "\u{1}VERSION\u{1}"), kept(2, "hi")];
    assert_eq!(
        replayed(&said, ENDLESS),
        "[2026-11-23 10:04:03Z] <alice> hi\n"
    );
    assert_eq!(replayed(&said[..2], ENDLESS), "");
    assert_eq!(
        looked(&Look::History(50), &said, ENDLESS),
        "[2026-11-23 10:04:03Z] <alice> hi\n-- end of history: 1 message of #tea\n"
    );
}

#[test]
fn control_characters_are_cleaned_as_in_what_is_said_now() {
    let said = [kept(0, "\u{1b}[2J\u{2}bold\u{2}\u{2028}x")];
    assert_eq!(
        replayed(&said, ENDLESS),
        "[2026-11-23 10:02:03Z] <alice> \u{fffd}[2Jbold x\n"
    );
}

#[test]
fn a_history_ends_with_how_much_it_was() {
    let said = [kept(0, "a"), kept(1, "b")];
    assert!(
        looked(&Look::History(50), &said, ENDLESS)
            .ends_with("<alice> b\n-- end of history: 2 messages of #tea\n")
    );
    assert_eq!(
        looked(&Look::History(50), &[], ENDLESS),
        "-- end of history: 0 messages of #tea\n"
    );
}

#[test]
fn a_search_says_what_it_looked_for_and_whether_there_may_be_more() {
    let look = Look::Search("green \u{1b}tea".into());
    assert_eq!(
        looked(&look, &[kept(0, "tea, green")], ENDLESS),
        "[2026-11-23 10:02:03Z] <alice> tea, green\n-- found 1 message of #tea with: green \u{fffd}tea\n"
    );
    assert_eq!(
        looked(&look, &[], ENDLESS),
        "-- found 0 messages of #tea with: green \u{fffd}tea\n"
    );
    let many: Vec<Kept> = (0..Look::FOUND.into())
        .map(|n| kept(n, "green tea"))
        .collect();
    assert!(looked(&look, &many, ENDLESS).ends_with(
        "-- found 100 messages of #tea (the latest; there may be more) with: green \u{fffd}tea\n"
    ));
}

/// Nobody is cut off as a slow reader for looking.
#[test]
fn of_too_much_the_latest_is_told() {
    let said: Vec<Kept> = (0..10).map(|n| kept(n, &format!("{n}"))).collect();
    let line = replayed(&said[..1], ENDLESS).len();
    for most in 0..line * 10 + 2 {
        let told = replayed(&said, most);
        assert_eq!(
            told.lines().count(),
            (most / line).min(10),
            "{most}: {told}"
        );
        assert!(told.is_empty() || told.ends_with("<alice> 9\n"), "{told}");
    }
    let look = Look::History(50);
    assert!(
        looked(&look, &said, 2 * line)
            .ends_with("<alice> 9\n-- end of history: 2 messages of #tea\n")
    );
    let look = Look::Search("x".into());
    assert!(looked(&look, &said, 2 * line).contains("found 2 messages of #tea (the latest;"));
}

#[test]
fn why_nothing_can_be_seen_is_an_error_with_its_code() {
    let told = |why: NotSeen| {
        let mut out = Vec::new();
        not_seen(&why, &mut out);
        String::from_utf8(out).expect("UTF-8")
    };
    assert_eq!(
        told(NotSeen::Off),
        "! history-off: this server keeps no history\n"
    );
    assert_eq!(
        told(NotSeen::Busy),
        "! busy: too many look at the history just now; try again in a moment\n"
    );
    assert_eq!(
        told(NotSeen::Failed("disk\nfull".into())),
        "! history-failed: the history cannot be read just now (disk\u{fffd}full); try again later\n"
    );
}
