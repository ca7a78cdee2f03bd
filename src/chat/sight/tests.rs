use crate::chat::tests::{Script, nick, room};
use crate::chat::*;

/// alice made the room and is op in it, bob is a half-op, carol and dan are members, dora is outside, olga an operator outside.
const NAMES: [&str; 6] = ["alice", "bob", "carol", "dan", "dora", "olga"];

fn scene(flags: &[RoomFlag], invisible: &[&str]) -> Script {
    let mut script = Script::with(6);
    let id = |name: &str| {
        1 + NAMES
            .iter()
            .position(|known| *known == name)
            .expect("known") as u64
    };
    for name in NAMES {
        script.by(id(name), Command::Nick(nick(name)));
        script.by(id(name), Command::Part(None, None));
    }
    for name in ["alice", "bob", "carol", "dan"] {
        script.by(id(name), Command::Join(room("#tea"), None));
    }
    let mut changes = vec![ModeChange::Rank(Rank::HalfOp, nick("bob"), true)];
    changes.extend(flags.iter().map(|&flag| ModeChange::Flag(flag, true)));
    script.by(1, Command::SetModes(Some(room("#tea")), changes));
    for name in invisible {
        let flags = vec![(UserFlag::Invisible, true)];
        script.by(id(name), Command::SetFlags(flags));
    }
    script.by(6, Command::Promote(Role::Observer, "root".into(), None));
    script
}

fn user<'a>(script: &'a Script, name: &str) -> &'a User {
    script.chat.user_by_nick(&nick(name)).expect("here").1
}

fn tea(script: &Script) -> RoomId {
    script.chat.room_by_name(&room("#tea")).expect("there").0
}

/// Whom `asker` sees in the room, in the order in which it is told of them.
fn seen(script: &Script, asker: &str) -> Vec<String> {
    let sight = script.chat.sight(user(script, asker));
    let members = sight.members(tea(script));
    members.map(|(_, user)| user.nick.to_string()).collect()
}

const ALL: [&str; 4] = ["alice", "bob", "carol", "dan"];

#[test]
fn a_hidden_room_is_for_its_members_and_operators() {
    for flag in [RoomFlag::Secret, RoomFlag::Private] {
        let script = scene(&[flag], &[]);
        for name in NAMES {
            let may = script.chat.may_see_room(user(&script, name), tea(&script));
            assert_eq!(may, name != "dora", "{name}");
        }
        assert_eq!(seen(&script, "dora"), [""; 0]);
        assert_eq!(seen(&script, "olga"), ALL);
    }
    let script = scene(&[RoomFlag::InviteOnly], &[]);
    assert_eq!(
        seen(&script, "dora"),
        ALL,
        "a room for the invited is no hidden one"
    );
    let gone = RoomId(999);
    assert!(!script.chat.may_see_room(user(&script, "olga"), gone));
    assert_eq!(
        script
            .chat
            .sight(user(&script, "olga"))
            .members(gone)
            .count(),
        0
    );
}

#[test]
fn the_invisible_are_seen_in_rooms_by_members_and_otherwise_by_those_who_share_one() {
    let script = scene(&[], &["carol", "dora"]);
    assert_eq!(seen(&script, "dora"), ["alice", "bob", "dan"]);
    assert_eq!(
        seen(&script, "dan"),
        ["dan", "alice", "bob", "carol"],
        "oneself first"
    );
    let sees = |asker: &str, other: &str| {
        let (asker, other) = (user(&script, asker), user(&script, other));
        script.chat.may_see_user(asker, other)
    };
    assert!(sees("alice", "carol") && sees("carol", "carol") && sees("dora", "dora"));
    assert!(!sees("dora", "carol") && !sees("carol", "dora"));
    assert!(sees("olga", "carol") && sees("olga", "dora"));
    assert!(sees("dora", "dan"), "who is not invisible is seen by all");
}

#[test]
fn an_auditorium_shows_its_half_ops_and_above() {
    let script = scene(&[RoomFlag::Auditorium], &["dan"]);
    assert_eq!(seen(&script, "carol"), ["carol", "alice", "bob"]);
    assert_eq!(seen(&script, "dora"), ["alice", "bob"]);
    assert_eq!(seen(&script, "bob"), ["bob", "alice", "carol", "dan"]);
    assert_eq!(seen(&script, "olga"), ALL);
    let (carol, dan) = (user(&script, "carol"), user(&script, "dan"));
    assert!(
        !script.chat.may_see_user(carol, dan),
        "sharing an auditorium is not seeing"
    );
    assert!(script.chat.may_see_user(user(&script, "bob"), dan));
    assert!(script.chat.may_see_user(dan, user(&script, "carol")));
}

/// The questions about one, about many, and about a user's rooms are one rule.
#[test]
fn all_ways_to_ask_agree() {
    for flags in [
        &[][..],
        &[RoomFlag::Secret],
        &[RoomFlag::Private, RoomFlag::Auditorium],
        &[RoomFlag::Auditorium],
    ] {
        let script = scene(flags, &["bob", "dan"]);
        let (chat, id) = (&script.chat, tea(&script));
        for asker in NAMES.map(|name| user(&script, name)) {
            let sight = chat.sight(asker);
            assert_eq!(sight.room(id), chat.may_see_room(asker, id));
            let mut listed: Vec<UserId> =
                sight.members(id).map(|(member, _)| member.user).collect();
            listed.sort_unstable();
            let there = chat.room(id).expect("there").members();
            let mut asked: Vec<UserId> = Vec::new();
            for &member in there {
                let user = chat.user(member.user).expect("a user");
                let may = chat.may_see_member(asker, id, member);
                assert_eq!(sight.rooms_of(user).count(), usize::from(may));
                assert!(
                    !may || chat.may_see_user(asker, user)
                        || asker.is_in(id)
                        || !user.flags.has(UserFlag::Invisible)
                );
                if may {
                    asked.push(member.user);
                }
            }
            asked.sort_unstable();
            assert_eq!(listed, asked, "{} with {flags:?}", asker.nick);
        }
    }
}

/// The plain protocol's questions.
#[test]
fn questions_of_every_protocol_keep_to_it() {
    let mut script = scene(&[RoomFlag::Secret], &[]);
    let rooms = |script: &mut Script, id: u64| match script.by(id, Command::Rooms).only(id) {
        Event::RoomsAre { rooms, more } => (rooms.len(), *more),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        rooms(&mut script, 5),
        (1, 0),
        "the landing room, and nothing is said to be missing"
    );
    assert_eq!(rooms(&mut script, 4), (2, 0));
    let refused = script.refused(5, Command::Who(Some(room("#tea"))));
    assert_eq!(refused, Refusal::NoSuchRoom { room: room("#tea") });
    match script.by(5, Command::Whois(nick("alice"))).only(5) {
        Event::UserIs { rooms, account, .. } => {
            assert!(rooms.is_empty(), "{rooms:?}");
            assert_eq!(*account, None);
        }
        other => panic!("{other:?}"),
    }
    let mut script = scene(&[RoomFlag::Auditorium], &["bob"]);
    match script.by(5, Command::Who(Some(room("#tea")))).only(5) {
        Event::WhoIs { members, more, .. } => {
            let nicks: Vec<&str> = members.iter().map(|member| member.nick.as_str()).collect();
            assert_eq!((nicks, *more), (vec!["alice"], 0));
            assert_eq!(members[0].rank, Some(Rank::Op));
        }
        other => panic!("{other:?}"),
    }
}
