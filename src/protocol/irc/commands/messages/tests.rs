use super::super::bed::{Bed, nick, room, text};
use super::*;
use crate::chat::{Capabilities, Effect, Event};
use crate::chat::{MessageId, Rank, RoomName};

fn said_to(to: Target, manner: Manner, what: &str) -> Command {
    let (text, tags) = (text(what), None);
    Command::Say {
        to,
        manner,
        text,
        tags,
    }
}

fn message(to: Target, what: &str) -> Command {
    said_to(to, Manner::Message, what)
}

fn tea() -> RoomName {
    room("#tea")
}

/// RFC 2812 section 3.3.1, Modern IRC PRIVMSG.
#[test]
fn privmsg_goes_to_each_target() {
    let mut bed = Bed::new();
    let angel = Target::User(nick("Angel"));
    let halfops = Target::Ranked(Rank::HalfOp, room("#bunny"));
    for (line, asked) in [
        (
            "PRIVMSG Angel :yes I'm receiving it !",
            vec![message(angel.clone(), "yes I'm receiving it !")],
        ),
        (
            "PRIVMSG %#bunny :Hi! I have a problem!",
            vec![message(halfops.clone(), "Hi! I have a problem!")],
        ),
        (
            "PRIVMSG @%#bunny :Hi! I have a problem!",
            vec![message(halfops, "Hi! I have a problem!")],
        ),
        (
            "privmsg #tea,Angel,#TEA,angel hi",
            vec![message(Target::Room(tea()), "hi"), message(angel, "hi")],
        ),
        (
            "PRIVMSG *operator :help",
            vec![message(Target::Operator, "help")],
        ),
        // Only the first word is text, where there is no colon.
        (
            "PRIVMSG #tea two words",
            vec![message(Target::Room(tea()), "two")],
        ),
    ] {
        assert_eq!(bed.asks("alice", line), asked, "{line}");
    }
}

#[test]
fn privmsg_says_what_is_missing() {
    let mut bed = Bed::new();
    for (line, told) in [
        ("PRIVMSG", ":No recipient given (PRIVMSG)"),
        ("PRIVMSG :", ":No recipient given (PRIVMSG)"),
        ("PRIVMSG ,, :hi", ":No recipient given (PRIVMSG)"),
    ] {
        assert_eq!(bed.told_whole("alice", line), [format!("411 alice {told}")]);
    }
    for line in [
        "PRIVMSG bob",
        "PRIVMSG bob :",
        "PRIVMSG bob :   ",
        "PRIVMSG bob :\u{200b}",
        "PRIVMSG bob :\u{3}04,01",
    ] {
        assert_eq!(bed.told("alice", line), ["412 alice"], "{line}");
    }
    assert_eq!(bed.told("alice", "PRIVMSG a,b,c,d,e :hi"), ["407 alice e"]);
    assert_eq!(bed.asks("alice", "PRIVMSG a,b,c,d :hi").len(), 4);
}

/// Each target by itself: one that is not there takes nothing from the others.
#[test]
fn privmsg_says_who_is_not_there() {
    let mut bed = Bed::new();
    for (who, target, told) in [
        ("alice", "nobody", "401 alice nobody"),
        ("alice", "n@body", "401 alice n@body"),
        ("alice", "irc.example.org", "401 alice irc.example.org"),
        ("alice", "$*.org", "401 alice $*.org"),
        ("alice", "#nowhere", "403 alice #nowhere"),
        ("alice", "@#nowhere", "403 alice #nowhere"),
        ("alice", "#", "403 alice #"),
        ("alice", "*operator", "401 alice *operator"),
        ("carol", "#tea", "404 carol #tea"),
        ("carol", "+#tea", "404 carol #tea"),
    ] {
        let line = format!("PRIVMSG {target} :hi");
        assert_eq!(bed.told(who, &line), [told], "{line}");
    }
    assert_eq!(
        bed.told("alice", "PRIVMSG nobody,bob,#nowhere,#tea :hi"),
        ["401 alice nobody", "403 alice #nowhere"]
    );
}

/// Modern IRC, "Channel Modes": 404 for what a room's modes do not let through.
#[test]
fn privmsg_says_which_mode_is_in_the_way() {
    let mut bed = Bed::new();
    for (modes, said, back) in [
        ("+m", "hi", "-m"),
        ("+M", "hi", "-M"),
        ("+b bob!*@*", "hi", "-b bob!*@*"),
        ("+b ~m:bob!*@*", "hi", "-b ~m:bob!*@*"),
        ("+C", "\u{1}VERSION\u{1}", "-C"),
        ("+c", "\u{3}4red", "-c"),
    ] {
        assert_eq!(
            bed.told("alice", &format!("MODE #tea {modes}")),
            [""; 0],
            "{modes}"
        );
        let line = format!("PRIVMSG #tea :{said}");
        assert_eq!(bed.told("bob", &line), ["404 bob #tea"], "{modes}");
        bed.told("alice", &format!("MODE #tea {back}"));
        assert_eq!(bed.told("bob", &line), [""; 0], "{back}");
    }
    bed.told("dave", "MODE dave +R");
    assert_eq!(bed.told("bob", "PRIVMSG dave :hi"), ["531 bob dave"]);
    bed.told("dave", "MODE dave -R+T");
    let ctcp = "PRIVMSG dave :\u{1}VERSION\u{1}";
    assert_eq!(bed.told("bob", ctcp), ["531 bob dave"]);
}

