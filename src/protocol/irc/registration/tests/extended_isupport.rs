//! extended-isupport, before registration. That tokens come in a batch is tested where they are written.

use super::*;

/// "When the draft/extended-isupport capability is enabled by the client, the server MUST accept ISUPPORT commands before connection
/// registration completes".
#[test]
fn with_the_capability_isupport_is_answered() {
    let place = Place::new();
    let mut newcomer = opened();
    place.says(&mut newcomer, &["CAP REQ draft/extended-isupport"]);
    let lines = told(&newcomer.read(&place.world(), "ISUPPORT"));
    assert!(!lines.is_empty());
    let start = ":irc.example.org 005 * ";
    assert!(
        lines.iter().all(|line| line.starts_with(start)),
        "{lines:?}"
    );
    assert!(lines.concat().contains(" NETWORK=Example "), "{lines:?}");
}

/// The example of the specification: CAP LS, CAP REQ batch, ISUPPORT, and only then NICK and USER.
#[test]
fn the_example_of_the_specification() {
    let place = Place::new();
    let mut newcomer = opened();
    let asked = newcomer.read(&place.world(), "CAP LS 302");
    assert!(told(&asked).concat().contains(" draft/extended-isupport "));
    let granted = newcomer.read(&place.world(), "CAP REQ batch draft/extended-isupport");
    assert_eq!(
        only(&granted),
        ":irc.example.org CAP * ACK :batch draft/extended-isupport"
    );
    let lines = told(&newcomer.read(&place.world(), "ISUPPORT"));
    assert_eq!(lines[0], ":irc.example.org BATCH +isupport draft/isupport");
    assert!(
        lines[1].starts_with("@batch=isupport :irc.example.org 005 * "),
        "{lines:?}"
    );
    let steps = place.says(
        &mut newcomer,
        &["NICK emersion", "USER emersion 0 * :Simon Ser", "CAP END"],
    );
    assert_eq!(steps, [Step::Register]);
}
