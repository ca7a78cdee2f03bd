//! Users that are always on, and what outlives a restart.

use super::*;

/// A client of an always-on account, by the device of that name; its id.
pub(super) fn comes(script: &mut Script, name: &str, device: Option<&str>) -> u64 {
    let id = script.next + 1;
    let Command::Attach(mut attach) = attach_as(id, name) else {
        unreachable!("it attaches")
    };
    let login = always_on(script, name);
    attach.login = Some(Login {
        device: device.map(Into::into),
        ..login
    });
    let source = Source::Client(ClientId(id));
    script.try_by(source, Command::Attach(attach)).unwrap();
    script.next = id;
    id
}

fn always_on(script: &mut Script, name: &str) -> Login {
    let login = script.account(name);
    let mut registered = script.chat.registered(login.id).unwrap().clone();
    registered.always_on = true;
    script.operator(Command::Register(registered));
    login
}

fn goes(script: &mut Script, client: u64) -> Told {
    script.by(client, Command::Detach(Departure::Quit(None)))
}

fn say(script: &mut Script, client: u64, to: Target) -> Told {
    let what = Command::Say {
        to,
        manner: Manner::Message,
        text: text("hi"),
        tags: None,
    };
    script.by(client, what)
}

fn is_here(script: &Script, name: &str) -> bool {
    script.chat.user_by_nick(&nick(name)).is_some()
}

fn missed(script: &Script, client: u64) -> Option<u64> {
    script.chat.client(ClientId(client)).unwrap().missed()
}

/// All that is kept, put into a chat that begins anew after the last message.
pub(super) fn restarted(script: &Script) -> Chat {
    let mut again = Chat::new(policy(), script.now.at);
    again.said = script.chat.said;
    for registered in script.chat.registry_for_tests() {
        again.apply([Change::Registered { registered }].into_iter().collect());
    }
    for (_, room) in script.chat.rooms() {
        if let Some(text) = script.chat.keepsake(&Keepsake::Room(room.name.clone())) {
            again.restore_room(&text).unwrap();
        }
    }
    for registered in script.chat.registry_for_tests() {
        let id = registered.id;
        if let Some(text) = script.chat.keepsake(&Keepsake::User(id)) {
            again.restore_user(id, &text).unwrap();
        }
    }
    again.end_restoring();
    again.check().unwrap();
    again
}

#[test]
fn who_is_always_on_stays_when_its_last_client_goes_and_nobody_hears_of_it() {
    let mut script = Script::with(1);
    let alice = comes(&mut script, "alice", None);
    let tea = script.room_of("#tea", &[alice, 1]);
    let told = goes(&mut script, alice);
    assert!(told.to(|e| matches!(e, Event::Gone { .. })).is_empty());
    let (_, user) = script.chat.user_by_nick(&nick("alice")).unwrap();
    assert!(user.is_in(tea) && user.clients.is_empty());
    // One writes to it, and it may be asked for.
    say(&mut script, 1, Target::User(nick("alice")));
    let told = script.by(1, Command::Whois(nick("alice")));
    assert!(matches!(told.only(1), Event::UserIs { here: None, .. }));
    let again = comes(&mut script, "alice", None);
    assert_eq!(script.user(again).rooms().collect::<Vec<_>>(), [tea]);
}

