//! Accounts at the hub: logins take their time outside, and what their clients say meanwhile comes after them.

use super::irc_lines::{Scene, commands};
use super::*;
use crate::chat::{Login, Registered};
use crate::protocol::account::{Answer, Denial, Wish};
use crate::protocol::irc::Outcome;

/// With the account `alice`, whose id is 7.
pub(super) fn scene() -> Scene {
    let mut scene = Scene::with(|server| {
        let registration = true;
        server.accounts = Some(irc::Accounts { registration });
    });
    let alice = registered(7, "alice");
    hears(&mut scene, AccountNews::Registered(vec![alice]));
    scene
}

fn registered(id: u64, name: &str) -> Registered {
    Registered {
        id,
        name: Nick::parse(name).expect("a nick"),
        since: crate::chat::Timestamp(0),
        always_on: false,
    }
}

fn hears(scene: &mut Scene, news: AccountNews) {
    let (back, mut done) = oneshot::channel();
    scene.hub.answer(Ask::Account(news, back));
    scene.hub.turn([].into_iter());
    assert!(done.try_recv().is_ok(), "the chat knows");
}

pub(super) fn proven() -> Outcome {
    let login = Login {
        id: 7,
        device: None,
    };
    Outcome::Account(Answer::Proven(login))
}

fn wrong() -> Outcome {
    Outcome::Account(Answer::Denied(Denial::Wrong))
}

/// Client 2, who hears what comes to #tea.
fn bob_in_tea(scene: &mut Scene) -> Rc<Memory> {
    let bob = scene.registers(2, "bob", "");
    scene.says(2, &["JOIN #tea"]);
    bob.text();
    bob
}

pub(super) fn plain(scene: &mut Scene, client: u64) -> Rc<Memory> {
    let wire = Memory::endless();
    scene.hub.turn([attach(client, &wire)].into_iter());
    wire.text();
    wire
}

pub(super) fn log_in(client: u64) -> Input<Rc<Memory>> {
    let wish = Wish::LogIn {
        login: Some("alice".into()),
        password: "secret".into(),
    };
    Input::Account(ClientId(client), wish)
}

const SASL: [&str; 6] = [
    "CAP REQ sasl",
    "NICK alice",
    "USER u 0 * :A",
    "AUTHENTICATE PLAIN",
    "AUTHENTICATE AGFsaWNlAHNlY3JldA==",
    "CAP END",
];

#[test]
fn all_accounts_that_it_hears_of_at_once_are_there() {
    let mut scene = scene();
    let others = [registered(8, "bob"), registered(9, "zoe")];
    hears(&mut scene, AccountNews::Registered(others.to_vec()));
    for registered in &others {
        assert_eq!(scene.hub.chat.registered(registered.id), Some(registered));
    }
}

#[test]
fn a_newcomer_is_not_in_before_it_is_known_who_it_is() {
    let mut scene = scene();
    let wire = scene.opens(1);
    scene.says(1, &SASL);
    scene.says(1, &["JOIN #tea"]);
    assert_eq!(commands(&wire.text()), ["CAP", "AUTHENTICATE"]);
    assert_eq!(scene.hub.chat.clients_count(), 0);
    scene.returns(1, proven());
    let told = wire.text();
    assert_eq!(commands(&told)[..3], ["900", "903", "001"], "{told}");
    assert!(told.contains(":alice!~u@192.0.2.1 JOIN #tea"), "{told}");

    // One who proves nothing is told so, and cannot have the nick.
    let wire = scene.opens(2);
    scene.says(2, &SASL);
    scene.returns(2, wrong());
    assert_eq!(commands(&wire.text())[2..], ["904", "433"]);
}

#[test]
fn what_a_newcomer_has_said_ahead_is_carried_out_in_order_also_where_it_waits_again() {
    let mut scene = scene();
    let bob = bob_in_tea(&mut scene);
    let wire = scene.opens(1);
    scene.says(1, &SASL);
    let ahead = [
        "JOIN #tea",
        "PRIVMSG NickServ :SET PASSWORD another-secret",
        "PRIVMSG #tea :hi",
        "PING x",
    ];
    scene.says(1, &ahead);
    scene.returns(1, proven());
    let told = wire.text();
    let told = commands(&told);
    assert_eq!(
        told.last(),
        Some(&"366"),
        "it waits for the password: {told:?}"
    );
    assert!(!bob.text().contains("PRIVMSG"));
    scene.returns(1, Outcome::Account(Answer::Done));
    assert_eq!(commands(&wire.text()), ["NOTICE", "PONG"]);
    assert!(bob.text().contains("PRIVMSG #tea :hi"));
}

