//! What is shown only once it is stored.

use std::sync::{Arc, Mutex};

use super::irc_lines::{Scene, commands};
use super::*;
use crate::chat::{LookedUp, Lookup};
use crate::store::{Batch, ReadError, Record, Refused, State, Told};

/// A store that keeps what it is handed, and says nothing of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Paper {
    pub(super) batches: Arc<Mutex<Vec<Batch>>>,
    lookups: Arc<Mutex<Vec<(Lookup, u64)>>>,
}

impl Keep for Paper {
    fn write(&self, batch: Batch) {
        self.batches.lock().expect("no panic").push(batch);
    }

    fn read(&self, lookup: Lookup, number: u64) -> Result<(), ReadError> {
        self.lookups
            .lock()
            .expect("no panic")
            .push((lookup, number));
        Ok(())
    }
}

impl Paper {
    /// How many records each batch had since this was asked last.
    pub(super) fn batches(&self) -> Vec<usize> {
        let batches = std::mem::take(&mut *self.batches.lock().expect("no panic"));
        batches.iter().map(|batch| batch.records.len()).collect()
    }

    pub(super) fn lookups(&self) -> Vec<(Lookup, u64)> {
        std::mem::take(&mut *self.lookups.lock().expect("no panic"))
    }
}

impl<W: Wire> Hub<W> {
    pub(super) fn on_paper(&mut self) -> Paper {
        let paper = Paper::default();
        let (_, from_store) = mpsc::unbounded_channel();
        self.history = Some(History::kept_by(Box::new(paper.clone()), from_store));
        paper
    }

    pub(super) fn told(&mut self, told: Told) {
        self.hear_from_store(FromStore::Told(told));
        self.turn([].into_iter());
    }

    pub(super) fn stored(&mut self, upto: u64) {
        let refused = Vec::new();
        self.told(Told::Stored { upto, refused });
    }

    pub(super) fn failed(&mut self, upto: u64) {
        let why = Refused("no space".into());
        self.told(Told::Failed { upto, why });
    }

    pub(super) fn looks_up(&mut self, number: u64, found: Result<LookedUp, ReadError>) {
        self.hear_from_store(FromStore::Read(number, found));
        self.turn([].into_iter());
    }
}

/// A hub with a history and so many clients.
pub(super) fn keeping(clients: u64) -> (Hub<Rc<Memory>>, Vec<Rc<Memory>>, Paper) {
    let (mut hub, wires) = with(clients);
    let paper = hub.on_paper();
    (hub, wires, paper)
}

pub(super) fn who(client: u64) -> Input<Rc<Memory>> {
    Input::Command(ClientId(client), Command::Rooms)
}

#[test]
fn nobody_sees_a_message_before_it_is_stored_and_what_follows_waits_with_it() {
    let (mut hub, wires, paper) = keeping(3);
    hub.turn([who(3), say(1, "one"), say(2, "two"), who(1)].into_iter());
    assert_eq!(paper.batches(), [2], "one batch for the turn");
    assert!(
        wires[2].text().starts_with("-- "),
        "what came before it does not wait"
    );
    assert_eq!(
        (wires[0].text(), wires[1].text()),
        (String::new(), String::new())
    );
    hub.turn([say(3, "three")].into_iter());
    hub.stored(1);
    assert_eq!(wires[2].text(), "<guest1> one\n<guest2> two\n");
    assert_eq!(wires[1].text(), "<guest1> one\n");
    let first = wires[0].text();
    assert!(first.starts_with("<guest2> two\n-- "), "in order: {first}");
    hub.stored(2);
    assert_eq!(wires[1].text(), "<guest3> three\n");
    assert_eq!(hub.mailboxes.bytes_held(), 0);
    for seat in 0..3 {
        let mailbox = hub.mailboxes.get(crate::chat::Seat(seat)).expect("there");
        assert_eq!(mailbox.mail.capacity(), 0, "at rest again");
    }
}

#[test]
fn what_is_not_stored_is_refused_to_who_said_it_and_nobody_else_hears_of_it() {
    let (mut hub, wires, _paper) = keeping(3);
    hub.turn([say(1, "lost"), who(1), who(2)].into_iter());
    hub.turn([say(2, "lost too"), say(1, "and this")].into_iter());
    hub.failed(2);
    let texts: Vec<_> = wires.iter().map(|wire| wire.text()).collect();
    let refusal = "! not-stored: that was not stored and nobody has seen it: no space\n";
    assert!(
        texts[0].starts_with(refusal) && texts[0].ends_with(refusal),
        "{texts:?}"
    );
    assert_eq!(texts[0].matches(refusal).count(), 2);
    assert!(
        texts[1].starts_with("-- ") && texts[1].ends_with(refusal),
        "{texts:?}"
    );
    assert_eq!(texts[2], "");
    assert!(!texts.concat().contains("guest1> "));
    assert_eq!((hub.counts.messages, hub.counts.unkept), (0, 3));
    hub.turn([say(1, "again")].into_iter());
    hub.stored(3);
    assert_eq!(wires[2].text(), "<guest1> again\n");
}

