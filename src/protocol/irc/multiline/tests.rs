mod size;
mod unreadable;

use super::*;
use crate::chat::{Command, Manner, Target};
use crate::protocol::irc::Step;
use crate::protocol::irc::commands::bed::{Bed, nick, room, text};

const ALL: &[Capability] = &[
    Capability::Batch,
    Capability::Multiline,
    Capability::MessageTags,
    Capability::LabeledResponse,
];

fn said(to: Target, manner: Manner, what: &str) -> Vec<Command> {
    let (text, tags) = (text(what), None);
    vec![Command::Say {
        to,
        manner,
        text,
        tags,
    }]
}

fn in_tea(what: &str) -> Vec<Command> {
    said(Target::Room(room("#tea")), Manner::Message, what)
}

/// alice says these lines; what comes of the last one, after nothing has come of the others.
fn last(bed: &mut Bed, lines: &[&str]) -> Reading {
    let (last, before) = lines.split_last().unwrap();
    for line in before {
        let reading = bed.read("alice", line);
        assert!(reading.steps.is_empty(), "{line}: {:?}", reading.steps);
        assert_eq!(reading.label, None, "{line}");
    }
    bed.read("alice", last)
}

fn asked(reading: Reading) -> Vec<Command> {
    let command = |step| match step {
        Step::Do(command) => command,
        other => panic!("{other:?}"),
    };
    reading.steps.into_iter().map(command).collect()
}

/// The specification's first example.
#[test]
fn lines_are_one_message_when_the_batch_ends() {
    let whole = "hello\n\nhow is everyone?";
    for (verb, manner) in [("PRIVMSG", Manner::Message), ("NOTICE", Manner::Notice)] {
        let mut bed = Bed::with(ALL);
        let lines = [
            "BATCH +123 draft/multiline #tea",
            &format!("@batch=123 {verb} #tea hello"),
            &format!("@batch=123 {verb} #tea :"),
            &format!("@batch=123 {} #TEA :how is ", verb.to_lowercase()),
            &format!("@batch=123;draft/multiline-concat {verb} #tea :everyone?"),
            "BATCH -123",
        ];
        let reading = last(&mut bed, &lines);
        assert_eq!(reading.verb, verb);
        let to = Target::Room(room("#tea"));
        let (text, tags) = (text(whole).joined_at(&[14]), None);
        let said = Command::Say {
            to,
            manner,
            text,
            tags,
        };
        assert_eq!(asked(reading), [said]);
        assert_eq!(bed.batch, None);
    }
}

/// "all client-only tags associated with the message must be sent attached to the initial BATCH command"; the label is for what
/// the whole comes to.
#[test]
fn tags_and_label_come_with_the_line_that_begins() {
    let mut bed = Bed::with(ALL);
    let reading = last(
        &mut bed,
        &[
            "@label=l1;+draft/reply=x BATCH +b draft/multiline bob",
            "@batch=b;+ignored PRIVMSG bob :one",
            "BATCH -b",
        ],
    );
    assert_eq!(reading.label.as_deref(), Some("l1"));
    let tags = Some(ClientTags("+draft/reply=x".into()));
    let (to, manner, text) = (Target::User(nick("bob")), Manner::Message, text("one"));
    assert_eq!(
        asked(reading),
        [Command::Say {
            to,
            manner,
            text,
            tags
        }]
    );
}

#[test]
fn an_action_may_have_several_lines() {
    let mut bed = Bed::with(ALL);
    let lines = [
        "BATCH +b draft/multiline #tea",
        "@batch=b PRIVMSG #tea :\u{1}ACTION sings:",
        "@batch=b PRIVMSG #tea :la la\u{1}",
        "BATCH -b",
    ];
    let reading = last(&mut bed, &lines);
    let sung = said(Target::Room(room("#tea")), Manner::Action, "sings:\nla la");
    assert_eq!(asked(reading), sung);
}

