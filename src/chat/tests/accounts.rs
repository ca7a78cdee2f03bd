//! Accounts: whose nick is whose, and several clients that are one user.

use super::*;

/// Another client of IRC that has proven to be this account and asks for this nick; its id.
fn comes(script: &mut Script, account: &Login, name: &str) -> Result<(u64, Told), Refusal> {
    let id = script.next + 1;
    let Command::Attach(mut attach) = attach_as(id, name) else {
        unreachable!("it attaches")
    };
    attach.login = Some(account.clone());
    let told = script.try_by(Source::Client(ClientId(id)), Command::Attach(attach))?;
    script.next = id;
    Ok((id, told))
}

fn nick_of(script: &Script, client: u64) -> &str {
    script.user(client).nick.as_str()
}

#[test]
fn the_name_of_an_account_and_its_look_alikes_are_nobody_elses_nick() {
    let mut script = Script::with(1);
    let alice = script.account("Alice");
    // The third is Cyrillic.
    for taken in ["Alice", "alice", "аӏісе", "A1ice"] {
        let reserved = Refusal::NickReserved { nick: nick(taken) };
        assert_eq!(script.refused(1, Command::Nick(nick(taken))), reserved);
        let command = attach_as(9, taken);
        let refused = script.try_by(Source::Client(ClientId(9)), command);
        assert_eq!(refused, Err(reserved));
    }
    script.operator(Command::Login(ClientId(1), Some(alice)));
    script.by(1, Command::Nick(nick("alice")));
    assert_eq!(nick_of(&script, 1), "alice");
}

#[test]
fn a_guest_is_not_called_as_an_account_is() {
    let mut script = Script::new(policy());
    script.account("guest1");
    script.attach();
    assert_eq!(nick_of(&script, 1), "guest1_");
}

#[test]
fn who_comes_with_an_account_has_it_from_the_first_moment() {
    let mut script = Script::new(policy());
    let account = script.account("alice");
    let (alice, told) = comes(&mut script, &account, "alice").unwrap();
    let Event::Registered { who } = told.only(alice) else {
        panic!("{told:?}");
    };
    assert_eq!(who.account, Some(Account("alice".into())));
    assert_eq!(script.user(alice).account, who.account);
}

#[test]
fn an_account_that_has_gone_meanwhile_lets_nobody_in() {
    let mut script = Script::new(policy());
    let account = script.account("alice");
    script.operator(Command::Unregister(account.id));
    let refused = comes(&mut script, &account, "alice").unwrap_err();
    assert_eq!(refused, Refusal::NoSuchAccount);
    let bob = script.irc("bob");
    let login = Command::Login(ClientId(bob), Some(account));
    let refused = script.try_by(Source::Operator, login);
    assert_eq!(refused, Err(Refusal::NoSuchAccount));
}

#[test]
fn who_is_logged_in_to_an_account_that_goes_stays_without_it_and_all_hear_of_it() {
    let mut script = Script::with(1);
    let account = script.account("alice");
    let (alice, _) = comes(&mut script, &account, "alice").unwrap();
    let (desk, _) = comes(&mut script, &account, "alice-desk").unwrap();
    script.room_of("#a", &[alice, 1]);
    let told = script.operator(Command::Unregister(account.id));
    let out = told.to(|e| matches!(e, Event::YouAreLoggedIn { who } if who.account.is_none()));
    assert_eq!(out, [alice, desk]);
    let heard = told.to(|e| matches!(e, Event::AccountChanged { .. }));
    assert_eq!(heard, [1]);
    assert_eq!(script.user(alice).account, None);
    assert_eq!(nick_of(&script, alice), "alice");
}

