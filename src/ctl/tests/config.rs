//! The configuration: which texts are sent, and how the verdict is shown.

use std::fs;

use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, error};

#[test]
fn a_file_is_sent_with_its_drop_ins_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    fs::write(path("my.toml"), "main").unwrap();
    fs::create_dir(path("conf.d")).unwrap();
    for name in [
        "20-b.toml",
        "10-a.toml",
        ".hidden.toml",
        "notes.txt",
        "old.toml~",
    ] {
        fs::write(path(&format!("conf.d/{name}")), name).unwrap();
    }
    let expected = json!({"files": [
        {"name": path("my.toml"), "text": "main"},
        {"name": path("conf.d/10-a.toml"), "text": "10-a.toml"},
        {"name": path("conf.d/20-b.toml"), "text": "20-b.toml"},
    ]});
    let fake = Fake::start(move |_, parameters| {
        assert_eq!(*parameters, expected);
        json!({"files": ["my.toml", "10-a.toml"]})
    });
    let ran = fake.run(&["config", "check", &path("my.toml")]);
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, "ok: my.toml, 10-a.toml\n")
    );
}

#[test]
fn a_file_that_the_daemon_could_not_read_is_refused_with_its_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    fs::write(path("latin1.toml"), b"[server]\nname = \"caf\xe9\"").unwrap();
    fs::write(path("utf16.toml"), b"\xff\xfex\0").unwrap();
    nix::unistd::mkfifo(path("pipe.toml").as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let fake = Fake::start(|method, _| panic!("{method} was asked"));
    for (name, at, told) in [
        ("none.toml", "", "cannot be read: No such file"),
        ("latin1.toml", ":2:1", "expected text in UTF-8"),
        ("utf16.toml", ":1:1", "save it as UTF-8"),
        ("pipe.toml", "", "expected a regular file"),
    ] {
        for command in ["check", "diff"] {
            let ran = fake.run(&["config", command, &path(name)]);
            assert_eq!(ran.exit, Exit::Rejected, "{name}");
            let place = format!("{}{at}: ", path(name));
            assert!(
                ran.err.starts_with(&place) && ran.err.contains(told),
                "{}",
                ran.err
            );
            assert!(
                ran.err
                    .ends_with("the configuration is refused: 1 problem\n")
            );
        }
    }
}

#[test]
fn every_problem_is_a_line() {
    let fake = Fake::start(|_, parameters| {
        assert_eq!(
            *parameters,
            json!({}),
            "without a file the daemon reads its own"
        );
        error(
            "ConfigRejected",
            json!({"problems": [
                {"place": "/e/chatd.toml:3:1", "key": "limits.brust", "message": "unknown key; did you mean burst?"},
                {"place": "the environment", "message": "bad\nnews"},
            ]}),
        )
    });
    let ran = fake.run(&["config", "check"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Rejected, ""));
    assert_eq!(
        ran.err,
        "/e/chatd.toml:3:1: limits.brust: unknown key; did you mean burst?\nthe environment: bad\\nnews\n\
         the configuration is refused: 2 problems\n"
    );
    let json: Value = serde_json::from_str(&fake.run(&["config", "check", "--json"]).err).unwrap();
    assert_eq!(
        (&json["error"], &json["problems"][0]["key"]),
        (&json!("ConfigRejected"), &json!("limits.brust"))
    );
}

#[test]
fn what_changes_is_shown_key_by_key() {
    let fake = Fake::start(|_, _| {
        json!({"changes": [
            {"key": "log.level", "old": "\"info\"", "new": "\"debug\"", "applies": "live"},
            {"key": "listen.lan", "old": "{ address = \"0.0.0.0:1\" }", "applies": "live"},
        ]})
    });
    let words = "log.level: \"info\" -> \"debug\" (live)\nlisten.lan: this listener is removed; its clients stay (live)\n";
    for arguments in [&["reload"][..], &["config", "diff"]] {
        let ran = fake.run(arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, words));
    }
    let json: Value = serde_json::from_str(&fake.run(&["reload", "--json"]).out).unwrap();
    assert_eq!(json[0]["applies"], "live");

    let same = Fake::start(|_, _| json!({"changes": []}));
    assert_eq!(same.run(&["reload"]).out, "nothing changed\n");
    assert_eq!(same.run(&["config", "diff"]).out, "nothing would change\n");
}

#[test]
fn a_reload_that_needs_a_restart_is_refused_and_one_that_fails_has_failed() {
    let restart = Fake::start(|_, _| {
        error(
            "NeedsRestart",
            json!({"keys": ["admin.socket"], "changes": [
                {"key": "admin.socket", "old": "\"/a\"", "new": "\"/b\"", "applies": "restart"}
            ]}),
        )
    });
    let ran = restart.run(&["reload"]);
    assert_eq!(ran.exit, Exit::Rejected);
    assert_eq!(
        ran.err,
        "admin.socket: \"/a\" -> \"/b\" (needs restart)\n\
         nothing was changed: these keys need a restart: admin.socket\n"
    );
    let failed =
        Fake::start(|_, _| error("Failed", json!({"message": "127.0.0.1:80: address in use"})));
    assert_eq!(failed.run(&["reload"]).exit, Exit::Error);
}

#[test]
fn the_configuration_in_force_shows_where_each_value_comes_from() {
    let fake = Fake::start(|_, _| {
        json!({"settings": [
            {"key": "server.name", "value": "\"chat\"", "origin": "/e/chatd.toml:2:8"},
            {"key": "log.keep", "value": "7", "origin": "default"},
        ]})
    });
    let words = "key          value   from\nserver.name  \"chat\"  /e/chatd.toml:2:8\nlog.keep     7       default\n";
    assert_eq!(fake.run(&["config", "show"]).out, words);
}
