//! Whole runs of `chatctl` against a daemon of a few lines: exit codes, what is asked, what is shown.

mod account;
mod backup;
mod config;
mod history;
mod hostile;
mod kick;
mod password;
mod store;

use serde_json::{Value, json};

use super::Exit;
use super::fake::{Fake, Screen, chatctl, client, error, hang_up};

pub(super) fn status() -> Value {
    json!({"status": {
        "name": "test", "version": "0.1.0", "pid": 4242, "started_at": "2026-11-22T20:00:00Z", "uptime_seconds": 5400,
        "state": "running", "config_loaded_at": "2026-11-22T20:00:00Z", "clients": 1, "registering": 2, "clients_allowed": 900,
        "descriptors": 1024, "rooms": 2,
        "listeners": [{"name": "plain", "address": "127.0.0.1:12345", "protocol": "plain", "tls": false, "clients": 1, "inherited": false}],
        "counters": {"connections": 9, "connections_refused": 1, "commands": 50, "messages": 20, "deliveries": 60,
            "kicked": 2, "cut_off": 3, "panics": 0},
        "log": {"file": "/var/log/chatd/chatd.log", "level": "info", "failing": true, "error": "No space left on device",
            "write_errors": 4, "dropped": 7},
        "history": {"enabled": true, "directory": "/var/lib/chatd", "durability": "commit", "state": "working",
            "file": "/var/lib/chatd/history", "messages": 1234, "bytes": 4_194_304}
    }})
}

#[test]
fn a_list_is_a_table_or_json_and_sorts() {
    let fake = Fake::start(|method, parameters| {
        assert_eq!(
            (method, parameters),
            ("ListClients", &json!({"select": {}}))
        );
        json!({"clients": [client(17, "bob"), client(18, "alice")]})
    });
    let ran = fake.run(&["list", "--columns", "id,nick", "--sort", "nick"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "id  nick\n18  alice\n17  bob\n2 clients\n")
    );
    let ran = fake.run(&["list", "--columns", "id,nick", "--no-legend"]);
    assert_eq!(ran.out, "17  bob\n18  alice\n");

    let ran = fake.run(&["list", "--json", "--sort=-id"]);
    let list: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(list[0]["id"], 18);
    for field in [
        "id",
        "nick",
        "address",
        "protocol",
        "listener",
        "rooms",
        "connected_at",
        "idle_seconds",
    ] {
        assert!(list[0].get(field).is_some(), "{field}");
    }
}

#[test]
fn nobody_is_a_failure_only_when_somebody_was_looked_for() {
    let fake = Fake::start(|_, _| json!({"clients": []}));
    let all = fake.run(&["list"]);
    assert_eq!((all.exit, all.out.as_str()), (Exit::Ok, "0 clients\n"));
    let some = fake.run(&["list", "--room", "#empty"]);
    assert_eq!((some.exit, some.out.as_str()), (Exit::NothingMatched, ""));
    assert!(some.err.contains("no client matches"), "{}", some.err);
    let json = fake.run(&["list", "alice", "--json"]);
    assert_eq!(
        (json.exit, json.out.as_str()),
        (Exit::NothingMatched, "[]\n")
    );
}

#[test]
fn status_is_for_people_and_for_jq() {
    let fake = Fake::start(|_, _| status());
    let ran = fake.run(&["status"]);
    assert_eq!(ran.exit, Exit::Ok);
    for words in [
        "          pid  4242\n",
        "2026-11-22 20:00:00 (1h30m ago)",
        "1 of 900 allowed (1024 descriptors); 2 more registering\n",
        "FAILING: No space left on device, 4 writes failed and 7 records lost",
        "plain     127.0.0.1:12345  plain           1  own\n",
        "      history  working, 1234 messages, 4.0 MiB, durability commit\n",
    ] {
        assert!(ran.out.contains(words), "{words:?} is not in\n{}", ran.out);
    }
    assert!(!ran.out.contains("failed inside"), "nothing failed inside");
    let json: Value = serde_json::from_str(&fake.run(&["status", "--json"]).out).unwrap();
    assert_eq!(json["pid"], 4242);
    assert_eq!(json["history"]["messages"], 1234);
}

