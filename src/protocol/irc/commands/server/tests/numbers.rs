//! Modern IRC, "LUSERS message" and "STATS message".

use super::*;
use crate::chat::{Role, Timestamp, UserFlag};
use crate::protocol::irc::{Operator, Tally};

fn crowd() -> (Place, ClientId) {
    let (mut place, alice) = place();
    let bob = place.client("bob", Capabilities(0));
    place.client("carol", Capabilities(0));
    place.does(bob, Command::SetFlags(vec![(UserFlag::Invisible, true)]));
    place.does(bob, Command::Promote(Role::Moderator, "bob".into(), None));
    place.tally = Tally {
        newcomers: 4,
        connections: 10,
        commands: 1234,
        messages: 56,
    };
    (place, alice)
}

/// All numerics of the specification, with their numbers as parameters too.
#[test]
fn lusers_counts_users_operators_connections_and_rooms() {
    let (place, alice) = crowd();
    let expected = [
        "251 alice :There are 3 users and 1 invisible on 1 servers",
        "252 alice 1 :operator(s) online",
        "253 alice 4 :unknown connection(s)",
        "254 alice 1 :channels formed",
        "255 alice :I have 3 clients and 0 servers",
        "265 alice 3 3 :Current local users 3, max 3",
        "266 alice 3 3 :Current global users 3, max 3",
    ];
    assert_eq!(answer(&place, alice, "LUSERS"), expected);
}

/// RFC 2812: "`RPL_LUSEROP`, `RPL_LUSERUNKNOWN` and `RPL_LUSERCHANNELS` are only sent back if a non-zero count is found".
#[test]
fn lusers_does_not_say_that_there_is_none() {
    let (place, alice) = place();
    let lines = answer(&place, alice, "LUSERS");
    assert!(
        !lines
            .iter()
            .any(|line| line.starts_with("252") || line.starts_with("253")),
        "{lines:?}"
    );
}

/// "Server Up <days> days <hours>:<minutes>:<seconds>", also when the clock was set back.
#[test]
fn stats_u_says_since_when_the_server_runs() {
    let (mut place, alice) = place();
    for (passed, text) in [
        (0, "0 days 0:00:00"),
        (90_061_999, "1 days 1:01:01"),
        (-5_000, "0 days 0:00:00"),
    ] {
        place.stamp.at = Timestamp(place.server.started.0 + passed);
        let lines = answer(&place, alice, "STATS u");
        let expected = format!("242 alice :Server Up {text}");
        assert_eq!(
            lines,
            [expected.as_str(), "219 alice u :End of /STATS report"]
        );
    }
}

#[test]
fn stats_m_counts_commands() {
    let (place, alice) = crowd();
    let expected = [
        "212 alice * 1234",
        "212 alice PRIVMSG 56",
        "219 alice m :End of /STATS report",
    ];
    assert_eq!(answer(&place, alice, "STATS m"), expected);
}

/// An operator who hides is counted and shown to operators only.
#[test]
fn stats_p_shows_operators_who_do_not_hide() {
    let (mut place, alice) = crowd();
    let nobody = [
        "249 alice p :0 operators",
        "219 alice p :End of /STATS report",
    ];
    assert_eq!(answer(&place, alice, "STATS p"), nobody);
    let dan = place.client("dan", Capabilities(0));
    place.does(dan, Command::Promote(Role::Observer, "dan".into(), None));
    let lines = answer(&place, alice, "STATS p");
    assert_eq!(lines[0], "249 alice p :dan (~user@192.0.2.1) observer");
    assert_eq!(lines[1], "249 alice p :1 operators");
    assert!(answer(&place, dan, "STATS p")[0].starts_with("249 dan p :bob "));
}

/// What is for operators is 481 to others, and ends all the same.
#[test]
fn stats_of_operators_are_for_operators() {
    let (mut place, alice) = crowd();
    let from = [
        "10.0.0.0/8".parse().expect("a network"),
        "2001:db8::/32".parse().expect("a network"),
    ];
    let operator = |name: &str, from: &[cidr::IpCidr]| Operator {
        name: name.into(),
        role: Role::Administrator,
        host: None,
        certificate: None,
        password: true,
        from: from.to_vec(),
    };
    place.server.operators = [operator("admin", &from), operator("root", &[])].into();
    place.server.listeners = ["irc 127.0.0.1:6667 irc".into()].into();
    for letter in ["o", "P", "l"] {
        let lines = answer(&place, alice, &format!("STATS {letter}"));
        assert!(
            lines[0].starts_with("481 alice :Permission Denied"),
            "{lines:?}"
        );
        assert_eq!(
            lines[1..],
            [format!("219 alice {letter} :End of /STATS report")]
        );
    }
    let dan = place.client("dan", Capabilities(0));
    place.does(dan, Command::Promote(Role::Observer, "dan".into(), None));
    let shown = |letter: &str| {
        let mut lines = answer(&place, dan, &format!("STATS {letter}"));
        assert_eq!(
            lines.pop(),
            Some(format!("219 dan {letter} :End of /STATS report"))
        );
        lines
    };
    let operators = [
        "243 dan O *@10.0.0.0/8 * admin administrator",
        "243 dan O *@2001:db8::/32 * admin administrator",
        "243 dan O *@* * root administrator",
    ];
    assert_eq!(shown("o"), operators);
    assert_eq!(shown("P"), ["249 dan P :irc 127.0.0.1:6667 irc"]);
    let connections = "249 dan l :4 clients and 4 connections that have not registered; 10 connections since the start";
    assert_eq!(shown("l"), [connections]);
}

/// A letter that has nothing to show ends at once; none at all is 461.
#[test]
fn stats_of_other_letters_is_empty() {
    let (place, alice) = place();
    for letter in ["c", "h", "i", "k", "y", "é", "*"] {
        let expected = format!("219 alice {letter} :End of /STATS report");
        assert_eq!(only(&place, alice, &format!("STATS {letter}")), expected);
    }
    for line in ["STATS", "STATS :"] {
        assert!(
            only(&place, alice, line).starts_with("461 alice STATS :"),
            "{line}"
        );
    }
    assert_eq!(
        only(&place, alice, "STATS :: x"),
        "219 alice * :End of /STATS report"
    );
}
