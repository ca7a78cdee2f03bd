//! LIST: Modern IRC "LIST message", ISUPPORT `ELIST=CMNTU`, `SAFELIST`.

use super::{Scene, room};
use crate::chat::{Command, RoomFlag, Topic};

/// #tea with 3 users made at the start, its topic set 50 minutes later; #milk with 1 an hour later; then two minutes pass.
fn scene() -> Scene {
    let mut scene = Scene::new(&["alice", "bob", "carol", "dora"]);
    for name in ["alice", "bob", "carol"] {
        scene.joins(name, "#tea");
    }
    scene.wait(50 * 60);
    let topic = Topic::parse("Which pot?").expect("a topic");
    scene.does("alice", Command::SetTopic(Some(room("#tea")), topic));
    scene.wait(10 * 60);
    scene.joins("bob", "#milk");
    scene.wait(2 * 60);
    scene
}

/// The names of the rooms that are listed.
fn listed(scene: &Scene, line: &str) -> Vec<String> {
    let answer = scene.asks("dora", line);
    assert_eq!(
        answer.first().map(String::as_str),
        Some("321 Channel :Users  Name")
    );
    assert_eq!(answer.last().map(String::as_str), Some("323 :End of /LIST"));
    let rows = &answer[1..answer.len() - 1];
    let name = |row: &String| row.split(' ').nth(1).map(str::to_owned);
    rows.iter().filter_map(name).collect()
}

#[test]
fn all_rooms_are_listed_with_users_and_topic_the_largest_first() {
    assert_eq!(
        scene().asks("dora", "LIST"),
        [
            "321 Channel :Users  Name",
            "322 #tea 3 :Which pot?",
            "322 #milk 1 :",
            "322 #lobby 0 :",
            "323 :End of /LIST",
        ]
    );
}

#[test]
fn named_rooms_are_listed_as_named() {
    let scene = scene();
    assert_eq!(listed(&scene, "LIST #milk,#none,#TEA"), ["#milk", "#tea"]);
    assert_eq!(listed(&scene, "LIST #none"), [""; 0]);
    assert_eq!(
        listed(&scene, "LIST #tea irc.example.org"),
        ["#tea"],
        "RFC 2812's target"
    );
}

/// U: "`<val` and `>val` [...] less or more than `val` users".
#[test]
fn rooms_are_listed_by_their_users() {
    let scene = scene();
    assert_eq!(listed(&scene, "LIST >1"), ["#tea"]);
    assert_eq!(listed(&scene, "LIST >0"), ["#tea", "#milk"]);
    assert_eq!(listed(&scene, "LIST <3"), ["#milk", "#lobby"]);
    assert_eq!(
        listed(&scene, "LIST <3,>0"),
        ["#milk"],
        "all conditions hold"
    );
    assert_eq!(listed(&scene, "LIST >3"), [""; 0]);
}

/// C: "created either less than `val` minutes ago, or more than `val` minutes ago" for `C<val` and `C>val`.
#[test]
fn rooms_are_listed_by_their_age() {
    let scene = scene();
    assert_eq!(listed(&scene, "LIST C<60"), ["#milk"]);
    assert_eq!(listed(&scene, "LIST C>60,>0"), ["#tea"]);
    assert_eq!(
        listed(&scene, "LIST c<3"),
        ["#milk"],
        "letters in any casing"
    );
    assert_eq!(
        listed(&scene, "LIST C<2"),
        [""; 0],
        "not less than two minutes ago"
    );
    assert_eq!(listed(&scene, "LIST C>2,<2,>0"), [""; 0], "and not more");
}

#[test]
fn rooms_are_listed_by_the_age_of_their_topic() {
    let scene = scene();
    assert_eq!(listed(&scene, "LIST T<13"), ["#tea"]);
    assert_eq!(listed(&scene, "LIST T<12"), [""; 0]);
    assert_eq!(
        listed(&scene, "LIST T>11"),
        ["#tea"],
        "one without a topic has none that is old"
    );
}

#[test]
fn rooms_are_listed_by_masks_and_by_masks_that_do_not_match() {
    let scene = scene();
    assert_eq!(listed(&scene, "LIST #t*"), ["#tea"]);
    assert_eq!(listed(&scene, "LIST *K"), ["#milk"]);
    assert_eq!(listed(&scene, "LIST #?ea,*milk"), ["#tea", "#milk"]);
    assert_eq!(listed(&scene, "LIST !*l*"), ["#tea"]);
    assert_eq!(listed(&scene, "LIST *l*,!*y"), ["#milk"]);
    assert_eq!(
        listed(&scene, "LIST tea"),
        [""; 0],
        "a mask is for the whole name"
    );
}

#[test]
fn rooms_and_conditions_can_come_in_two_parameters() {
    let scene = scene();
    assert_eq!(listed(&scene, "LIST #tea,#milk <2"), ["#milk"]);
    assert_eq!(listed(&scene, "LIST * >2"), ["#tea"]);
}

#[test]
fn hidden_rooms_are_listed_for_members_only() {
    let mut scene = scene();
    scene.sets("alice", "#tea", RoomFlag::Secret);
    scene.sets("bob", "#milk", RoomFlag::Private);
    for line in [
        "LIST",
        "LIST #tea,#milk,#lobby",
        "LIST *",
        "LIST >0,*,!x",
        "LIST <9",
    ] {
        assert!(
            !listed(&scene, line).iter().any(|name| name != "#lobby"),
            "{line}"
        );
    }
    let members = scene.asks("bob", "LIST >0");
    assert_eq!(members.len(), 4, "bob is in both: {members:?}");
    scene.promotes("dora");
    assert_eq!(
        listed(&scene, "LIST >0"),
        ["#tea", "#milk"],
        "operators see them"
    );
}

#[test]
fn what_is_no_condition_is_a_mask() {
    let scene = scene();
    for line in [
        "LIST >x",
        "LIST C<",
        "LIST Q>3",
        "LIST !",
        "LIST ,,,",
        "LIST >99999999999999999999",
    ] {
        listed(&scene, line);
    }
    assert_eq!(listed(&scene, "LIST >18446744073709551615"), [""; 0]);
    assert_eq!(listed(&scene, "LIST C<18446744073709551615").len(), 3);
}
