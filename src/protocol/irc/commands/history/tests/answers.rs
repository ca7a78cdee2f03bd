//! What was found, as the specifications of chathistory, batch, multiline and message-redaction have it told.

use super::*;
use crate::chat::{
    Account, ClientTags, Identity, Kept, LookedUp, Manner, Origin, Rank, Speaker, Spoken, Text,
};
use crate::protocol::irc::{Outcome, label, returned};

/// The batch is called after the moment of the answer.
pub(super) const BATCH: &str = "Hf4240";

pub(super) fn who(name: &str) -> Identity {
    Identity {
        nick: nick(name),
        origin: Origin::new("ident", "host"),
        account: None,
        bot: false,
        oper: false,
    }
}

/// A message of bob to #tea, a second after the one before it.
pub(super) fn kept(nth: u64, text: &str) -> Kept {
    let seconds = i64::try_from(nth).expect("few");
    Kept {
        id: id(nth),
        at: Timestamp(AT.0 + 1000 * seconds),
        from: Speaker::User(who("bob")),
        to: "#tea".into(),
        rank: None,
        manner: Manner::Message,
        text: Some(Text::parse_lines(text).expect("a text")),
        tags: None,
    }
}

/// The bytes that alice is told, who has these capabilities, when this is found.
pub(super) fn bytes(bed: &mut Bed, with: &[Capability], line: &str, outcome: &Outcome) -> Vec<u8> {
    let mut with = with.to_vec();
    with.push(Capability::ChatHistory);
    bed.by("alice", Command::Negotiate(set(&with)));
    let errand = Errand::History(Box::new(asked(bed, "alice", line)));
    let steps = returned(&bed.world(), bed.asker("alice"), &errand, outcome);
    let bytes = steps.into_iter().flat_map(|step| match step {
        Step::Tell(bytes) => bytes,
        other => panic!("{other:?}"),
    });
    bytes.collect()
}

/// As lines.
#[allow(clippy::needless_pass_by_value, reason = "each test makes its own")]
pub(super) fn answer(with: &[Capability], line: &str, outcome: Outcome) -> Vec<String> {
    let told = bytes(&mut bed(), with, line, &outcome);
    let told = String::from_utf8(told).expect("UTF-8");
    told.split_terminator("\r\n").map(str::to_owned).collect()
}

pub(super) fn messages(kept: Vec<Kept>) -> Outcome {
    Outcome::History(LookedUp::Messages(kept))
}

pub(super) const LATEST: &str = "CHATHISTORY LATEST #TEA * 50";
pub(super) const FULL: &[Capability] = &[
    Capability::Batch,
    Capability::ServerTime,
    Capability::MessageTags,
    Capability::AccountTag,
    Capability::Multiline,
];

/// "Requesting the latest conversation upon joining a channel": times, ids and tags are those that the messages had.
#[test]
fn the_messages_come_in_a_batch_with_their_own_times_and_ids() {
    let found = vec![
        Kept {
            from: Speaker::User(Identity {
                account: Some(Account("bobby".into())),
                ..who("bob")
            }),
            ..kept(0, "message")
        },
        Kept {
            manner: Manner::Notice,
            ..kept(1, "message")
        },
        Kept {
            manner: Manner::Action,
            tags: Some(ClientTags("+client-tag=val".into())),
            ..kept(2, "message")
        },
    ];
    let now = "time=2026-11-23T00:44:04.123Z";
    let (one, two, three) = (id(0), id(1), id(2));
    assert_eq!(
        answer(FULL, LATEST, messages(found)),
        [
            format!("@{now} :irc.example.org BATCH +{BATCH} chathistory #tea"),
            format!(
                "@batch={BATCH};time=2019-01-04T14:33:26.123Z;msgid={one};account=bobby :bob!ident@host PRIVMSG #tea :message"
            ),
            format!(
                "@batch={BATCH};time=2019-01-04T14:33:27.123Z;msgid={two} :bob!ident@host NOTICE #tea :message"
            ),
            format!(
                "@batch={BATCH};time=2019-01-04T14:33:28.123Z;msgid={three};+client-tag=val :bob!ident@host PRIVMSG #tea :\u{1}ACTION message\u{1}"
            ),
            format!(":irc.example.org BATCH -{BATCH}"),
        ]
    );
}

