use super::super::bed::{Bed, nick, room, text, topic};
use crate::chat::{Command, Key, Rank, RoomFlag};
use crate::protocol::irc::Capability;

fn join(name: &str, key: Option<&str>) -> Command {
    Command::Join(room(name), key.and_then(Key::parse))
}

/// RFC 2812 section 3.2.1, its examples but for `&foo`, which names no room here.
#[test]
fn join_takes_rooms_and_keys_as_lists() {
    let mut bed = Bed::new();
    for (line, asked) in [
        ("JOIN #foobar", vec![join("#foobar", None)]),
        ("JOIN #foo fubar", vec![join("#foo", Some("fubar"))]),
        (
            "JOIN #foo,#bar fubar",
            vec![join("#foo", Some("fubar")), join("#bar", None)],
        ),
        (
            "JOIN #foo,#bar fubar,foobar",
            vec![join("#foo", Some("fubar")), join("#bar", Some("foobar"))],
        ),
        // The nth key is for the nth room, where one is empty too.
        (
            "join #foo,,#bar,#baz ,x,,k",
            vec![
                join("#foo", None),
                join("#bar", None),
                join("#baz", Some("k")),
            ],
        ),
        ("JOIN 0", vec![Command::PartAll]),
    ] {
        assert_eq!(bed.asks("alice", line), asked, "{line}");
    }
}

#[test]
fn join_says_of_each_name_that_it_is_none() {
    let mut bed = Bed::new();
    assert_eq!(
        bed.told("carol", "JOIN #a,&b,0,#"),
        ["476 carol &b", "476 carol 0", "476 carol #"]
    );
    assert!(bed.chat.room_by_name(&room("#a")).is_some());
    assert_eq!(bed.told("carol", "JOIN ,,"), ["461 carol JOIN"]);
    assert_eq!(bed.told("carol", "JOIN"), ["461 carol JOIN"]);
    assert_eq!(bed.told("carol", "JOIN :"), ["461 carol JOIN"]);
}

/// Modern IRC, JOIN: its numerics.
#[test]
fn join_says_why_one_may_not_enter() {
    let mut bed = Bed::new();
    bed.told("alice", "MODE #tea +k sesame");
    assert_eq!(bed.told("carol", "JOIN #tea"), ["475 carol #tea"]);
    assert_eq!(bed.told("carol", "JOIN #TEA wrong"), ["475 carol #tea"]);
    bed.told("alice", "MODE #tea -k+l x 2");
    assert_eq!(bed.told("carol", "JOIN #tea"), ["471 carol #tea"]);
    bed.told("alice", "MODE #tea -l+i");
    assert_eq!(bed.told("carol", "JOIN #tea"), ["473 carol #tea"]);
    bed.told("alice", "MODE #tea -i+b carol!*@*");
    assert_eq!(bed.told("carol", "JOIN #tea"), ["474 carol #tea"]);
    bed.told("alice", "MODE #tea -b+R carol!*@*");
    assert_eq!(bed.told("carol", "JOIN #tea"), ["477 carol #tea"]);
}

/// A client that comes back enters all its rooms again with one line.
#[test]
fn join_and_part_take_as_many_rooms_as_a_line_holds() {
    let mut bed = Bed::new();
    let rooms: Vec<String> = (0..120).map(|n| format!("#{n}")).collect();
    let rooms = rooms.join(",");
    assert_eq!(bed.asks("carol", &format!("JOIN {rooms}")).len(), 120);
    assert_eq!(bed.asks("carol", &format!("PART {rooms}")).len(), 120);
}

/// RFC 2812 section 3.2.2.
#[test]
fn part_leaves_each_room_with_the_reason() {
    let mut bed = Bed::new();
    let reason = Some(text("so long"));
    assert_eq!(
        bed.asks("alice", "PART #tea,#oz-ops :so long"),
        [
            Command::Part(Some(room("#tea")), reason.clone()),
            Command::Part(Some(room("#oz-ops")), reason),
        ]
    );
    assert_eq!(
        bed.asks("alice", "PART #tea :"),
        [Command::Part(Some(room("#tea")), None)]
    );
    assert_eq!(
        bed.told("carol", "PART #tea,#nowhere,nothing"),
        ["442 carol #tea", "403 carol #nowhere", "403 carol nothing"]
    );
    assert_eq!(bed.told("carol", "PART ,"), ["461 carol PART"]);
}

/// RFC 2812 section 3.2.8: one room and several nicks, or as many rooms as nicks.
#[test]
fn kick_pairs_rooms_and_nicks() {
    let mut bed = Bed::new();
    let kick = |place: &str, who: &str, why: Option<&str>| {
        Command::KickFrom(Some(room(place)), nick(who), why.map(text))
    };
    assert_eq!(
        bed.asks("alice", "KICK #tea bob,carol :Speaking English"),
        [
            kick("#tea", "bob", Some("Speaking English")),
            kick("#tea", "carol", Some("Speaking English")),
        ]
    );
    assert_eq!(
        bed.asks("alice", "KICK #tea,#b bob,carol"),
        [kick("#tea", "bob", None), kick("#b", "carol", None)]
    );
    assert_eq!(
        bed.asks("alice", "KICK #tea,#b bob,bob"),
        [kick("#tea", "bob", None), kick("#b", "bob", None)]
    );
    for line in [
        "KICK #tea,#b bob",
        "KICK #a,#b x,y,z",
        "KICK , bob",
        "KICK #tea ,",
    ] {
        assert_eq!(bed.told("alice", line), ["461 alice KICK"], "{line}");
    }
}

