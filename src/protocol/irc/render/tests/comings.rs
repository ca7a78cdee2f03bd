use super::*;
use crate::chat::{Departure, RoomFlag, Talks};
use Capability::*;

fn joined(away: Option<&str>) -> Event {
    Event::Joined {
        who: who("alice"),
        realname: "Real Name".into(),
        away: away.map(text),
        room: TEA,
        name: room("#tea"),
    }
}

#[test]
fn who_enters_is_told_with_account_and_name_to_those_who_want_them() {
    let line = ":alice!user@host JOIN #tea";
    assert_eq!(told(&joined(None), &[]), [line]);
    assert_eq!(
        told(&joined(None), &[ExtendedJoin]),
        [format!("{line} * :Real Name")]
    );
    let event = Event::Joined {
        who: marked("alice"),
        realname: "".into(),
        away: None,
        room: TEA,
        name: room("#tea"),
    };
    assert_eq!(told(&event, &[ExtendedJoin]), [format!("{line} acc :")]);
    // Tags go with all that comes from a user.
    assert_eq!(
        told(&event, &[ServerTime, AccountTag, MessageTags, OperTag]),
        [format!("@{TIME};account=acc;bot;draft/oper {line}")]
    );
}

#[test]
fn who_enters_while_away_is_told_to_those_who_want_it() {
    let join = ":alice!user@host JOIN #tea";
    assert_eq!(told(&joined(Some("tea time")), &[]), [join]);
    assert_eq!(
        told(&joined(Some("tea time")), &[AwayNotify]),
        [join, ":alice!user@host AWAY :tea time"]
    );
    assert_eq!(told(&joined(None), &[AwayNotify]), [join]);
}

#[test]
fn who_leaves_is_told_with_the_reason() {
    let parted = |reason: Option<&str>| Event::Parted {
        who: who("alice"),
        room: TEA,
        name: room("#tea"),
        reason: reason.map(text),
    };
    let line = ":alice!user@host PART #tea";
    assert_eq!(told(&parted(None), &[]), [line]);
    assert_eq!(told(&parted(Some("bye")), &[]), [format!("{line} :bye")]);
    let left = Event::YouLeft {
        who: who("alice"),
        name: room("#tea"),
        reason: None,
        talks: Talks::InNoRoom,
    };
    assert_eq!(told(&left, &[]), [line]);
}

#[test]
fn who_is_kicked_is_told_like_the_others() {
    for reason in [Some(text("spam")), None] {
        let shown = reason.as_ref().map_or("alice", Text::as_str);
        let line = format!(":alice!user@host KICK #tea bob :{shown}");
        let others = Event::KickedFrom {
            by: user("alice"),
            who: who("bob"),
            room: TEA,
            name: room("#tea"),
            reason: reason.clone(),
        };
        let itself = Event::YouWereKickedFrom {
            by: user("alice"),
            nick: nick("bob"),
            name: room("#tea"),
            reason,
            talks: Talks::InNoRoom,
        };
        assert_eq!(told(&others, &[]), [line.as_str()]);
        assert_eq!(told(&itself, &[]), [line]);
    }
}

#[test]
fn how_somebody_went_is_told_but_not_which_limit_it_met() {
    for (how, quit, closing) in [
        (Departure::Quit(None), "Quit: ", "Quit: "),
        (Departure::Quit(Some(text("bye"))), "Quit: bye", "Quit: bye"),
        (Departure::Closed, "Connection closed", "Connection closed"),
        (Departure::Failed, "Connection failed", "Connection failed"),
        (
            Departure::Kicked(text("spam")),
            "Killed (*operator (spam))",
            "Killed (*operator (spam))",
        ),
        (
            Departure::Killed(nick("oper"), text("spam")),
            "Killed (oper (spam))",
            "Killed (oper (spam))",
        ),
        (
            Departure::Cut(text("limits.flood_rate: slower")),
            "Connection cut off by the server",
            "limits.flood_rate: slower",
        ),
        (
            Departure::Shutdown(text("update")),
            "Server shutting down: update",
            "Server shutting down: update",
        ),
    ] {
        let gone = Event::Gone {
            who: who("alice"),
            how: how.clone(),
        };
        assert_eq!(told(&gone, &[]), [format!(":alice!user@host QUIT :{quit}")]);
        let farewell = Event::Farewell { nick: None, how };
        let line = format!("ERROR :Closing Link: irc.test ({closing})");
        assert_eq!(lines(World::new().bytes(&farewell, None)), [line]);
    }
}

