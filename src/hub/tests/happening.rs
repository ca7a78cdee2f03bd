//! What happens in rooms besides messages goes to the history, and nobody waits for it.

use super::irc_lines::{Scene, commands};
use super::keeping::{Paper, keeping};
use super::*;
use crate::chat::{Entry, KeptEvent, LookedUp, Lookup, MessageId, What as Kind};
use crate::store::{Batch, Record, State, Told};

/// A word for each record that was handed over, batch by batch.
fn records(paper: &Paper) -> Vec<Vec<&'static str>> {
    let batches = std::mem::take(&mut *paper.batches.lock().expect("no panic"));
    let word = |record: &Record| match record {
        Record::Said(_) => "said",
        Record::Redacted { .. } => "redacted",
        Record::Ended(_) => "ended",
        Record::Happened(happened) => match happened.what {
            Kind::Joined { .. } => "joined",
            Kind::Parted { .. } => "parted",
            Kind::Gone { .. } => "gone",
            Kind::Topic { .. } => "topic",
            Kind::Tagged { .. } => "tagged",
            _ => "other",
        },
    };
    let words = |batch: &Batch| batch.records.iter().map(word).collect();
    batches.iter().map(words).collect()
}

fn join(client: u64) -> Input<Rc<Memory>> {
    let tea = RoomName::parse("#tea").expect("a name");
    Input::Command(ClientId(client), Command::Join(tea, None))
}

fn part(client: u64) -> Input<Rc<Memory>> {
    Input::Command(ClientId(client), Command::Part(None, None))
}

/// A hub that keeps events, and so many clients.
fn noting(clients: u64) -> (Hub<Rc<Memory>>, Vec<Rc<Memory>>, Paper) {
    let (mut hub, wires, paper) = keeping(clients);
    hub.settings.history.events = true;
    (hub, wires, paper)
}

#[test]
fn events_are_handed_over_in_their_order_and_nobody_waits_for_them() {
    let (mut hub, wires, paper) = noting(2);
    hub.turn([join(1), join(2), part(1), say(2, "hi")].into_iter());
    assert_eq!(records(&paper), [["joined", "joined", "parted", "said"]]);
    assert!(wires[0].text().contains("#tea"), "told at once");
    hub.turn([part(2)].into_iter());
    // The life has its last event before its end.
    assert_eq!(records(&paper), [["parted", "ended"]]);
    hub.stored(2);
    wires[1].text();
    let another = Memory::endless();
    hub.turn([attach(3, &another)].into_iter());
    assert_eq!(records(&paper), [["joined"]], "who comes lands in a room");
    hub.turn([say(3, "hi")].into_iter());
    assert_eq!(wires[1].text(), "", "a message waits as ever");
    let gone = Input::Gone(ClientId(3), Departure::Closed);
    hub.turn([gone].into_iter());
    assert_eq!(records(&paper), [["said"], ["gone"]]);
}

#[test]
fn without_events_nothing_is_kept_of_them_and_they_take_no_number() {
    let (mut hub, _wires, paper) = keeping(2);
    hub.turn([join(1), join(2), part(1), say(2, "hi")].into_iter());
    let batches = paper.batches.lock().expect("no panic");
    let [Record::Said(said)] = &batches[0].records[..] else {
        panic!("{batches:?}")
    };
    assert_eq!(said.id.nth(), 0);
}

#[test]
fn an_event_that_cannot_be_stored_is_dropped_and_refuses_nobody_anything() {
    let (mut hub, wires, paper) = noting(2);
    hub.told(Told::Is(State::Closed("the disk failed".into())));
    hub.turn([join(1), join(2)].into_iter());
    assert_eq!(records(&paper), [[""; 0]; 0]);
    for wire in &wires {
        let text = wire.text();
        assert!(text.contains("#tea") && !text.contains("! "), "{text}");
    }
    hub.told(Told::Is(State::Working));
    hub.turn([say(1, "hi")].into_iter());
    let batches = std::mem::take(&mut *paper.batches.lock().expect("no panic"));
    let [Record::Said(said)] = &batches[0].records[..] else {
        panic!("{batches:?}")
    };
    assert_eq!(said.id.nth(), 2, "numbers are taken all the same");
    // What the store loses of them is no concern of anybody.
    hub.stored(1);
    hub.turn([part(1)].into_iter());
    assert_eq!(records(&paper), [["parted"]]);
    for wire in &wires {
        wire.text();
    }
    hub.failed(2);
    assert_eq!(wires.iter().map(|wire| wire.text()).collect::<String>(), "");
    assert_eq!(hub.counts.unkept, 0);
}

