//! The commands of the plain protocol do what people expect from IRC and talkers, and what is sent can be told apart.

use crate::harness::{Chatd, Client, Setup, barriers};

struct Three {
    alice: Client,
    bob: Client,
    carol: Client,
}

/// Alice, Bob and Carol in the lobby, with nothing left to read.
fn three(chatd: &Chatd) -> Three {
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    let mut carol = Client::named(chatd.port, "carol");
    barriers(&mut [&mut alice, &mut bob, &mut carol]);
    Three { alice, bob, carol }
}

/// One barrier's worth of answers to a command.
fn answers(client: &mut Client, command: &str) -> Vec<String> {
    client.line(command);
    client.barrier()
}

/// The one line that a command is answered with, news of the others aside.
fn answer(client: &mut Client, command: &str) -> String {
    let mut lines = answers(client, command);
    lines.retain(|line| !line.starts_with("*** "));
    assert_eq!(lines.len(), 1, "{command}: {lines:?}");
    lines.into_iter().next().expect("one line")
}

fn refused(client: &mut Client, command: &str, code: &str) {
    let line = answer(client, command);
    assert!(
        line.starts_with(&format!("! {code}: ")),
        "{command}: {line}"
    );
}

#[test]
fn rooms_are_joined_spoken_in_and_left() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        mut carol,
    } = three(&chatd);
    assert!(answer(&mut alice, "/join #rust").starts_with("-- "));
    assert!(answer(&mut bob, "/join #rust").contains("#rust"));
    let news = alice.next();
    assert!(
        news.starts_with("*** ") && news.contains("bob") && news.contains("#rust"),
        "{news}"
    );
    // The current room is the last joined; there a line has no mark. From another room it has.
    bob.line("borrowed");
    assert_eq!(alice.next(), "<bob> borrowed");
    carol.line("still in the lobby");
    assert_eq!(alice.next(), "#lobby <carol> still in the lobby");
    // Joining again changes the current room.
    answer(&mut alice, "/join #lobby");
    alice.line("back in the lobby");
    assert_eq!(carol.next(), "<alice> back in the lobby");
    assert_eq!(bob.expect("back"), "#lobby <alice> back in the lobby");
    bob.line("are you there?");
    assert_eq!(alice.next(), "#rust <bob> are you there?");
    alice.line("/msg #rust to a room from afar");
    assert_eq!(bob.next(), "<alice> to a room from afar");
    // Leaving.
    assert!(answer(&mut alice, "/part #rust enough").starts_with("-- "));
    let news = bob.next();
    assert!(
        news.starts_with("*** ") && news.contains("alice") && news.contains("enough"),
        "{news}"
    );
    refused(&mut alice, "/part #rust", "not-in-room");
    refused(&mut alice, "/part #never", "no-such-room");
    answer(&mut alice, "/part");
    refused(&mut alice, "into the void", "no-room");
    barriers(&mut [&mut alice, &mut bob, &mut carol]);
}

#[test]
fn nicks_change_and_are_owned() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        carol: _carol,
    } = three(&chatd);
    assert!(answer(&mut alice, "/nick 爱丽丝").contains("爱丽丝"));
    let news = bob.next();
    assert!(
        news.starts_with("*** ") && news.contains("alice") && news.contains("爱丽丝"),
        "{news}"
    );
    alice.line("是我");
    assert_eq!(bob.next(), "<爱丽丝> 是我");
    // Case and look-alikes: one owner.
    refused(&mut alice, "/nick BOB", "nick-in-use");
    // Letters of two scripts make no nick; a nick all in Cyrillic that looks like a Latin one is that one.
    refused(&mut alice, "/nick bоb", "bad-name");
    answer(&mut bob, "/nick ace");
    alice.barrier();
    refused(&mut alice, "/nick асе", "nick-in-use");
    answer(&mut bob, "/nick bob");
    alice.barrier();
    // One's own nick in another case is one's own.
    assert!(answer(&mut bob, "/nick Bob").starts_with("-- "));
    alice.barrier();
    for bad in ["*operator", "a b", "a\u{202e}b", "#room", "a\u{200b}b"] {
        let line = answer(&mut alice, &format!("/nick {bad}"));
        assert!(
            line.starts_with("! bad-name: ") || line.starts_with("! usage: "),
            "{bad:?}: {line}"
        );
    }
    let nicks = chatd.nicks();
    assert!(
        nicks.contains(&"爱丽丝".to_owned()) && nicks.contains(&"Bob".to_owned()),
        "{nicks:?}"
    );
}

#[test]
fn private_messages_actions_and_away() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        mut carol,
    } = three(&chatd);
    alice.line("/msg bob between us");
    assert_eq!(bob.next(), "@you <alice> between us");
    alice.line("/me waves");
    assert_eq!(bob.next(), "* alice waves");
    assert_eq!(carol.next(), "* alice waves");
    assert!(answer(&mut bob, "/away lunch").starts_with("-- "));
    let line = answer(&mut alice, "/msg bob hungry?");
    assert!(line.starts_with("-- ") && line.contains("lunch"), "{line}");
    assert_eq!(bob.next(), "@you <alice> hungry?");
    let line = answer(&mut bob, "/away");
    assert!(line.starts_with("-- "), "{line}");
    assert_eq!(answers(&mut alice, "/msg bob back?"), Vec::<String>::new());
    refused(&mut alice, "/msg nobody hello", "no-such-nick");
    refused(&mut alice, "/msg #never hello", "no-such-room");
    refused(&mut alice, "/msg *operator help", "no-operator");
    assert_eq!(
        carol.barrier(),
        Vec::<String>::new(),
        "Carol heard what was private"
    );
}

