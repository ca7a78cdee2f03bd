//! Registered rooms: whose they are, what that gives, what becomes of it.

mod access;
mod ends;
mod restarts;

use super::*;

/// alice (client 1) with her account, in #tea, which she has registered; others with an account of their own name, in no room, as
/// clients from 2 on.
fn owned(others: &[&str]) -> Script {
    let mut script = Script::new(policy());
    for name in std::iter::once(&"alice").chain(others) {
        let client = script.irc(name);
        script.login(client, name);
    }
    script.room_of("#tea", &[1]);
    script.by(1, register("#tea"));
    script
}

fn register(name: &str) -> Command {
    Command::RegisterRoom(Some(room(name)))
}

fn access(name: &str, rank: Option<Rank>) -> Command {
    Command::SetAccess(Some(room("#tea")), nick(name), rank)
}

fn enter(name: &str) -> Command {
    Command::Join(room(name), None)
}

fn leave(name: &str) -> Command {
    Command::Part(Some(room(name)), None)
}

fn tea(script: &Script) -> &Room {
    script.chat.room_by_name(&room("#tea")).expect("#tea").1
}

fn owner(script: &Script) -> &Ownership {
    tea(script).owned.as_ref().expect("registered")
}

fn is_there(script: &Script, name: &str) -> bool {
    script.chat.room_by_name(&room(name)).is_some()
}

/// The ranks of a client in #tea, by their letters.
fn ranks(script: &Script, client: u64) -> String {
    let (id, _) = script.chat.room_by_name(&room("#tea")).expect("#tea");
    let member = script.chat.member(id, script.user(client));
    let ranks = member.expect("it is in #tea").ranks;
    ranks.iter().map(Rank::letter).collect()
}

fn by_the_server(told: &Told) -> bool {
    let mut modes = told.clients.iter();
    modes.all(|(_, event)| !matches!(event, Event::ModesChanged { by: Some(_), .. }))
}

#[test]
fn an_op_who_is_logged_in_registers_a_room_and_all_there_see_whose_it_is() {
    let mut script = Script::new(policy());
    let (alice, bob) = (script.irc("alice"), script.irc("bob"));
    script.login(alice, "alice");
    script.room_of("#tea", &[alice, bob]);
    let told = script.by(alice, Command::RegisterRoom(None));
    assert_eq!(told.modes(), ("+rq alice".into(), vec![alice, bob]));
    assert!(by_the_server(&told));
    let name = room("#tea");
    let what = Owning::Registered;
    assert!(told.clients.contains(&(alice, Event::Owned { name, what })));
    assert!(tea(&script).is_registered());
    assert_eq!(ranks(&script, alice), "qo");
    assert_eq!(owner(&script).since, script.now.at);
    let told = script.by(bob, Command::ShowOwner(None));
    let alice = Event::OwnerIs {
        name: room("#tea"),
        founder: Some(nick("alice")),
        since: script.now.at,
    };
    assert_eq!(*told.only(bob), alice);
}

#[test]
fn a_room_is_registered_by_its_ops_with_an_account_once_and_never_where_one_lands() {
    let mut script = owned(&["bob", "carol"]);
    let dave = script.irc("dave");
    script.room_of("#sea", &[dave, 2]);
    let sea = || room("#sea");
    assert_eq!(script.refused(dave, register("#sea")), Refusal::NotLoggedIn);
    let rank = Rank::Op;
    let refused = script.refused(2, register("#sea"));
    assert_eq!(refused, Refusal::RankTooLow { room: sea(), rank });
    let refused = script.refused(3, register("#sea"));
    assert_eq!(refused, Refusal::NotInRoom { room: sea() });
    let refused = script.refused(3, register("#nowhere"));
    let nowhere = room("#nowhere");
    assert_eq!(refused, Refusal::NoSuchRoom { room: nowhere });
    let refused = script.refused(1, register("#TEA"));
    let tea = room("#tea");
    assert_eq!(refused, Refusal::RoomRegistered { room: tea });
    script.promote(1, Role::Moderator);
    script.by(1, enter("#lobby"));
    script.set(1, "#lobby", "+o alice");
    let refused = script.refused(1, register("#lobby"));
    let lobby = room("#lobby");
    assert_eq!(refused, Refusal::RoomIsLanding { room: lobby });
}

#[test]
fn one_account_registers_as_many_rooms_as_it_may_and_is_given_no_more() {
    let mut script = owned(&["bob"]);
    script.chat.policy.rooms_per_account = Some(2);
    script.room_of("#a", &[1]);
    script.by(1, register("#a"));
    script.room_of("#b", &[1]);
    let full = |name| Refusal::TooManyOwned {
        room: room(name),
        limit: 2,
    };
    assert_eq!(script.refused(1, register("#b")), full("#b"));
    script.room_of("#c", &[2]);
    script.by(2, register("#c"));
    let over = Command::HandOver(room("#c"), nick("alice"));
    assert_eq!(script.refused(2, over.clone()), full("#c"));
    script.by(1, Command::DropRoom(room("#a")));
    script.by(2, over);
    // What one inherits comes on top.
    script.room_of("#d", &[2]);
    script.by(2, register("#d"));
    let heir = Command::SetAccess(Some(room("#d")), nick("alice"), Some(Rank::Op));
    script.by(2, heir);
    let [alice, bob] = ["alice", "bob"].map(|name| script.account(name).id);
    script.operator(Command::Unregister(bob));
    assert_eq!(script.chat.owned_by(alice), 3);
    script.by(1, Command::DropRoom(room("#c")));
    assert_eq!(script.refused(1, register("#b")), full("#b"));
}

