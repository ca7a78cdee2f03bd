//! What is kept of what happens in rooms besides messages: each thing once for each room, for those who saw it.

use std::slice::from_ref;

use super::*;

const TEA: &str = "#tea";

/// An op and alice in #tea, and what happens there is noted.
fn two() -> (Script, [u64; 2]) {
    let mut script = Script::new(policy());
    let ids = ["op", "alice"].map(|name| script.irc(name));
    script.room_of(TEA, &ids);
    script.notes = true;
    (script, ids)
}

fn of(name: &str) -> Identity {
    Identity {
        origin: Origin::new("~user", &format!("{}.example", name.to_lowercase())),
        ..who(name)
    }
}

fn as_op() -> Speaker {
    Speaker::User(of("op"))
}

/// What happened, and where.
fn kept(told: &Told) -> Vec<(&str, &What)> {
    let all = told.happened.iter();
    all.map(|one| (one.name.as_str(), &one.what)).collect()
}

fn tag(to: Target, tags: &str) -> Command {
    Command::Tag(to, ClientTags(tags.into()))
}

#[test]
fn each_thing_that_happens_in_a_room_is_kept_once_with_a_number_of_its_own() {
    let (mut script, [op, alice]) = two();
    let bob = script.irc("bob");
    let why = || Some(text("why"));
    let mut next = script.chat.said;
    for (by, command, what) in [
        (
            bob,
            Command::Join(room(TEA), None),
            What::Joined { who: of("bob") },
        ),
        (
            op,
            Command::SetTopic(Some(room(TEA)), topic("green")),
            What::Topic {
                by: as_op(),
                topic: topic("green"),
            },
        ),
        (
            op,
            Command::SetModes(Some(room(TEA)), changes("+mv bob")),
            What::Modes {
                by: Some(as_op()),
                changes: changes("+mv bob"),
            },
        ),
        (
            op,
            tag(Target::Room(room(TEA)), "+x"),
            What::Tagged {
                from: as_op(),
                tags: ClientTags("+x".into()),
            },
        ),
        (
            bob,
            Command::Nick(nick("rob")),
            What::Renamed {
                who: of("bob"),
                new: nick("rob"),
            },
        ),
        (
            op,
            Command::KickFrom(Some(room(TEA)), nick("rob"), why()),
            What::Kicked {
                by: as_op(),
                nick: nick("rob"),
                reason: why(),
            },
        ),
        (
            op,
            Command::RenameRoom(room(TEA), room("#milk"), why()),
            What::RoomRenamed {
                by: as_op(),
                old: room(TEA),
                new: room("#milk"),
                reason: why(),
            },
        ),
        (
            alice,
            Command::Part(Some(room("#milk")), why()),
            What::Parted {
                who: of("alice"),
                reason: why(),
            },
        ),
        (
            op,
            Command::Detach(Departure::Quit(why())),
            What::Gone {
                who: of("op"),
                how: Departure::Quit(why()),
            },
        ),
    ] {
        let told = script.by(by, command);
        let [happened] = &told.happened[..] else {
            panic!("{what:?}: {:?}", told.happened)
        };
        assert_eq!(happened.what, what);
        assert_eq!((happened.id.nth(), happened.rank), (next, None), "{what:?}");
        assert_eq!(happened.at, script.now.at);
        next += 1;
        assert_eq!(script.chat.said, next);
    }
}

#[test]
fn what_is_no_event_of_a_room_is_not_kept_and_takes_no_number() {
    let (mut script, [op, alice]) = two();
    let said = script.chat.said;
    for command in [
        Command::Away(Some(text("gone"))),
        Command::SetRealname(text("somebody")),
        Command::SetFlags(vec![(UserFlag::Bot, true)]),
        Command::Invite(nick("alice"), Some(room("#elsewhere"))),
        Command::Join(room(TEA), None),
        // Nothing comes of it.
        Command::SetModes(Some(room(TEA)), changes("-m")),
    ] {
        if let Ok(told) = script.try_by(Source::Client(ClientId(op)), command) {
            assert_eq!(told.happened, []);
        }
    }
    script.login(op, "account");
    assert_eq!(script.chat.said, said);
    // These have the numbers of messages, which were taken all the same.
    for (to, tags) in [
        (Target::User(nick("op")), "+x"),
        (Target::Room(room(TEA)), "+typing=active"),
    ] {
        assert_eq!(script.by(alice, tag(to, tags)).happened, []);
    }
    assert_eq!(
        script
            .by(op, say_to(Target::Room(room(TEA)), "hi"))
            .happened,
        []
    );
    assert_eq!(script.chat.said, said + 3);
}

