//! IRC at the hub: newcomers, the order of replies, labels, slow errands.

use super::*;
use crate::protocol::irc::{Line, Outcome};

/// A hub that speaks IRC and keeps what is sent outside.
pub(super) struct Scene {
    pub(super) hub: Hub<Rc<Memory>>,
    pub(super) errands: mpsc::Receiver<Sent>,
}

impl Scene {
    pub(super) fn new() -> Scene {
        Scene::with(|_| {})
    }

    pub(super) fn with(configure: impl FnOnce(&mut irc::Server)) -> Scene {
        let (sender, errands) = mpsc::channel(1);
        let mut server = irc::Server::named("chat.example");
        configure(&mut server);
        let settings = Settings {
            send_queue: 100_000,
            send_memory: 1_000_000,
            ..SETTINGS
        };
        let hub = Hub::new(policy(), settings, server.into(), sender);
        Scene { hub, errands }
    }

    /// Whoever gives OPER as root has its password verified outside.
    fn with_an_operator() -> Scene {
        let operator = irc::Operator {
            name: "root".into(),
            role: crate::chat::Role::Administrator,
            host: None,
            certificate: None,
            password: true,
            from: Vec::new(),
        };
        Scene::with(|server| server.operators = vec![operator].into())
    }

    pub(super) fn opens(&mut self, client: u64) -> Rc<Memory> {
        let wire = Memory::endless();
        let mut open = attach(client, &wire);
        if let Input::Open(attach, _) = &mut open {
            attach.protocol = Protocol::Irc;
            attach.news = true;
        }
        self.hub.turn([open].into_iter());
        wire
    }

    /// Has a client say lines, all in one turn.
    pub(super) fn says(&mut self, client: u64, lines: &[&str]) {
        let line = |line: &&str| Input::Line(ClientId(client), Line::Whole((*line).into()));
        self.hub.turn(lines.iter().map(line));
    }

    /// A client that has registered and read its welcome; with these capabilities.
    pub(super) fn registers(&mut self, client: u64, nick: &str, capabilities: &str) -> Rc<Memory> {
        let wire = self.opens(client);
        let request = format!("CAP REQ :{capabilities}");
        let hello = ["CAP LS 302", &request, &format!("NICK {nick}")].map(ToOwned::to_owned);
        let hello: Vec<_> = hello.iter().map(String::as_str).collect();
        self.says(client, &hello);
        self.says(client, &["USER u 0 * :real", "CAP END"]);
        assert!(wire.text().contains(" 001 "), "{nick} is registered");
        wire
    }

    pub(super) fn returns(&mut self, client: u64, outcome: Outcome) {
        let sent = self.errands.try_recv().expect("something was sent outside");
        assert_eq!(sent.client, ClientId(client));
        assert_eq!(sent.from.to_string(), "192.0.2.1");
        let asked = Ask::Returned(sent.client, sent.errand, outcome);
        self.hub.answer(asked);
        self.hub.turn([].into_iter());
    }
}

pub(super) fn commands(text: &str) -> Vec<&str> {
    let command = |line| irc::Message::parse(line).map_or("?", |message| message.command);
    text.lines().map(command).collect()
}

#[test]
fn one_is_a_client_once_it_has_registered_and_not_before() {
    let mut scene = Scene::new();
    let wire = scene.opens(1);
    scene.says(1, &["NICK alice", "JOIN #tea"]);
    assert_eq!(scene.hub.chat.clients_count(), 0);
    assert_eq!(commands(&wire.text()), ["451"]);
    scene.says(1, &["USER alice 0 * :Alice"]);
    assert_eq!(scene.hub.chat.clients_count(), 1);
    assert!(scene.hub.newcomers.is_empty());
    assert!(wire.text().starts_with(":chat.example 001 alice :"));
}

#[test]
fn of_two_who_want_one_nick_in_one_turn_the_first_has_it_and_the_other_may_choose_again() {
    let mut scene = Scene::new();
    let (first, second) = (scene.opens(1), scene.opens(2));
    let say = |client, line: &str| Input::Line(ClientId(client), Line::Whole(line.into()));
    scene.hub.turn(
        [
            say(1, "NICK alice"),
            say(2, "NICK alice"),
            say(2, "USER u 0 * :r"),
            say(1, "USER u 0 * :r"),
        ]
        .into_iter(),
    );
    assert!(
        second.text().contains(" 001 alice "),
        "who was complete first"
    );
    assert_eq!(commands(&first.text()), ["433"]);
    scene.says(1, &["NICK bob"]);
    assert!(first.text().contains(" 001 bob "));
}

#[test]
fn one_who_reads_nothing_before_it_is_registered_is_cut_at_a_small_bound() {
    let mut scene = Scene::new();
    let wire = scene.opens(1);
    wire.room.set(0);
    for _ in 0..2000 {
        scene.says(1, &["CAP LS 302"]);
    }
    assert!(scene.hub.newcomers.is_empty());
    assert_eq!(scene.hub.counts.cut_off, 1);
}

