//! Everything that a client or another user can write, in every view: nothing of it reaches the terminal raw.

use serde_json::{Value, json};

use crate::ctl::fake::{Fake, client, end, error, hang_up};

/// ESC, OSC 52, C1 CSI, BEL, BS, DEL, bidi, separators, zero width, line ends, NUL.
const HOSTILE: &str = "x\u{1b}[2J\u{1b}]52;c;ZXZpbA==\u{7}\u{9b}31m\u{8}\u{7f}\u{85}\u{202e}\u{2066}\u{200b}\u{2028}\r\n\t\0y";
const SHOWN: &str =
    r"x\x1b[2J\x1b]52;c;ZXZpbA==\x07\x9b31m\x08\x7f\x85\u{202e}\u{2066}\u{200b}\u{2028}\r\n\t\x00y";

fn answer(method: &str, _: &Value) -> Value {
    let mut evil = client(17, HOSTILE);
    for field in [
        &mut evil.address,
        &mut evil.protocol,
        &mut evil.listener,
        &mut evil.connected_at,
    ] {
        *field = HOSTILE.into();
    }
    evil.rooms = vec![HOSTILE.into()];
    (evil.away, evil.current_room) = (Some(HOSTILE.into()), Some(HOSTILE.into()));
    (evil.account, evil.device) = (Some(HOSTILE.into()), Some(HOSTILE.into()));
    let happening = |kind: &str, manner: &str, room: Option<&str>| {
        json!({"happening": {
            "kind": kind, "at": HOSTILE, "id": 17, "nick": HOSTILE, "old_nick": HOSTILE, "address": HOSTILE,
            "room": room, "to": HOSTILE, "manner": manner, "text": HOSTILE
        }})
    };
    match method {
        "ListClients" => json!({"clients": [evil, evil]}),
        "ShowClient" => json!({ "client": evil }),
        "KickClients" => json!({"kicked": [evil, evil]}),
        "Say" => json!({"target": HOSTILE, "clients": 1}),
        "Status" => {
            let mut status = crate::ctl::tests::status();
            for field in [
                "name",
                "version",
                "state",
                "config_file",
                "last_reload",
                "started_at",
                "config_loaded_at",
            ] {
                status["status"][field] = HOSTILE.into();
            }
            for field in ["name", "address", "protocol"] {
                status["status"]["listeners"][0][field] = HOSTILE.into();
            }
            for field in ["file", "level", "error"] {
                status["status"]["log"][field] = HOSTILE.into();
            }
            status["status"]["history"] = store();
            status
        }
        "History" | "Export" => json!([{"messages": [message(), message()]}, end()]),
        "ShowMessage" => json!({ "message": message() }),
        "ShowRetention" => {
            json!({"general": {}, "rooms": [{"name": HOSTILE, "room": HOSTILE}]})
        }
        "StoreStatus" => json!({ "store": store() }),
        "CheckStore" => json!({"problems": [HOSTILE]}),
        "ListAccounts" => json!([{"accounts": [account(), account()]}, end()]),
        "AddAccount" | "AddAccountCertificate" | "EnableAccount" => json!({ "account": account() }),
        "ShowAccount" | "DisableAccount" | "RevokeAccount" | "RemoveAccount" => {
            json!({"account": account(), "clients": [evil, evil]})
        }
        "CheckConfig" => json!({"files": [HOSTILE]}),
        "DiffConfig" | "Reload" => {
            json!({"changes": [{"key": HOSTILE, "old": HOSTILE, "new": HOSTILE, "applies": "live"}]})
        }
        "ShowConfig" => {
            json!({"settings": [{"key": HOSTILE, "value": HOSTILE, "origin": HOSTILE}]})
        }
        "SetLogLevel" => json!({"old": HOSTILE, "new": HOSTILE}),
        "RotateLog" => json!({"closed": HOSTILE, "file": HOSTILE}),
        "Watch" => {
            let mut stream = vec![happening("watching", "", None)];
            for kind in [
                "connected",
                "joined",
                "parted",
                "renamed",
                "topic",
                "gone",
                HOSTILE,
            ] {
                stream.push(happening(kind, "", Some(HOSTILE)));
            }
            for manner in ["message", "action", "notice"] {
                stream.push(happening("message", manner, Some(HOSTILE)));
                stream.push(happening("message", manner, None));
            }
            stream.push(happening("renamed", "", None));
            stream.push(happening("gone", "", None));
            stream.push(hang_up());
            json!(stream)
        }
        _ => error("Failed", json!({ "message": HOSTILE })),
    }
}