/// RFC 2812 section 3.3.2: "automatic replies MUST NEVER be sent in response to a NOTICE message. This rule applies to servers too".
#[test]
fn a_notice_is_never_answered() {
    let mut bed = Bed::new();
    for line in [
        "NOTICE",
        "NOTICE :",
        "NOTICE bob",
        "NOTICE bob :",
        "NOTICE nobody :hi",
        "NOTICE #nowhere :hi",
        "NOTICE # :hi",
        "NOTICE $* :hi",
        "NOTICE *operator :hi",
        "NOTICE a,b,c,d,e :hi",
    ] {
        assert_eq!(bed.told("alice", line), [""; 0], "{line}");
    }
    assert_eq!(bed.told("carol", "NOTICE #tea :hi"), [""; 0]);
    assert_eq!(
        bed.asks("alice", "NOTICE #tea,nobody,# :\u{1}ACTION x\u{1}"),
        [
            said_to(Target::Room(tea()), Manner::Notice, "\u{1}ACTION x\u{1}"),
            said_to(
                Target::User(nick("nobody")),
                Manner::Notice,
                "\u{1}ACTION x\u{1}"
            ),
        ]
    );
}

/// Modern IRC, CTCP: "the final delimiter may be missing".
#[test]
fn an_action_is_one_and_other_ctcp_stays_as_it_is() {
    for (line, manner, what) in [
        ("\u{1}ACTION writes\u{1}", Manner::Action, "writes"),
        ("\u{1}ACTION writes", Manner::Action, "writes"),
        ("\u{1}ACTION\u{1}", Manner::Message, "\u{1}ACTION\u{1}"),
        ("\u{1}ACTION \u{1}", Manner::Message, "\u{1}ACTION \u{1}"),
        (
            "\u{1}ACTIONS x\u{1}",
            Manner::Message,
            "\u{1}ACTIONS x\u{1}",
        ),
        ("\u{1}VERSION\u{1}", Manner::Message, "\u{1}VERSION\u{1}"),
        (
            " \u{1}ACTION x\u{1}",
            Manner::Message,
            " \u{1}ACTION x\u{1}",
        ),
        ("100% {} \\2a $(x)", Manner::Message, "100% {} \\2a $(x)"),
    ] {
        assert_eq!(said(line, false), Some((manner, text(what))), "{line:?}");
    }
}

/// IRCv3 message-tags: client-only tags go with messages, notices and TAGMSG.
#[test]
fn client_only_tags_go_along() {
    let mut bed = Bed::with(&[Capability::MessageTags]);
    let tags = || Some(ClientTags("+a=1;+b".into()));
    for (verb, manner) in [("PRIVMSG", Manner::Message), ("NOTICE", Manner::Notice)] {
        let (to, text) = (Target::Room(tea()), text("hi"));
        let tags = tags();
        let line = format!("@+a=1;c=2;+b {verb} #tea :hi");
        assert_eq!(
            bed.asks("alice", &line),
            [Command::Say {
                to,
                manner,
                text,
                tags
            }]
        );
    }
    assert_eq!(
        bed.asks("alice", "@+a=1;+b TAGMSG #tea,@#tea,bob"),
        [
            Command::Tag(Target::Room(tea()), ClientTags("+a=1;+b".into())),
            Command::Tag(
                Target::Ranked(Rank::Op, tea()),
                ClientTags("+a=1;+b".into())
            ),
            Command::Tag(Target::User(nick("bob")), ClientTags("+a=1;+b".into())),
        ]
    );
    // Without the capability they are taken off.
    assert_eq!(
        bed.asks("bob", "@+a=1 PRIVMSG #tea :hi"),
        [message(Target::Room(tea()), "hi")]
    );
}

