//! The operator is answered: every request has a definite result, every change is audited, nobody else gets in.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::process::Command;

use serde_json::Value;

use crate::harness::{
    Chatd, Client, PATIENCE, Program, Setup, chatctl_binary, is_root, python, run, skip,
};

fn connect(chatd: &Chatd) -> UnixStream {
    let stream = UnixStream::connect(chatd.socket()).expect("the admin socket");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// One reply, without its NUL; what had come when the connection ended.
fn reply(stream: &mut UnixStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while let Ok(1) = stream.read(&mut byte) {
        if byte[0] == 0 {
            break;
        }
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[test]
fn list_has_stable_fields_and_selections() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    alice.line("/join #one");
    bob.line("/join #two");
    bob.line("/away lunch");
    alice.barrier();
    bob.barrier();
    let list = chatd.json(&["list"]);
    let first = &list[0];
    assert_eq!(first["id"], 1, "{list}");
    assert_eq!(first["nick"], "alice");
    assert!(
        first["address"]
            .as_str()
            .is_some_and(|a| a.starts_with("127.0.0.1:")),
        "{first}"
    );
    assert_eq!(first["protocol"], "plain");
    assert_eq!(first["listener"], "plain");
    assert_eq!(first["rooms"], serde_json::json!(["#lobby", "#one"]));
    let at = first["connected_at"].as_str().expect("a time");
    assert!(
        at.len() >= 20 && at.as_bytes()[10] == b'T' && at.ends_with('Z'),
        "{at}"
    );
    assert!(
        first["idle_seconds"].as_u64().is_some_and(|s| s < 60),
        "{first}"
    );

    for (select, expected) in [
        (&["alice"][..], &["alice"][..]),
        (&["ALICE", "bob"], &["alice", "bob"]),
        (&["1", "2"], &["alice", "bob"]),
        (&["--id", "2"], &["bob"]),
        (&["--nick", "alice", "--nick", "bob"], &["alice", "bob"]),
        (&["--room", "#lobby", "--not-nick", "bob"], &["alice"]),
        (&["--room", "#one", "--room", "#two"], &["alice", "bob"]),
        (
            &[
                "--addr",
                "127.0.0.0/8",
                "--listener",
                "plain",
                "--protocol",
                "plain",
            ],
            &["alice", "bob"],
        ),
        (
            &["--not-room", "#two", "--idle", "<5m", "--age", "<1h"],
            &["alice"],
        ),
        (&["--sort", "-id"], &["bob", "alice"]),
    ] {
        let mut arguments = vec!["list"];
        arguments.extend(select);
        let found = chatd.json(&arguments);
        let nicks: Vec<&str> = found
            .as_array()
            .expect("an array")
            .iter()
            .filter_map(|c| c["nick"].as_str())
            .collect();
        assert_eq!(nicks, expected, "{select:?}");
    }
    assert_eq!(chatd.ctl(&["list", "--addr", "192.0.2.1"]).code, Some(4));
    assert_eq!(chatd.json(&["show", "bob"])["away"], "lunch");
    let plain = chatd.ctl_ok(&["list", "--no-legend", "--columns", "nick,id"]);
    let words: Vec<&str> = plain.split_whitespace().collect();
    assert_eq!(words, ["alice", "1", "bob", "2"]);
}

#[test]
fn exit_codes_mean_what_they_say() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let _bob = Client::named(chatd.port, "bob");
    for (arguments, code) in [
        (&["list"][..], 0),
        (&["frobnicate"], 2),
        (&["list", "--idle", "yesterday"], 2),
        (&["kick", "--reason", "nobody named"], 2),
        (&["kick", "alice"], 2),
        (&["show", "nobody"], 4),
        (&["list", "nobody"], 4),
        (&["kick", "nobody", "--reason", "x"], 4),
        (&["say", "nobody", "x"], 4),
        (&["say", "#nowhere", "x"], 4),
        (&["kick", "--room", "#lobby", "--reason", "x"], 6),
        (
            &["kick", "--room", "#lobby", "--reason", "x", "--dry-run"],
            0,
        ),
    ] {
        let result = chatd.ctl(arguments);
        assert_eq!(result.code, Some(code), "{arguments:?}: {result:?}");
        assert!(
            code == 0 || !result.stderr.is_empty(),
            "{arguments:?}: {result:?}"
        );
    }
    alice.barrier();
    assert_eq!(chatd.nicks().len(), 2, "nobody was kicked");
    assert_eq!(
        chatd
            .ctl(&["kick", "--room", "#lobby", "--reason", "x", "--yes"])
            .code,
        Some(0)
    );
    assert_eq!(chatd.nicks().len(), 0);
    // An error is JSON as well when JSON is asked for.
    let result = chatd.ctl(&["show", "nobody", "--json"]);
    let error: Value = serde_json::from_str(&result.stderr).expect("JSON");
    assert!(
        error["error"].is_string() && error["message"].is_string(),
        "{error}"
    );
}

#[test]
fn a_kicked_client_reads_why_and_the_others_are_told() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    let kicked = chatd.json(&["kick", "alice", "--reason", "垃圾信息 (spam)"]);
    assert_eq!(kicked[0]["nick"], "alice", "{kicked}");
    let told = alice.rest();
    let last = told.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("! kicked: ") && last.contains("垃圾信息 (spam)"),
        "{told}"
    );
    let news = bob.expect("alice");
    assert!(news.starts_with("*** "), "{news}");
    assert_eq!(chatd.nicks(), ["bob"]);
    let record = chatd.audited("KickClients");
    assert!(
        record.contains("垃圾信息") && record.contains("outcome=ok"),
        "{record}"
    );
    assert_eq!(chatd.json(&["status"])["counters"]["kicked"], 1);
}

