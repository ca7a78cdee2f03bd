//! NAMES and the names after JOIN: Modern IRC "NAMES message", IRCv3 multi-prefix, userhost-in-names, no-implicit-names.

use super::{Scene, nick, room};
use crate::chat::{Command, Rank, RoomFlag, UserFlag};
use crate::protocol::irc::{Capability, Replies, names};

fn tea() -> Scene {
    let mut scene = Scene::new(&["alice", "bob", "carol", "dora"]);
    scene.joins("alice", "#tea");
    scene.joins("bob", "#tea");
    scene.joins("carol", "#tea");
    scene.ranks("alice", "#tea", "bob", Rank::Op);
    scene.ranks("alice", "#tea", "bob", Rank::Voice);
    scene
}

#[test]
fn a_room_is_one_353_or_more_and_one_366() {
    let scene = tea();
    let expected = [
        "353 = #tea :@alice @bob carol",
        "366 #tea :End of /NAMES list",
    ];
    assert_eq!(scene.asks("alice", "NAMES #tea"), expected);
    assert_eq!(
        scene.asks("dora", "NAMES #TEA"),
        expected,
        "the room's own name"
    );
    let own_first = "353 = #tea :carol @alice @bob";
    assert_eq!(scene.asks("carol", "NAMES #tea")[0], own_first);
}

#[test]
fn rooms_are_answered_one_by_one() {
    let mut scene = tea();
    scene.joins("dora", "#milk");
    assert_eq!(
        scene.asks("carol", "NAMES #milk,#none,#tea"),
        [
            "353 = #milk :@dora",
            "366 #milk :End of /NAMES list",
            "366 #none :End of /NAMES list",
            "353 = #tea :carol @alice @bob",
            "366 #tea :End of /NAMES list",
        ]
    );
}

#[test]
fn what_is_no_room_is_ended_as_it_was_given() {
    let scene = tea();
    assert_eq!(
        scene.asks("alice", "NAMES tea"),
        ["366 tea :End of /NAMES list"]
    );
    assert_eq!(scene.asks("alice", "NAMES"), ["366 * :End of /NAMES list"]);
    assert_eq!(
        scene.asks("alice", "NAMES :"),
        ["366 * :End of /NAMES list"]
    );
}

#[test]
fn more_rooms_than_targmax_says_are_refused_from_there() {
    let scene = tea();
    let rooms: Vec<String> = (0..22).map(|n| format!("#r{n}")).collect();
    let answer = scene.asks("alice", &format!("NAMES {}", rooms.join(",")));
    assert_eq!(answer.len(), 21);
    assert!(answer[20].starts_with("407 #r20 :"), "{}", answer[20]);
}

/// multi-prefix: "all possible prefixes which apply to a user", "in order of 'rank', from highest to lowest".
#[test]
fn multi_prefix_shows_all_ranks_the_highest_first() {
    let mut scene = tea();
    scene.negotiates("dora", &[Capability::MultiPrefix]);
    assert_eq!(
        scene.asks("dora", "NAMES #tea")[0],
        "353 = #tea :@alice @+bob carol"
    );
}

#[test]
fn userhost_in_names_shows_the_full_mask_of_everybody() {
    let mut scene = tea();
    scene.negotiates(
        "dora",
        &[Capability::UserhostInNames, Capability::MultiPrefix],
    );
    assert_eq!(
        scene.asks("dora", "NAMES #tea")[0],
        "353 = #tea :@alice!~alice@alice.example @+bob!~bob@bob.example carol!~carol@carol.example"
    );
}

#[test]
fn the_symbol_says_secret_private_or_public() {
    let mut scene = tea();
    scene.sets("alice", "#tea", RoomFlag::Secret);
    assert_eq!(
        scene.asks("alice", "NAMES #tea")[0],
        "353 @ #tea :@alice @bob carol"
    );
    scene.joins("dora", "#den");
    scene.sets("dora", "#den", RoomFlag::Private);
    assert_eq!(scene.asks("dora", "NAMES #den")[0], "353 * #den :@dora");
}

