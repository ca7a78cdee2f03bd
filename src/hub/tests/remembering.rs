//! What outlives a restart is stored when it changes.

use std::sync::{Arc, Mutex};

use super::looking::messages;
use super::*;
use crate::chat::{Login, LookedUp, Lookup, Registered, Span};
use crate::hub::keepsakes::{Keepsakes, Notes};
use crate::store::{Note, ReadError, Refused};

pub(super) type Batch = (Vec<Note>, Back);

pub(super) type Back = Box<dyn FnOnce(Result<(), Refused>) + Send>;

/// Notes that were handed over, each batch with the way to say what became of it.
#[derive(Clone, Default)]
pub(super) struct Handed(Arc<Mutex<Vec<Batch>>>);

impl Notes for Handed {
    fn note(&self, notes: Vec<Note>, back: Back) {
        self.0.lock().expect("no panic").push((notes, back));
    }
}

impl Handed {
    /// The batch that was handed over since this was asked last, by kind and key and whether there is something; and the way back.
    pub(super) fn batch(&self) -> (Vec<(String, bool)>, Back) {
        let mut all = std::mem::take(&mut *self.0.lock().expect("no panic"));
        assert_eq!(all.len(), 1, "one at a time");
        let (notes, back) = all.remove(0);
        let told = |note: &Note| (format!("{} {}", note.kind, note.key), note.value.is_some());
        (notes.iter().map(told).collect(), back)
    }

    pub(super) fn nothing(&self) -> bool {
        self.0.lock().expect("no panic").is_empty()
    }
}

fn registered(always_on: bool) -> Registered {
    Registered {
        id: 7,
        name: Nick::parse("zoe").expect("a nick"),
        since: crate::chat::Timestamp(0),
        always_on,
    }
}

/// A hub with two clients, the first of them zoe's, who is always on.
pub(super) fn zoe() -> (Hub<Rc<Memory>>, Vec<Rc<Memory>>, Handed) {
    let (hub, wires) = with(2);
    let handed = Handed::default();
    let known = Known {
        accounts: vec![registered(true)],
        notes: Vec::new(),
    };
    let mut hub = hub.noting(Box::new(handed.clone())).knowing(known);
    assert!(handed.nothing());
    let login = Login {
        id: 7,
        device: None,
    };
    hub.log_in(ClientId(1), Some(login));
    let own = Command::BeOneself;
    hub.turn([Input::Command(ClientId(1), own)].into_iter());
    (hub, wires, handed)
}

pub(super) fn does(hub: &mut Hub<Rc<Memory>>, client: u64, command: Command) {
    hub.turn([Input::Command(ClientId(client), command)].into_iter());
}

pub(super) fn done(hub: &mut Hub<Rc<Memory>>, done: Result<(), Refused>) {
    hub.stored_keepsakes(done);
    hub.turn([].into_iter());
}

pub(super) fn topic(words: &str) -> Command {
    Command::SetTopic(None, crate::chat::Topic::parse(words).expect("a topic"))
}

fn stored(what: &[&str]) -> Vec<(String, bool)> {
    what.iter().map(|what| ((*what).to_owned(), true)).collect()
}

