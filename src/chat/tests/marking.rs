//! How far one has read: set forward only, told to one's own clients only.

use super::*;
use crate::chat::decide::MARKERS;

fn mark(target: Target, at: Option<i64>) -> Command {
    Command::MarkRead(target, at.map(Timestamp))
}

fn tea() -> Target {
    Target::Room(room("#tea"))
}

fn marked(target: &str, at: Option<i64>) -> Event {
    Event::MarkedRead {
        target: target.into(),
        at: at.map(Timestamp),
    }
}

/// A second client of the same user.
fn second(script: &mut Script, of: u64) -> u64 {
    let user = script.chat.client(ClientId(of)).expect("a client").user;
    script.next += 1;
    let Command::Attach(attach) = attach(script.next) else {
        unreachable!("it attaches")
    };
    let seated = Change::Seated {
        seat: Seat(script.chat.clients.next()),
        user,
        attach,
        at: script.now.at,
        tick: script.now.tick,
    };
    script.chat.apply([seated].into_iter().collect());
    script.next
}

/// IRCv3 read-marker: "MUST only ever increase"; "the server SHOULD send a `MARKREAD` command for that target to all the clients of
/// the user"; "MUST NOT be disclosed to other users".
#[test]
fn a_marker_goes_forward_and_is_told_to_ones_own_clients() {
    let mut script = Script::new(policy());
    let (alice, bob) = (script.irc("alice"), script.irc("bob"));
    let phone = second(&mut script, alice);
    script.room_of("#tea", &[alice, bob]);
    let told = script.by(alice, mark(tea(), None));
    assert_eq!(told.clients, [(alice, marked("#tea", None))]);
    let told = script.by(alice, mark(tea(), Some(500)));
    let event = marked("#tea", Some(500));
    assert_eq!(told.clients, [(alice, event.clone()), (phone, event)]);
    // "with the newer, previous value that was stored"
    for at in [500, 499, 0] {
        let told = script.by(phone, mark(tea(), Some(at)));
        assert_eq!(told.clients, [(phone, marked("#tea", Some(500)))], "{at}");
    }
    let told = script.by(phone, mark(tea(), Some(501)));
    assert_eq!(told.to(|_| true), [alice, phone]);
    assert_eq!(
        script.by(alice, mark(tea(), None)).clients,
        [(alice, marked("#tea", Some(501)))]
    );
    assert_eq!(script.has_read(alice, "#TEA"), Some(Timestamp(501)));
    // Another's is its own.
    assert_eq!(
        script.by(bob, mark(tea(), None)).clients,
        [(bob, marked("#tea", None))]
    );
}

/// "clamp it between the last read timestamp and the current time".
#[test]
fn nobody_has_read_the_future() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    let told = script.by(alice, mark(tea(), Some(i64::MAX)));
    assert_eq!(told.clients, [(alice, marked("#tea", Some(1_000_000)))]);
    script.now.at = Timestamp(1_000_001);
    let told = script.by(alice, mark(tea(), Some(1_000_001)));
    assert_eq!(told.clients, [(alice, marked("#tea", Some(1_000_001)))]);
}

#[test]
fn a_target_is_the_same_in_any_casing_and_need_not_be_there() {
    let mut script = Script::new(policy());
    let (alice, bob) = (script.irc("alice"), script.irc("bob"));
    script.room_of("#Tea", &[alice]);
    script.room_of("#secret", &[bob]);
    let told = script.by(alice, mark(tea(), Some(5)));
    assert_eq!(told.clients, [(alice, marked("#Tea", Some(5)))]);
    for name in ["#secret", "#nowhere", "bob", "nobody"] {
        let target = |name: &str| match name.strip_prefix('#') {
            Some(_) => Target::Room(room(name)),
            None => Target::User(nick(name)),
        };
        let told = script.by(alice, mark(target(name), Some(5)));
        assert_eq!(told.clients, [(alice, marked(name, Some(5)))]);
        let upper = name.to_uppercase();
        let told = script.by(alice, mark(target(&upper), None));
        assert_eq!(told.clients, [(alice, marked(&upper, Some(5)))]);
    }
}

