//! Accounts: what is asked, what is shown, and what is not done without a yes.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, client, end, error};

const FINGERPRINT: &str = "5f2c000000000000000000000000000000000000000000000000000000000001";

fn account(id: u64, name: &str) -> Value {
    json!({
        "id": id, "name": name, "since": "2026-11-22T20:30:00Z", "password": true, "certificates": [FINGERPRINT], "clients": 1,
    })
}

fn suspended() -> Value {
    let mut suspended = account(8, "bob");
    suspended["clients"] = json!(0);
    suspended["suspended"] = json!({"reason": "spam", "by": "root", "at": "2026-11-23T08:00:00Z"});
    suspended
}

fn logged_in() -> Value {
    let mut client = client(17, "alice");
    client.account = Some("alice".into());
    client.device = Some("phone".into());
    json!(client)
}

/// Methods that were asked for, with their parameters.
type Asked = Mutex<Vec<(String, Value)>>;

/// A daemon with the account alice, who is logged in once; and what it was asked, but for what it was asked to show.
fn daemon() -> (Fake, Arc<Asked>) {
    let asked = Arc::<Asked>::default();
    let log = Arc::clone(&asked);
    let fake = Fake::start(move |method, parameters| {
        if method != "ShowAccount" {
            log.lock()
                .unwrap()
                .push((method.into(), parameters.clone()));
        }
        match (method, parameters["account"].as_str()) {
            ("AddAccount", _) => json!({"account": account(9, "carol")}),
            (_, Some("alice")) => json!({"account": account(7, "alice"), "clients": [logged_in()]}),
            _ => error("NotFound", json!({"message": "there is no such account"})),
        }
    });
    (fake, asked)
}

fn taken(asked: &Asked) -> Vec<(String, Value)> {
    std::mem::take(&mut asked.lock().unwrap())
}

fn listed() -> Fake {
    Fake::start(|method, _| {
        assert_eq!(method, "ListAccounts");
        json!([{"accounts": [account(7, "alice")]}, {"accounts": [suspended()]}, end()])
    })
}

#[test]
fn a_list_is_a_table_or_one_array_however_many_pages_there_were() {
    let ran = listed().run(&["account", "list"]);
    let table = "\
name   since             clients  certificates  state      reason
alice  2026-11-22 20:30        1             1  ok
bob    2026-11-22 20:30        0             1  suspended  spam
2 accounts
";
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, table));
    let ran = listed().run(&["account", "list", "--no-legend"]);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);

    let ran = listed().run(&["account", "list", "--json"]);
    let list: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
    assert_eq!(list[0].get("suspended"), Some(&Value::Null));
    assert_eq!(list[0].get("always_on"), Some(&Value::Null));
    assert_eq!(list[1]["suspended"]["by"], "root");

    let none = Fake::start(|_, _| json!([end()]));
    assert_eq!(none.run(&["account", "list"]).out, "0 accounts\n");
    assert_eq!(none.run(&["account", "list", "--json"]).out, "[]\n");
}

#[test]
fn however_many_pages_there_are_they_are_one_table() {
    let page = |page: u64| {
        let accounts =
            (page * 500..(page + 1) * 500).map(|id| account(id, &format!("user-{id:06}")));
        json!({ "accounts": accounts.collect::<Vec<_>>() })
    };
    let pages: Vec<Value> = (0..40).map(page).chain([end()]).collect();
    let fake = Fake::start(move |_, _| json!(pages));
    let ran = fake.run(&["account", "list"]);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 20_002);
    assert!(ran.out.ends_with("\n20000 accounts\n"));
}

#[test]
fn an_account_is_shown_with_who_is_logged_in() {
    let (fake, _) = daemon();
    let ran = fake.run(&["account", "show", "alice"]);
    let shown = format!(
        "          id  7
        name  alice
       since  2026-11-22 20:30:00
    password  yes
certificates  {FINGERPRINT}
   always on  -
       state  ok
     clients  1

id  nick   device  address         protocol   idle  connected
17  alice  phone   127.0.0.1:4711  plain     3m12s  20:30
"
    );
    assert_eq!((ran.exit, ran.out), (Exit::Ok, shown));
    let ran = fake.run(&["account", "show", "alice", "--json"]);
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(shown["connected"][0]["device"], "phone");
    assert_eq!(shown["name"], "alice");
    assert_eq!(
        fake.run(&["account", "show", "eve"]).exit,
        Exit::NothingMatched
    );

    let bob = Fake::start(|_, _| json!({"account": suspended(), "clients": []}));
    let ran = bob.run(&["account", "show", "bob"]);
    for words in ["state  suspended\n", "reason  spam\n", "by  root\n"] {
        assert!(ran.out.contains(words), "{}", ran.out);
    }
    // It is there, and nobody is logged in: that is an answer.
    let ran = bob.run(&["account", "clients", "bob"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "0 clients\n"));
    let ran = fake.run(&["account", "clients", "alice", "--columns", "nick,device"]);
    assert_eq!(ran.out, "nick   device\nalice  phone\n1 client\n");
}