#[test]
fn one_bad_record_fails_alone() {
    let (mut hub, wires, _paper) = keeping(3);
    hub.turn([say(1, "good"), say(2, "bad"), say(1, "fine")].into_iter());
    let refused = vec![(1, 1, Refused("too strange".into()))];
    hub.told(Told::Stored { upto: 1, refused });
    assert_eq!(wires[2].text(), "<guest1> good\n<guest1> fine\n");
    assert_eq!(wires[0].text(), "");
    let told = wires[1].text();
    let (good, rest) = told.split_once('\n').expect("lines");
    assert_eq!(good, "<guest1> good");
    assert!(
        rest.starts_with("! not-stored: ") && rest.ends_with("<guest1> fine\n"),
        "{told}"
    );
}

#[test]
fn while_the_store_is_closed_messages_are_refused_at_once_and_the_rest_of_the_chat_goes_on() {
    let (mut hub, wires, paper) = keeping(2);
    hub.told(Told::Is(State::Closed("the disk failed".into())));
    let away = Command::Nick(Nick::parse("alice").expect("a nick"));
    hub.turn([say(1, "lost"), Input::Command(ClientId(1), away)].into_iter());
    assert_eq!(paper.batches(), [0; 0]);
    let text = wires[0].text();
    assert!(
        text.starts_with("! not-stored: ") && text.contains("the disk failed"),
        "{text}"
    );
    assert!(text.ends_with("You are alice\n"), "{text}");
    hub.told(Told::Is(State::Working));
    hub.turn([say(1, "back")].into_iter());
    assert_eq!(paper.batches(), [1]);
    hub.stored(1);
    assert_eq!(wires[1].text(), "<alice> back\n");
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_takes_too_long_or_too_much_is_waited_for_no_more() {
    let (mut hub, wires, _paper) = keeping(2);
    hub.turn([say(1, "slow")].into_iter());
    tokio::time::advance(Duration::from_secs(11)).await;
    hub.turn([say(2, "no")].into_iter());
    assert_eq!(wires[1].text(), "", "in order, after what waits");
    hub.stored(1);
    let text = wires[1].text();
    assert!(text.starts_with("<guest1> slow\n! not-stored: ") && text.contains("history.stall"));
    let long = "x".repeat(900);
    for _ in 0..200 {
        hub.turn([say(1, &long)].into_iter());
    }
    hub.stored(1000);
    let refused = wires[0]
        .text()
        .matches("too much waits for the disk")
        .count();
    assert!((50..150).contains(&refused), "{refused}");
    assert!(
        hub.chat.client(ClientId(2)).is_some(),
        "who reads nothing meanwhile is not to blame"
    );
}

#[test]
fn who_goes_before_it_is_stored_leaves_its_words_and_still_reads_what_was_said() {
    let (mut hub, wires, _paper) = keeping(3);
    let gone = |client| Input::Gone(ClientId(client), Departure::Quit(None));
    hub.turn([say(1, "bye"), gone(1), gone(2)].into_iter());
    assert!(!wires[1].finished.get());
    hub.stored(1);
    assert_eq!(wires[2].text(), "<guest1> bye\n");
    assert!(wires[1].text().starts_with("<guest1> bye\n"));
    assert!(wires[0].finished.get() && wires[1].finished.get());
    assert!(hub.leaving.is_empty());
}

#[tokio::test]
async fn an_operator_is_told_once_it_is_stored_or_why_not() {
    let (mut hub, wires, _paper) = keeping(2);
    let ask = |hub: &mut Hub<Rc<Memory>>| {
        let (back, said) = oneshot::channel();
        let room = Target::Room(RoomName::parse("#lobby").expect("a name"));
        hub.answer(Ask::Say(room, text("maintenance"), back));
        hub.turn([].into_iter());
        said
    };
    let mut first = ask(&mut hub);
    assert!(first.try_recv().is_err() && wires[0].text().is_empty());
    hub.stored(1);
    assert_eq!(
        first.try_recv().expect("answered").expect("said").clients,
        2
    );
    assert!(wires[0].text().contains("maintenance"));
    let mut second = ask(&mut hub);
    hub.failed(2);
    let refused = second
        .try_recv()
        .expect("answered")
        .expect_err("not stored");
    assert!(refused.to_string().contains("no space"));
    assert_eq!(wires[0].text(), "");
}

#[test]
fn watchers_see_what_is_stored_in_its_order() {
    let (mut hub, _wires, _paper) = keeping(2);
    let (to, mut happenings) = mpsc::channel(16);
    hub.answer(Ask::Watch(to, true, false));
    let nick = Command::Nick(Nick::parse("alice").expect("a nick"));
    hub.turn([say(1, "one"), Input::Command(ClientId(1), nick)].into_iter());
    let mut words = || {
        std::iter::from_fn(|| happenings.try_recv().ok())
            .map(|happening| match happening.what {
                What::Message { text, .. } => text.as_str().to_owned(),
                What::Renamed { new, .. } => new.as_str().to_owned(),
                _ => "-".to_owned(),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(words(), ["-"], "nothing but the beginning");
    hub.stored(1);
    assert_eq!(words(), ["one", "alice"]);
    hub.turn([say(1, "lost")].into_iter());
    hub.failed(2);
    assert_eq!(words(), [""; 0]);
}

#[test]
fn a_labelled_answer_waits_and_is_refused_with_its_label() {
    let mut scene = Scene::new();
    scene.hub.on_paper();
    let all = "batch labeled-response echo-message message-tags";
    let (alice, bob) = (
        scene.registers(1, "alice", all),
        scene.registers(2, "bob", ""),
    );
    scene.says(1, &["@label=x PRIVMSG bob :hi", "PING y"]);
    assert_eq!((alice.text(), bob.text()), (String::new(), String::new()));
    scene.hub.stored(1);
    let text = alice.text();
    assert!(text.starts_with('@') && text.contains("label=x"), "{text}");
    assert_eq!(commands(&text), ["PRIVMSG", "PONG"]);
    assert_eq!(commands(&bob.text()), ["PRIVMSG"]);
    scene.says(1, &["@label=z PRIVMSG bob :lost", "PING y"]);
    scene.hub.failed(2);
    let text = alice.text();
    assert_eq!(commands(&text), ["FAIL", "PONG"], "{text}");
    assert!(
        text.contains("label=z") && text.contains("FAIL PRIVMSG NOT_STORED :"),
        "{text}"
    );
    assert_eq!(bob.text(), "");
}

/// Several recipients are several records: of each the answer tells what became of it, in one piece.
#[test]
fn a_labelled_answer_says_of_each_recipient_what_became_of_it() {
    let mut scene = Scene::new();
    scene.hub.on_paper();
    let all = "batch labeled-response echo-message message-tags";
    let alice = scene.registers(1, "alice", all);
    let others = [(2, "bob"), (3, "carol"), (4, "dave")];
    let others = others.map(|(client, nick)| scene.registers(client, nick, ""));
    let lines = ["@label=x PRIVMSG bob,nobody,carol,dave :hi", "PING y"];
    for (lost, expected) in [
        (&[0][..], ["FAIL", "401", "PRIVMSG", "PRIVMSG"]),
        (&[1], ["PRIVMSG", "401", "FAIL", "PRIVMSG"]),
        (&[2], ["PRIVMSG", "401", "PRIVMSG", "FAIL"]),
        (&[0, 2], ["FAIL", "401", "PRIVMSG", "FAIL"]),
        (&[], ["PRIVMSG", "401", "PRIVMSG", "PRIVMSG"]),
    ] {
        scene.says(1, &lines);
        assert_eq!(alice.text(), "");
        let upto = scene.hub.history.as_ref().and_then(History::latest);
        let upto = upto.expect("a batch");
        let refused = |index: &usize| (upto, *index, Refused("too strange".into()));
        let refused = lost.iter().map(refused).collect();
        scene.hub.told(Told::Stored { upto, refused });
        let text = alice.text();
        let mut told = vec!["BATCH"];
        told.extend(expected);
        told.extend(["BATCH", "PONG"]);
        assert_eq!(commands(&text), told, "{lost:?}: {text}");
        assert_eq!(text.matches("label=x").count(), 1, "{text}");
        for (nth, other) in others.iter().enumerate() {
            let heard = usize::from(!lost.contains(&nth));
            assert_eq!(commands(&other.text()).len(), heard, "{lost:?} {nth}");
        }
    }
    // All of them, to one who hears no echo, and to one who has left.
    let eve = scene.registers(5, "eve", "batch labeled-response");
    scene.says(5, &["@label=z PRIVMSG bob,carol :hi"]);
    scene.hub.failed(6);
    assert_eq!(commands(&eve.text()), ["BATCH", "FAIL", "FAIL", "BATCH"]);
    scene.says(5, &["@label=z PRIVMSG bob,carol :hi", "QUIT"]);
    scene.hub.failed(7);
    assert_eq!(commands(&eve.text()), ["ERROR"]);
    assert!(eve.finished.get());
}

#[test]
fn the_end_of_a_room_is_noted_and_a_shutdown_is_none() {
    let (mut hub, _wires, paper) = keeping(2);
    let join = |client| {
        let tea = RoomName::parse("#tea").expect("a name");
        Input::Command(ClientId(client), Command::Join(tea, None))
    };
    let part = Input::Command(ClientId(1), Command::Part(None, None));
    hub.turn([join(1), join(2), part].into_iter());
    assert_eq!(paper.batches(), [0; 0]);
    hub.turn([Input::Gone(ClientId(2), Departure::Closed)].into_iter());
    let batches = std::mem::take(&mut *paper.batches.lock().expect("no panic"));
    assert!(matches!(&batches[0].records[..], [Record::Ended(life)] if &*life.key == "#tea"));
    hub.turn([join(1)].into_iter());
    let (back, _done) = oneshot::channel();
    let ending = Ending::Shutdown(text("maintenance"), Duration::from_secs(5));
    hub.answer(Ask::Stop(ending, back));
    hub.turn([].into_iter());
    assert_eq!(paper.batches(), [0; 0]);
}
