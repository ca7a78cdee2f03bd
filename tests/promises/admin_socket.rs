//! The admin socket: it describes itself, is private and recorded, belongs to one chatd, and bears whatever is sent to it.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::process::Command;

use nix::sys::signal::Signal;
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
pub(super) fn reply(stream: &mut UnixStream) -> String {
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
fn a_socket_that_was_removed_is_made_anew_by_a_reload() {
    let chatd = Setup::new().start();
    let mode = || {
        fs::symlink_metadata(chatd.socket())
            .expect("it is there")
            .mode()
    };
    let before = mode();
    fs::remove_file(chatd.socket()).expect("it was there");
    chatd.signal(Signal::SIGHUP);
    chatd.logged("the admin socket was removed, and is made anew");
    chatd.ctl_ok(&["status"]);
    assert_eq!(mode(), before);

    fs::remove_file(chatd.socket()).expect("it was there");
    fs::write(chatd.socket(), "somebody's file").expect("a file");
    chatd.signal(Signal::SIGHUP);
    chatd.logged("nobody reaches chatd by its admin socket");
    Client::connect(chatd.port).barrier();
    let text = fs::read_to_string(chatd.socket()).expect("the file");
    assert_eq!(text, "somebody's file");
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