#[test]
fn who_sits_in_several_rooms_brings_it_to_each() {
    let (mut script, [op, alice]) = two();
    script.by(alice, Command::Join(room("#milk"), None));
    // Nobody else is there.
    script.by(alice, Command::Join(room("#alone"), None));
    let rooms = |told: &Told| -> Vec<String> {
        let rooms = kept(told).into_iter().map(|(name, _)| name.to_owned());
        rooms.collect()
    };
    let all = [TEA, "#milk", "#alone"];
    assert_eq!(rooms(&script.by(alice, Command::Nick(nick("ann")))), all);
    let told = script.by(alice, Command::Detach(Departure::Closed));
    assert_eq!(rooms(&told), all);
    let numbers: Vec<u64> = told.happened.iter().map(|one| one.id.nth()).collect();
    let first = numbers[0];
    assert_eq!(numbers, [first, first + 1, first + 2]);
    script.by(op, Command::Join(room("#milk"), None));
    assert_eq!(rooms(&script.by(op, Command::PartAll)), [TEA, "#milk"]);
}

#[test]
fn what_one_does_alone_in_a_room_that_goes_on_is_kept_too() {
    let mut script = Script::with(1);
    script.notes = true;
    for command in [
        Command::Nick(nick("alice")),
        Command::Part(None, None),
        Command::Join(room("#lobby"), None),
        Command::Detach(Departure::Closed),
    ] {
        let told = script.by(1, command);
        assert_eq!(told.happened.len(), 1, "{told:?}");
    }
    // One who comes lands there.
    let told = script.attach();
    assert_eq!(
        kept(&told),
        [("#lobby", &What::Joined { who: who("guest2") })]
    );
}

#[test]
fn what_an_operator_does_from_outside_is_kept_once() {
    let (mut script, [op, _]) = two();
    let staff = script.irc("staff");
    script.promote(staff, Role::Administrator);
    for command in [
        Command::SetModes(Some(room(TEA)), changes("+m")),
        Command::KickFrom(Some(room(TEA)), nick("alice"), None),
        Command::RenameRoom(room(TEA), room("#milk"), None),
        Command::SetTopic(Some(room("#milk")), topic("x")),
        Command::Kill(nick("op"), text("spam")),
    ] {
        let told = script.by(staff, command);
        assert_eq!(told.happened.len(), 1, "{told:?}");
    }
    assert!(script.chat.client(ClientId(op)).is_none());
    script.attach();
    let set = Command::SetTopic(Some(room("#lobby")), topic("news"));
    let told = script.operator(set);
    let by = Speaker::Operator;
    let topic = topic("news");
    assert_eq!(kept(&told), [("#lobby", &What::Topic { by, topic })]);
    let end = Command::Kick(ClientId(script.next), text("spam"));
    assert_eq!(script.operator(end).happened.len(), 1);
}

#[test]
fn what_an_auditorium_hides_is_kept_for_those_who_saw_it() {
    let (mut script, [op, alice]) = two();
    script.set(op, TEA, "+u");
    script.by(alice, Command::Join(room("#milk"), None));
    let ranks = |told: &Told| -> Vec<(String, Option<Rank>)> {
        let all = told.happened.iter();
        all.map(|one| (one.name.as_str().to_owned(), one.rank))
            .collect()
    };
    let hidden = (TEA.to_owned(), Some(Rank::HalfOp));
    let seen = ("#milk".to_owned(), None);
    let renamed = script.by(alice, Command::Nick(nick("ann")));
    assert_eq!(ranks(&renamed), [hidden.clone(), seen.clone()]);
    let bob = script.irc("bob");
    let tea = || Some(room(TEA));
    for command in [
        Command::Join(room(TEA), None),
        Command::Part(tea(), None),
        Command::Join(room(TEA), None),
    ] {
        assert_eq!(ranks(&script.by(bob, command))[..], *from_ref(&hidden));
    }
    let kicked = script.by(op, Command::KickFrom(tea(), nick("bob"), None));
    assert_eq!(ranks(&kicked)[..], *from_ref(&hidden));
    // What the op does is seen by all; and it leaves them among themselves, where nobody sees anybody.
    let away = script.by(op, Command::Part(tea(), None));
    assert_eq!(ranks(&away), [(TEA.to_owned(), None)]);
    let told = script.by(alice, Command::Detach(Departure::Closed));
    assert_eq!(ranks(&told), [hidden, seen]);
    // What was said to a rank is kept for it.
    let (mut script, [_, alice]) = two();
    let told = script.by(alice, tag(Target::Ranked(Rank::Op, room(TEA)), "+x"));
    assert_eq!(ranks(&told), [(TEA.to_owned(), Some(Rank::Op))]);
}

