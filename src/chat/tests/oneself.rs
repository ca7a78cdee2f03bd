//! Coming under a nick of one's own; one's modes, nick, account; what is remembered of who has gone.

use super::*;

#[test]
fn one_who_chooses_a_nick_is_registered_and_in_no_room() {
    let mut script = Script::with(1);
    let told = script
        .try_by(Source::Client(ClientId(2)), attach_as(2, "Alice"))
        .unwrap();
    let Event::Registered { who } = told.only(2) else {
        panic!("{told:?}");
    };
    assert_eq!(who.mask(), "Alice!~user@alice.example");
    assert_eq!(told.clients.len(), 1, "nobody else is told");
    assert_eq!(script.user(2).memberships.len(), 0);
    assert_eq!(script.chat.client(ClientId(2)).unwrap().current, None);
    for taken in ["alice", "A1ICE", "guest1"] {
        let before = script.chat.clone();
        let refused = script.try_by(Source::Client(ClientId(3)), attach_as(3, taken));
        assert_eq!(refused, Err(Refusal::NickInUse { nick: nick(taken) }));
        assert!(script.chat == before);
    }
    assert_eq!(script.chat.users_count(), (2, 2));
}

#[test]
fn who_comes_by_tls_is_marked_and_cannot_say_so_itself() {
    let mut script = Script::new(policy());
    let Command::Attach(mut secure) = attach_as(1, "alice") else {
        unreachable!()
    };
    secure.tls = Some(std::sync::Arc::new(Tls {
        version: "TLSv1.3".into(),
        cipher: "x".into(),
        fingerprint: None,
        server_name: None,
    }));
    script
        .try_by(Source::Client(ClientId(1)), Command::Attach(secure))
        .unwrap();
    script.next = 1;
    assert_eq!(script.user(1).flags.to_string(), "Z");
    assert!(script.chat.client(ClientId(1)).unwrap().tls.is_some());
    let bob = script.irc("bob");
    let set = |on| Command::SetFlags(vec![(UserFlag::Secure, on)]);
    assert!(script.by(bob, set(true)).clients.is_empty());
    assert!(script.by(1, set(false)).clients.is_empty());
}

#[test]
fn ones_own_modes_are_set_and_those_of_the_server_are_not() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    let all: Vec<_> = UserFlag::ALL.iter().map(|flag| (*flag, true)).collect();
    let told = script.by(alice, Command::SetFlags(all.clone()));
    let Event::FlagsChanged { changes, .. } = told.only(alice) else {
        panic!("{told:?}");
    };
    let letters: String = changes.iter().map(|(flag, _)| flag.letter()).collect();
    assert_eq!(letters, "BRTiw");
    assert!(script.by(alice, Command::SetFlags(all)).clients.is_empty());
    assert!(script.user(alice).identity().bot);
    let told = script.promote(alice, Role::Moderator);
    let order: Vec<_> = told.clients.iter().map(|(_, event)| event).collect();
    assert!(matches!(
        order[..],
        [Event::YouAreOperator { .. }, Event::FlagsChanged { .. }]
    ));
    assert_eq!(script.user(alice).flags.to_string(), "BRTiosw");
    let told = script.by(alice, Command::SetFlags(vec![(UserFlag::Operator, false)]));
    let Event::FlagsChanged { changes, .. } = told.only(alice) else {
        panic!("{told:?}");
    };
    assert_eq!(
        changes[..],
        [
            (UserFlag::Operator, false),
            (UserFlag::ServerNotices, false)
        ]
    );
    assert_eq!(script.user(alice).role(), None);
}

#[test]
fn a_nick_is_kept_where_the_room_or_a_ban_says_so() {
    let mut script = Script::new(policy());
    let (op, alice) = (script.irc("op"), script.irc("alice"));
    script.room_of("#tea", &[op, alice]);
    script.set(op, "#tea", "+N");
    let locked = |letter| Refusal::NickLocked {
        room: room("#tea"),
        letter,
    };
    let rename = || Command::Nick(nick("bob"));
    assert_eq!(script.refused(alice, rename()), locked('N'));
    script.by(op, Command::Nick(nick("boss")));
    script.set(op, "#tea", "-N+b *!*@alice.example");
    assert_eq!(script.refused(alice, rename()), locked('b'));
    script.set(op, "#tea", "+v alice");
    script.by(alice, rename());
}

#[test]
fn who_was_here_is_remembered_up_to_the_limit() {
    let mut script = Script::new(Policy {
        whowas: 2,
        ..policy()
    });
    for name in ["alice", "Alice", "bob"] {
        let id = script.irc(name);
        script.wait(Duration::from_secs(1));
        script.now.at.0 += 1000;
        if name == "bob" {
            script.by(id, Command::Nick(nick("ALICE")));
        } else {
            script.by(id, Command::Detach(Departure::Closed));
        }
    }
    let past = |script: &Script, name: &str| -> Vec<(String, i64)> {
        let name = nick(name);
        let past = script.chat.past(&name);
        past.map(|past| (format!("{}!{}", past.nick, past.origin), past.at.0))
            .collect()
    };
    assert_eq!(
        past(&script, "alice"),
        [("Alice!~user@alice.example".into(), 1_002_000)]
    );
    assert_eq!(
        past(&script, "bob"),
        [("bob!~user@bob.example".into(), 1_003_000)]
    );
    script.chat.set_policy(
        Policy {
            whowas: 0,
            ..policy()
        },
        Timestamp(2_000_000),
    );
    assert!(past(&script, "bob").is_empty());
}

#[test]
fn another_set_of_capabilities_is_kept() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    script.by(alice, Command::Negotiate(Capabilities(5)));
    assert_eq!(
        script.chat.client(ClientId(alice)).unwrap().capabilities,
        Capabilities(5)
    );
}

#[test]
fn only_the_operators_side_logs_in() {
    let mut script = Script::new(policy());
    let alice = script.irc("alice");
    let login = Command::Login(ClientId(alice), Some(script.account("alice")));
    assert_eq!(script.refused(alice, login), Refusal::NotFromHere);
    script.login(alice, "alice");
    assert_eq!(
        script.user(alice).identity().account,
        Some(Account("alice".into()))
    );
    script.operator(Command::Login(ClientId(alice), None));
    assert_eq!(script.user(alice).account, None);
    let nobody = script.try_by(Source::Operator, Command::Login(ClientId(9), None));
    assert_eq!(nobody, Err(Refusal::Detached));
}

#[test]
fn nobody_takes_the_name_of_the_server_and_who_has_it_when_it_gets_it_stays() {
    let mut script = Script::with(1);
    for name in ["chat.example", "CHAT.EXAMP1E", "chat.exarnple"] {
        let servers = Refusal::NickIsServers { nick: nick(name) };
        assert_eq!(script.refused(1, Command::Nick(nick(name))), servers);
        let comes = script.try_by(Source::Client(ClientId(9)), attach_as(9, name));
        assert_eq!(comes, Err(servers));
    }
    let irc = script.irc("irc.example");
    let policy = Policy {
        server: "irc.example".into(),
        ..policy()
    };
    script.chat.set_policy(policy, script.now.at);
    script.by(irc, Command::Nick(nick("IRC.example")));
    assert_eq!(script.user(irc).nick.as_str(), "IRC.example");
    script.by(1, Command::Nick(nick("chat.example")));
    // So does an account.
    let other = script.irc("other");
    script.by(irc, Command::Nick(nick("elsewhere")));
    script.login(other, "irc.example");
    script.by(other, Command::Nick(nick("irc.example")));
}
