//! What a reload tells those who are here.

use super::irc_lines::Scene;
use super::*;
use crate::protocol::irc::Accounts;

const REGISTRATION: &str = "draft/account-registration";

fn scene() -> Scene {
    let registration = true;
    Scene::with(|server| server.accounts = Some(Accounts { registration }))
}

/// Reloads with another `accounts.registration`.
fn reload(scene: &mut Scene, registration: bool) {
    let mut server = (*scene.hub.server).clone();
    server.accounts = Some(Accounts { registration });
    let (back, _done) = oneshot::channel();
    let settings = scene.hub.settings;
    let ask = Ask::Configure(Box::new(policy()), settings, server.into(), back);
    scene.hub.answer(ask);
    scene.hub.turn([].into_iter());
}

/// "the server MUST notify the client about all new capabilities and about existing capabilities that are no longer available";
/// "Servers MUST cancel any capability-specific behavior" (IRCv3 capability-negotiation).
#[test]
fn what_is_offered_no_more_is_lost_and_can_be_had_again_when_it_is_back() {
    let mut scene = scene();
    let wire = scene.registers(1, "alice", &format!("batch {REGISTRATION}"));
    reload(&mut scene, false);
    let gone = format!(":chat.example CAP alice DEL :{REGISTRATION}\r\n");
    assert_eq!(wire.text(), gone);
    scene.says(1, &["CAP LIST"]);
    let list = ":chat.example CAP alice LIST :batch cap-notify\r\n";
    assert_eq!(wire.text(), list);
    reload(&mut scene, true);
    let back = format!(":chat.example CAP alice NEW :{REGISTRATION}=before-connect\r\n");
    assert_eq!(wire.text(), back);
    scene.says(1, &["CAP LIST"]);
    assert_eq!(wire.text(), list, "until it is asked for");
    scene.says(1, &[&format!("CAP REQ :{REGISTRATION}")]);
    assert!(wire.text().contains(" ACK "));
}

/// Those who have negotiated and not yet registered have been told what is offered as well.
#[test]
fn newcomers_hear_of_it_too() {
    let mut scene = scene();
    let (wire, silent) = (scene.opens(1), scene.opens(2));
    scene.says(1, &["CAP LS 302", &format!("CAP REQ :{REGISTRATION}")]);
    assert!(wire.text().contains(" ACK "));
    reload(&mut scene, false);
    let gone = format!(":chat.example CAP * DEL :{REGISTRATION}\r\n");
    assert_eq!(wire.text(), gone);
    scene.says(1, &["CAP LIST"]);
    assert_eq!(wire.text(), ":chat.example CAP * LIST :cap-notify\r\n");
    assert_eq!(silent.text(), "", "who has not asked is not told");
}

/// NEW and DEL "MUST ONLY be sent to clients that have negotiated CAP version 302 or enabled the cap-notify capability": the others
/// keep what they cannot be told of.
#[test]
fn who_does_not_know_of_changes_is_not_told_of_them() {
    let mut scene = scene();
    let wire = scene.opens(1);
    let request = format!("CAP REQ :{REGISTRATION}");
    scene.says(1, &[&request, "NICK alice", "USER u 0 * :r", "CAP END"]);
    assert!(wire.text().contains(" 001 "));
    reload(&mut scene, false);
    assert_eq!(wire.text(), "");
    scene.says(1, &["CAP LIST"]);
    let list = format!(":chat.example CAP alice LIST :{REGISTRATION}\r\n");
    assert_eq!(wire.text(), list);
}
