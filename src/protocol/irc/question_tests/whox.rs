//! IRCv3 whox.

use super::Scene;
use crate::chat::UserFlag;

fn tea() -> Scene {
    let mut scene = Scene::new(&["alice", "bob"]);
    scene.joins("alice", "#tea");
    scene.joins("bob", "#tea");
    scene.wait(42);
    scene
}

fn first(scene: &Scene, line: &str) -> String {
    let answer = scene.asks("alice", line);
    assert_eq!(answer.len(), 2, "{answer:?}");
    answer[0].clone()
}

/// "Servers MUST send the fields in the order specified above."
#[test]
fn all_fields_come_in_the_order_of_the_specification() {
    let mut scene = tea();
    scene.logs_in("bob", "bobby");
    let expected = "354 137 #tea ~bob 255.255.255.255 bob.example irc.example.org bob H 0 42 bobby n/a :bob's real name";
    assert_eq!(first(&scene, "WHO bob %tcuihsnfdlaor,137"), expected);
    assert_eq!(
        first(&scene, "WHO bob %roaldfnshiuct,137"),
        expected,
        "MUST NOT rely on the ordering"
    );
    assert_eq!(
        first(&scene, "WHO bob %TtcuihsnfdlaorXYZ!,137"),
        expected,
        "MUST ignore what is not known"
    );
}

/// The specification's examples: without a token, and with one.
#[test]
fn exactly_the_fields_that_are_asked_for_come() {
    let scene = tea();
    assert_eq!(
        first(&scene, "WHO bob %cuhnar"),
        "354 #tea ~bob bob.example bob 0 :bob's real name"
    );
    assert_eq!(
        scene.asks("alice", "WHO #tea %afnt,42"),
        [
            "354 42 alice H@ 0",
            "354 42 bob H 0",
            "315 #tea :End of WHO list"
        ]
    );
    assert_eq!(first(&scene, "WHO bob %n"), "354 bob");
    // A field's letter twice is the field once.
    assert_eq!(first(&scene, "WHO bob %nnn"), "354 bob");
}

#[test]
fn fields_that_are_not_there_have_their_placeholders() {
    let mut scene = tea();
    scene.comes("carol");
    assert_eq!(first(&scene, "WHO carol %cai"), "354 * 255.255.255.255 0");
}

/// "The token MUST contain only digit characters and MUST contain at most 3 characters."
#[test]
fn a_token_that_is_none_is_not_repeated() {
    let scene = tea();
    assert_eq!(first(&scene, "WHO bob %tn,007"), "354 007 bob");
    for token in ["", ",", ",1234", ",abc", ",1a", ",\u{663}"] {
        assert_eq!(
            first(&scene, &format!("WHO bob %tn{token}")),
            "354 0 bob",
            "{token}"
        );
    }
    assert_eq!(first(&scene, "WHO bob %n,12"), "354 bob", "not asked for");
}

#[test]
fn addresses_are_for_oneself_and_operators() {
    let mut scene = tea();
    assert_eq!(first(&scene, "WHO alice %in"), "354 192.0.2.1 alice");
    assert_eq!(first(&scene, "WHO bob %in"), "354 255.255.255.255 bob");
    scene.promotes("alice");
    assert_eq!(first(&scene, "WHO bob %in"), "354 192.0.2.2 bob");
}

/// "Servers MAY support additional non-standard flags before the percent character." `o` is RFC 2812's.
#[test]
fn flags_may_stand_before_the_fields() {
    let mut scene = tea();
    scene.promotes("bob");
    scene.flags("bob", UserFlag::Bot);
    assert_eq!(
        scene.asks("alice", "WHO * o%nf"),
        ["354 bob H*B", "315 * :End of WHO list"]
    );
}

/// "Servers MUST NOT send `RPL_WHOREPLY` replies", whatever fields are asked for.
#[test]
fn even_no_field_is_answered_by_354() {
    let scene = tea();
    assert_eq!(first(&scene, "WHO bob %"), "354 alice");
    assert_eq!(first(&scene, "WHO bob %,1"), "354 alice");
}
