//! What was said is the operator's to read, to take back, to copy: chatctl on the history, whatever its size.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::harness::{Chatd, Client, PATIENCE, Server, Setup};

/// A daemon with alice and bob in the lobby. What bob has read is on the disk.
fn chatd_with_two(tables: &str) -> (Chatd, Client, Client) {
    let chatd = Setup::new().config(tables).start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    alice.barrier();
    bob.barrier();
    (chatd, alice, bob)
}

/// The first says it, and the second has read it.
fn say(from: &mut Client, to: &mut Client, text: &str) {
    from.line(text);
    to.expect(text.strip_prefix("/me ").unwrap_or(text));
}

fn history(chatd: &Chatd, arguments: &[&str]) -> Vec<Value> {
    let found = chatd.json(&[&["history", "#lobby"], arguments].concat());
    found.as_array().expect("an array").clone()
}

fn texts(messages: &[Value]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message["text"].as_str().unwrap_or("(none)"))
        .collect()
}

#[test]
fn what_was_said_is_read_by_whatever_one_remembers_of_it() {
    let (chatd, mut alice, mut bob) = chatd_with_two("");
    say(&mut alice, &mut bob, "one apple");
    say(&mut alice, &mut bob, "two pears, 你好");
    say(&mut alice, &mut bob, "/me waves");
    say(&mut bob, &mut alice, "three Apple pies");
    let all = history(&chatd, &[]);
    let expected = ["one apple", "two pears, 你好", "waves", "three Apple pies"];
    assert_eq!(texts(&all), expected);

    let first = &all[0];
    assert_eq!(first["id"].as_str().map(str::len), Some(26), "{first}");
    let time = first["time"].as_str().expect("a time");
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    for (field, value) in [
        ("nick", json!("alice")),
        ("room", json!("#lobby")),
        ("manner", json!("message")),
        ("host", json!("127.0.0.1")),
        ("account", Value::Null),
        ("rank", Value::Null),
    ] {
        assert_eq!(first.get(field), Some(&value), "{field} of {first}");
    }
    assert_eq!(all[2]["manner"], "action");
    assert_eq!(all[3]["nick"], "bob");

    for (arguments, found) in [
        (&["--from", "alice"][..], &expected[..3]),
        (&["--from", "BOB"], &expected[3..]),
        (&["--grep", "APPLE"], &["one apple", "three Apple pies"]),
        (&["--grep", "e p"], &["three Apple pies"]),
        (&["--words", "pies three"], &["three Apple pies"]),
        (&["--words", "apple", "--from", "alice"], &["one apple"]),
        (&["--limit", "2"], &expected[2..]),
        (&["--limit", "1000000"], &expected),
        (&["--since", "1h", "--until", "0s"], &expected),
        (&["--until", "1h"], &[]),
        (&["--since", "2099-01-01"], &[]),
    ] {
        assert_eq!(texts(&history(&chatd, arguments)), found, "{arguments:?}");
    }
    // From a message's own moment on, and up to it.
    let moment = all[3]["time"].as_str().expect("a time");
    let since = history(&chatd, &["--since", moment]);
    assert!(texts(&since).contains(&"three Apple pies"), "{since:?}");
    let until = history(&chatd, &["--until", moment]);
    assert!(!texts(&until).contains(&"three Apple pies"), "{until:?}");

    let text = chatd.ctl_ok(&["history", "#LOBBY"]);
    let lines: Vec<&str> = text.lines().map(|line| &line[20..]).collect();
    let shown = [
        "<alice> one apple",
        "<alice> two pears, 你好",
        "* alice waves",
        "<bob> three Apple pies",
    ];
    assert_eq!(lines, shown, "{text}");
    let audited = chatd.audited("what=History");
    assert!(audited.contains("History ok"), "{audited}");
}

#[test]
fn that_there_is_nothing_is_an_answer_too() {
    let (chatd, ..) = chatd_with_two("");
    assert_eq!(chatd.ctl_ok(&["history", "#nowhere", "--json"]), "[]\n");
    assert_eq!(chatd.ctl_ok(&["history", "#nowhere"]), "");
    for (arguments, code) in [
        (&["history", "#lobby", "--grep", "nothing"][..], 4),
        (&["export", "#nowhere"], 4),
        (&["history", "lobby"], 2),
        (&["history", "#lobby", "--since", "yesterday"], 2),
        (&["history", "#lobby", "--since", "1h", "--until", "2h"], 2),
        (&["message", "show", "00000000000000000000000000"], 4),
        (&["message", "show", "7"], 2),
        (&["message", "redact", "00000000000000000000000000"], 4),
    ] {
        let result = chatd.ctl(arguments);
        assert_eq!(result.code, Some(code), "{arguments:?}: {result:?}");
    }
}

