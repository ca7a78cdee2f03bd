//! The history: what is asked, and how it is shown as text and as JSON.

use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, end, error};

fn message(nick: &str, text: Option<&str>) -> Value {
    json!({
        "id": format!("id-of-{nick}"), "time": "2026-11-23T10:02:03.456Z", "room": "#lobby", "nick": nick,
        "username": "plain", "host": "127.0.0.1", "manner": "message", "text": text,
    })
}

fn some() -> Fake {
    Fake::start(|_, _| {
        json!([
            {"messages": [message("alice", Some("hi\nthere")), message("bob", None)]},
            {"messages": [message("carol", Some("bye"))]},
            end()
        ])
    })
}

fn none() -> Fake {
    Fake::start(|_, _| json!([end()]))
}

#[test]
fn a_room_is_shown_line_by_line() {
    let ran = some().run(&["history", "#lobby"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (
            Exit::Ok,
            "2026-11-23 10:02:03 <alice> hi\n                    there\n2026-11-23 10:02:03 <bob> (taken back)\n\
             2026-11-23 10:02:03 <carol> bye\n"
        )
    );
    let ran = some().run(&["history", "#lobby", "--ids"]);
    assert!(
        ran.out
            .contains("2026-11-23 10:02:03 id-of-carol <carol> bye\n")
    );
}

#[test]
fn json_is_one_array_with_all_fields_however_many_pages_there_were() {
    let ran = some().run(&["history", "#lobby", "--json"]);
    let list: Value = serde_json::from_str(&ran.out).unwrap();
    let nicks: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["nick"])
        .collect();
    assert_eq!(nicks, ["alice", "bob", "carol"]);
    assert_eq!(list[0]["text"], "hi\nthere");
    for (field, value) in [
        ("text", Value::Null),
        ("account", Value::Null),
        ("host", json!("127.0.0.1")),
    ] {
        assert_eq!(list[1].get(field), Some(&value), "{field}");
    }
    let ran = none().run(&["history", "#lobby", "--json"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "[]\n"));
}

#[test]
fn what_is_asked_is_what_was_said() {
    let fake = Fake::start(|method, parameters| {
        assert_eq!(method, "History");
        assert_eq!(
            *parameters,
            json!({
                "room": "#lobby", "since": "2026-11-23T10:00:00.000Z", "until": "2026-11-23T11:30:00.000Z", "from": "alice",
                "grep": "a b", "words": "c d", "limit": 1_000_000,
            })
        );
        json!([{"messages": [message("alice", Some("a b c d"))]}, end()])
    });
    let ran = fake.run(&[
        "history",
        "#lobby",
        "--since",
        "2026-11-23T10:00:00Z",
        "--until",
        "2026-11-23 11:30",
        "--from",
        "alice",
        "--grep",
        "a b",
        "--words",
        "c d",
        "--limit",
        "1000000",
    ]);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let fake = Fake::start(|_, parameters| {
        assert_eq!(*parameters, json!({"room": "#lobby", "limit": 100}));
        json!([end()])
    });
    assert_eq!(fake.run(&["history", "#lobby"]).exit, Exit::Ok);
}

#[test]
fn that_nothing_matches_is_a_failure_only_when_something_was_looked_for() {
    let quiet = none().run(&["history", "#lobby", "--since", "2h"]);
    assert_eq!((quiet.exit, quiet.out.as_str()), (Exit::Ok, ""));
    for filter in ["--grep", "--words", "--from"] {
        let ran = none().run(&["history", "#lobby", filter, "x", "--json"]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::NothingMatched, "[]\n"));
    }
}

#[test]
fn that_there_may_be_more_is_said_apart_from_the_messages() {
    let hundred: Vec<_> = (0..100).map(|_| message("alice", Some("hi"))).collect();
    let fake = Fake::start(move |_, _| json!([{ "messages": hundred }, end()]));
    let ran = fake.run(&["history", "#lobby"]);
    assert_eq!(ran.out.lines().count(), 100);
    assert_eq!(ran.err, "the latest 100 messages; --limit N shows more\n");
    for quiet in [["--limit", "100"], ["--no-legend", "--ids"]] {
        let ran = fake.run(&[&["history", "#lobby"], &quiet[..]].concat());
        assert_eq!(ran.err, "");
    }
}

#[test]
fn slips_are_told_without_a_daemon() {
    for arguments in [
        &["history", "#lobby", "--since", "yesterday"][..],
        &["history", "#lobby", "--limit", "0"],
        &["history"],
        &["message", "redact"],
    ] {
        let ran = none().run(arguments);
        assert_eq!(
            (ran.exit, ran.out.as_str()),
            (Exit::Usage, ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn an_error_in_the_middle_is_an_error() {
    let fake = Fake::start(|_, _| {
        json!([
            {"messages": [message("alice", Some("hi"))]},
            error("Failed", json!({"message": "the history cannot be read: EIO"}))
        ])
    });
    let ran = fake.run(&["history", "#lobby"]);
    assert_eq!(ran.exit, Exit::Error);
    assert!(ran.out.contains("<alice> hi"));
    assert_eq!(ran.err, "chatctl: the history cannot be read: EIO\n");
}

#[test]
fn an_export_is_one_object_in_each_line() {
    let ran = some().run(&["export", "#lobby"]);
    let texts: Vec<_> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].clone())
        .collect();
    assert_eq!(texts, [json!("hi\nthere"), Value::Null, json!("bye")]);
    let empty = none().run(&["export", "#lobby"]);
    assert_eq!((empty.exit, empty.out.as_str()), (Exit::NothingMatched, ""));
    assert!(
        empty.err.contains("nothing is kept of a room #lobby"),
        "{}",
        empty.err
    );
}

#[test]
fn one_message_is_shown_and_taken_back() {
    let fake = Fake::start(|method, parameters| {
        if method == "ShowMessage" {
            json!({"message": message("alice", Some("hi"))})
        } else {
            assert_eq!(
                (method, parameters),
                ("RedactMessage", &json!({"id": "X", "reason": "spam"}))
            );
            json!({})
        }
    });
    let ran = fake.run(&["message", "show", "X"]);
    for words in [
        "    id  id-of-alice\n",
        "  from  plain@127.0.0.1\n",
        "  text  hi\n",
    ] {
        assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
    }
    let json: Value =
        serde_json::from_str(&fake.run(&["message", "show", "X", "--json"]).out).unwrap();
    assert_eq!(
        (&json["text"], &json["account"]),
        (&json!("hi"), &Value::Null)
    );
    let redact = ["message", "redact", "X", "--reason", "spam"];
    assert_eq!(fake.run(&redact).out, "taken back: X\n");
    assert_eq!(
        fake.run(&[&redact[..], &["--json"]].concat()).out,
        "{\"id\":\"X\"}\n"
    );

    let unknown =
        Fake::start(|_, _| error("NotFound", json!({"message": "there is no message X"})));
    assert_eq!(
        unknown.run(&["message", "show", "X"]).exit,
        Exit::NothingMatched
    );
    let private =
        Fake::start(|_, _| error("PermissionDenied", json!({"message": "it is private"})));
    assert_eq!(private.run(&["message", "show", "X"]).exit, Exit::Denied);
}
