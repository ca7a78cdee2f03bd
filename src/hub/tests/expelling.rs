//! Accounts whose clients have to go.

use super::irc_lines::Scene;
use super::*;
use crate::chat::{Login, Registered, Timestamp};
use crate::protocol::account::{Answer, Request};
use crate::protocol::irc::{By, Outcome};

fn login(device: Option<&str>) -> Login {
    Login {
        id: 7,
        device: device.map(Into::into),
    }
}

/// Tells the hub; the ids of those who are logged in no more.
fn told(hub: &mut Hub<Rc<Memory>>, news: AccountNews) -> Vec<u64> {
    let (back, mut answer) = oneshot::channel();
    hub.answer(Ask::Account(news, back));
    hub.turn([].into_iter());
    let gone = answer.try_recv().expect("an answer");
    gone.iter().map(|client| client.id.0).collect()
}

fn registered() -> AccountNews {
    AccountNews::Registered(vec![Registered {
        always_on: false,
        id: 7,
        name: Nick::parse("zoe").expect("a nick"),
        since: Timestamp(0),
    }])
}

/// Of four clients the first two are logged in by the default device, the third by its phone.
fn logged_in() -> (Hub<Rc<Memory>>, Vec<Rc<Memory>>) {
    let (mut hub, wires) = with(4);
    assert_eq!(told(&mut hub, registered()), [0; 0]);
    for (client, device) in [(1, None), (2, None), (3, Some("phone"))] {
        hub.log_in(ClientId(client), Some(login(device)));
    }
    hub.turn([].into_iter());
    for wire in &wires {
        wire.text();
    }
    (hub, wires)
}

#[test]
fn one_device_goes_or_all_of_them_and_nobody_else() {
    let (mut hub, wires) = logged_in();
    let expelled = |devices| AccountNews::Expelled(7, devices, text("spam"));
    let tablet = Devices::One(Some("tablet".into()));
    assert_eq!(told(&mut hub, expelled(tablet)), [0; 0]);
    let phone = Devices::One(Some("phone".into()));
    assert_eq!(told(&mut hub, expelled(phone)), [3]);
    assert!(wires[2].text().ends_with("! kicked: spam\n"));
    assert_eq!(told(&mut hub, expelled(Devices::All)), [1, 2]);
    assert!(wires[1].text().ends_with("! kicked: spam\n"));
    assert_eq!(told(&mut hub, expelled(Devices::All)), [0; 0]);
    assert_eq!((hub.chat.clients_count(), hub.counts.kicked), (1, 3));
}

/// The reason may be a private matter of whoever has proven to be the account.
#[test]
fn why_an_account_is_suspended_is_told_to_its_clients_only() {
    let mut scene = Scene::new();
    assert_eq!(told(&mut scene.hub, registered()), [0; 0]);
    let (zoe, bob) = (
        scene.registers(1, "zoe-desk", ""),
        scene.registers(2, "bob", ""),
    );
    scene.hub.log_in(ClientId(1), Some(login(None)));
    for client in [1, 2] {
        scene.says(client, &["JOIN #tea"]);
    }
    for wire in [&zoe, &bob] {
        wire.text();
    }
    let news = AccountNews::Suspended(7, text("selling things"));
    assert_eq!(told(&mut scene.hub, news), [1]);
    let why = zoe.text();
    assert!(why.contains("(*operator (selling things))"), "{why}");
    let gone = bob.text();
    let shown = "QUIT :Killed (*operator (account suspended))\r\n";
    assert!(gone.ends_with(shown) && !gone.contains("selling"), "{gone}");
}

#[test]
fn the_default_device_goes_alone_too() {
    let (mut hub, _wires) = logged_in();
    let devices = Devices::One(None);
    let news = AccountNews::Expelled(7, devices, text("spam"));
    assert_eq!(told(&mut hub, news), [1, 2]);
    assert_eq!(hub.chat.clients_count(), 2);
}

#[test]
fn whose_account_is_removed_stays_without_it() {
    let (mut hub, _wires) = logged_in();
    assert_eq!(told(&mut hub, AccountNews::Removed(7)), [1, 2, 3]);
    assert_eq!(hub.chat.clients_count(), 4);
    let view = hub.view(ClientId(1)).expect("it is there");
    assert_eq!(view.who.account, None);
    assert_eq!(told(&mut hub, AccountNews::Removed(7)), [0; 0]);
}

#[test]
fn who_asks_hears_of_the_clients_of_one_account_only() {
    let (mut hub, _wires) = logged_in();
    let mut of = |id| {
        let (back, mut answer) = oneshot::channel();
        hub.answer(Ask::ClientsOf(id, back));
        let clients = answer.try_recv().expect("an answer");
        let told = clients.iter().map(|client| client.id.0);
        told.collect::<Vec<_>>()
    };
    assert_eq!(of(7), [1, 2, 3]);
    assert_eq!(of(8), [0; 0]);
}

/// It has proven who it is, so that it could come in after all others had gone.
#[test]
fn who_is_about_to_come_in_goes_too() {
    let mut scene = Scene::new();
    assert_eq!(told(&mut scene.hub, registered()), [0; 0]);
    let wires = [scene.opens(1), scene.opens(2)];
    for (client, device) in [(1, None), (2, Some("phone"))] {
        scene.says(client, &["CAP LS 302", "NICK somebody", "USER u 0 * :real"]);
        let request = Request::Identify {
            login: "zoe".into(),
            password: "correct horse".into(),
        };
        let errand = irc::Errand::Account(Box::new(request), By::Protocol);
        let outcome = Outcome::Account(Answer::Proven(login(device)));
        scene
            .hub
            .answer(Ask::Returned(ClientId(client), errand, outcome));
    }
    scene.hub.turn([].into_iter());
    for wire in &wires {
        let read = wire.text();
        assert!(read.contains(" 900 "), "it is not logged in: {read}");
    }
    let phone = Devices::One(Some("phone".into()));
    let news = AccountNews::Expelled(7, phone, text("lost phone"));
    assert_eq!(told(&mut scene.hub, news), [0; 0]);
    assert_eq!(wires[0].text(), "");
    let read = wires[1].text();
    assert!(
        read.starts_with("ERROR :") && read.contains("lost phone"),
        "{read}"
    );
    scene.says(1, &["CAP END"]);
    assert!(wires[0].text().contains(" 001 "), "the other may come in");
}