/// "Servers SHOULD NOT enforce that clients support all related capabilities".
#[test]
fn each_capability_is_for_itself() {
    let line = ":bob!ident@host PRIVMSG #tea :hi";
    let one = id(0);
    for (with, expected) in [
        (&[][..], vec![line.to_owned()]),
        (
            &[Capability::ServerTime],
            vec![format!("@time=2019-01-04T14:33:26.123Z {line}")],
        ),
        (
            &[Capability::MessageTags],
            vec![format!("@msgid={one} {line}")],
        ),
        (
            &[Capability::Batch],
            vec![
                format!(":irc.example.org BATCH +{BATCH} chathistory #tea"),
                format!("@batch={BATCH} {line}"),
                format!(":irc.example.org BATCH -{BATCH}"),
            ],
        ),
    ] {
        assert_eq!(
            answer(with, LATEST, messages(vec![kept(0, "hi")])),
            expected,
            "{with:?}"
        );
    }
}

/// "If no content exists to return, the server SHOULD return an empty batch".
#[test]
fn nothing_is_an_empty_batch() {
    assert_eq!(
        answer(&[Capability::Batch], LATEST, messages(Vec::new())),
        [
            format!(":irc.example.org BATCH +{BATCH} chathistory #tea"),
            format!(":irc.example.org BATCH -{BATCH}"),
        ]
    );
    assert_eq!(answer(&[], LATEST, messages(Vec::new())), [""; 0]);
    let none = Outcome::History(LookedUp::Targets(Vec::new()));
    let at = "timestamp=2019-01-04T14:33:26.123Z";
    assert_eq!(
        answer(
            &[Capability::Batch],
            &format!("CHATHISTORY TARGETS {at} {at} 5"),
            none
        ),
        [
            format!(":irc.example.org BATCH +{BATCH} draft/chathistory-targets"),
            format!(":irc.example.org BATCH -{BATCH}"),
        ]
    );
}

/// IRCv3 batch, "Nested batch": beginning and end are in the outer one, the lines in the inner one.
#[test]
fn a_message_of_several_lines_is_a_batch_in_the_batch() {
    let found = || messages(vec![kept(0, "one\ntwo"), kept(1, "three")]);
    let with = [Capability::Batch, Capability::Multiline];
    let inner = id(0);
    let lines = [
        format!(":irc.example.org BATCH +{BATCH} chathistory #tea"),
        format!("@batch={BATCH} :bob!ident@host BATCH +{inner} draft/multiline #tea"),
        format!("@batch={inner} :bob!ident@host PRIVMSG #tea :one"),
        format!("@batch={inner} :bob!ident@host PRIVMSG #tea :two"),
        format!("@batch={BATCH} :bob!ident@host BATCH -{inner}"),
        format!("@batch={BATCH} :bob!ident@host PRIVMSG #tea :three"),
        format!(":irc.example.org BATCH -{BATCH}"),
    ];
    assert_eq!(answer(&with, LATEST, found()), lines);
    // IRCv3 labeled-response: a batch has the label where it begins.
    let mut bed = bed();
    let told = bytes(&mut bed, &with, LATEST, &found());
    let mut labelled = Vec::new();
    label(
        &told,
        "x",
        &bed.server,
        &bed.stamp,
        set(&with),
        &mut labelled,
    );
    let expected = format!("@label=x {}\r\n", lines.join("\r\n"));
    assert_eq!(String::from_utf8(labelled).expect("UTF-8"), expected);
    // Without multiline it is line after line, as it is when it is said now; each has its time.
    let timed = [Capability::Batch, Capability::ServerTime];
    let told = answer(&timed, LATEST, found());
    assert_eq!(
        told[1..3],
        ["one", "two"].map(|words| format!(
            "@batch={BATCH};time=2019-01-04T14:33:26.123Z :bob!ident@host PRIVMSG #tea :{words}"
        ))
    );
}

/// Modern IRC, `STATUSMSG`: as it was said.
#[test]
fn what_was_for_a_rank_is_shown_as_for_that_rank() {
    let found = Kept {
        rank: Some(Rank::Op),
        ..kept(0, "psst")
    };
    assert_eq!(
        answer(&[], LATEST, messages(vec![found])),
        [":bob!ident@host PRIVMSG @#tea :psst"]
    );
}

