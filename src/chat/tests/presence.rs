use super::*;

#[test]
fn a_client_is_welcomed_first_and_the_others_hear_of_it() {
    let mut script = Script::with(2);
    let told = script.attach();
    let (id, first) = &told.clients[0];
    assert_eq!(*id, 3);
    let Event::Welcome {
        nick: me,
        name,
        others: 2,
        topic: None,
        news: true,
        ..
    } = first
    else {
        panic!("{first:?}");
    };
    assert_eq!((me.as_str(), name.as_str()), ("guest3", "#lobby"));
    assert_eq!(told.to(|e| matches!(e, Event::Joined { .. })), [1, 2]);
    assert_eq!(told.to(|e| matches!(e, Event::Welcome { .. })), [3]);
}

#[test]
fn a_guest_nick_that_is_taken_gets_longer() {
    let mut script = Script::with(1);
    script.by(1, Command::Nick(nick("guest2")));
    script.attach();
    let names: Vec<_> = script
        .chat
        .clients()
        .map(|c| script.chat.user(c.user).unwrap().nick.clone())
        .collect();
    assert_eq!(names, [nick("guest2"), nick("guest2_")]);
    script.by(1, Command::Nick(nick("gue5t")));
    script.by(2, Command::Nick(nick("guest2")));
    assert!(script.chat.user_by_nick(&nick("GUEST2")).is_some());
}

#[test]
fn nobody_can_take_all_nicks_of_a_guest_to_come() {
    let mut script = Script::with(9);
    for client in 1..=9 {
        let name = format!("guest10{}", "_".repeat(client - 1));
        script.by(client as u64, Command::Nick(nick(&name)));
    }
    script.attach();
    let last = script.chat.client(ClientId(10)).unwrap();
    assert_eq!(
        script.chat.user(last.user).unwrap().nick.as_str(),
        "guest10-2"
    );
}

#[test]
fn a_look_alike_of_a_guest_nick_is_taken_too() {
    let mut script = Script::with(1);
    script.by(1, Command::Nick(nick("guestIl")));
    (0..10).for_each(|_| drop(script.attach()));
    let eleventh = script.chat.client(ClientId(11)).unwrap();
    assert_eq!(
        script.chat.user(eleventh.user).unwrap().nick.as_str(),
        "guest11_"
    );
}

#[test]
fn a_nick_goes_to_one_and_its_look_alikes_to_nobody_else() {
    let mut script = Script::with(2);
    let told = script.by(1, Command::Nick(nick("alice")));
    assert_eq!(
        *told.only(1),
        Event::YouAre {
            who: who("guest1"),
            nick: nick("alice")
        }
    );
    let renamed = Event::Renamed {
        who: who("guest1"),
        new: nick("alice"),
    };
    assert_eq!(*told.only(2), renamed);
    for taken in ["alice", "ALICE", "a1ice", "AIice"] {
        let refusal = script.refused(2, Command::Nick(nick(taken)));
        assert_eq!(refusal, Refusal::NickInUse { nick: nick(taken) });
    }
    let told = script.by(1, Command::Nick(nick("Alice")));
    assert_eq!(told.to(|e| matches!(e, Event::Renamed { .. })), [2]);
    assert!(
        script.chat.user_by_nick(&nick("a1ice")).is_none(),
        "a look-alike is not meant"
    );
    script.by(1, Command::Nick(nick("bob")));
    script.by(2, Command::Nick(nick("a1ice")));
}

#[test]
fn a_change_of_nick_is_told_once_to_each_who_shares_a_room() {
    let mut script = Script::with(4);
    for client in 1..=3 {
        script.by(client, Command::Join(room("#a"), None));
        script.by(client, Command::Join(room("#b"), None));
    }
    script.by(4, Command::Part(None, None));
    let told = script.by(1, Command::Nick(nick("alice")));
    assert_eq!(told.to(|e| matches!(e, Event::Renamed { .. })), [2, 3]);
}

