//! Accounts that are disabled, revoked, removed: whose clients end, and who can come back.

use std::time::Instant;

use serde_json::{Value, json};

use super::{IN, PASSWORD, proves};
use crate::harness::{Client, PATIENCE, Server};

#[test]
fn who_is_disabled_is_ended_with_the_reason_and_kept_out_until_it_is_enabled() {
    let mut server = Server::start();
    server.adds("mara");
    server.adds("bob");
    let (mut bob, _) = server.logs_in("bob", PASSWORD);
    let (mut plain, told) = server.logs_in("mara", PASSWORD);
    assert_eq!(told, IN);
    let (mut irc, _) = server.proves("mara", "mara@phone", PASSWORD);
    irc.send("CAP END\r\n");
    irc.expect(" 422 ");
    // This one has proven who it is and could come in at any moment.
    let (mut waiting, told) = server.proves("mara", "mara", PASSWORD);
    assert!(told.contains(" 903 "), "{told}");

    let disable = ["account", "disable", "mara", "selling", "things"];
    let disabled = server.chatd.ctl_ok(&disable);
    assert_eq!(disabled, "disabled: mara (2 clients ended)\n");
    let why = "your account is suspended: selling things";
    assert!(plain.rest().ends_with(&format!("! kicked: {why}")));
    assert!(irc.rest().contains(why));
    assert!(waiting.rest().contains(why));
    let audited = server.chatd.audited("what=DisableAccount");
    assert!(audited.contains("selling things"), "{audited}");
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        } else {
            bob.barrier();
        }
        let (_, told) = server.logs_in("mara", PASSWORD);
        let refused = "! suspended: the account is suspended: selling things";
        assert_eq!(told, refused);
        let (_, told) = server.proves("somebody", "mara", PASSWORD);
        assert!(
            told.contains(" 902 ") && told.contains("selling things"),
            "{told}"
        );
        // Who does not know the password learns nothing of it.
        let (_, told) = server.logs_in("mara", "a-wrong-password");
        assert!(told.starts_with("! wrong-password: "), "{told}");
        let shown = server.shown("mara");
        assert_eq!(shown["suspended"]["reason"], "selling things");
        assert!(shown["suspended"]["by"].is_string(), "{shown}");
        assert_eq!(shown["clients"], 0);
        let list = server.chatd.ctl_ok(&["account", "list"]);
        let line = list.lines().find(|line| line.starts_with("mara"));
        let line = line.unwrap_or_else(|| panic!("{list}"));
        assert!(line.ends_with("suspended  selling things"), "{line}");
    }
    // Its name stays its own.
    let mut eve = Client::connect(server.chatd.port);
    eve.line("/nick mara");
    eve.expect("! ");

    let enabled = server.chatd.ctl_ok(&["account", "enable", "mara"]);
    assert_eq!(enabled, "enabled: mara\n");
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        let (_plain, told) = server.logs_in("mara", PASSWORD);
        assert_eq!(told, IN);
        assert_eq!(server.shown("mara")["suspended"], Value::Null);
    }
}

/// However near to its proof somebody is at that moment.
#[test]
fn nobody_slips_in_while_an_account_is_disabled() {
    const CROWD: usize = 30;
    let server = Server::start();
    server.adds("mara");
    let crowd = std::thread::scope(|scope| {
        let all: Vec<_> = (0..CROWD)
            .map(|n| {
                let (port, nick) = (server.irc, format!("guest{n}"));
                scope.spawn(move || proves(port, &nick, "mara", PASSWORD))
            })
            .collect();
        // Some of them have come through, others have not.
        let deadline = Instant::now() + PATIENCE;
        while !all.iter().any(std::thread::ScopedJoinHandle::is_finished) {
            assert!(Instant::now() < deadline, "nobody comes in");
            std::thread::yield_now();
        }
        server.chatd.ctl_ok(&["account", "disable", "mara"]);
        let all = all.into_iter().map(|one| one.join().expect("a client"));
        all.collect::<Vec<_>>()
    });
    let late = crowd.iter().filter(|(_, told)| told.contains(" 902 "));
    assert!(late.count() > 0, "all were faster");
    for (mut client, told) in crowd {
        if told.contains(" 903 ") {
            let rest = client.rest();
            assert!(rest.contains("your account is suspended: "), "{rest}");
        }
    }
    assert_eq!(
        server.chatd.json(&["account", "clients", "mara"]),
        json!([])
    );
}

#[test]
fn a_device_that_is_revoked_goes_alone_and_may_come_back() {
    let server = Server::start();
    server.adds("mara");
    let (mut phone, _) = server.logs_in("mara@phone", PASSWORD);
    let (mut laptop, _) = server.logs_in("mara@laptop", PASSWORD);
    let (mut default, _) = server.logs_in("mara", PASSWORD);
    let revoke = |more: &[&str]| {
        let arguments = [&["account", "revoke", "mara"], more].concat();
        server.chatd.json(&arguments)["ended"]
            .as_array()
            .expect("an array")
            .len()
    };
    assert_eq!(revoke(&["--device", "PHONE", "--reason", "it is lost"]), 1);
    assert!(phone.rest().ends_with("! kicked: it is lost"));
    laptop.barrier();
    assert_eq!(revoke(&["--device", "default"]), 1);
    assert!(default.rest().contains("! kicked: an operator has ended"));
    laptop.barrier();
    let (mut phone, told) = server.logs_in("mara@phone", PASSWORD);
    assert_eq!(told, IN);
    assert_eq!(revoke(&[]), 2);
    phone.rest();
    laptop.rest();
    let audited = server.chatd.audited("it is lost");
    assert!(audited.contains("RevokeAccount ok"), "{audited}");
}

#[test]
fn who_is_removed_is_logged_out_and_the_name_is_anybodys() {
    let mut server = Server::start();
    server.adds("mara");
    let (mut mara, _) = server.logs_in("mara", PASSWORD);
    let unasked = server.chatd.ctl(&["account", "remove", "mara"]);
    assert_eq!(unasked.code, Some(6), "{unasked:?}");
    let dry = server
        .chatd
        .ctl_ok(&["account", "remove", "mara", "--dry-run"]);
    assert_eq!(dry, "mara would be removed, and 1 client logged out\n");
    assert_eq!(server.shown("mara")["clients"], 1);

    let removed = server.chatd.ctl_ok(&["account", "remove", "mara", "--yes"]);
    let told = "removed: mara (1 client logged out); the name is free\n";
    assert_eq!(removed, told);
    mara.expect("-- You are not logged in any more");
    mara.barrier();
    let audited = server.chatd.audited("what=RemoveAccount");
    assert!(audited.contains("mara"), "{audited}");
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        let (_, told) = server.logs_in("mara", PASSWORD);
        assert!(told.starts_with("! wrong-password: "), "{told}");
        assert_eq!(server.chatd.json(&["account", "list"]), json!([]));
        assert_eq!(server.chatd.ctl(&["account", "show", "mara"]).code, Some(4));
    }
    drop(mara);
    // Somebody else has it then, and it is another account.
    let mut eve = Client::named(server.chatd.port, "mara");
    eve.line("/register another-password");
    eve.expect("-- mara is your account now");
    assert_eq!(server.shown("mara")["id"], 2);
}
