//! CHATHISTORY by the text of its specification: what is asked of the history, and every error.

mod answers;
mod events;
mod left_out;
mod marker;

use super::super::bed::{Bed, lines, nick, room, set};
use super::*;
use crate::chat::{ClientId, Command, MessageId, Party, Stamp, Timestamp};
use crate::protocol::irc::read as read_line;

/// 2019-01-04T14:33:26.123Z, as in the examples.
const AT: Timestamp = Timestamp(1_546_612_406_123);

fn bed() -> Bed {
    Bed::with(&[Capability::ChatHistory])
}

fn id(nth: u64) -> MessageId {
    let stamp = Stamp {
        at: AT,
        ..Stamp::default()
    };
    MessageId::new(&stamp, nth)
}

/// What a line asks of the history.
fn asked(bed: &Bed, name: &str, line: &str) -> Recall {
    let mut reading = read_line(&bed.world(), bed.asker(name), line);
    match (reading.steps.pop(), reading.steps.len()) {
        (Some(Step::Outside(Errand::History(recall))), 0) => *recall,
        other => panic!("{line}: {other:?}"),
    }
}

fn query(bed: &Bed, name: &str, line: &str) -> Query {
    match asked(bed, name, line).lookup {
        Lookup::Messages(query) => query,
        other => panic!("{line}: {other:?}"),
    }
}

/// What a line is answered at once, without what is for people.
fn told(bed: &Bed, name: &str, line: &str) -> String {
    let reading = read_line(&bed.world(), bed.asker(name), line);
    let [Step::Tell(bytes)] = &reading.steps[..] else {
        panic!("{line}: {reading:?}");
    };
    let all = lines(bytes);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].split(" :").next().unwrap_or_default().to_owned()
}

#[test]
fn each_subcommand_asks_for_its_messages() {
    let bed = bed();
    let (one, other) = (id(1), id(2));
    let at = "timestamp=2019-01-04T14:33:26.123Z";
    let later = "timestamp=2019-01-04T14:33:26.124Z";
    let (when, then) = (Bound::At(AT), Bound::At(Timestamp(AT.0 + 1)));
    for (line, span, keep) in [
        ("LATEST #tea *".to_owned(), Span::Latest(None), Keep::Last),
        (
            format!("LATEST #tea msgid={one}"),
            Span::Latest(Some(Bound::Id(one))),
            Keep::Last,
        ),
        (
            format!("latest #tea {at}"),
            Span::Latest(Some(when)),
            Keep::Last,
        ),
        (
            format!("BEFORE #tea msgid={one}"),
            Span::Before(Bound::Id(one)),
            Keep::Last,
        ),
        (format!("BEFORE #tea {at}"), Span::Before(when), Keep::Last),
        (
            format!("AFTER #tea msgid={one}"),
            Span::After(Bound::Id(one)),
            Keep::First,
        ),
        (format!("AFTER #tea {at}"), Span::After(when), Keep::First),
        (
            format!("AROUND #tea msgid={one}"),
            Span::Around(Bound::Id(one)),
            Keep::Middle,
        ),
        (
            format!("Around #tea {at}"),
            Span::Around(when),
            Keep::Middle,
        ),
        // "This may be forwards or backwards in time."
        (
            format!("BETWEEN #tea msgid={one} msgid={other}"),
            Span::Between(Bound::Id(one), Bound::Id(other)),
            Keep::First,
        ),
        (
            format!("BETWEEN #tea msgid={other} msgid={one}"),
            Span::Between(Bound::Id(other), Bound::Id(one)),
            Keep::Last,
        ),
        (
            format!("BETWEEN #tea {at} {later}"),
            Span::Between(when, then),
            Keep::First,
        ),
        (
            format!("BETWEEN #tea {later} {at}"),
            Span::Between(then, when),
            Keep::Last,
        ),
        (
            format!("BETWEEN #tea {later} msgid={one}"),
            Span::Between(then, Bound::Id(one)),
            Keep::Last,
        ),
    ] {
        let line = format!("CHATHISTORY {line} 50");
        let recall = asked(&bed, "alice", &line);
        assert_eq!(recall.keep, keep, "{line}");
        let query = query(&bed, "alice", &line);
        assert_eq!((query.span, query.limit), (span, 50), "{line}");
        assert_eq!(
            (query.words, query.from, query.containing),
            (None, None, None)
        );
    }
}

/// `CHATHISTORY=500`: "the maximum number of messages a client can request in a single command".
#[test]
fn a_limit_is_a_number_and_no_more_than_is_advertised() {
    let bed = bed();
    for (limit, most) in [
        ("1", 1),
        ("007", 7),
        ("500", 500),
        ("501", 500),
        ("4294967296", 500),
        ("9223372036854775808", 500),
        ("99999999999999999999999999999999999999999", 500),
    ] {
        let line = format!("CHATHISTORY LATEST #tea * {limit}");
        assert_eq!(query(&bed, "alice", &line).limit, most, "{limit}");
    }
    for limit in ["0", "00", "-1", "+1", "1.5", "0x10", "ten", "*", "1\u{661}"] {
        assert_eq!(
            told(&bed, "alice", &format!("CHATHISTORY LATEST #tea * {limit}")),
            format!("FAIL CHATHISTORY INVALID_PARAMS LATEST {limit}")
        );
    }
    assert_eq!(
        told(&bed, "alice", "CHATHISTORY LATEST #tea * :"),
        "FAIL CHATHISTORY INVALID_PARAMS LATEST *"
    );
}

