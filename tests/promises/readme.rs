//! README.md tells the truth: its Python program holds a conversation, and each command in it is one that chatctl knows.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use chatd::chat::{ListKind, Rank, RoomFlag, UserFlag};
use chatd::protocol::irc::Capability;

use crate::harness::{Chatd, Client, Program, chatctl_binary, python};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fenced blocks in these languages.
fn blocks(languages: &[&str]) -> Vec<String> {
    let text = readme();
    let mut parts = text.split("\n```");
    parts.next();
    let mut found = Vec::new();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        let (language, body) = block.split_once('\n').expect("a fence ends its line");
        if languages.contains(&language) {
            found.push(format!("{body}\n"));
        }
    }
    found
}

#[test]
fn the_fifteen_line_program_converses_with_the_console() {
    let programs = blocks(&["python"]);
    let program = programs
        .iter()
        .find(|program| program.contains("import socket"))
        .expect("README.md has a program on a bare socket");
    assert_eq!(program.lines().count(), 15, "{program}");
    assert!(!program.contains("\\n"), "it sends no newline: {program}");

    let chatd = Chatd::start();
    assert!(program.contains(", 12345)"), "{program}");
    let script = chatd.dir().join("talk.py");
    let ours = program.replace("12345", &chatd.port.to_string());
    fs::write(&script, ours).expect("a file");
    let mut command = chatd.chatctl(&["console"]);
    command.env("TERM", "xterm");
    let mut console = Program::in_terminal(&command, 120);
    console.until("console of chat.example");
    let mut talk = Program::start(python(script.to_str().expect("a plain path")));
    talk.until("*** You are guest1 in #lobby with nobody else.");
    for (question, answer) in [
        ("hello, is anybody there?", "good evening, I am"),
        ("你好!", "you are welcome here"),
    ] {
        talk.line(question);
        console.until(&format!("<guest1> {question}"));
        console.line(answer);
        talk.until(&format!("@you <*operator> {answer}\n"));
    }
    // Its last words need no silence after them: the end of the connection ends them.
    talk.line("good night");
    talk.close_input();
    console.until("<guest1> good night");
    let (status, rest) = talk.finish();
    assert!(status.success(), "{rest}");
}

#[test]
fn each_chatctl_command_is_one() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    fs::copy(
        root().join("config/chatd.toml"),
        dir.path().join("chatd.toml"),
    )
    .expect("a copy");
    // In place of chatctl: the real one, without a daemon, and a note of how it ended.
    let stub = dir.path().join("chatctl");
    let script = format!(
        "#!/bin/sh\n{} --socket /nonexistent/chatd.sock \"$@\"\ncode=$?\necho $code >>ended\nexit $code\n",
        chatctl_binary().display()
    );
    fs::write(&stub, script).expect("a file");
    fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).expect("a mode");

    // Another machine has no daemon either.
    let ssh = dir.path().join("ssh");
    fs::write(&ssh, "#!/bin/sh\nexit 3\n").expect("a file");
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).expect("a mode");

    let blocks = blocks(&["sh", "console"]);
    let lines = blocks
        .iter()
        .flat_map(|block| block.lines())
        .map(|line| line.strip_prefix("$ ").unwrap_or(line))
        .filter(|line| line.starts_with("chatctl ") || line.contains("$(chatctl "));
    let mut count = 0;
    for line in lines {
        let ended = dir.path().join("ended");
        let _ = fs::remove_file(&ended);
        let mut shell = Command::new("/bin/sh");
        // The path leads to the stub alone: nothing else of the line is carried out.
        shell
            .args(["-c", line])
            .current_dir(dir.path())
            .env_clear()
            .env("PATH", dir.path())
            .env("LC_ALL", "C.UTF-8");
        let output = shell.output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = fs::read_to_string(&ended).unwrap_or_else(|_| panic!("{line}: {said}"));
        // Nobody answers; one command needs nobody, and a password, of which there is none here.
        let expected = if line.contains("hash-password") {
            "1\n"
        } else {
            "3\n"
        };
        assert_eq!(code, expected, "{line}: {said}");
        count += 1;
    }
    assert!(count > 20, "README.md shows only {count} commands");
}

#[test]
fn each_section_of_the_configuration_is_in_its_table() {
    let shipped = fs::read_to_string(root().join("config/chatd.toml")).expect("the shipped file");
    let readme = readme();
    for table in shipped.lines().filter(|line| line.starts_with('[')) {
        let name = match table {
            listener if listener.starts_with("[listen.") => "[listen.NAME]",
            other => other,
        };
        assert!(readme.contains(&format!("| `{name}` |")), "{table}");
    }
}

/// Each name that stands in backquotes in README.md.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_capability_and_mode_is_in_its_table() {
    let readme = readme();
    let start = readme.find("\n## IRC\n").expect("a section on IRC");
    let section = &readme[start..];
    let end = section.find("\n### Operators\n").expect("its end");
    let quoted = quoted(&section[..end]);
    for capability in Capability::ALL {
        assert!(quoted.contains(&capability.name()), "{capability:?}");
    }
    let letters = RoomFlag::ALL.iter().map(|flag| flag.letter());
    let letters = letters.chain(UserFlag::ALL.iter().map(|flag| flag.letter()));
    let letters = letters.chain(ListKind::ALL.iter().map(|list| list.letter()));
    for letter in letters.chain(Rank::ALL.iter().map(|rank| rank.letter())) {
        assert!(quoted.contains(&letter.to_string().as_str()), "{letter}");
    }
}

#[test]
fn each_command_of_the_plain_protocol_is_in_its_list() {
    let readme = readme();
    let list = readme
        .split("a line that starts with `/` is a command")
        .nth(1);
    let list = list.and_then(|rest| rest.split("Your own lines").next());
    let mut named = quoted(list.expect("a list of commands"));
    assert_eq!(named.remove(0), "//", "a slash itself");
    let chatd = Chatd::start();
    let mut client = Client::connect(chatd.port);
    client.barrier();
    client.line("/help");
    let help = client.barrier();
    let commands = help.iter().filter_map(|line| line.strip_prefix("-- /"));
    let commands: Vec<_> = commands
        .map(|usage| format!("/{}", usage.split([' ', ':']).next().expect("a word")))
        .collect();
    assert_eq!(named, commands);
}

/// The versions that the table of clients names are those that the tests install, where that is fixed.
#[test]
fn the_clients_that_are_tried_are_in_the_table() {
    let required = fs::read_to_string(root().join("tests/clients/requirements.txt")).expect("it");
    let readme = readme();
    for library in ["irc", "pydle"] {
        let start = format!("{library}==");
        let version = required
            .lines()
            .find_map(|line| line.strip_prefix(&start))
            .expect("a version")
            .split([' ', ';'])
            .next()
            .expect("a word");
        let row = format!("| `{library}`, a Python library | {version} |");
        assert!(readme.contains(&row), "{row}");
    }
}
