//! Watchers, and what the operator does.

use super::*;
use crate::chat::{Audience, Decision, Effect, Event};

fn drain(happenings: &mut mpsc::Receiver<Happening>) -> Vec<What> {
    std::iter::from_fn(|| happenings.try_recv().ok())
        .map(|happening| happening.what)
        .collect()
}

#[test]
fn a_watcher_that_does_not_read_finds_a_gap_with_the_exact_number() {
    let (mut hub, _wires) = with(2);
    let (sender, mut happenings) = mpsc::channel(3);
    hub.answer(Ask::Watch(sender, true, false));
    for n in 0..10 {
        hub.turn([say(1, &format!("{n}"))].into_iter());
    }
    let first = drain(&mut happenings);
    assert_eq!(first.len(), 3);
    assert_eq!(first[0], What::Watching);
    hub.turn([say(1, "last")].into_iter());
    let then = drain(&mut happenings);
    assert_eq!(then[0], What::Gap(8), "2 of 10 were read");
    assert!(matches!(&then[1], What::Message { text, .. } if text.as_str() == "last"));
}

#[test]
fn private_words_reach_only_watchers_who_may_read_them_and_consoles_count() {
    let (mut hub, _wires) = with(2);
    let (plain, mut reads) = mpsc::channel(16);
    let (all, mut reads_all) = mpsc::channel(16);
    hub.answer(Ask::Watch(plain, true, false));
    hub.answer(Ask::Watch(all, true, true));
    let to = |to| {
        Input::Command(
            ClientId(1),
            Command::Say {
                to,
                manner: Manner::Message,
                text: text("psst"),
                tags: None,
            },
        )
    };
    hub.turn([to(Target::User(Nick::parse("guest2").expect("a nick")))].into_iter());
    assert_eq!(drain(&mut reads), [What::Watching]);
    assert_eq!(drain(&mut reads_all).len(), 2);
    hub.turn([to(Target::Operator)].into_iter());
    assert_eq!(drain(&mut reads).len(), 1);
    drop((reads, reads_all));
    hub.turn([].into_iter());
    hub.turn([to(Target::Operator)].into_iter());
    assert_eq!(
        hub.watchers.consoles_changed(),
        None,
        "the chat knows that nobody reads"
    );
}

#[test]
fn the_operator_speaks_and_kicks_and_is_told_whom_it_reached() {
    let (mut hub, wires) = with(2);
    let (back, mut answer) = oneshot::channel();
    hub.answer(Ask::Say(Target::Client(ClientId(2)), text("hello"), back));
    hub.turn([].into_iter());
    assert_eq!(
        answer.try_recv(),
        Ok(Ok(Said {
            target: "guest2".into(),
            clients: 1
        }))
    );
    assert_eq!(wires[1].text(), "@you <*operator> hello\n");
    let (back, mut answer) = oneshot::channel();
    hub.answer(Ask::Kick(
        vec![ClientId(2), ClientId(77)],
        text("spam"),
        back,
    ));
    let kicked = answer.try_recv().expect("an answer");
    assert_eq!(kicked.iter().map(|view| view.id.0).collect::<Vec<_>>(), [2]);
    assert_eq!(wires[1].text(), "! kicked: spam\n");
    assert!(wires[1].finished.get());
}

#[test]
fn what_is_told_to_some_besides_the_room_is_seen_once() {
    let (mut hub, _wires) = with(1);
    let (sender, mut happenings) = mpsc::channel(9);
    hub.answer(Ask::Watch(sender, true, false));
    let (seat, room) = hub
        .chat
        .client(ClientId(1))
        .map(|client| (client.seat, client.current.expect("the lobby")))
        .expect("a client");
    let changed = Event::ModesChanged {
        by: None,
        room,
        name: RoomName::parse("#lobby").expect("a name"),
        changes: [].into(),
    };
    let tell = |audience| Effect::Tell(audience, changed.clone());
    let decision = Decision {
        effects: [
            tell(Audience::Client(seat)),
            tell(Audience::Clients([seat].into_iter().collect())),
            tell(Audience::Room(room, None)),
        ]
        .into_iter()
        .collect(),
        ..Decision::default()
    };
    hub.carry_out_all(None, decision);
    let seen = drain(&mut happenings);
    assert!(
        matches!(seen[..], [What::Watching, What::Modes(..)]),
        "{seen:?}"
    );
}