/// "an unknown subcommand, missing parameters, excess parameters, or parameters that cannot be parsed".
#[test]
fn what_cannot_be_parsed_is_said_to_be_so() {
    let bed = bed();
    for (line, answer) in [
        ("", "*"),
        (" :", "*"),
        (" OLDEST #tea * 50", "OLDEST"),
        (" #tea", "#tea"),
        (" LATEST", "LATEST"),
        (" LATEST #tea", "LATEST"),
        (" latest #tea *", "LATEST"),
        (" LATEST #tea * 50 x", "LATEST"),
        (" BEFORE #tea 50", "BEFORE"),
        (" AFTER #tea 50", "AFTER"),
        (" AROUND #tea 50", "AROUND"),
        (" BETWEEN #tea msgid=x 50", "BETWEEN"),
        (" TARGETS timestamp=2019-01-04T14:33:26.123Z 50", "TARGETS"),
        // "timestamp=YYYY-MM-DDThh:mm:ss.sssZ"
        (
            " BEFORE #tea timestamp=yesterday 50",
            "BEFORE timestamp=yesterday",
        ),
        (" BEFORE #tea timestamp= 50", "BEFORE timestamp="),
        (
            " BEFORE #tea timestamp=2019-01-04T14:33:26.123 50",
            "BEFORE timestamp=2019-01-04T14:33:26.123",
        ),
        (
            " BEFORE #tea timestamp=2019-02-30T14:33:26.123Z 50",
            "BEFORE timestamp=2019-02-30T14:33:26.123Z",
        ),
        (
            " BEFORE #tea timestamp=2019-01-04T14:33:26.123+01:00 50",
            "BEFORE timestamp=2019-01-04T14:33:26.123+01:00",
        ),
        (
            " BETWEEN #tea timestamp=2019-01-04T14:33:26.123Z timestamp=x 50",
            "BETWEEN timestamp=x",
        ),
        (" AFTER #tea msgid=foobar 50", "AFTER msgid=foobar"),
        (" AFTER #tea msgid= 50", "AFTER msgid="),
        (" AROUND #tea 1234 50", "AROUND 1234"),
        // Only of the latest it need not be said since when.
        (" BEFORE #tea * 50", "BEFORE *"),
        (" BETWEEN #tea * * 50", "BETWEEN *"),
        // "they MUST be timestamps and not msgids"
        (
            " TARGETS msgid=1 timestamp=2019-01-04T14:33:26.123Z 50",
            "TARGETS msgid=1",
        ),
        (
            " TARGETS timestamp=2019-01-04T14:33:26.123Z * 50",
            "TARGETS *",
        ),
        (
            " TARGETS timestamp=2019-01-04T14:33:26.123Z timestamp=2019-01-04T14:33:26.123Z 0",
            "TARGETS 0",
        ),
    ] {
        assert_eq!(
            told(&bed, "alice", &format!("CHATHISTORY{line}")),
            format!("FAIL CHATHISTORY INVALID_PARAMS {answer}"),
            "{line}"
        );
    }
}

/// "If a client used a reference type the server does not support".
#[test]
fn there_are_two_types_of_reference() {
    let bed = bed();
    for (line, answer) in [
        ("BEFORE #tea nth=4 50", "BEFORE #tea nth=4"),
        ("LATEST #tea MSGID=4 50", "LATEST #tea MSGID=4"),
        ("BETWEEN #nowhere =x =y 50", "BETWEEN #nowhere =x"),
    ] {
        assert_eq!(
            told(&bed, "alice", &format!("CHATHISTORY {line}")),
            format!("FAIL CHATHISTORY INVALID_MSGREFTYPE {answer}")
        );
    }
}

#[test]
fn a_timestamp_may_have_another_fraction_or_none() {
    let bed = bed();
    for (at, when) in [
        ("2019-01-04T14:33:26Z", AT.0 - 123),
        ("2019-01-04T14:33:26.1Z", AT.0 - 23),
        ("2019-01-04T14:33:26.123999Z", AT.0),
        ("1970-01-01T00:00:00.000Z", 0),
        ("0001-01-01T00:00:00.000Z", 0),
    ] {
        let line = format!("CHATHISTORY AFTER #tea timestamp={at} 50");
        let span = Span::After(Bound::At(Timestamp(when)));
        assert_eq!(query(&bed, "alice", &line).span, span, "{at}");
    }
}

