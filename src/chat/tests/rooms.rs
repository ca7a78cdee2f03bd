use super::*;

#[test]
fn a_room_is_made_by_the_first_and_goes_with_the_last() {
    let mut script = Script::with(2);
    let told = script.by(1, Command::Join(room("#Tea"), None));
    let Event::YouEntered {
        name,
        others: 0,
        topic: None,
        ..
    } = told.only(1)
    else {
        panic!("{told:?}");
    };
    assert_eq!(name.as_str(), "#Tea");
    let told = script.by(2, Command::Join(room("#tea"), None));
    let Event::YouEntered {
        name, others: 1, ..
    } = told.only(2)
    else {
        panic!("{told:?}");
    };
    assert_eq!(name.as_str(), "#Tea", "as its maker wrote it");
    assert_eq!(told.to(|e| matches!(e, Event::Joined { .. })), [1]);
    let told = script.by(1, Command::Part(Some(room("#tea")), Some(text("bye"))));
    let left = Event::YouLeft {
        who: who("guest1"),
        reason: Some(text("bye")),
        name: room("#Tea"),
        talks: Talks::In(room("#lobby")),
    };
    assert_eq!(*told.only(1), left);
    let Event::Parted {
        reason: Some(reason),
        ..
    } = told.only(2)
    else {
        panic!("{told:?}");
    };
    assert_eq!(reason.as_str(), "bye");
    assert_eq!(script.chat.rooms_count(), 2);
    script.by(2, Command::Detach(Departure::Closed));
    assert_eq!(script.chat.rooms_count(), 1);
    assert!(script.chat.room_by_name(&room("#tea")).is_none());
}

#[test]
fn the_landing_room_is_there_without_anybody() {
    let mut script = Script::with(1);
    script.by(1, Command::Part(None, None));
    assert_eq!(script.chat.rooms_count(), 1);
    assert_eq!(script.refused(1, say("x")), Refusal::NoCurrentRoom);
    let missing = Refusal::NoSuchRoom { room: room("#tea") };
    assert_eq!(script.refused(1, Command::Who(Some(room("#tea")))), missing);
}

#[test]
fn the_current_room_is_the_last_joined_that_is_left() {
    let mut script = Script::with(1);
    for name in ["#a", "#b", "#c"] {
        script.by(1, Command::Join(room(name), None));
    }
    let told = script.by(1, Command::Join(room("#a"), None));
    assert!(matches!(told.only(1), Event::YouTalkIn { .. }));
    let mut current = Vec::new();
    for _ in 0..4 {
        let told = script.by(1, Command::Part(None, None));
        let Event::YouLeft { talks, .. } = told.only(1) else {
            panic!("{told:?}");
        };
        current.push(talks.clone());
    }
    let left = ["#c", "#b", "#lobby"].map(|name| Talks::In(room(name)));
    assert_eq!(current[..3], left);
    assert_eq!(current[3], Talks::InNoRoom);
}

#[test]
fn leaving_another_room_keeps_the_current_one() {
    let mut script = Script::with(1);
    script.by(1, Command::Join(room("#a"), None));
    let told = script.by(1, Command::Part(Some(room("#lobby")), None));
    let left = Event::YouLeft {
        who: who("guest1"),
        reason: None,
        name: room("#lobby"),
        talks: Talks::In(room("#a")),
    };
    assert_eq!(*told.only(1), left);
}

#[test]
fn rooms_are_limited_per_user_and_in_all() {
    let limits = Policy {
        rooms: Some(3),
        rooms_per_client: Some(2),
        ..policy()
    };
    let mut script = Script::new(limits);
    (0..3).for_each(|_| drop(script.attach()));
    script.by(1, Command::Join(room("#a"), None));
    let refusal = script.refused(1, Command::Join(room("#b"), None));
    assert_eq!(
        refusal,
        Refusal::TooManyRooms {
            room: room("#b"),
            limit: 2
        }
    );
    script.by(1, Command::Join(room("#lobby"), None));
    script.by(2, Command::Join(room("#b"), None));
    let refusal = script.refused(3, Command::Join(room("#c"), None));
    assert_eq!(
        refusal,
        Refusal::RoomsFull {
            room: room("#c"),
            limit: 3
        }
    );
    script.by(3, Command::Join(room("#a"), None));
}

#[test]
fn with_one_room_the_landing_room_is_it() {
    let limits = Policy {
        rooms: Some(1),
        rooms_per_client: Some(1),
        ..policy()
    };
    let mut script = Script::new(limits.clone());
    assert_eq!(script.chat.rooms_count(), 1);
    (0..2).for_each(|_| drop(script.attach()));
    let refusal = script.refused(1, Command::Join(room("#a"), None));
    assert_eq!(
        refusal,
        Refusal::TooManyRooms {
            room: room("#a"),
            limit: 1
        }
    );
    script.by(1, Command::Part(None, None));
    let refusal = script.refused(1, Command::Join(room("#a"), None));
    assert_eq!(
        refusal,
        Refusal::RoomsFull {
            room: room("#a"),
            limit: 1
        }
    );
    // Left by all, it is still there and still counts; and whoever comes or comes back finds room.
    script.by(2, Command::Part(None, None));
    let refusal = script.refused(2, Command::Join(room("#a"), None));
    assert_eq!(
        refusal,
        Refusal::RoomsFull {
            room: room("#a"),
            limit: 1
        }
    );
    script.by(1, Command::Join(room("#lobby"), None));
    script.attach();
    // Another landing room is made whatever the limit; the old one is one too many until it is empty.
    script.chat.set_policy(
        Policy {
            landing: room("#hall"),
            ..limits
        },
        Timestamp(2_000_000),
    );
    script.chat.check().unwrap();
    assert_eq!(script.attach().to(|_| true), [4]);
    assert_eq!(script.chat.rooms_count(), 2);
    script.by(2, Command::Join(room("#hall"), None));
    (1..=3).for_each(|id| drop(script.by(id, Command::Detach(Departure::Closed))));
    assert_eq!(script.chat.rooms_count(), 1);
    assert!(script.chat.room_by_name(&room("#hall")).is_some());
}