#[test]
fn a_registered_room_stays_as_it_is_when_nobody_is_in_it() {
    let mut script = owned(&["bob"]);
    script.by(1, Command::SetTopic(Some(room("#tea")), topic("Tea")));
    script.set(1, "#tea", "+mkb sesame *!*@192.0.2.9");
    let before = tea(&script).clone();
    script.by(1, Command::Detach(Departure::Closed));
    let after = tea(&script);
    assert_eq!(after.users(), 0);
    assert_eq!(after.topic, before.topic);
    assert_eq!(after.flags, before.flags);
    assert_eq!(after.key(), before.key());
    assert_eq!(after.list(ListKind::Ban), before.list(ListKind::Ban));
    let key = Key::parse("sesame");
    script.by(2, Command::Join(room("#tea"), key));
    assert_eq!(ranks(&script, 2), "");
    // Another landing room, and back again: the old one is still registered.
    for landing in ["#tea", "#lobby"] {
        let landing = room(landing);
        let policy = Policy {
            landing,
            ..policy()
        };
        script.by(2, leave("#tea"));
        script.chat.set_policy(policy, script.now.at);
        script.chat.check().unwrap();
        assert!(tea(&script).is_registered());
        script.by(2, Command::Join(room("#tea"), Key::parse("sesame")));
    }
}

#[test]
fn whoever_enters_has_the_rank_of_its_account_and_nobody_else_any() {
    let mut script = owned(&["bob", "carol"]);
    let guest = script.irc("guest");
    script.by(1, access("bob", Some(Rank::HalfOp)));
    script.by(1, leave("#tea"));
    script.by(3, enter("#tea"));
    assert_eq!(ranks(&script, 3), "", "it was empty");
    script.by(guest, enter("#tea"));
    assert_eq!(ranks(&script, guest), "");
    let told = script.by(2, enter("#tea"));
    assert_eq!(told.modes(), ("+h bob".into(), vec![2, 3, guest]));
    assert!(by_the_server(&told));
    let told = script.by(1, enter("#tea"));
    assert_eq!(told.modes(), ("+q alice".into(), vec![1, 2, 3, guest]));
    assert_eq!(ranks(&script, 1), "q");
    assert!(script.by(3, leave("#tea")).modes().0.is_empty());
}

#[test]
fn who_lands_in_a_registered_room_has_its_rank_there() {
    let mut script = owned(&[]);
    let landing = room("#tea");
    let policy = Policy {
        landing,
        ..policy()
    };
    script.chat.set_policy(policy, script.now.at);
    let account = script.account("alice");
    let Command::Attach(mut attach) = attach(9) else {
        unreachable!("it attaches")
    };
    attach.login = Some(account);
    let told = script.try_by(Source::Client(ClientId(9)), Command::Attach(attach));
    assert_eq!(told.unwrap().modes(), ("+q guest9".into(), vec![1, 9]));
    assert_eq!(ranks(&script, 9), "q");
}

#[test]
fn logging_in_or_out_gives_or_takes_what_the_account_has_and_nothing_else() {
    let mut script = owned(&["bob"]);
    script.by(1, access("bob", Some(Rank::Op)));
    script.operator(Command::Login(ClientId(2), None));
    script.by(2, enter("#tea"));
    script.set(1, "#tea", "+v bob");
    let told = script.login(2, "bob");
    assert_eq!(told.modes(), ("+o bob".into(), vec![1, 2]));
    assert!(by_the_server(&told));
    assert_eq!(ranks(&script, 2), "ov");
    let told = script.operator(Command::Login(ClientId(2), None));
    assert_eq!(told.modes(), ("-o bob".into(), vec![1, 2]));
    assert_eq!(ranks(&script, 2), "v");
    // From one account to another.
    script.login(2, "bob");
    let told = script.login(2, "alice");
    assert_eq!(told.modes().0, "-o+q bob bob");
    assert_eq!(script.login(2, "alice").modes().0, "");
}

#[test]
fn a_hidden_room_is_there_for_those_with_access_only() {
    let mut script = owned(&["bob"]);
    script.set(1, "#tea", "+s");
    script.by(1, leave("#tea"));
    let show = || Command::ShowOwner(Some(room("#tea")));
    let room = room("#tea");
    assert_eq!(script.refused(2, show()), Refusal::NoSuchRoom { room });
    script.by(1, access("bob", Some(Rank::Voice)));
    script.by(2, show());
}

#[test]
fn what_is_not_registered_has_no_owner() {
    let mut script = owned(&["bob"]);
    script.room_of("#sea", &[2]);
    let sea = || room("#sea");
    for command in [
        Command::ShowOwner(None),
        Command::ShowAccess(Some(sea())),
        Command::DropRoom(sea()),
        Command::HandOver(sea(), nick("alice")),
        Command::SetAccess(None, nick("alice"), Some(Rank::Op)),
        Command::SetRank(sea(), None, Rank::Op, true),
    ] {
        let refused = script.refused(2, command);
        assert_eq!(refused, Refusal::RoomNotRegistered { room: sea() });
    }
}

#[test]
fn nobody_sets_or_takes_the_mark_of_a_registered_room() {
    let mut script = owned(&["bob"]);
    script.promote(2, Role::Administrator);
    for client in [1, 2] {
        let command = Command::SetModes(Some(room("#tea")), changes("-r"));
        let refused = script.by(client, command).refusals();
        assert_eq!(refused.len(), 1);
    }
    assert!(tea(&script).flags.has(RoomFlag::Registered));
}
