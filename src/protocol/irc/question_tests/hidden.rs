//! What an outsider may never learn: every answer to every question is searched for a hidden room and for a user whom nobody sees.

use super::{Scene, room};
use crate::chat::{Command, RoomFlag, Text, Topic, UserFlag};
use crate::protocol::irc::Capability;

/// ghost, invisible, sits with alice in #den; outsider sits in #tea.
fn scene(flags: &[RoomFlag]) -> Scene {
    let mut scene = Scene::new(&["alice", "ghost", "outsider"]);
    scene.joins("alice", "#den");
    scene.joins("ghost", "#den");
    scene.joins("outsider", "#tea");
    scene.flags("ghost", UserFlag::Invisible);
    let topic = Topic::parse("the den's secret").expect("a topic");
    scene.does("alice", Command::SetTopic(Some(room("#den")), topic));
    for &flag in flags {
        scene.sets("alice", "#den", flag);
    }
    scene
}

/// Questions that do not name the room or the user themselves.
const QUESTIONS: [&str; 34] = [
    "NAMES",
    "NAMES *",
    "NAMES #tea",
    "NAMES #d*",
    "LIST",
    "LIST *",
    "LIST #d*",
    "LIST #*en",
    "LIST >0",
    "LIST <10",
    "LIST >1,<3",
    "LIST C<10",
    "LIST C>0",
    "LIST T<10",
    "LIST T>0",
    "LIST !x*",
    "LIST * >0",
    "WHO",
    "WHO 0",
    "WHO *",
    "WHO g*",
    "WHO *ghost*",
    "WHO *.example",
    "WHO ?host",
    "WHO #d*",
    "WHO * %tcuihsnfdlaor,1",
    "WHO g* %c",
    "WHO alice",
    "WHO alice %cn",
    "WHOIS alice",
    "WHOIS irc.example.org alice",
    "WHOIS g*",
    "USERHOST alice",
    "MONITOR S",
];

fn search(scene: &Scene, forbidden: &[&str]) {
    for line in QUESTIONS {
        let steps = scene.reading("outsider", line).steps;
        if steps.is_empty() {
            continue;
        }
        let asked = line.to_lowercase();
        for answer in scene.asks("outsider", line) {
            for word in forbidden {
                let found = answer.contains(word) && !asked.contains(word);
                assert!(!found, "{line} tells of {word}: {answer}");
            }
        }
    }
}

#[test]
fn a_hidden_room_and_an_invisible_user_are_in_no_answer() {
    for flags in [
        &[RoomFlag::Secret][..],
        &[RoomFlag::Private],
        &[RoomFlag::Secret, RoomFlag::InviteOnly],
        &[RoomFlag::Private, RoomFlag::InviteOnly],
    ] {
        let mut scene = scene(flags);
        search(&scene, &["#den", "the den's secret", "ghost"]);
        let every = [
            Capability::MultiPrefix,
            Capability::UserhostInNames,
            Capability::StandardReplies,
        ];
        scene.negotiates("outsider", &every);
        search(&scene, &["#den", "the den's secret", "ghost"]);
    }
}

/// Shown to everybody, the room still does not show who in it is invisible.
#[test]
fn a_room_that_is_shown_does_not_show_the_invisible_in_it() {
    let scene = scene(&[RoomFlag::InviteOnly]);
    assert!(
        scene.asks("outsider", "LIST")[1].contains("#den"),
        "+i alone hides nothing"
    );
    search(&scene, &["ghost"]);
    for line in ["NAMES #den", "WHO #den", "WHO #den %n"] {
        let answer = scene.asks("outsider", line).join("\n");
        assert!(
            answer.contains("alice") && !answer.contains("ghost"),
            "{answer}"
        );
    }
}

/// What is asked for by name is answered as if it were not there: with the very bytes that a name gets which nobody has.
#[test]
fn a_hidden_room_is_answered_as_one_that_there_is_not() {
    let scene = scene(&[RoomFlag::Secret]);
    for line in [
        "NAMES #Den",
        "LIST #Den",
        "WHO #Den",
        "WHO #Den %cn",
        "LIST #Den >0",
        "NAMES #Den,#tea",
    ] {
        let hidden = scene.asks("outsider", line);
        let none = scene.asks("outsider", &line.replace("#Den", "#Nix"));
        let same: Vec<String> = none.iter().map(|row| row.replace("#Nix", "#Den")).collect();
        assert_eq!(hidden, same, "{line}");
    }
}

/// The same questions tell the members: the search above does not pass because nothing is told at all.
#[test]
fn members_and_operators_are_told() {
    let mut scene = scene(&[RoomFlag::Secret]);
    for asker in ["alice", "outsider"] {
        if asker == "outsider" {
            scene.promotes("outsider");
        }
        for line in [
            "LIST",
            "LIST T<10",
            "WHO g*",
            "WHOIS alice",
            "NAMES #den",
            "WHO #den",
        ] {
            let answer = scene.asks(asker, line).join("\n");
            assert!(answer.contains("#den"), "{asker} {line}: {answer}");
        }
    }
}

/// Who is away says so to those who ask for it by nick only.
#[test]
fn an_invisible_user_who_is_away_is_not_told_of() {
    let mut scene = scene(&[RoomFlag::Secret]);
    let text = Text::parse("ghosting").expect("a text");
    scene.does("ghost", Command::Away(Some(text)));
    search(&scene, &["ghost"]);
}
