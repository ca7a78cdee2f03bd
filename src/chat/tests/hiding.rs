//! What those outside never learn, and members of an auditorium of each other.

use proptest::prelude::*;

use super::*;

fn mentions(event: &Event, name: &str) -> bool {
    serde_json::to_string(event)
        .expect("an event")
        .contains(name)
}

/// Whatever those of a hidden room do there, no one outside hears its name or what is said.
#[test]
fn nothing_of_a_hidden_room_reaches_those_outside() {
    for hidden in ["+s", "+p", "+si"] {
        let mut script = Script::with(1);
        let ids = ["op", "alice", "outsider"].map(|name| script.irc(name));
        let [op, alice, outsider] = ids;
        script.room_of("#hidden", &[op]);
        script.set(op, "#hidden", hidden);
        script.by(op, Command::Invite(nick("alice"), None));
        script.by(outsider, Command::Monitor(vec![nick("op"), nick("alice")]));
        for id in [op, outsider, alice, 1] {
            script.by(id, Command::Join(room("#lobby"), None));
        }
        script.by(op, Command::Join(room("#hidden"), None));
        let inside = [
            (alice, Command::Join(room("#hidden"), None)),
            (alice, say("psst")),
            (op, Command::SetTopic(None, topic("psst"))),
            (op, Command::SetModes(None, changes("+ov-n alice alice"))),
            (alice, Command::Away(Some(text("lunch")))),
            (alice, Command::SetRealname(text("A"))),
            (
                op,
                Command::KickFrom(None, nick("alice"), Some(text("psst"))),
            ),
            (op, Command::Invite(nick("alice"), None)),
            (alice, Command::Join(room("#hidden"), None)),
            (alice, Command::Nick(nick("bob"))),
            (
                op,
                Command::RenameRoom(room("#hidden"), room("#hidden2"), Some(text("psst"))),
            ),
            (alice, Command::Part(None, Some(text("psst")))),
            (alice, Command::Whois(nick("op"))),
        ];
        for (who, command) in inside {
            let told = script.by(who, command.clone());
            for (client, event) in &told.clients {
                let outside = [1, outsider].contains(client);
                let leaks = mentions(event, "#hidden") || mentions(event, "psst");
                assert!(!(outside && leaks), "{command:?} told {client} {event:?}");
            }
        }
        for question in [Command::Rooms, Command::Whois(nick("op"))] {
            for asker in [1, outsider] {
                let told = script.by(asker, question.clone());
                assert!(!mentions(told.only(asker), "#hidden"), "{told:?}");
            }
        }
        let unknown = Refusal::NoSuchRoom {
            room: room("#hidden2"),
        };
        for asked in [
            Command::Who(Some(room("#hidden2"))),
            Command::ShowTopic(Some(room("#hidden2"))),
            Command::SetModes(Some(room("#hidden2")), changes("+m")),
            Command::KickFrom(Some(room("#hidden2")), nick("op"), None),
            Command::Invite(nick("bob"), Some(room("#hidden2"))),
            Command::Part(Some(room("#hidden2")), None),
        ] {
            assert_eq!(script.refused(outsider, asked), unknown);
        }
        // Those who are operators see it.
        script.promote(outsider, Role::Observer);
        let told = script.by(outsider, Command::Rooms);
        assert!(mentions(told.only(outsider), "#hidden2"));
    }
}

