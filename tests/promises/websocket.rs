//! IRC over WebSocket, as far as bytes go: messages are lines, what is no opening or no message is told so, and pages of
//! other sites stay out.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::harness::{Certificate, Chatd, PATIENCE, Program, Setup, free_port, python};

/// A daemon with a WebSocket listener beside the plain one, and that listener's port.
fn with_websocket(more: &str) -> (Chatd, u16) {
    let port = free_port();
    let setup = Setup::new().config(&format!(
        "[listen.web]\nprotocol = \"websocket\"\naddress = \"127.0.0.1:{port}\"\n{more}"
    ));
    Certificate::good().write(setup.dir());
    (setup.start(), port)
}

/// A client, and what the opening came to.
fn open(url: &str, subprotocols: &str, origin: &str) -> (Program, Value) {
    let mut command = python("websocket.py");
    command.args([url, subprotocols, origin]);
    let mut client = Program::start(command);
    let opened = value(&mut client);
    (client, opened)
}

fn value(client: &mut Program) -> Value {
    let line = client.next();
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Says who it is and reads the first message that comes of it, which is one line.
fn first_message(client: &mut Program) -> Value {
    client.line("NICK web");
    client.line("USER web 0 * :a page");
    let message = value(client);
    let text = message.as_str().or(message["bytes"].as_str());
    let text = text.unwrap_or_else(|| panic!("{message}"));
    assert!(
        !text.is_empty() && !text.contains(['\r', '\n']),
        "{message}"
    );
    message
}

/// Reads up to the end of a client's connection, which has this code.
fn ends(client: &mut Program, code: u16) {
    client.until(&format!("{{\"code\": {code}}}\n"));
}

#[test]
fn the_first_subprotocol_of_the_client_decides_what_messages_are() {
    let (chatd, port) = with_websocket("");
    let url = format!("ws://127.0.0.1:{port}/anything?at=all");
    for (offered, chosen, binary) in [
        ("text.ircv3.net", json!("text.ircv3.net"), false),
        (
            "binary.ircv3.net,text.ircv3.net",
            json!("binary.ircv3.net"),
            true,
        ),
        ("-", Value::Null, false),
    ] {
        let (mut client, opened) = open(&url, offered, "-");
        assert_eq!(opened, json!({"subprotocol": chosen}));
        assert_eq!(first_message(&mut client).is_object(), binary, "{offered}");
        client.line("ping are-you-there");
        client.until("\"pong\"");
        client.line("close");
        ends(&mut client, 1000);
    }
    chatd.eventually("all are gone", |chatd| {
        chatd.json(&["status"])["clients"] == 0
    });
    let status = chatd.json(&["status"]);
    let web = status["listeners"].as_array().expect("listeners").iter();
    let web =
        web.filter(|listener| listener["protocol"] == "websocket" && listener["tls"] == false);
    assert_eq!(web.count(), 1, "{status}");
}

#[test]
fn over_tls_it_is_the_same() {
    let (chatd, port) = with_websocket("tls = { certificate = \"tls.crt\", key = \"tls.key\" }");
    let (mut client, opened) = open(&format!("wss://127.0.0.1:{port}/"), "text.ircv3.net", "-");
    assert_eq!(opened["subprotocol"], "text.ircv3.net");
    assert!(first_message(&mut client).is_string());
    // A shutdown says goodbye in each layer.
    chatd.ctl_ok(&["shutdown", "--reason", "noon"]);
    client.until("noon");
    ends(&mut client, 1000);
}

#[test]
fn messages_that_may_not_be_are_answered_in_words_and_by_a_code() {
    let (_chatd, port) = with_websocket("");
    let url = format!("ws://127.0.0.1:{port}/");
    for (sent, word, expected) in [
        // A text message that is not UTF-8, one without a mask, and one that is too long.
        ("raw 8182000000006180".to_owned(), "UTF-8", 1007),
        ("raw 810161".to_owned(), "RFC 6455", 1002),
        ("x".repeat(8704), "longer", 1009),
    ] {
        let (mut client, _) = open(&url, "text.ircv3.net", "-");
        client.line(&sent);
        client.until(word);
        ends(&mut client, expected);
    }
}

#[test]
fn pages_of_other_sites_stay_out() {
    let (chatd, port) = with_websocket("origins = [\"https://chat.example\"]");
    let url = format!("ws://127.0.0.1:{port}/");
    for (origin, opened) in [
        ("https://evil.example", json!({"status": 403})),
        (
            "https://chat.example",
            json!({"subprotocol": "text.ircv3.net"}),
        ),
        ("-", json!({"subprotocol": "text.ircv3.net"})),
    ] {
        assert_eq!(open(&url, "text.ircv3.net", origin).1, opened, "{origin}");
    }
    // Live: the next page may come from elsewhere.
    chatd.edit_config("https://chat.example", "https://evil.example");
    chatd.ctl_ok(&["reload"]);
    let (_client, opened) = open(&url, "text.ircv3.net", "https://evil.example");
    assert_eq!(opened["subprotocol"], "text.ircv3.net");
}

fn answer(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(request).expect("written");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("text, and its end");
    answer
}

#[test]
fn a_browser_a_probe_and_a_program_of_another_kind_get_an_http_answer() {
    let (chatd, port) = with_websocket("");
    for (request, status) in [
        (
            &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
            "426 Upgrade Required",
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            "405 Method Not Allowed",
        ),
        (b"NICK alice\r\nUSER a 0 * :a\r\n", "400 Bad Request"),
    ] {
        let answer = answer(port, request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{answer}"
        );
        assert!(
            answer.ends_with('\n') && answer.contains("WebSocket"),
            "{answer}"
        );
    }
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n", "a".repeat(9000));
    assert!(answer(port, long.as_bytes()).starts_with("HTTP/1.1 431 "));
    assert_eq!(chatd.json(&["status"])["clients"], 0);
    chatd.ctl_ok(&["pause"]);
    let answer = answer(port, b"");
    assert!(
        answer.starts_with("HTTP/1.1 503 ") && answer.contains("no new connections"),
        "{answer}"
    );
}

#[test]
fn messages_that_come_with_the_opening_are_heard_without_another() {
    let (_chatd, port) = with_websocket("");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut all = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        .to_vec();
    for line in ["NICK web", "USER web 0 * :a page"] {
        // A whole text message, under a mask of nothing.
        let length = u8::try_from(line.len()).expect("a short line");
        all.extend([0x81, 0x80 | length, 0, 0, 0, 0]);
        all.extend(line.as_bytes());
    }
    stream.write_all(&all).expect("written");
    let (mut heard, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&heard).contains(" 001 web ") {
        let n = stream.read(&mut buffer).expect("a welcome in time");
        assert!(n > 0, "it ended: {}", heard.escape_ascii());
        heard.extend(&buffer[..n]);
    }
}

#[test]
fn an_opening_that_stalls_ends_in_time() {
    let (chatd, port) = with_websocket("[limits]\ntls_handshake_time = \"300ms\"");
    assert_eq!(answer(port, b"GET / HTTP/1.1\r\nHost:"), "");
    chatd.logged("handshakes of TLS or WebSocket fail");
}
