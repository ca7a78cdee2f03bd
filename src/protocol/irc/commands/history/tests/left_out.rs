//! What is not told of what was found, and what is told in its place.

use super::answers::{FULL, LATEST, answer, bytes, kept, messages};
use super::*;
use crate::chat::Kept;
use crate::protocol::irc::returned;

/// IRCv3 message-redaction, "Chat history": "SHOULD either exclude it entirely ...".
#[test]
fn what_was_taken_back_is_left_out() {
    let gone = Kept {
        text: None,
        ..kept(0, "oops")
    };
    for with in [FULL, &[Capability::MessageRedaction]] {
        let told = answer(with, LATEST, messages(vec![gone.clone(), kept(1, "hi")]));
        let ours = told.iter().filter(|line| line.contains("bob"));
        assert_eq!(ours.count(), 1, "{told:?}");
        assert!(!told.concat().contains(&id(0).to_string()), "{told:?}");
    }
}

/// A client that cannot see that it is old would answer it; it would open a window for a room that there is not.
#[test]
fn what_is_old_does_nothing_new() {
    let ctcp = || messages(vec![kept(0, "\u{1}VERSION\u{1}")]);
    assert_eq!(answer(&[Capability::ServerTime], LATEST, ctcp()), [""; 0]);
    assert_eq!(answer(&[Capability::Batch], LATEST, ctcp()).len(), 3);
    let old = Kept {
        to: "#coffee".into(),
        ..kept(0, "hi")
    };
    assert_eq!(
        answer(&[], LATEST, messages(vec![old])),
        [":bob!ident@host PRIVMSG #tea :hi"]
    );
}

#[test]
fn whoever_was_made_to_leave_meanwhile_is_told_nothing() {
    let mut bed = bed();
    let line = "CHATHISTORY LATEST #tea * 50";
    let errand = Errand::History(Box::new(asked(&bed, "alice", line)));
    bed.told("alice", "PART #tea");
    let found = messages(vec![kept(0, "hi")]);
    let steps = returned(&bed.world(), bed.asker("alice"), &errand, &found);
    let [Step::Tell(told)] = &steps[..] else {
        panic!("{steps:?}");
    };
    let told = lines(told).concat();
    assert!(
        told.starts_with("FAIL CHATHISTORY INVALID_TARGET LATEST #tea :"),
        "{told}"
    );
}

/// A quarter of `limits.send_queue` is the most, so that nobody is cut off for asking; which messages stay depends on from where
/// the limit counts.
#[test]
fn of_more_than_one_answer_may_have_those_stay_that_were_asked_for_first() {
    let found = || messages((0..10).map(|n| kept(n, &format!("{n}"))).collect());
    let line_length = ":bob!ident@host PRIVMSG #tea :0\r\n".len();
    let at = "timestamp=2019-01-04T14:33:26.123Z";
    let later = "timestamp=2019-01-04T15:33:26.123Z";
    for (asked, expected) in [
        ("LATEST #tea * 50".to_owned(), "789"),
        (format!("BEFORE #tea {later} 50"), "789"),
        (format!("AFTER #tea {at} 50"), "012"),
        (format!("AROUND #tea {at} 50"), "456"),
        (format!("BETWEEN #tea {at} {later} 50"), "012"),
        (format!("BETWEEN #tea {later} {at} 50"), "789"),
    ] {
        let mut bed = bed();
        bed.server.send_queue = 4 * (3 * line_length + 1);
        let line = format!("CHATHISTORY {asked}");
        let with = [Capability::StandardReplies];
        let told = bytes(&mut bed, &with, &line, &found());
        let told = String::from_utf8(told).expect("UTF-8");
        let (said, warned): (Vec<&str>, Vec<&str>) =
            told.lines().partition(|line| line.contains("PRIVMSG"));
        let said: String = said.iter().filter_map(|line| line.chars().last()).collect();
        assert_eq!(said, expected, "{asked}");
        let [warned] = warned[..] else {
            panic!("{warned:?}");
        };
        assert!(
            warned.contains(" WARN CHATHISTORY ANSWER_CUT_SHORT ")
                && warned.contains(" #tea :and 7 more;"),
            "{warned}"
        );
    }
}
