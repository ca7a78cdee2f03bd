//! However many accounts there are, all are told; and what the disk does not take has not happened.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use super::PASSWORD;
use crate::harness::{Chatd, Client, Injection, Server};

/// Makes accounts without passwords, by one connection.
fn add(chatd: &Chatd, names: &[String]) {
    let mut socket = UnixStream::connect(chatd.socket()).expect("the admin socket");
    let mut replies = BufReader::new(socket.try_clone().expect("a descriptor"));
    for name in names {
        let call = serde_json::json!({"method": "io.chatd.Admin.AddAccount", "parameters": {"account": name}});
        socket
            .write_all(format!("{call}\0").as_bytes())
            .expect("it reads");
        let mut reply = Vec::new();
        replies.read_until(0, &mut reply).expect("a reply");
        let reply = String::from_utf8(reply).expect("UTF-8");
        assert!(!reply.contains("\"error\""), "{name}: {reply}");
    }
}

#[test]
fn all_accounts_are_listed_by_name_however_many_there_are() {
    const MANY: usize = 1_600;
    let mut server = Server::start();
    assert_eq!(server.chatd.ctl_ok(&["account", "list"]), "0 accounts\n");
    assert_eq!(server.chatd.ctl_ok(&["account", "list", "--json"]), "[]\n");
    let mut names: Vec<String> = (0..MANY).map(|n| format!("user-{n:05}")).collect();
    // The last first.
    names.reverse();
    add(&server.chatd, &names);
    names.reverse();
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        let list = server.chatd.json(&["account", "list"]);
        let list = list.as_array().expect("an array");
        let listed: Vec<_> = list
            .iter()
            .map(|account| account["name"].as_str().expect("a name"))
            .collect();
        assert_eq!(listed, names);
        let text = server.chatd.ctl_ok(&["account", "list"]);
        assert!(text.ends_with("\n1600 accounts\n"), "{}", text.len());
        assert_eq!(text.lines().count(), MANY + 2);
    }
}

#[test]
fn what_the_disk_does_not_take_has_not_happened_and_is_told() {
    let server = Server::start();
    server.adds("mara");
    let mut mara = Client::connect(server.chatd.port);
    mara.line("something to take back");
    mara.line(&format!("/login mara {PASSWORD}"));
    mara.expect("-- You are logged in as mara");
    let found = server.chatd.json(&["history", "#lobby"]);
    let id = found[0]["id"].as_str().expect("an id").to_owned();
    let before = server.chatd.json(&["account", "list"]);
    let Some(injection) = Injection::of_all(&server.chatd, "pwrite64:error=EROFS") else {
        return;
    };
    for arguments in [
        &["add", "bob"][..],
        &["passwd", "mara"],
        &["disable", "mara"],
        &["remove", "mara", "--yes"],
        &["cert", "mara", "add", &"ab".repeat(32)],
    ] {
        let result = server.piped(arguments, "long-enough\n");
        assert_eq!(result.code, Some(1), "{arguments:?}: {result:?}");
        let why = "accounts cannot be changed now: ";
        assert!(result.stderr.contains(why), "{arguments:?}: {result:?}");
    }
    // It was seen, so nobody is told that it was not.
    let redacted = server.chatd.ctl(&["message", "redact", &id]);
    assert_eq!(redacted.code, Some(1), "{redacted:?}");
    let why = "the message stays as it is: ";
    assert!(redacted.stderr.contains(why), "{redacted:?}");
    assert!(!redacted.stderr.contains("seen"), "{redacted:?}");
    drop(injection);
    mara.barrier();
    assert_eq!(server.chatd.json(&["account", "list"]), before);
    server.chatd.eventually("it stores again", |chatd| {
        chatd.json(&["store", "status"])["state"] == "working"
    });
    server.adds("bob");
    let (_again, told) = server.logs_in("mara", PASSWORD);
    assert_eq!(told, "-- You are logged in as mara");
}
