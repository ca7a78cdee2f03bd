//! The MUSTs and SHOULDs of capability-negotiation, one test each; those of sts beside them.

mod sts;

use super::*;
use crate::protocol::irc::testing::{Place, lines, written};

const NONE: Capabilities = Capabilities(0);

/// The capabilities of these names.
fn set(names: &[&str]) -> Capabilities {
    let known = names
        .iter()
        .map(|name| Capability::of_name(name).expect("a capability"));
    Capabilities(known.fold(0, |set, capability| set | capability.bit()))
}

/// What `CAP` and these parameters come to, of somebody without a name who has `held`.
fn cap(held: Capabilities, params: &[&str]) -> (Negotiated, Vec<String>) {
    cap_of(true, held, params)
}

/// As [`cap`], of a server that keeps a history or does not.
fn cap_of(history: bool, held: Capabilities, params: &[&str]) -> (Negotiated, Vec<String>) {
    let mut place = Place::new();
    place.server.history = history;
    let mut came = None;
    let told = written("*", |replies| {
        let offer = Offer {
            server: &place.server,
            secure: false,
            certificate: false,
            host: None,
        };
        came = Some(negotiate(offer, held, params, replies));
    });
    (came.expect("an outcome"), told)
}

/// What is listed on lines of `CAP * SUBCOMMAND`, and whether all but the last have the asterisk and no other has.
fn listed(told: &[String], subcommand: &str) -> Vec<String> {
    let (last, before) = told.split_last().expect("a line");
    let more = format!(":irc.example.org CAP * {subcommand} * :");
    let end = format!(":irc.example.org CAP * {subcommand} :");
    let mut words = Vec::new();
    let before = before
        .iter()
        .map(|line| line.strip_prefix(&more).expect("more to come"));
    for text in before.chain([last.strip_prefix(&end).expect("the last")]) {
        words.extend(
            text.split(' ')
                .filter(|word| !word.is_empty())
                .map(str::to_owned),
        );
    }
    words
}

/// "If no capabilities are available, an empty parameter MUST be sent"; the same for LIST.
#[test]
fn an_empty_list_is_an_empty_parameter() {
    let (came, told) = cap(NONE, &["LIST"]);
    assert_eq!(told, [":irc.example.org CAP * LIST :"]);
    assert_eq!((came.capabilities, came.progress), (NONE, Progress::Same));
}

/// "MUST NOT send these new features to the client": no values, one line, no asterisk.
#[test]
fn without_a_version_a_list_has_no_values_and_one_line() {
    for params in [
        &["LS"][..],
        &["LS", "301"],
        &["LS", "frog"],
        &["LS", ""],
        &["LS", "-302"],
    ] {
        let (came, told) = cap(NONE, params);
        assert_eq!(told.len(), 1, "{params:?}");
        let words = listed(&told, "LS");
        assert!(words.iter().all(|word| !word.contains('=')), "{words:?}");
        assert!(words.contains(&"multi-prefix".to_owned()), "{words:?}");
        // What must have a value is not there without it (multiline, sts).
        assert!(!words.contains(&"draft/multiline".to_owned()), "{words:?}");
        assert_eq!(came.capabilities, NONE, "no cap-notify for {params:?}");
    }
}

/// "MUST be treated as a number"; "MUST enable the features it does support below the given version".
#[test]
fn a_version_of_302_or_more_brings_values_and_cap_notify() {
    for version in ["302", "0302", "307", "99999999999999999999999999"] {
        let (came, told) = cap(NONE, &["LS", version]);
        let words = listed(&told, "LS");
        let multiline = "draft/multiline=max-bytes=8192,max-lines=64".to_owned();
        assert!(words.contains(&multiline), "{version}: {words:?}");
        assert!(Capability::CapNotify.is_in(came.capabilities), "{version}");
        assert!(speaks_302(came.capabilities), "{version}");
    }
}

/// All that there is is listed once, in the order of names, and nothing else: sts and what is about accounts only where that is
/// configured.
#[test]
fn the_list_is_what_there_is() {
    let (_, told) = cap(NONE, &["LS", "302"]);
    let names: Vec<String> = listed(&told, "LS")
        .iter()
        .map(|word| word.split('=').next().unwrap_or_default().to_owned())
        .collect();
    let off = [
        Capability::Sts,
        Capability::Sasl,
        Capability::AccountRegistration,
    ];
    let all = Capability::ALL.iter().filter(|c| !off.contains(c));
    let all: Vec<&str> = all.map(|c| c.name()).collect();
    assert_eq!(names, all);
    assert!(names.is_sorted());
}

