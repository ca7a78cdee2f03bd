//! Registered rooms that are dropped, handed over, inherited, renamed.

use super::*;

#[test]
fn the_founder_or_an_administrator_drops_a_room_and_its_members_keep_their_ranks() {
    let mut script = owned(&["bob", "carol"]);
    script.by(1, access("bob", Some(Rank::Admin)));
    script.by(2, enter("#tea"));
    let drop = || Command::DropRoom(room("#tea"));
    let founder_only = Refusal::NotItsFounder { room: room("#tea") };
    assert_eq!(script.refused(2, drop()), founder_only);
    script.promote(3, Role::Moderator);
    assert_eq!(script.refused(3, drop()), founder_only);
    let mut other = script.clone();
    other.promote(3, Role::Administrator);
    other.by(3, drop());
    assert!(!tea(&other).is_registered());

    let told = script.by(1, drop());
    assert_eq!(told.modes(), ("-r".into(), vec![1, 2]));
    assert!(by_the_server(&told));
    assert_eq!(ranks(&script, 1), "qo");
    // There is no access any more that could be taken.
    let told = script.operator(Command::Login(ClientId(2), None));
    assert_eq!(told.modes().0, "");
    script.by(1, leave("#tea"));
    script.by(2, leave("#tea"));
    assert!(!is_there(&script, "#tea"));
}

#[test]
fn an_empty_room_goes_when_it_is_dropped() {
    let mut script = owned(&[]);
    script.by(1, leave("#tea"));
    script.by(1, Command::DropRoom(room("#tea")));
    assert!(!is_there(&script, "#tea"));
}

#[test]
fn the_founder_hands_a_room_over_and_is_an_admin_then() {
    let mut script = owned(&["bob", "carol"]);
    script.by(1, access("bob", Some(Rank::Op)));
    script.by(2, enter("#tea"));
    let over = |name| Command::HandOver(room("#tea"), nick(name));
    let founder_only = Refusal::NotItsFounder { room: room("#tea") };
    assert_eq!(script.refused(2, over("bob")), founder_only);
    let told = script.by(1, over("bob"));
    assert_eq!(told.modes().0, "-o+q-q+a bob bob alice alice");
    let [alice, bob] = ["alice", "bob"].map(|name| script.account(name).id);
    assert_eq!(owner(&script).founder, bob);
    assert_eq!(owner(&script).access, [(alice, Rank::Admin)]);
    assert_eq!(ranks(&script, 1), "ao");
    // An administrator of the server takes it from one account and gives it to another.
    script.promote(3, Role::Administrator);
    script.by(3, over("carol"));
    assert_eq!(owner(&script).rank_of(bob), None);
    assert_eq!(ranks(&script, 2), "");
}

#[test]
fn an_account_that_goes_loses_its_access_and_its_name_brings_nothing_back() {
    let mut script = owned(&["bob"]);
    script.by(1, access("bob", Some(Rank::Op)));
    script.by(2, enter("#tea"));
    let bob = script.account("bob").id;
    let told = script.operator(Command::Unregister(bob));
    assert_eq!(told.modes().0, "-o bob");
    assert_eq!(owner(&script).access, []);
    script.operator(Command::Register(Registered {
        id: 77,
        name: nick("bob"),
        since: script.now.at,
        always_on: false,
    }));
    let told = script.login(2, "bob");
    assert_eq!(told.modes().0, "");
    script.by(2, leave("#tea"));
    script.by(2, enter("#tea"));
    assert_eq!(ranks(&script, 2), "");
}

#[test]
fn a_room_whose_founder_goes_passes_to_the_highest_and_earliest_of_its_ops() {
    let mut script = owned(&["bob", "carol", "dave", "erin"]);
    for (name, rank) in [
        ("bob", Rank::HalfOp),
        ("carol", Rank::Op),
        ("dave", Rank::Admin),
        ("erin", Rank::Admin),
    ] {
        script.by(1, access(name, Some(rank)));
    }
    script.by(4, enter("#tea"));
    let told = script.operator(Command::Unregister(script.clone().account("alice").id));
    let modes = told.clients.iter().filter_map(|(id, event)| match event {
        Event::ModesChanged { changes, .. } if *id == 4 => Some(describe(changes)),
        _ => None,
    });
    assert_eq!(modes.collect::<Vec<_>>(), ["-q alice", "-a+q dave dave"]);
    let ids = ["bob", "carol", "dave", "erin"].map(|name| script.account(name).id);
    assert_eq!(owner(&script).founder, ids[2]);
    let left = [
        (ids[0], Rank::HalfOp),
        (ids[1], Rank::Op),
        (ids[3], Rank::Admin),
    ];
    assert_eq!(owner(&script).access, left);
    for id in [ids[2], ids[3]] {
        script.operator(Command::Unregister(id));
    }
    assert_eq!(owner(&script).founder, ids[1]);
    // Nobody below op inherits.
    script.by(4, leave("#tea"));
    let told = script.operator(Command::Unregister(ids[1]));
    assert_eq!(told.modes(), ("-r".into(), vec![1]));
    assert!(!tea(&script).is_registered());
}

#[test]
fn a_room_that_nobody_inherits_goes_if_it_is_empty() {
    let mut script = owned(&["bob"]);
    script.by(1, access("bob", Some(Rank::HalfOp)));
    script.by(1, leave("#tea"));
    let alice = script.account("alice").id;
    script.operator(Command::Unregister(alice));
    assert!(!is_there(&script, "#tea"));
}

#[test]
fn a_registered_room_is_renamed_by_its_founder_or_operators_and_stays_registered() {
    let mut script = owned(&["bob", "carol"]);
    script.by(1, access("bob", Some(Rank::Admin)));
    script.by(2, enter("#tea"));
    let rename = |old, new| Command::RenameRoom(room(old), room(new), None);
    let founder_only = Refusal::NotItsFounder { room: room("#tea") };
    assert_eq!(script.refused(2, rename("#tea", "#x")), founder_only);
    script.by(1, rename("#tea", "#x"));
    script.promote(3, Role::Moderator);
    script.by(3, rename("#x", "#tea"));
    assert!(tea(&script).is_registered());
    // Not by rank: whoever is called founder there need not be it.
    script.set(3, "#tea", "+q bob");
    assert_eq!(script.refused(2, rename("#tea", "#x")), founder_only);
}
