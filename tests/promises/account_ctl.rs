//! Accounts are the operator's to make, to change, to disable and to remove: chatctl account, on the real binaries.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::harness::{Client, Ctl, Server, Setup};

mod certificates;
mod ends;
mod many;
mod secrets;

const PASSWORD: &str = "correct-horse-battery";

impl Server {
    /// Runs `chatctl account` with this in a pipe.
    fn piped(&self, arguments: &[&str], input: &str) -> Ctl {
        let mut command = self.chatd.chatctl(&[&["account"], arguments].concat());
        command.stdin(Stdio::piped());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chatctl");
        let mut pipe = child.stdin.take().expect("piped");
        // It need not read what it does not want.
        let _ = pipe.write_all(input.as_bytes());
        drop(pipe);
        let output = child.wait_with_output().expect("our own child");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ctl {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Makes an account with the password.
    fn adds(&self, name: &str) {
        let added = self.piped(&["add", name], &format!("{PASSWORD}\n"));
        assert_eq!(added.stdout, format!("added: {name}\n"), "{added:?}");
    }

    fn shown(&self, name: &str) -> Value {
        self.chatd.json(&["account", "show", name])
    }

    fn crashes(&mut self) {
        self.chatd.crashes();
        self.chatd.starts_again();
    }

    /// A plain client that logs in as this; what it is told.
    fn logs_in(&self, login: &str, password: &str) -> (Client, String) {
        let mut client = Client::connect(self.chatd.port);
        client.line(&format!("/login {login} {password}"));
        let told = client.until_one_of(&["-- You are logged in as ", "! "]);
        (client, told)
    }

    fn proves(&self, nick: &str, login: &str, password: &str) -> (Client, String) {
        proves(self.irc, nick, login, password)
    }
}

/// An IRC client that authenticates before it registers; and what comes of it.
fn proves(port: u16, nick: &str, login: &str, password: &str) -> (Client, String) {
    let mut client = Client::bare(port);
    let response = BASE64.encode(format!("\0{login}\0{password}").as_bytes());
    client.send(format!(
        "CAP REQ :sasl\r\nNICK {nick}\r\nUSER u 0 * :real\r\nAUTHENTICATE PLAIN\r\n"
    ));
    client.expect("AUTHENTICATE +");
    client.send(format!("AUTHENTICATE {response}\r\n"));
    let told = client.until_one_of(&[" 902 ", " 903 ", " 904 "]);
    (client, told)
}

const IN: &str = "-- You are logged in as mara";

#[test]
fn an_account_that_was_added_is_logged_in_to_by_whatever_protocol() {
    let mut server = Server::start();
    server.adds("mara");
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        let (_plain, told) = server.logs_in("mara@phone", PASSWORD);
        assert_eq!(told, IN);
        let (mut irc, told) = server.proves("mara", "mara", PASSWORD);
        assert!(told.contains(" 903 "), "{told}");
        irc.send("CAP END\r\n");
        irc.expect(" 422 ");
        let (_wrong, told) = server.logs_in("mara", "not-her-password");
        assert!(told.starts_with("! wrong-password: "), "{told}");

        let shown = server.shown("MARA");
        assert_eq!((&shown["name"], &shown["id"]), (&json!("mara"), &json!(1)));
        assert_eq!(
            (&shown["clients"], &shown["password"]),
            (&json!(2), &json!(true))
        );
        let mut devices: Vec<_> = shown["connected"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|client| client["device"].as_str().expect("a device").to_owned())
            .collect();
        devices.sort();
        assert_eq!(devices, ["default", "phone"]);
        let clients = server.chatd.json(&["account", "clients", "mara"]);
        assert_eq!(clients.as_array().map(Vec::len), Some(2), "{clients}");
        for clients in [
            server.chatd.json(&["list", "--account", "Mara"]),
            server
                .chatd
                .json(&["list", "--not-account", "eve", "--account", "mara"]),
        ] {
            assert_eq!(clients.as_array().map(Vec::len), Some(2), "{clients}");
        }
        assert_eq!(
            server.chatd.ctl(&["list", "--account", "eve"]).code,
            Some(4)
        );
    }
    let audited = server.chatd.audited("what=AddAccount");
    assert!(
        audited.contains("AddAccount ok") && audited.contains("mara"),
        "{audited}"
    );
}

#[test]
fn another_password_takes_the_place_of_the_old_one() {
    const NEW: &str = "battery-staple-horse";
    let mut server = Server::start();
    server.adds("mara");
    let (mut there, _) = server.logs_in("mara", PASSWORD);
    let changed = server.piped(&["passwd", "mara"], &format!("{NEW}\r\nmore\n"));
    assert_eq!(changed.stdout, "another password: mara\n", "{changed:?}");
    there.barrier();
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        for (password, numeric, told) in [
            (PASSWORD, " 904 ", "! wrong-password: "),
            (NEW, " 903 ", IN),
        ] {
            let (_irc, proven) = server.proves("somebody", "mara", password);
            assert!(proven.contains(numeric), "{proven}");
            let (_plain, said) = server.logs_in("mara", password);
            assert!(said.starts_with(told), "{said}");
        }
    }
}