#[test]
fn one_who_asks_much_at_once_before_it_is_registered_and_reads_it_stays() {
    let mut scene = Scene::new();
    let wire = scene.opens(1);
    scene.says(1, &["CAP LS 302"; 200]);
    assert_eq!(scene.hub.newcomers.len(), 1);
    assert!(wire.text().len() > 50_000);
}

#[test]
fn a_clients_replies_come_in_the_order_of_its_commands() {
    let mut scene = Scene::new();
    let wire = scene.registers(1, "alice", "batch");
    scene.says(1, &["JOIN #a", "FOO", "MODE #a", "PART #a", "PING last"]);
    let text = wire.text();
    assert_eq!(
        commands(&text),
        ["JOIN", "353", "366", "421", "324", "329", "PART", "PONG"],
        "{text}"
    );
}

#[test]
fn a_label_marks_all_that_its_command_brought_and_nothing_else() {
    let mut scene = Scene::new();
    let wire = scene.registers(1, "alice", "batch labeled-response");
    scene.says(
        1,
        &[
            "@label=one PING x",
            "@label=two JOIN #a",
            "PING y",
            "@label=three PONG z",
        ],
    );
    let text = wire.text();
    assert_eq!(
        commands(&text),
        [
            "PONG", "BATCH", "JOIN", "353", "366", "BATCH", "PONG", "ACK"
        ],
        "{text}"
    );
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("@label=one "), "{text}");
    assert!(lines[1].starts_with("@label=two "), "{text}");
    assert!(lines[2].starts_with("@batch="), "{text}");
    assert!(lines[6].starts_with(':'), "{text}");
    assert!(lines[7].starts_with("@label=three "), "{text}");
}

/// "When a client sends a message to itself, the server MUST NOT include the label tag, except for any acknowledgment sent with the
/// echo-message mechanism" (IRCv3 labeled-response).
#[test]
fn what_one_says_to_oneself_is_delivered_without_the_label() {
    for (capabilities, expected) in [
        ("echo-message", ["PRIVMSG", "PRIVMSG", "TAGMSG", "TAGMSG"]),
        ("", ["PRIVMSG", "ACK", "TAGMSG", "ACK"]),
    ] {
        let mut scene = Scene::new();
        let capabilities = format!("batch labeled-response message-tags {capabilities}");
        let wire = scene.registers(1, "alice", &capabilities);
        scene.says(
            1,
            &[
                "@label=x PRIVMSG alice :hi",
                "@label=x;+typing=done TAGMSG alice",
            ],
        );
        let text = wire.text();
        assert_eq!(commands(&text), expected, "{text}");
        for (nth, line) in text.lines().enumerate() {
            assert_eq!(line.starts_with("@label=x"), nth % 2 == 1, "{text}");
        }
    }
}

/// What comes because one listens for it answers no command, even when a command of one's own causes it.
#[test]
fn what_one_listens_for_is_no_labelled_response() {
    let mut scene = Scene::new();
    let wire = scene.registers(1, "alice", "batch labeled-response");
    scene.says(1, &["MONITOR + alice,ada"]);
    wire.text();
    scene.says(1, &["@label=x NICK ada"]);
    let text = wire.text();
    assert_eq!(commands(&text), ["731", "730", "NICK"], "{text}");
    let label = |line: &str| line.starts_with("@label=x ");
    assert_eq!(
        text.lines().map(label).collect::<Vec<_>>(),
        [false, false, true]
    );
}