/// IRCv3 chathistory: the capability says "when history is available and can be queried".
#[test]
fn a_history_that_is_not_kept_is_not_offered() {
    for capability in [Capability::ChatHistory, Capability::EventPlayback] {
        let name = capability.name();
        for (history, answer) in [(true, "ACK"), (false, "NAK")] {
            let (came, told) = cap_of(history, NONE, &["REQ", name]);
            assert_eq!(told, [format!(":irc.example.org CAP * {answer} :{name}")]);
            let (_, told) = cap_of(history, NONE, &["LS"]);
            assert_eq!(told[0].contains(name), history);
            assert_eq!(capability.is_in(came.capabilities), history);
        }
    }
}

/// "the server MUST store the higher version"; "SHOULD return a reply consistent with the request's version".
#[test]
fn the_highest_version_is_kept_and_each_answer_is_that_of_its_request() {
    let (came, _) = cap(NONE, &["LS", "302"]);
    let (then, told) = cap(came.capabilities, &["LS"]);
    assert_eq!(then.capabilities, came.capabilities);
    assert!(!told[0].contains('='), "{told:?}");
}

/// "all but the last reply MUST have a parameter containing only an asterisk".
#[test]
fn a_list_of_several_lines_marks_all_but_the_last() {
    let all = Capabilities(Capability::ALL.iter().fold(0, |set, c| set | c.bit()));
    let server = "a".repeat(63);
    let nick = "n".repeat(96);
    for subcommand in ["LS", "LIST"] {
        let mut out = Vec::new();
        let mut replies = Replies::new(&mut out, "", &server, &nick);
        let words: Vec<&str> = in_set(all).map(Capability::name).collect();
        list(subcommand, true, words.iter().copied(), &mut replies);
        let told = lines(&out);
        assert!(told.len() > 1);
        let all: Vec<&str> = told
            .iter()
            .flat_map(|line| line.split_once(" :").expect("a list").1.split(' '))
            .collect();
        assert_eq!(all, words);
        let stars = told.iter().map(|line| line.contains(" * :"));
        let stars: Vec<bool> = stars.collect();
        assert!(
            stars[..stars.len() - 1].iter().all(|star| *star),
            "{told:?}"
        );
        assert!(!stars[stars.len() - 1], "{told:?}");
        // To others it is one line, with what that holds.
        let mut out = Vec::new();
        let mut replies = Replies::new(&mut out, "", &server, &nick);
        list(subcommand, false, words.iter().copied(), &mut replies);
        assert_eq!(lines(&out).len(), 1);
    }
}

/// "MUST NOT specify additional data for any other CAP subcommands".
#[test]
fn what_one_has_is_listed_without_values() {
    let held = set(&["batch", "draft/multiline"]);
    let (_, told) = cap(held, &["LIST"]);
    assert_eq!(told, [":irc.example.org CAP * LIST :batch draft/multiline"]);
}

/// "must be accepted as a whole"; a word starting with `-` is given up.
#[test]
fn a_request_is_granted_and_acknowledged() {
    let held = set(&["userhost-in-names"]);
    let (came, told) = cap(held, &["REQ", "multi-prefix -userhost-in-names "]);
    assert_eq!(
        told,
        [":irc.example.org CAP * ACK :multi-prefix -userhost-in-names"]
    );
    assert_eq!(came.capabilities, set(&["multi-prefix"]));
    assert_eq!(came.progress, Progress::Suspended);
}

/// extended-isupport's own example has no colon.
#[test]
fn a_request_may_be_several_parameters() {
    let (came, told) = cap(NONE, &["req", "batch", "draft/extended-isupport"]);
    assert_eq!(
        told,
        [":irc.example.org CAP * ACK :batch draft/extended-isupport"]
    );
    assert_eq!(
        came.capabilities,
        set(&["batch", "draft/extended-isupport"])
    );
}

/// "or rejected entirely"; "MUST NOT make any change to any capabilities if it replies with a NAK".
#[test]
fn a_request_with_one_unknown_is_rejected_entirely() {
    let held = set(&["batch"]);
    for words in [
        "multi-prefix sasl ex3",
        "-batch frog",
        "Multi-Prefix",
        "multi-prefix=1",
        "--batch",
        "- batch",
        "multi-prefix -frog",
    ] {
        let (came, told) = cap(held, &["REQ", words]);
        assert_eq!(told, [format!(":irc.example.org CAP * NAK :{words}")]);
        assert_eq!(came.capabilities, held, "{words}");
        assert_eq!(came.progress, Progress::Suspended, "{words}");
    }
}

