//! `chatctl -H HOST` does on another machine, over ssh, what it does there by itself. The other machine is this one: a program stands for
//! ssh that has a shell run the words, as sshd does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::harness::{Chatd, Client, Ctl, Program, chatctl_binary, run};

const SSH: &str = r#"#!/bin/sh
echo "$*" >>DIR/asked
takes_input=yes
while :; do
    case $1 in
        -n) takes_input=; shift ;;
        -t) takes_input=; terminal=yes; shift ;;
        -o) shift 2 ;;
        *) break ;;
    esac
done
shift
# The socket there is found there.
unset CHATCTL_SSH
export CHATCTL_SOCKET=DIR/run/chatd.sock PATH=BIN:$PATH
# ssh takes all input that there is, whether the other end reads it or not.
if [ "$takes_input" ]; then
    cat | sh -c "$*"
elif [ "$terminal" ]; then
    exec sh -c "$*"
else
    exec sh -c "$*" </dev/null
fi
"#;

/// `chatctl` that finds no daemon here, and a chatd on the other machine.
fn chatctl(chatd: &Chatd, arguments: &[&str]) -> Command {
    let ssh = chatd.dir().join("ssh");
    if !ssh.exists() {
        let binaries = chatctl_binary();
        let binaries = binaries.parent().expect("a directory");
        let script = SSH
            .replace("DIR", chatd.dir().to_str().expect("a plain path"))
            .replace("BIN", binaries.to_str().expect("a plain path"));
        fs::write(&ssh, script).expect("a file");
        fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    let mut command = chatd.chatctl(arguments);
    command
        .env("CHATCTL_SOCKET", "/nonexistent/chatd.sock")
        .env("CHATCTL_SSH", ssh)
        .env("TERM", "xterm");
    command
}

fn over(chatd: &Chatd, arguments: &[&str]) -> Ctl {
    run(&chatctl(chatd, arguments))
}

#[test]
fn what_is_shown_and_how_it_ends_is_as_on_the_other_machine() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    alice.line("it's \\ this $HOME");
    alice.barrier();
    assert_eq!(over(&chatd, &["list"]).code, Some(3), "here is none");
    for arguments in [
        &["--json", "config", "show"][..],
        &["list", "--columns", "nick,rooms", "--room", "#lobby"],
        &[
            "history",
            "#lobby",
            "--grep",
            "it's \\ this $HOME",
            "--json",
        ],
        &["export", "#lobby"],
        &["show", "nobody"],
        &["list", "--idle", ">1d"],
        &["say", "#nowhere", "x"],
    ] {
        let there = chatd.ctl(arguments);
        let here = over(&chatd, &[&["-H", "ops@chat.example"], arguments].concat());
        assert_eq!(
            (here.code, &here.stdout, &here.stderr),
            (there.code, &there.stdout, &there.stderr),
            "{arguments:?}"
        );
    }
    let asked = fs::read_to_string(chatd.dir().join("asked")).expect("it was asked");
    let first = asked.lines().next().expect("a line");
    assert_eq!(first, "-n ops@chat.example chatctl --json config show");
    let said = over(
        &chatd,
        &["say", "-H", "b", "alice", "don't", "*", "-H", "$x"],
    );
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(alice.expect("*operator"), "@you <*operator> don't * -H $x");
}

#[test]
fn a_loop_of_the_shell_keeps_its_input() {
    let chatd = Chatd::start();
    let command = chatctl(&chatd, &[]);
    let mut shell = Command::new("sh");
    shell
        .args([
            "-c",
            "printf 'a\nb\nc\n' | while read -r host; do \"$0\" -H \"$host\" --no-legend list; echo \"$host\"; done",
        ])
        .arg(chatctl_binary());
    for (name, value) in command.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let result = run(&shell);
    assert_eq!(result.stdout, "a\nb\nc\n", "{result:?}");
}

#[test]
fn a_person_is_asked_over_the_terminal() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    let kick = ["-H", "b", "kick", "--room", "#lobby", "--reason", "all out"];
    // Without a terminal nobody can be asked, there as here.
    assert_eq!(over(&chatd, &kick).code, Some(6));
    let mut console = Program::in_terminal(&chatctl(&chatd, &["-H", "b", "console", "alice"]), 120);
    console.until("console of chat.example");
    console.line("hello over there");
    assert_eq!(
        alice.expect("*operator"),
        "@you <*operator> hello over there"
    );
    console.line("/quit");
    assert!(console.finish().0.success());
    let mut kicking = Program::in_terminal(&chatctl(&chatd, &kick), 120);
    kicking.until("[y/N]");
    kicking.line("y");
    let (status, rest) = kicking.finish();
    assert!(status.success(), "{rest}");
    assert!(alice.rest().contains("all out") && bob.rest().contains("all out"));
}

#[test]
fn a_copy_comes_through_and_files_are_not_mistaken() {
    let chatd = Chatd::start();
    Client::named(chatd.port, "alice").line("kept");
    chatd.eventually("it is stored", |chatd| {
        chatd.json(&["store", "status"])["messages"] == 1
    });
    let copy = chatd.dir().join("copy");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "\"$0\" -H b backup - >\"$1\""])
        .arg(chatctl_binary())
        .arg(&copy);
    for (name, value) in chatctl(&chatd, &[]).get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let result = run(&shell);
    assert_eq!(result.code, Some(0), "{result:?}");
    let bytes = fs::read(&copy).expect("a copy");
    assert!(bytes.starts_with(b"SQLite format 3\0"));
    let told = format!("{} bytes, sha256 ", bytes.len());
    assert!(result.stderr.starts_with(&told), "{result:?}");

    for (arguments, words) in [
        (&["backup", "f"][..], "backup - > f"),
        (&["config", "check", "f"], "ssh b chatctl config check FILE"),
        (&["hash-password"], "without -H"),
    ] {
        let result = over(&chatd, &[&["-H", "b"], arguments].concat());
        assert_eq!(result.code, Some(2), "{result:?}");
        assert!(result.stderr.contains(words), "{result:?}");
    }
    let mut none = chatctl(&chatd, &["-H", "b", "list"]);
    none.env("CHATCTL_SSH", "/nonexistent/ssh");
    let result = run(&none);
    assert_eq!(result.code, Some(1), "{result:?}");
    assert!(result.stderr.contains("/nonexistent/ssh"), "{result:?}");
}
