//! pre-away.

use super::*;

/// What it is away with.
fn away(newcomer: &Registration) -> Option<&str> {
    newcomer.attach().away.as_ref().map(Text::as_str)
}

/// "If the capability has been negotiated, servers MUST accept the AWAY command before connection registration has completed."
#[test]
fn with_the_capability_one_is_away_from_the_start() {
    for (line, text) in [
        ("AWAY *", "*"),
        (
            "AWAY :Gone to lunch.  Back in 5",
            "Gone to lunch.  Back in 5",
        ),
        ("away x", "x"),
    ] {
        let place = Place::new();
        let mut newcomer = opened();
        place.says(&mut newcomer, &["CAP REQ draft/pre-away"]);
        let steps = newcomer.read(&place.world(), line);
        assert!(
            is_told(&steps, "306 * :You have been marked as being away"),
            "{steps:?}"
        );
        let steps = place.says(&mut newcomer, &["NICK a", "USER a 0 * :A", "CAP END"]);
        assert_eq!(steps, [Step::Register], "it is not told twice");
        assert_eq!(away(&newcomer), Some(text));
    }
}

/// "Similarly, AWAY with no parameters indicates that the user is present."
#[test]
fn the_last_away_counts() {
    let place = Place::new();
    for back in ["AWAY", "AWAY :"] {
        let mut newcomer = opened();
        place.says(&mut newcomer, &["CAP REQ draft/pre-away", "AWAY :gone"]);
        let steps = newcomer.read(&place.world(), back);
        assert!(
            is_told(&steps, "305 * :You are no longer marked as being away"),
            "{steps:?}"
        );
        let steps = place.says(&mut newcomer, &["NICK a", "USER a 0 * :A", "CAP END"]);
        assert_eq!(steps, [Step::Register]);
        assert_eq!(away(&newcomer), None);
    }
}

/// "Clients wishing to make use of this specification MUST negotiate the capability".
#[test]
fn without_the_capability_it_is_451() {
    let place = Place::new();
    let steps = opened().read(&place.world(), "AWAY :gone");
    assert!(is_told(&steps, "451 * :"), "{steps:?}");
}

/// Whoever was refused for its nick is still away with the next.
#[test]
fn another_nick_is_away_too() {
    let place = Place::new();
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &[
            "CAP REQ draft/pre-away",
            "AWAY *",
            "NICK a",
            "USER a 0 * :A",
            "CAP END",
        ],
    );
    newcomer.refused(&place.world(), &Refusal::NickInUse { nick: nick("a") });
    assert_eq!(newcomer.read(&place.world(), "NICK b"), [Step::Register]);
    assert_eq!(away(&newcomer), Some("*"));
}

/// "The AWAY command has its normal semantics": a message longer than AWAYLEN is refused, as it is later.
#[test]
fn a_long_message_is_refused_whole() {
    let place = Place::new();
    let mut newcomer = opened();
    let long = format!("AWAY :{}", "x".repeat(201));
    let steps = place.says(
        &mut newcomer,
        &["CAP REQ draft/pre-away", "AWAY :gone", &long],
    );
    assert!(is_told(&steps, "417 * :"), "{steps:?}");
    let steps = place.says(&mut newcomer, &["NICK a", "USER a 0 * :A", "CAP END"]);
    assert_eq!(steps, [Step::Register]);
    assert_eq!(away(&newcomer), Some("gone"));
}
