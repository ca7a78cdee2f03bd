//! What else has happened than words were said, in the history (IRCv3 chathistory, `draft/event-playback`).

use super::answers::{BATCH, FULL, answer, kept, who};
use super::*;
use crate::chat::{
    Account, ClientTags, Departure, Entry, Identity, KeptEvent, LookedUp, ModeChange, Rank,
    RoomFlag, Speaker, Text, Topic, What,
};
use crate::protocol::irc::Outcome;
use crate::protocol::irc::commands::history::tests::answers::LATEST;

fn text(text: &str) -> Text {
    Text::parse(text).expect("a text")
}

fn happened(nth: u64, what: What) -> Entry {
    let seconds = i64::try_from(nth).expect("few");
    Entry::Happened(Box::new(KeptEvent {
        id: id(nth),
        at: Timestamp(AT.0 + 1000 * seconds),
        rank: None,
        what,
    }))
}

fn log(entries: Vec<Entry>) -> Outcome {
    Outcome::History(LookedUp::Log(entries))
}

/// The one line of something that happened, as one with these capabilities is told; none: it is not.
fn line(with: &[Capability], what: What) -> Option<String> {
    let mut with = with.to_vec();
    with.push(Capability::Batch);
    let told = answer(&with, LATEST, log(vec![happened(0, what)]));
    let lines = &told[1..told.len() - 1];
    assert!(lines.len() <= 1, "{told:?}");
    lines.first().map(|line| {
        let line = line.split_once(' ').expect("tags and the rest");
        assert!(line.0.starts_with(&format!("@batch={BATCH}")), "{line:?}");
        line.1.to_owned()
    })
}

/// "If the client has negotiated `draft/event-playback`, the server SHOULD send additional lines"; those "that would normally produce
/// a local state change" are told in batches only.
#[test]
fn who_knows_events_asks_for_them_in_a_batch() {
    let mut bed = bed();
    let mut asks = |with: &[Capability], line: &str| {
        bed.by("alice", Command::Negotiate(set(with)));
        query(&bed, "alice", line).events
    };
    let (history, playback) = (Capability::ChatHistory, Capability::EventPlayback);
    assert!(asks(&[history, playback, Capability::Batch], LATEST));
    assert!(
        !asks(&[history, playback], LATEST),
        "they cannot be told apart"
    );
    assert!(!asks(&[history, Capability::Batch], LATEST));
}

#[test]
fn events_stand_among_the_messages_with_their_times_ids_and_accounts() {
    let bob = Identity {
        account: Some(Account("bobby".into())),
        ..who("bob")
    };
    let told = answer(
        FULL,
        LATEST,
        log(vec![
            happened(0, What::Joined { who: bob.clone() }),
            Entry::Said(Box::new(kept(1, "hi"))),
            happened(
                2,
                What::Parted {
                    who: bob,
                    reason: Some(text("tea is ready")),
                },
            ),
        ]),
    );
    let (one, two, three) = (id(0), id(1), id(2));
    assert_eq!(
        told[1..4],
        [
            format!(
                "@batch={BATCH};time=2019-01-04T14:33:26.123Z;msgid={one};account=bobby :bob!ident@host JOIN #tea"
            ),
            format!(
                "@batch={BATCH};time=2019-01-04T14:33:27.123Z;msgid={two} :bob!ident@host PRIVMSG #tea :hi"
            ),
            format!(
                "@batch={BATCH};time=2019-01-04T14:33:28.123Z;msgid={three};account=bobby :bob!ident@host PART #tea :tea is ready"
            ),
        ]
    );
    assert_eq!(told.len(), 5);
}