/// "Requesting further message history than our client currently has": both sides of a conversation.
#[test]
fn a_conversation_has_what_both_have_said() {
    let found = vec![
        Kept {
            to: "alice".into(),
            ..kept(0, "hello")
        },
        Kept {
            from: Speaker::User(who("alice")),
            to: "bob".into(),
            ..kept(1, "hi! how are you?")
        },
        Kept {
            from: Speaker::Operator,
            to: "alice".into(),
            ..kept(2, "good evening")
        },
    ];
    let line = "CHATHISTORY BEFORE BOB timestamp=2019-01-04T14:34:17.123Z 50";
    assert_eq!(
        answer(&[Capability::Batch], line, messages(found)),
        [
            format!(":irc.example.org BATCH +{BATCH} chathistory bob"),
            format!("@batch={BATCH} :bob!ident@host PRIVMSG alice :hello"),
            format!("@batch={BATCH} :alice!ident@host PRIVMSG bob :hi! how are you?"),
            format!(
                "@batch={BATCH} :*operator!operator@irc.example.org PRIVMSG alice :good evening"
            ),
            format!(":irc.example.org BATCH -{BATCH}"),
        ]
    );
}

/// "CHATHISTORY TARGETS <nickname | channel name> <YYYY-MM-DDThh:mm:ss.sssZ>"; as many as asked for, from the first moment on.
#[test]
fn targets_are_told_with_their_last_message() {
    let spoken = |name: &str, after| Spoken {
        name: name.into(),
        at: Timestamp(AT.0 + after),
    };
    let all = || {
        let all = vec![spoken("#tea", 0), spoken("bob", 1), spoken("小明", 2)];
        Outcome::History(LookedUp::Targets(all))
    };
    let (early, late) = (
        "timestamp=2019-01-04T14:00:00.000Z",
        "timestamp=2019-01-04T15:00:00.000Z",
    );
    let line =
        |name: &str, last| format!("CHATHISTORY TARGETS {name} 2019-01-04T14:33:26.12{last}Z");
    let lines = [line("#tea", 3), line("bob", 4), line("小明", 5)];
    for (from, to, limit, expected) in [
        (early, late, 5, &lines[..]),
        (early, late, 3, &lines[..]),
        (early, late, 2, &lines[..2]),
        (late, early, 2, &lines[1..]),
    ] {
        let line = format!("CHATHISTORY TARGETS {from} {to} {limit}");
        let bare: Vec<_> = expected
            .iter()
            .map(|line| format!(":irc.example.org {line}"))
            .collect();
        assert_eq!(answer(&[], &line, all()), bare);
        let batched = answer(&[Capability::Batch], &line, all());
        let inside: Vec<_> = bare
            .iter()
            .map(|line| format!("@batch={BATCH} {line}"))
            .collect();
        assert_eq!(batched[1..batched.len() - 1], inside);
    }
}

/// "If no message history can be returned due to an error".
#[test]
fn why_nothing_can_be_read_is_told() {
    let refused = || Outcome::Refused("too many read at once\r\nQUIT".into());
    let text = "Messages could not be retrieved: too many read at once  QUIT";
    assert_eq!(
        answer(FULL, LATEST, refused())[0],
        format!(
            "@time=2026-11-23T00:44:04.123Z :irc.example.org FAIL CHATHISTORY MESSAGE_ERROR LATEST #TEA :{text}"
        )
    );
    let at = "timestamp=2019-01-04T14:33:26.123Z";
    assert_eq!(
        answer(&[], &format!("CHATHISTORY TARGETS {at} {at} 5"), refused()),
        [format!(
            ":irc.example.org FAIL CHATHISTORY MESSAGE_ERROR TARGETS * :{text}"
        )]
    );
    for other in [
        Outcome::Done,
        Outcome::History(LookedUp::Message(None)),
        Outcome::History(LookedUp::Targets(Vec::new())),
    ] {
        let told = answer(&[], LATEST, other);
        assert!(told[0].contains(" MESSAGE_ERROR LATEST #TEA :"), "{told:?}");
    }
}
