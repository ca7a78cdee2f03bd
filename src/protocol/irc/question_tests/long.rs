//! Long answers: within a line's length, within a quarter of `limits.send_queue`, and said where they are not whole.

use super::{Scene, nick, room};
use crate::chat::{Command, Topic};
use crate::protocol::irc::Capability;

/// The smallest `limits.send_queue`.
const SMALL: usize = 32 * 1024;

fn crowd(users: usize, rooms: &str) -> Scene {
    let mut scene = Scene::new(&[]);
    scene.server.send_queue = SMALL;
    for n in 0..users {
        let name = format!("a-long-nick-of-user-{n}");
        scene.comes(&name);
        if !rooms.is_empty() {
            scene.joins(&name, rooms);
        }
    }
    scene.comes("alice");
    scene
}

fn bytes(answer: &[String]) -> usize {
    let beginning = ":irc.example.org  alice\r\n".len();
    answer.iter().map(|line| line.len() + beginning).sum()
}

/// The number before `more`, wherever the answer says that something is missing.
fn missing(answer: &[String]) -> usize {
    let told = answer.iter().find_map(|line| line.split_once(" more"));
    let (before, _) = told.unwrap_or_else(|| panic!("nothing is said to be missing: {answer:?}"));
    let number = before.rsplit(' ').next().expect("a word");
    number.parse().expect("a number")
}

#[test]
fn a_short_list_of_names_fills_its_lines() {
    let mut scene = crowd(100, "#tea");
    scene.negotiates("alice", &[Capability::UserhostInNames]);
    let answer = scene.asks("alice", "NAMES #tea");
    let names = answer
        .iter()
        .filter_map(|line| line.strip_prefix("353 = #tea :"));
    let names: Vec<&str> = names.flat_map(|names| names.split(' ')).collect();
    assert_eq!(names.len(), 100, "each once");
    assert!(names[99].starts_with("a-long-nick-of-user-99!"));
    // A line ends only where the next name has no room.
    let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
    let (_, full) = answer.split_last().expect("lines");
    for line in &full[..full.len() - 1] {
        assert!(
            bytes(std::slice::from_ref(line)) + longest + 1 > 512,
            "{line}"
        );
    }
}

#[test]
fn names_that_find_no_place_are_counted() {
    let mut scene = crowd(400, "#tea");
    scene.joins("alice", "#tea");
    let answer = scene.asks("alice", "NAMES #tea,#tea,#lobby");
    assert!(bytes(&answer) < SMALL / 4 + 3 * 512, "{}", bytes(&answer));
    assert!(
        answer[0].starts_with("353 = #tea :alice @a-long-nick-of-user-0 "),
        "oneself, always"
    );
    let names = answer
        .iter()
        .filter_map(|line| line.strip_prefix("353 = #tea :"));
    let shown = names.flat_map(|names| names.split(' ')).count();
    // The second list of the same room has room for one name, and then for none.
    let end = answer
        .iter()
        .position(|line| line.starts_with("366 #tea"))
        .expect("an end");
    assert_eq!(missing(&answer) + shown - 1, 401);
    assert!(
        answer[end - 1].starts_with("NOTICE :NAMES: and "),
        "{}",
        answer[end - 1]
    );
    assert!(answer[end - 1].contains("limits.send_queue"));
    assert!(
        answer
            .last()
            .is_some_and(|line| line.starts_with("366 #lobby")),
        "every room has its end"
    );
}

#[test]
fn standard_replies_say_what_is_missing_to_clients_that_have_them() {
    let mut scene = crowd(400, "#tea");
    scene.negotiates("alice", &[Capability::StandardReplies]);
    let answer = scene.asks("alice", "NAMES #tea");
    let warned = &answer[answer.len() - 2];
    assert!(
        warned.starts_with("WARN NAMES ANSWER_CUT_SHORT #tea :and "),
        "{warned}"
    );
}

#[test]
fn rooms_that_find_no_place_are_counted() {
    let mut scene = crowd(1, "");
    for n in 0..300 {
        scene.joins("alice", &format!("#room-{n}"));
    }
    let answer = scene.asks("alice", "LIST");
    assert!(bytes(&answer) < SMALL / 4 + 3 * 512);
    let rows = answer
        .iter()
        .filter(|line| line.starts_with("322 "))
        .count();
    assert_eq!(rows + missing(&answer), 301);
    assert_eq!(answer.last().map(String::as_str), Some("323 :End of /LIST"));
    assert_eq!(scene.asks("alice", "LIST #room-299").len(), 3);
}

#[test]
fn users_that_find_no_place_are_counted() {
    let scene = crowd(200, "#tea");
    let answer = scene.asks("alice", "WHO #tea");
    assert!(bytes(&answer) < SMALL / 4 + 3 * 512);
    let rows = answer
        .iter()
        .filter(|line| line.starts_with("352 "))
        .count();
    assert_eq!(rows + missing(&answer), 200);
    assert!(answer[answer.len() - 2].contains("limits.send_queue"));
}

#[test]
fn a_mask_shows_500_users_and_a_room_all_of_them() {
    let mut scene = crowd(600, "#tea");
    scene.server.send_queue = 4 * 1024 * 1024;
    let answer = scene.asks("alice", "WHO a-long*");
    assert_eq!(answer.len(), 502);
    assert_eq!(missing(&answer), 100);
    assert!(answer[500].contains("500 users at most"), "{}", answer[500]);
    assert_eq!(scene.asks("alice", "WHO #tea").len(), 601);
}

/// The longest names, topics and real names there can be: the asserts are in the scene.
#[test]
fn no_line_is_longer_than_a_line_may_be() {
    let long_nick = "é".repeat(32);
    let long_room = format!("#{}", "é".repeat(49));
    let mut scene = Scene::new(&[&long_nick, "bob"]);
    scene.joins(&long_nick, &long_room);
    let topic = Topic::parse(&"ü".repeat(195)).expect("a topic");
    scene.does(&long_nick, Command::SetTopic(Some(room(&long_room)), topic));
    scene.joins("bob", &long_room);
    scene.negotiates(
        &long_nick,
        &[Capability::UserhostInNames, Capability::MultiPrefix],
    );
    for line in [
        format!("LIST {long_room}"),
        format!("WHO {long_room}"),
        format!("WHO {long_room} %tcuihsnfdlaor,1"),
        format!("NAMES {long_room}"),
        format!("WHOIS {long_nick}"),
        format!("WHOIS bob {}", "é".repeat(240)),
        format!("WHOWAS {}", "x".repeat(490)),
        format!("ISON {long_nick}"),
        format!("NAMES {}", "#x".repeat(240)),
        format!("MONITOR + {}", "!".repeat(490)),
        format!("MONITOR {}", "!".repeat(490)),
    ] {
        scene.asks(&long_nick, &line);
    }
    let row = &scene.asks(&long_nick, &format!("LIST {long_room}"))[1];
    assert!(
        row.ends_with("ü…"),
        "a topic that has no room says so: {row}"
    );
    assert!(nick(&long_nick) == scene.user(&long_nick).nick);
}
