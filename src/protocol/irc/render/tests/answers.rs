use super::*;

/// IRCv3 read-marker, the examples: after JOIN and before 366; nothing to those who do not know it.
#[test]
fn how_far_one_has_read_is_told_when_one_enters_and_when_it_changes() {
    let mut world = World::new();
    let alice = world.enter("alice", set(&[Capability::ReadMarker]), &[]);
    let entered = Event::YouEntered {
        who: who("alice"),
        room: TEA,
        name: room("#tea"),
        others: 0,
        topic: None,
        talks: Talks::In(room("#tea")),
    };
    let marker = |world: &World| world.told(&entered, alice)[..3].to_vec();
    let line = |at: &str| {
        [
            ":alice!user@host JOIN #tea".to_owned(),
            format!(":irc.test MARKREAD #tea {at}"),
            ":irc.test 353 alice = #tea :alice".to_owned(),
        ]
    };
    assert_eq!(marker(&world), line("*"));
    let read = Command::MarkRead(crate::chat::Target::Room(room("#tea")), Some(stamp().at));
    world.give(alice, read);
    assert_eq!(marker(&world), line("timestamp=2011-10-19T16:40:51.620Z"));
    let event = |at| Event::MarkedRead {
        target: "bob".into(),
        at,
    };
    let with = [Capability::ReadMarker, Capability::ServerTime];
    assert_eq!(
        told(&event(Some(Timestamp(1_546_612_406_123))), &with),
        [format!(
            "@{TIME} :irc.test MARKREAD bob timestamp=2019-01-04T14:33:26.123Z"
        )]
    );
    assert_eq!(
        told(&event(None), &with),
        [format!("@{TIME} :irc.test MARKREAD bob *")]
    );
    assert_eq!(told(&event(None), &[Capability::ServerTime]), [""; 0]);
}
use crate::chat::{Key, ListKind, Mask, ModeChange, Refusal, Role, RoomFlag, Talks, UserFlag};
use Capability::*;

fn modes(changes: Vec<ModeChange>) -> Event {
    Event::ModesChanged {
        by: Some(user("alice")),
        room: TEA,
        name: room("#tea"),
        changes: changes.into(),
    }
}

fn mask(text: &str) -> Mask {
    Mask::parse(text).expect("a mask")
}

#[test]
fn modes_that_changed_stand_in_one_line_in_their_order() {
    let event = modes(vec![
        ModeChange::Flag(RoomFlag::Moderated, true),
        ModeChange::Rank(Rank::Op, nick("bob"), true),
        ModeChange::Flag(RoomFlag::Secret, false),
        ModeChange::Rank(Rank::Voice, nick("carol"), false),
        ModeChange::List(ListKind::Ban, mask("*!*@bad"), true),
        ModeChange::Key(Key::parse("sesame")),
        ModeChange::Limit(Some(12)),
        ModeChange::Forward(Some(room("#over"))),
    ]);
    assert_eq!(
        told(&event, &[]),
        [":alice!user@host MODE #tea +mo-sv+bklf bob carol *!*@bad sesame 12 #over"]
    );
    let taken = modes(vec![
        ModeChange::Key(None),
        ModeChange::Limit(None),
        ModeChange::Forward(None),
        ModeChange::List(ListKind::InviteException, mask("x!*@*"), false),
    ]);
    assert_eq!(
        told(&taken, &[]),
        [":alice!user@host MODE #tea -klfI * x!*@*"]
    );
}