#[test]
fn a_room_is_run_by_its_ops() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        mut carol,
    } = three(&chatd);
    answer(&mut alice, "/join #rust");
    answer(&mut bob, "/join #rust");
    assert_eq!(answer(&mut bob, "/mode"), "-- Modes of #rust: +nt");
    refused(&mut bob, "/op bob", "need-rank");
    barriers(&mut [&mut alice, &mut bob]);
    // Who may speak.
    alice.line("/mode +m");
    assert_eq!(bob.next(), "*** alice sets +m in #rust");
    refused(&mut bob, "may I?", "may-not-speak");
    alice.line("/voice bob");
    assert_eq!(bob.next(), "*** alice sets +v bob in #rust");
    barriers(&mut [&mut alice, &mut bob]);
    bob.line("thank you");
    assert_eq!(alice.next(), "<bob> thank you");
    // Who may enter.
    answers(&mut alice, "/mode +ik sesame");
    refused(&mut carol, "/join #rust sesame", "invite-only");
    alice.line("/invite carol");
    assert_eq!(carol.next(), "-- alice invites you to #rust; /join #rust");
    refused(&mut carol, "/join #rust", "wrong-key");
    assert!(answer(&mut carol, "/join #rust sesame").starts_with("-- You are in #rust"));
    barriers(&mut [&mut alice, &mut bob, &mut carol]);
    // Who has to go.
    alice.line("/ban carol");
    assert_eq!(carol.next(), "*** alice sets +b carol!*@* in #rust");
    alice.line("/kick carol no crabs");
    assert_eq!(
        carol.next(),
        "-- alice kicked you from #rust (no crabs); you talk in no room now: /join #lobby goes on there"
    );
    refused(&mut carol, "of crabs", "no-room");
    assert_eq!(
        bob.expect("kicked"),
        "*** alice kicked carol from #rust (no crabs)"
    );
    answers(&mut alice, "/mode -ik");
    refused(&mut carol, "/join #rust", "banned");
}

#[test]
fn questions_are_answered() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        carol: _carol,
    } = three(&chatd);
    let text = answers(&mut alice, "/who").join("\n");
    for nick in ["alice", "bob", "carol"] {
        assert!(text.contains(nick), "{text}");
    }
    answer(&mut bob, "/join #cooking");
    let text = answers(&mut alice, "/rooms").join("\n");
    assert!(
        text.contains("#lobby") && text.contains("#cooking"),
        "{text}"
    );
    let text = answers(&mut alice, "/whois bob").join("\n");
    assert!(text.contains("bob") && text.contains("#cooking"), "{text}");
    assert!(answer(&mut alice, "/topic 茶 and talk").starts_with("-- "));
    let news = bob.expect("茶 and talk");
    assert!(news.starts_with("*** ") && news.contains("alice"), "{news}");
    assert!(
        answers(&mut bob, "/topic #lobby")
            .join("\n")
            .contains("茶 and talk")
    );
    // Whoever comes later is told the topic, the help names the commands, and all of these are answers.
    let mut dave = Client::connect(chatd.port);
    assert!(
        answers(&mut dave, "/topic")
            .join("\n")
            .contains("茶 and talk")
    );
    let help = answers(&mut dave, "/help");
    for command in [
        "/nick", "/join", "/part", "/msg", "/me", "/who", "/rooms", "/topic", "/away", "/help",
        "/quit",
    ] {
        assert!(
            help.iter().any(|l| l.contains(command)),
            "{command}: {help:?}"
        );
    }
    assert!(help.iter().all(|l| l.starts_with("-- ")), "{help:?}");
}

#[test]
fn a_slash_is_a_command_and_two_are_a_slash() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        carol: _carol,
    } = three(&chatd);
    alice.line("//join is a command");
    assert_eq!(bob.next(), "<alice> /join is a command");
    refused(&mut alice, "/dance", "unknown-command");
    refused(&mut alice, "/join", "usage");
    refused(&mut alice, "/msg bob", "usage");
    refused(&mut alice, "/nick", "usage");
    // The case of a command does not matter, that of what is said does.
    alice.line("/ME Shouts");
    assert_eq!(bob.next(), "* alice Shouts");
    assert_eq!(bob.barrier(), Vec::<String>::new());
}

#[test]
fn quitting_tells_the_others_once_and_ends_the_connection() {
    let chatd = Chatd::start();
    let Three {
        mut alice,
        mut bob,
        mut carol,
    } = three(&chatd);
    answer(&mut alice, "/join #second");
    answer(&mut bob, "/join #second");
    barriers(&mut [&mut alice, &mut bob]);
    alice.line("/quit see you\n/msg bob a ghost");
    alice.rest();
    let told = bob.expect("see you");
    assert!(told.starts_with("*** ") && told.contains("alice"), "{told}");
    carol.expect("see you");
    assert_eq!(
        bob.barrier(),
        Vec::<String>::new(),
        "told once, and no ghost"
    );
    chatd.eventually("alice is off the list", |chatd| {
        !chatd.nicks().contains(&"alice".into())
    });
    // Her nick is free at once.
    assert!(answer(&mut carol, "/nick alice").starts_with("-- "));
}

#[test]
fn without_news_only_what_people_say_is_sent() {
    let chatd = Setup::new().listener("news = false").start();
    let mut quiet = Client::bare(chatd.port);
    let mut other = Client::bare(chatd.port);
    quiet.barrier();
    other.barrier();
    other.line("/topic nobody is told");
    other.line("/nick another");
    other.line("heard");
    other.line("/quit");
    other.rest();
    assert_eq!(quiet.expect("heard"), "<another> heard");
    chatd.eventually("the other is gone", |chatd| chatd.nicks().len() == 1);
    assert_eq!(quiet.barrier(), Vec::<String>::new());
}