/// Who comes back has proven its account, and not that it is an operator.
#[test]
fn an_operator_without_clients_or_after_a_restart_is_none_and_has_its_own_host() {
    let mut script = Script::with(1);
    let alice = comes(&mut script, "alice", None);
    script.room_of("#tea", &[alice, 1]);
    let own = script.user(alice).origin.clone();
    let promote =
        |role, host: Option<&str>| Command::Promote(role, "staff".into(), host.map(Into::into));
    let told = |told: &Told| told.to(|e| matches!(e, Event::HostChanged { .. }));
    script.by(alice, Command::SetFlags(vec![(UserFlag::Bot, true)]));
    script.by(alice, promote(Role::Observer, Some("staff.example")));
    // Once more, at another host and without one.
    script.by(alice, promote(Role::Moderator, Some("desk.example")));
    script.by(alice, promote(Role::Moderator, None));
    assert_eq!(script.user(alice).origin.host(), "desk.example");
    let ordinary = |chat: &Chat| {
        let (_, user) = chat.user_by_nick(&nick("alice")).unwrap();
        let modes = user.flags.to_string();
        assert_eq!((user.role(), &*modes, &user.origin), (None, "B", &own));
    };
    ordinary(&restarted(&script));
    let gone = goes(&mut script, alice);
    assert_eq!(told(&gone), [1]);
    ordinary(&script.chat);
    ordinary(&restarted(&script));
    // So too by its own will, or when another client comes.
    let desk = comes(&mut script, "alice", Some("desk"));
    script.by(desk, promote(Role::Observer, Some("staff.example")));
    let office = Command::SetFlags(vec![(UserFlag::Operator, false)]);
    assert_eq!(told(&script.by(desk, office)), [desk, 1]);
    ordinary(&script.chat);
    script.by(desk, promote(Role::Observer, Some("staff.example")));
    let before = script.chat.clone();
    comes(&mut script, "alice", Some("phone"));
    ordinary(&script.chat);
    // Who comes is told so, and the others are.
    let Command::Attach(mut attach) = attach_as(9, "alice") else {
        unreachable!("it attaches")
    };
    attach.login = Some(script.account("alice"));
    script.chat = before;
    let source = Source::Client(ClientId(9));
    let came = script.try_by(source, Command::Attach(attach)).unwrap();
    assert_eq!(told(&came), [desk, 1]);
    let who = came.clients.iter().find_map(|(id, event)| match event {
        Event::Registered { who } if *id == 9 => Some(who.clone()),
        _ => None,
    });
    assert_eq!(who, Some(script.user(9).identity()));
}

#[test]
fn only_the_user_with_the_accounts_name_is_always_on() {
    let mut script = Script::new(policy());
    let login = always_on(&mut script, "alice");
    let other = script.irc("other");
    script.operator(Command::Login(ClientId(other), Some(login)));
    goes(&mut script, other);
    assert!(!is_here(&script, "other"));
}

#[test]
fn who_is_always_on_is_told_that_by_another_nick_it_is_not() {
    let mut script = Script::new(policy());
    let desk = comes(&mut script, "alice", Some("desk"));
    let phone = comes(&mut script, "alice", Some("phone"));
    let renames = |script: &mut Script, new: &str| {
        let told = script.by(phone, Command::Nick(nick(new)));
        told.to(|event| matches!(event, Event::ServerNotice { .. }))
    };
    assert_eq!(renames(&mut script, "Alice"), [0; 0]);
    assert_eq!(renames(&mut script, "eve"), [desk, phone]);
    assert_eq!(renames(&mut script, "eva"), [0; 0]);
    assert_eq!(renames(&mut script, "alice"), [0; 0]);
    goes(&mut script, phone);
    goes(&mut script, desk);
    assert!(is_here(&script, "alice"));
}

#[test]
fn who_has_logged_out_goes_with_its_last_client() {
    let mut script = Script::new(policy());
    let alice = comes(&mut script, "alice", None);
    script.room_of("#tea", &[alice]);
    script.operator(Command::Login(ClientId(alice), None));
    assert!(is_here(&script, "alice"));
    goes(&mut script, alice);
    assert!(!is_here(&script, "alice"));
    assert!(script.chat.room_by_name(&room("#tea")).is_none());
}