/// What went wrong is told once, with the label of the batch; the rest of the batch is passed over, and the next one is as good as any.
#[test]
fn a_batch_that_failed_is_passed_over_until_it_ends() {
    let begin = "@label=l1 BATCH +b draft/multiline #tea";
    let one = "@batch=b PRIVMSG #tea :one";
    let line = |text: &str| format!("@batch=b PRIVMSG #tea :{text}");
    let long = line(&"x".repeat(400));
    for (lines, told) in [
        (
            vec!["@batch=b PRIVMSG #sea hello".to_owned()],
            "FAIL BATCH MULTILINE_INVALID_TARGET #tea #sea",
        ),
        (vec![long; 21], "FAIL BATCH MULTILINE_MAX_BYTES 8192"),
        (vec![line("x"); 65], "FAIL BATCH MULTILINE_MAX_LINES 64"),
        (
            vec![
                line("hello "),
                "@batch=b;draft/multiline-concat PRIVMSG #tea :".into(),
            ],
            "FAIL BATCH MULTILINE_INVALID",
        ),
        (
            vec![one.into(), "@batch=b NOTICE #tea :two".into()],
            "FAIL BATCH MULTILINE_INVALID",
        ),
        (
            vec!["@batch=b PRIVMSG #tea".into()],
            "FAIL BATCH MULTILINE_INVALID",
        ),
        (
            vec!["@batch=b TOPIC #tea :x".into()],
            "FAIL BATCH MULTILINE_INVALID",
        ),
        (
            vec!["@batch=b BATCH +c draft/multiline #tea".into()],
            "FAIL BATCH MULTILINE_INVALID",
        ),
    ] {
        let mut bed = Bed::with(ALL);
        let mut all = vec![begin];
        all.extend(lines.iter().map(String::as_str));
        let reading = last(&mut bed, &all);
        assert_eq!(reading.label.as_deref(), Some("l1"), "{told}");
        assert_eq!(reading.verb, "BATCH", "{told}");
        let [Step::Tell(bytes)] = reading.steps.as_slice() else {
            panic!("{told}: {:?}", reading.steps);
        };
        let heard = String::from_utf8(bytes.clone()).unwrap();
        assert!(heard.contains(&format!(" {told} :")), "{told}: {heard}");
        let rest = last(
            &mut bed,
            &[one, "@batch=b NOTICE #sea :x", "@batch=b WHO", "BATCH -b"],
        );
        assert_eq!((rest.steps.len(), rest.label), (0, None), "{told}");
        let again = last(
            &mut bed,
            &["BATCH +b draft/multiline #tea", one, "BATCH -b"],
        );
        assert_eq!(asked(again), in_tea("one"), "{told}");
    }
}

/// "Clients MUST NOT send messages consisting entirely of blank lines."
#[test]
fn a_batch_without_anything_to_see_is_invalid() {
    for lines in [
        vec!["@batch=b PRIVMSG #tea :", "@batch=b PRIVMSG #tea :"],
        vec!["@batch=b PRIVMSG #tea :  "],
        vec![],
    ] {
        let mut bed = Bed::with(ALL);
        last(&mut bed, &["BATCH +b draft/multiline #tea"]);
        for line in lines {
            assert_eq!(bed.asks("alice", line), []);
        }
        assert_eq!(
            bed.told("alice", "BATCH -b"),
            ["FAIL BATCH MULTILINE_INVALID"]
        );
        assert_eq!(bed.batch, None);
    }
}

/// IRCv3 client-batch, "Errors".
#[test]
fn a_batch_that_cannot_begin_is_passed_over_too() {
    let long = "r".repeat(65);
    for (line, told) in [
        (
            "BATCH +x netsplit a b".to_owned(),
            "FAIL BATCH UNKNOWN_TYPE x netsplit".to_owned(),
        ),
        ("BATCH +x".into(), "FAIL BATCH UNKNOWN_TYPE x *".into()),
        (
            "BATCH +x draft/multiline".into(),
            "FAIL BATCH MULTILINE_INVALID".into(),
        ),
        ("BATCH +".into(), "FAIL BATCH INVALID_REFTAG *".into()),
        (
            "BATCH +é draft/multiline #tea".into(),
            "FAIL BATCH INVALID_REFTAG é".into(),
        ),
        (
            "BATCH +a_b draft/multiline #tea".into(),
            "FAIL BATCH INVALID_REFTAG a_b".into(),
        ),
        (
            format!("BATCH +{long} draft/multiline #tea"),
            format!("FAIL BATCH INVALID_REFTAG {long}"),
        ),
    ] {
        let mut bed = Bed::with(ALL);
        assert_eq!(bed.told("alice", &line), [told], "{line}");
        let reference = line.split(' ').nth(1).unwrap().replace('+', "");
        let inside = format!("@batch={reference} PRIVMSG #tea :x");
        assert_eq!(bed.asks("alice", &inside), [], "{line}");
        assert_eq!(
            bed.asks("alice", &format!("BATCH -{reference}")),
            [],
            "{line}"
        );
        assert_eq!(bed.batch, None, "{line}");
    }
    let mut bed = Bed::with(ALL);
    for (line, told) in [
        ("BATCH", "461 alice BATCH"),
        ("BATCH x", "FAIL BATCH INVALID_REFTAG x"),
        ("BATCH -x", "FAIL BATCH INVALID_REFTAG x"),
        ("@batch=x PRIVMSG #tea :hi", "FAIL BATCH INVALID_REFTAG x"),
        (
            "@batch=x BATCH +x draft/multiline #tea",
            "FAIL BATCH INVALID_REFTAG x",
        ),
    ] {
        assert_eq!(bed.told("alice", line), [told], "{line}");
        assert_eq!(bed.batch, None, "{line}");
    }
}