#[test]
fn in_an_auditorium_those_below_half_op_do_not_see_each_other() {
    let mut script = Script::with(0);
    let ids = ["op", "half", "alice", "bob"].map(|name| script.irc(name));
    let [op, half, alice, bob] = ids;
    script.room_of("#tea", &[op, half]);
    script.set(op, "#tea", "+uh half");
    let joined = |told: &Told| told.to(|e| matches!(e, Event::Joined { .. }));
    assert_eq!(
        joined(&script.by(alice, Command::Join(room("#tea"), None))),
        [op, half]
    );
    assert_eq!(
        joined(&script.by(bob, Command::Join(room("#tea"), None))),
        [op, half]
    );
    let told = script.by(alice, Command::Nick(nick("alicia")));
    assert_eq!(told.to(|e| matches!(e, Event::Renamed { .. })), [op, half]);
    let told = script.by(alice, Command::Away(Some(text("x"))));
    assert_eq!(
        told.to(|e| matches!(e, Event::AwayChanged { .. })),
        [op, half]
    );
    // What is said is heard by all, and the ops are seen by all.
    assert_eq!(
        script.by(alice, say("x")).to(|_| true),
        [op, half, bob, alice]
    );
    let told = script.by(half, Command::Nick(nick("half2")));
    assert_eq!(
        told.to(|e| matches!(e, Event::Renamed { .. })),
        [op, alice, bob]
    );
    let kick = Command::KickFrom(Some(room("#tea")), nick("alicia"), None);
    let told = script.by(op, kick);
    assert_eq!(
        told.to(|e| matches!(e, Event::KickedFrom { .. })),
        [op, half]
    );
    script.by(alice, Command::Join(room("#tea"), None));
    let told = script.by(alice, Command::Part(None, None));
    assert_eq!(told.to(|e| matches!(e, Event::Parted { .. })), [op, half]);
    // Who shares another room with it sees it there.
    script.room_of("#milk", &[bob, alice]);
    script.by(alice, Command::Join(room("#tea"), None));
    let told = script.by(alice, Command::Detach(Departure::Quit(None)));
    assert_eq!(
        told.to(|e| matches!(e, Event::Gone { .. })),
        [op, half, bob]
    );
    let watcher = script.irc("watcher");
    script.by(watcher, Command::Join(room("#tea"), None));
    let told = script.by(bob, Command::Detach(Departure::Closed));
    assert_eq!(told.to(|e| matches!(e, Event::Gone { .. })), [op, half]);
}

/// A registered auditorium: the ranks that the server gives and takes by accounts are those of members, who may be hidden.
#[test]
fn in_an_auditorium_what_the_server_gives_betrays_nobody_who_is_hidden() {
    let mut script = Script::with(0);
    let ids = ["op", "alice", "bob"].map(|name| script.irc(name));
    let [op, alice, bob] = ids;
    for (id, name) in [(op, "op"), (bob, "bob")] {
        script.login(id, name);
    }
    let tea = || Some(room("#tea"));
    script.room_of("#tea", &[op, alice]);
    script.by(op, Command::RegisterRoom(tea()));
    script.set(op, "#tea", "+u");
    let access = |rank| Command::SetAccess(tea(), nick("bob"), rank);
    script.by(op, access(Some(Rank::Voice)));
    let seen = |told: Told, modes: &str, by: &[u64]| {
        let told = told.modes();
        assert_eq!((told.0.as_str(), told.1), (modes, by.to_vec()));
    };
    let told = script.by(bob, Command::Join(room("#tea"), None));
    seen(told, "+v bob", &[bob, op]);
    let told = script.operator(Command::Login(ClientId(bob), None));
    seen(told, "-v bob", &[bob, op]);
    seen(script.login(bob, "bob"), "+v bob", &[bob, op]);
    let told = script.by(op, access(None));
    seen(told, "-v bob", &[bob, op]);
    // Who comes to be seen by all, or was, is.
    let told = script.by(op, access(Some(Rank::HalfOp)));
    seen(told, "+h bob", &[op, alice, bob]);
    let told = script.by(op, access(Some(Rank::Voice)));
    seen(told, "-h+v bob bob", &[op, alice, bob]);
    // Where one lands as well.
    let landing = room("#tea");
    let policy = Policy {
        landing,
        ..policy()
    };
    script.chat.set_policy(policy, script.now.at);
    let Command::Attach(mut attach) = attach(9) else {
        unreachable!("it attaches")
    };
    attach.login = Some(script.account("bob"));
    let told = script.try_by(Source::Client(ClientId(9)), Command::Attach(attach));
    seen(told.unwrap(), "+v guest9", &[9, op]);
}

