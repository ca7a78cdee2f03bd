//! Kicks: who is asked, and who is kicked.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, client, error};

/// A daemon with alice (17) and bob (18), and the kicks that were not dry.
fn daemon() -> (Fake, Arc<Mutex<Vec<Value>>>) {
    let kicks = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&kicks);
    let fake = Fake::start(move |method, parameters| {
        let user = |nick: &str, clients: u64| json!({"nick": nick, "username": "~u", "host": "h", "always_on": true, "clients": clients, "rooms": []});
        if method == "ListUsers" {
            return json!({ "users": [user("alice", 1), user("Zoe", 0)] });
        }
        if method == "EndUser" {
            if parameters["nick"] != "zoe" {
                return error("NotFound", json!({"message": "no such user"}));
            }
            log.lock().unwrap().push(parameters.clone());
            return json!({ "user": user("Zoe", 0) });
        }
        if parameters["dry_run"] == false {
            log.lock().unwrap().push(parameters.clone());
        }
        let select = &parameters["select"];
        let alone = *select == json!({"nick": ["alice"]}) || select["id"] == json!([17]);
        let mut clients = vec![client(17, "alice"), client(18, "bob")];
        clients.truncate(
            if [json!(["eve"]), json!(["zoe"])].contains(&select["nick"]) {
                0
            } else if alone {
                1
            } else {
                2
            },
        );
        json!({ "kicked": clients })
    });
    (fake, kicks)
}

const ALL: [&str; 5] = ["kick", "--room", "#lobby", "--reason", "spam"];

#[test]
fn one_client_is_kicked_at_once() {
    let (fake, kicks) = daemon();
    let ran = fake.run(&["kick", "alice", "--reason", "spam"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "kicked alice (17) from 127.0.0.1:4711\n")
    );
    assert_eq!(
        *kicks.lock().unwrap(),
        [json!({"select": {"id": [17]}, "reason": "spam", "dry_run": false})]
    );
}

#[test]
fn several_are_kicked_only_after_a_yes() {
    let (fake, kicks) = daemon();
    let piped = fake.run(&ALL);
    assert_eq!((piped.exit, piped.out.as_str()), (Exit::NeedsYes, ""));
    assert!(piped.err.contains("--yes"), "{}", piped.err);

    for answer in ["", "\n", "n\n", "maybe\n"] {
        let ran = fake.run_asking(&ALL, answer);
        assert_eq!(ran.exit, Exit::NeedsYes, "{answer:?}");
        assert!(
            ran.err.contains("18  bob") && ran.err.contains("kick 2 clients? [y/N] "),
            "{}",
            ran.err
        );
    }
    assert!(kicks.lock().unwrap().is_empty());

    assert_eq!(fake.run_asking(&ALL, "Y\n").exit, Exit::Ok);
    let ran = fake.run(&[&ALL[..], &["--yes", "--json"]].concat());
    let kicked: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.exit, &kicked[1]["nick"]), (Exit::Ok, &json!("bob")));
    let both = json!({"select": {"id": [17, 18]}, "reason": "spam", "dry_run": false});
    assert_eq!(*kicks.lock().unwrap(), [both.clone(), both]);
}

#[test]
fn a_dry_run_only_shows() {
    let (fake, kicks) = daemon();
    let ran = fake.run(&[&ALL[..], &["--dry-run", "--columns", "nick"]].concat());
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "nick\nalice\nbob\n2 clients would be kicked\n")
    );
    assert!(kicks.lock().unwrap().is_empty());
}

#[test]
fn nobody_is_kicked_by_no_selection_or_one_that_finds_nobody() {
    let (fake, kicks) = daemon();
    assert_eq!(
        fake.run(&["kick", "--reason", "x", "--yes"]).exit,
        Exit::Usage
    );
    for dry in [&[][..], &["--dry-run"]] {
        let ran = fake.run(&[&["kick", "eve", "--reason", "x"], dry].concat());
        assert_eq!(ran.exit, Exit::NothingMatched, "{dry:?}");
        assert!(
            ran.err.contains("no client matches"),
            "{dry:?}: {}",
            ran.err
        );
    }
    assert!(kicks.lock().unwrap().is_empty());
}

#[test]
fn a_name_that_is_nobodys_is_said_beside_those_that_match() {
    let (fake, _kicks) = daemon();
    let ran = fake.run(&["kick", "ALICE", "eve\u{7}", "--reason", "x", "--yes"]);
    assert_eq!(ran.exit, Exit::Ok);
    assert!(ran.err.ends_with(" is not among them\n"), "{:?}", ran.err);
    assert!(ran.err.starts_with("eve") && !ran.err.contains('\u{7}'));
}

#[test]
fn a_user_that_has_no_clients_is_ended_by_its_nick() {
    let (fake, kicks) = daemon();
    let kick = ["kick", "zoe", "--reason", "spam"];
    let dry = [&kick[..], &["--dry-run"]].concat();
    let ran = fake.run(&dry);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "Zoe, who has no clients, would be kicked\n")
    );
    let whom = |nick: &str| format!("[{{\"clients\":0,\"nick\":\"{nick}\"}}]\n");
    let json = fake.run(&[&dry[..], &["--json"]].concat());
    assert_eq!(json.out, whom("Zoe"));
    assert!(kicks.lock().unwrap().is_empty());
    let ran = fake.run(&kick);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "kicked Zoe, who had no clients\n")
    );
    let json = fake.run(&[&kick[..], &["--json"]].concat());
    assert_eq!(json.out, whom("Zoe"));
    let ended = json!({"nick": "zoe", "reason": "spam"});
    assert_eq!(*kicks.lock().unwrap(), [ended.clone(), ended]);
    // Only by its nick: by a room nobody is found.
    let ran = fake.run(&["kick", "zoe", "--room", "#x", "--reason", "spam"]);
    assert_eq!(ran.exit, Exit::NothingMatched);
}