#[test]
fn tagmsg_is_for_those_who_have_tags() {
    let mut bed = Bed::with(&[Capability::MessageTags]);
    assert_eq!(bed.told("bob", "@+a TAGMSG #tea"), ["421 bob TAGMSG"]);
    // The specification's example: an unknown tag is removed, and the message relayed.
    assert_eq!(
        bed.asks("alice", "@unknown-tag TAGMSG #tea"),
        [Command::Tag(Target::Room(tea()), ClientTags("".into()))]
    );
    for (line, told) in [
        ("TAGMSG", "411 alice"),
        ("TAGMSG nobody", "401 alice nobody"),
        ("TAGMSG #nowhere", "403 alice #nowhere"),
        ("TAGMSG #", "403 alice #"),
        ("TAGMSG a,b,c,d,e", "407 alice e"),
    ] {
        assert_eq!(bed.told("alice", line), [told], "{line}");
    }
    bed.by(
        "carol",
        Command::Negotiate(Capabilities(Capability::MessageTags.bit())),
    );
    assert_eq!(bed.told("carol", "@+a TAGMSG #tea"), ["404 carol #tea"]);
}

/// `CLIENTTAGDENY`: blocked tags "will be silently ignored".
#[test]
fn denied_tags_are_ignored_and_a_tagmsg_of_nothing_else_too() {
    let mut bed = Bed::with(&[Capability::MessageTags]);
    bed.server.client_tag_deny = "*,-draft/react".into();
    assert_eq!(
        bed.asks("alice", "@+typing=active;+draft/react=x TAGMSG #tea"),
        [Command::Tag(
            Target::Room(tea()),
            ClientTags("+draft/react=x".into())
        )]
    );
    assert_eq!(bed.asks("alice", "@+typing=active TAGMSG #tea"), []);
    assert_eq!(
        bed.asks("alice", "@+typing=active PRIVMSG #tea :hi"),
        [message(Target::Room(tea()), "hi")]
    );
}

/// The id of what somebody says.
fn say(bed: &mut Bed, who: &str, to: Target, what: &str) -> MessageId {
    let decision = bed.by(who, message(to, what));
    let mut ids = decision.effects.iter().filter_map(|effect| match effect {
        Effect::Tell(_, Event::Said { id, .. }) => Some(*id),
        _ => None,
    });
    ids.next_back().expect("it is told")
}

/// IRCv3 message-redaction.
#[test]
fn redact_asks_or_says_why_not() {
    let mut bed = Bed::with(&[Capability::MessageTags, Capability::MessageRedaction]);
    bed.by(
        "bob",
        Command::Negotiate(bed.asker("alice").client.capabilities),
    );
    let own = say(&mut bed, "alice", Target::Room(tea()), "oops");
    let line = format!("REDACT #tea {own} :a typo");
    assert_eq!(
        bed.asks("alice", &line),
        [Command::Redact(
            Target::Room(tea()),
            own,
            Some(text("a typo"))
        )]
    );
    for (who, line, told) in [
        (
            "bob",
            line.clone(),
            format!("FAIL REDACT REDACT_FORBIDDEN #tea {own}"),
        ),
        (
            "alice",
            format!("REDACT bob {own}"),
            format!("FAIL REDACT UNKNOWN_MSGID bob {own}"),
        ),
        (
            "alice",
            "REDACT #tea xyz".into(),
            "FAIL REDACT UNKNOWN_MSGID #tea xyz".into(),
        ),
        (
            "alice",
            format!("REDACT $* {own}"),
            "FAIL REDACT INVALID_TARGET $*".into(),
        ),
        (
            "alice",
            format!("REDACT *operator {own}"),
            "FAIL REDACT INVALID_TARGET *operator".into(),
        ),
        (
            "alice",
            format!("REDACT #nowhere {own}"),
            "FAIL REDACT INVALID_TARGET #nowhere".into(),
        ),
        (
            "alice",
            format!("REDACT nobody {own}"),
            "FAIL REDACT INVALID_TARGET nobody".into(),
        ),
        ("alice", "REDACT #tea".into(), "461 alice REDACT".into()),
    ] {
        assert_eq!(bed.told(who, &line), [told], "{line}");
    }
    // "a client MUST negotiate the capability".
    assert_eq!(bed.told("carol", &line), ["421 carol REDACT"]);
    assert_eq!(bed.told("alice", &line), [""; 0]);
    assert_eq!(
        bed.told("alice", &line),
        [format!("FAIL REDACT UNKNOWN_MSGID #tea {own}")]
    );
}

/// Whether there is such a message is not told to those outside.
#[test]
fn redact_tells_those_outside_nothing_of_a_message() {
    let mut bed = Bed::with(&[Capability::MessageTags, Capability::MessageRedaction]);
    bed.by(
        "carol",
        Command::Negotiate(bed.asker("alice").client.capabilities),
    );
    let there = say(&mut bed, "alice", Target::Room(tea()), "hi");
    let none = MessageId::new(&bed.stamp, 4711);
    let [there, none] =
        [there, none].map(|id| bed.told_whole("carol", &format!("REDACT #tea {id}")));
    assert_eq!(there, none);
    assert!(
        there[0].starts_with("FAIL REDACT INVALID_TARGET #tea"),
        "{there:?}"
    );
}
