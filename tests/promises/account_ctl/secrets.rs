//! A password is typed, sent, hashed, and seen nowhere.

use std::fs;

use super::{IN, PASSWORD, files};
use crate::harness::{Program, Server, Setup};

/// Whether a file below the daemon's directory has this in it; and how many there are.
fn is_somewhere(server: &Server, text: &str) -> (bool, usize) {
    let all = files(server.chatd.dir());
    let with = |path: &&std::path::PathBuf| {
        let bytes = fs::read(path).unwrap_or_default();
        memchr::memmem::find(&bytes, text.as_bytes()).is_some()
    };
    (all.iter().any(|path| with(&path)), all.len())
}

#[test]
fn a_password_is_in_no_file() {
    const FIRST: &str = "first-secret-of-mara";
    const SECOND: &str = "second-secret-of-mara";
    const SHORT: &str = "s3cr3t!";
    let mut server = Server::of(Setup::new().config("[log]\nlevel = \"trace\""));
    for (command, password, code) in [
        ("add", SHORT, 2),
        ("add", FIRST, 0),
        ("passwd", SECOND, 0),
        ("add", FIRST, 1),
    ] {
        let result = server.piped(&[command, "mara"], &format!("{password}\n"));
        assert_eq!(result.code, Some(code), "{result:?}");
        assert!(!result.stderr.contains(password), "{result:?}");
    }
    // Refused by the daemon alone, which has seen it.
    let request = format!(
        "{{\"method\":\"io.chatd.Admin.AddAccount\",\"parameters\":{{\"account\":\"eve\",\"password\":\"{SHORT}\"}}}}\0"
    );
    let mut socket = std::os::unix::net::UnixStream::connect(server.chatd.socket()).expect("it");
    std::io::Write::write_all(&mut socket, request.as_bytes()).expect("it reads");
    let mut reply = Vec::new();
    std::io::BufRead::read_until(&mut std::io::BufReader::new(&socket), 0, &mut reply)
        .expect("a reply");
    let reply = String::from_utf8(reply).expect("UTF-8");
    assert!(reply.contains("io.chatd.Admin.Invalid"), "{reply}");
    assert!(!reply.contains(SHORT), "{reply}");

    for what in [
        "AddAccount ok",
        "AddAccount failed",
        "SetAccountPassword ok",
    ] {
        let record = server.chatd.audited(what);
        assert!(record.contains("(hidden)"), "{record}");
    }
    let (_client, told) = server.logs_in("mara", SECOND);
    assert_eq!(told, IN);
    // What waits to be written is.
    server.chatd.ctl_ok(&["shutdown"]);
    assert_eq!(server.chatd.exit_code(), 0);
    for secret in [FIRST, SECOND, SHORT] {
        assert!(!is_somewhere(&server, secret).0, "{secret}");
    }
    let (named, count) = is_somewhere(&server, "SetAccountPassword");
    assert!(named && count > 3, "these are not the files that matter");
}

#[test]
fn at_a_terminal_it_is_asked_for_twice_and_never_shown() {
    let server = Server::start();
    let start = |command: &str, until: &str| {
        let command = server.chatd.chatctl(&["account", command, "mara"]);
        let mut program = Program::in_terminal(&command, 200);
        program.until(until);
        program
    };
    let mut program = start("add", "Password: ");
    program.line(PASSWORD);
    program.until("The same again: ");
    program.line("another-horse-battery");
    let (status, shown) = program.finish();
    assert_eq!(status.code(), Some(1), "{shown}");
    assert!(shown.contains("the two passwords differ"), "{shown}");
    assert!(!shown.contains("horse"), "{shown}");

    // What is refused anyway is not asked for again.
    let mut program = start("add", "Password: ");
    program.line("short");
    let (status, shown) = program.finish();
    assert_eq!(status.code(), Some(2), "{shown}");
    assert!(shown.contains("expected at least 8"), "{shown}");

    let mut program = start("add", "Password: ");
    program.line(PASSWORD);
    let between = program.until("The same again: ");
    program.line(PASSWORD);
    let (status, shown) = program.finish();
    assert!(status.success() && shown.contains("added: mara"), "{shown}");
    assert!(!between.contains("horse") && !shown.contains("horse"));
    let (_client, told) = server.logs_in("mara", PASSWORD);
    assert_eq!(told, IN);

    // A name that is taken costs nobody a password.
    let program = start("add", "mara is registered already");
    let (status, shown) = program.finish();
    assert_eq!(status.code(), Some(1), "{shown}");

    let mut program = start("remove", "[y/N] ");
    program.line("no");
    let (status, shown) = program.finish();
    assert_eq!(status.code(), Some(6), "{shown}");
    let mut program = start("remove", "[y/N] ");
    program.line("y");
    let (status, shown) = program.finish();
    assert!(
        status.success() && shown.contains("removed: mara"),
        "{shown}"
    );
}
