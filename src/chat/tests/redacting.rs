//! Taking back what was said.

use super::*;

fn three() -> (Script, [u64; 3]) {
    let mut script = Script::new(policy());
    let ids = ["op", "alice", "bob"].map(|name| script.irc(name));
    script.room_of("#tea", &ids);
    (script, ids)
}

fn id_of(told: &Told) -> MessageId {
    let ids = told.clients.iter().filter_map(|(_, event)| match event {
        Event::Said { id, .. } | Event::Tagged { id, .. } => Some(*id),
        _ => None,
    });
    let ids: Vec<_> = ids.collect();
    assert!(
        ids.windows(2).all(|pair| pair[0] == pair[1]),
        "one id for all"
    );
    ids[0]
}

fn in_tea() -> Target {
    Target::Room(room("#tea"))
}

fn redact(to: Target, id: MessageId) -> Command {
    Command::Redact(to, id, Some(text("typo")))
}

fn missing(id: MessageId, target: &str) -> Refusal {
    Refusal::NoSuchMessage {
        id,
        target: target.into(),
    }
}

fn not_yours(id: MessageId, target: &str) -> Refusal {
    Refusal::MessageNotYours {
        id,
        target: target.into(),
    }
}

fn redacted(told: &Told) -> Vec<u64> {
    let mut ids = told.to(|event| matches!(event, Event::Redacted { .. }));
    ids.sort_unstable();
    ids
}

#[test]
fn one_takes_back_ones_own_words_once() {
    let (mut script, [op, alice, bob]) = three();
    let id = id_of(&script.by(alice, say_to(in_tea(), "oops")));
    assert_eq!(
        script.refused(bob, redact(in_tea(), id)),
        not_yours(id, "#tea")
    );
    assert_eq!(
        redacted(&script.by(alice, redact(in_tea(), id))),
        [op, alice, bob]
    );
    assert_eq!(
        script.refused(alice, redact(in_tea(), id)),
        missing(id, "#tea")
    );
    let tags = ClientTags("+draft/react=x".into());
    let id = id_of(&script.by(alice, Command::Tag(in_tea(), tags)));
    script.by(alice, redact(in_tea(), id));
}

#[test]
fn ops_take_back_the_words_of_those_who_rank_no_higher() {
    let (mut script, [op, alice, bob]) = three();
    let id = id_of(&script.by(alice, say_to(in_tea(), "oops")));
    script.set(op, "#tea", "+h bob");
    script.by(bob, redact(in_tea(), id));
    let id = id_of(&script.by(op, say_to(in_tea(), "oops")));
    assert_eq!(
        script.refused(bob, redact(in_tea(), id)),
        not_yours(id, "#tea")
    );
    // Of one who has gone, any half-op's.
    let id = id_of(&script.by(alice, say_to(in_tea(), "bye")));
    script.by(alice, Command::Detach(Departure::Closed));
    script.by(bob, redact(in_tea(), id));
    // What the operator says only operators take back.
    let id = id_of(&script.operator(say_to(in_tea(), "hear hear")));
    assert_eq!(
        script.refused(op, redact(in_tea(), id)),
        not_yours(id, "#tea")
    );
    script.promote(op, Role::Moderator);
    script.by(op, redact(in_tea(), id));
}

#[test]
fn a_message_is_known_only_where_it_was_said() {
    let (mut script, [op, alice, bob]) = three();
    script.room_of("#milk", &[op, alice]);
    let to_alice = || Target::User(nick("alice"));
    let (in_tea_id, private) = (
        id_of(&script.by(op, say_to(in_tea(), "x"))),
        id_of(&script.by(bob, say_to(to_alice(), "psst"))),
    );
    let milk = Target::Room(room("#milk"));
    assert_eq!(
        script.refused(op, redact(milk, in_tea_id)),
        missing(in_tea_id, "#milk")
    );
    assert_eq!(
        script.refused(op, redact(in_tea(), private)),
        missing(private, "#tea")
    );
    assert_eq!(
        script.refused(op, redact(to_alice(), private)),
        missing(private, "alice")
    );
    let to_bob = Target::User(nick("bob"));
    assert_eq!(
        script.refused(alice, redact(to_bob, private)),
        not_yours(private, "bob")
    );
    assert_eq!(
        redacted(&script.by(bob, redact(to_alice(), private))),
        [alice, bob]
    );
    let outside = script.irc("outside");
    let not_in = Refusal::NotInRoom { room: room("#tea") };
    assert_eq!(script.refused(outside, redact(in_tea(), in_tea_id)), not_in);
    // Words to the ops are no business of others.
    let ops = Target::Ranked(Rank::Op, room("#tea"));
    let id = id_of(&script.by(alice, say_to(ops, "help")));
    assert_eq!(
        script.refused(bob, redact(in_tea(), id)),
        missing(id, "#tea")
    );
    assert_eq!(
        redacted(&script.by(alice, redact(in_tea(), id))),
        [op, alice]
    );
}

#[test]
fn who_comes_again_takes_back_what_its_account_said_and_nobody_else_does() {
    let (mut script, [_, alice, _]) = three();
    script.login(alice, "al");
    let id = id_of(&script.by(alice, say_to(in_tea(), "oops")));
    script.by(alice, Command::Detach(Departure::Closed));
    // At the same place in the state, and by the same nick.
    let again = script.irc("alice");
    script.by(again, Command::Join(room("#tea"), None));
    assert_eq!(
        script.refused(again, redact(in_tea(), id)),
        not_yours(id, "#tea")
    );
    script.login(again, "al");
    script.by(again, redact(in_tea(), id));
}

#[test]
fn an_account_that_has_the_name_of_one_that_is_gone_does_not_own_what_that_said() {
    let (mut script, [_, alice, bob]) = three();
    script.login(alice, "al");
    let id = id_of(&script.by(alice, say_to(in_tea(), "oops")));
    let al = script.account("al");
    script.operator(Command::Unregister(al.id));
    script.now.at.0 += 1000;
    script.login(bob, "al");
    assert_eq!(
        script.refused(bob, redact(in_tea(), id)),
        not_yours(id, "#tea")
    );
    script.by(alice, redact(in_tea(), id));
}

#[test]
fn a_new_room_knows_nothing_of_what_was_said_in_the_old_one() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    script.room_of("#a", &[alice]);
    let id = id_of(&script.by(alice, say("x")));
    script.by(alice, Command::PartAll);
    script.room_of("#b", &[alice]);
    let b = || Target::Room(room("#b"));
    assert_eq!(script.refused(alice, redact(b(), id)), missing(id, "#b"));
}

#[test]
fn only_the_last_messages_are_remembered() {
    let (mut script, [_, alice, _]) = three();
    let first = id_of(&script.by(alice, say_to(in_tea(), "first")));
    let second = id_of(&script.by(alice, say_to(in_tea(), "second")));
    for _ in 0..crate::chat::recent::RECENT - 1 {
        let said = script.chat.decide(
            &script.now,
            Source::Client(ClientId(alice)),
            say_to(in_tea(), "x"),
        );
        script.chat.apply(said.unwrap().changes);
    }
    assert_eq!(
        script.refused(alice, redact(in_tea(), first)),
        missing(first, "#tea")
    );
    script.by(alice, redact(in_tea(), second));
    let made_up = MessageId::new(&script.now, u64::MAX);
    assert_eq!(
        script.refused(alice, redact(in_tea(), made_up)),
        missing(made_up, "#tea")
    );
}