#[test]
fn a_name_that_is_registered_again_is_another_account() {
    let mut script = Script::new(policy());
    let old = script.account("alice");
    let (alice, _) = comes(&mut script, &old, "alice").unwrap();
    script.operator(Command::Unregister(old.id));
    let name = nick("alice");
    let since = script.now.at;
    script.operator(Command::Register(Registered {
        id: 7,
        name,
        since,
        always_on: false,
    }));
    let refused = comes(&mut script, &old, "bob").unwrap_err();
    assert_eq!(refused, Refusal::NoSuchAccount);
    // Who had the nick keeps it, and is not the account.
    assert_eq!(script.user(alice).account, None);
    let id = 7;
    let taken = comes(&mut script, &Login { id, device: None }, "alice").unwrap_err();
    let nick = nick("alice");
    assert_eq!(taken, Refusal::NickInUse { nick });
}

#[test]
fn two_clients_of_one_account_with_one_nick_are_one_user() {
    let mut script = Script::with(1);
    let account = script.account("alice");
    let (desk, _) = comes(&mut script, &account, "alice").unwrap();
    script.room_of("#a", &[desk, 1]);
    script.room_of("#b", &[desk]);
    let device = Some("phone".into());
    let (phone, told) = comes(&mut script, &Login { device, ..account }, "ALICE").unwrap();
    // It is told where it is, and nobody else is told anything.
    let rooms: Vec<_> = told
        .clients
        .iter()
        .map(|(id, event)| match event {
            Event::Registered { who } => (*id, who.nick.to_string()),
            Event::YouEntered { name, others, .. } => (*id, format!("{name} {others}")),
            other => panic!("{other:?}"),
        })
        .collect();
    let told = ["alice", "#a 1", "#b 0"].map(|what| (phone, what.to_owned()));
    assert_eq!(rooms, told);
    assert_eq!(script.user(phone).clients.len(), 2);
    assert_eq!(script.chat.users_count().0, 2);
    let client = script.chat.client(ClientId(phone)).unwrap();
    assert_eq!(client.device(), Some("phone"));

    // What is said to it both hear, and what one says the other.
    let told = script.by(1, say(Target::User(nick("alice")), "hello"));
    assert_eq!(said_to(&told), [desk, phone]);
    let told = script.by(phone, say(Target::Room(room("#a")), "here"));
    assert_eq!(said_to(&told), [1, desk, phone]);

    // One goes: nobody hears of it. The other goes: all do.
    let told = script.by(phone, Command::Detach(Departure::Closed));
    assert_eq!(told.clients, []);
    let told = script.by(desk, Command::Detach(Departure::Closed));
    assert_eq!(told.to(|e| matches!(e, Event::Gone { .. })), [1]);
}

#[test]
fn what_one_says_to_oneself_each_client_hears_once() {
    let mut script = Script::new(policy());
    let account = script.account("alice");
    let (desk, _) = comes(&mut script, &account, "alice").unwrap();
    let (phone, _) = comes(&mut script, &account, "alice").unwrap();
    let told = script.by(desk, say(Target::User(nick("alice")), "buy milk"));
    let mut heard = said_to(&told);
    heard.retain(|id| *id == phone);
    assert_eq!(heard, [phone], "{told:?}");
}

#[test]
fn a_user_is_secure_as_long_as_all_its_clients_are() {
    let mut script = Script::new(policy());
    let account = script.account("alice");
    let tls = || {
        Some(Arc::new(Tls {
            version: "TLSv1.3".into(),
            cipher: "x".into(),
            fingerprint: None,
            server_name: None,
        }))
    };
    for (id, tls, secure) in [(1, tls(), true), (2, tls(), true), (3, None, false)] {
        let Command::Attach(mut attach) = attach_as(id, "alice") else {
            unreachable!("it attaches")
        };
        attach.login = Some(account.clone());
        attach.tls = tls;
        let command = Command::Attach(attach);
        script
            .try_by(Source::Client(ClientId(id)), command)
            .unwrap();
        assert_eq!(script.user(1).flags.has(UserFlag::Secure), secure, "{id}");
    }
}

