use serde_json::{Value, json};

use super::{Act, Seat, Target};
use crate::admin::Happening;

fn happening(fields: Value) -> Happening {
    serde_json::from_value(fields).unwrap()
}

fn says(id: u64, nick: &str, text: &str) -> Happening {
    happening(json!({"kind": "message", "id": id, "nick": nick, "room": "#lobby", "text": text}))
}

fn say(to: &str, text: &str) -> Act {
    Act::Say {
        to: to.into(),
        text: text.into(),
    }
}

fn alice() -> Target {
    Target::Client {
        id: 17,
        nick: "alice".into(),
    }
}

#[test]
fn until_the_operator_chooses_the_first_who_speaks_is_chosen() {
    let mut seat = Seat::new(false);
    assert!(matches!(seat.typed("hello"), Act::Note(note) if note.contains("nobody is chosen")));
    assert_eq!(
        seat.happened(&says(0, "*operator", "me")),
        None,
        "another operator is not a client"
    );
    let note = seat.happened(&says(17, "alice", "hi")).unwrap();
    assert_eq!(
        note,
        "-- talking to alice (17); /to NICK|ID|#ROOM changes it"
    );
    assert_eq!(
        seat.happened(&says(18, "bob", "hi")),
        None,
        "the second who speaks changes nothing"
    );
    assert_eq!(seat.typed("hello\r\n"), say("17", "hello"));
    assert_eq!(seat.prompt(), "alice> ");
}

#[test]
fn a_choice_is_not_overridden_and_survives_a_rename() {
    let mut seat = Seat::new(false);
    assert_eq!(seat.choose(alice()), "-- talking to alice (17)");
    assert_eq!(seat.happened(&says(18, "bob", "hi")), None);
    seat.happened(&happening(
        json!({"kind": "renamed", "id": 18, "old_nick": "bob", "nick": "rob"}),
    ));
    seat.happened(&happening(
        json!({"kind": "renamed", "id": 17, "old_nick": "alice", "nick": "Alicia"}),
    ));
    assert_eq!(
        (seat.prompt().as_str(), seat.typed("x")),
        ("Alicia> ", say("17", "x"))
    );

    assert!(matches!(seat.typed("/to #大厅"), Act::Note(note) if note == "-- talking to #大厅"));
    assert_eq!(
        (seat.prompt().as_str(), seat.typed("x")),
        ("#大厅> ", say("#大厅", "x"))
    );
}

#[test]
fn who_has_gone_is_no_longer_talked_to() {
    let gone = happening(json!({"kind": "gone", "id": 17, "nick": "alice"}));
    let mut chosen = Seat::new(false);
    chosen.choose(alice());
    assert_eq!(
        chosen.happened(&gone).unwrap(),
        "-- alice (17) has gone; /to NICK|ID|#ROOM chooses another"
    );
    chosen.happened(&says(18, "bob", "hi"));
    assert!(
        matches!(chosen.typed("secret for alice"), Act::Note(_)),
        "nobody else may get it"
    );

    let mut followed = Seat::new(false);
    followed.happened(&says(17, "alice", "hi"));
    assert!(
        followed
            .happened(&gone)
            .unwrap()
            .contains("next one who speaks")
    );
    assert_eq!(followed.happened(&gone), None);
    followed.happened(&says(18, "bob", "hi"));
    assert_eq!(followed.typed("x"), say("18", "x"));
}

#[test]
fn a_slash_is_a_command_and_two_are_one() {
    let mut seat = Seat::new(false);
    seat.choose(alice());
    assert_eq!(seat.typed("//to be"), say("17", "/to be"));
    assert_eq!(seat.typed(" /indented"), say("17", " /indented"));
    assert_eq!(seat.typed(""), Act::Nothing);
    assert_eq!(seat.typed("   "), Act::Nothing);
    assert_eq!(seat.typed("/to bob"), Act::Find("bob".into()));
    assert!(matches!(seat.typed("/to"), Act::Note(note) if note == "-- talking to alice (17)"));
    assert_eq!(seat.typed("/who"), Act::List);
    assert_eq!(seat.typed("/list"), Act::List);
    assert_eq!(
        seat.typed("/kick bob  too loud"),
        Act::Kick {
            client: "bob".into(),
            reason: "too loud".into()
        }
    );
    assert!(matches!(seat.typed("/kick bob"), Act::Note(note) if note.contains("REASON")));
    assert!(matches!(seat.typed("/help"), Act::Note(_)));
    assert_eq!(seat.typed("/quit\n"), Act::Quit);
    assert!(matches!(seat.typed("/tp \x1b"), Act::Note(note) if note.contains(r"//tp \x1b")));
}

#[test]
fn what_was_typed_here_is_not_shown_twice() {
    let echo = |text: &str| says(0, "*operator", text);
    let mut typed_on_screen = Seat::new(true);
    typed_on_screen.said("hello".into());
    assert!(!typed_on_screen.is_echo(&echo("from another console")));
    assert!(
        !typed_on_screen.is_echo(&says(17, "alice", "hello")),
        "alice says the same"
    );
    assert!(typed_on_screen.is_echo(&echo("hello")));
    assert!(
        !typed_on_screen.is_echo(&echo("hello")),
        "once said, once left out"
    );

    let mut piped = Seat::new(false);
    piped.said("hello".into());
    assert!(
        !piped.is_echo(&echo("hello")),
        "what came through a pipe stands nowhere yet"
    );
}
