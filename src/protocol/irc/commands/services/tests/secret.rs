//! What is said to a service is said to nobody else.

use super::*;
use crate::protocol::irc::Capability;
use crate::protocol::irc::commands::bed::set;

/// Whatever way a password is said to NickServ, and whatever else is said with it: nothing is said to the chat.
#[test]
fn nothing_that_is_said_to_it_is_said_to_anybody() {
    let all = [Capability::EchoMessage, Capability::MessageTags];
    let mut bed = bed();
    bed.by("alice", Command::Negotiate(set(&all)));
    for (target, identifies) in [
        ("NickServ", true),
        ("nickserv", true),
        ("NICKSERV", true),
        ("NickServ@services.example", true),
        ("nickserv@irc.example.org", true),
        // The others are told nothing, and that is told.
        ("bob,NickServ", true),
        ("NickServ,#tea,bob", true),
        ("#tea,nickserv@x", true),
        ("@#tea,NickServ", true),
    ] {
        let request = format!("identify alice {PASSWORD}");
        for said in ["IDENTIFY", "identify"] {
            let came = comes_to(&mut bed, &format!("PRIVMSG {target} :{said} {PASSWORD}"));
            let asked = came.iter().filter(|what| **what == request).count();
            assert_eq!(asked == 1, identifies, "{target}: {came:?}");
            let others = target.split(',').count() - 1;
            let refused = came.iter().filter(|what| what.contains(" 407 alice "));
            assert_eq!(refused.count(), others, "{target}: {came:?}");
        }
        let came = comes_to(&mut bed, &format!("NOTICE {target} :IDENTIFY {PASSWORD}"));
        assert_eq!(came, [""; 0], "nothing answers a notice");
    }
    assert_eq!(
        comes_to(&mut bed, "@+typing=active TAGMSG NickServ"),
        [""; 0]
    );
    // What is for programs.
    for said in ["\u{1}VERSION\u{1}", "\u{1}PING 1 2\u{1}"] {
        assert_eq!(
            comes_to(&mut bed, &format!("PRIVMSG NickServ :{said}")),
            [""; 0]
        );
    }
}

#[test]
fn a_message_of_several_lines_to_it_is_one_command() {
    let mut bed = bed();
    let able = [Capability::Multiline, Capability::Batch];
    bed.by("alice", Command::Negotiate(set(&able)));
    for (verb, target, expected) in [
        ("PRIVMSG", "NickServ", &["identify alice correct-horse"][..]),
        (
            "PRIVMSG",
            "nickserv@irc.example.org",
            &["identify alice correct-horse"],
        ),
        ("NOTICE", "NickServ", &[]),
    ] {
        for line in [
            format!("BATCH +b draft/multiline {target}"),
            format!("@batch=b {verb} {target} :IDENTIFY"),
            format!("@batch=b {verb} {target} :correct-horse"),
        ] {
            assert_eq!(comes_to(&mut bed, &line), [""; 0], "{line}");
        }
        assert_eq!(comes_to(&mut bed, "BATCH -b"), expected, "{verb} {target}");
    }
}

/// Nobody can be called so, and so be told passwords.
#[test]
fn nobody_has_its_name() {
    let mut bed = bed();
    for name in ["NickServ", "nickserv", "NICKSERV", "ChanServ", "NісkServ"] {
        let steps = bed.read("alice", &format!("NICK {name}")).steps;
        assert!(matches!(&steps[..], [Step::Tell(_)]), "{name}: {steps:?}");
    }
}