#[test]
fn what_cannot_be_is_told_with_its_exit_code_and_changes_nothing() {
    let server = Server::start();
    server.adds("mara");
    let certificate = "ab".repeat(32);
    server
        .chatd
        .ctl_ok(&["account", "cert", "mara", "add", &certificate]);
    server
        .chatd
        .ctl_ok(&["account", "add", "robot", "--no-password"]);
    let before = server.chatd.json(&["account", "list"]);
    for (arguments, input, code, why) in [
        (&["add", "bob"][..], "short\n", 2, "expected at least 8"),
        (&["add", "bob"], "", 2, "empty"),
        (&["add", "bob b"], "long-enough\n", 2, "bob b"),
        (
            &["add", "MARA"],
            "long-enough\n",
            1,
            "mara is registered already",
        ),
        (&["add", "rnara"], "long-enough\n", 1, "looks like mara"),
        (
            &["add", "MARA", "--no-password"],
            "",
            1,
            "mara is registered already",
        ),
        (&["passwd", "mara"], "mara\n", 2, "expected at least 8"),
        (
            &["passwd", "bob"],
            "long-enough\n",
            4,
            "there is no account bob",
        ),
        (&["show", "bob"], "", 4, "there is no account bob"),
        (&["clients", "bob"], "", 4, "there is no account bob"),
        (&["disable", "bob"], "", 4, "there is no account bob"),
        (&["enable", "bob"], "", 4, "there is no account bob"),
        (
            &["remove", "bob", "--yes"],
            "",
            4,
            "there is no account bob",
        ),
        (&["remove", "mara"], "", 6, "--yes"),
        (&["revoke", "bob"], "", 4, "there is no account bob"),
        (&["revoke", "mara"], "", 4, "nobody was ended"),
        (&["revoke", "mara", "--device", "a phone"], "", 2, "device"),
        (&["disable", "mara", "two\nlines"], "", 2, "reason"),
        (
            &["cert", "mara", "add", "abc"],
            "",
            2,
            "64 hexadecimal digits",
        ),
        (
            &["cert", "robot", "add", &certificate],
            "",
            1,
            "of an account already",
        ),
        (
            &["cert", "robot", "remove", &certificate],
            "",
            4,
            "has no certificate",
        ),
    ] {
        let result = server.piped(arguments, input);
        assert_eq!(result.code, Some(code), "{arguments:?}: {result:?}");
        assert!(result.stderr.contains(why), "{arguments:?}: {result:?}");
        assert_eq!(result.stdout, "", "{arguments:?}");
    }
    let after = server.chatd.json(&["account", "list"]);
    assert_eq!(after, before);
}

#[test]
fn without_accounts_each_command_says_so() {
    let server = Server::of(Setup::new().config("[accounts]\nenabled = false"));
    for arguments in [
        &["list"][..],
        &["show", "mara"],
        &["clients", "mara"],
        &["add", "mara"],
        &["add", "mara", "--no-password"],
        &["passwd", "mara"],
        &["disable", "mara"],
        &["enable", "mara"],
        &["remove", "mara", "--yes"],
        &["revoke", "mara"],
        &["cert", "mara"],
    ] {
        let result = server.piped(arguments, "long-enough\n");
        assert_eq!(
            (result.code, result.stdout.as_str()),
            (Some(1), ""),
            "{arguments:?}"
        );
        let why = "accounts.enabled = false";
        assert!(result.stderr.contains(why), "{arguments:?}: {result:?}");
    }
}

/// Digits and the spaces beside them are as they happen to be.
fn shape(line: &str) -> String {
    let shown = line
        .chars()
        .map(|c| if c.is_ascii_digit() { ' ' } else { c });
    let shown: String = shown.collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_example_in_the_readme_is_what_appears() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = fs::read_to_string(readme).expect("README.md");
    let start = readme
        .find("$ chatctl account add alice")
        .expect("the example");
    let example = readme[start..].split("\n```").next().expect("its end");
    let server = Server::start();
    let mut alice = None;
    for run in example.trim_start_matches("$ ").split("\n$ ") {
        let (command, shown) = run.split_once('\n').expect("what it prints");
        let words: Vec<_> = command.split(' ').collect();
        let arguments = words
            .strip_prefix(&["chatctl", "account"])
            .expect("chatctl account");
        let result = server.piped(arguments, &format!("{PASSWORD}\n"));
        let typed = |line: &&str| line.ends_with(": ");
        let expected: Vec<_> = shown
            .lines()
            .filter(|line| !typed(line))
            .map(shape)
            .collect();
        let printed: Vec<_> = result.stdout.lines().map(shape).collect();
        assert_eq!(printed, expected, "{command}: {result:?}");
        let log_in = || {
            let (mut alice, _) = server.logs_in("alice@phone", PASSWORD);
            alice.barrier();
            alice
        };
        alice.get_or_insert_with(log_in);
    }
}

/// All files below a directory.
fn files(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}