#[test]
fn many_modes_take_several_lines_by_number_and_by_length() {
    let voices = |count: usize, name: &dyn Fn(usize) -> String| {
        let voice = |n| ModeChange::Rank(Rank::Voice, nick(&name(n)), true);
        told(&modes((0..count).map(voice).collect()), &[])
    };
    let short = voices(45, &|n| format!("n{n}"));
    let counts: Vec<usize> = short
        .iter()
        .map(|line| Message::parse(line).unwrap().params.len() - 2)
        .collect::<Vec<_>>();
    // More than fifteen parameters are one to the parser that takes what a client may send.
    assert_eq!(counts.len(), 3);
    let letters = |line: &String| Message::parse(line).unwrap().params[1].to_owned();
    let sums: Vec<usize> = short.iter().map(|line| letters(line).len() - 1).collect();
    assert_eq!(sums, [20, 20, 5]);

    let long = voices(20, &|n| format!("{}{n:02}", "茶".repeat(29)));
    let sums: Vec<usize> = long.iter().map(|line| letters(line).len() - 1).collect();
    assert_eq!(sums.iter().sum::<usize>(), 20);
    assert!(long.len() > 1 && sums[0] == 5, "{sums:?}");
}

#[test]
fn ones_own_modes_come_from_oneself() {
    let event = Event::FlagsChanged {
        nick: nick("me"),
        changes: vec![
            (UserFlag::Bot, true),
            (UserFlag::Invisible, true),
            (UserFlag::Wallops, false),
        ],
    };
    assert_eq!(told(&event, &[]), [":me!user@host MODE me +Bi-w"]);
}

#[test]
fn who_is_invited_and_who_invites_are_told() {
    let invited = Event::Invited {
        by: user("alice"),
        room: TEA,
        name: room("#tea"),
    };
    assert_eq!(told(&invited, &[]), [":alice!user@host INVITE me #tea"]);
    let other = Event::InvitedOther {
        by: user("alice"),
        nick: nick("bob"),
        room: TEA,
        name: room("#tea"),
    };
    assert!(told(&other, &[]).is_empty());
    assert_eq!(
        told(&other, &[InviteNotify]),
        [":alice!user@host INVITE bob #tea"]
    );
    let sent = |away: Option<&str>| Event::InviteSent {
        nick: nick("bob"),
        name: room("#tea"),
        away: away.map(text),
    };
    let line = ":irc.test 341 me bob #tea";
    assert_eq!(told(&sent(None), &[]), [line]);
    assert_eq!(
        told(&sent(Some("out")), &[]),
        [line, ":irc.test 301 me bob :out"]
    );
}

#[test]
fn who_knocks_is_told_to_all_alike() {
    let knocked = |words: Option<&str>| Event::Knocked {
        who: who("carol"),
        room: TEA,
        name: room("#tea"),
        text: words.map(text),
    };
    let line = ":irc.test 710 #tea #tea carol!user@host :has asked for an invite";
    assert_eq!(told(&knocked(None), &[]), [line]);
    assert_eq!(
        told(&knocked(Some("please")), &[]),
        [format!("{line}: please")]
    );
    let sent = Event::KnockSent { name: room("#tea") };
    assert_eq!(
        told(&sent, &[]),
        [":irc.test 711 me #tea :Your KNOCK has been delivered"]
    );
}

#[test]
fn who_is_monitored_is_told_by_number() {
    let came = Event::CameOnline { who: who("alice") };
    assert_eq!(told(&came, &[]), [":irc.test 730 * :alice!user@host"]);
    let went = Event::WentOffline {
        nick: nick("alice"),
    };
    assert_eq!(told(&went, &[]), [":irc.test 731 * :alice"]);
    let answer = Event::Monitored {
        here: vec![who("alice"), who("bob")],
        gone: vec![nick("carol"), nick("dave")],
    };
    assert_eq!(
        told(&answer, &[]),
        [
            ":irc.test 730 me :alice!user@host,bob!user@host",
            ":irc.test 731 me :carol,dave"
        ]
    );
    let many = Event::Monitored {
        here: vec![],
        gone: (0..100).map(|n| nick(&format!("somebody{n}"))).collect(),
    };
    let lines = told(&many, &[]);
    let nicks: Vec<&str> = lines
        .iter()
        .flat_map(|line| line.strip_prefix(":irc.test 731 me :").unwrap().split(','))
        .collect();
    assert_eq!((nicks.len(), lines.len()), (100, 3));
}

