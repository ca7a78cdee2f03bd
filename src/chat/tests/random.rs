//! Random commands from several clients, against a model of who is in which room and the state's own invariants.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const NICKS: [&str; 6] = ["alice", "A1ice", "bob", "B0B", "小明", "AIice"];
const ROOMS: [&str; 5] = ["#lobby", "#a", "#A", "#b", "#大厅"];

/// The model: the rooms of each client, by their keys, in the order of joining.
type Model = BTreeMap<u64, Vec<String>>;

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::Current),
        prop::sample::select(&ROOMS[..]).prop_map(|name| Target::Room(room(name))),
        prop::sample::select(&NICKS[..]).prop_map(|name| Target::User(nick(name))),
        Just(Target::Operator),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let any_room = || prop::sample::select(&ROOMS[..]).prop_map(room);
    let any_nick = || prop::sample::select(&NICKS[..]).prop_map(nick);
    prop_oneof![
        4 => any_room().prop_map(|name| Command::Join(name, None)),
        3 => prop::option::of(any_room()).prop_map(|name| Command::Part(name, None)),
        3 => any_nick().prop_map(Command::Nick),
        2 => target().prop_map(|to| say_to(to, "x")),
        1 => Just(Command::Detach(Departure::Quit(None))),
        1 => Just(Command::Detach(Departure::Closed)),
        1 => prop::option::of(any_room()).prop_map(Command::Who),
        1 => any_nick().prop_map(Command::Whois),
        1 => Just(Command::Rooms),
        1 => prop::option::of(any_room()).prop_map(|name| Command::SetTopic(name, topic("t"))),
        1 => any::<bool>().prop_map(|away| Command::Away(away.then(|| text("gone")))),
    ]
}

/// A step: a client (as a place among those there are) does something; none attaches another.
fn step() -> impl Strategy<Value = Option<(usize, Command)>> {
    prop_oneof![
        1 => Just(None),
        6 => (any::<prop::sample::Index>(), command()).prop_map(|(at, c)| Some((at.index(1 << 16), c))),
    ]
}

fn tight() -> Policy {
    let rate = Some(Rate::new(3, Duration::from_secs(3)));
    Policy {
        rooms: Some(4),
        rooms_per_client: Some(3),
        join_rate: rate,
        nick_rate: rate,
        ..policy()
    }
}

/// One step on the chat; what came of it.
fn take(
    script: &mut Script,
    step: Option<&(usize, Command)>,
) -> Option<(u64, Result<Told, Refusal>)> {
    script.wait(Duration::from_millis(400));
    let Some((at, command)) = step else {
        let told = script.attach();
        return Some((script.next, Ok(told)));
    };
    let ids: Vec<u64> = script.chat.clients().map(|c| c.id.0).collect();
    let id = *ids.get(at % ids.len().max(1))?;
    Some((
        id,
        script.try_by(Source::Client(ClientId(id)), command.clone()),
    ))
}

fn follow(model: &mut Model, id: u64, step: Option<&(usize, Command)>, current: Option<String>) {
    let rooms = model.entry(id).or_default();
    match step {
        None => rooms.push("#lobby".into()),
        Some((_, Command::Join(name, None))) => {
            if !rooms.iter().any(|other| other == name.key()) {
                rooms.push(name.key().into());
            }
        }
        Some((_, Command::Part(name, _))) => {
            let left = name.as_ref().map(|name| name.key().to_owned()).or(current);
            rooms.retain(|other| Some(other) != left.as_ref());
        }
        Some((_, Command::Detach(_))) => drop(model.remove(&id)),
        Some(_) => {}
    }
}

fn current(script: &Script, id: u64) -> Option<String> {
    let room = script.chat.client(ClientId(id))?.current?;
    Some(script.chat.room(room)?.name.key().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_chat_agrees_with_a_simple_model(steps in prop::collection::vec(step(), 1..60)) {
        let mut script = Script::new(tight());
        let mut model = Model::new();
        for step in &steps {
            let before: BTreeMap<u64, _> =
                script.chat.clients().map(|c| (c.id.0, current(&script, c.id.0))).collect();
            // `Script` checks the invariants and to whom effects go.
            let Some((id, Ok(told))) = take(&mut script, step.as_ref()) else { continue };
            follow(&mut model, id, step.as_ref(), before.get(&id).cloned().flatten());
            if let Some((_, Command::Say { to: Target::Current, .. })) = step {
                let here = before[&id].clone().expect("it was in a room");
                let others: Vec<u64> = model
                    .iter()
                    .filter(|(other, rooms)| **other != id && rooms.contains(&here))
                    .map(|(other, _)| *other)
                    .collect();
                prop_assert_eq!(told.to(|_| true), others);
            }
            let rooms: BTreeSet<&str> = model.values().flatten().map(String::as_str).chain(["#lobby"]).collect();
            prop_assert_eq!(script.chat.rooms_count(), rooms.len());
            for client in script.chat.clients() {
                let user = script.chat.user(client.user).unwrap();
                let rooms: Vec<_> = user.rooms().map(|r| script.chat.room(r).unwrap().name.key()).collect();
                prop_assert_eq!(&rooms, &model[&client.id.0]);
            }
            prop_assert_eq!(script.chat.clients_count(), model.len());
        }
    }

    #[test]
    fn a_chat_that_was_read_back_goes_on_as_the_one_it_came_from(
        steps in prop::collection::vec(step(), 1..60),
        at in any::<prop::sample::Index>(),
    ) {
        let mut script = Script::new(tight());
        let (first, then) = steps.split_at(at.index(steps.len()));
        for step in first {
            take(&mut script, step.as_ref());
        }
        let written = serde_json::to_string(&script.chat).unwrap();
        let mut other = Script {
            chat: serde_json::from_str(&written).unwrap(),
            now: script.now,
            next: script.next,
        };
        prop_assert!(script.chat == other.chat);
        for step in then {
            prop_assert_eq!(take(&mut script, step.as_ref()), take(&mut other, step.as_ref()));
            prop_assert!(script.chat == other.chat);
        }
        prop_assert_eq!(serde_json::to_string(&script.chat).unwrap(), serde_json::to_string(&other.chat).unwrap());
    }
}

#[test]
fn a_state_that_does_not_agree_with_itself_is_not_read_back() {
    let written = serde_json::to_string(&Script::with(2).chat).unwrap();
    assert!(serde_json::from_str::<Chat>(&written).is_ok());
    for (right, wrong) in [
        (
            r#"[{"user":0,"ranks":0},{"user":1,"ranks":0}]"#,
            r#"[{"user":1,"ranks":0},{"user":0,"ranks":0}]"#,
        ),
        (r#",{"user":1,"ranks":0}"#, ""),
        ("\"guest2\"", "\"guest1\""),
        ("\"current\":0", "\"current\":7"),
        ("\"id\":2", "\"id\":1"),
        ("#lobby", "lobby"),
    ] {
        let wrong = written.replacen(right, wrong, 1);
        assert_ne!(wrong, written, "{right} is in it");
        assert!(serde_json::from_str::<Chat>(&wrong).is_err(), "{wrong}");
    }
}
