use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::line;

fn shown(fields: &Value) -> String {
    let mut happening = json!({"at": "2026-11-22T21:30:05.123Z"});
    happening
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    line(&serde_json::from_value(happening).unwrap(), &TimeZone::UTC).unwrap_or_default()
}

#[test]
fn each_kind_has_its_line() {
    for (fields, expected) in [
        (json!({"kind": "watching"}), ""),
        (
            json!({"kind": "connected", "id": 17, "nick": "alice", "address": "127.0.0.1:4711", "listener": "plain"}),
            "21:30:05 + alice (17) from 127.0.0.1:4711",
        ),
        (
            json!({"kind": "gone", "id": 17, "nick": "alice", "text": "flood"}),
            "21:30:05 - alice (17) gone: flood",
        ),
        (
            json!({"kind": "gone", "id": 17, "nick": "alice"}),
            "21:30:05 - alice (17) gone",
        ),
        (
            json!({"kind": "joined", "nick": "alice", "room": "#dev"}),
            "21:30:05 alice joined #dev",
        ),
        (
            json!({"kind": "parted", "nick": "alice", "room": "#dev", "text": "bye"}),
            "21:30:05 alice left #dev: bye",
        ),
        (
            json!({"kind": "renamed", "old_nick": "guest17", "nick": "alice"}),
            "21:30:05 guest17 is now alice",
        ),
        (
            json!({"kind": "topic", "nick": "alice", "room": "#dev", "text": "tea"}),
            "21:30:05 alice set the topic of #dev: tea",
        ),
        (
            json!({"kind": "topic", "nick": "alice", "room": "#dev"}),
            "21:30:05 alice took away the topic of #dev",
        ),
        (
            json!({"kind": "gap", "missing": 12}),
            "... 12 happenings missed",
        ),
        (
            json!({"kind": "gap", "missing": 1}),
            "... 1 happening missed",
        ),
    ] {
        assert_eq!(shown(&fields), expected);
    }
}

#[test]
fn messages_say_where_they_were_said() {
    for (fields, expected) in [
        (
            json!({"room": "#lobby", "manner": "message"}),
            "21:30:05 #lobby <alice> hello",
        ),
        (
            json!({"room": "#lobby", "manner": "action"}),
            "21:30:05 #lobby * alice hello",
        ),
        (
            json!({"room": "#lobby", "manner": "notice"}),
            "21:30:05 #lobby -alice- hello",
        ),
        (
            json!({"room": "#lobby", "rank": "@", "manner": "notice"}),
            "21:30:05 #lobby(@) -alice- hello",
        ),
        (
            json!({"room": "#lobby", "text": "\u{2}bold\u{2} and \u{3}04,01red\u{7}"}),
            r"21:30:05 #lobby <alice> bold and red\x07",
        ),
        (
            json!({"to": "*operator"}),
            "21:30:05 alice -> *operator: hello",
        ),
        (
            json!({"to": "bob", "manner": "action"}),
            "21:30:05 alice -> bob: * alice hello",
        ),
        (
            json!({"to": "bob", "nick": "*operator"}),
            "21:30:05 *operator -> bob: hello",
        ),
    ] {
        let mut all = json!({"kind": "message", "nick": "alice", "text": "hello"});
        all.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        assert_eq!(shown(&all), expected);
    }
}

#[test]
fn what_a_newer_daemon_says_is_shown_all_the_same() {
    assert_eq!(
        shown(&json!({"kind": "banned", "nick": "eve", "id": 3, "text": "x"})),
        "21:30:05 banned eve (3): x"
    );
    assert_eq!(
        shown(&json!({"kind": "gone", "at": "\u{1b}"})),
        r"\x1b - ? gone"
    );
}