#[test]
fn being_away_is_answered() {
    let is = |away: Option<&str>| Event::AwayIs {
        away: away.map(text),
    };
    assert_eq!(
        told(&is(Some("out")), &[]),
        [":irc.test 306 me :You have been marked as being away"]
    );
    assert_eq!(
        told(&is(None), &[ServerTime]),
        [format!(
            "@{TIME} :irc.test 305 me :You are no longer marked as being away"
        )]
    );
    let they = Event::TheyAreAway {
        nick: nick("bob"),
        away: text("out to lunch"),
    };
    assert_eq!(told(&they, &[]), [":irc.test 301 me bob :out to lunch"]);
}

#[test]
fn other_answers_have_their_numbers() {
    let forwarded = Event::YouAreForwarded {
        from: room("#a"),
        to: room("#b"),
    };
    assert_eq!(
        told(&forwarded, &[]),
        [":irc.test 470 me #a #b :Forwarding to another channel"]
    );
    let operator = Event::YouAreOperator {
        role: Role::Moderator,
    };
    assert_eq!(
        told(&operator, &[]),
        [":irc.test 381 me :You are now an IRC operator (moderator)"]
    );
    let account = Event::YouAreLoggedIn { who: marked("me") };
    let number = ":irc.test 900 me me!user@host acc :You are now logged in as acc";
    assert_eq!(told(&account, &[]), [number]);
    assert_eq!(
        told(&account, &[AccountNotify]),
        [":me!user@host ACCOUNT acc", number]
    );
    let none = Event::YouAreLoggedIn { who: who("me") };
    assert_eq!(
        told(&none, &[]),
        [":irc.test 901 me me!user@host :You are now logged out"]
    );
}

#[test]
fn who_has_registered_is_welcome() {
    let lines = told(&Event::Registered { who: who("me") }, &[ServerTime]);
    let first = format!("@{TIME} :irc.test 001 me :Welcome to the Test Network, me");
    assert_eq!(lines[0], first);
    assert!(lines.iter().any(|line| line.contains(" 005 me ")));
}

#[test]
fn what_was_not_carried_out_is_refused_as_by_its_command() {
    let full = Event::Refused(Refusal::MonitorFull {
        limit: 2,
        nicks: vec![nick("bob")],
    });
    let lines = told(&full, &[]);
    assert!(
        lines[0].starts_with(":irc.test 734 me 2 bob :"),
        "{lines:?}"
    );
    let low = Event::Refused(Refusal::RankTooLow {
        room: room("#tea"),
        rank: Rank::Op,
    });
    let lines = told(&low, &[]);
    assert!(lines[0].starts_with(":irc.test 482 me #tea :"), "{lines:?}");
}

#[test]
fn a_text_that_no_line_can_hold_shows_that_it_is_cut() {
    let they = Event::TheyAreAway {
        nick: nick("bob"),
        away: text(&"é".repeat(1_000)),
    };
    let lines = told(&they, &[]);
    assert!(
        lines[0].ends_with("é…") && lines[0].len() >= 509,
        "{lines:?}"
    );
}

#[test]
fn the_time_of_a_reply_is_a_tag_with_its_space() {
    assert_eq!(time_tag(stamp().at, set(&[])), "");
    assert_eq!(
        time_tag(stamp().at, set(&[ServerTime])),
        format!("@{TIME} ")
    );
    for (at, shown) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1970-01-01T00:00:00.000Z"),
        (i64::MAX, "9999-12-30T22:00:00.999Z"),
        (1_000_000_000_007, "2001-09-09T01:46:40.007Z"),
    ] {
        let tag = time_tag(Timestamp(at), set(&[ServerTime]));
        assert_eq!(tag, format!("@time={shown} "));
    }
}