#[test]
fn the_operators_words_arrive_marked() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    chatd.ctl_ok(&["say", "alice", "please", "speak", "up"]);
    assert_eq!(
        alice.expect("*operator"),
        "@you <*operator> please speak up"
    );
    chatd.ctl_ok(&["say", "1", "by id"]);
    assert_eq!(alice.expect("*operator"), "@you <*operator> by id");
    chatd.ctl_ok(&["say", "#lobby", "to all"]);
    assert_eq!(alice.expect("*operator"), "#lobby <*operator> to all");
    // Not even the operator sends control characters to a client.
    chatd.ctl_ok(&["say", "alice", "a\x1b[31mb"]);
    let line = alice.expect("*operator");
    assert!(!line.contains('\x1b'), "{line:?}");
}

#[test]
fn pause_turns_newcomers_away_until_resume() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    chatd.ctl_ok(&["pause"]);
    let told = Client::bare(chatd.port).rest();
    assert!(told.starts_with("! paused: "), "{told}");
    alice.barrier();
    assert_eq!(chatd.json(&["status"])["state"], "paused");
    chatd.ctl_ok(&["resume"]);
    Client::connect(chatd.port).barrier();
    assert_eq!(chatd.json(&["status"])["state"], "running");
    chatd.audited("Pause");
    chatd.audited("Resume");
}

#[test]
fn an_independent_varlink_client_understands_it_all() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut script = python("varlink_client.py");
    script.arg(chatd.socket());
    let (status, output) = Program::start(script).finish();
    assert!(status.success(), "{output}");
    let saw = |what: &str| -> Value {
        output
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find(|line| line["what"] == what)
            .unwrap_or_else(|| panic!("{what}: {output}"))["value"]
            .clone()
    };
    assert_eq!(saw("info")["product"], "chatd");
    let methods = saw("methods");
    for method in [
        "Status",
        "ListClients",
        "ShowClient",
        "KickClients",
        "Say",
        "Reload",
        "CheckConfig",
        "DiffConfig",
        "SetLogLevel",
        "Pause",
        "Resume",
        "Shutdown",
        "Watch",
    ] {
        assert!(
            methods
                .as_array()
                .is_some_and(|m| m.contains(&method.into())),
            "{method}: {methods}"
        );
    }
    assert_eq!(saw("status")["pid"], chatd.pid());
    assert_eq!(saw("all")[0]["nick"], "alice");
    assert_eq!(saw("some")[0]["nick"], "alice");
    assert_eq!(saw("said")["clients"], 1);
    assert_eq!(saw("not found"), "io.chatd.Admin.NotFound");
    assert_eq!(
        saw("missing parameter"),
        "org.varlink.service.InvalidParameter"
    );
    assert_eq!(saw("unknown method"), "org.varlink.service.MethodNotFound");
    assert_eq!(saw("watch"), "watching");
    let happening = saw("happening");
    assert_eq!(happening["text"], "seen by the watcher", "{happening}");
    assert_eq!(happening["nick"], "*operator", "{happening}");
    assert_eq!(saw("kicked")[0]["nick"], "alice");
    assert_eq!(saw("gone")["kind"], "gone");
    assert!(alice.rest().contains("@you <*operator> from Python"));
}

