use std::time::Duration;

use super::*;
use crate::chat::{ListKind, MessageId, Role, RoomFlag, Stamp};
use crate::protocol::irc::commands::bed::{lines, nick, room, set};

/// How a refusal of `verb` is told to somebody called `me`.
fn told(verb: &str, why: &Refusal, capabilities: Capabilities) -> Vec<String> {
    let mut out = Vec::new();
    let mut replies = Replies::new(&mut out, "", "irc.example.org", "me");
    refusal(&mut replies, verb, why, capabilities);
    lines(&out)
}

/// As [`told`], without what is said to people.
fn head(verb: &str, why: &Refusal) -> String {
    let all = told(verb, why, set(&[Capability::SetName]));
    let [line] = all.as_slice() else {
        panic!("{verb} {why:?}: {all:?}");
    };
    let (head, text) = line.split_once(" :").unwrap();
    assert!(!text.is_empty() && !text.contains('\u{1}'), "{line}");
    head.to_owned()
}

fn id() -> MessageId {
    MessageId::new(&Stamp::default(), 1)
}

/// Every refusal that there is, with what is told of it where no command has it told otherwise.
#[allow(clippy::too_many_lines, reason = "one table")]
fn all() -> Vec<(Refusal, String)> {
    let (a, b, bob) = (|| room("#a"), || room("#b"), || nick("bob"));
    let wait = Duration::from_millis(1500);
    let target = || Box::<str>::from("#a");
    let told = [
        (Refusal::NickInUse { nick: bob() }, "433 me bob"),
        (Refusal::NickReserved { nick: bob() }, "433 me bob"),
        (Refusal::NickIsServers { nick: bob() }, "432 me bob"),
        (Refusal::NickNotYours { nick: bob() }, "400 me VERB"),
        (Refusal::SharedUser, "400 me VERB"),
        (Refusal::NoSuchAccount, "400 me VERB"),
        (Refusal::NoAccountCalled { name: bob() }, "400 me VERB"),
        (Refusal::NotLoggedIn, "400 me VERB"),
        (Refusal::RoomRegistered { room: a() }, "400 me VERB"),
        (Refusal::RoomNotRegistered { room: a() }, "400 me VERB"),
        (Refusal::RoomIsLanding { room: a() }, "400 me VERB"),
        (
            Refusal::TooManyOwned {
                room: a(),
                limit: 2,
            },
            "400 me VERB",
        ),
        (Refusal::NotItsFounder { room: a() }, "482 me #a"),
        (Refusal::OneFounder { room: a() }, "400 me VERB"),
        (
            Refusal::AccessTooLow {
                room: a(),
                rank: Rank::Admin,
            },
            "482 me #a",
        ),
        (
            Refusal::NoAccess {
                room: a(),
                name: bob(),
            },
            "400 me VERB",
        ),
        (
            Refusal::AccessFull {
                room: a(),
                limit: 2,
            },
            "400 me VERB",
        ),
        (Refusal::NoSuchNick { nick: bob() }, "401 me bob"),
        (Refusal::NoSuchRoom { room: a() }, "403 me #a"),
        (Refusal::NotInRoom { room: a() }, "442 me #a"),
        (Refusal::NoCurrentRoom, "400 me VERB"),
        (
            Refusal::TooManyRooms {
                room: a(),
                limit: 2,
            },
            "405 me #a",
        ),
        (
            Refusal::RoomsFull {
                room: a(),
                limit: 2,
            },
            "405 me #a",
        ),
        (Refusal::JoinRate { room: a(), wait }, "263 me VERB"),
        (Refusal::NickRate { nick: bob(), wait }, "438 me bob"),
        (Refusal::Banned { room: a() }, "474 me #a"),
        (Refusal::InviteOnly { room: a() }, "473 me #a"),
        (Refusal::WrongKey { room: a() }, "475 me #a"),
        (Refusal::RoomFull { room: a() }, "471 me #a"),
        (Refusal::NeedAccount { room: a() }, "477 me #a"),
        (
            Refusal::MayNotSpeak {
                room: a(),
                letter: 'm',
            },
            "404 me #a",
        ),
        (
            Refusal::MayNotSayThat {
                target: target(),
                letter: 'C',
            },
            "404 me #a",
        ),
        (
            Refusal::MayNotSayThat {
                target: "bob".into(),
                letter: 'T',
            },
            "531 me bob",
        ),
        (Refusal::NotToThem { nick: bob() }, "531 me bob"),
        (Refusal::NobodyReads { nick: bob() }, "531 me bob"),
        (
            Refusal::RankTooLow {
                room: a(),
                rank: Rank::Op,
            },
            "482 me #a",
        ),
        (
            Refusal::TheyAreNotInRoom {
                nick: bob(),
                room: a(),
            },
            "441 me bob #a",
        ),
        (
            Refusal::TheyAreInRoom {
                nick: bob(),
                room: a(),
            },
            "443 me bob #a",
        ),
        (
            Refusal::NickLocked {
                room: a(),
                letter: 'N',
            },
            "447 me",
        ),
        (
            Refusal::ListFull {
                room: a(),
                list: ListKind::Ban,
                limit: 2,
                mask: "x!*@*".into(),
            },
            "478 me #a b",
        ),
        (
            Refusal::ModeNotYours {
                room: a(),
                flag: RoomFlag::Permanent,
            },
            "482 me #a",
        ),
        (Refusal::ForwardNotYours { room: a(), to: b() }, "482 me #b"),
        (Refusal::RoomOpen { room: a() }, "713 me #a"),
        (Refusal::MayNotKnock { room: a() }, "480 me #a"),
        (Refusal::NobodyLetsIn { room: a() }, "480 me #a"),
        (
            Refusal::NobodyHears {
                room: a(),
                rank: Rank::Op,
            },
            "404 me #a",
        ),
        (Refusal::KnockRate { room: a(), wait }, "712 me #a"),
        (
            Refusal::RoomExists {
                room: b(),
                old: a(),
            },
            "400 me VERB",
        ),
        (
            Refusal::RoomKeepsName {
                room: a(),
                new: b(),
            },
            "400 me VERB",
        ),
        (
            Refusal::MonitorFull {
                limit: 2,
                nicks: vec![bob(), nick("carol")],
            },
            "734 me 2 bob,carol",
        ),
        (
            Refusal::NoSuchMessage {
                id: id(),
                target: target(),
            },
            "400 me VERB",
        ),
        (
            Refusal::MessageNotYours {
                id: id(),
                target: target(),
            },
            "400 me VERB",
        ),
        (
            Refusal::NeedRole {
                role: Role::Moderator,
            },
            "481 me",
        ),
        (Refusal::NoOperator, "401 me *operator"),
        (Refusal::NotFromHere, "400 me VERB"),
        (Refusal::Internal, "400 me VERB"),
    ];
    told.map(|(why, head)| (why, head.to_owned())).into()
}

