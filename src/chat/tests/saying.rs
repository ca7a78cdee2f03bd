use super::*;

#[test]
fn a_line_goes_to_the_others_in_the_room_and_not_back() {
    let mut script = Script::with(3);
    let lobby = script.chat.room_by_name(&room("#lobby")).unwrap().0;
    let told = script.by(1, say("hello"));
    let said = Event::Said {
        from: Speaker::User(who("guest1")),
        place: Place::Room(lobby, room("#lobby")),
        manner: Manner::Message,
        text: text("hello"),
        id: MessageId::new(&script.now, 0),
        tags: None,
    };
    assert_eq!(told.clients, [(2, said.clone()), (3, said)]);
}

#[test]
fn one_speaks_only_in_rooms_one_is_in() {
    let mut script = Script::with(2);
    script.by(1, Command::Join(room("#a"), None));
    let outside = script.refused(2, say_to(Target::Room(room("#a")), "x"));
    assert_eq!(outside, Refusal::NotInRoom { room: room("#a") });
    let nowhere = script.refused(2, say_to(Target::Room(room("#b")), "x"));
    assert_eq!(nowhere, Refusal::NoSuchRoom { room: room("#b") });
    let told = script.by(1, say_to(Target::Room(room("#lobby")), "x"));
    assert_eq!(told.to(|_| true), [2]);
}

#[test]
fn a_private_message_reaches_one_and_tells_when_it_is_away() {
    let mut script = Script::with(3);
    script.by(2, Command::Nick(nick("bob")));
    let told = script.by(1, say_to(Target::User(nick("BOB")), "psst"));
    let Event::Said {
        place: Place::Private(to),
        ..
    } = told.only(2)
    else {
        panic!("{told:?}");
    };
    assert_eq!((to.as_str(), told.to(|_| true).len()), ("bob", 1));
    script.by(2, Command::Away(Some(text("lunch"))));
    let told = script.by(1, say_to(Target::User(nick("bob")), "psst"));
    let away = Event::TheyAreAway {
        nick: nick("bob"),
        away: text("lunch"),
    };
    assert_eq!(*told.only(1), away);
    let (to, manner) = (Target::User(nick("bob")), Manner::Notice);
    let told = script.by(
        1,
        Command::Say {
            to,
            manner,
            text: text("ping"),
            tags: None,
        },
    );
    assert_eq!(told.to(|_| true), [2], "a notice is answered by nothing");
    script.by(2, Command::Away(None));
    let told = script.by(1, say_to(Target::User(nick("bob")), "psst"));
    assert_eq!(told.to(|_| true), [2]);
    let missing = script.refused(1, say_to(Target::User(nick("b0b")), "x"));
    assert_eq!(missing, Refusal::NoSuchNick { nick: nick("b0b") });
}

#[test]
fn the_operator_hears_when_a_console_is_open() {
    let mut script = Script::with(2);
    assert_eq!(
        script.refused(1, say_to(Target::Operator, "help")),
        Refusal::NoOperator
    );
    script.operator(Command::Consoles(1));
    let told = script.by(1, say_to(Target::Operator, "help"));
    assert!(told.clients.is_empty());
    assert!(matches!(
        told.operator[..],
        [Event::Said {
            place: Place::Operator,
            ..
        }]
    ));
    script.operator(Command::Consoles(0));
    assert_eq!(
        script.refused(1, say_to(Target::Operator, "help")),
        Refusal::NoOperator
    );
}

#[test]
fn the_operator_speaks_to_rooms_users_and_clients() {
    let mut script = Script::with(2);
    let told = script.operator(say_to(Target::Room(room("#lobby")), "hi"));
    assert_eq!(told.to(|_| true), [1, 2]);
    for to in [Target::User(nick("guest2")), Target::Client(ClientId(2))] {
        let told = script.operator(say_to(to, "hi"));
        let Event::Said {
            from: Speaker::Operator,
            place: Place::Private(_),
            ..
        } = told.only(2)
        else {
            panic!("{told:?}");
        };
    }
    for (to, why) in [
        (Target::Current, Refusal::NoCurrentRoom),
        (Target::Client(ClientId(9)), Refusal::Detached),
        (
            Target::User(nick("bob")),
            Refusal::NoSuchNick { nick: nick("bob") },
        ),
        (
            Target::Room(room("#a")),
            Refusal::NoSuchRoom { room: room("#a") },
        ),
    ] {
        assert_eq!(script.try_by(Source::Operator, say_to(to, "hi")), Err(why));
    }
    let not_its = script.try_by(Source::Operator, Command::Join(room("#a"), None));
    assert_eq!(not_its, Err(Refusal::NotFromHere));
}