#[test]
fn status_counts_one_as_one() {
    let mut one = status();
    one["status"]["log"]["write_errors"] = 1.into();
    one["status"]["log"]["dropped"] = 1.into();
    one["status"]["counters"]["deliveries"] = 1.into();
    let out = Fake::start(move |_, _| one.clone()).run(&["status"]).out;
    for words in ["1 write failed and 1 record lost", "delivered 1 time\n"] {
        assert!(out.contains(words), "{words:?} is not in\n{out}");
    }
}

#[test]
fn say_sends_its_words_as_one_line() {
    let fake = Fake::start(|_, parameters| {
        assert_eq!(parameters["text"], "hello -- there");
        json!({"target": parameters["target"], "clients": 2})
    });
    let ran = fake.run(&["say", "#lobby", "hello", "--", "there"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "said to #lobby (2 clients)\n")
    );
}

#[test]
fn watching_ends_with_the_daemon() {
    let fake = Fake::start(|_, parameters| {
        assert_eq!(
            *parameters,
            json!({"select": {"room": ["#a"]}, "messages": true})
        );
        json!([
            {"happening": {"kind": "watching", "at": "2026-11-22T21:30:05Z"}},
            {"happening": {"kind": "joined", "at": "2026-11-22T21:30:05Z", "nick": "alice", "room": "#a"}},
            hang_up()
        ])
    });
    let ran = fake.run(&["watch", "--room", "#a", "--messages"]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::NotRunning, "21:30:05 alice joined #a\n")
    );
    let ran = fake.run(&["watch", "--room", "#a", "--messages", "--json"]);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
}

#[test]
fn small_orders_are_answered_in_words() {
    let fake = Fake::start(|method, parameters| match method {
        "SetLogLevel" => json!({"old": "info", "new": parameters["level"]}),
        "RotateLog" => json!({"closed": "/l/1", "file": "/l/chatd.log"}),
        "Status" => status(),
        _ => json!({}),
    });
    for (arguments, words) in [
        (
            &["pause"][..],
            "paused: new connections are turned away until chatctl resume; those that are in go on\n",
        ),
        (&["resume"], "resumed: new connections are let in\n"),
        (&["shutdown", "--reason", "noon"], "chatd is stopping\n"),
        (&["log", "level"], "info\n"),
        (&["log", "level", "debug"], "log level: info -> debug\n"),
        (
            &["log", "rotate"],
            "closed /l/1; now writing /l/chatd.log\n",
        ),
        (
            &["log", "level", "debug", "--json"],
            "{\"old\":\"info\",\"new\":\"debug\"}\n",
        ),
        (&["pause", "--json"], "{}\n"),
    ] {
        let ran = fake.run(arguments);
        assert_eq!(
            (ran.exit, ran.out.as_str()),
            (Exit::Ok, words),
            "{arguments:?}: {}",
            ran.err
        );
    }
}

#[test]
fn without_a_daemon_each_place_is_named() {
    let ran = chatctl(
        &["status"],
        &[
            ("RUNTIME_DIRECTORY", "/nonexistent/r"),
            ("XDG_RUNTIME_DIR", "/nonexistent/x"),
        ],
        std::io::empty(),
        false,
        Screen::default(),
    );
    assert_eq!(ran.exit, Exit::NotRunning);
    for place in [
        "/nonexistent/r/chatd.sock",
        "/nonexistent/x/chatd/chatd.sock",
        "/run/chatd/chatd.sock",
    ] {
        assert!(ran.err.contains(place), "{place}: {}", ran.err);
    }
    let ran = chatctl(
        &["--json", "list"],
        &[("CHATCTL_SOCKET", "/nonexistent/c")],
        std::io::empty(),
        false,
        Screen::default(),
    );
    let json: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(
        (ran.exit, &json["error"]),
        (Exit::NotRunning, &json!("NotRunning"))
    );
    assert_eq!(
        json["tried"],
        json!([{"path": "/nonexistent/c", "found": "not there"}])
    );
}

