//! Passwords: whoever tries wrong ones is slowed, and keeps nobody out who has the right one.

use crate::harness::{Server, Setup};

/// Of `secret`, at the cost that `chatctl hash-password` chooses.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$gJuvzwL0JNM/mnIRK7UI4g$k+HB1tgUwZcAK+QskLJeEqGXNr/pOgQLjgVRSR7BOKA";

fn limited(tables: &str) -> Server {
    let limits = "[limits]\nconnections_per_address = \"off\"\nconnect_rate = \"off\"";
    Server::of(
        Setup::new()
            .limited()
            .config(&format!("{tables}\n{limits}")),
    )
}

/// The server's own table is open at its end.
fn with_password() -> Server {
    limited(&format!("password = '{HASH}'"))
}

#[test]
fn all_get_in_who_come_at_once_with_the_right_password() {
    let server = with_password();
    let mut crowd: Vec<_> = (0..300).map(|_| server.opens()).collect();
    for (n, client) in crowd.iter_mut().enumerate() {
        client.says("PASS secret");
        client.says_hello(&format!("guest{n}"));
    }
    for client in &mut crowd {
        client.welcomed();
    }
}

#[test]
fn a_flood_of_wrong_passwords_keeps_nobody_else_out() {
    let server = with_password();
    let mut flood: Vec<_> = (0..1000).map(|_| server.opens()).collect();
    for client in &mut flood {
        client.says("PASS wrong");
        client.says_hello("mallory");
    }
    let mut guest = server.opens_from([127, 0, 0, 9]);
    guest.says("PASS secret");
    guest.says_hello("guest");
    guest.welcomed();
    let mut told = Vec::new();
    for mut client in flood {
        let rest = client.0.rest();
        assert!(
            rest.lines()
                .last()
                .is_some_and(|last| last.starts_with("ERROR :"))
        );
        told.push(rest);
    }
    let named = |reason: &str| told.iter().filter(|rest| rest.contains(reason)).count();
    let checked = named(" 464 * :Password incorrect: the password is wrong");
    let refused =
        named(" 464 * :Password incorrect: too many wrong passwords came from your address");
    // Ten, what came back meanwhile, and those that were being checked when the tenth was found wrong.
    assert!((10..20).contains(&checked), "{checked}");
    assert_eq!(checked + refused, 1000);
    // It is known by now, so that it costs the guest nothing that its neighbour does this.
    let mut neighbour = server.opens();
    neighbour.says("PASS secret");
    neighbour.says_hello("neighbour");
    neighbour.welcomed();
}

#[test]
fn who_tries_passwords_for_oper_is_slowed_and_told_and_another_gets_through() {
    let server = limited(&format!(
        "[operator.root]\npassword = '{HASH}'\n[operator.other]\npassword = '{HASH}'"
    ));
    let mut mallory = server.registers("mallory");
    let mut answers = Vec::new();
    for n in 0..12 {
        // By names that exist and names that do not; from one connection and from another.
        if n % 4 == 0 {
            mallory = server.registers(&format!("mallory{n}"));
        }
        mallory.says(&format!("OPER {} wrong{n}", ["root", "nobody"][n % 2]));
        answers.push(mallory.0.expect(" 464 "));
    }
    let wrong = answers
        .iter()
        .take_while(|told| told.contains("the password is wrong"));
    assert!((10..=11).contains(&wrong.count()), "{answers:?}");
    mallory.says("OPER root secret");
    let told = mallory.0.expect(" 464 ");
    assert!(told.contains("limits.password_rate"), "{told}");
    server.chatd.logged("OPER is refused");
    let mut root = server.opens_from([127, 0, 0, 9]);
    root.says_hello("chief");
    root.welcomed();
    root.says("OPER root secret");
    root.0.expect(" 381 ");
}

#[test]
fn one_who_waits_for_a_verdict_may_quit_or_be_reset_and_the_nick_is_free() {
    let server = with_password();
    for round in 0..20 {
        let mut client = server.opens();
        client.says("PASS secret");
        client.says_hello("alice");
        if round % 2 == 0 {
            client.says("QUIT :changed my mind");
            client.ends_with("Quit: changed my mind");
        } else {
            client.resets();
        }
    }
    let mut alice = server.opens();
    alice.says("PASS secret");
    alice.says_hello("alice");
    alice.0.expect(" 001 alice ");
}
