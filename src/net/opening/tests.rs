use super::*;

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

fn request(headers: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n{KEY}{headers}\r\n")
        .into_bytes()
}

fn opened(headers: &str) -> (String, bool) {
    match read(&request(headers), &[]) {
        Opening::Open { answer, binary, .. } => (String::from_utf8(answer).expect("text"), binary),
        other => panic!("{other:?}"),
    }
}

fn status(bytes: &[u8], origins: &[String]) -> String {
    match read(bytes, origins) {
        Opening::Refused { answer, why } => {
            let answer = String::from_utf8(answer).expect("text");
            let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
            assert_eq!(body, format!("{why}\n"));
            assert!(
                head.contains(&format!("Content-Length: {}", body.len())),
                "{head}"
            );
            head.lines().next().expect("a line").to_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_is_answered_as_the_specification_computes_it() {
    let (answer, binary) = opened("");
    // RFC 6455 §1.3.
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    assert!(
        answer
            .to_ascii_lowercase()
            .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
        "{answer}"
    );
    assert!(
        !answer
            .to_ascii_lowercase()
            .contains("sec-websocket-protocol"),
        "none was offered"
    );
    assert!(!binary);
}

#[test]
fn the_first_subprotocol_of_the_client_that_there_is_here_is_taken() {
    for (offered, chosen) in [
        (
            "Sec-WebSocket-Protocol: text.ircv3.net, binary.ircv3.net\r\n",
            Some(TEXT),
        ),
        (
            "Sec-WebSocket-Protocol: binary.ircv3.net,text.ircv3.net\r\n",
            Some(BINARY),
        ),
        (
            "Sec-WebSocket-Protocol: chat, irc\r\nSec-WebSocket-Protocol: binary.ircv3.net\r\n",
            Some(BINARY),
        ),
        ("Sec-WebSocket-Protocol: chat\r\n", None),
    ] {
        let (answer, binary) = opened(offered);
        let told = answer.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("sec-websocket-protocol: ")
                .map(str::to_owned)
        });
        assert_eq!(told.as_deref(), chosen, "{offered}");
        assert_eq!(binary, chosen == Some(BINARY), "{offered}");
    }
}

#[test]
fn a_page_of_another_site_is_refused_and_a_program_without_one_is_not() {
    let origins = ["https://chat.example".to_owned()];
    let of = |origin: &str| request(&format!("Origin: {origin}\r\n"));
    for wrong in [
        "https://evil.example",
        "http://chat.example",
        "https://chat.example.evil",
        "null",
        "",
    ] {
        assert_eq!(
            status(&of(wrong), &origins),
            "HTTP/1.1 403 Forbidden",
            "{wrong}"
        );
    }
    for good in [
        of("https://chat.example"),
        of("HTTPS://Chat.Example"),
        request(""),
    ] {
        assert!(matches!(read(&good, &origins), Opening::Open { .. }));
    }
    assert!(
        matches!(read(&of("https://evil.example"), &[]), Opening::Open { .. }),
        "any"
    );
}

#[test]
fn what_is_no_opening_is_told_what_is_missing() {
    let text = |text: &str| status(text.as_bytes(), &[]);
    assert_eq!(
        text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        "HTTP/1.1 426 Upgrade Required"
    );
    assert_eq!(
        text("POST / HTTP/1.1\r\nHost: a\r\n\r\n"),
        "HTTP/1.1 405 Method Not Allowed"
    );
    let old = String::from_utf8(request(""))
        .expect("text")
        .replace("Version: 13", "Version: 8");
    assert_eq!(text(&old), "HTTP/1.1 426 Upgrade Required");
    for wrong in [
        "NICK alice\r\nUSER a 0 * :a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "\u{16}\u{3}\u{1}\r\n\r\n",
        "GET \r\n\r\n",
    ] {
        assert_eq!(text(wrong), "HTTP/1.1 400 Bad Request", "{wrong:?}");
    }
    let key = String::from_utf8(request(""))
        .expect("text")
        .replace("dGhl", "!");
    assert_eq!(text(&key), "HTTP/1.1 400 Bad Request");
}

#[test]
fn a_request_is_read_at_any_cut_and_what_follows_is_left_alone() {
    let mut bytes = request("");
    let whole = bytes.len();
    for end in 0..whole {
        assert!(matches!(read(&bytes[..end], &[]), Opening::More), "{end}");
    }
    bytes.extend_from_slice(b"\x81\x80abcd");
    assert!(matches!(read(&bytes, &[]), Opening::Open { length, .. } if length == whole));
}

#[test]
fn a_request_without_end_is_refused_at_its_bound() {
    let long = format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(LONGEST));
    assert_eq!(
        status(long.as_bytes(), &[]),
        "HTTP/1.1 431 Request Header Fields Too Large"
    );
    assert!(matches!(
        read(&long.as_bytes()[..LONGEST - 1], &[]),
        Opening::More
    ));
}