#[test]
fn who_is_made_to_go_goes() {
    let mut script = Script::new(policy());
    let staff = script.irc("staff");
    script.promote(staff, Role::Administrator);
    let alice = comes(&mut script, "alice", None);
    script.operator(Command::Kick(ClientId(alice), text("out")));
    assert!(!is_here(&script, "alice"));
    comes(&mut script, "alice", None);
    script.by(staff, Command::Kill(nick("alice"), text("out")));
    assert!(!is_here(&script, "alice"));
    // Without a client it is ended by its nick.
    let alice = comes(&mut script, "alice", None);
    goes(&mut script, alice);
    let end = |who: &str| Command::EndUser(nick(who), text("out"));
    let refused = script.try_by(Source::Operator, end("staff"));
    assert!(
        matches!(refused, Err(Refusal::NoSuchNick { .. })),
        "it has a client"
    );
    script.operator(end("alice"));
    assert!(!is_here(&script, "alice"));
}

#[test]
fn who_is_not_always_on_any_more_goes_if_it_has_no_client() {
    for removed in [false, true] {
        let mut script = Script::new(policy());
        let alice = comes(&mut script, "alice", None);
        goes(&mut script, alice);
        let mut registered = script.chat.registered(1).unwrap().clone();
        registered.always_on = false;
        script.operator(if removed {
            Command::Unregister(1)
        } else {
            Command::Register(registered)
        });
        assert!(!is_here(&script, "alice"), "{removed}");
    }
}

#[test]
fn each_device_has_missed_what_was_said_since_it_went() {
    let mut script = Script::with(1);
    let desk = comes(&mut script, "alice", Some("desk"));
    let phone = comes(&mut script, "alice", Some("phone"));
    assert_eq!(missed(&script, phone), None, "it was never here");
    script.room_of("#tea", &[desk, 1]);
    let tea = || Target::Room(room("#tea"));
    say(&mut script, 1, tea());
    goes(&mut script, desk);
    let at_desk = script.chat.said;
    say(&mut script, 1, tea());
    goes(&mut script, phone);
    let at_phone = script.chat.said;
    say(&mut script, 1, tea());
    let desk = comes(&mut script, "alice", Some("desk"));
    let phone = comes(&mut script, "alice", Some("phone"));
    assert_eq!(missed(&script, desk), Some(at_desk));
    assert_eq!(missed(&script, phone), Some(at_phone));
    assert!(at_desk < at_phone);
}

#[test]
fn who_is_always_on_is_where_it_was_after_a_restart() {
    let mut script = Script::with(1);
    let alice = comes(&mut script, "alice", Some("desk"));
    let tea = script.room_of("#tea", &[alice, 1]);
    script.set(alice, "#tea", "+ntb-t bob!*@*");
    script.by(
        alice,
        Command::SetTopic(Some(room("#tea")), topic("Oolong")),
    );
    script.by(alice, Command::Away(Some(text("asleep"))));
    say(&mut script, 1, Target::Room(room("#tea")));
    let before = script.chat.room(tea).unwrap();
    let (life, topic, flags) = (before.life(), before.topic.clone(), before.flags);
    let rights = script.chat.readable(script.user(alice), tea);

    let again = restarted(&script);
    let (id, after) = again.room_by_name(&room("#tea")).unwrap();
    assert_eq!(
        (after.life(), &after.topic, after.flags),
        (life, &topic, flags)
    );
    assert_eq!(after.list(ListKind::Ban).len(), 1);
    let (_, user) = again.user_by_nick(&nick("alice")).unwrap();
    assert_eq!(
        again.readable(user, id),
        rights,
        "it reads what it could read"
    );
    assert!(again.member(id, user).unwrap().ranks.at_least(Rank::Op));
    assert_eq!(user.away, Some(text("asleep")));
    let position = user.devices.as_ref().unwrap().position(Some("desk"));
    assert_eq!(position, Some(again.said), "it was told all");
    // Who was there only in passing is not, nor the room that only such sat in.
    assert!(again.user_by_nick(&nick("guest1")).is_none());
    assert_eq!(after.users(), 1);
}