fn message() -> Value {
    let mut message = json!({});
    for field in [
        "id", "time", "room", "to", "rank", "nick", "username", "host", "account", "manner",
        "text", "tags",
    ] {
        message[field] = HOSTILE.into();
    }
    message
}

fn account() -> Value {
    json!({
        "id": 7, "name": HOSTILE, "since": HOSTILE, "password": true, "certificates": [HOSTILE],
        "suspended": {"reason": HOSTILE, "by": HOSTILE, "at": HOSTILE}, "clients": 2,
    })
}

fn store() -> Value {
    let mut store = json!({"enabled": true});
    for field in [
        "directory",
        "durability",
        "state",
        "why",
        "file",
        "earliest",
    ] {
        store[field] = HOSTILE.into();
    }
    store
}

fn assert_harmless(view: &[&str], text: &str) {
    for c in text.chars().filter(|&c| c != '\n') {
        let bad = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!bad, "{view:?} shows {c:?} raw:\n{text}");
    }
}

const VIEWS: [&[&str]; 35] = [
    &["list"],
    &[
        "list",
        "--columns",
        "id,nick,address,protocol,listener,rooms,current_room,away,connected,account,device",
    ],
    &["show", "17"],
    &["kick", "17", "--reason", "x", "--yes"],
    &["kick", "17", "--reason", "x", "--dry-run"],
    &["say", "17", "x"],
    &["status"],
    &["config", "check"],
    &["config", "diff"],
    &["config", "show"],
    &["reload"],
    &["log", "level"],
    &["log", "level", "debug"],
    &["log", "rotate"],
    &["watch", "--messages"],
    &["console"],
    &["pause"],
    &["history", "#x", "--ids"],
    &["message", "show", "x"],
    &["message", "redact", "x"],
    &["retention", "show"],
    &["store", "status"],
    &["store", "check"],
    &["store", "reopen"],
    &["account", "list"],
    &["account", "show", "x"],
    &["account", "clients", "x"],
    &["account", "disable", "x"],
    &["account", "enable", "x"],
    &["account", "remove", "x", "--dry-run"],
    &["account", "remove", "x", "--yes"],
    &["account", "revoke", "x"],
    &["account", "cert", "x"],
    &["account", "cert", "x", "add", "00ff"],
    &["account", "add", "x", "--no-password"],
];

#[test]
fn no_view_lets_a_control_character_through() {
    let fake = Fake::start(answer);
    for view in VIEWS {
        // The console stays until the daemon hangs up: what it shows before does not depend on its input.
        let ran = fake.run_typing(view, &[("has gone; the next one", "")]);
        assert_harmless(view, &ran.out);
        assert_harmless(view, &ran.err);
        assert!(
            ran.out.contains(SHOWN) || ran.err.contains(SHOWN),
            "{view:?}:\n{}{}",
            ran.out,
            ran.err
        );
    }
    let asked = fake.run_asking(&["kick", "17", "--reason", "x"], "y\n");
    assert_harmless(&["the question"], &asked.err);
    assert!(asked.err.contains(SHOWN));
    let asked = fake.run_asking(&["account", "remove", "x"], "y\n");
    assert_harmless(&["the question"], &asked.err);
    assert!(asked.err.contains(SHOWN));
}

#[test]
fn json_says_exactly_what_was_said_and_is_harmless_too() {
    let fake = Fake::start(answer);
    // An export is JSON in any case.
    for view in VIEWS.into_iter().chain([&["export", "#x"][..]]) {
        let ran = fake.run_typing(&[&["--json"], view].concat(), &[("\"gone\"", "")]);
        assert_harmless(view, &ran.out);
        assert_harmless(view, &ran.err);
        let whole = serde_json::from_str::<Value>(&ran.out).into_iter();
        let lines = [&ran.out, &ran.err];
        let lines = lines.iter().flat_map(|text| text.lines());
        let said = lines
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .chain(whole)
            .any(|json| contains(&json, HOSTILE));
        assert!(said, "{view:?}:\n{}{}", ran.out, ran.err);
    }
}

fn contains(json: &Value, text: &str) -> bool {
    match json {
        Value::String(string) => string == text,
        Value::Array(values) => values.iter().any(|value| contains(value, text)),
        Value::Object(fields) => fields.values().any(|value| contains(value, text)),
        _ => false,
    }
}