#[test]
fn kick_says_why_not() {
    let mut bed = Bed::new();
    for (who, line, told) in [
        ("alice", "KICK #tea nobody", "401 alice nobody"),
        ("alice", "KICK #tea n@body", "401 alice n@body"),
        ("alice", "KICK #tea carol", "441 alice carol #tea"),
        ("alice", "KICK #nowhere bob", "403 alice #nowhere"),
        ("alice", "KICK tea bob", "403 alice tea"),
        ("bob", "KICK #tea alice", "482 bob #tea"),
        ("carol", "KICK #tea alice", "442 carol #tea"),
    ] {
        assert_eq!(bed.told(who, line), [told], "{line}");
    }
    let all: Vec<String> = (0..21).map(|n| format!("n{n}")).collect();
    let line = format!("KICK #tea {}", all.join(","));
    assert_eq!(bed.told("alice", &line), ["407 alice n20"]);
    let rooms: Vec<String> = (0..21).map(|n| format!("#r{n}")).collect();
    let line = format!("KICK {} {}", rooms.join(","), all.join(","));
    assert_eq!(bed.told("alice", &line), ["407 alice n20"]);
    let line = format!("KICK #tea bob :{}", "x".repeat(201));
    assert_eq!(bed.told("alice", &line), ["417 alice"]);
    assert_eq!(bed.told("alice", "KICK #tea bob :out"), [""; 0]);
    assert_eq!(bed.rank_of("bob", "#tea"), None);
}

/// RFC 2812 section 3.2.4, Modern IRC TOPIC.
#[test]
fn topic_shows_who_set_it_and_when() {
    let mut bed = Bed::new();
    assert_eq!(bed.told("carol", "TOPIC #tea"), ["331 carol #tea"]);
    assert_eq!(
        bed.asks("alice", "TOPIC #tea :New topic"),
        [Command::SetTopic(Some(room("#tea")), topic("New topic"))]
    );
    assert_eq!(bed.told("alice", "TOPIC #tea :New topic"), [""; 0]);
    assert_eq!(
        bed.told_whole("bob", "topic #TEA"),
        [
            "332 bob #tea :New topic",
            "333 bob #tea alice!u@h.example 1795394644"
        ]
    );
    assert_eq!(
        bed.asks("alice", "TOPIC #tea :"),
        [Command::SetTopic(Some(room("#tea")), topic(""))]
    );
}

#[test]
fn topic_says_why_not() {
    let mut bed = Bed::new();
    assert_eq!(bed.told("bob", "TOPIC #tea :mine"), ["482 bob #tea"]);
    assert_eq!(bed.told("carol", "TOPIC #tea :mine"), ["442 carol #tea"]);
    assert_eq!(bed.told("carol", "TOPIC #nowhere"), ["403 carol #nowhere"]);
    assert_eq!(bed.told("carol", "TOPIC nowhere"), ["403 carol nowhere"]);
    let long = format!("TOPIC #tea :{}", "x".repeat(391));
    let told = bed.told_whole("alice", &long);
    assert!(
        told[0].starts_with("417 alice :") && told[0].contains("390"),
        "{told:?}"
    );
    let fits = format!("TOPIC #tea :{}", "x".repeat(390));
    assert_eq!(bed.told("alice", &fits), [""; 0]);
}

/// RFC 2811 section 4.2.6: "the server will act as if the channel does not exist for queries like the TOPIC".
#[test]
fn topic_of_a_secret_room_is_for_those_inside() {
    let mut bed = Bed::new();
    bed.told("alice", "TOPIC #tea :plans");
    bed.told("alice", "MODE #tea +s");
    let (secret, none) = (
        bed.told_whole("carol", "TOPIC #tea"),
        bed.told_whole("carol", "TOPIC #sea"),
    );
    assert_eq!(secret, [none[0].replace("#sea", "#tea")]);
    assert_eq!(bed.told("bob", "TOPIC #tea")[0], "332 bob #tea");
    bed.promote("carol", crate::chat::Role::Observer);
    assert_eq!(bed.told("carol", "TOPIC #tea")[0], "332 carol #tea");
}

