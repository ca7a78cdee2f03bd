//! Many users in one room, many rooms of one user: nothing grows that is not given back.

use super::*;

#[test]
fn a_crowd_in_one_room_costs_each_newcomer_the_same_and_leaves_nothing_behind() {
    const CROWD: u64 = 100_000;
    let mut script = Script::new(policy());
    let before = script.chat.clone();
    for id in 1..=CROWD {
        let command = attach(id);
        let decision = script
            .chat
            .decide(&script.now, Source::Client(ClientId(id)), command);
        let decision = decision.expect("there is room");
        // One welcome, and one line for all the others, however many they are.
        assert_eq!(decision.effects.len(), 2);
        script.chat.apply(decision.changes);
    }
    let lobby = script
        .chat
        .room_by_name(&room("#lobby"))
        .expect("it stays")
        .0;
    let mut told = 0;
    let others = Audience::Room(lobby, Some(ClientId(1)));
    script.chat.for_each_recipient(&others, |_| told += 1);
    assert_eq!(told, CROWD - 1);
    script.chat.check().expect("it agrees with itself");
    for id in 1..=CROWD {
        let gone = Command::Detach(Departure::Closed);
        let decision = script
            .chat
            .decide(&script.now, Source::Client(ClientId(id)), gone);
        script.chat.apply(decision.expect("it was there").changes);
    }
    assert_eq!(script.chat.clients_count(), 0);
    assert_eq!(script.chat.rooms_count(), before.rooms_count());
    script.chat.check().expect("it agrees with itself");
}

#[test]
fn rooms_that_come_and_go_leave_the_state_as_it_was() {
    let mut script = Script::with(1);
    let mut go = |name: &str| {
        script.by(1, Command::Join(room(name), None));
        script.by(1, Command::Part(Some(room(name)), None));
        script.chat.clone()
    };
    let mut before = go("#first");
    let mut after = before.clone();
    for n in 0..2_000 {
        after = go(&format!("#room{}", n % 700));
    }
    // But for how many there were.
    before.lives.made = after.lives.made;
    assert_eq!(after, before);
}