#[test]
fn however_many_events_wait_for_the_disk_messages_have_room_and_nobody_waits() {
    let (mut hub, wires, paper) = noting(2);
    for n in 0..400 {
        let topic = crate::chat::Topic::parse(&n.to_string()).expect("a topic");
        let set = Command::SetTopic(None, topic);
        hub.turn([Input::Command(ClientId(1), set)].into_iter());
    }
    let events = records(&paper).concat().len();
    assert!(
        (40..60).contains(&events),
        "a quarter of history.pending: {events}"
    );
    let settings = hub.settings.history;
    let history = hub.history.as_ref().expect("a history");
    assert!(!history.is_behind(&settings, false, hub.stamp.tick));
    wires[0].text();
    hub.turn([say(1, "hi")].into_iter());
    assert_eq!(
        (records(&paper), wires[0].text()),
        (vec![vec!["said"]], String::new())
    );
}

#[test]
fn watchers_and_replays_wait_for_messages_only() {
    let mut scene = Scene::new();
    let paper = scene.hub.on_paper();
    scene.hub.settings.history.events = true;
    let (to, mut happenings) = mpsc::channel(16);
    scene.hub.answer(Ask::Watch(to, true, false));
    let alice = scene.registers(1, "alice", "");
    scene.says(1, &["JOIN #tea"]);
    assert_eq!(records(&paper), [["joined"]]);
    let seen = std::iter::from_fn(|| happenings.try_recv().ok());
    let joined = seen.filter(|one| matches!(one.what, What::Joined(_)));
    assert_eq!(joined.count(), 1, "though nothing is stored");
    // Its replay is looked up at once too.
    assert_eq!(paper.lookups().len(), 1);
    assert!(alice.text().contains(" JOIN "));
}

#[test]
fn who_asks_for_events_reads_those_that_are_on_their_way() {
    let mut scene = Scene::with(|server| server.history = true);
    let paper = scene.hub.on_paper();
    scene.hub.settings.history.events = true;
    let all = "batch message-tags draft/chathistory draft/event-playback draft/message-redaction";
    let alice = scene.registers(1, "alice", all);
    let bob = scene.registers(2, "bob", "draft/chathistory");
    scene.says(1, &["JOIN #tea"]);
    scene.says(2, &["JOIN #tea"]);
    scene.says(1, &["CHATHISTORY LATEST #tea * 10"]);
    assert_eq!(paper.lookups().len(), 0, "not stored yet");
    scene.says(2, &["CHATHISTORY LATEST #tea * 10"]);
    let lookups = paper.lookups();
    assert!(
        matches!(&lookups[..], [(Lookup::Messages(query), _)] if !query.events),
        "who asks for messages waits for none of it: {lookups:?}"
    );
    scene.hub.stored(2);
    let lookups = paper.lookups();
    let [(Lookup::Messages(query), number)] = &lookups[..] else {
        panic!("{lookups:?}")
    };
    assert!(query.events);
    // What is taken back meanwhile is not told.
    bob.text();
    scene.says(2, &["PRIVMSG #tea :hi"]);
    alice.text();
    let id = |nth| MessageId::new(&scene.hub.stamp, nth);
    let entry = |nth, tags: &str| {
        Entry::Happened(Box::new(KeptEvent {
            id: id(nth),
            at: scene.hub.stamp.at,
            rank: None,
            what: Kind::Tagged {
                from: crate::chat::Speaker::Operator,
                tags: crate::chat::ClientTags(tags.into()),
            },
        }))
    };
    let found = LookedUp::Log(vec![entry(1, "+one"), entry(2, "+two")]);
    let taken_back = id(1);
    let history = scene.hub.history.as_mut().expect("a history");
    history.is_taken_back(taken_back);
    scene.hub.looks_up(*number, Ok(found));
    scene.hub.stored(3);
    let told = alice.text();
    assert!(told.contains("+two") && !told.contains("+one"), "{told}");
    assert!(commands(&told).contains(&"TAGMSG"));
}