/// Modern IRC, INVITE.
#[test]
fn invite_asks_or_says_why_not() {
    let mut bed = Bed::new();
    assert_eq!(
        bed.asks("alice", "INVITE Carol #tea"),
        [Command::Invite(nick("Carol"), Some(room("#tea")))]
    );
    for (who, line, told) in [
        ("alice", "INVITE carol", "461 alice INVITE"),
        ("alice", "INVITE carol #nowhere", "403 alice #nowhere"),
        ("alice", "INVITE carol nowhere", "403 alice nowhere"),
        ("alice", "INVITE nobody #tea", "401 alice nobody"),
        ("alice", "INVITE bob #tea", "443 alice bob #tea"),
        ("carol", "INVITE dave #tea", "442 carol #tea"),
    ] {
        assert_eq!(bed.told(who, line), [told], "{line}");
    }
    bed.told("alice", "MODE #tea +i");
    assert_eq!(bed.told("bob", "INVITE carol #tea"), ["482 bob #tea"]);
}

#[test]
fn invite_without_parameters_lists_invitations() {
    let mut bed = Bed::new();
    assert_eq!(bed.told("carol", "INVITE"), ["337 carol"]);
    bed.told("alice", "MODE #tea +i");
    bed.told("alice", "INVITE carol #tea");
    assert_eq!(bed.told("carol", "INVITE"), ["336 carol #tea", "337 carol"]);
    assert_eq!(bed.told("dave", "INVITE"), ["337 dave"]);
    bed.told("carol", "JOIN #tea");
    assert!(bed.rank_of("carol", "#tea").is_none());
    assert_eq!(bed.told("carol", "INVITE"), ["337 carol"]);
}

#[test]
fn knock_asks_or_says_why_not() {
    let mut bed = Bed::new();
    assert_eq!(
        bed.asks("carol", "KNOCK #tea :let me in"),
        [Command::Knock(room("#tea"), Some(text("let me in")))]
    );
    assert_eq!(bed.told("carol", "KNOCK #tea"), ["713 carol #tea"]);
    assert_eq!(bed.told("bob", "KNOCK #tea"), ["714 bob #tea"]);
    assert_eq!(bed.told("carol", "KNOCK #nowhere"), ["403 carol #nowhere"]);
    bed.told("alice", "MODE #tea +i");
    assert_eq!(bed.told("carol", "KNOCK #tea"), [""; 0]);
    assert_eq!(bed.told("carol", "KNOCK #tea"), ["712 carol #tea"]);
    bed.told("alice", "MODE #tea +K");
    assert_eq!(bed.told("dave", "KNOCK #tea"), ["480 dave #tea"]);
    bed.told("alice", "MODE #tea +b dave!*@*");
    assert_eq!(bed.told("dave", "KNOCK #tea"), ["480 dave #tea"]);
}

/// IRCv3 channel-rename.
#[test]
fn rename_asks_with_or_without_the_capability() {
    let asked = [Command::RenameRoom(
        room("#tea"),
        room("#coffee"),
        Some(text("Typo fix")),
    )];
    let line = "RENAME #tea #coffee :Typo fix";
    assert_eq!(Bed::new().asks("alice", line), asked);
    let mut bed = Bed::with(&[Capability::ChannelRename]);
    assert_eq!(bed.asks("alice", line), asked);
    // "Implementations MUST allow channels to be renamed while only changing the casing".
    assert_eq!(bed.told("alice", "RENAME #tea #Tea"), [""; 0]);
    let (_, tea) = bed.chat.room_by_name(&room("#tea")).unwrap();
    assert_eq!(tea.name.as_str(), "#Tea");
}

/// IRCv3 channel-rename, "Errors": FAIL where the specification has one, a numeric where there is one.
#[test]
fn rename_says_why_not() {
    let mut bed = Bed::new();
    bed.told("carol", "JOIN #sea");
    for (who, line, told) in [
        (
            "alice",
            "RENAME #tea #sea",
            "FAIL RENAME CHANNEL_NAME_IN_USE #tea #sea",
        ),
        (
            "alice",
            "RENAME #tea %local",
            "FAIL RENAME CANNOT_RENAME #tea %local",
        ),
        ("bob", "RENAME #tea #b", "482 bob #tea"),
        ("carol", "RENAME #tea #b", "442 carol #tea"),
        ("alice", "RENAME #nowhere #b", "403 alice #nowhere"),
        ("alice", "RENAME nowhere #b", "403 alice nowhere"),
        ("alice", "RENAME #tea", "461 alice RENAME"),
    ] {
        assert_eq!(bed.told(who, line), [told], "{line}");
    }
    bed.told("alice", "JOIN #lobby");
    bed.promote("alice", crate::chat::Role::Administrator);
    assert_eq!(
        bed.told("alice", "RENAME #lobby #hall"),
        ["FAIL RENAME CANNOT_RENAME #lobby #hall"]
    );
}

#[test]
fn what_is_invited_enters_and_what_is_made_is_ones_own() {
    let mut bed = Bed::new();
    bed.told("carol", "JOIN #new");
    assert_eq!(bed.rank_of("carol", "#new"), Some(Rank::Op));
    let (_, new) = bed.chat.room_by_name(&room("#new")).unwrap();
    assert!(new.flags.has(RoomFlag::NoExternal));
}