/// The specification depends on `batch`; without both, there is no such type, and a `batch` tag means nothing.
#[test]
fn a_batch_needs_both_capabilities() {
    for capabilities in [&[Capability::Batch][..], &[Capability::Multiline], &[]] {
        let mut bed = Bed::with(capabilities);
        assert_eq!(bed.asks("alice", "@batch=b PRIVMSG #tea :hi"), in_tea("hi"));
        assert_eq!(
            bed.told("alice", "BATCH +b draft/multiline #tea"),
            ["FAIL BATCH UNKNOWN_TYPE b draft/multiline"]
        );
        assert_eq!(bed.asks("alice", "@batch=b PRIVMSG #tea :hi"), []);
        assert_eq!(bed.asks("alice", "BATCH -b"), []);
    }
}

/// "Once a client has opened a batch, it MUST NOT send any messages that are not part of the batch": one that does has no batch any more,
/// but what it sent is carried out. What keeps its connection may come.
#[test]
fn a_line_that_is_not_part_of_it_ends_a_batch() {
    let mut bed = Bed::with(ALL);
    let begun = [
        "BATCH +b draft/multiline #tea",
        "@batch=b PRIVMSG #tea :one",
    ];
    assert!(last(&mut bed, &begun).steps.is_empty());
    assert_eq!(bed.told("alice", "PING x").len(), 1);
    assert_eq!(bed.asks("alice", "BATCH -b"), in_tea("one"));
    last(&mut bed, &begun);
    let reading = bed.read("alice", "PRIVMSG bob :psst");
    assert_eq!(reading.verb, "PRIVMSG");
    let [Step::Tell(_), Step::Do(psst)] = reading.steps.as_slice() else {
        panic!("{:?}", reading.steps);
    };
    assert_eq!(
        std::slice::from_ref(psst),
        said(Target::User(nick("bob")), Manner::Message, "psst")
    );
    assert_eq!(bed.asks("alice", "BATCH -b"), []);
    // Another batch's line, another batch.
    last(&mut bed, &begun);
    assert_eq!(
        bed.told("alice", "@batch=c PRIVMSG #tea :two"),
        ["FAIL BATCH INVALID_REFTAG c"]
    );
    assert_eq!(bed.asks("alice", "BATCH -b"), []);
    last(&mut bed, &begun);
    assert_eq!(
        bed.told("alice", "BATCH +c draft/multiline #tea"),
        ["FAIL BATCH MULTILINE_INVALID"]
    );
    assert_eq!(bed.asks("alice", "@batch=c PRIVMSG #tea :new"), []);
    assert_eq!(bed.asks("alice", "BATCH -c"), in_tea("new"));
}

/// client-batch: "`TIMEOUT`: the batch was left open for too long, all past and future messages in this batch will be ignored".
#[test]
fn a_batch_that_is_open_for_too_long_is_passed_over() {
    let lines = [
        "@batch=b PRIVMSG #tea :late",
        "BATCH -b",
        "TOPIC #tea",
        "BATCH +c draft/multiline #tea",
    ];
    for line in lines {
        let mut bed = Bed::with(ALL);
        last(
            &mut bed,
            &[
                "BATCH +b draft/multiline #tea",
                "@batch=b PRIVMSG #tea :one",
            ],
        );
        bed.stamp.tick.0 += OPEN_SECONDS * 1_000_000;
        assert_eq!(bed.asks("alice", "@batch=b PRIVMSG #tea :in time"), []);
        bed.stamp.tick.0 += 1_000_000;
        let told = bed.told("alice", line);
        assert_eq!(told[0], "FAIL BATCH TIMEOUT b", "{line}");
        assert_eq!(
            told.len(),
            if line == "TOPIC #tea" { 2 } else { 1 },
            "{line}"
        );
        for rest in ["@batch=b PRIVMSG #tea :later", "BATCH -b"] {
            let gone = bed.batch.is_none() || line.starts_with("BATCH +c");
            let told = bed.told("alice", rest);
            let expected: &[&str] = if gone {
                &["FAIL BATCH INVALID_REFTAG b"]
            } else {
                &[]
            };
            assert_eq!(told, expected, "{line}, {rest}");
        }
    }
}

/// What the chat says to a message of several lines it says to the message: by numeric, and to a notice not at all.
#[test]
fn a_whole_message_is_refused_as_any_other() {
    for (target, told) in [
        ("nobody", "401 alice nobody"),
        ("n@body", "401 alice n@body"),
        ("#nowhere", "403 alice #nowhere"),
        ("#", "403 alice #"),
        ("a,b", "401 alice a,b"),
    ] {
        for (verb, told) in [("PRIVMSG", vec![told]), ("NOTICE", vec![])] {
            let mut bed = Bed::with(ALL);
            let line = format!("@batch=b {verb} {target} :x");
            last(
                &mut bed,
                &[&format!("BATCH +b draft/multiline {target}"), &line],
            );
            assert_eq!(bed.told("alice", "BATCH -b"), told, "{verb} {target}");
        }
    }
}