#[test]
fn an_account_that_is_not_always_on_keeps_how_far_it_has_read_and_no_more() {
    let mut script = Script::new(policy());
    let account = script.account("bob");
    let bob = script.irc("bobby");
    script.operator(Command::Login(ClientId(bob), Some(account)));
    script.room_of("#tea", &[bob]);
    let read = Command::MarkRead(Target::Room(room("#tea")), Some(script.now.at));
    script.by(bob, read);
    let at = script.has_read(bob, "#tea");
    assert!(at.is_some());

    let mut script = Script {
        chat: restarted(&script),
        ..script
    };
    assert!(script.chat.room_by_name(&room("#tea")).is_none());
    assert!(!is_here(&script, "bobby"));
    let bob = script.irc("bobby");
    script.login(bob, "bob");
    assert_eq!(script.has_read(bob, "#tea"), at);
}

#[test]
fn what_changes_of_the_kept_is_told_before_or_after() {
    let mut script = Script::with(1);
    let alice = comes(&mut script, "alice", None);
    script.room_of("#tea", &[alice]);
    let touched = |script: &mut Script, client: u64, command: Command| {
        let source = Source::Client(ClientId(client));
        let decision = script.chat.decide(&script.now, source, command).unwrap();
        let mut all = script.chat.touched(&decision.changes).to_vec();
        script.chat.apply(decision.changes.clone());
        all.extend(script.chat.touched(&decision.changes));
        all
    };
    let tea = Keepsake::Room(room("#tea"));
    let set = Command::SetTopic(Some(room("#tea")), topic("x"));
    assert!(touched(&mut script, alice, set).contains(&tea));
    // How far one has read in it is known by its name.
    let named = |old, new| Command::RenameRoom(room(old), room(new), None);
    assert!(touched(&mut script, alice, named("#tea", "#mate")).contains(&Keepsake::User(1)));
    touched(&mut script, alice, named("#mate", "#tea"));
    let part = Command::Part(Some(room("#tea")), None);
    let left = touched(&mut script, alice, part);
    assert!(left.contains(&tea) && left.contains(&Keepsake::User(1)));
    assert_eq!(script.chat.keepsake(&tea), None, "it has gone");
    let enter = || Command::Join(room("#tea"), None);
    let entered = touched(&mut script, alice, enter());
    assert!(entered.contains(&tea) && entered.contains(&Keepsake::User(1)));
    // Nothing is kept of who is there in passing, in a registered room neither.
    touched(&mut script, alice, Command::RegisterRoom(None));
    let voice = |nick| Command::SetModes(Some(room("#tea")), changes(&format!("+v {nick}")));
    let part = Command::Part(Some(room("#tea")), None);
    for (client, command) in [(1, enter()), (alice, voice("guest1")), (1, part)] {
        assert_eq!(touched(&mut script, client, command), []);
    }
    let ranked = touched(&mut script, alice, voice("alice"));
    assert!(ranked.iter().all(|kept| *kept == Keepsake::User(1)) && !ranked.is_empty());
    let said = Command::Say {
        to: Target::Current,
        manner: Manner::Message,
        text: text("hi"),
        tags: None,
    };
    let decision = script
        .chat
        .decide(&script.now, Source::Client(ClientId(1)), said);
    assert!(
        !Chat::may_touch(&decision.unwrap().changes),
        "what is said changes nothing of it"
    );
}

#[test]
fn words_to_somebody_who_is_not_here_are_refused_where_nobody_would_ever_read_them() {
    let mut script = Script::with(1);
    let alice = comes(&mut script, "alice", None);
    let to_alice = || Target::User(nick("alice"));
    let nobody = Refusal::NobodyReads {
        nick: nick("alice"),
    };
    let mut forgetful = policy();
    forgetful.keeps_private = false;
    script.chat.set_policy(forgetful, script.now.at);
    say(&mut script, 1, to_alice());
    goes(&mut script, alice);
    assert_eq!(script.refused(1, say_to(to_alice(), "hi")), nobody);
    let words = say_to(to_alice(), "hi");
    assert_eq!(script.try_by(Source::Operator, words), Err(nobody));
    // Nobody waits for who types.
    script.by(
        1,
        Command::Tag(to_alice(), ClientTags("+typing=active".into())),
    );
    comes(&mut script, "alice", None);
    say(&mut script, 1, to_alice());
}
