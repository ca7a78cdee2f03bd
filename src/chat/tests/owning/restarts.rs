//! Registered rooms over restarts and crashes, and in states that were written out.

use super::super::always::{comes, restarted};
use super::*;

/// What is known after a restart, and clients come anew.
fn again(script: &Script) -> Script {
    Script {
        chat: restarted(script),
        ..script.clone()
    }
}

#[test]
fn a_registered_room_is_there_after_a_restart_though_nobody_was_in_it() {
    let mut script = owned(&["bob"]);
    script.by(1, access("bob", Some(Rank::Op)));
    script.by(1, Command::SetTopic(Some(room("#tea")), topic("Tea")));
    script.set(1, "#tea", "+mb *!*@192.0.2.9");
    script.by(1, leave("#tea"));
    let after = again(&script);
    let before = tea(&script);
    assert_eq!(tea(&after).owned, before.owned);
    assert_eq!(tea(&after).flags, before.flags);
    assert_eq!(tea(&after).topic, before.topic);
    assert_eq!(tea(&after).list(ListKind::Ban), before.list(ListKind::Ban));
    let dropped = room("#tea");
    script.by(1, Command::DropRoom(dropped.clone()));
    assert_eq!(script.chat.keepsake(&Keepsake::Room(dropped)), None);
}

#[test]
fn every_change_of_whose_a_room_is_is_kept() {
    let mut script = owned(&["bob"]);
    for command in [
        access("bob", Some(Rank::Op)),
        Command::HandOver(room("#tea"), nick("bob")),
    ] {
        let source = Source::Client(ClientId(1));
        let changes = script.chat.decide(&script.now, source, command).unwrap();
        let touched = script.chat.touched(&changes.changes);
        assert!(touched.contains(&Keepsake::Room(room("#tea"))));
        script.chat.apply(changes.changes);
    }
}

#[test]
fn an_invitation_changes_nothing_of_what_is_kept_of_a_room() {
    let mut script = owned(&["bob"]);
    let kept = |script: &Script| script.chat.keepsake(&Keepsake::Room(room("#tea")));
    let before = kept(&script);
    script.by(1, Command::Invite(nick("bob"), Some(room("#tea"))));
    assert_eq!(kept(&script), before);
}

#[test]
fn what_an_account_had_that_went_before_a_crash_passes_on() {
    let mut script = owned(&["bob", "carol"]);
    script.by(1, access("bob", Some(Rank::Op)));
    script.by(1, access("carol", Some(Rank::Voice)));
    script.by(1, leave("#tea"));
    let [alice, bob] = ["alice", "bob"].map(|name| script.account(name).id);
    let text = script.chat.keepsake(&Keepsake::Room(room("#tea"))).unwrap();
    script.operator(Command::Unregister(alice));
    let mut after = again(&script);
    after.chat.restore_room(&text).unwrap();
    assert_eq!(owner(&after).founder, bob);
    script.operator(Command::Unregister(bob));
    let mut after = again(&script);
    after.chat.restore_room(&text).unwrap();
    after.chat.end_restoring();
    assert!(!is_there(&after, "#tea"), "nobody inherits it");
}

#[test]
fn a_room_goes_with_an_always_on_founder_who_was_alone_in_it() {
    let mut script = Script::new(policy());
    let alice = comes(&mut script, "alice", None);
    script.room_of("#tea", &[alice]);
    script.by(alice, register("#tea"));
    script.by(alice, Command::Detach(Departure::Closed));
    assert_eq!(tea(&script).users(), 1);
    let id = script.account("alice").id;
    script.operator(Command::Unregister(id));
    assert!(!is_there(&script, "#tea"));
}

#[test]
fn a_state_from_before_rooms_were_registered_is_read_and_one_that_disagrees_is_not() {
    let script = owned(&[]);
    let written = serde_json::to_string(&script.chat).unwrap();
    let back: Chat = serde_json::from_str(&written).unwrap();
    assert!(back == script.chat);
    let old = serde_json::to_string(&Script::with(1).chat).unwrap();
    let old = old.replace(r#""owned":null,"#, "");
    assert!(!old.contains("owned"));
    assert!(serde_json::from_str::<Chat>(&old).is_ok());
    let founder = owner(&script).founder;
    for wrong in [
        format!(r#""access":[[{founder},"op"]]"#),
        r#""access":[[7,"op"],[7,"voice"]]"#.into(),
        r#""access":[[7,"founder"]]"#.into(),
    ] {
        let wrong = written.replacen(r#""access":[]"#, &wrong, 1);
        assert_ne!(wrong, written);
        assert!(serde_json::from_str::<Chat>(&wrong).is_err(), "{wrong}");
    }
    let mut unmarked = script.chat.clone();
    let (id, _) = unmarked.room_by_name(&room("#tea")).unwrap();
    let owned = None;
    unmarked.apply([Change::Owned { room: id, owned }].into_iter().collect());
    unmarked.check().unwrap_err();
}
