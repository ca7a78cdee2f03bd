//! The operator is answered: every request of chatctl has a definite result, an exit code and stable fields.

use std::io::Write;
use std::process::Command;

use serde_json::{Value, json};

use super::admin_socket::reply;
use crate::harness::{Certificate, Chatd, Client, Program, Setup, chatctl_binary, free_port, run};

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
fn chatctl_bears_a_hostile_daemon_and_a_closed_pipe() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("fake.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    let fake = std::thread::spawn(move || {
        let hostile = "{\"parameters\":{\"clients\":[{\"id\":1,\"nick\":\"\\u001b[2Jx\\u009b31m\",\"username\":\"x\",\"host\":\"\\u001b\",\
            \"realname\":\"\",\"modes\":\"\",\"capabilities\":[],\"address\":\"1.2.3.4:5\",\
            \"protocol\":\"plain\",\"listener\":\"plain\",\"rooms\":[\"#\\u0007\\u202e\"],\
            \"connected_at\":\"2026-01-01T00:00:00Z\",\"age_seconds\":1,\"idle_seconds\":1,\
            \"lines_received\":1,\"bytes_waiting\":0}]}}\0";
        for answer in [hostile, "garbage\0", "{\"parameters\":{}}\0", "{\"err"] {
            let (mut stream, _) = listener.accept().expect("chatctl connects");
            reply(&mut stream);
            stream.write_all(b"{}\0").expect("it is read");
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

/// Says lines of IRC and waits until they are answered.
fn irc(client: &mut Client, lines: &str) {
    client.send(format!("{lines}PING :done\r\n"));
    client.expect("PONG chat.example :done");
}

#[test]
fn irc_clients_are_shown_as_they_are() {
    let setup = Setup::new();
    Certificate::good().write(setup.dir());
    let (port, secure) = (free_port(), free_port());
    let tls = "tls = { certificate = \"tls.crt\", key = \"tls.key\" }";
    let chatd = setup
        .config(&format!(
            "[listen.irc]\naddress = \"127.0.0.1:{port}\"\nprotocol = \"irc\"\n\
             [listen.web]\naddress = \"127.0.0.1:{secure}\"\nprotocol = \"websocket\"\n{tls}"
        ))
        .start();
    let mut carol = Client::named(chatd.port, "carol");
    let mut alice = Client::bare(port);
    irc(
        &mut alice,
        "CAP REQ :batch setname\r\nNICK alice\r\nUSER al 0 * :Alice A\r\nCAP END\r\n",
    );
    irc(&mut alice, "MODE alice +iw\r\nJOIN #tea\r\nAWAY :lunch\r\n");
    let mut late = Client::bare(port);
    late.send("NICK late\r\nCAP LS 302\r\n");
    late.expect("CAP * LS");

    assert_eq!(
        chatd.json(&["list", "--protocol", "irc"])[0]["nick"],
        "alice"
    );
    let shown = chatd.json(&["show", "alice"]);
    for (field, expected) in [
        ("username", json!("~al")),
        ("realname", json!("Alice A")),
        ("modes", json!("iw")),
        ("capabilities", json!(["batch", "setname"])),
        ("rooms", json!(["#tea"])),
        ("away", json!("lunch")),
        // Each of its messages says where it goes.
        ("current_room", Value::Null),
    ] {
        assert_eq!(shown[field], expected, "{field}: {shown}");
    }
    let text = chatd.ctl_ok(&["show", "alice"]);
    assert!(text.contains("  alice!~al@127.0.0.1\n"), "{text}");
    assert!(text.contains("modes  +iw\n"), "{text}");

    let status = chatd.json(&["status"]);
    assert_eq!(
        (&status["clients"], &status["registering"]),
        (&json!(2), &json!(1))
    );
    let text = chatd.ctl_ok(&["status"]);
    assert!(text.contains("; 1 more registering\n"), "{text}");
    assert!(text.contains("  websocket, TLS  "), "{text}");

    let mut watch = Program::start(chatd.chatctl(&["watch", "--messages"]));
    // It leaves its record once the stream stands.
    chatd.audited("Watch ok");
    carol.line("/join #tea");
    carol.barrier();
    irc(
        &mut alice,
        "PRIVMSG #tea :\x02bold\x02 words\r\nNOTICE @#tea :for ops\r\nMODE #tea +v-t carol\r\nRENAME #tea #pie\r\nKICK #pie carol :out\r\n",
    );
    for line in [
        "carol joined #tea\n",
        "#tea <alice> bold words\n",
        "#tea(@) -alice- for ops\n",
        "alice set +v-t carol in #tea\n",
        "alice renamed #tea to #pie\n",
        "alice kicked carol from #pie: out\n",
    ] {
        watch.until(line);
    }
    chatd.ctl_ok(&["kick", "alice", "--reason", "too loud"]);
    let told = alice.rest();
    let last = told.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("ERROR :") && last.contains("too loud"),
        "{told}"
    );
}

/// The hash of `correct horse`, at the least cost that there is.
const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x59UGLuAwBDnzRfVUBQJ7zA6GJrOY5gZkOVPda70TuA";

#[test]
fn what_operators_do_on_irc_is_recorded() {
    let port = free_port();
    let chatd = Setup::new()
        .config(&format!(
            "[operator.root]\npassword = \"{HASH}\"\n[listen.irc]\naddress = \"127.0.0.1:{port}\"\nprotocol = \"irc\""
        ))
        .start();
    let _bob = Client::named(chatd.port, "bob");
    let mut alice = Client::bare(port);
    irc(&mut alice, "NICK alice\r\nUSER al 0 * :Alice\r\n");
    irc(&mut alice, "OPER root wrong\r\n");
    let record = chatd.audited("OPER failed");
    assert!(
        record.contains("nick=alice") && record.contains("parameters=root"),
        "{record}"
    );
    assert!(!record.contains("wrong"), "{record}");
    irc(&mut alice, "OPER root :correct horse\r\n");
    let record = chatd.audited("OPER ok");
    assert!(record.contains("root administrator"), "{record}");
    irc(
        &mut alice,
        "KILL nobody :x\r\nKILL bob :go away\r\nREHASH\r\n",
    );
    let record = chatd.audited("KILL ok");
    assert!(
        record.contains("operator=root") && record.contains("bob go away"),
        "{record}"
    );
    assert!(record.contains("address=127.0.0.1:"), "{record}");
    chatd.audited("KILL failed");
    chatd.audited("REHASH asked");

    // In rooms: where one is not op.
    let mut carol = Client::named(chatd.port, "carol");
    carol.line("/join #tea");
    carol.expect("You are in #tea");
    irc(
        &mut alice,
        "JOIN #own\r\nMODE #own +m\r\nJOIN #tea\r\nTOPIC #tea :no tea\r\nMODE #tea +kb-o sesame mallory!*@* carol\r\n\
         KICK #tea carol :enough\r\n",
    );
    for record in [
        "TOPIC ok client=2 nick=alice|parameters=\"#tea no tea\"",
        "MODE ok client=2 nick=alice|parameters=\"#tea +k+b-o * mallory!*@* carol\"",
        "KICK ok client=2 nick=alice|parameters=\"#tea carol enough\"",
    ] {
        let (begin, parameters) = record.split_once('|').expect("two parts");
        let found = chatd.audited(begin);
        assert!(found.contains(parameters), "{found}");
    }
    assert!(!chatd.audit().contains("#own") && !chatd.audit().contains("sesame"));
    assert!(!chatd.audit().contains("correct horse"));
}