#[test]
fn nicks_are_changed_at_a_rate_that_the_exempt_do_not_have() {
    let rate = Rate::new(1, Duration::from_secs(10));
    let mut script = Script::new(Policy {
        nick_rate: Some(rate),
        ..policy()
    });
    script.attach();
    script.by(1, Command::Nick(nick("a")));
    assert_eq!(
        script.refused(1, Command::Nick(nick("b"))),
        Refusal::NickRate {
            nick: nick("b"),
            wait: Duration::from_secs(10)
        }
    );
    script.by(1, Command::Nick(nick("a")));
    script.wait(Duration::from_secs(10));
    script.by(1, Command::Nick(nick("b")));
    let Command::Attach(mut exempt) = attach(2) else {
        unreachable!()
    };
    exempt.exempt = true;
    script
        .try_by(Source::Client(ClientId(2)), Command::Attach(exempt))
        .unwrap();
    for name in ["c", "d", "e"] {
        script.by(2, Command::Nick(nick(name)));
    }
}

/// What a guest is told last.
fn farewell(client: u64, how: &Departure) -> Event {
    Event::Farewell {
        nick: Some(nick(&format!("guest{client}"))),
        how: how.clone(),
    }
}

#[test]
fn one_who_quits_is_told_goodbye_and_the_others_once() {
    let mut script = Script::with(3);
    script.by(1, Command::Join(room("#a"), None));
    script.by(2, Command::Join(room("#a"), None));
    let how = Departure::Quit(Some(text("tea")));
    let told = script.by(1, Command::Detach(how.clone()));
    assert_eq!(*told.only(1), farewell(1, &how));
    assert_eq!(told.clients[0].0, 1, "the departed is told first");
    let gone = Event::Gone {
        who: who("guest1"),
        how,
    };
    assert_eq!((told.only(2), told.only(3)), (&gone, &gone));
    assert_eq!(told.closed, [1]);
    assert_eq!(script.refused(1, say("x")), Refusal::Detached);
}

#[test]
fn one_whose_connection_ended_is_told_nothing() {
    for how in [Departure::Closed, Departure::Failed] {
        let mut script = Script::with(2);
        let told = script.by(1, Command::Detach(how));
        assert_eq!(told.to(|_| true), [2]);
        assert_eq!(told.closed, [1]);
    }
}

#[test]
fn at_shutdown_each_is_told_and_nobody_hears_of_the_others() {
    let mut script = Script::with(2);
    let how = Departure::Shutdown(text("maintenance"));
    let told = script.by(1, Command::Detach(how.clone()));
    assert_eq!(told.clients, [(1, farewell(1, &how))]);
}

#[test]
fn only_the_operator_kicks_and_only_whom_there_is() {
    let mut script = Script::with(2);
    let kick = |id| Command::Kick(ClientId(id), text("spam"));
    assert_eq!(script.refused(1, kick(2)), Refusal::NotFromHere);
    let told = script.operator(kick(2));
    let how = Departure::Kicked(text("spam"));
    assert_eq!(*told.only(2), farewell(2, &how));
    assert_eq!(
        *told.only(1),
        Event::Gone {
            who: who("guest2"),
            how
        }
    );
    assert_eq!(
        script.try_by(Source::Operator, kick(2)),
        Err(Refusal::Detached)
    );
}

#[test]
fn a_freed_seat_is_taken_again_and_an_id_never() {
    let mut script = Script::with(3);
    let seat = script.chat.client(ClientId(2)).unwrap().seat;
    script.by(2, Command::Detach(Departure::Closed));
    script.attach();
    assert_eq!(script.chat.client(ClientId(4)).unwrap().seat, seat);
    let ids: Vec<u64> = script.chat.clients().map(|c| c.id.0).collect();
    assert_eq!(ids, [1, 3, 4]);
    let twice = script.try_by(Source::Client(ClientId(4)), attach(4));
    assert_eq!(twice, Err(Refusal::NotFromHere));
}

#[test]
fn what_a_client_does_counts_as_activity() {
    let mut script = Script::with(1);
    script.wait(Duration::from_secs(90));
    let told = script.by(1, Command::Whois(nick("guest1")));
    let Event::UserIs {
        here: Some((_, 90)),
        ..
    } = told.only(1)
    else {
        panic!("{told:?}");
    };
    let client = script.chat.client(ClientId(1)).unwrap();
    assert_eq!(client.active_at, script.now.tick);
}