#[test]
fn each_refusal_has_its_numeric() {
    for (why, expected) in all() {
        for verb in ["INVITE", "MODE", "KICK", "TOPIC", "MONITOR", "NICK"] {
            assert_eq!(head(verb, &why), expected.replace("VERB", verb), "{why:?}");
        }
    }
    assert_eq!(told("JOIN", &Refusal::Detached, Capabilities(0)), [""; 0]);
}

/// Whatever is refused to whatever command is told in one line, and as that command is answered; a NOTICE never is.
#[test]
fn each_refusal_of_each_command_is_told() {
    let verbs = [
        "JOIN", "PART", "KICK", "TOPIC", "INVITE", "KNOCK", "RENAME", "PRIVMSG", "TAGMSG",
        "REDACT", "BATCH", "MODE", "NICK", "AWAY", "SETNAME", "OPER", "KILL", "WALLOPS", "MONITOR",
        "",
    ];
    for (why, _) in all() {
        for verb in verbs {
            head(verb, &why);
        }
        assert_eq!(told("NOTICE", &why, set(&[])), [""; 0], "{why:?}");
        assert_eq!(told("SETNAME", &why, set(&[])), [""; 0], "{why:?}");
        assert_eq!(head("SETNAME", &why), "FAIL SETNAME CANNOT_CHANGE_REALNAME");
    }
}

