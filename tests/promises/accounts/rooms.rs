//! A registered room is its founder's, whoever is in it or is not.

use crate::harness::{Client, Server, Setup};

#[test]
fn a_registered_room_waits_for_its_founder_and_makes_nobody_else_an_operator() {
    let mut server = Server::start();
    let mut alice = server.makes("alice");
    alice.joins("#tea");
    alice.says("PRIVMSG ChanServ :REGISTER #tea");
    alice.told(":chat.example MODE #tea +rq alice");
    alice.told(":ChanServ!ChanServ@chat.example NOTICE alice :#tea is yours now");
    alice.says("TOPIC #tea :Tea and nothing else");
    alice.told(" TOPIC #tea ");
    for crashed in [false, true] {
        alice.quits();
        server
            .chatd
            .eventually("alice has gone", |chatd| chatd.nicks().is_empty());
        if crashed {
            server.chatd.crashes();
            server.chatd.starts_again();
        }

        let mut bob = server.registers("bob");
        bob.says("JOIN #tea");
        bob.told(" 332 bob #tea :Tea and nothing else");
        let names = bob.told(" 353 bob = #tea :");
        assert!(names.ends_with(":bob"), "{names}");
        bob.says("CS INFO #tea");
        bob.told("Its founder is alice.");
        bob.says("CS OP #tea");
        bob.told("NOTICE bob :your account must be at least op in #tea");
        bob.says("MODE #tea");
        let modes = bob.told(" 324 bob #tea ");
        assert!(modes.contains('r'), "{modes}");

        alice = server.comes("alice", "", "alice");
        alice.says("JOIN #tea");
        alice.told(" 353 alice = #tea :~alice");
        bob.told(":chat.example MODE #tea +q alice");
        bob.quits();
    }
}

#[test]
fn a_plain_client_claims_its_room_and_says_who_has_access() {
    let server = Server::start();
    drop(server.makes("bob"));
    let mut alice = Client::named(server.chatd.port, "alice");
    alice.line("/join #tea");
    alice.expect("-- You are in #tea");
    alice.line("/claim");
    alice.expect("! not-logged-in: ");
    alice.line("/register correct-horse-battery");
    alice.expect("-- alice is your account now");
    alice.line("/claim");
    alice.expect("*** The server sets +rq alice in #tea");
    alice.expect("-- #tea is yours");
    alice.line("/access bob op");
    alice.expect("-- bob is op in #tea from now on");
    alice.line("/access");
    alice.expect("-- Access to #tea: alice (founder) bob (op)");
    let mut bob = server.comes("bob", "", "bob");
    bob.joins("#tea");
    alice.expect("*** The server sets +o bob in #tea");
    alice.line("/unclaim #tea");
    alice.expect("-- #tea is not registered any more");
    bob.told(":chat.example MODE #tea -r");
}

#[test]
fn what_an_administrator_does_to_somebodys_room_leaves_a_record() {
    const SECRET: &str = "$argon2id$v=19$m=19456,t=2,p=1$LW61y1Qjfx0cO45pS/OTtw$mWTUBSkdyNjE7gX7sImsyEVcd4nM7E/NBYt3TINWiwE";
    let server = Server::of(Setup::new().config(&format!(
        "[operator.root]\npassword = \"{SECRET}\"\nrole = \"administrator\""
    )));
    let mut alice = server.makes("alice");
    alice.joins("#tea");
    alice.says("CS REGISTER #tea");
    alice.told("#tea is yours now");
    alice.says("CS ACCESS #tea ADD alice op");
    alice.told("#tea has one founder");
    let mut root = server.makes("root1");
    root.says("OPER root secret");
    root.told(" 381 ");
    root.says("CS ACCESS #tea ADD root1 op");
    root.told("root1 is op in #tea from now on");
    root.says("CS DROP #tea #tea");
    root.told("#tea is not registered any more");
    for (what, parameters) in [("ACCESS", "#tea root1 op"), ("DROP", "#tea")] {
        let record = server.chatd.audited(&format!("{what} ok"));
        assert!(record.contains("operator=root"), "{record}");
        assert!(record.contains(parameters), "{record}");
    }
    assert!(!server.chatd.audit().contains("nick=alice"));
}

#[test]
fn what_a_registered_room_is_by_outlives_a_crash_as_soon_as_it_is_told() {
    let mut server = Server::start();
    drop(server.makes("bob"));
    drop(server.makes("alice"));
    for (does, told, asks, is) in [
        (
            "CS REGISTER #tea",
            "#tea is yours now",
            "CS INFO #tea",
            "Its founder is alice.",
        ),
        (
            "MODE #tea +b eve!*@*",
            "MODE #tea +b eve!*@*",
            "MODE #tea +b",
            " 367 alice #tea eve!*@*",
        ),
        (
            "TOPIC #tea :Oolong",
            " TOPIC #tea :Oolong",
            "TOPIC #tea",
            " 332 alice #tea :Oolong",
        ),
        (
            "CS ACCESS #tea ADD bob op",
            "bob is op in #tea",
            "CS ACCESS #tea LIST",
            "bob",
        ),
        ("MODE #tea +i", "MODE #tea +i", "MODE #tea", "i"),
        (
            "CS DROP #tea #tea",
            "not registered any more",
            "CS INFO #tea",
            "not registered",
        ),
    ] {
        let mut alice = server.comes("alice", "", "alice");
        alice.joins("#tea");
        alice.says(does);
        alice.told(told);
        server.chatd.crashes();
        server.chatd.starts_again();
        let mut alice = server.comes("alice", "", "alice");
        alice.joins("#tea");
        alice.says(asks);
        alice.told(is);
    }
}