#[test]
fn a_password_comes_from_a_pipe_and_goes_nowhere_but_to_the_daemon() {
    let (fake, asked) = daemon();
    let ran = fake.run_piped(&["account", "add", "carol"], "correct horse\r\nmore\n");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "added: carol\n"));
    let ran = fake.run_piped(&["account", "passwd", "alice"], "correct horse\n");
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "another password: alice\n")
    );
    let ran = fake.run(&["account", "add", "robot", "--no-password"]);
    assert!(
        ran.out.starts_with("added: carol; nothing proves it"),
        "{ran:?}"
    );
    let password = "correct horse";
    assert_eq!(
        taken(&asked),
        [
            (
                "AddAccount".into(),
                json!({"account": "carol", "password": password})
            ),
            (
                "SetAccountPassword".into(),
                json!({"account": "alice", "password": password})
            ),
            ("AddAccount".into(), json!({"account": "robot"})),
        ]
    );
}

#[test]
fn what_cannot_be_a_password_or_a_name_is_refused_before_anything_is_done() {
    let (fake, asked) = daemon();
    for (name, typed, exit, why) in [
        ("carol", "", Exit::Usage, "the password is empty"),
        ("carol", "short\n", Exit::Usage, "expected at least 8"),
        (
            "long-name",
            "LONG-NAME\n",
            Exit::Usage,
            "the account's name",
        ),
        (
            "carol",
            "tab\tin the middle\n",
            Exit::Usage,
            "control character",
        ),
        ("#carol", "correct horse\n", Exit::Usage, "#carol"),
        (
            "alice",
            "correct horse\n",
            Exit::Error,
            "alice is registered already: choose another name",
        ),
    ] {
        let ran = fake.run_piped(&["account", "add", name], typed);
        assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{why}");
        assert!(ran.err.contains(why), "{}", ran.err);
        assert!(!ran.err.contains("horse"), "{}", ran.err);
    }
    let ran = fake.run_piped(&["account", "passwd", "eve"], "correct horse\n");
    assert_eq!(ran.exit, Exit::NothingMatched);
    assert_eq!(taken(&asked), []);
}

#[test]
fn an_account_is_removed_only_after_a_yes() {
    const REMOVE: [&str; 3] = ["account", "remove", "alice"];
    let (fake, asked) = daemon();
    let piped = fake.run(&REMOVE);
    assert_eq!((piped.exit, piped.out.as_str()), (Exit::NeedsYes, ""));
    assert!(piped.err.contains("--yes"), "{}", piped.err);
    for answer in ["", "\n", "n\n", "maybe\n"] {
        let ran = fake.run_asking(&REMOVE, answer);
        assert_eq!(ran.exit, Exit::NeedsYes, "{answer:?}");
        let question =
            "remove the account alice for good, log 1 client out, and free the name? [y/N] ";
        assert!(ran.err.starts_with(question), "{}", ran.err);
    }
    let dry = fake.run(&[&REMOVE[..], &["--dry-run"]].concat());
    let would = "alice would be removed, and 1 client logged out\n";
    assert_eq!((dry.exit, dry.out.as_str()), (Exit::Ok, would));
    assert_eq!(taken(&asked), []);

    let ran = fake.run_asking(&REMOVE, "Y\n");
    let removed = "removed: alice (1 client logged out); the name is free\n";
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, removed));
    let ran = fake.run(&[&REMOVE[..], &["--yes", "--json"]].concat());
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["logged_out"][0]["id"], 17);
    // The account that was shown, whoever has its name by then.
    let once = (
        "RemoveAccount".to_owned(),
        json!({"account": "alice", "id": 7}),
    );
    assert_eq!(taken(&asked), [once.clone(), once]);
}