#[test]
fn the_socket_is_private_and_others_are_refused_and_recorded() {
    let chatd = Chatd::start();
    let found = fs::metadata(chatd.socket()).expect("the socket");
    assert_eq!(found.mode() & 0o777, 0o660);
    assert_eq!(found.uid(), nix::unistd::geteuid().as_raw());
    if !is_root() {
        skip("only root can ask as somebody else");
        return;
    }
    // Let another user as far as the socket, so that it is the daemon that refuses.
    for (path, mode) in [
        (chatd.dir().to_path_buf(), 0o711),
        (chatd.dir().join("run"), 0o711),
        (chatd.socket(), 0o666),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    }
    let copy = chatd.dir().join("chatctl");
    fs::copy(chatctl_binary(), &copy).expect("a copy");
    for (groups, arguments) in [
        ("--clear-groups", &["kick", "1", "--reason", "x"][..]),
        // Being in root's group does not help.
        ("--groups=0", &["list"]),
    ] {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=47113", "--regid=47113", groups])
            .arg(&copy)
            .args(arguments)
            .env("CHATCTL_SOCKET", chatd.socket())
            .env("PATH", "/usr/bin:/bin");
        let result = run(&command);
        assert_eq!(result.code, Some(5), "{result:?}");
    }
    let record = chatd.audited("uid=47113");
    assert!(
        record.contains("KickClients") && !record.contains("outcome=ok"),
        "{record}"
    );
}

#[test]
fn a_second_chatd_names_the_first_and_leaves_it_in_peace() {
    let chatd = Chatd::start();
    let other = Setup::new().env(
        "RUNTIME_DIRECTORY",
        chatd.dir().join("run").to_str().expect("a plain path"),
    );
    let result = other.run(&[]);
    assert!(!matches!(result.code, Some(0) | None), "{result:?}");
    assert!(
        result.stderr.contains(&chatd.pid().to_string()),
        "{result:?}"
    );
    chatd.ctl_ok(&["status"]);
    Client::connect(chatd.port).barrier();
}

#[test]
fn a_dead_socket_is_replaced_and_anything_else_is_not() {
    let setup = Setup::new();
    let path = setup.dir().join("run/chatd.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket that nobody accepts on"));
    let chatd = setup.start();
    chatd.ctl_ok(&["status"]);

    let setup = Setup::new();
    let path = setup.dir().join("run/chatd.sock");
    fs::write(&path, "somebody's file").expect("a file");
    let result = setup.run(&[]);
    assert!(!matches!(result.code, Some(0) | None), "{result:?}");
    assert!(result.stderr.contains("chatd.sock"), "{result:?}");
    assert_eq!(
        fs::read_to_string(&path).expect("the file"),
        "somebody's file"
    );

    let setup = Setup::new();
    fs::set_permissions(setup.dir().join("run"), fs::Permissions::from_mode(0o777))
        .expect("a mode");
    let result = setup.run(&[]);
    assert!(
        !matches!(result.code, Some(0) | None),
        "a directory that anybody may write to: {result:?}"
    );
    assert!(
        result.stderr.contains("chmod"),
        "what to do about it: {result:?}"
    );
}