#[test]
fn failures_have_their_codes() {
    for (reply, exit) in [
        (
            error("PermissionDenied", json!({"message": "no"})),
            Exit::Denied,
        ),
        (
            error("NotFound", json!({"message": "no"})),
            Exit::NothingMatched,
        ),
        (
            error("Invalid", json!({"parameter": "client", "message": "no"})),
            Exit::Usage,
        ),
        (error("Busy", json!({"message": "no"})), Exit::Error),
        (
            json!({"error": "org.varlink.service.MethodNotFound", "parameters": {"method": "x"}}),
            Exit::Error,
        ),
        (json!({"client": {"id": "not a number"}}), Exit::Error),
        (json!({}), Exit::Error),
        (json!([hang_up()]), Exit::NotRunning),
    ] {
        let fake = Fake::start({
            let reply = reply.clone();
            move |_, _| reply.clone()
        });
        let ran = fake.run(&["show", "alice"]);
        assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{reply}");
        assert!(ran.err.starts_with("chatctl: "), "{}", ran.err);
    }
}

#[test]
fn help_is_an_answer_and_wrong_usage_is_not() {
    let run =
        |arguments: &[&str]| chatctl(arguments, &[], std::io::empty(), false, Screen::default());
    let help = run(&["--help"]);
    assert_eq!((help.exit, help.err.as_str()), (Exit::Ok, ""));
    assert!(
        help.out.contains("console") && !help.out.contains("  man "),
        "{}",
        help.out
    );
    assert_eq!(run(&["--version"]).exit, Exit::Ok);
    assert_eq!(run(&["lst"]).exit, Exit::Usage);
    assert_eq!(run(&["list", "#lobby"]).exit, Exit::Usage);
    let wrong = run(&["list", "--json", "--colour"]);
    assert_eq!((wrong.exit, wrong.out.as_str()), (Exit::Usage, ""));
    let said: Value = serde_json::from_str(&wrong.err).expect("one object");
    assert_eq!(said["error"], "Usage");
    let message = said["message"].as_str().expect("words");
    assert!(
        message.starts_with("unexpected argument '--colour'"),
        "{message}"
    );
    // What comes after -- is no option.
    assert!(run(&["say", "--", "--json"]).err.starts_with("error: "));
    assert!(run(&["--json", "--help"]).out.contains("console"));
}

#[test]
fn completions_and_manual_pages_come_from_the_definitions() {
    let run =
        |arguments: &[&str]| chatctl(arguments, &[], std::io::empty(), false, Screen::default());
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            run(&["completions", shell]).out.contains("not-listener"),
            "{shell}"
        );
    }
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(&["man", dir.path().to_str().unwrap()]).exit, Exit::Ok);
    let page = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    assert!(page("chatctl.1").contains("chatctl"));
    assert!(page("chatctl-kick.1").contains("dry"));
    assert_eq!(run(&["man", "/nonexistent"]).exit, Exit::Error);
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let fake = Fake::start(|_, _| json!({"clients": [client(1, "a")]}));
    let (mut out, mut err) = (Closed, Vec::new());
    let mut terminal = super::Terminal {
        out: &mut out,
        err: &mut err,
        input: Box::new(std::io::empty()),
        width: None,
        color: false,
        can_ask: false,
        keyboard: false,
        can_edit: false,
        environment: vec![(
            "CHATCTL_SOCKET".into(),
            fake.socket().to_string_lossy().into_owned(),
        )],
        uid: 0,
        zone: jiff::tz::TimeZone::UTC,
    };
    let exit = super::run(["chatctl", "list"].map(Into::into), &mut terminal, &[]);
    assert_eq!((exit, err.as_slice()), (Exit::Ok, &[][..]));
}