#[test]
fn what_one_says_while_its_login_is_out_comes_after_it() {
    for outcome in [proven(), wrong()] {
        let mut scene = scene();
        let bob = scene.registers(2, "bob", "account-tag account-notify message-tags");
        let ann = scene.registers(1, "ann", "");
        let lines = plain(&mut scene, 3);
        for client in [1, 2] {
            scene.says(client, &["JOIN #lobby"]);
        }
        for wire in [&bob, &ann, &lines] {
            wire.text();
        }
        scene.says(
            1,
            &[
                "PRIVMSG NickServ :IDENTIFY alice secret",
                "PRIVMSG #lobby :hi",
            ],
        );
        assert_eq!((bob.text(), lines.text()), Default::default());
        scene.returns(1, outcome.clone());
        let told = bob.text();
        let (message, before) = told
            .lines()
            .last()
            .map_or(("", 0), |last| (last, told.lines().count() - 1));
        let tagged = message.starts_with('@') && message.contains("account=alice");
        assert!(message.ends_with(" PRIVMSG #lobby :hi"), "{told}");
        // Both hear who it is, or neither.
        let is_known = outcome == proven();
        assert_eq!(
            (tagged, before),
            (is_known, usize::from(is_known)),
            "{told}"
        );
        assert_eq!(lines.text(), "<ann> hi\n");
        let expected = if is_known { "900" } else { "NOTICE" };
        assert_eq!(commands(&ann.text())[0], expected);

        // The same by plain lines.
        let say = say(3, "ho");
        scene.hub.turn([log_in(3), say].into_iter());
        assert_eq!(bob.text(), "");
        scene.returns(3, outcome);
        let told = bob.text();
        assert!(told.ends_with(" PRIVMSG #lobby :ho\r\n"), "{told}");
        assert_eq!(told.contains(" NICK "), is_known, "{told}");
        let told = lines.text();
        let expected = if is_known {
            "-- You are logged in as alice\n"
        } else {
            "! wrong-password: "
        };
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn a_second_plain_client_that_logs_in_is_the_same_user() {
    let mut scene = scene();
    let (desk, phone) = (plain(&mut scene, 1), plain(&mut scene, 2));
    for client in [1, 2] {
        scene.hub.turn([log_in(client)].into_iter());
        scene.returns(client, proven());
    }
    for wire in [&desk, &phone] {
        wire.text();
    }
    scene.hub.turn([say(1, "here")].into_iter());
    assert_eq!(phone.text(), "<alice> here\n");
    assert_eq!(scene.hub.chat.users_count().0, 1);
}

#[test]
fn a_client_that_is_not_logged_in_to_another_account_leaves_the_nick_of_its_user_alone() {
    let mut scene = scene();
    let bob = registered(8, "bob");
    hears(&mut scene, AccountNews::Registered(vec![bob]));
    let (desk, phone) = (plain(&mut scene, 1), plain(&mut scene, 2));
    for client in [1, 2] {
        scene.hub.turn([log_in(client)].into_iter());
        scene.returns(client, proven());
    }
    let nick = Command::Nick(Nick::parse("al").expect("a nick"));
    scene
        .hub
        .turn([Input::Command(ClientId(1), nick)].into_iter());
    for wire in [&desk, &phone] {
        wire.text();
    }
    scene.hub.turn([log_in(2)].into_iter());
    let (id, device) = (8, None);
    let bob = Answer::Proven(Login { id, device });
    scene.returns(2, Outcome::Account(bob));
    let told = phone.text();
    assert!(told.starts_with("! shared: "), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert_eq!(desk.text(), "");
}

#[test]
fn a_login_that_nobody_takes_is_refused_and_its_client_goes_on() {
    let mut scene = scene();
    let (ann, lines) = (scene.registers(1, "ann", ""), plain(&mut scene, 2));
    let bob = scene.registers(3, "bob", "sasl");
    let carol = scene.opens(4);
    // There is room for one outside.
    scene.says(1, &["PRIVMSG NickServ :IDENTIFY alice secret"]);
    scene.hub.turn([log_in(2), say(2, "on I go")].into_iter());
    assert!(lines.text().starts_with("! busy: "));
    assert!(!scene.hub.waiting.contains_key(&ClientId(2)));
    scene.says(3, &["AUTHENTICATE PLAIN", "AUTHENTICATE AAAA", "PING x"]);
    assert_eq!(commands(&bob.text()), ["AUTHENTICATE", "904", "PONG"]);
    scene.says(4, &SASL);
    assert_eq!(
        commands(&carol.text()),
        ["CAP", "AUTHENTICATE", "904", "433"]
    );
    scene.returns(1, proven());
    assert!(ann.text().contains("You are logged in."));
}

#[test]
fn one_who_goes_while_its_login_is_out_is_gone_when_it_comes_back() {
    let mut scene = scene();
    let bob = scene.registers(9, "bob", "");
    scene.says(9, &["JOIN #lobby"]);
    let _ann = scene.registers(1, "ann", "");
    let _lines = plain(&mut scene, 2);
    let _newcomer = scene.opens(3);
    bob.text();
    for client in [1, 2, 3] {
        match client {
            1 => scene.says(1, &["NS IDENTIFY alice secret"]),
            2 => scene.hub.turn([log_in(2)].into_iter()),
            _ => scene.says(3, &SASL),
        }
        let gone = Input::Gone(ClientId(client), Departure::Closed);
        scene.hub.turn([gone].into_iter());
        scene.returns(client, proven());
    }
    assert_eq!(scene.hub.chat.clients_count(), 1);
    assert!(scene.hub.waiting.is_empty() && scene.hub.newcomers.is_empty());
}

#[test]
fn what_a_newcomer_has_said_before_its_connection_ended_is_carried_out_once_it_is_known_who_it_is()
{
    for outcome in [proven(), wrong()] {
        let mut scene = scene();
        let bob = bob_in_tea(&mut scene);
        let wire = scene.opens(1);
        scene.says(1, &SASL);
        scene.says(1, &["JOIN #tea", "PRIVMSG #tea :all is done"]);
        let gone = Input::Gone(ClientId(1), Departure::Closed);
        scene.hub.turn([gone].into_iter());
        assert_eq!(bob.text(), "");
        scene.returns(1, outcome.clone());
        let expected: &[&str] = if outcome == proven() {
            &["JOIN", "PRIVMSG", "QUIT"]
        } else {
            &[]
        };
        assert_eq!(commands(&bob.text()), expected);
        assert!(wire.finished.get(), "it is gone then");
        assert!(scene.hub.newcomers.is_empty());
    }
}

#[test]
fn who_is_logged_in_to_an_account_that_is_removed_is_told() {
    let mut scene = scene();
    let (ann, lines) = (scene.registers(1, "ann", ""), plain(&mut scene, 2));
    scene.says(1, &["NS IDENTIFY alice secret"]);
    scene.returns(1, proven());
    scene.hub.turn([log_in(2)].into_iter());
    scene.returns(2, proven());
    for wire in [&ann, &lines] {
        wire.text();
    }
    hears(&mut scene, AccountNews::Removed(7));
    assert_eq!(commands(&ann.text()), ["901"]);
    assert_eq!(lines.text(), "-- You are not logged in any more\n");
    // And who has just proven to be it is not.
    for line in [
        "NS IDENTIFY alice secret",
        "PRIVMSG NickServ :IDENTIFY alice secret",
    ] {
        scene.says(1, &[line]);
        scene.returns(1, proven());
        let told = ann.text();
        assert!(told.contains("There is no such account"), "{told}");
    }
    scene.hub.turn([log_in(2)].into_iter());
    scene.returns(2, proven());
    let told = lines.text();
    assert!(
        told.starts_with("! ") && !told.contains("logged in as"),
        "{told}"
    );
}

#[test]
fn all_clients_of_an_account_that_is_expelled_go_also_those_that_are_about_to_come() {
    let mut scene = scene();
    let ann = scene.registers(1, "ann", "");
    scene.says(1, &["NS IDENTIFY alice secret"]);
    scene.returns(1, proven());
    let lines = plain(&mut scene, 2);
    scene.hub.turn([log_in(2)].into_iter());
    scene.returns(2, proven());
    let newcomer = scene.opens(3);
    scene.says(3, &SASL[..5]);
    scene.returns(3, proven());
    let (bob, other) = (scene.registers(4, "bob", ""), scene.opens(5));
    for wire in [&ann, &lines, &newcomer] {
        wire.text();
    }
    hears(
        &mut scene,
        AccountNews::Expelled(7, Devices::All, text("stolen")),
    );
    for wire in [&ann, &lines, &newcomer] {
        assert!(wire.text().contains("stolen"));
        assert!(wire.finished.get());
    }
    assert!(!bob.finished.get() && !other.finished.get());
    assert_eq!(scene.hub.chat.clients_count(), 1);
    hears(
        &mut scene,
        AccountNews::Expelled(8, Devices::All, text("nobody")),
    );
    assert_eq!(scene.hub.chat.clients_count(), 1);
}

#[test]
fn a_plain_client_that_is_not_logged_in_cannot_log_out() {
    let mut scene = scene();
    let lines = plain(&mut scene, 1);
    let log_out = || Input::Account(ClientId(1), Wish::LogOut);
    scene.hub.turn([log_out()].into_iter());
    let nobody = "! not-logged-in: you are logged in to no account; log in first\n";
    assert_eq!(lines.text(), nobody);
    scene.hub.turn([log_in(1)].into_iter());
    scene.returns(1, proven());
    lines.text();
    scene.hub.turn([log_out()].into_iter());
    assert_eq!(lines.text(), "-- You are not logged in any more\n");
}