#[test]
fn however_much_was_said_all_of_it_is_read_in_its_order() {
    const MANY: usize = 2_500;
    let (chatd, mut alice, mut bob) = chatd_with_two("");
    for part in 0..MANY / 100 {
        for n in part * 100..(part + 1) * 100 {
            alice.line(&format!("message {n}"));
        }
        bob.expect(&format!("<alice> message {}", part * 100 + 99));
    }
    let all: Vec<String> = (0..MANY).map(|n| format!("message {n}")).collect();
    for (limit, first) in [("1", MANY - 1), ("1234", MANY - 1234), ("1000000", 0)] {
        let found = history(&chatd, &["--limit", limit]);
        assert_eq!(texts(&found), all[first..], "--limit {limit}");
    }
    assert_eq!(texts(&history(&chatd, &[])), all[MANY - 100..]);
    let text = chatd.ctl_ok(&["history", "#lobby", "--limit", "2000"]);
    assert_eq!(text.lines().count(), 2000);
    assert!(text.ends_with("<alice> message 2499\n"));

    let export = chatd.ctl_ok(&["export", "#lobby"]);
    let exported: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object in a line"))
        .collect();
    assert_eq!(exported, history(&chatd, &["--limit", "1000000"]));
}

#[test]
fn a_message_that_is_taken_back_is_gone_and_its_place_stays() {
    let (chatd, mut alice, mut bob) = chatd_with_two("");
    for text in ["hello", "my password is 12345", "oops"] {
        say(&mut alice, &mut bob, text);
    }
    let found = history(&chatd, &["--grep", "password"]);
    let id = found[0]["id"].as_str().expect("an id");
    assert_eq!(chatd.json(&["message", "show", id]), found[0]);

    let told = chatd.ctl_ok(&["message", "redact", id, "--reason", "a secret"]);
    assert_eq!(told, format!("taken back: {id}\n"));
    let audited = chatd.audited("what=RedactMessage");
    assert!(
        audited.contains(id) && audited.contains("a secret"),
        "{audited}"
    );
    assert_eq!(texts(&history(&chatd, &[])), ["hello", "(none)", "oops"]);
    assert_eq!(history(&chatd, &[])[1]["text"], Value::Null);
    assert_eq!(chatd.json(&["message", "show", id])["nick"], "alice");
    let shown = chatd.ctl_ok(&["message", "show", id]);
    assert!(shown.contains("(taken back)"), "{shown}");
    for (arguments, code) in [
        (&["history", "#lobby", "--grep", "password"][..], 4),
        (&["history", "#lobby", "--words", "password"], 4),
    ] {
        assert_eq!(chatd.ctl(arguments).code, Some(code), "{arguments:?}");
    }
}