#[test]
fn who_is_ended_by_an_operator_is_told_by_whom() {
    let mut world = World::new();
    world.come("oper", set(&[]));
    let killed = |by: &str| Event::Farewell {
        nick: Some(nick("bob")),
        how: Departure::Killed(nick(by), text("spam")),
    };
    let told = |event: &Event| lines(world.bytes(event, None));
    assert_eq!(
        told(&killed("oper")),
        [
            ":oper!user@host KILL bob :spam",
            ":bob QUIT :Killed (oper (spam))",
            "ERROR :Closing Link: irc.test (Killed (oper (spam)))",
        ]
    );
    // One that has ended itself is not there any more.
    assert_eq!(told(&killed("bob"))[0], ":bob KILL bob :spam");
    let kicked = Event::Farewell {
        nick: Some(nick("bob")),
        how: Departure::Kicked(text("spam")),
    };
    let told = told(&kicked);
    assert_eq!(told[0], ":*operator!operator@irc.test KILL bob :spam");
    assert_eq!(told[1], ":bob QUIT :Killed (*operator (spam))");
}

#[test]
fn a_nick_changes_from_the_old_one() {
    let line = [":alice!user@host NICK :bob"];
    let (who, new) = (who("alice"), nick("bob"));
    let others = Event::Renamed {
        who: who.clone(),
        new: new.clone(),
    };
    assert_eq!(told(&others, &[]), line);
    assert_eq!(told(&Event::YouAre { who, nick: new }, &[]), line);
}

#[test]
fn a_topic_is_told_whole_where_a_line_can_hold_it() {
    let changed = |by: Speaker, words: &str| Event::TopicChanged {
        by,
        room: TEA,
        name: room("#tea"),
        topic: topic(words),
    };
    assert_eq!(
        told(&changed(user("alice"), "hi"), &[]),
        [":alice!user@host TOPIC #tea :hi"]
    );
    assert_eq!(
        told(&changed(Speaker::Operator, ""), &[]),
        [":*operator!operator@irc.test TOPIC #tea :"]
    );
    // Of the longest in ASCII the host gives way, not the topic.
    let mut from = who(&"a".repeat(32));
    from.origin = Origin::new(&"u".repeat(18), &"h".repeat(63));
    let words = "x".repeat(Topic::MOST);
    let event = Event::TopicSet {
        who: from,
        room: TEA,
        name: room(&format!("#{}", "r".repeat(49))),
        topic: topic(&words),
    };
    let lines = told(&event, &[]);
    assert!(lines[0].starts_with(&format!(":{} TOPIC ", "a".repeat(32))));
    assert!(lines[0].ends_with(&format!(" :{words}")));
}

fn entered(name: &str) -> Event {
    Event::YouEntered {
        who: who(name),
        room: TEA,
        name: room("#tea"),
        others: 0,
        topic: None,
        talks: Talks::In(room("#tea")),
    }
}

#[test]
fn who_enters_is_told_the_topic_and_who_is_there() {
    let mut world = World::new();
    world.enter("alice", set(&[]), &[Rank::Op, Rank::Voice]);
    let bob = world.enter("bob", set(&[]), &[]);
    assert_eq!(
        world.told(&entered("bob"), bob),
        [
            ":bob!user@host JOIN #tea",
            ":irc.test 353 bob = #tea :bob @alice",
            ":irc.test 366 bob #tea :End of /NAMES list",
        ]
    );
    let set_by_alice = Change::TopicSet {
        room: TEA,
        topic: Some(topic("green or black")),
        by: Some("alice!user@host".into()),
        at: Timestamp(1_547_691_506_999),
    };
    world.chat.apply([set_by_alice].into_iter().collect());
    let with = [MultiPrefix, UserhostInNames, ExtendedJoin, ServerTime];
    let carol = world.enter("carol", set(&with), &[]);
    let t = format!("@{TIME} ");
    assert_eq!(
        world.told(&entered("carol"), carol),
        [
            format!("{t}:carol!user@host JOIN #tea * :Real Name"),
            format!("{t}:irc.test 332 carol #tea :green or black"),
            format!("{t}:irc.test 333 carol #tea alice!user@host 1547691506"),
            format!(
                "{t}:irc.test 353 carol = #tea :carol!user@host @+alice!user@host bob!user@host"
            ),
            format!("{t}:irc.test 366 carol #tea :End of /NAMES list"),
        ]
    );
    let dave = world.enter("dave", set(&[NoImplicitNames]), &[]);
    let lines = world.told(&entered("dave"), dave);
    assert_eq!(lines.len(), 3, "{lines:?}");
    let names = |line: &&String| line.contains(" 353 ") || line.contains(" 366 ");
    assert_eq!(lines.iter().filter(names).count(), 0);
}

#[test]
fn many_names_take_several_lines() {
    let mut world = World::new();
    for n in 0..100 {
        world.enter(&format!("somebody{n}"), set(&[]), &[]);
    }
    let me = world.enter("me", set(&[]), &[]);
    let lines = world.told(&entered("me"), me);
    let names: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix(":irc.test 353 me = #tea :"))
        .flat_map(|names| names.split(' '))
        .collect();
    assert_eq!(names.len(), 101);
    assert_eq!((names[0], names[100]), ("me", "somebody99"));
    assert_eq!(lines.len(), 1 + 3 + 1, "as few lines as hold them");
}

