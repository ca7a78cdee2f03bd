//! WHOWAS: RFC 2812 section 3.6.3, Modern IRC "WHOWAS message".

use super::{Scene, nick};
use crate::chat::Command;

/// bob was here, went, and came back to leave again a minute later.
fn gone() -> Scene {
    let mut scene = Scene::new(&["alice", "bob"]);
    scene.quits("bob");
    scene.wait(60);
    scene.comes("bob");
    scene.quits("bob");
    scene
}

#[test]
fn entries_come_with_the_latest_first_and_an_end() {
    assert_eq!(
        gone().asks("alice", "WHOWAS BOB"),
        [
            "314 bob ~bob bob.example * :bob's real name",
            "312 bob irc.example.org :Monday, 23 November 2026, 00:45:04 UTC",
            "314 bob ~bob bob.example * :bob's real name",
            "312 bob irc.example.org :Monday, 23 November 2026, 00:44:04 UTC",
            "369 BOB :End of WHOWAS",
        ]
    );
}

/// "If given, `<count>` SHOULD be a positive number. Otherwise, a full search is done."
#[test]
fn a_count_bounds_the_entries() {
    let scene = gone();
    assert_eq!(scene.asks("alice", "WHOWAS bob 1").len(), 3);
    assert_eq!(scene.asks("alice", "WHOWAS bob 1 irc.example.org").len(), 3);
    for all in ["2", "99", "0", "-1", "x", "99999999999999999999"] {
        let answer = scene.asks("alice", &format!("WHOWAS bob {all}"));
        assert_eq!(answer.len(), 5, "{all}");
    }
}

/// "Servers MUST reply with either `ERR_WASNOSUCHNICK` or a non-empty list of WHOWAS entries, both followed with
/// `RPL_ENDOFWHOWAS`"
#[test]
fn who_never_was_is_406_with_an_end() {
    let scene = gone();
    for name in ["nobody", "b*b", "#tea"] {
        assert_eq!(
            scene.asks("alice", &format!("WHOWAS {name}")),
            [
                format!("406 {name} :There was no such nickname"),
                format!("369 {name} :End of WHOWAS"),
            ]
        );
    }
    let answer = scene.asks("alice", "WHOWAS alice");
    assert!(answer[0].starts_with("406 alice :"), "she is here");
}

#[test]
fn each_of_several_nicks_has_its_end() {
    let answer = gone().asks("alice", "WHOWAS nobody,bob 1");
    let codes: Vec<&str> = answer.iter().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["406", "369", "314", "312", "369"]);
    let answer = gone().asks("alice", "WHOWAS a,b,c,d,e,f");
    assert_eq!(answer.len(), 8, "four at most");
}

#[test]
fn a_nick_that_was_changed_is_remembered() {
    let mut scene = Scene::new(&["alice", "bob"]);
    scene.does("bob", Command::Nick(nick("robert")));
    let answer = scene.asks("alice", "WHOWAS bob");
    assert_eq!(answer[0], "314 bob ~bob bob.example * :bob's real name");
}

#[test]
fn without_a_nick_the_answer_is_431() {
    for line in ["WHOWAS", "WHOWAS :"] {
        assert_eq!(
            gone().asks("alice", line),
            ["431 :No nickname given"],
            "{line}"
        );
    }
}