#[test]
fn who_leaves_by_a_labelled_command_reads_its_last_words() {
    let mut scene = Scene::new();
    let wire = scene.registers(1, "alice", "batch labeled-response");
    scene.says(1, &["@label=bye QUIT :that is all", "PING x"]);
    let text = wire.text();
    assert!(
        text.starts_with("@label=bye ERROR :") && text.contains("that is all"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(wire.finished.get() && scene.hub.labelled.is_none());
    // Nor does the label, or what comes of it, fall to the one who sits there next.
    let next = scene.registers(2, "bob", "batch labeled-response");
    scene.says(2, &["PING y"]);
    assert_eq!(commands(&next.text()).last(), Some(&"PONG"));
}

#[test]
fn while_a_password_is_verified_the_clients_later_commands_wait_and_others_do_not() {
    let mut scene = Scene::with_an_operator();
    let alice = scene.registers(1, "alice", "batch labeled-response");
    let bob = scene.registers(2, "bob", "batch");
    scene.says(
        1,
        &[
            "@label=oper OPER root secret",
            "PING later",
            "PRIVMSG bob :hi",
        ],
    );
    scene.says(2, &["PING now"]);
    assert_eq!(alice.text(), "", "all of it waits");
    assert_eq!(commands(&bob.text()), ["PONG"]);
    scene.returns(1, Outcome::Done);
    let text = alice.text();
    assert_eq!(commands(&text).last(), Some(&"PONG"), "{text}");
    assert!(
        text.contains(" 381 alice ") && text.starts_with("@label=oper "),
        "{text}"
    );
    assert_eq!(commands(&bob.text()), ["PRIVMSG"]);
    scene.says(1, &["OPER root wrong", "PING after"]);
    scene.returns(1, Outcome::Refused("the password is wrong".into()));
    assert_eq!(commands(&alice.text()), ["464", "PONG"]);
}

#[test]
fn what_one_said_before_one_went_is_said_even_if_it_had_to_wait() {
    let mut scene = Scene::with_an_operator();
    let bob = scene.registers(1, "bob", "batch");
    scene.registers(2, "alice", "batch");
    scene.says(2, &["OPER root wrong", "PRIVMSG bob :hi", "QUIT :bye"]);
    scene
        .hub
        .turn([Input::Gone(ClientId(2), Departure::Failed)].into_iter());
    scene.returns(2, Outcome::Refused("the password is wrong".into()));
    assert_eq!(commands(&bob.text()), ["PRIVMSG"]);
    assert!(scene.hub.waiting.is_empty() && scene.hub.chat.clients_count() == 1);
}

#[test]
fn one_who_goes_while_something_is_out_leaves_nothing_behind() {
    let mut scene = Scene::with(|server| server.password = true);
    let wire = scene.opens(1);
    scene.says(1, &["PASS secret", "NICK alice", "USER a 0 * :r", "PING x"]);
    assert_eq!(wire.text(), "");
    scene
        .hub
        .turn([Input::Gone(ClientId(1), Departure::Closed)].into_iter());
    scene.returns(1, Outcome::Done);
    assert!(scene.hub.newcomers.is_empty() && scene.hub.waiting.is_empty());
    assert_eq!(scene.hub.chat.clients_count(), 0);
}

#[test]
fn who_sends_much_while_it_waits_is_cut_off() {
    let mut scene = Scene::with(|server| server.password = true);
    let wire = scene.opens(1);
    scene.says(1, &["PASS secret", "NICK alice", "USER a 0 * :r"]);
    for _ in 0..100 {
        scene.says(1, &["PING x"]);
    }
    assert!(scene.hub.newcomers.is_empty() && wire.text().starts_with("ERROR :"));
    // Few that are long are much, too.
    scene.errands.try_recv().expect("the first one's");
    let wire = scene.opens(2);
    scene.says(2, &["PASS secret", "NICK bob", "USER b 0 * :r"]);
    let long = format!("@+x={} PING x", "y".repeat(4000));
    scene.says(2, &[&long, &long]);
    assert_eq!(scene.hub.newcomers.len(), 1);
    scene.says(2, &[&long]);
    assert!(scene.hub.newcomers.is_empty() && wire.text().starts_with("ERROR :"));
}

#[test]
fn plain_and_irc_share_a_room() {
    let mut scene = Scene::new();
    let alice = scene.registers(1, "alice", "batch");
    let wire = Memory::endless();
    scene.hub.turn([attach(2, &wire)].into_iter());
    scene.says(
        1,
        &[
            "JOIN #lobby",
            "PRIVMSG #lobby :hello",
            "PRIVMSG #lobby :\u{1}ACTION waves\u{1}",
        ],
    );
    assert!(wire.text().ends_with("<alice> hello\n* alice waves\n"));
    alice.text();
    scene.hub.turn([say(2, "hi there")].into_iter());
    assert_eq!(
        alice.text(),
        ":guest2!plain@192.0.2.1 PRIVMSG #lobby :hi there\r\n"
    );
}

#[test]
fn a_stop_tells_newcomers_too() {
    let mut scene = Scene::new();
    let wire = scene.opens(1);
    let (back, _done) = oneshot::channel();
    let ending = Ending::Shutdown(text("maintenance"), Duration::from_secs(5));
    scene.hub.answer(Ask::Stop(ending, back));
    assert!(wire.text().starts_with("ERROR :") && wire.finished.get());
    assert!(scene.hub.has_stopped());
}

#[test]
fn who_was_away_before_it_registered_is_away_as_a_client() {
    let mut scene = Scene::new();
    let wire = scene.opens(1);
    let hello = ["CAP REQ draft/pre-away", "AWAY :at lunch", "NICK alice"];
    scene.says(1, &hello);
    scene.says(1, &["USER u 0 * :real", "CAP END"]);
    assert_eq!(
        wire.text().matches(" 306 ").count(),
        1,
        "it is told so, once"
    );
    let client = scene.hub.chat.client(ClientId(1)).expect("a client");
    let user = scene.hub.chat.user(client.user).expect("a user");
    assert_eq!(user.away.as_ref().map(Text::as_str), Some("at lunch"));
}

#[test]
fn one_who_is_ended_by_another_leaves_nothing_behind() {
    let mut scene = Scene::new();
    let with = "batch draft/multiline";
    let (_alice, _bob) = (
        scene.registers(1, "alice", with),
        scene.registers(2, "bob", with),
    );
    for client in [1, 2] {
        scene.says(client, &["BATCH +b draft/multiline #lobby"]);
    }
    assert_eq!(scene.hub.batches.len(), 2);
    let (back, _kicked) = oneshot::channel();
    scene
        .hub
        .answer(Ask::Kick(vec![ClientId(1)], text("out"), back));
    scene
        .hub
        .turn([Input::Gone(ClientId(2), Departure::Closed)].into_iter());
    assert!(scene.hub.batches.is_empty(), "whoever ended it");
}
