//! capability-negotiation and sts, as far as registration waits for them or changes by them.

use super::*;
use crate::chat::Capabilities;

/// "the server MUST not complete registration until the client sends a CAP END command", after LS and after REQ.
#[test]
fn registration_waits_for_cap_end() {
    for first in [
        "CAP LS 302",
        "CAP LS",
        "CAP REQ :multi-prefix",
        "CAP REQ :nothing",
        "cap ls",
    ] {
        let place = Place::new();
        let mut newcomer = opened();
        place.says(&mut newcomer, &[first, "NICK alice"]);
        assert_eq!(
            newcomer.read(&place.world(), "USER a 0 * :A"),
            [],
            "{first}"
        );
        assert_eq!(
            newcomer.read(&place.world(), "CAP END"),
            [Step::Register],
            "{first}"
        );
    }
}

/// Negotiation that starts late, or again, suspends as well.
#[test]
fn registration_waits_whenever_negotiation_began() {
    let place = Place::new();
    let mut newcomer = opened();
    let steps = place.says(
        &mut newcomer,
        &["NICK a", "CAP LS", "CAP END", "CAP LS", "USER a 0 * :A"],
    );
    assert_eq!(steps, []);
    assert_eq!(newcomer.read(&place.world(), "CAP END"), [Step::Register]);
}

/// What asks for nothing does not suspend; END without a beginning ends nothing and registers nobody.
#[test]
fn list_end_and_errors_do_not_suspend() {
    let place = Place::new();
    let mut newcomer = opened();
    let steps = place.says(
        &mut newcomer,
        &[
            "CAP LIST",
            "CAP FOO",
            "CAP",
            "CAP END",
            "NICK a",
            "USER a 0 * :A",
        ],
    );
    assert_eq!(steps, [Step::Register]);
    assert_eq!(opened().read(&place.world(), "CAP END"), []);
}

/// What was granted goes with the client; "If a client has not indicated support for CAP LS 302 features" it has no cap-notify.
#[test]
fn what_was_granted_is_the_clients() {
    let place = Place::new();
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &[
            "CAP LS 302",
            "CAP REQ :batch setname",
            "CAP REQ -setname",
            "CAP REQ :frog batch",
        ],
    );
    let now = newcomer.attach().capabilities;
    for capability in Capability::ALL {
        let held = matches!(capability, Capability::Batch | Capability::CapNotify);
        assert_eq!(capability.is_in(now), held, "{capability:?}");
    }
    assert_eq!(
        only(&newcomer.read(&place.world(), "CAP LIST")),
        ":irc.example.org CAP * LIST :batch cap-notify"
    );
    assert_eq!(opened().attach().capabilities, Capabilities(0));
}

/// "Replies from the server must contain the client identifier name or asterisk if one is not yet available."
#[test]
fn a_newcomer_is_an_asterisk_even_when_it_has_chosen() {
    let place = Place::new();
    let mut newcomer = opened();
    let steps = place.says(&mut newcomer, &["NICK alice", "CAP REQ batch"]);
    assert_eq!(only(&steps), ":irc.example.org CAP * ACK :batch");
}

/// IRCv3 sts: what the connection is decides which part of the policy it is told.
#[test]
fn the_policy_of_tls_follows_the_connection() {
    let mut place = Place::new();
    place.server.sts = Some(crate::protocol::irc::Sts {
        port: 6697,
        duration: 60,
        preload: false,
        hosts: [].into(),
    });
    let mut insecure = Registration::new(attach(1));
    let mut secure = attach(2);
    secure.tls = Some(tls());
    let mut secure = Registration::new(secure);
    let listed =
        |newcomer: &mut Registration| told(&newcomer.read(&place.world(), "CAP LS 302")).concat();
    assert!(listed(&mut insecure).contains(" sts=port=6697 "));
    assert!(listed(&mut secure).contains(" sts=duration=60 "));
}

/// labeled-response holds from the moment that it is granted, not for the request itself.
#[test]
fn labels_count_once_they_are_granted() {
    let place = Place::new();
    let mut newcomer = opened();
    let granted = newcomer.read(&place.world(), "@label=1 CAP REQ :labeled-response batch");
    assert_eq!(
        only(&granted),
        ":irc.example.org CAP * ACK :labeled-response batch"
    );
    let capabilities = newcomer.attach().capabilities;
    let steps = newcomer.read(&place.world(), "@label=2 PING x");
    let mut expected = Vec::new();
    let line = b":irc.example.org PONG irc.example.org :x\r\n";
    label_lines(
        line,
        "2",
        &place.server,
        &place.stamp,
        capabilities,
        &mut expected,
    );
    assert_eq!(steps, [Step::Tell(expected)]);
}
