//! Questions about the server against Modern IRC ("Server Queries and Commands", "Connection Messages") and RFC 2812 section 3.4.

mod help;
mod numbers;

use super::*;
use crate::chat::{Capabilities, ClientId};
use crate::protocol::irc::testing::{Place, attach, nick, tls, told};
use crate::protocol::irc::{Capability, cost};

/// A server with everything configured, and a client on it called alice.
fn place() -> (Place, ClientId) {
    let mut place = Place::new();
    place.server.description = "A server for tests".into();
    place.server.location = "Bern".into();
    place.server.email = "admin@example.org".into();
    place.server.motd = Some(["Be kind.".into()].into());
    let alice = place.client("alice", Capabilities(0));
    (place, alice)
}

/// The lines after the server's name.
fn answer(place: &Place, client: ClientId, line: &str) -> Vec<String> {
    let lines = place.answer(client, line).into_iter();
    let start = ":irc.example.org ";
    lines
        .map(|line| line.strip_prefix(start).expect("the server's").to_owned())
        .collect()
}

/// The one line of an answer.
fn only(place: &Place, client: ClientId, line: &str) -> String {
    let lines = answer(place, client, line);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.concat()
}

/// "The attempt should fail": PASS and USER are 462, with and without parameters.
#[test]
fn nobody_registers_twice() {
    let (place, alice) = place();
    for line in ["PASS x", "PASS", "USER a 0 * :A", "USER"] {
        assert_eq!(
            only(&place, alice, line),
            "462 alice :You may not reregister",
            "{line}"
        );
    }
}

#[test]
fn a_ping_is_answered_and_a_pong_is_not() {
    let (place, alice) = place();
    assert_eq!(
        only(&place, alice, "PING :a b"),
        "PONG irc.example.org :a b"
    );
    assert!(only(&place, alice, "PING").starts_with("409 alice :"));
    for line in ["PONG", "PONG irc.example.org x", "ERROR :x", "ERROR"] {
        assert_eq!(answer(&place, alice, line), [""; 0], "{line}");
    }
}

#[test]
fn quit_leaves_with_its_reason() {
    let (place, alice) = place();
    for (line, reason) in [
        ("QUIT", None),
        ("QUIT :", None),
        ("QUIT :so long", Some("so long")),
    ] {
        let reason = reason.map(|reason| Text::parse(reason).expect("a text"));
        let leaves = Step::Leave(Departure::Quit(reason));
        assert_eq!(place.read(alice, line).steps[..], [leaves], "{line}");
    }
}

/// "The server MUST accept the CAP command at any time, including after registration"; what changes is the chat's to carry.
#[test]
fn capabilities_change_after_registration_too() {
    let (place, alice) = place();
    let granted = place.read(alice, "CAP REQ :multi-prefix");
    let bit = Capabilities(Capability::MultiPrefix.bit());
    // The answer comes first: "MUST NOT change the capabilities of the client until the last ACK of the set has been sent".
    let ack = b":irc.example.org CAP alice ACK :multi-prefix\r\n".to_vec();
    assert_eq!(
        granted.steps[..],
        [Step::Tell(ack), Step::Do(Command::Negotiate(bit))]
    );
    assert_eq!(
        only(&place, alice, "CAP REQ :multi-prefix frog"),
        "CAP alice NAK :multi-prefix frog"
    );
    assert_eq!(only(&place, alice, "CAP LIST"), "CAP alice LIST :");
    assert!(only(&place, alice, "CAP FOO").starts_with("410 alice FOO :Invalid CAP command"));
    assert!(only(&place, alice, "CAP").starts_with("461 alice CAP :"));
    assert!(only(&place, alice, "CAP LS").starts_with("CAP alice LS :account-notify "));
}

/// "If the client is already registered, this command MUST be ignored by the server."
#[test]
fn cap_end_is_ignored() {
    let (place, alice) = place();
    assert_eq!(answer(&place, alice, "CAP END"), [""; 0]);
}