/// What people change is told of members who are hidden to those who see them, to themselves and to who did it; of all others to all.
#[test]
fn in_an_auditorium_what_people_give_betrays_nobody_who_is_hidden() {
    let mut script = Script::with(0);
    let ids = ["op", "alice", "bob", "eve"].map(|name| script.irc(name));
    let [op, alice, bob, eve] = ids;
    script.login(op, "op");
    script.room_of("#tea", &ids);
    script.by(op, Command::RegisterRoom(Some(room("#tea"))));
    script.set(op, "#tea", "+u");
    let told = |told: &Told| -> Vec<(u64, String)> {
        let modes = told.clients.iter().filter_map(|(id, event)| match event {
            Event::ModesChanged { changes, .. } => Some((*id, describe(changes))),
            _ => None,
        });
        modes.collect()
    };
    let all = |ids: &[u64], modes: &str| -> Vec<(u64, String)> {
        ids.iter().map(|id| (*id, modes.to_owned())).collect()
    };
    let changed = script.set(op, "#tea", "+v alice");
    assert_eq!(told(&changed), all(&[alice, op], "+v alice"));
    // What is no secret is told to all, whatever stands beside it; of who is hidden each learns its own.
    let changed = script.set(op, "#tea", "+vm-v bob alice");
    let mut expected = all(&ids, "+m");
    expected.extend([(bob, "+v bob".into()), (alice, "-v alice".into())]);
    expected.extend(all(&[op], "+v-v bob alice"));
    assert_eq!(told(&changed), expected);
    // What it has, one gives up oneself.
    let changed = script.set(bob, "#tea", "-v bob");
    assert_eq!(told(&changed), all(&[bob, op], "-v bob"));
    // Who comes to be seen by all, or was, is.
    let changed = script.set(op, "#tea", "+vh bob bob");
    assert_eq!(told(&changed), all(&ids, "+vh bob bob"));
    let changed = script.set(op, "#tea", "-h bob");
    assert_eq!(told(&changed), all(&ids, "-h bob"));
    let changed = script.set(op, "#tea", "-v+v bob eve");
    let mut expected = all(&[bob], "-v bob");
    expected.extend(all(&[eve], "+v eve"));
    expected.extend(all(&[op], "-v+v bob eve"));
    assert_eq!(told(&changed), expected);
    // ChanServ gives as MODE does.
    let give = |nick: Nick, on| Command::SetRank(room("#tea"), Some(nick), Rank::Voice, on);
    let changed = script.by(op, give(nick("alice"), true));
    assert_eq!(told(&changed), all(&[alice, op], "+v alice"));
    // Who does it from outside, or is hidden itself from then on, reads what it did.
    let changed = script.set(op, "#tea", "-vqo alice op op");
    let mut expected = all(&ids, "-qo op op");
    expected.extend(all(&[op], "-v alice"));
    expected.extend(all(&[alice], "-v alice"));
    assert_eq!(told(&changed), expected);
    script.by(op, Command::Part(Some(room("#tea")), None));
    let changed = script.by(op, give(nick("alice"), true));
    assert_eq!(told(&changed), all(&[op, alice], "+v alice"));
    // Where the room is none any more, or was none, nobody is hidden.
    script.by(op, Command::Join(room("#tea"), None));
    let changed = script.set(op, "#tea", "-u+v bob");
    assert_eq!(told(&changed), all(&[op, alice, bob, eve], "-u+v bob"));
    let changed = script.set(op, "#tea", "+u-v bob");
    assert_eq!(told(&changed), all(&[op, alice, bob, eve], "+u-v bob"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a room's members do is told to its members alone, whatever its modes.
    #[test]
    fn a_rooms_events_stay_in_the_room(flags in any::<u32>(), acts in prop::collection::vec((0..3usize, 0..6usize), 1..20)) {
        let mut script = Script::new(policy());
        let ids = ["op", "alice", "bob", "outsider"].map(|name| script.irc(name));
        let tea = script.room_of("#tea", &ids[..3]);
        script.promote(ids[0], Role::Moderator);
        let flags = RoomFlag::ALL.iter().enumerate().filter(|(n, _)| flags >> n & 1 == 1);
        let flags = flags.map(|(_, flag)| ModeChange::Flag(*flag, true)).collect();
        script.by(ids[0], Command::SetModes(Some(room("#tea")), flags));
        for (who, what) in acts {
            let command = match what {
                0 => say_to(Target::Room(room("#tea")), "x"),
                1 => Command::SetTopic(Some(room("#tea")), topic("t")),
                2 => Command::SetModes(Some(room("#tea")), changes("+v-v bob bob")),
                3 => Command::Part(Some(room("#tea")), None),
                4 => Command::Join(room("#tea"), None),
                _ => Command::KickFrom(Some(room("#tea")), nick("bob"), None),
            };
            let id = ids[who];
            let Ok(told) = script.try_by(Source::Client(ClientId(id)), command) else { continue };
            for (client, event) in &told.clients {
                let own = *client == id || matches!(event, Event::YouWereKickedFrom { .. });
                prop_assert!(own || script.user(*client).is_in(tea), "{client}: {event:?}");
            }
        }
    }
}