/// "MUST continue processing the REQ subcommand as though handling this capability was successful".
#[test]
fn what_one_has_or_has_not_may_be_asked_for_again() {
    let held = set(&["batch"]);
    let (came, told) = cap(held, &["REQ", "batch -setname"]);
    assert_eq!(told, [":irc.example.org CAP * ACK :batch -setname"]);
    assert_eq!(came.capabilities, held);
}

/// "MUST be parsed and processed from left to right".
#[test]
fn the_last_word_about_a_capability_counts() {
    let (came, _) = cap(NONE, &["REQ", "batch -batch setname -setname setname"]);
    assert_eq!(came.capabilities, set(&["setname"]));
}

/// A request that no one line could answer is answered on several, and with no word cut.
#[test]
fn the_longest_request_is_answered_within_lines() {
    let many = "multi-prefix ".repeat(38);
    let (came, told) = cap(NONE, &["REQ", &many]);
    assert!(
        told.iter().all(|line| line.contains(" ACK :multi-prefix")),
        "{told:?}"
    );
    assert!(
        told.iter().all(|line| line.ends_with("multi-prefix")),
        "{told:?}"
    );
    assert_eq!(came.capabilities, set(&["multi-prefix"]));
    let (came, told) = cap(NONE, &["REQ", &"x".repeat(505)]);
    assert_eq!(told, [":irc.example.org CAP * NAK :*"]);
    assert_eq!(came.capabilities, NONE);
}

/// "MUST NOT disable the cap-notify capability if the client requests CAP LS with a version of 302 or newer"; it "MUST accept and
/// CAP ACK the request without side effects".
#[test]
fn cap_notify_cannot_be_given_up_with_version_302() {
    let (came, _) = cap(NONE, &["LS", "302"]);
    let held = came.capabilities;
    let (came, told) = cap(held, &["REQ", "cap-notify"]);
    assert_eq!(told, [":irc.example.org CAP * ACK :cap-notify"]);
    assert_eq!(came.capabilities, held);
    let (came, told) = cap(held, &["REQ", "-cap-notify"]);
    assert_eq!(told, [":irc.example.org CAP * NAK :-cap-notify"]);
    assert_eq!(came.capabilities, held);
}

/// "Such clients MAY explicitly disable the capability, and servers MUST allow these clients to do so."
#[test]
fn cap_notify_is_given_up_without_version_302() {
    let (came, _) = cap(set(&["cap-notify"]), &["REQ", "-cap-notify"]);
    assert_eq!(came.capabilities, NONE);
}

/// "numeric 410 should be sent", with the subcommand.
#[test]
fn an_invalid_subcommand_is_410() {
    for asked in ["FOO", "ACK", "NAK", "NEW", "DEL", "CLEAR", "REQ"] {
        let (came, told) = cap(NONE, &[asked]);
        let start = format!(":irc.example.org 410 * {asked} :Invalid CAP command");
        assert!(told.len() == 1 && told[0].starts_with(&start), "{told:?}");
        assert_eq!(came.progress, Progress::Same, "{asked}");
    }
    for strange in ["a b", ":x", &"x".repeat(400)] {
        let (_, told) = cap(NONE, &[strange]);
        assert!(told[0].starts_with(":irc.example.org 410 * "), "{told:?}");
    }
    for params in [&[][..], &[""]] {
        let (_, told) = cap(NONE, params);
        assert!(
            told[0].starts_with(":irc.example.org 461 * CAP :"),
            "{told:?}"
        );
    }
}

/// "MUST suspend registration" (LS, REQ); END "requests that the server continue".
#[test]
fn what_suspends_registration_and_what_ends_that() {
    for (params, progress) in [
        (&["LS"][..], Progress::Suspended),
        (&["LS", "302"], Progress::Suspended),
        (&["REQ", ""], Progress::Suspended),
        (&["REQ", "nothing"], Progress::Suspended),
        (&["LIST"], Progress::Same),
        (&["END"], Progress::Ended),
        (&["end", "now"], Progress::Ended),
    ] {
        let (came, told) = cap(NONE, params);
        assert_eq!(came.progress, progress, "{params:?}");
        assert_eq!(told.is_empty(), progress == Progress::Ended, "{params:?}");
    }
}