#[test]
fn a_client_that_logs_in_becomes_the_accounts_user_who_is_here() {
    let mut script = Script::with(2);
    let account = script.account("alice");
    let (desk, _) = comes(&mut script, &account, "alice").unwrap();
    script.room_of("#a", &[desk, 1, 2]);
    script.room_of("#b", &[1]);
    script.login(1, "alice");
    let told = script.by(1, Command::Whois(nick("alice")));
    assert!(
        matches!(told.only(1), Event::UserIs { account: Some(Account(name)), .. } if &**name == "alice"),
        "{told:?}"
    );
    let told = script.by(1, Command::BeOneself);
    assert_eq!(script.user(1).clients.len(), 2);
    assert_eq!(nick_of(&script, 1), "alice");
    let current = script.chat.client(ClientId(1)).unwrap().current;
    assert_eq!(
        current,
        script.chat.room_by_name(&room("#a")).map(|(id, _)| id)
    );
    // To the others it is a guest that has gone.
    assert_eq!(told.to(|e| matches!(e, Event::Gone { .. })), [1, 2, desk]);
    assert_eq!(told.to(|e| matches!(e, Event::YouEntered { .. })), [1]);
    assert_eq!(
        told.to(|e| matches!(e, Event::YouLeft { .. })),
        [1, 1],
        "#lobby and #b"
    );
    assert!(script.chat.room_by_name(&room("#b")).is_none());
}

/// Two devices of one user, in #a and then in #b.
fn two_devices() -> (Script, [u64; 2]) {
    let mut script = Script::with(1);
    let account = script.account("alice");
    let devices = [(); 2].map(|()| comes(&mut script, &account, "alice").unwrap().0);
    script.room_of("#a", &[1, devices[0]]);
    script.by(devices[0], Command::Join(room("#b"), None));
    for device in devices {
        script.by(device, Command::Join(room("#a"), None));
    }
    (script, devices)
}

#[test]
fn what_another_device_had_on_its_way_when_one_left_a_room_is_said_nowhere() {
    let (mut script, [desk, phone]) = two_devices();
    let told = script.by(desk, Command::Part(None, None));
    let talks = told.clients.iter().filter_map(|(id, event)| match event {
        Event::YouLeft { talks, .. } => Some((*id, talks.clone())),
        _ => None,
    });
    let talks: Vec<_> = talks.collect();
    let b = room("#b");
    let expected = [(desk, Talks::In(b.clone())), (phone, Talks::Nowhere(b))];
    assert_eq!(talks, expected);
    script.by(desk, super::say("heard"));
    assert_eq!(
        script.refused(phone, super::say("x")),
        Refusal::NoCurrentRoom
    );
    // Nor where the other one goes next.
    script.by(desk, Command::Join(room("#c"), None));
    assert_eq!(
        script.refused(phone, super::say("x")),
        Refusal::NoCurrentRoom
    );
    script.by(phone, Command::Join(room("#b"), None));
    script.by(phone, super::say("heard"));
}

#[test]
fn a_device_whose_user_is_kicked_talks_on_where_it_talked_if_that_is_elsewhere() {
    let (mut script, [desk, phone]) = two_devices();
    script.by(phone, Command::Join(room("#b"), None));
    let kick = Command::KickFrom(Some(room("#a")), nick("alice"), None);
    script.by(1, kick);
    assert_eq!(
        script.refused(desk, super::say("x")),
        Refusal::NoCurrentRoom
    );
    script.by(phone, super::say("heard"));
}

#[test]
fn a_client_that_logs_in_takes_its_own_nick_if_nobody_has_it() {
    let mut script = Script::with(2);
    script.by(2, Command::Nick(nick("bob")));
    script.login(1, "alice");
    script.by(1, Command::BeOneself);
    assert_eq!(nick_of(&script, 1), "alice");
    // Another has it who is not logged in: it stays there.
    let bob = script.account("bob");
    script.attach();
    script.operator(Command::Login(ClientId(3), Some(bob)));
    script.by(3, Command::BeOneself);
    assert_eq!(nick_of(&script, 3), "guest3");
}

