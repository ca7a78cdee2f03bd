//! How the history is kept: retention, state, check.

use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, error};

#[test]
fn retention_is_told_room_by_room_and_then_for_all_others() {
    let fake = Fake::start(|_, _| {
        json!({
            "general": {"age_seconds": 2_592_000},
            "rooms": [{"name": "tea", "room": "#tea", "count": 500}, {"name": "x", "room": "#x", "age_seconds": 5400}],
        })
    });
    let ran = fake.run(&["retention", "show"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (
            Exit::Ok,
            "room        so long   so many  said by\n\
             #tea        for ever      500  [retention.tea]\n\
             #x          1h30m         all  [retention.x]\n\
             all others  30d           all  [history]\n"
        )
    );
    let json: Value =
        serde_json::from_str(&fake.run(&["retention", "show", "--json"]).out).unwrap();
    assert_eq!(
        json,
        json!({
            "general": {"age_seconds": 2_592_000, "count": null},
            "rooms": [
                {"name": "tea", "room": "#tea", "age_seconds": null, "count": 500},
                {"name": "x", "room": "#x", "age_seconds": 5400, "count": null},
            ],
        })
    );
}

#[test]
fn each_state_is_told_with_its_reason_and_what_to_do() {
    let with = |state: &'static str, why: Option<&'static str>| {
        Fake::start(move |_, _| {
            json!({"store": {
                "enabled": true, "directory": "/var/lib/chatd", "durability": "commit", "state": state, "why": why,
                "file": "/var/lib/chatd/history", "messages": 3, "bytes": 4096, "earliest": "2026-11-22T10:00:00.000Z",
            }})
        })
        .run(&["store", "status"])
    };
    let working = with("working", None);
    assert_eq!(
        (working.exit, working.out.as_str()),
        (
            Exit::Ok,
            "     state  working\n      file  /var/lib/chatd/history\ndurability  commit\n  messages  3\n   on disk  4.0 KiB (4096 bytes)\n     since  2026-11-22 10:00:00\n"
        )
    );
    let waiting = with("waiting", Some("no space left on device"));
    assert!(
        waiting
            .out
            .contains("WAITING: no space left on device; messages are refused until")
    );
    let closed = with("closed", Some("fsync failed"));
    assert!(
        closed.out.contains("CLOSED: fsync failed;") && closed.out.contains("chatctl store reopen")
    );
    let off = Fake::start(
        |_, _| json!({"store": {"enabled": false, "directory": "/d", "durability": "relaxed"}}),
    );
    let ran = off.run(&["store", "status"]);
    assert!(
        ran.out
            .contains("     state  off (history.enabled = false)\n"),
        "{}",
        ran.out
    );
    let json: Value = serde_json::from_str(&off.run(&["store", "status", "--json"]).out).unwrap();
    assert_eq!(json["enabled"], false);
}

#[test]
fn a_check_fails_when_something_is_wrong() {
    let sound = Fake::start(|_, _| json!({"problems": []}));
    let ran = sound.run(&["store", "check"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "ok: the history is sound\n")
    );
    assert_eq!(
        sound.run(&["store", "check", "--json"]).out,
        "{\"problems\":[]}\n"
    );
    let damaged = Fake::start(|_, _| json!({"problems": ["page 7 is torn"]}));
    let ran = damaged.run(&["store", "check"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Error, "page 7 is torn\n")
    );
    assert!(
        ran.err.contains("the history is damaged: 1 problem"),
        "{}",
        ran.err
    );
    let ran = damaged.run(&["store", "check", "--json"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Error, "{\"problems\":[\"page 7 is torn\"]}\n")
    );
    let off = Fake::start(|_, _| {
        error(
            "Failed",
            json!({"message": "there is no history: it is off"}),
        )
    });
    assert_eq!(off.run(&["store", "check"]).exit, Exit::Error);
}

#[test]
fn a_store_that_opens_again_is_told() {
    let fake = Fake::start(|method, _| {
        assert_eq!(method, "ReopenStore");
        json!({})
    });
    let ran = fake.run(&["store", "reopen"]);
    assert_eq!(ran.out, "the history is open: messages are stored\n");
}
