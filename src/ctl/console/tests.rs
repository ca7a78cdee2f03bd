use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, client, error, hang_up};

const AT: &str = "2026-11-22T21:30:05.000Z";

fn happening(fields: &Value) -> Value {
    let mut happening = json!({"at": AT});
    happening
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    json!({ "happening": happening })
}

/// A daemon whose stream brings `happenings`, then stays or hangs up; and what it was asked to say.
fn daemon(happenings: &[Value], stays: bool) -> (Fake, Arc<Mutex<Vec<Value>>>) {
    let mut stream: Vec<_> = [json!({"kind": "watching"})]
        .iter()
        .chain(happenings)
        .map(happening)
        .collect();
    if !stays {
        stream.push(hang_up());
    }
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let fake = Fake::start(move |method, parameters| match method {
        "Watch" => {
            assert_eq!(parameters["messages"], true);
            json!(stream)
        }
        "Status" => crate::ctl::tests::status(),
        "ListClients" => json!({"clients": [client(17, "alice")]}),
        "ShowClient" if parameters["client"] == "bob" => json!({"client": client(18, "bob")}),
        "ShowClient" => error("NotFound", json!({"message": "there is no client eve"})),
        _ => {
            log.lock().unwrap().push(json!([method, parameters]));
            match method {
                "Say" => json!({"target": parameters["target"], "clients": 1}),
                _ => json!({"kicked": [client(18, "bob")]}),
            }
        }
    });
    (fake, asked)
}

#[test]
fn the_operator_sees_who_comes_and_answers_the_first_who_speaks() {
    let (fake, asked) = daemon(
        &[
            json!({"kind": "connected", "id": 17, "nick": "alice", "address": "127.0.0.1:4711", "listener": "plain"}),
            json!({"kind": "message", "id": 17, "nick": "alice", "room": "#lobby", "manner": "message", "text": "hello"}),
            json!({"kind": "gap", "missing": 12}),
        ],
        true,
    );
    let ran = fake.run_typing(
        &["console"],
        &[("12 happenings missed", "hi alice\n"), ("", "//me too\n")],
    );
    assert_eq!(
        ran.exit,
        Exit::Ok,
        "the end of the input is the end: {ran:?}"
    );
    assert_eq!(
        ran.out,
        "\
-- console of test: 1 client here; /help shows what can be typed
21:30:05 + alice (17) from 127.0.0.1:4711
21:30:05 #lobby <alice> hello
-- talking to alice (17); /to NICK|ID|#ROOM changes it
... 12 happenings missed
"
    );
    let said = [("17", "hi alice"), ("17", "/me too")]
        .map(|(to, text)| json!(["Say", {"target": to, "text": text}]));
    assert_eq!(*asked.lock().unwrap(), said);
}

#[test]
fn commands_choose_list_and_kick_and_a_refusal_is_an_answer() {
    let (fake, asked) = daemon(&[], true);
    let ran = fake.run_typing(
        &["console"],
        &[
            ("-- console", "nobody yet\n"),
            ("not said", "/to eve\n"),
            ("no client eve", "/to bob\n"),
            ("talking to bob (18)", "hello\n"),
            ("", "/kick bob too loud\n"),
            ("kicked bob (18)", "/who\n"),
            ("-- 1 client\n", "/quit\n"),
        ],
    );
    assert_eq!(ran.exit, Exit::Ok);
    assert!(ran.out.ends_with("-- 1 client\n"), "{}", ran.out);
    let kick = json!(["KickClients", {"select": {"nick": ["bob"]}, "reason": "too loud", "dry_run": false}]);
    assert_eq!(
        *asked.lock().unwrap(),
        [json!(["Say", {"target": "18", "text": "hello"}]), kick]
    );
}

#[test]
fn a_room_can_be_chosen_from_the_start() {
    let (fake, asked) = daemon(&[], true);
    let ran = fake.run_typing(
        &["console", "#大厅"],
        &[("talking to #大厅", "大家好\n"), ("", "/quit\n")],
    );
    assert_eq!(ran.exit, Exit::Ok);
    assert_eq!(
        *asked.lock().unwrap(),
        [json!(["Say", {"target": "#大厅", "text": "大家好"}])]
    );
    assert_eq!(fake.run(&["console", "eve"]).exit, Exit::NothingMatched);
}

#[test]
fn when_the_daemon_goes_the_console_says_so() {
    let (fake, _) = daemon(
        &[json!({"kind": "gone", "id": 17, "nick": "alice", "text": "restart"})],
        false,
    );
    let ran = fake.run_typing(&["console"], &[("never shown", "")]);
    assert_eq!(ran.exit, Exit::NotRunning);
    assert!(
        ran.out.ends_with("21:30:05 - alice (17) gone: restart\n"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("went away"), "{}", ran.err);
}

#[test]
fn a_console_that_is_refused_says_why() {
    let fake = Fake::start(|_, _| {
        error(
            "PermissionDenied",
            json!({"message": "uid 1001 may not watch"}),
        )
    });
    let ran = fake.run(&["console"]);
    assert_eq!(ran.exit, Exit::Denied);
    assert!(ran.err.contains("uid 1001 may not watch"), "{}", ran.err);
}

#[test]
fn json_keeps_the_stream_for_programs_and_the_rest_apart() {
    let (fake, _) = daemon(
        &[json!({"kind": "message", "id": 17, "nick": "alice", "text": "\u{202e}"})],
        true,
    );
    let ran = fake.run_typing(&["console", "--json"], &[("\"message\"", "/quit\n")]);
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["kind"], &lines[1]["text"]),
        (&json!("watching"), &json!("\u{202e}"))
    );
    assert!(ran.err.contains("talking to alice") && !ran.out.contains('\u{202e}'));
}