#[test]
fn it_is_open_as_what_is_said_then_would_be_but_for_keys() {
    let (mut script, [op, _]) = two();
    let open = |told: &Told| told.happened[0].open;
    let set = |script: &mut Script, modes: &str| open(&script.set(op, TEA, modes));
    assert_eq!(set(&mut script, "+m"), Open::Yes);
    assert_eq!(set(&mut script, "+i"), Open::Yes, "it was open still");
    assert_eq!(set(&mut script, "+b x!*@*"), Open::No);
    assert_eq!(set(&mut script, "-i"), Open::No, "it was not open yet");
    assert_eq!(set(&mut script, "-m"), Open::ButForBanned);
    assert_eq!(set(&mut script, "+k milk"), Open::No);
    assert_eq!(set(&mut script, "-k milk"), Open::No);
    for (modes, expected) in [("", Open::Yes), ("s", Open::No)] {
        let mut policy = policy();
        for letter in modes.chars() {
            let flag = RoomFlag::of_letter(letter).expect("a flag");
            policy.room_modes = policy.room_modes.with(flag, true);
        }
        script.chat.set_policy(policy, script.now.at);
        let told = script.by(op, Command::Join(room(&format!("#new{modes}")), None));
        assert_eq!(open(&told), expected, "+{modes}");
    }
}

#[test]
fn who_comes_reads_that_it_came_and_who_made_the_room_too() {
    let mut script = Script::new(policy());
    script.notes = true;
    for name in ["op", "alice"] {
        let id = script.irc(name);
        let told = script.by(id, Command::Join(room(TEA), None));
        let (at, _) = script.chat.room_by_name(&room(TEA)).expect("there");
        let user = script.user(id);
        let (lives, rights) = script.chat.readable(user, at).expect("in it");
        assert_eq!(lives, std::slice::from_ref(&told.happened[0].life));
        assert_eq!(rights.joined, told.happened[0].id.nth());
        // What comes next is behind it.
        script.by(id, say_to(Target::Room(room(TEA)), "hi"));
        let said = script.chat.recent.back().expect("said").id;
        assert!(said > told.happened[0].id);
    }
}

#[test]
fn a_room_that_goes_on_after_a_restart_goes_on_with_what_happens_in_it() {
    let (mut script, [op, _]) = two();
    let told = script.set(op, TEA, "+m");
    let (life, id) = (told.happened[0].life.clone(), told.happened[0].id);
    let at = script.now.at;
    for (late, goes_on) in [(3_600_000, true), (25 * 3_600_000, false)] {
        let mut script = Script::new(policy());
        script.notes = true;
        script.chat = Chat::after(policy(), at, Some(id), vec![life.clone()], 7);
        script.now.at = Timestamp(at.0 + late);
        let alice = script.irc("alice");
        let told = script.by(alice, Command::Join(room(TEA), None));
        assert_eq!(told.happened[0].life == life, goes_on);
        let (_, there) = script.chat.room_by_name(&room(TEA)).expect("there");
        assert_eq!(there.life(), told.happened[0].life);
        assert!(told.happened[0].id > id);
    }
}

#[test]
fn ids_go_on_whatever_the_clock_does_and_messages_are_found_between_events() {
    let (mut script, [op, alice]) = two();
    let in_tea = || Target::Room(room(TEA));
    let mut last = None;
    let mut said = Vec::new();
    for back in [0, 3_600_000, 60_000] {
        script.now.at.0 -= back;
        script.by(alice, say_to(in_tea(), "hi"));
        said.push(script.chat.recent.back().expect("said").id);
        let told = script.by(op, Command::SetTopic(Some(room(TEA)), topic("x")));
        assert_eq!(told.happened[0].at, script.now.at, "the clock's time");
        for id in [said[said.len() - 1], told.happened[0].id] {
            assert!(last < Some(id), "{last:?} {id:?}");
            last = Some(id);
        }
    }
    // Forward, by an event only.
    script.now.at.0 += 10_000_000;
    let told = script.set(op, TEA, "+m");
    script.now.at.0 -= 10_000_000;
    script.by(op, say_to(in_tea(), "after"));
    assert!(script.chat.recent.back().expect("said").id > told.happened[0].id);
    for id in said {
        script.by(alice, Command::Redact(in_tea(), id, None));
        assert_eq!(
            script.refused(alice, Command::Redact(in_tea(), id, None)),
            Refusal::NoSuchMessage {
                id,
                target: TEA.into()
            }
        );
    }
}
