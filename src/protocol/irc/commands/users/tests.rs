use super::super::bed::{Bed, nick, set, text};
use super::*;
use crate::chat::{Policy, Rate};

/// RFC 2812 section 3.1.2, Modern IRC NICK.
#[test]
fn nick_asks_or_says_what_is_wrong_with_it() {
    let mut bed = Bed::new();
    assert_eq!(bed.asks("alice", "NICK Wiz"), [Command::Nick(nick("Wiz"))]);
    for (line, told) in [
        ("NICK", "431 alice"),
        ("NICK :", "431 alice"),
        ("NICK n@body", "432 alice n@body"),
        ("NICK #tea", "432 alice #tea"),
        ("NICK :two words", "432 alice *"),
        ("NICK 1st", "432 alice 1st"),
        ("NICK bob", "433 alice bob"),
        ("NICK BOB", "433 alice BOB"),
    ] {
        assert_eq!(bed.told("alice", line), [told], "{line}");
    }
    let long = "x".repeat(33);
    let told = bed.told_whole("alice", &format!("NICK {long}"));
    assert!(
        told[0].starts_with(&format!("432 alice {long} :")),
        "{told:?}"
    );
    assert!(told[0].contains("at most 32"), "what to do: {told:?}");
    // "Servers MUST allow at least all alphanumerical characters, square and curly brackets, backslashes and pipe".
    assert_eq!(
        bed.asks("alice", r"NICK a1[]{}\|"),
        [Command::Nick(nick(r"a1[]{}\|"))]
    );
}

/// A name that is too long is not repeated whole, so that the answer is a message.
#[test]
fn what_is_no_nick_is_shown_in_part() {
    let mut bed = Bed::new();
    let told = bed.told("alice", &format!("NICK {}", "é".repeat(240)));
    assert_eq!(told, [format!("432 alice {}", "é".repeat(75))]);
}

#[test]
fn nick_says_which_room_keeps_it() {
    let mut bed = Bed::new();
    bed.told("alice", "MODE #tea +N");
    let told = bed.told_whole("bob", "NICK rob");
    assert!(
        told[0].starts_with("447 bob :") && told[0].contains("#tea"),
        "{told:?}"
    );
    bed.told("alice", "MODE #tea -N+b bob!*@*");
    assert_eq!(bed.told("bob", "NICK rob"), ["447 bob"]);
}

#[test]
fn nicks_change_no_faster_than_their_rate() {
    let mut bed = Bed::new();
    let rate = Rate::new(1, std::time::Duration::from_secs(20));
    let nick_rate = Some(rate);
    bed.chat.set_policy(
        Policy {
            nick_rate,
            ..bed.chat.policy().clone()
        },
        crate::chat::Timestamp(0),
    );
    bed.by("alice", Command::Nick(nick("Wiz")));
    let told = bed.told_whole("Wiz", "NICK Kilroy");
    assert!(
        told[0].starts_with("438 Wiz Kilroy :") && told[0].contains("limits.nick_rate"),
        "{told:?}"
    );
}

/// Modern IRC AWAY.
#[test]
fn away_is_a_message_or_none() {
    let mut bed = Bed::new();
    for (line, away) in [
        ("AWAY :gone fishing", Some(text("gone fishing"))),
        ("AWAY", None),
        ("AWAY :", None),
        ("AWAY :  ", None),
    ] {
        assert_eq!(bed.asks("alice", line), [Command::Away(away)], "{line}");
    }
    let fits = format!("AWAY :{}", "é".repeat(100));
    assert_eq!(bed.told("alice", &fits), [""; 0]);
    let told = bed.told_whole("alice", &format!("{fits}x"));
    assert!(
        told[0].starts_with("417 alice :") && told[0].contains("AWAYLEN"),
        "{told:?}"
    );
}

/// IRCv3 setname.
#[test]
fn setname_changes_the_real_name_or_says_why_not() {
    let mut bed = Bed::new();
    let name = "Bruce Wayne <bruce@wayne.enterprises>";
    let line = format!("SETNAME :{name}");
    let asked = [Command::SetRealname(text(name))];
    // "the server SHOULD handle it silently (with no response)".
    assert_eq!(bed.asks("alice", &line), asked);
    let bad = [
        "SETNAME".into(),
        "SETNAME :".into(),
        format!("SETNAME :{}", "x".repeat(201)),
    ];
    for line in &bad {
        assert_eq!(bed.told("alice", line), [""; 0], "{line}");
    }
    bed.by("alice", Command::Negotiate(set(&[Capability::SetName])));
    assert_eq!(bed.asks("alice", &line), asked);
    for line in &bad {
        assert_eq!(
            bed.told("alice", line),
            ["FAIL SETNAME INVALID_REALNAME"],
            "{line}"
        );
    }
    assert_eq!(
        bed.asks("alice", &format!("SETNAME :{}", "x".repeat(200)))
            .len(),
        1
    );
}
