//! `chatctl hash-password` from a pipe: one line in, one hash out, and no daemon anywhere.

use std::io::Cursor;

use super::super::Exit;
use super::super::fake::{Ran, Screen, chatctl};
use crate::password::{LONGEST, PasswordHash};

fn piped(input: impl Into<Vec<u8>>, arguments: &[&str]) -> Ran {
    let nowhere = [("CHATCTL_SOCKET", "/nonexistent/s")];
    let all = [&["hash-password"], arguments].concat();
    chatctl(
        &all,
        &nowhere,
        Cursor::new(input.into()),
        false,
        Screen::default(),
    )
}

fn hash(ran: &Ran) -> PasswordHash {
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Ok, ""));
    let line = ran.out.strip_suffix('\n').expect("a line");
    line.parse().expect("nothing but a hash")
}

#[test]
fn the_first_line_without_its_end_is_the_password() {
    for input in [
        "correct horse",
        "correct horse\n",
        "correct horse\r\n",
        "correct horse\nmore\n",
    ] {
        assert!(
            hash(&piped(input, &[])).verify(b"correct horse"),
            "{input:?}"
        );
    }
    assert!(hash(&piped(" spaces \n", &[])).verify(b" spaces "));
    let json = piped("größe\n", &["--json"]);
    let value: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let hash: PasswordHash = value["hash"]
        .as_str()
        .expect("a text")
        .parse()
        .expect("a hash");
    assert!(hash.verify("größe".as_bytes()));
}

#[test]
fn a_password_that_is_empty_too_long_or_no_text_is_refused() {
    let longest = "x".repeat(LONGEST);
    assert!(hash(&piped(format!("{longest}\r\n"), &[])).verify(longest.as_bytes()));
    for (input, why) in [
        (Vec::new(), "is empty"),
        (b"\nsecond\n".to_vec(), "is empty"),
        (
            format!("{longest}x\n").into_bytes(),
            "has more than 1024 bytes",
        ),
        (vec![b'x'; 100_000], "has more than 1024 bytes"),
        (b"\xff\xfe\n".to_vec(), "is not text in UTF-8"),
        (b"a\0b\n".to_vec(), "is not text in UTF-8"),
    ] {
        let ran = piped(input, &[]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Error, ""), "{why}");
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}