/// As each is told when it happens; a room by the name that it has now.
#[test]
fn each_event_is_told_as_it_was() {
    let by = || Speaker::User(who("op"));
    for (what, expected) in [
        (
            What::Joined { who: who("alice") },
            ":alice!ident@host JOIN #tea",
        ),
        (
            What::Parted {
                who: who("bob"),
                reason: None,
            },
            ":bob!ident@host PART #tea",
        ),
        (
            What::Gone {
                who: who("bob"),
                how: Departure::Quit(Some(text("bye"))),
            },
            ":bob!ident@host QUIT :Quit: bye",
        ),
        (
            What::Gone {
                who: who("bob"),
                how: Departure::Cut(text("send less (limits.flood_rate)")),
            },
            ":bob!ident@host QUIT :Connection cut off by the server",
        ),
        (
            What::Kicked {
                by: by(),
                nick: nick("bob"),
                reason: Some(text("spam")),
            },
            ":op!ident@host KICK #tea bob :spam",
        ),
        (
            What::Renamed {
                who: who("bob"),
                new: nick("rob"),
            },
            ":bob!ident@host NICK :rob",
        ),
        (
            What::Topic {
                by: Speaker::Operator,
                topic: Topic::parse("green").expect("a topic"),
            },
            ":*operator!operator@irc.example.org TOPIC #tea :green",
        ),
        (
            What::Modes {
                by: Some(by()),
                changes: vec![
                    ModeChange::Flag(RoomFlag::Moderated, true),
                    ModeChange::Rank(Rank::Voice, nick("bob"), true),
                ],
            },
            ":op!ident@host MODE #tea +mv bob",
        ),
    ] {
        assert_eq!(
            line(&[], what.clone()).as_deref(),
            Some(expected),
            "{what:?}"
        );
    }
}

/// IRCv3 extended-join, channel-rename, message-tags: each for those who know it.
#[test]
fn what_takes_a_capability_is_for_those_who_have_it() {
    let of = |account: Option<&str>| What::Joined {
        who: Identity {
            account: account.map(|account| Account(account.into())),
            ..who("bob")
        },
    };
    let extended = &[Capability::ExtendedJoin];
    let joined = ":bob!ident@host JOIN #tea";
    for (account, expected) in [(None, "* :bob"), (Some("bobby"), "bobby :bob")] {
        let told = line(extended, of(account)).expect("told");
        assert_eq!(told, format!("{joined} {expected}"));
    }
    let renamed = || What::RoomRenamed {
        by: Speaker::User(who("op")),
        old: room("#milk"),
        new: room("#tea"),
        reason: None,
    };
    assert_eq!(line(&[], renamed()), None);
    assert_eq!(
        line(&[Capability::ChannelRename], renamed()).as_deref(),
        Some(":op!ident@host RENAME #milk #tea :")
    );
    let tagged = || What::Tagged {
        from: Speaker::User(who("bob")),
        tags: ClientTags("+draft/react=x".into()),
    };
    assert_eq!(line(&[], tagged()), None);
    let with = [Capability::MessageTags, Capability::Batch];
    let told = |rank| {
        let Entry::Happened(event) = happened(0, tagged()) else {
            unreachable!("an event")
        };
        let event = KeptEvent { rank, ..*event };
        let told = answer(&with, LATEST, log(vec![Entry::Happened(Box::new(event))]));
        told[1].clone()
    };
    for (rank, sign) in [(None, ""), (Some(Rank::Op), "@")] {
        assert_eq!(
            told(rank),
            format!(
                "@batch={BATCH};msgid={};+draft/react=x :bob!ident@host TAGMSG {sign}#tea",
                id(0)
            )
        );
    }
}

/// An id is that of one thing: of several lines the first has it.
#[test]
fn modes_of_several_lines_have_their_id_once() {
    let ban = |n: usize| {
        let mask = format!("{n}{}!*@*", "x".repeat(90));
        let mask = crate::chat::Mask::parse(&mask).expect("a mask");
        ModeChange::List(crate::chat::ListKind::Ban, mask, true)
    };
    let what = What::Modes {
        by: Some(Speaker::User(who("op"))),
        changes: (0..9).map(ban).collect(),
    };
    let told = answer(FULL, LATEST, log(vec![happened(0, what)]));
    let lines = &told[1..told.len() - 1];
    assert!(lines.len() > 1 && lines.iter().all(|line| line.contains(" MODE #tea +b")));
    let with_id = lines.iter().filter(|line| line.contains("msgid="));
    assert_eq!(with_id.count(), 1);
    assert!(lines[0].contains("msgid="), "{lines:?}");
}
