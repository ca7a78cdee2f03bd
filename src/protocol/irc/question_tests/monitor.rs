//! MONITOR: IRCv3 monitor.

use super::{Scene, nick};
use crate::chat::Command;
use crate::protocol::irc::Step;

#[test]
fn targets_are_added_and_taken_away_by_the_chat() {
    let scene = Scene::new(&["alice", "bob"]);
    let steps = |line| scene.reading("alice", line).steps.into_vec();
    let both = || vec![nick("bob"), nick("Carol")];
    assert_eq!(
        steps("MONITOR + bob,Carol"),
        [Step::Do(Command::Monitor(both()))]
    );
    assert_eq!(
        steps("MONITOR - bob,Carol"),
        [Step::Do(Command::Unmonitor(Some(both())))]
    );
    assert_eq!(steps("MONITOR C"), [Step::Do(Command::Unmonitor(None))]);
    assert_eq!(steps("monitor c"), [Step::Do(Command::Unmonitor(None))]);
}

/// "`target` MUST be a valid nick as determined by the IRC daemon."
#[test]
fn what_is_no_nick_is_not_added_and_told() {
    let scene = Scene::new(&["alice"]);
    let steps = scene.reading("alice", "MONITOR + *!*@*,bob").steps;
    assert!(
        matches!(&steps[0], Step::Tell(told) if told.starts_with(b":irc.example.org 401 alice *!*@* :"))
    );
    assert_eq!(steps[1..], [Step::Do(Command::Monitor(vec![nick("bob")]))]);
    assert!(
        scene.reading("alice", "MONITOR - *!*@*").steps.is_empty(),
        "no output for -"
    );
}

#[test]
fn one_modifier_is_needed_and_only_the_known_ones_are_taken() {
    let scene = Scene::new(&["alice"]);
    for line in ["MONITOR", "MONITOR +", "MONITOR -", "MONITOR + :"] {
        assert!(
            scene.asks("alice", line)[0].starts_with("461 MONITOR :"),
            "{line}"
        );
    }
    assert!(scene.asks("alice", "MONITOR +bob")[0].starts_with("400 MONITOR +bob :"));
    assert!(scene.asks("alice", "MONITOR X bob")[0].starts_with("400 MONITOR X :"));
}

#[test]
fn the_list_is_told_with_its_end() {
    let mut scene = Scene::new(&["alice", "bob"]);
    assert_eq!(
        scene.asks("alice", "MONITOR L"),
        ["733 :End of MONITOR list"]
    );
    scene.does("alice", Command::Monitor(vec![nick("bob"), nick("carol")]));
    assert_eq!(
        scene.asks("alice", "MONITOR l"),
        ["732 :bob,carol", "733 :End of MONITOR list"]
    );
    assert_eq!(
        scene.asks("bob", "MONITOR L"),
        ["733 :End of MONITOR list"],
        "each has its own"
    );
}

#[test]
fn the_status_of_each_target_is_told() {
    let mut scene = Scene::new(&["alice", "bob", "dora"]);
    assert!(scene.reading("alice", "MONITOR S").steps.is_empty());
    let targets = ["bob", "carol", "dora", "erin"].map(nick).to_vec();
    scene.does("alice", Command::Monitor(targets));
    assert_eq!(
        scene.asks("alice", "MONITOR S"),
        [
            "730 :bob!~bob@bob.example,dora!~dora@dora.example",
            "731 :carol,erin"
        ]
    );
    scene.quits("bob");
    scene.quits("dora");
    assert_eq!(
        scene.asks("alice", "MONITOR s"),
        ["731 :bob,carol,dora,erin"]
    );
}

/// "the length of the target list is limited only by the buffer size of 512 chars"
#[test]
fn a_long_list_takes_several_lines() {
    let mut scene = Scene::new(&["alice"]);
    let targets: Vec<String> = (0..100)
        .map(|n| format!("somebody-with-a-long-nick-{n}"))
        .collect();
    let nicks = targets.iter().map(|name| nick(name)).collect();
    scene.does("alice", Command::Monitor(nicks));
    for (line, code) in [("MONITOR S", "731 :"), ("MONITOR L", "732 :")] {
        let answer = scene.asks("alice", line);
        let rows = answer.iter().filter_map(|line| line.strip_prefix(code));
        let told: Vec<&str> = rows.flat_map(|row| row.split(',')).collect();
        assert_eq!(told, targets, "each once, in order");
        assert!(answer.len() > 5);
    }
}
