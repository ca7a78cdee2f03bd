//! Being told of those whom one monitors.

use super::*;

fn monitor(names: &[&str]) -> Command {
    Command::Monitor(names.iter().map(|name| nick(name)).collect())
}

fn online(told: &Told) -> Vec<u64> {
    told.to(|event| matches!(event, Event::CameOnline { .. }))
}

fn offline(told: &Told) -> Vec<u64> {
    told.to(|event| matches!(event, Event::WentOffline { .. }))
}

#[test]
fn one_is_told_who_is_here_and_then_who_comes_and_goes() {
    let mut script = Script::new(policy());
    let (watcher, alice) = (script.irc("watcher"), script.irc("alice"));
    let told = script.by(watcher, monitor(&["ALICE", "bob", "alice", "Bob"]));
    let Event::Monitored { here, gone } = told.only(watcher) else {
        panic!("{told:?}");
    };
    assert_eq!(
        (here[0].nick.as_str(), here.len(), &gone[..]),
        ("alice", 1, &[nick("bob")][..])
    );
    let told = script.by(alice, Command::Nick(nick("BOB")));
    assert_eq!(
        (offline(&told), online(&told)),
        (vec![watcher], vec![watcher])
    );
    let told = script.by(alice, Command::Nick(nick("bob")));
    assert!(
        offline(&told).is_empty() && online(&told).is_empty(),
        "casing is no change"
    );
    let told = script.by(alice, Command::Detach(Departure::Quit(None)));
    assert_eq!(offline(&told), [watcher]);
    let id = script.next + 1;
    let told = script
        .try_by(Source::Client(ClientId(id)), attach_as(id, "alice"))
        .unwrap();
    assert_eq!(online(&told), [watcher]);
    script.next = id;
    script.by(watcher, Command::Unmonitor(Some(vec![nick("Alice")])));
    assert_eq!(
        script.chat.client(ClientId(watcher)).unwrap().monitored(),
        [nick("bob")]
    );
    assert!(offline(&script.by(id, Command::Detach(Departure::Closed))).is_empty());
    script.by(watcher, Command::Unmonitor(None));
    assert!(
        script
            .chat
            .client(ClientId(watcher))
            .unwrap()
            .monitored()
            .is_empty()
    );
}

/// "AWAY pre-registration sets the away message but does not inhibit reporting of the change in nickname status" (IRCv3 pre-away); and
/// who monitors it learns that too (IRCv3 extended-monitor).
#[test]
fn one_who_comes_away_is_online_and_away() {
    let mut script = Script::new(policy());
    let watcher = script.irc("watcher");
    script.by(watcher, monitor(&["alice"]));
    let id = script.next + 1;
    let Command::Attach(mut attach) = attach_as(id, "alice") else {
        unreachable!("it attaches")
    };
    attach.away = Some(text("*"));
    let source = Source::Client(ClientId(id));
    let told = script.try_by(source, Command::Attach(attach)).unwrap();
    assert_eq!(online(&told), [watcher]);
    let away = told.to(|event| matches!(event, Event::AwayChanged { away: Some(_), .. }));
    assert_eq!(away, [watcher]);
    let (_, alice) = script.chat.user_by_nick(&nick("alice")).unwrap();
    assert_eq!(alice.away, Some(text("*")));
}

#[test]
fn a_look_alike_is_somebody_else() {
    let mut script = Script::new(policy());
    let watcher = script.irc("watcher");
    script.by(watcher, monitor(&["alice", "a1ice"]));
    let alice = script.irc("alice");
    script.by(watcher, Command::Unmonitor(Some(vec![nick("alice")])));
    assert!(offline(&script.by(alice, Command::Nick(nick("bob")))).is_empty());
    let told = script.by(alice, Command::Nick(nick("a1ice")));
    assert_eq!(online(&told), [watcher]);
}

#[test]
fn what_is_too_much_is_refused_and_the_rest_is_monitored() {
    let mut script = Script::new(Policy {
        monitor: 2,
        ..policy()
    });
    let watcher = script.irc("watcher");
    let told = script.by(watcher, monitor(&["a", "b", "a", "c", "d"]));
    let full = Refusal::MonitorFull {
        limit: 2,
        nicks: vec![nick("c"), nick("d")],
    };
    assert_eq!(told.refusals(), [full]);
    assert_eq!(
        script.chat.client(ClientId(watcher)).unwrap().monitored(),
        [nick("a"), nick("b")]
    );
}

#[test]
fn what_else_they_do_is_told_once_to_those_who_see_them_and_to_those_who_monitor_them() {
    let mut script = Script::new(policy());
    let ids = ["alice", "friend", "watcher", "stranger"].map(|name| script.irc(name));
    let [alice, friend, watcher, _] = ids;
    script.room_of("#tea", &[alice, friend]);
    for id in [friend, watcher] {
        script.by(id, monitor(&["alice"]));
    }
    let away = |e: &Event| matches!(e, Event::AwayChanged { .. });
    assert_eq!(
        script
            .by(alice, Command::Away(Some(text("lunch"))))
            .to(away),
        [friend, watcher]
    );
    assert!(
        script
            .by(alice, Command::Away(Some(text("lunch"))))
            .to(away)
            .is_empty()
    );
    assert_eq!(
        script.by(alice, Command::Away(None)).to(away),
        [friend, watcher]
    );
    let told = script.by(alice, Command::SetRealname(text("Alice")));
    assert_eq!(
        told.to(|e| matches!(e, Event::RealnameChanged { .. })),
        [alice, friend, watcher]
    );
    assert_eq!(&*script.user(alice).realname, "Alice");
    let told = script.login(alice, "alice");
    assert_eq!(
        told.to(|e| matches!(e, Event::AccountChanged { .. })),
        [friend, watcher]
    );
    assert_eq!(
        told.to(|e| matches!(e, Event::YouAreLoggedIn { .. })),
        [alice]
    );
    let promote = Command::Promote(Role::Observer, "a".into(), Some("staff.example".into()));
    let told = script.by(alice, promote);
    assert_eq!(
        told.to(|e| matches!(e, Event::HostChanged { .. })),
        [alice, friend, watcher]
    );
    // Only what extended-monitor brings goes by that audience.
    let away = Command::Away(Some(text("x")));
    let decision = script
        .chat
        .decide(&script.now, Source::Client(ClientId(alice)), away)
        .unwrap();
    let monitoring = decision.effects.iter().filter(
        |effect| matches!(effect, Effect::Tell(Audience::Monitoring(seats), _) if seats.len() == 1),
    );
    assert_eq!(monitoring.count(), 1);
}