fn say(to: Target, what: &str) -> Command {
    Command::Say {
        to,
        manner: Manner::Message,
        text: text(what),
        tags: None,
    }
}

/// Who heard it; of an echo, all clients of its audience.
fn said_to(told: &Told) -> Vec<u64> {
    let mut to = told.to(|e| matches!(e, Event::Said { .. }));
    to.sort_unstable();
    to
}

#[test]
fn all_of_ones_clients_learn_that_one_is_away_and_back() {
    let mut script = Script::new(policy());
    let alice = script.account("alice");
    let [desk, phone] = [(); 2].map(|()| comes(&mut script, &alice, "alice").unwrap().0);
    for away in [Some(text("lunch")), None] {
        let is = Event::AwayIs { away: away.clone() };
        let told = script.by(desk, Command::Away(away.clone()));
        assert_eq!(told.to(|event| *event == is), [desk, phone]);
        let told = script.by(phone, Command::Away(away));
        assert_eq!(told.to(|event| *event == is), [phone], "it is so already");
    }
}

#[test]
fn a_user_with_several_clients_is_logged_in_to_no_other_account() {
    let mut script = Script::new(policy());
    let (alice, bob) = (script.account("alice"), script.account("bob"));
    let (desk, _) = comes(&mut script, &alice, "alice").unwrap();
    let (phone, _) = comes(&mut script, &alice, "alice").unwrap();
    let login = Command::Login(ClientId(phone), Some(bob.clone()));
    for login in [&login, &Command::Login(ClientId(phone), None)] {
        let refused = script.try_by(Source::Operator, login.clone());
        assert_eq!(refused, Err(Refusal::SharedUser));
    }
    // Once more by the same is nothing new, and alone one may be another.
    script.operator(Command::Login(ClientId(phone), Some(alice)));
    script.by(desk, Command::Detach(Departure::Closed));
    script.operator(login);
    assert_eq!(script.user(phone).account, Some(Account("bob".into())));
}

#[test]
fn another_client_of_an_operator_is_none_and_neither_is_the_first_any_more() {
    let mut script = Script::new(policy());
    let alice = script.account("alice");
    let (desk, _) = comes(&mut script, &alice, "alice").unwrap();
    script.promote(desk, Role::Administrator);
    let (phone, told) = comes(&mut script, &alice, "alice").unwrap();
    assert_eq!(script.user(phone).role(), None);
    assert_eq!(script.user(desk).flags.to_string(), "");
    assert_eq!(told.to(|e| matches!(e, Event::FlagsChanged { .. })), [desk]);
    // So too where it comes as another user and is let in as this one.
    script.promote(desk, Role::Administrator);
    let guest = script.irc("guest");
    script.operator(Command::Login(ClientId(guest), Some(alice)));
    script.by(guest, Command::BeOneself);
    assert_eq!(nick_of(&script, guest), "alice");
    assert_eq!(script.user(guest).role(), None);
}

#[test]
fn a_nick_that_looks_like_the_names_of_two_accounts_is_neithers() {
    let mut script = Script::new(policy());
    let (alice, other) = (script.account("alice"), script.account("aiice"));
    let (alice, _) = comes(&mut script, &alice, "alice").unwrap();
    let (other, _) = comes(&mut script, &other, "aiice").unwrap();
    // A capital I.
    let both = nick("AIice");
    for client in [alice, other] {
        let refused = script.refused(client, Command::Ghost(both.clone()));
        assert_eq!(refused, Refusal::NickNotYours { nick: both.clone() });
    }
    script.by(alice, Command::Nick(nick("elsewhere")));
    script.by(other, Command::Nick(nick("nowhere")));
    for client in [alice, other] {
        let refused = script.refused(client, Command::Nick(both.clone()));
        assert_eq!(refused, Refusal::NickReserved { nick: both.clone() });
    }
}
