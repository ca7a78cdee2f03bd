//! Clients of one account with one nick are one user; and what was said by an account is the account's.

use super::PASSWORD;
use crate::harness::{Client, Server};

#[test]
fn two_clients_of_an_account_are_one_user() {
    let server = Server::start();
    drop(server.makes("mara"));
    server
        .chatd
        .eventually("she has gone", |chatd| chatd.nicks().is_empty());
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    let mut desk = server.comes("mara", "", "mara");
    desk.joins("#tea");
    bob.told(":mara!~u@127.0.0.1 JOIN #tea");

    // Another one, and one of plain lines, that is told where it is. Nobody hears of it.
    let mut phone = server.comes("mara", "", "mara");
    phone.told(":mara!~u@127.0.0.1 JOIN #tea");
    phone.told(" 366 mara #tea ");
    let mut lines = Client::connect(server.chatd.port);
    lines.line(&format!("/login mara {PASSWORD}"));
    lines.expect("#tea");
    assert_eq!(bob.barrier(), [""; 0]);

    bob.says("PRIVMSG mara :are you there?");
    for client in [&mut desk, &mut phone] {
        client.told(":bob!~u@127.0.0.1 PRIVMSG mara :are you there?");
    }
    lines.expect("@you <bob> are you there?");
    phone.says("PRIVMSG #tea :on my way");
    bob.told(":mara!~u@127.0.0.1 PRIVMSG #tea :on my way");
    desk.told(":mara!~u@127.0.0.1 PRIVMSG #tea :on my way");
    lines.expect("<mara> on my way");
    phone.says("NICK :marah");
    for client in [&mut bob, &mut desk, &mut phone] {
        client.told(":mara!~u@127.0.0.1 NICK :marah");
    }

    // All but one go: nobody hears of it.
    desk.says("QUIT :to the train");
    desk.0.rest();
    lines.line("/quit");
    lines.rest();
    assert_eq!(bob.barrier(), [""; 0]);
    phone.says("QUIT :tired");
    bob.told(":marah!~u@127.0.0.1 QUIT :Quit: tired");
}

#[test]
fn one_takes_back_what_ones_account_has_said_before() {
    let mut server = Server::start();
    drop(server.makes("mara"));
    server
        .chatd
        .eventually("she has gone", |chatd| chatd.nicks().is_empty());
    let able = "message-tags echo-message draft/message-redaction batch";
    for crashed in [false, true] {
        let mut bob = server.comes("bob", able, "mara");
        bob.joins("#lobby");
        let mut mara = server.comes("mara", able, "mara");
        mara.joins("#lobby");
        mara.says("PRIVMSG #lobby :oops");
        let echo = mara.told("PRIVMSG #lobby :oops");
        let id = echo
            .split(['@', ';', ' '])
            .find_map(|tag| tag.strip_prefix("msgid="));
        let id = id.expect("an id").to_owned();
        mara.quits();
        bob.quits();
        if crashed {
            server.chatd.crashes();
            server.chatd.starts_again();
        }
        // Somebody else with the nick is not she.
        let mut eve = server.opens();
        eve.says(&format!(
            "CAP REQ :{able}\r\nNICK eve\r\nUSER u 0 * :real\r\nCAP END"
        ));
        eve.told(" 422 ");
        eve.joins("#lobby");
        eve.says(&format!("REDACT #lobby {id}"));
        eve.told("FAIL REDACT REDACT_FORBIDDEN #lobby");
        // She is, by another nick.
        let mut again = server.comes("marah", able, "mara");
        again.joins("#lobby");
        again.says(&format!("REDACT #lobby {id} :a slip"));
        again.told(&format!("REDACT #lobby {id}"));
        eve.told(&format!("REDACT #lobby {id}"));
    }
}