#[test]
fn what_is_asked_is_what_was_said() {
    let (fake, asked) = daemon();
    for (arguments, out) in [
        (
            &["disable", "alice", "selling", "things"][..],
            "disabled: alice (1 client ended)\n",
        ),
        (&["disable", "alice"], "disabled: alice (1 client ended)\n"),
        (&["enable", "alice"], "enabled: alice\n"),
        (
            &["revoke", "alice", "--device", "phone", "--reason", "lost"],
            "ended alice (17) from 127.0.0.1:4711\n",
        ),
        (
            &["revoke", "alice"],
            "ended alice (17) from 127.0.0.1:4711\n",
        ),
        (
            &["cert", "alice", "add", "00:ff"],
            "a certificate more: alice; 1 certificate proves it\n",
        ),
        (
            &["cert", "alice", "remove", "00ff"],
            "a certificate less: alice; 1 certificate proves it\n",
        ),
    ] {
        let ran = fake.run(&[&["account"], arguments].concat());
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, out), "{}", ran.err);
    }
    for list in [&["cert", "alice"][..], &["cert", "alice", "list"]] {
        let ran = fake.run(&[&["account"], list].concat());
        assert_eq!(ran.out, format!("{FINGERPRINT}\n"));
    }
    let expected = [
        (
            "DisableAccount",
            json!({"account": "alice", "reason": "selling things"}),
        ),
        ("DisableAccount", json!({"account": "alice"})),
        ("EnableAccount", json!({"account": "alice"})),
        (
            "RevokeAccount",
            json!({"account": "alice", "device": "phone", "reason": "lost"}),
        ),
        ("RevokeAccount", json!({"account": "alice"})),
        (
            "AddAccountCertificate",
            json!({"account": "alice", "fingerprint": "00:ff"}),
        ),
        (
            "RemoveAccountCertificate",
            json!({"account": "alice", "fingerprint": "00ff"}),
        ),
    ];
    assert_eq!(
        taken(&asked),
        expected.map(|(method, parameters)| (method.to_owned(), parameters))
    );
}

#[test]
fn that_nobody_was_ended_is_a_failure() {
    let fake = Fake::start(|_, _| json!({"account": account(7, "alice"), "clients": []}));
    let ran = fake.run(&["account", "revoke", "alice"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::NothingMatched, ""));
    let ran = fake.run(&["account", "disable", "alice"]);
    assert_eq!(ran.out, "disabled: alice (0 clients ended)\n");
}

/// Where the chat has not answered in time, nobody knows which clients they were.
#[test]
fn clients_that_are_not_known_are_not_counted() {
    let fake = Fake::start(|method, _| {
        let mut alice = account(7, "alice");
        if method == "ShowAccount" {
            return json!({"account": alice, "clients": [logged_in()]});
        }
        let alice_now = alice.as_object_mut().unwrap();
        alice_now.remove("clients");
        json!({ "account": alice })
    });
    for (arguments, told) in [
        (
            &["account", "disable", "alice"][..],
            "disabled: alice (that its clients are ended is asked for, not confirmed: the chat does not answer in time)\n",
        ),
        (
            &["account", "remove", "alice", "--yes"],
            "removed: alice (that its clients are logged out is asked for, not confirmed: the chat does not answer in time); the name \
             is free\n",
        ),
        (&["account", "enable", "alice"], "enabled: alice\n"),
    ] {
        let ran = fake.run(arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, told));
        let ran = fake.run(&[arguments, &["--json"]].concat());
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(json.get("clients"), Some(&Value::Null), "{json}");
        for which in ["ended", "logged_out"] {
            assert!(json.get(which).is_none_or(Value::is_null), "{json}");
        }
    }
}

#[test]
fn slips_are_told_without_a_daemon() {
    let (fake, asked) = daemon();
    for arguments in [
        &["account"][..],
        &["account", "cert", "alice", "add"],
        &["account", "cert", "alice", "list", "00ff"],
        &["account", "cert", "alice", "paint", "00ff"],
        &["account", "show"],
    ] {
        let ran = fake.run(arguments);
        assert_eq!(
            (ran.exit, ran.out.as_str()),
            (Exit::Usage, ""),
            "{arguments:?}"
        );
    }
    assert_eq!(taken(&asked), []);
}
