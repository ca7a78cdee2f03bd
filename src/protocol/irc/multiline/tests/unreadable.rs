//! Lines that cannot be read while a batch is open.

use super::*;
use crate::protocol::irc::{Line, unreadable};

/// Has alice send a line that cannot be read.
fn sends(bed: &mut Bed, line: &Line) -> Reading {
    let mut reading = unreadable(&bed.world(), bed.asker("alice"), line);
    if let Some(change) = reading.batch.take() {
        change.apply(&mut bed.batch);
    }
    reading
}

fn all() -> [Line; 4] {
    [
        Line::TooLong,
        Line::NotUtf8("@batch=b PRIVMSG".into()),
        Line::NotUtf8("*".into()),
        Line::Nul("@batch=b PRIVMSG".into()),
    ]
}

/// Such a line is answered by itself, and the message that lacks it is refused as a whole, with the label of the batch. Whether it
/// was a line of the batch need not be readable.
#[test]
fn a_line_that_cannot_be_read_spoils_the_batch() {
    for line in all() {
        let mut bed = Bed::with(ALL);
        last(&mut bed, &["@label=l1 BATCH +b draft/multiline #tea"]);
        assert_eq!(bed.asks("alice", "@batch=b PRIVMSG #tea :one"), []);
        let answer = sends(&mut bed, &line);
        assert_eq!((answer.steps.len(), answer.label), (1, None), "{line:?}");
        assert_eq!(bed.asks("alice", "@batch=b PRIVMSG #tea :three"), []);
        let reading = bed.read("alice", "BATCH -b");
        assert_eq!(reading.label.as_deref(), Some("l1"), "{line:?}");
        let [Step::Tell(bytes)] = reading.steps.as_slice() else {
            panic!("{line:?}: {:?}", reading.steps);
        };
        let heard = String::from_utf8(bytes.clone()).unwrap();
        let told = " FAIL BATCH MULTILINE_INVALID :";
        assert!(heard.contains(told), "{line:?}: {heard}");
        assert_eq!(bed.batch, None);
        let again = last(
            &mut bed,
            &[
                "BATCH +b draft/multiline #tea",
                "@batch=b PRIVMSG #tea :one",
                "BATCH -b",
            ],
        );
        assert_eq!(asked(again), in_tea("one"), "{line:?}");
    }
}

/// The command of such a message cannot be repeated, so nothing answers it; its text is missing all the same.
#[test]
fn a_line_that_is_no_message_spoils_the_batch() {
    let mut bed = Bed::with(ALL);
    let lines = [
        "BATCH +b draft/multiline #tea",
        "@batch=b PRIVMSG #tea :one",
        "@batch=b :alice :two",
    ];
    assert!(last(&mut bed, &lines).steps.is_empty());
    assert_eq!(
        bed.told("alice", "BATCH -b"),
        ["FAIL BATCH MULTILINE_INVALID"]
    );
}

#[test]
fn a_batch_that_has_failed_is_not_refused_again() {
    for line in all() {
        let mut bed = Bed::with(ALL);
        assert_eq!(sends(&mut bed, &line).steps.len(), 1);
        assert_eq!(bed.batch, None, "{line:?}");
        last(&mut bed, &["BATCH +b draft/multiline #tea"]);
        let told = bed.told("alice", "@batch=b TOPIC #tea :x");
        assert_eq!(told, ["FAIL BATCH MULTILINE_INVALID"]);
        assert_eq!(sends(&mut bed, &line).steps.len(), 1);
        assert_eq!(bed.told("alice", "BATCH -b"), [""; 0], "{line:?}");
    }
}
