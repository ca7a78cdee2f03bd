//! A wrong configuration is refused with every problem at once: file, line, key, what was expected, the nearest key.

use std::fs;
use std::path::Path;

use crate::harness::{Chatd, Client, Setup};

const WRONG: &str = r#"[server]
name = "chat.example"
greting = "hello"

[limits]
conections = 10
line = "3 bananas"
flood_rate = 0

[log]
level = "debgu"
rotation = "weekly"

[listen.plain]
address = "127.0.0.1"
"#;

#[test]
fn all_problems_are_told_at_once_with_their_place() {
    let setup = Setup::new();
    fs::write(setup.dir().join("chatd.toml"), WRONG).expect("a file");
    for arguments in [&["--check"][..], &[]] {
        let result = setup.run(arguments);
        assert!(
            !matches!(result.code, Some(0) | None),
            "{arguments:?}: {result:?}"
        );
        let told = format!("{}{}", result.stdout, result.stderr);
        for (line, key, hint) in [
            (3, "server.greting", "greeting"),
            (6, "limits.conections", "connections"),
            (7, "limits.line", "3 bananas"),
            (8, "limits.flood_rate", "0"),
            (11, "log.level", "debug"),
            (12, "log.rotation", "daily"),
            (15, "listen.plain.address", "port"),
        ] {
            let place = format!("chatd.toml:{line}:");
            let found = told.lines().find(|l| l.contains(&place) && l.contains(key));
            let found = found.unwrap_or_else(|| panic!("{place} {key} is not in:\n{told}"));
            assert!(found.contains(hint), "{hint:?} is not in: {found}");
        }
    }
}

#[test]
fn chatd_and_chatctl_say_the_same_words() {
    let chatd = Chatd::start();
    let file = chatd.dir().join("candidate.toml");
    let path = file.to_str().expect("a plain path");
    fs::write(&file, WRONG).expect("a file");
    let asked = chatd.ctl(&["config", "check", path]);
    assert_eq!(asked.code, Some(7), "{asked:?}");
    let setup = Setup::new().limited();
    fs::write(setup.dir().join("chatd.toml"), WRONG).expect("a file");
    let started = setup.run(&["--check"]);
    let problems = |text: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.find(".toml:").map(|at| line[at..].to_owned()))
            .collect()
    };
    let by_chatd = problems(&format!("{}{}", started.stdout, started.stderr));
    let by_chatctl = problems(&format!("{}{}", asked.stdout, asked.stderr));
    assert_eq!(by_chatd, by_chatctl);
    assert!(by_chatd.len() >= 7, "{by_chatd:?}");
    // A good one passes with both, and is not applied by being looked at.
    fs::write(&file, chatd.config().replace("Welcome to", "Candidate")).expect("a file");
    chatd.ctl_ok(&["config", "check", path]);
    let diff = chatd.json(&["config", "diff", path]);
    assert_eq!(diff[0]["key"], "server.greeting", "{diff}");
    assert!(Client::bare(chatd.port).next().contains("Welcome"));
}

#[test]
fn the_daemon_opens_no_path_that_a_client_names() {
    let chatd = Chatd::start();
    // chatctl reads the file, so it is chatctl that cannot find it.
    let result = chatd.ctl(&["config", "check", "/nonexistent/chatd.toml"]);
    assert_eq!(result.code, Some(7), "{result:?}");
    assert!(
        result.stderr.contains("/nonexistent/chatd.toml"),
        "{result:?}"
    );
}

#[test]
fn drop_ins_are_read_in_order_and_half_written_ones_are_not() {
    let chatd = Chatd::start();
    chatd.drop_in("20-second.toml", "[server]\ngreeting = \"second\"\n");
    chatd.drop_in(
        "10-first.toml",
        "[server]\ngreeting = \"first\"\n[log]\nlevel = \"warn\"\n",
    );
    for ignored in [
        "30-half.toml.tmp",
        "30-half.toml~",
        ".30-half.toml",
        "30-half.toml.swp",
        "README",
    ] {
        chatd.drop_in(ignored, "[server]\ngree");
    }
    chatd.ctl_ok(&["reload"]);
    assert_eq!(Client::bare(chatd.port).next(), "*** second");
    let settings = chatd.json(&["config", "show"]);
    let setting = |key: &str| {
        let all = settings.as_array().expect("an array");
        all.iter()
            .find(|s| s["key"] == key)
            .cloned()
            .expect("the key")
    };
    assert_eq!(setting("log.level")["value"], "\"warn\"");
    let origin = setting("server.greeting")["origin"].to_string();
    assert!(origin.contains("20-second.toml:2:"), "{origin}");
    assert!(
        setting("limits.exempt")["origin"]
            .to_string()
            .contains("environment")
    );
    assert_eq!(setting("limits.connections")["origin"], "default");
}

#[test]
fn a_drop_in_that_cannot_be_read_or_is_wrong_is_named() {
    let chatd = Chatd::start();
    chatd.drop_in("10-wrong.toml", "[limits]\nlin = \"1KiB\"\n");
    fs::create_dir(chatd.dir().join("conf.d/20-directory.toml")).expect("a directory");
    let result = chatd.ctl(&["reload"]);
    assert_eq!(result.code, Some(7), "{result:?}");
    assert!(result.stderr.contains("20-directory.toml"), "{result:?}");
    fs::remove_dir(chatd.dir().join("conf.d/20-directory.toml")).expect("a directory");
    let result = chatd.ctl(&["reload"]);
    assert_eq!(result.code, Some(7), "{result:?}");
    assert!(result.stderr.contains("10-wrong.toml:2:"), "{result:?}");
    assert!(result.stderr.contains("line"), "{result:?}");
}

#[test]
fn the_environment_is_checked_like_a_file() {
    let setup = Setup::new()
        .env("CHATD__LIMITS__CONECTIONS", "10")
        .env("CHATD__LOG__LEVEL", "loud");
    let result = setup.run(&["--check"]);
    assert!(!matches!(result.code, Some(0) | None), "{result:?}");
    let told = format!("{}{}", result.stdout, result.stderr);
    assert!(told.contains("environment"), "{told}");
    assert!(told.contains("CHATD__LIMITS__CONNECTIONS"), "{told}");
    assert!(told.contains("log.level"), "{told}");
}

#[test]
fn the_shipped_file_passes() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/chatd.toml");
    let setup = Setup::new().limited();
    fs::copy(shipped, setup.dir().join("chatd.toml")).expect("the shipped file");
    let result = setup.run(&["--check"]);
    assert_eq!(result.code, Some(0), "{result:?}");
    // Cut anywhere before its first listener is complete, it is refused: a deployment caught half-way.
    let text = fs::read_to_string(setup.dir().join("chatd.toml")).expect("the file");
    let listener = text.find("\n[listen.").expect("a listener");
    for cut in [0, 1, listener / 3, listener / 2, listener - 1, listener] {
        let cut = text.floor_char_boundary(cut);
        fs::write(setup.dir().join("chatd.toml"), &text[..cut]).expect("a file");
        let result = setup.run(&["--check"]);
        assert!(
            !matches!(result.code, Some(0) | None),
            "cut at {cut}: {result:?}"
        );
    }
}
