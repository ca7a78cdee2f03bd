//! A password is hashed without being shown, stored or passed as an argument, and without a daemon.

use std::process::Command;

use crate::harness::{Program, chatctl_binary};

fn at_a_terminal() -> Program {
    let mut command = Command::new(chatctl_binary());
    command.arg("hash-password");
    let mut program = Program::in_terminal(&command, 200);
    program.until("Password: ");
    program
}

#[test]
fn at_a_terminal_it_is_asked_for_twice_and_never_shown() {
    let mut program = at_a_terminal();
    program.write("größß\u{7f}e\r".as_bytes());
    let shown = program.until("The same again: ");
    assert!(!shown.contains("gr"), "{shown:?}");
    program.write("größe\n".as_bytes());
    let (status, shown) = program.finish();
    assert!(status.success(), "{shown}");
    let hash = shown.trim();
    assert!(
        hash.starts_with("$argon2id$v=19$") && hash.lines().count() == 1,
        "{shown:?}"
    );
}

#[test]
fn two_that_differ_and_one_that_is_given_up_make_no_hash() {
    for (typed, again, why) in [
        ("secret\n", Some("secre\n"), "the two passwords differ"),
        ("\n", None, "the password is empty"),
        ("sec\u{3}", None, "nothing was typed"),
    ] {
        let mut program = at_a_terminal();
        program.write(typed.as_bytes());
        if let Some(again) = again {
            program.until("The same again: ");
            program.write(again.as_bytes());
        }
        let (status, shown) = program.finish();
        assert_eq!(status.code(), Some(1), "{shown}");
        assert!(shown.contains(why), "{shown}");
        assert!(
            !shown.contains("$argon2") && !shown.contains("sec"),
            "{shown}"
        );
    }
}
