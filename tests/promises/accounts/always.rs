//! Whoever wants to stays in its rooms without any client, over restarts and crashes too, and each of its devices gets what it has
//! missed, once.

use nix::sys::signal::Signal;

use super::PASSWORD;
use crate::harness::{Client, Irc, Server, Setup};

/// An account that is always on; its maker has gone.
fn always_on(server: &Server, nick: &str) {
    let mut maker = server.makes(nick);
    maker.says("NS SET ALWAYSON on");
    maker.told("You stay in your channels from now on");
    maker.quits();
}

/// What a client that comes back is told of what was said.
fn missed(client: &mut Irc) -> Vec<String> {
    let lines = client.barrier();
    let said = lines.iter().filter_map(|line| {
        let (from, said) = line.split_once(" PRIVMSG ")?;
        let from = from.rsplit(':').next()?.split('!').next()?;
        Some(format!("{from} {said}"))
    });
    said.collect()
}

/// A client of mara's that has come back by that device, and what it was told.
fn back(server: &Server, device: &str) -> (Irc, Vec<String>) {
    let mut client = server.comes("mara", "batch", &format!("mara@{device}"));
    let told = missed(&mut client);
    (client, told)
}

/// bob in #tea, where mara is without any client.
fn beside_one_who_stays(server: &Server) -> Irc {
    always_on(server, "mara");
    let (mut mara, _) = back(server, "desk");
    mara.joins("#tea");
    mara.quits();
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    bob
}

#[test]
fn each_device_gets_what_it_has_missed_over_a_restart_and_a_crash_too() {
    let mut server = Server::start();
    always_on(&server, "mara");
    let (mut desk, _) = back(&server, "desk");
    desk.joins("#tea");
    desk.says("MODE #tea +s\r\nTOPIC #tea :Oolong");
    desk.told(" TOPIC #tea :Oolong");
    desk.says("INVITE bob #tea");
    desk.told(" 401 ");
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    bob.says("PRIVMSG #tea :one\r\nPRIVMSG mara :psst one");
    desk.told(" PRIVMSG mara :psst one");
    desk.quits();
    bob.says("PRIVMSG #tea :two\r\nPRIVMSG mara :psst two");
    bob.barrier();

    server.chatd.signal(Signal::SIGTERM);
    assert_eq!(server.chatd.exit_code(), 0);
    server.chatd.starts_again();
    let mut bob = server.registers("bob");
    bob.says("WHOIS mara");
    bob.told(" 311 bob mara ~u ");
    // The room is hers, as it was: secret, with its topic and its op.
    bob.says("JOIN #tea");
    bob.told(" 332 bob #tea :Oolong");
    bob.told(" 353 bob @ #tea :bob @mara");
    bob.told(" 366 ");
    bob.says("PRIVMSG #tea :three");
    bob.barrier();
    let (mut desk, told) = back(&server, "desk");
    assert_eq!(
        told,
        ["bob #tea :two", "bob #tea :three", "bob mara :psst two"]
    );
    bob.says("PRIVMSG #tea :four");
    desk.told(" PRIVMSG #tea :four");

    // A device that is there when the server crashes may be told a little twice, and misses nothing.
    let (phone, told) = back(&server, "phone");
    assert_eq!(told.last().map(String::as_str), Some("bob #tea :four"));
    drop(phone);
    server
        .chatd
        .eventually("it has gone", |chatd| chatd.nicks().len() == 2);
    bob.says("PRIVMSG #tea :five");
    desk.told(" PRIVMSG #tea :five");
    server.chatd.crashes();
    server.chatd.starts_again();
    let (_, told) = back(&server, "phone");
    assert!(told.contains(&"bob #tea :five".to_owned()), "{told:?}");
    let (_, told) = back(&server, "desk");
    let once = |line: &str| told.iter().filter(|told| *told == line).count() <= 1;
    assert!(once("bob #tea :four") && once("bob #tea :five"), "{told:?}");
}

#[test]
fn plain_clients_of_such_an_account_get_what_they_have_missed() {
    let server = Server::start();
    let mut mara = Client::named(server.chatd.port, "mara");
    for line in [&format!("/register {PASSWORD}"), "/stay on", "/quit"] {
        mara.line(line);
    }
    mara.rest();
    let mut bob = Client::named(server.chatd.port, "bob");
    bob.line("/msg mara are you there?");
    bob.line("hello, all");
    bob.barrier();
    let mut mara = Client::connect(server.chatd.port);
    mara.line(&format!("/login mara {PASSWORD}"));
    mara.expect("-- You are in #lobby with 1 other");
    mara.expect("] <bob> hello, all");
    mara.expect("] @you <bob> are you there?");
}

#[test]
fn who_does_not_want_to_stay_any_more_goes() {
    let server = Server::start();
    always_on(&server, "mara");
    let (mut mara, _) = back(&server, "desk");
    mara.says("NS SET ALWAYSON off");
    mara.told("NOTICE mara :That is set.");
    let mut bob = server.registers("bob");
    bob.says("MONITOR + mara");
    bob.told(" 730 bob :mara");
    mara.says("QUIT");
    bob.told(" 731 * :mara");
}