/// "If a client sends a higher CAP version at any time, the server MUST store the higher version."
#[test]
fn a_version_is_kept_after_registration_too() {
    let (mut place, alice) = place();
    let reading = place.read(alice, "CAP LS 302");
    let Some(Step::Do(command)) = reading.steps.last() else {
        panic!("{:?}", reading.steps);
    };
    place.does(alice, command.clone());
    assert_eq!(
        only(&place, alice, "CAP LIST"),
        "CAP alice LIST :cap-notify"
    );
    assert_eq!(
        only(&place, alice, "CAP REQ -cap-notify"),
        "CAP alice NAK :-cap-notify"
    );
    assert_eq!(
        place.read(alice, "CAP LS 302").steps.len(),
        1,
        "nothing new"
    );
}

#[test]
fn authenticate_fails_as_before_registration() {
    let (place, alice) = place();
    assert!(only(&place, alice, "AUTHENTICATE PLAIN").starts_with("904 alice :"));
    let steps = place.read(alice, "AUTHENTICATE *").steps;
    assert!(told(&steps)[0].contains(" 906 alice :"), "{steps:?}");
    assert!(only(&place, alice, "AUTHENTICATE").starts_with("461 alice AUTHENTICATE :"));
}

/// extended-isupport: "When receiving this command, the server MUST reply with one or more `RPL_ISUPPORT` messages".
#[test]
fn isupport_is_shown_when_asked_for() {
    let (mut place, alice) = place();
    let lines = answer(&place, alice, "ISUPPORT");
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line.starts_with("005 alice ")),
        "{lines:?}"
    );
    let both = Capability::Batch.bit() | Capability::ExtendedIsupport.bit();
    let bob = place.client("bob", Capabilities(both));
    let lines = place.answer(bob, "ISUPPORT");
    assert_eq!(lines[0], ":irc.example.org BATCH +isupport draft/isupport");
    // VERSION brings them too, and none may be outside of a batch.
    let version = place.answer(bob, "VERSION");
    assert_eq!(version[1..], lines);
}

/// "SHOULD respond with one `RPL_VERSION` reply and one or more `RPL_ISUPPORT` replies".
#[test]
fn version_is_351_and_005() {
    let (place, alice) = place();
    let lines = answer(&place, alice, "VERSION");
    let version = &place.server.version;
    assert_eq!(
        lines[0],
        format!("351 alice {version} irc.example.org :A server for tests")
    );
    assert_eq!(lines[1..], answer(&place, alice, "ISUPPORT"));
}

/// "`RPL_ADMINME`, `RPL_ADMINLOC1`, `RPL_ADMINLOC2`, and `RPL_ADMINEMAIL`"; the last "MUST contain the email address".
#[test]
fn admin_says_who_runs_the_server() {
    let (mut place, alice) = place();
    let lines = answer(&place, alice, "ADMIN");
    let expected = [
        "256 alice irc.example.org :Administrative info",
        "257 alice :Bern",
        "258 alice :A server for tests",
        "259 alice :admin@example.org",
    ];
    assert_eq!(lines, expected);
    place.server.email = "".into();
    assert_eq!(answer(&place, alice, "ADMIN"), expected[..3]);
    place.server.location = "".into();
    place.server.description = "".into();
    let none = "423 alice irc.example.org :No administrative info available";
    assert_eq!(only(&place, alice, "ADMIN"), none);
}

/// "<client> <server> [<timestamp> [<TS offset>]] :<human-readable time>".
#[test]
fn time_is_the_moment_of_the_command() {
    let (place, alice) = place();
    let expected = "391 alice irc.example.org 1795394644 :Monday, 23 November 2026, 00:44:04 UTC";
    assert_eq!(only(&place, alice, "TIME"), expected);
}

/// "zero or more `RPL_INFO` replies, followed by one `RPL_ENDOFINFO`".
#[test]
fn what_the_software_is() {
    let (place, alice) = place();
    let lines = answer(&place, alice, "INFO");
    let (last, before) = lines.split_last().expect("lines");
    assert_eq!(last, "374 alice :End of INFO list");
    assert!(
        before.len() > 2 && before.iter().all(|line| line.starts_with("371 alice :")),
        "{lines:?}"
    );
    assert!(before[0].contains("chatd-"), "{lines:?}");
}