/// The oldest goes for a new one.
#[test]
fn so_many_markers_are_kept_and_no_more() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    let target = |n: i64| Target::User(nick(&format!("nick{n}")));
    let most = i64::try_from(MARKERS).expect("few");
    for n in 0..most {
        script.by(alice, mark(target(n), Some(100 + n)));
    }
    let known = |script: &mut Script, n: i64| {
        let told = script.by(alice, mark(target(n), None));
        matches!(told.only(alice), Event::MarkedRead { at: Some(_), .. })
    };
    assert!(known(&mut script, 0));
    script.by(alice, mark(target(0), Some(101)));
    assert!(known(&mut script, 1), "one that is known takes no place");
    script.by(alice, mark(target(1), Some(200)));
    // It is older than all others, and stays.
    script.by(alice, mark(target(most), Some(1)));
    assert!(known(&mut script, most) && !known(&mut script, 0));
    script.by(alice, mark(target(most + 1), Some(300)));
    assert!(known(&mut script, most + 1) && !known(&mut script, most));
    assert!(known(&mut script, 1) && known(&mut script, 2));
}

#[test]
fn what_is_no_conversation_has_no_marker() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    for target in [
        Target::Current,
        Target::Operator,
        Target::Client(ClientId(alice)),
        Target::Ranked(Rank::Op, room("#tea")),
    ] {
        let refused = script.refused(alice, mark(target, Some(5)));
        assert_eq!(refused, Refusal::NotFromHere);
    }
}

#[test]
fn a_marker_goes_with_its_room_when_that_is_called_otherwise() {
    let mut script = Script::new(policy());
    let (alice, bob) = (script.irc("alice"), script.irc("bob"));
    script.room_of("#tea", &[alice]);
    for (who, name, at) in [(alice, "#tea", 5), (alice, "#coffee", 3), (bob, "#tea", 7)] {
        script.by(who, mark(Target::Room(room(name)), Some(at)));
    }
    let rename = |old, new| Command::RenameRoom(room(old), room(new), None);
    script.by(alice, rename("#tea", "#coffee"));
    assert_eq!(script.has_read(alice, "#coffee"), Some(Timestamp(5)));
    assert_eq!(script.has_read(alice, "#tea"), None);
    // Who is not in it knows nothing of it.
    assert_eq!(script.has_read(bob, "#tea"), Some(Timestamp(7)));
    assert_eq!(script.has_read(bob, "#coffee"), None);
    // Another casing is no other name.
    script.by(alice, rename("#coffee", "#Coffee"));
    assert_eq!(script.has_read(alice, "#coffee"), Some(Timestamp(5)));
}

#[test]
fn how_far_one_has_read_is_the_accounts_whoever_is_logged_in_to_it() {
    let mut script = Script::new(policy());
    let (alice, other) = (script.irc("alice"), script.irc("other"));
    script.room_of("#tea", &[alice, other]);
    let read = |script: &mut Script, who, at| {
        script.by(who, mark(Target::Room(room("#tea")), Some(at)));
    };
    // What one had read before one has an account is not forgotten.
    read(&mut script, alice, 5);
    script.login(alice, "al");
    assert_eq!(script.has_read(alice, "#tea"), Some(Timestamp(5)));
    // The account knows better than who logs in to it, and one of its users as well as another.
    read(&mut script, other, 9);
    script.login(other, "al");
    assert_eq!(script.has_read(other, "#tea"), Some(Timestamp(5)));
    read(&mut script, alice, 7);
    assert_eq!(script.has_read(other, "#tea"), Some(Timestamp(7)));
    let rename = Command::RenameRoom(room("#tea"), room("#coffee"), None);
    script.by(alice, rename);
    let kept = script.chat.keepsake(&Keepsake::User(1)).unwrap();
    assert!(kept.contains("#coffee") && !kept.contains("#tea"), "{kept}");
    script.operator(Command::Login(ClientId(other), None));
    assert_eq!(script.has_read(other, "#coffee"), None);
}
