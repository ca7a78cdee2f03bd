//! An account's name is nobody else's nick.

use super::{PASSWORD, plain};
use crate::harness::{Client, Server};

#[test]
fn a_registered_nick_and_its_look_alikes_are_nobody_elses() {
    let mut server = Server::start();
    drop(server.makes("mara"));
    for crashed in [false, true] {
        if crashed {
            server.chatd.crashes();
            server.chatd.starts_again();
        }
        server
            .chatd
            .eventually("its owner has gone", |chatd| chatd.nicks().is_empty());
        // `rn` looks like `m`.
        for name in ["mara", "MARA", "rnara"] {
            let mut bob = server.opens();
            bob.says(&format!("NICK {name}\r\nUSER u 0 * :real"));
            bob.told(&format!(" 433 * {name} :"));
            bob.says("NICK bob");
            bob.told(" 422 ");
            bob.says(&format!("NICK {name}"));
            bob.told(&format!(" 433 bob {name} :"));
            bob.quits();
            // Who negotiates has until the end of that to prove that it is the owner.
            let mut eve = server.opens();
            eve.says(&format!(
                "CAP LS 302\r\nNICK {name}\r\nUSER u 0 * :real\r\nCAP END"
            ));
            eve.told(&format!(" 433 * {name} :"));
            let mut lines = Client::connect(server.chatd.port);
            lines.line(&format!("/nick {name}"));
            lines.expect("! nick-reserved: ");
            lines.line("/quit");
            lines.rest();
        }
    }
    let mut mara = server.comes("mara", "", "mara");
    mara.says("NICK rnara");
    mara.told(":mara!~u@127.0.0.1 NICK :rnara");
}

#[test]
fn whoever_cannot_register_is_told_why() {
    let server = Server::start();
    let mut bob = server.registers("bob");
    for (account, password, code) in [
        ("mara", PASSWORD, "ACCOUNT_NAME_MUST_BE_NICK mara"),
        ("*", "bob", "WEAK_PASSWORD bob"),
        ("*", "BOB", "WEAK_PASSWORD bob"),
        ("*", &"x".repeat(301), "UNACCEPTABLE_PASSWORD bob"),
    ] {
        bob.says(&format!("REGISTER {account} * {password}"));
        bob.told(&format!("FAIL REGISTER {code} :"));
    }
    bob.says(&format!("REGISTER * * {PASSWORD}"));
    bob.told("REGISTER SUCCESS bob :");
    bob.says(&format!("REGISTER * * {PASSWORD}"));
    bob.told("FAIL REGISTER ALREADY_AUTHENTICATED bob :");
}

#[test]
fn the_owner_takes_its_nick_back_from_whoever_had_it_before() {
    let server = Server::start();
    // It logs out, and keeps the nick.
    let mut squatter = server.makes("mara");
    squatter.says("NS LOGOUT");
    squatter.told(" 901 mara ");
    let mut owner = server.begins("mara", "", "PLAIN");
    owner.answers(&plain("mara", PASSWORD));
    owner.told(" 903 ");
    owner.says("CAP END");
    owner.told(" 433 * mara :");
    owner.says("NICK mara2");
    owner.told(" 001 mara2 ");
    owner.says("NS REGAIN mara");
    owner.told(":mara2!~u@127.0.0.1 NICK :mara");
    assert!(squatter.0.rest().contains("ERROR :"), "it has to go");
    let mut stranger = server.registers("bob");
    stranger.says("NS GHOST mara");
    stranger.told(" bob ");
    assert_eq!(owner.barrier(), [""; 0]);
}