#[test]
fn an_export_of_a_damaged_history_says_how_many_messages_are_not_in_it() {
    let (mut chatd, mut alice, mut bob) = chatd_with_two("");
    for text in ["one", "two", "three"] {
        say(&mut alice, &mut bob, text);
    }
    let export = chatd.ctl_ok(&["export", "#lobby"]);
    chatd.crashes();
    let file = chatd.dir().join("state/history.sqlite");
    let file = rusqlite::Connection::open(file).expect("the history");
    file.execute_batch("UPDATE message SET text = 'no' WHERE text = 'two'")
        .expect("damage");
    drop(file);
    chatd.starts_again();
    let told = chatd.ctl(&["export", "#lobby"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let mut found: Vec<&str> = export.lines().collect();
    found.remove(1);
    assert_eq!(told.stdout.lines().collect::<Vec<_>>(), found);
    assert_eq!(
        told.stderr,
        "chatctl: 1 of 3 messages could not be read; chatctl store check tells more\n"
    );
    let logged = chatd.logged("messages could not be read");
    assert!(
        logged.contains("room=#lobby") && logged.contains("missing=1"),
        "{logged}"
    );
}

/// The id that an IRC client reads of a message is the one that the operator names; a private one stays private.
#[test]
fn a_private_message_is_shown_only_where_the_configuration_says_so() {
    let Server { chatd, irc } = Server::start();
    let mut bob = Client::bare(irc);
    bob.send("CAP REQ :message-tags\r\nNICK bob\r\nUSER u 0 * :real\r\nCAP END\r\n");
    bob.expect(" 422 ");
    let mut alice = Client::named(chatd.port, "alice");
    alice.line("/msg bob between us");
    let line = bob.expect("between us");
    let id = line.split_once("msgid=").expect("an id").1;
    let id = id.split([';', ' ']).next().expect("a word");

    let result = chatd.ctl(&["message", "show", id]);
    assert_eq!(result.code, Some(5), "{result:?}");
    assert!(!result.stdout.contains("between us"));
    assert!(result.stderr.contains("admin.watch_private"), "{result:?}");
    chatd.drop_in("50-private.toml", "[admin]\nwatch_private = true\n");
    chatd.ctl_ok(&["reload"]);
    let shown = chatd.json(&["message", "show", id]);
    assert_eq!(shown["text"], "between us");
    assert_eq!(
        (&shown["to"], &shown["room"]),
        (&json!("bob"), &Value::Null)
    );
    let audited = chatd.audited("private messages between others are shown");
    assert!(audited.contains("ShowMessage"), "{audited}");
}

#[test]
fn how_it_is_kept_is_told_and_changes_with_a_reload() {
    let (chatd, mut alice, mut bob) = chatd_with_two(
        "[history]\nretain_age = \"30d\"\n[retention.tea]\nroom = \"#tea\"\ncount = 500",
    );
    say(&mut alice, &mut bob, "hello");
    let retention = json!({
        "general": {"age_seconds": 2_592_000, "count": null},
        "rooms": [{"name": "tea", "room": "#tea", "age_seconds": null, "count": 500}],
    });
    assert_eq!(chatd.json(&["retention", "show"]), retention);
    let text = chatd.ctl_ok(&["retention", "show", "--no-legend"]);
    assert!(text.starts_with("#tea "), "{text}");

    let store = chatd.json(&["store", "status"]);
    assert_eq!(store["state"], "working", "{store}");
    assert_eq!(
        (&store["enabled"], &store["messages"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(store["durability"], "commit");
    let file = Path::new(store["file"].as_str().expect("a file"));
    assert!(file.starts_with(chatd.dir().join("state")), "{store}");
    let mode = fs::metadata(file).expect("the file").permissions().mode();
    assert_eq!(mode & 0o077, 0, "others can read the history: {mode:o}");
    assert!(store["bytes"].as_u64() > Some(0), "{store}");
    assert_eq!(chatd.json(&["status"])["history"]["state"], "working");
    let status = chatd.ctl_ok(&["status"]);
    assert!(status.contains("working, 1 message, "), "{status}");
    assert_eq!(chatd.json(&["store", "check"]), json!({"problems": []}));

    chatd.drop_in(
        "50.toml",
        "[history]\ndurability = \"relaxed\"\n[retention.tea]\ncount = 7\n",
    );
    chatd.ctl_ok(&["reload"]);
    assert_eq!(chatd.json(&["store", "status"])["durability"], "relaxed");
    assert_eq!(chatd.json(&["retention", "show"])["rooms"][0]["count"], 7);
    say(&mut alice, &mut bob, "still here");
    assert_eq!(texts(&history(&chatd, &[])), ["hello", "still here"]);
    chatd.drop_in("50.toml", "[history]\nenabled = false\n");
    assert_eq!(chatd.ctl(&["reload"]).code, Some(7));
}

#[test]
fn without_a_history_each_command_says_so() {
    let (chatd, mut alice, mut bob) =
        chatd_with_two("[history]\nenabled = false\n[accounts]\nenabled = false");
    say(&mut alice, &mut bob, "hello");
    for arguments in [
        &["history", "#lobby"][..],
        &["export", "#lobby"],
        &["message", "show", "00000000000000000000000000"],
        &["store", "check"],
        &["store", "reopen"],
        &["backup", "-"],
    ] {
        let result = chatd.ctl(arguments);
        assert_eq!(
            (result.code, result.stdout.as_str()),
            (Some(1), ""),
            "{arguments:?}"
        );
        assert!(
            result.stderr.contains("history.enabled = false"),
            "{result:?}"
        );
    }
    let status = chatd.ctl_ok(&["status"]);
    assert!(status.contains("off (history.enabled = false)"), "{status}");
    assert_eq!(chatd.json(&["store", "status"])["enabled"], false);
    let state = fs::read_dir(chatd.dir().join("state")).expect("the state directory");
    assert_eq!(state.count(), 0, "something was made");
}

#[test]
fn a_backup_is_a_whole_history_of_its_own() {
    let (chatd, mut alice, mut bob) = chatd_with_two("");
    for n in 0..1_200 {
        alice.line(&format!("before {n}"));
        if n % 100 == 99 {
            bob.expect(&format!("<alice> before {n}"));
        }
    }
    let before = history(&chatd, &["--limit", "1000000"]);
    assert_eq!(before.len(), 1_200);
    let name = chatd.dir().join("copy");
    let name = name.to_str().expect("a plain path");
    // It is made while people talk.
    let mut command = chatd.chatctl(&["backup", name, "--json"]);
    let made = command.stdout(Stdio::piped()).spawn().expect("chatctl");
    for n in 0..300 {
        alice.line(&format!("meanwhile {n}"));
        if n % 100 == 99 {
            bob.expect(&format!("<alice> meanwhile {n}"));
        }
    }
    let made = made.wait_with_output().expect("our own child");
    assert!(made.status.success(), "{made:?}");
    let told: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let metadata = fs::metadata(name).expect("the copy");
    assert_eq!(told["bytes"], metadata.len());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let audited = chatd.audited("what=Backup");
    assert!(audited.contains("Backup ok"), "{audited}");

    let again = chatd.ctl(&["backup", name]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.stderr.contains("--force"), "{again:?}");
    let all = history(&chatd, &["--limit", "1000000"]);
    assert_eq!(all.len(), 1_500);

    let file = chatd.json(&["store", "status"])["file"].clone();
    let file = Path::new(file.as_str().expect("a file"));
    let restored = Setup::new();
    let place = restored.dir().join("state");
    fs::copy(name, place.join(file.file_name().expect("a name"))).expect("a copy");
    let restored = restored.start();
    assert_eq!(restored.json(&["store", "check"]), json!({"problems": []}));
    let found = history(&restored, &["--limit", "1000000"]);
    assert!(found.len() >= before.len(), "{} were copied", found.len());
    assert_eq!(
        found[..],
        all[..found.len()],
        "the copy is not what was said first"
    );
    // It is written on.
    let mut carol = Client::named(restored.port, "carol");
    let mut dave = Client::named(restored.port, "dave");
    say(&mut carol, &mut dave, "where were we?");
    let on = history(&restored, &["--limit", "1000000"]);
    assert_eq!(on.len(), found.len() + 1);
    assert!(on.last().expect("one")["id"].as_str() > found.last().expect("one")["id"].as_str());
}

#[test]
fn a_backup_that_is_cut_short_leaves_nothing_behind() {
    let (chatd, mut alice, mut bob) = chatd_with_two("");
    say(&mut alice, &mut bob, "hello");
    chatd.ctl_ok(&[
        "backup",
        chatd.dir().join("first").to_str().expect("a path"),
    ]);
    let state = || {
        let entries = fs::read_dir(chatd.dir().join("state")).expect("the state directory");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("one").file_name())
            .collect();
        names.sort();
        names
    };
    let as_it_was = state();
    // Nobody reads what comes.
    let mut command = chatd.chatctl(&["backup", "-"]);
    let mut reader = command.stdout(Stdio::piped()).spawn().expect("chatctl");
    drop(reader.stdout.take());
    let ended = crate::harness::wait(&mut reader, "chatctl");
    assert!(ended.code().is_some(), "{ended}");
    assert_eq!(state(), as_it_was);
    let deadline = std::time::Instant::now() + PATIENCE;
    let second = chatd.dir().join("second");
    let second = second.to_str().expect("a path");
    // The next one is possible as soon as the first has noticed.
    while chatd.ctl(&["backup", second]).code != Some(0) {
        assert!(std::time::Instant::now() < deadline, "it stays busy");
    }
}