/// What is asked of ChanServ it answers itself, and says it as anybody else is told.
#[test]
fn what_chanserv_refuses_it_says() {
    for (why, _) in all() {
        let mut out = Vec::new();
        let mut replies = Replies::new(&mut out, "", "irc.example.org", "me");
        refusal(&mut replies, "CHANSERV", &why, Capabilities(0));
        let told = String::from_utf8(out).unwrap();
        let said = match &why {
            Refusal::NoSuchRoom { room } => format!("there is no channel {room}"),
            Refusal::NotInRoom { room } => format!("you are not in {room}; JOIN it first"),
            other => other.to_string(),
        };
        let source = ":ChanServ!ChanServ@irc.example.org NOTICE me :";
        assert_eq!(told, format!("{source}{said}\r\n"));
    }
}

#[test]
fn what_cannot_be_said_to_a_room_is_404_whatever_the_reason() {
    let (room, letter) = (room("#a"), 'm');
    for verb in ["PRIVMSG", "TAGMSG"] {
        for why in [
            Refusal::NotInRoom { room: room.clone() },
            Refusal::Banned { room: room.clone() },
            Refusal::MayNotSpeak {
                room: room.clone(),
                letter,
            },
            Refusal::RankTooLow {
                room: room.clone(),
                rank: Rank::Voice,
            },
        ] {
            assert_eq!(head(verb, &why), "404 me #a", "{why:?}");
        }
    }
}

/// The codes of IRCv3 channel-rename and message-redaction; KNOCK's own numerics.
#[test]
fn some_commands_have_words_of_their_own() {
    let (a, b, nick, target) = (room("#a"), room("#b"), nick("bob"), "#a".into());
    for (verb, why, expected) in [
        (
            "RENAME",
            Refusal::RoomExists {
                room: b.clone(),
                old: a.clone(),
            },
            "FAIL RENAME CHANNEL_NAME_IN_USE #a #b".to_owned(),
        ),
        (
            "RENAME",
            Refusal::RoomKeepsName {
                room: a.clone(),
                new: b,
            },
            "FAIL RENAME CANNOT_RENAME #a #b".into(),
        ),
        (
            "REDACT",
            Refusal::NoSuchMessage { id: id(), target },
            format!("FAIL REDACT UNKNOWN_MSGID #a {}", id()),
        ),
        (
            "REDACT",
            Refusal::MessageNotYours {
                id: id(),
                target: "#a".into(),
            },
            format!("FAIL REDACT REDACT_FORBIDDEN #a {}", id()),
        ),
        (
            "REDACT",
            Refusal::NotInRoom { room: a.clone() },
            "FAIL REDACT INVALID_TARGET #a".into(),
        ),
        (
            "REDACT",
            Refusal::NoSuchNick { nick: nick.clone() },
            "FAIL REDACT INVALID_TARGET bob".into(),
        ),
        (
            "KNOCK",
            Refusal::TheyAreInRoom {
                nick,
                room: a.clone(),
            },
            "714 me #a".into(),
        ),
        (
            "KNOCK",
            Refusal::Banned { room: a.clone() },
            "480 me #a".into(),
        ),
        (
            "JOIN",
            Refusal::Banned { room: a.clone() },
            "474 me #a".into(),
        ),
        ("JOIN", Refusal::NeedAccount { room: a }, "477 me #a".into()),
    ] {
        assert_eq!(head(verb, &why), expected, "{why:?}");
    }
}

/// A person is told the limit by its name, and how long to wait, rounded up.
#[test]
fn limits_are_told_by_name() {
    let (room, nick, wait) = (room("#a"), nick("bob"), Duration::from_millis(1500));
    for (why, words) in [
        (
            Refusal::TooManyRooms {
                room: room.clone(),
                limit: 7,
            },
            "7 is the most (limits.rooms_per_client)",
        ),
        (
            Refusal::RoomsFull {
                room: room.clone(),
                limit: 7,
            },
            "(limits.rooms)",
        ),
        (
            Refusal::JoinRate {
                room: room.clone(),
                wait,
            },
            "wait 2 seconds",
        ),
        (Refusal::JoinRate { room, wait }, "(limits.join_rate)"),
        (
            Refusal::NickRate { nick, wait },
            "(limits.nick_rate): wait 2 seconds",
        ),
    ] {
        let line = told("JOIN", &why, Capabilities(0)).concat();
        assert!(line.contains(words), "{line}");
    }
}