#[test]
fn what_changes_is_stored_by_the_turn_and_one_batch_at_a_time() {
    let (mut hub, _wires, handed) = zoe();
    let (first, _) = handed.batch();
    assert_eq!(first, stored(&["room #lobby", "user 7"]));
    does(&mut hub, 1, topic("one"));
    does(&mut hub, 1, topic("two"));
    assert!(handed.nothing(), "the first is not stored yet");
    done(&mut hub, Ok(()));
    let (second, _) = handed.batch();
    assert_eq!(second, stored(&["room #lobby"]));
    done(&mut hub, Ok(()));
    assert!(handed.nothing());
    assert!(hub.keepsakes.as_ref().is_some_and(Keepsakes::is_settled));
    // Of others nothing is kept, and what is said changes nothing.
    does(
        &mut hub,
        2,
        Command::Nick(Nick::parse("bob").expect("a nick")),
    );
    assert!(handed.nothing());
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_stored_is_tried_again_as_it_is_then() {
    let (mut hub, _wires, handed) = zoe();
    drop(handed.batch());
    done(&mut hub, Err(Refused("no space".into())));
    assert!(handed.nothing(), "not at once");
    assert!(hub.keepsakes_wait());
    tokio::time::advance(Duration::from_millis(1100)).await;
    hub.turn([].into_iter());
    assert_eq!(handed.batch().0, stored(&["room #lobby", "user 7"]));
}

#[tokio::test(start_paused = true)]
async fn how_far_somebody_has_been_told_is_stored_once_in_five_seconds() {
    let (mut hub, _wires, handed) = zoe();
    drop(handed.batch());
    done(&mut hub, Ok(()));
    // The first is long after the last.
    hub.turn([say(2, "zero")].into_iter());
    assert_eq!(handed.batch().0, stored(&["user 7"]));
    done(&mut hub, Ok(()));
    for words in ["one", "two"] {
        assert!(!hub.keepsakes_wait());
        hub.turn([say(2, words)].into_iter());
        tokio::time::advance(Duration::from_millis(4900)).await;
        hub.turn([].into_iter());
        assert!(handed.nothing(), "{words}: too early");
        assert!(hub.keepsakes_wait());
        tokio::time::advance(Duration::from_millis(100)).await;
        hub.turn([].into_iter());
        assert_eq!(handed.batch().0, stored(&["user 7"]), "{words}");
        done(&mut hub, Ok(()));
    }
    // Nothing was said meanwhile.
    tokio::time::advance(Duration::from_mins(1)).await;
    hub.turn([].into_iter());
    assert!(handed.nothing());
}

#[test]
fn what_is_not_kept_any_more_is_taken_out() {
    let (mut hub, _wires, handed) = zoe();
    drop(handed.batch());
    done(&mut hub, Ok(()));
    does(&mut hub, 1, topic("one"));
    drop(handed.batch());
    done(&mut hub, Ok(()));
    hub.hear_of_account(AccountNews::Registered(vec![registered(false)]));
    hub.turn([].into_iter());
    let taken_out = ["room #lobby", "user 7"].map(|what| (what.to_owned(), false));
    assert_eq!(handed.batch().0, taken_out);
}

#[test]
fn a_stop_waits_until_all_is_stored() {
    let (mut hub, _wires, handed) = zoe();
    let (back, mut ended) = oneshot::channel();
    let ending = Ending::Shutdown(text("maintenance"), Duration::from_secs(5));
    hub.answer(Ask::Stop(ending, back));
    hub.turn([].into_iter());
    assert!(!hub.has_stopped());
    drop(handed.batch());
    done(&mut hub, Ok(()));
    assert!(
        !hub.has_stopped(),
        "that she has been told all is not stored"
    );
    assert_eq!(handed.batch().0, stored(&["user 7"]));
    done(&mut hub, Ok(()));
    assert!(hub.has_stopped());
    assert_eq!(ended.try_recv(), Ok(()));
    let (_, zoe) = hub.chat.user_by_nick(&registered(true).name).expect("zoe");
    assert!(zoe.clients.is_empty());
}

#[test]
fn a_device_whose_connection_failed_has_certainly_been_told_what_was_said_when_it_was_last_heard() {
    let (mut hub, wires, _handed) = zoe();
    let said = hub.chat.said_so_far();
    hub.turn([say(2, "one"), say(2, "two")].into_iter());
    hub.turn([Input::Gone(ClientId(1), Departure::Failed)].into_iter());
    let again = Memory::endless();
    hub.turn([attach(3, &again)].into_iter());
    let login = Login {
        id: 7,
        device: None,
    };
    hub.log_in(ClientId(3), Some(login));
    does(&mut hub, 3, Command::BeOneself);
    let client = hub.chat.client(ClientId(3)).expect("there");
    assert_eq!(client.missed(), Some(said));
    drop(wires);
}

#[test]
fn a_device_that_comes_back_before_its_connection_is_known_to_be_dead_is_told_on() {
    let (mut hub, _wires, _handed) = zoe();
    let on_phone = || Login {
        id: 7,
        device: Some("phone".into()),
    };
    hub.log_in(ClientId(1), Some(on_phone()));
    does(&mut hub, 1, topic("here"));
    let heard = hub.chat.said_so_far();
    hub.turn([say(2, "one"), say(2, "two")].into_iter());
    let again = Memory::endless();
    hub.turn([attach(3, &again)].into_iter());
    hub.log_in(ClientId(3), Some(on_phone()));
    does(&mut hub, 3, Command::BeOneself);
    let client = hub.chat.client(ClientId(3)).expect("there");
    assert_eq!(hub.missed_by(client), Some(heard));
    // That the dead one ends says nothing of what the phone has been told.
    hub.turn([Input::Gone(ClientId(1), Departure::Failed)].into_iter());
    hub.turn([attach(4, &Memory::endless())].into_iter());
    hub.log_in(ClientId(4), Some(on_phone()));
    does(&mut hub, 4, Command::BeOneself);
    let client = hub.chat.client(ClientId(4)).expect("there");
    assert_eq!(client.missed(), None);
}

#[test]
fn a_device_that_went_before_anything_was_said_gets_all_that_it_has_missed() {
    let (mut hub, _wires, _handed) = zoe();
    let paper = hub.on_paper();
    assert_eq!(hub.chat.said_so_far(), 0);
    hub.turn([Input::Gone(ClientId(1), Departure::Closed)].into_iter());
    let Input::Open(mut again, wire) = attach(3, &Memory::endless()) else {
        unreachable!("it opens")
    };
    let device = None;
    (again.nick, again.login) = (Some(registered(true).name), Some(Login { id: 7, device }));
    hub.turn([Input::Open(again, wire)].into_iter());
    let lookups = paper.lookups();
    let private = lookups.iter().find_map(|(lookup, _)| match lookup {
        Lookup::Private(_, span, _) => Some(*span),
        _ => None,
    });
    assert_eq!(private, Some(Span::Latest(None)));
}

#[test]
fn a_device_is_told_that_it_does_not_get_all_that_it_has_missed() {
    let (mut hub, _wires, _handed) = zoe();
    let paper = hub.on_paper();
    hub.settings.missed = 2;
    hub.turn([Input::Gone(ClientId(1), Departure::Closed)].into_iter());
    let comes = |hub: &mut Hub<Rc<Memory>>, client| {
        let wire = Memory::endless();
        let Input::Open(mut again, way) = attach(client, &wire) else {
            unreachable!("it opens")
        };
        let device = None;
        (again.nick, again.login) = (Some(registered(true).name), Some(Login { id: 7, device }));
        hub.turn([Input::Open(again, way)].into_iter());
        let (mut room, mut private) = (0, 0);
        for (lookup, number) in paper.lookups() {
            match lookup {
                Lookup::Messages(query) => {
                    assert_eq!(query.limit, 3);
                    room = number;
                }
                Lookup::Private(_, _, limit) => {
                    assert_eq!(limit, 3);
                    private = number;
                }
                other => panic!("{other:?}"),
            }
        }
        wire.text();
        (wire, room, private)
    };

    let (wire, room, private) = comes(&mut hub, 3);
    hub.looks_up(room, Ok(messages(&["first", "second", "third"])));
    hub.looks_up(private, Err(ReadError::Busy));
    let text = wire.text();
    assert!(!text.contains("first") && text.contains("second"), "{text}");
    let more = "You have missed more in #lobby than what was told here";
    let unread = "What you have missed in private cannot be read just now";
    assert!(text.contains(more) && text.contains(unread), "{text}");

    hub.turn([Input::Gone(ClientId(3), Departure::Closed)].into_iter());
    let (wire, room, private) = comes(&mut hub, 4);
    hub.looks_up(room, Ok(messages(&["first", "second"])));
    hub.looks_up(private, Ok(LookedUp::Messages(Vec::new())));
    let text = wire.text();
    assert!(text.contains("first") && !text.contains("missed"), "{text}");
}
