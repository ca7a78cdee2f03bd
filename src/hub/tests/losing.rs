//! What is lost on the way to the store, or has to go: connections, ends of rooms, what was taken back.

use super::irc_lines::{Scene, commands};
use super::keeping::{keeping, who};
use super::*;
use crate::store::{Record, State, Told};

#[test]
fn what_a_broken_connection_held_is_held_no_more() {
    let (mut hub, wires, _paper) = keeping(3);
    hub.turn([say(1, "one")].into_iter());
    hub.turn([say(1, "two"), who(2)].into_iter());
    wires[1].broken.set(true);
    hub.stored(1);
    assert!(hub.mailboxes.adds_up());
    let gone = Input::Gone(ClientId(2), Departure::Failed);
    hub.turn([gone, say(3, "three")].into_iter());
    assert!(hub.mailboxes.adds_up());
    hub.stored(3);
    assert_eq!(hub.mailboxes.bytes_held(), 0);
    assert!(hub.mailboxes.adds_up());
}

#[test]
fn what_waits_for_the_disk_is_bounded_for_all_together_and_readers_are_not_blamed_for_it() {
    let (mut hub, wires, _paper) = keeping(5);
    wires[4].room.set(0);
    hub.turn([say(1, "one")].into_iter());
    let reading = wires.len();
    // Answers go on coming in while the disk hangs.
    for _ in 0..20_000 {
        hub.turn((1..5).map(who));
        assert!(hub.mailboxes.bytes_held() <= SETTINGS.send_memory + 1000);
    }
    assert!(hub.mailboxes.adds_up());
    assert!(
        hub.chat.clients_count() < reading,
        "those in which most waits had to go"
    );
    assert!(hub.chat.client(ClientId(5)).is_some(), "and nobody else");
}

#[test]
fn what_could_not_be_taken_back_can_be_taken_back_again() {
    let mut scene = Scene::new();
    scene.hub.on_paper();
    let all = "batch echo-message message-tags draft/message-redaction";
    let alice = scene.registers(1, "alice", all);
    let bob = scene.registers(2, "bob", all);
    scene.says(1, &["PRIVMSG bob :oops"]);
    scene.hub.stored(1);
    let text = alice.text();
    let id = text.split("msgid=").nth(1).expect("an id");
    let id = id.split([';', ' ']).next().expect("an id").to_owned();
    let redact = format!("REDACT bob {id}");
    scene.says(1, &[&redact]);
    scene.hub.failed(2);
    let told = alice.text();
    assert!(
        told.contains("FAIL REDACT NOT_STORED :The message stays as it is: "),
        "{told}"
    );
    scene.says(1, &[&redact]);
    scene.hub.stored(3);
    assert_eq!(commands(&alice.text()), ["REDACT"]);
    assert_eq!(commands(&bob.text()), ["PRIVMSG", "REDACT"]);
}

#[test]
fn an_end_of_a_room_that_could_not_be_stored_is_stored_later() {
    let (mut hub, _wires, paper) = keeping(1);
    let tea = || RoomName::parse("#tea").expect("a name");
    let join = Input::Command(ClientId(1), Command::Join(tea(), None));
    let part = Input::Command(ClientId(1), Command::Part(None, None));
    hub.turn([join, part].into_iter());
    hub.told(Told::Is(State::Waiting("no space".into())));
    hub.failed(1);
    hub.turn([].into_iter());
    assert_eq!(paper.batches(), [1]);
    hub.told(Told::Is(State::Working));
    assert_eq!(paper.batches(), [1], "again");
    hub.stored(2);
    hub.turn([].into_iter());
    assert_eq!(paper.batches(), [0; 0]);
}

#[test]
fn a_room_with_another_name_has_ended_under_the_old_one() {
    let mut scene = Scene::new();
    let paper = scene.hub.on_paper();
    scene.registers(1, "alice", "batch");
    scene.says(1, &["JOIN #tea", "RENAME #tea #milk", "PART #milk"]);
    let batches = std::mem::take(&mut *paper.batches.lock().expect("no panic"));
    let ended = |record: &Record| match record {
        Record::Ended(life) => Some(life.clone()),
        _ => None,
    };
    let ended: Vec<_> = batches
        .iter()
        .flat_map(|b| &b.records)
        .filter_map(ended)
        .collect();
    assert_eq!(ended.len(), 2, "{ended:?}");
    assert_eq!(&*ended[0].key, "#tea");
    assert_eq!(ended[0].since, ended[1].since);
}