/// "one `RPL_MOTDSTART` numeric is returned, followed by one or more `RPL_MOTD` numeric, then one `RPL_ENDOFMOTD`"; else `ERR_NOMOTD`.
#[test]
fn motd_is_shown_or_missing() {
    let (mut place, alice) = place();
    let lines = answer(&place, alice, "MOTD");
    let starts = ["375 alice :", "372 alice :- Be kind.", "376 alice :"];
    assert_eq!(lines.len(), starts.len());
    assert!(
        lines
            .iter()
            .zip(starts)
            .all(|(line, start)| line.starts_with(start)),
        "{lines:?}"
    );
    place.server.motd = None;
    assert!(only(&place, alice, "MOTD").starts_with("422 alice :MOTD File is missing"));
}

/// "<client> <server1> <server2> :<hopcount> <server info>"; RFC 2812: "The returned list of servers MUST match the mask".
#[test]
fn links_and_map_show_one_server() {
    let (place, alice) = place();
    let own = "364 alice irc.example.org irc.example.org :0 A server for tests";
    let end = "365 alice * :End of /LINKS list";
    for line in [
        "LINKS",
        "LINKS *",
        "LINKS *.ORG",
        "LINKS irc.example.org irc.*",
    ] {
        assert_eq!(answer(&place, alice, line), [own, end], "{line}");
    }
    assert_eq!(answer(&place, alice, "LINKS *.net"), [end]);
    let map = [
        "006 alice :irc.example.org [1 users]",
        "007 alice :End of /MAP",
    ];
    assert_eq!(answer(&place, alice, "MAP"), map);
}

/// RFC 2812: "it MUST return the `ERR_SUMMONDISABLED` numeric"; "the correct numeric MUST be returned" for USERS.
#[test]
fn summon_and_users_are_switched_off() {
    let (place, alice) = place();
    for line in ["SUMMON", "SUMMON bob"] {
        assert_eq!(
            only(&place, alice, line),
            "445 alice :SUMMON has been disabled"
        );
    }
    for line in ["USERS", "USERS irc.example.org"] {
        assert_eq!(
            only(&place, alice, line),
            "446 alice :USERS has been disabled"
        );
    }
}

/// "If <target> is given and a matching server cannot be found, the server will respond with the `ERR_NOSUCHSERVER`"; "Wildcards are
/// allowed in the <target> parameter"; a client means the server that it is on.
#[test]
fn whoever_asks_another_server_is_told_that_there_is_none() {
    let (place, alice) = place();
    let commands = [
        "ADMIN", "INFO", "MOTD", "TIME", "VERSION", "LUSERS *", "STATS u",
    ];
    for command in commands {
        for other in ["irc.example.net", "*.net", "bob", "#room"] {
            let told = only(&place, alice, &format!("{command} {other}"));
            assert!(
                told.starts_with(&format!("402 alice {other} :No such server")),
                "{told}"
            );
        }
        for own in [
            "irc.example.org",
            "IRC.Example.ORG",
            "*",
            "irc.*",
            "alice",
            "ALICE",
        ] {
            let told = answer(&place, alice, &format!("{command} {own}"));
            assert_eq!(told, answer(&place, alice, command), "{command} {own}");
        }
    }
    assert!(only(&place, alice, "LINKS other.org *").starts_with("402 alice other.org :"));
    let long = only(&place, alice, &format!("TIME {}", "x".repeat(500)));
    assert!(long.starts_with("402 alice xxx"), "{long}");
}

/// What takes how much of the flood rate is said in two tables, which agree.
#[test]
fn costs_are_those_that_are_taken() {
    for entry in ENTRIES {
        assert_eq!(cost(entry.name), entry.cost, "{}", entry.name);
    }
}

/// IRCv3 sts: the policy is that of the connection that asks.
#[test]
fn the_policy_of_tls_follows_the_connection() {
    let (mut place, alice) = place();
    place.server.sts = Some(crate::protocol::irc::Sts {
        port: 6697,
        duration: 60,
        preload: false,
        hosts: [].into(),
    });
    let mut attach = attach(9);
    attach.nick = Some(nick("bob"));
    attach.username = "~b".into();
    attach.tls = Some(tls());
    let bob = attach.client;
    place.does(bob, Command::Attach(attach));
    let listed = |client| told(&place.read(client, "CAP LS 302").steps).concat();
    assert!(listed(alice).contains(" sts=port=6697 "));
    assert!(listed(bob).contains(" sts=duration=60 "));
}
