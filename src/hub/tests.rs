use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::*;
use crate::chat::testing::{self, policy};
use crate::chat::{Attach, Command, Departure, Manner, Nick, Protocol, RoomName, Target, Text};
use crate::protocol::irc;

mod accounts;
mod audiences;
mod expelling;
mod happening;
mod irc_lines;
mod keeping;
mod looking;
mod losing;
mod mail;
mod noted;
mod operator;
mod regaining;
mod reloading;
mod remembering;
mod sharing;
mod silence;
mod slow;
mod talking;

thread_local! {
    static FAIL_ON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The failpoint inside a decision: panics when the words that the test has named are said.
pub(super) fn fail_if_told(command: &Command) {
    if let Command::Say { text, .. } = command
        && FAIL_ON.with_borrow(|fail| fail.as_deref() == Some(text.as_str()))
    {
        panic!("the failpoint of this test");
    }
}

/// A connection in memory: takes as many bytes as it has room for.
#[derive(Default)]
struct Memory {
    written: RefCell<Vec<u8>>,
    writes: Cell<usize>,
    room: Cell<usize>,
    awaited: Cell<usize>,
    /// It has taken what it was given and not handed it on.
    holds: Cell<bool>,
    finished: Cell<bool>,
    aborted: Cell<bool>,
    /// The other end has reset the connection.
    broken: Cell<bool>,
}

impl Wire for Rc<Memory> {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken.get() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let taken = bytes.len().min(self.room.get());
        if taken == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.room.set(self.room.get() - taken);
        self.writes.set(self.writes.get() + 1);
        self.written.borrow_mut().extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn is_drained(&self) -> bool {
        !self.holds.get()
    }

    fn await_writable(&self) {
        self.awaited.set(self.awaited.get() + 1);
    }

    fn finish(&self) {
        self.finished.set(true);
    }

    fn abort(&self) {
        self.aborted.set(true);
    }
}

impl Memory {
    fn endless() -> Rc<Memory> {
        let memory = Memory::default();
        memory.room.set(usize::MAX);
        Rc::new(memory)
    }

    fn text(&self) -> String {
        String::from_utf8(self.written.take()).expect("the hub writes UTF-8")
    }
}

const SETTINGS: Settings = Settings {
    send_queue: 1000,
    send_memory: 100_000,
    send_time: Some(Duration::from_secs(30)),
    linger: Duration::from_secs(2),
    registration_time: Duration::from_secs(30),
    ping_interval: Some(Duration::from_mins(2)),
    ping_timeout: Duration::from_mins(1),
    missed: 1000,
    history: HistorySettings {
        direct_messages: true,
        events: false,
        pending: 100_000,
        stall: Duration::from_secs(10),
        replay: 3,
        plain_replay: 0,
    },
};

fn hub() -> Hub<Rc<Memory>> {
    let (errands, _nobody) = tokio::sync::mpsc::channel(1);
    let server = irc::Server::named("chat.example");
    Hub::new(policy(), SETTINGS, server.into(), errands)
}

fn attach(client: u64, wire: &Rc<Memory>) -> Input<Rc<Memory>> {
    let attach = Attach {
        news: false,
        ..testing::attach(client)
    };
    Input::Open(Box::new(attach), wire.clone())
}

fn text(text: &str) -> Text {
    Text::parse(text).expect("a text")
}

fn say<W>(client: u64, words: &str) -> Input<W> {
    let command = Command::Say {
        to: Target::Current,
        manner: Manner::Message,
        text: text(words),
        tags: None,
    };
    Input::Command(ClientId(client), command)
}

/// A hub with so many clients, whose welcome is read away.
fn with(clients: u64) -> (Hub<Rc<Memory>>, Vec<Rc<Memory>>) {
    let mut hub = hub();
    let wires: Vec<_> = (0..clients).map(|_| Memory::endless()).collect();
    hub.turn(
        wires
            .iter()
            .enumerate()
            .map(|(n, wire)| attach(n as u64 + 1, wire)),
    );
    for wire in &wires {
        wire.text();
        wire.writes.set(0);
    }
    (hub, wires)
}

#[test]
fn what_a_turn_brings_is_one_write_for_each_who_got_something() {
    let (mut hub, wires) = with(3);
    hub.turn([say(1, "one"), say(2, "two"), say(1, "three")].into_iter());
    assert_eq!(
        wires[2].text(),
        "<guest1> one\n<guest2> two\n<guest1> three\n"
    );
    assert_eq!(wires[0].text(), "<guest2> two\n");
    assert_eq!(
        wires
            .iter()
            .map(|wire| wire.writes.get())
            .collect::<Vec<_>>(),
        [1, 1, 1]
    );
}

#[test]
fn the_welcome_is_a_write_of_its_own() {
    let (mut hub, wires) = with(1);
    let wire = Memory::endless();
    let mut newcomer = attach(2, &wire);
    if let Input::Open(attach, _) = &mut newcomer {
        attach.news = true;
    }
    hub.turn([newcomer, say(1, "hi")].into_iter());
    assert_eq!(wire.writes.get(), 2);
    assert!(wire.text().ends_with("\n<guest1> hi\n"));
    assert_eq!(wires[0].text(), "", "this one wants no news");
}

#[test]
fn a_mailbox_at_rest_owns_no_buffer() {
    let (mut hub, _wires) = with(2);
    hub.turn([say(1, "one")].into_iter());
    for seat in 0..2 {
        let mailbox = hub
            .mailboxes
            .get(crate::chat::Seat(seat))
            .expect("a mailbox");
        assert_eq!(mailbox.mail.capacity(), 0);
    }
}

#[test]
fn a_decision_that_panics_costs_that_client_its_connection_and_nothing_else() {
    let (mut hub, wires) = with(3);
    let before = hub.chat.clone();
    FAIL_ON.set(Some("boom".into()));
    hub.turn([say(2, "fine"), say(1, "boom"), say(2, "still here")].into_iter());
    FAIL_ON.set(None);
    assert_eq!(hub.counts.panics, 1);
    assert!(
        wires[0]
            .text()
            .contains("! cut-off: the server failed at your last command")
    );
    assert!(wires[0].finished.get());
    assert_eq!(wires[2].text(), "<guest2> fine\n<guest2> still here\n");
    assert_eq!(hub.chat.clients_count(), before.clients_count() - 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_tells_everybody_waits_for_what_is_queued_and_no_longer_than_its_grace() {
    let (mut hub, wires) = with(2);
    wires[1].room.set(4);
    let (back, mut done) = oneshot::channel();
    hub.answer(Ask::Stop(
        Ending::Shutdown(text("maintenance"), Duration::from_secs(5)),
        back,
    ));
    hub.turn([].into_iter());
    assert_eq!(wires[0].text(), "! shutdown: maintenance\n");
    assert!(wires[0].finished.get() && !wires[1].finished.get());
    assert!(!hub.has_stopped());
    let late = Memory::endless();
    hub.turn([attach(3, &late)].into_iter());
    assert!(late.finished.get(), "nobody is let in any more");
    assert!(late.text().starts_with("! shutdown: "));
    tokio::time::advance(Duration::from_secs(6)).await;
    hub.turn([].into_iter());
    assert!(hub.has_stopped());
    assert_eq!(done.try_recv(), Ok(()));
}

#[test]
fn an_answer_of_the_protocol_takes_its_place_among_the_hubs() {
    let (mut hub, wires) = with(1);
    let nick = Command::Nick(Nick::parse("alice").expect("a nick"));
    let answer = Input::Answer(ClientId(1), (*b"-- help\n").into());
    let again = Command::Nick(Nick::parse("bob").expect("a nick"));
    hub.turn(
        [
            Input::Command(ClientId(1), nick),
            answer,
            Input::Command(ClientId(1), again),
        ]
        .into_iter(),
    );
    let read = wires[0].text();
    let place = |word: &str| read.find(word).expect("each answer is there");
    assert!(
        place("alice") < place("-- help") && place("-- help") < place("bob"),
        "{read}"
    );
}

#[test]
fn one_who_quits_reads_the_last_words_and_the_others_hear_of_it_in_order() {
    let (mut hub, wires) = with(2);
    let gone = Input::Gone(ClientId(1), Departure::Quit(None));
    hub.turn([say(1, "bye all"), gone].into_iter());
    assert_eq!(wires[1].text(), "<guest1> bye all\n");
    assert!(wires[0].finished.get());
}