/// "If the target does not exist or the client does not have permissions to query it".
#[test]
fn a_target_that_one_may_not_read_is_as_one_that_there_is_not() {
    let mut bed = bed();
    bed.by("carol", Command::Join(room("#sea"), None));
    bed.by("carol", Command::Join(room("#hidden"), None));
    bed.told("carol", "MODE #hidden +s");
    let whole = |bed: &Bed, target: &str| {
        let line = format!("CHATHISTORY LATEST {target} * 50");
        let reading = read_line(&bed.world(), bed.asker("alice"), &line);
        let [Step::Tell(bytes)] = &reading.steps[..] else {
            panic!("{line}: {reading:?}");
        };
        lines(bytes).concat().replace(target, "TARGET")
    };
    let none = whole(&bed, "#nowhere");
    assert!(
        none.starts_with("FAIL CHATHISTORY INVALID_TARGET LATEST TARGET :"),
        "{none}"
    );
    for target in [
        "#sea",
        "#hidden",
        "@#tea",
        "*operator",
        "1digit",
        "a!b",
        "$*",
    ] {
        assert_eq!(whole(&bed, target), none, "{target}");
    }
    // One who has left is outside.
    bed.told("alice", "PART #tea");
    assert_eq!(whole(&bed, "#tea"), none);
    let long = format!("CHATHISTORY LATEST #{} * 50", "x".repeat(400));
    let shown = format!("#{}", "x".repeat(149));
    assert_eq!(
        told(&bed, "alice", &long),
        format!("FAIL CHATHISTORY INVALID_TARGET LATEST {shown}")
    );
}

#[test]
fn a_room_is_read_as_far_as_the_chat_lets_one() {
    let bed = bed();
    let asker = bed.asker("alice");
    let (id, _) = bed.chat.room_by_name(&room("#tea")).expect("a room");
    let (lives, rights) = bed.chat.readable(asker.user, id).expect("a member");
    for target in ["#tea", "#TEA"] {
        let line = format!("CHATHISTORY LATEST {target} * 50");
        let of = Of::Lives(lives.clone(), rights);
        assert_eq!(query(&bed, "alice", &line).of, of);
    }
}

/// "the server SHOULD include history sent between the current user and the target nickname"; "even if either has changed".
#[test]
fn with_a_user_it_is_the_users_and_the_nick_that_count() {
    let mut bed = bed();
    let party = |client| Party {
        salt: 7,
        came_as: ClientId(client),
    };
    let of = |bed: &Bed, target: &str| {
        let line = format!("CHATHISTORY LATEST {target} * 50");
        query(bed, "alice", &line).of
    };
    let with = |other: Option<u64>, called: &str| Of::Direct {
        own: [party(1)].into_iter().collect(),
        other: other.map(party),
        nick: nick(called),
    };
    assert_eq!(of(&bed, "BOB"), with(Some(2), "BOB"));
    bed.by("bob", Command::Nick(nick("rob")));
    assert_eq!(of(&bed, "rob"), with(Some(2), "rob"));
    assert_eq!(of(&bed, "bob"), with(None, "bob"));
    assert_eq!(of(&bed, "alice"), with(Some(1), "alice"));
}

#[test]
fn targets_are_looked_up_between_two_moments_in_either_order() {
    let mut bed = bed();
    bed.by("alice", Command::Join(room("#sea"), None));
    let (early, late) = ("2019-01-04T14:33:26.123Z", "2019-01-04T14:33:27.123Z");
    for (from, to, keep) in [(early, late, Keep::First), (late, early, Keep::Last)] {
        let line = format!("CHATHISTORY TARGETS timestamp={from} timestamp={to} 7");
        let recall = asked(&bed, "alice", &line);
        assert_eq!((recall.keep, recall.of), (keep, Recalled::Targets(7)));
        let Lookup::Targets {
            own,
            rooms,
            after,
            before,
            limit,
        } = recall.lookup
        else {
            panic!("{line}");
        };
        assert_eq!(
            own[..],
            [bed.chat.party(&bed.stamp, bed.asker("alice").user)]
        );
        assert_eq!((after, before, limit), (AT, Timestamp(AT.0 + 1000), 500));
        let names: Vec<&str> = rooms.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["#tea", "#sea"], "the rooms that one is in");
    }
}

/// "The `draft/chathistory` capability MUST be negotiated."
#[test]
fn it_is_for_those_who_have_negotiated_it_where_there_is_a_history() {
    let mut bed = bed();
    let line = "CHATHISTORY LATEST #tea * 50";
    assert_eq!(told(&bed, "bob", line), "421 bob CHATHISTORY");
    bed.server.history = false;
    assert_eq!(told(&bed, "bob", line), "421 bob CHATHISTORY");
    // It was there when alice asked for it.
    assert_eq!(
        told(&bed, "alice", line),
        "FAIL CHATHISTORY MESSAGE_ERROR LATEST #tea"
    );
    let at = "timestamp=2019-01-04T14:33:26.123Z";
    assert_eq!(
        told(&bed, "alice", &format!("CHATHISTORY TARGETS {at} {at} 5")),
        "FAIL CHATHISTORY MESSAGE_ERROR TARGETS *"
    );
    bed.by("alice", Command::Negotiate(set(&[])));
    assert_eq!(told(&bed, "alice", line), "421 alice CHATHISTORY");
}