#[test]
fn only_real_joins_count_for_the_rate() {
    let rate = Rate::new(2, Duration::from_secs(20));
    let mut script = Script::new(Policy {
        join_rate: Some(rate),
        ..policy()
    });
    script.attach();
    script.by(1, Command::Join(room("#a"), None));
    for _ in 0..5 {
        script.by(1, Command::Join(room("#lobby"), None));
    }
    script.by(1, Command::Join(room("#b"), None));
    let refusal = script.refused(1, Command::Join(room("#c"), None));
    assert_eq!(
        refusal,
        Refusal::JoinRate {
            room: room("#c"),
            wait: Duration::from_secs(10)
        }
    );
    script.wait(Duration::from_secs(10));
    script.by(1, Command::Join(room("#c"), None));
}

#[test]
fn a_topic_is_set_shown_and_taken_away() {
    let mut script = Script::with(2);
    let told = script.by(1, Command::SetTopic(None, topic("tea at five")));
    assert!(matches!(told.only(1), Event::TopicSet { .. }));
    assert!(matches!(told.only(2), Event::TopicChanged { .. }));
    let told = script.attach();
    let Event::Welcome {
        topic: Some(shown), ..
    } = &told.clients[0].1
    else {
        panic!("{told:?}");
    };
    assert_eq!(shown.as_str(), "tea at five");
    let told = script.by(2, Command::ShowTopic(None));
    let Event::TopicIs {
        topic: Some(_),
        by: Some(by),
        at: Some(at),
        ..
    } = told.only(2)
    else {
        panic!("{told:?}");
    };
    assert_eq!((&**by, *at), ("guest1!plain@192.0.2.1", script.now.at));
    script.by(2, Command::SetTopic(Some(room("#lobby")), topic("")));
    let told = script.by(1, Command::ShowTopic(None));
    assert!(matches!(told.only(1), Event::TopicIs { topic: None, .. }));
    script.by(1, Command::Join(room("#a"), None));
    let refusal = script.refused(2, Command::SetTopic(Some(room("#a")), topic("x")));
    assert_eq!(refusal, Refusal::NotInRoom { room: room("#a") });
}

#[test]
fn another_landing_room_leaves_everybody_where_they_are() {
    let mut script = Script::with(1);
    script.chat.set_policy(
        Policy {
            landing: room("#hall"),
            ..policy()
        },
        Timestamp(2_000_000),
    );
    script.chat.check().unwrap();
    assert_eq!(script.chat.rooms_count(), 2);
    let told = script.attach();
    assert_eq!(told.to(|_| true), [2]);
    script.by(1, Command::Part(None, None));
    assert!(script.chat.room_by_name(&room("#lobby")).is_none());
    script.by(2, Command::Part(None, None));
    script.chat.set_policy(policy(), Timestamp(2_000_000));
    script.chat.check().unwrap();
    assert!(script.chat.room_by_name(&room("#hall")).is_none());
}

#[test]
fn lists_are_bounded_and_say_what_is_missing() {
    let mut script = Script::with(1);
    for n in 0..250 {
        script.by(1, Command::Join(room(&format!("#r{n:03}")), None));
    }
    script.attach();
    let told = script.by(1, Command::Rooms);
    let Event::RoomsAre { rooms, more: 51 } = told.only(1) else {
        panic!("{told:?}");
    };
    assert_eq!(rooms.len(), 200);
    assert_eq!((rooms[0].room.as_str(), rooms[0].users), ("#lobby", 2));
    let names: Vec<_> = rooms[1..]
        .iter()
        .map(|line| line.room.to_string())
        .collect();
    assert!(names.is_sorted());
}

#[test]
fn a_large_room_shows_its_first_members_by_name() {
    let mut script = Script::with(1);
    let change = |n: u32| {
        let name = nick(&format!("user{n:04}"));
        [
            Change::UserMade {
                origin: Origin::new("plain", "192.0.2.1"),
                realname: "".into(),
                user: UserId(n),
                nick: name,
            },
            Change::Entered {
                ranks: Ranks::default(),
                user: UserId(n),
                room: RoomId(0),
            },
        ]
    };
    // Backwards, so that the order of coming is not the order of names.
    script
        .chat
        .apply((1..=700).rev().flat_map(change).collect());
    let command = Command::Who(None);
    let told = script
        .chat
        .decide(&script.now, Source::Client(ClientId(1)), command)
        .unwrap();
    let Effect::Tell(
        _,
        Event::WhoIs {
            members, more: 201, ..
        },
    ) = &told.effects[0]
    else {
        panic!("{told:?}");
    };
    let names: Vec<_> = members
        .iter()
        .map(|member| member.nick.to_string())
        .collect();
    assert_eq!((names.len(), names.is_sorted()), (500, true));
    assert_eq!(
        (names[0].as_str(), names[1].as_str()),
        ("guest1", "user0001")
    );
}