#[test]
fn malformed_endless_and_stalled_requests_are_ended_and_hurt_nobody() {
    let chatd = Setup::new()
        .config("[limits]\nadmin_request = \"8KiB\"\nadmin_time = \"500ms\"")
        .start();
    // Stalled in the middle of a request, from before to after all the others.
    let mut stalled = connect(&chatd);
    stalled
        .write_all(b"{\"method\":\"io.chatd")
        .expect("it is taken");
    for bytes in [
        &b"not JSON\0"[..],
        b"{\"method\":7}\0",
        b"{}\0",
        b"[1,2,3]\0",
        b"\0",
        b"{\"method\":\"io.chatd.Admin.Say\",\"parameters\":{\"target\":\"\xff\"}}\0",
    ] {
        let mut stream = connect(&chatd);
        stream.write_all(bytes).expect("it is taken");
        let answer = reply(&mut stream);
        assert!(
            answer.is_empty() || answer.contains("error"),
            "{}: {answer}",
            bytes.escape_ascii()
        );
    }
    for (parameters, error) in [
        (
            "{\"target\":\"a\",\"text\":\"b\",\"extra\":1}",
            "InvalidParameter",
        ),
        ("{\"target\":7,\"text\":\"b\"}", "InvalidParameter"),
        ("{}", "InvalidParameter"),
    ] {
        let mut stream = connect(&chatd);
        let request =
            format!("{{\"method\":\"io.chatd.Admin.Say\",\"parameters\":{parameters}}}\0");
        stream.write_all(request.as_bytes()).expect("it is taken");
        let answer = reply(&mut stream);
        assert!(answer.contains(error), "{parameters}: {answer}");
    }
    // Too large, without an end; ten thousand brackets.
    for block in [vec![b'x'; 1 << 20], vec![b'['; 8000]] {
        let mut stream = connect(&chatd);
        let _ = stream.write_all(&block);
        let _ = stream.write_all(b"\0");
        let answer = reply(&mut stream);
        assert!(answer.is_empty() || answer.contains("error"), "{answer}");
    }
    // A watcher that never reads stops nobody.
    let mut watcher = connect(&chatd);
    watcher
        .write_all(b"{\"method\":\"io.chatd.Admin.Watch\",\"parameters\":{\"messages\":true},\"more\":true}\0")
        .expect("it is taken");
    assert!(reply(&mut watcher).contains("watching"));
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    bob.barrier();
    for n in 0..5000 {
        alice.line(&format!("{n} {}", "x".repeat(200)));
    }
    alice.barrier();
    assert_eq!(chatd.json(&["status"])["state"], "running");
    bob.expect("<alice> 4999 ");
    // The stalled one was ended by the clock.
    let answer = reply(&mut stalled);
    assert!(answer.is_empty() || answer.contains("error"), "{answer}");
}

#[test]
fn as_many_admin_connections_as_allowed_and_one_more_is_told() {
    let chatd = Setup::new()
        .config("[limits]\nadmin_connections = 4")
        .start();
    let mut held = Vec::new();
    // A few seats more are kept for root.
    let told = loop {
        let result = chatd.ctl(&["status"]);
        if result.code != Some(0) {
            break result;
        }
        assert!(held.len() < 12, "there is no limit");
        held.push(connect(&chatd));
    };
    assert!(held.len() >= 4, "{told:?}");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("admin_connections"), "{told:?}");
    drop(held);
    chatd.eventually("there is room again", |chatd| {
        chatd.ctl(&["status"]).code == Some(0)
    });
}

#[test]
fn chatctl_bears_a_hostile_daemon_and_a_closed_pipe() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("fake.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    let fake = std::thread::spawn(move || {
        let hostile = "{\"parameters\":{\"clients\":[{\"id\":1,\"nick\":\"\\u001b[2Jx\\u009b31m\",\"address\":\"1.2.3.4:5\",\
            \"protocol\":\"plain\",\"listener\":\"plain\",\"rooms\":[\"#\\u0007\\u202e\"],\
            \"connected_at\":\"2026-01-01T00:00:00Z\",\"age_seconds\":1,\"idle_seconds\":1,\
            \"lines_received\":1,\"bytes_waiting\":0}]}}\0";
        for answer in [hostile, "garbage\0", "{\"parameters\":{}}\0", "{\"err"] {
            let (mut stream, _) = listener.accept().expect("chatctl connects");
            reply(&mut stream);
            stream.write_all(answer.as_bytes()).expect("it is read");
        }
    });
    let mut list = Command::new(chatctl_binary());
    list.args(["list", "--socket"])
        .arg(&path)
        .env("PATH", "/usr/bin:/bin");
    let shown = run(&list);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(
        !shown.stdout.contains(|c: char| c.is_control() && c != '\n'),
        "{shown:?}"
    );
    for code in [1, 1, 3] {
        let result = run(&list);
        assert_eq!(result.code, Some(code), "{result:?}");
    }
    fake.join().expect("the fake daemon");
    // Whoever reads the output has enough of it.
    let chatd = Chatd::start();
    let _clients: Vec<Client> = (0..50).map(|_| Client::connect(chatd.port)).collect();
    let mut head = Command::new("bash");
    head.args([
        "-c",
        "set -o pipefail; \"$CTL\" list --socket \"$SOCKET\" | head -n1",
    ])
    .env("CTL", chatctl_binary())
    .env("SOCKET", chatd.socket())
    .env("PATH", "/usr/bin:/bin");
    let result = run(&head);
    assert!(!result.stderr.contains("panicked"), "{result:?}");
    assert_eq!(result.stdout.lines().count(), 1, "{result:?}");
}