#[test]
fn who_stays_and_how_much_is_told_of_what_was_missed_is_as_the_last_reload_said() {
    let accounts = "[accounts]\nalways_on = true\nmissed = 2";
    let server = Server::of(Setup::new().config(accounts));
    let reload = |old: &str, new: &str| {
        server.chatd.edit_config(old, new);
        server.chatd.ctl_ok(&["reload"]);
    };
    let mut bob = server.registers("bob");
    bob.joins("#tea");
    // Goes; then three are said in the room and three in private.
    let mut misses = |mara: Irc| {
        mara.quits();
        for what in ["one", "two", "three"] {
            bob.says(&format!(
                "PRIVMSG #tea :{what}\r\nPRIVMSG mara :psst {what}"
            ));
        }
        bob.barrier()
    };
    let comes = || {
        let mut mara = server.comes("mara", "batch", "mara");
        let told = missed(&mut mara);
        (mara, told)
    };
    let mut mara = server.makes("mara");
    mara.joins("#tea");
    let lines = misses(mara);
    assert!(!lines.concat().contains(" QUIT "), "{lines:?}");
    let (mara, told) = comes();
    let latest = [
        "bob #tea :two",
        "bob #tea :three",
        "bob mara :psst two",
        "bob mara :psst three",
    ];
    assert_eq!(told, latest);
    reload("missed = 2", "missed = \"off\"");
    misses(mara);
    let (mara, told) = comes();
    assert_eq!(told, [""; 0]);
    reload("always_on = true", "always_on = false");
    let lines = misses(mara).concat();
    assert!(lines.starts_with(":mara!~u@127.0.0.1 QUIT "), "{lines}");
    reload("always_on = false", "always_on = true");
    let (mut mara, _) = comes();
    mara.joins("#tea");
    let lines = misses(mara);
    assert!(!lines.concat().contains(" QUIT "), "{lines:?}");
    // Who stays without a client goes when nobody is to stay any more.
    reload("always_on = true", "always_on = false");
    bob.told(":mara!~u@127.0.0.1 QUIT ");
}

#[test]
fn how_far_an_account_has_read_is_known_after_a_crash() {
    let mut server = Server::start();
    let mut mara = server.makes("mara");
    mara.says("CAP REQ :draft/read-marker\r\nJOIN #tea");
    mara.told(" 366 ");
    mara.says("MARKREAD #tea timestamp=2026-01-01T00:00:00.000Z");
    mara.told("MARKREAD #tea timestamp=2026-01-01T00:00:00.000Z");
    // What was stored after it is there: so is it.
    mara.says("NS SET PASSWORD other-horse-battery");
    mara.told("Your password is another one now.");
    server.chatd.crashes();
    server.chatd.starts_again();
    let mut again = server.begins("mara", "draft/read-marker", "PLAIN");
    again.answers(&super::plain("mara", "other-horse-battery"));
    again.told(" 903 ");
    again.says("CAP END\r\nJOIN #tea");
    again.told("MARKREAD #tea timestamp=2026-01-01T00:00:00.000Z");
}

#[test]
fn an_operator_sees_who_stays_without_clients_and_ends_them() {
    let server = Server::start();
    let mut bob = beside_one_who_stays(&server);
    let users = server.chatd.json(&["list", "--users"]);
    let told = |nick: &str| {
        let mut users = users.as_array().expect("an array").iter();
        let user = users.find(|user| user["nick"] == nick).expect("is there");
        (
            user["clients"].as_u64(),
            user["always_on"].as_bool(),
            user["rooms"].to_string(),
        )
    };
    let tea = "[\"#tea\"]".to_owned();
    assert_eq!(told("mara"), (Some(0), Some(true), tea.clone()));
    assert_eq!(told("bob"), (Some(1), Some(false), tea));
    let kicked = server
        .chatd
        .ctl_ok(&["kick", "MARA", "--reason", "tidying up"]);
    assert_eq!(kicked, "kicked mara, who had no clients\n");
    bob.told(":mara!~u@127.0.0.1 QUIT :");
}

#[test]
fn whoever_is_suspended_is_not_there_even_without_clients() {
    let mut server = Server::start();
    let mut bob = beside_one_who_stays(&server);
    server
        .chatd
        .ctl_ok(&["account", "disable", "mara", "stolen"]);
    bob.told(":mara!~u@127.0.0.1 QUIT :");
    server.chatd.crashes();
    server.chatd.starts_again();
    let mut bob = server.registers("bob");
    bob.says("WHOIS mara");
    bob.told(" 401 bob mara ");
}

#[test]
fn words_that_nobody_would_ever_read_are_refused() {
    for config in ["enabled = false", "direct_messages = false"] {
        let server = Server::of(Setup::new().config(&format!("[history]\n{config}")));
        let mut bob = beside_one_who_stays(&server);
        bob.says("PRIVMSG mara :psst");
        bob.told(" 531 bob mara :Cannot send to user: it is not here now");
        let said = server.chatd.ctl(&["say", "mara", "psst"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.stderr.contains("mara is not here now"), "{said:?}");
    }
}