#[test]
fn a_secret_room_has_an_end_only_for_those_outside() {
    let mut scene = tea();
    scene.sets("alice", "#tea", RoomFlag::Secret);
    // As asked: the room's own casing would say that it is there.
    assert_eq!(
        scene.asks("dora", "NAMES #Tea"),
        ["366 #Tea :End of /NAMES list"]
    );
    scene.promotes("dora");
    assert_eq!(
        scene.asks("dora", "NAMES #Tea").len(),
        2,
        "operators see it"
    );
}

/// Modern IRC: invisible users "are not shown in channel responses unless the requesting client is also joined to that
/// channel".
#[test]
fn the_invisible_are_shown_to_members_only() {
    let mut scene = tea();
    scene.flags("bob", UserFlag::Invisible);
    scene.joins("bob", "#milk");
    scene.joins("dora", "#milk");
    assert_eq!(
        scene.asks("dora", "NAMES #tea")[0],
        "353 = #tea :@alice carol"
    );
    assert_eq!(
        scene.asks("dora", "NAMES #milk")[0],
        "353 = #milk :dora @bob"
    );
    assert_eq!(
        scene.asks("carol", "NAMES #tea")[0],
        "353 = #tea :carol @alice @bob"
    );
}

#[test]
fn a_room_of_whom_nobody_is_seen_has_an_end_only() {
    let mut scene = Scene::new(&["alice", "dora"]);
    scene.joins("alice", "#tea");
    scene.flags("alice", UserFlag::Invisible);
    assert_eq!(
        scene.asks("dora", "NAMES #tea"),
        ["366 #tea :End of /NAMES list"]
    );
    assert_eq!(
        scene.asks("dora", "NAMES #lobby"),
        ["366 #lobby :End of /NAMES list"]
    );
}

#[test]
fn in_an_auditorium_only_half_ops_and_above_see_everybody() {
    let mut scene = tea();
    scene.sets("alice", "#tea", RoomFlag::Auditorium);
    scene.joins("dora", "#tea");
    assert_eq!(
        scene.asks("dora", "NAMES #tea")[0],
        "353 = #tea :dora @alice @bob"
    );
    assert_eq!(
        scene.asks("alice", "NAMES #tea")[0],
        "353 = #tea :@alice @bob carol dora"
    );
    scene.ranks("alice", "#tea", "dora", Rank::HalfOp);
    assert_eq!(
        scene.asks("dora", "NAMES #tea")[0],
        "353 = #tea :%dora @alice @bob carol"
    );
    scene.does("dora", Command::Part(Some(room("#tea")), None));
    assert_eq!(
        scene.asks("dora", "NAMES #tea")[0],
        "353 = #tea :@alice @bob"
    );
}

/// no-implicit-names: "Servers MUST reply to explicit NAMES commands sent by the client as usual."
#[test]
fn no_implicit_names_does_not_concern_what_is_asked_for() {
    let mut scene = tea();
    scene.negotiates("dora", &[Capability::NoImplicitNames]);
    assert_eq!(scene.asks("dora", "NAMES #tea").len(), 2);
}

/// RFC 2812 section 3.2.1: the names sent after a JOIN "must include the user joining".
#[test]
fn the_names_after_a_join_have_who_joined_first() {
    let mut scene = tea();
    scene.joins("dora", "#tea");
    let (id, _) = scene.chat.room_by_name(&room("#tea")).expect("a room");
    let mut out = Vec::new();
    let mut replies = Replies::new(&mut out, "", "irc.example.org", "dora");
    names::names(
        &scene.chat,
        &scene.server,
        scene.client("dora"),
        id,
        &mut replies,
    );
    assert_eq!(
        super::scene::lines(&out, "dora"),
        [
            "353 = #tea :dora @alice @bob carol",
            "366 #tea :End of /NAMES list"
        ]
    );
    assert!(scene.user("dora").nick == nick("dora"));
}