#[test]
fn a_new_host_is_told_in_one_word_or_as_leaving_and_coming_back() {
    let mut world = World::new();
    let alice = world.enter("alice", set(&[]), &[Rank::Op, Rank::Voice]);
    let knows = world.enter("bob", set(&[ChangeHost]), &[]);
    let does_not = world.enter("carol", set(&[ExtendedJoin, AwayNotify]), &[]);
    let elsewhere = world.come("dave", set(&[]));
    world.give(alice, Command::Away(Some(text("out"))));
    let event = Event::HostChanged {
        old: who("alice"),
        new: Identity {
            origin: Origin::new("user", "staff.test"),
            ..who("alice")
        },
    };
    let changed = ":alice!user@host CHGHOST user staff.test";
    assert_eq!(world.told(&event, knows), [changed]);
    assert_eq!(
        world.told(&event, does_not),
        [
            ":alice!user@host QUIT :Changing hostname",
            ":alice!user@staff.test JOIN #tea * :Real Name",
            ":irc.test MODE #tea +ov alice alice",
            ":alice!user@staff.test AWAY :out",
        ]
    );
    assert!(world.told(&event, elsewhere).is_empty());
    let own = ":irc.test 396 alice staff.test :is now your displayed host";
    assert_eq!(world.told(&event, alice), [own]);
    let negotiated = Change::Negotiated {
        seat: world.client(alice).seat,
        capabilities: set(&[ChangeHost]),
    };
    world.chat.apply([negotiated].into_iter().collect());
    assert_eq!(world.told(&event, alice), [changed, own]);
}

#[test]
fn a_new_host_is_not_told_of_a_room_where_one_is_not_seen() {
    let mut world = World::new();
    world.enter("alice", set(&[]), &[]);
    let bob = world.enter("bob", set(&[]), &[]);
    let op = world.enter("op", set(&[]), &[Rank::Op]);
    let flags = RoomFlags::default().with(RoomFlag::Auditorium, true);
    let auditorium = Change::RoomFlags { room: TEA, flags };
    world.chat.apply([auditorium].into_iter().collect());
    let event = Event::HostChanged {
        old: who("alice"),
        new: Identity {
            origin: Origin::new("user", "staff.test"),
            ..who("alice")
        },
    };
    assert!(world.told(&event, bob).is_empty());
    assert_eq!(world.told(&event, op).len(), 2, "QUIT and JOIN");
}

#[test]
fn a_new_name_of_a_room_is_told_in_one_word_or_as_leaving_and_entering() {
    let mut world = World::new();
    let alice = world.enter("alice", set(&[]), &[Rank::Op]);
    let bob = world.enter("bob", set(&[ChannelRename]), &[]);
    let renamed = |old: &str, new: &str, reason: Option<&str>| Event::RoomRenamed {
        by: user("alice"),
        room: TEA,
        old: room(old),
        new: room(new),
        reason: reason.map(text),
    };
    let event = renamed("#boaring", "#tea", Some("Typo fix"));
    let line = ":alice!user@host RENAME #boaring #tea :";
    assert_eq!(world.told(&event, bob), [format!("{line}Typo fix")]);
    assert_eq!(world.told(&renamed("#boaring", "#tea", None), bob), [line]);
    assert_eq!(
        world.told(&event, alice),
        [
            ":alice!user@host PART #boaring :Typo fix",
            ":alice!user@host JOIN #tea",
            ":irc.test 353 alice = #tea :@alice bob",
            ":irc.test 366 alice #tea :End of /NAMES list",
        ]
    );
    // To one whose case mapping makes it the same name, it is.
    assert!(world.told(&renamed("#TEA", "#tea", None), alice).is_empty());
}

#[test]
fn what_somebody_says_of_itself_is_told_to_those_who_want_it() {
    let away = |away: Option<&str>| Event::AwayChanged {
        who: who("alice"),
        away: away.map(text),
    };
    assert!(told(&away(Some("out")), &[]).is_empty());
    let line = ":alice!user@host AWAY";
    assert_eq!(
        told(&away(Some("out")), &[AwayNotify]),
        [format!("{line} :out")]
    );
    assert_eq!(told(&away(None), &[AwayNotify]), [line]);

    let named = Event::RealnameChanged {
        who: who("alice"),
        realname: "Bruce Wayne <bruce@wayne.enterprises>".into(),
    };
    assert!(told(&named, &[]).is_empty());
    assert_eq!(
        told(&named, &[SetName]),
        [":alice!user@host SETNAME :Bruce Wayne <bruce@wayne.enterprises>"]
    );

    let account = Event::AccountChanged {
        who: marked("alice"),
    };
    assert!(told(&account, &[AccountTag]).is_empty());
    assert_eq!(
        told(&account, &[AccountNotify, AccountTag]),
        ["@account=acc :alice!user@host ACCOUNT acc"]
    );
    let none = Event::AccountChanged { who: who("alice") };
    assert_eq!(
        told(&none, &[AccountNotify]),
        [":alice!user@host ACCOUNT *"]
    );
}
