//! Random commands from several clients, against a model of who is in which room and the state's own invariants.

mod commands;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use commands::{any_nick, command};

const NICKS: [&str; 9] = [
    "alice", "A1ice", "bob", "B0B", "小明", "AIice", "guest1", "guest2", "guest3",
];
const ROOMS: [&str; 5] = ["#lobby", "#a", "#A", "#b", "#大厅"];

/// The names of accounts; none looks like another.
const ACCOUNTS: [&str; 3] = ["alice", "bob", "小明"];

/// Modes of rooms, in use and in misuse. None that makes a room stay when it is empty, or speech reach the ops alone: the
/// model knows neither.
const MODES: [&str; 16] = [
    "+m",
    "-mntisk",
    "+i",
    "+k x",
    "+l 2",
    "-l",
    "+f #b",
    "+f #a",
    "+u",
    "-u",
    "+NKRMCcSsprq bob",
    "-NRM",
    "+ov-o guest1 guest2 bob",
    "+hv+a guest2 bob guest1",
    "+beI guest3 *!*@192.0.2.1 bob",
    "-b+b+b *!*@192.0.2.1 guest1 ~m:guest2",
];

/// The model: the rooms of each client, by their keys, in the order of joining.
type Model = BTreeMap<u64, Vec<String>>;

/// A step. Clients are places among those there are, accounts among [`ACCOUNTS`].
#[derive(Clone, Debug)]
enum Step {
    /// Another client, a guest.
    Attach,
    /// Another client of IRC, with a nick, and logged in to an account or not.
    Come(Nick, Option<usize>),
    /// A client does something.
    By(usize, Command),
    /// An account is made, if there is none of that name.
    Make(usize),
    /// An account is removed.
    Remove(usize),
    /// A client is logged in to an account, or to none.
    Login(usize, Option<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let client = || any::<prop::sample::Index>().prop_map(|at| at.index(1 << 16));
    let account = 0..ACCOUNTS.len();
    prop_oneof![
        3 => Just(Step::Attach),
        1 => (any_nick(), prop::option::of(account.clone())).prop_map(|(nick, account)| Step::Come(nick, account)),
        // By its account's name, so that users have several clients.
        4 => account.clone().prop_map(|account| Step::Come(nick(ACCOUNTS[account]), Some(account))),
        24 => (client(), command()).prop_map(|(at, command)| Step::By(at, command)),
        2 => account.clone().prop_map(Step::Make),
        1 => account.clone().prop_map(Step::Remove),
        2 => (client(), prop::option::weighted(0.8, account)).prop_map(|(at, account)| Step::Login(at, account)),
    ]
}

fn tight() -> Policy {
    let rate = Some(Rate::new(3, Duration::from_secs(3)));
    Policy {
        rooms: Some(4),
        rooms_per_client: Some(3),
        rooms_per_account: Some(2),
        join_rate: rate,
        nick_rate: rate,
        list_entries: 2,
        monitor: 3,
        whowas: 3,
        ..policy()
    }
}

/// A chat with all the accounts.
fn begun() -> Script {
    let mut script = Script::new(tight());
    for account in 0..ACCOUNTS.len() {
        take(&mut script, &Step::Make(account));
    }
    script
}

/// The login to an account; one that is not there has an id that none has.
fn login(script: &Script, account: usize) -> Login {
    let name = Account(ACCOUNTS[account].into());
    let id = script.chat.registered_as(&name).map_or(0, |found| found.id);
    Login { id, device: None }
}

fn client(script: &Script, at: usize) -> Option<u64> {
    let ids: Vec<u64> = script.chat.clients().map(|c| c.id.0).collect();
    ids.get(at % ids.len().max(1)).copied()
}

/// One step on the chat; what came of it, and by whom: 0 for none of the clients.
fn take(script: &mut Script, step: &Step) -> Option<(u64, Result<Told, Refusal>)> {
    script.wait(Duration::from_millis(400));
    let command = match step {
        Step::Attach => {
            let told = script.attach();
            return Some((script.next, Ok(told)));
        }
        Step::Come(nick, account) => {
            let id = script.next + 1;
            let Command::Attach(mut attach) = attach_as(id, nick.as_str()) else {
                unreachable!("it attaches")
            };
            attach.login = account.map(|account| login(script, account));
            let told = script.try_by(Source::Client(ClientId(id)), Command::Attach(attach));
            script.next = id;
            return Some((id, told));
        }
        Step::By(at, command) => {
            let id = client(script, *at)?;
            let mut command = command.clone();
            if let (Command::Redact(_, id, _), Some(recent)) =
                (&mut command, script.chat.recent.back())
            {
                *id = recent.id;
            }
            return Some((id, script.try_by(Source::Client(ClientId(id)), command)));
        }
        Step::Make(account) if login(script, *account).id != 0 => return None,
        Step::Make(account) => Command::Register(Registered {
            // No id comes twice.
            id: script.now.tick.0,
            name: nick(ACCOUNTS[*account]),
            since: script.now.at,
            always_on: false,
        }),
        Step::Remove(account) => Command::Unregister(login(script, *account).id),
        Step::Login(at, account) => {
            let login = account.map(|account| login(script, account));
            Command::Login(ClientId(client(script, *at)?), login)
        }
    };
    Some((0, script.try_by(Source::Operator, command)))
}

/// What an event that a client was told says of where it is.
fn follow(model: &mut Model, id: u64, event: &Event) {
    let rooms = model.entry(id).or_default();
    match event {
        // Who becomes another client of a user is told all its rooms.
        Event::Welcome { name, .. } | Event::YouEntered { name, .. } => {
            rooms.retain(|other| other != name.key());
            rooms.push(name.key().into());
        }
        Event::YouLeft { name, .. } | Event::YouWereKickedFrom { name, .. } => {
            rooms.retain(|other| other != name.key());
        }
        Event::RoomRenamed { old, new, .. } => {
            for room in rooms.iter_mut().filter(|room| *room == old.key()) {
                *room = new.key().into();
            }
        }
        _ => {}
    }
}

/// The nicks in each room that anybody is in, by its key.
type Members = BTreeMap<String, BTreeSet<String>>;

/// What was kept, as a client that plays it back takes it: nothing twice, and nothing of who is not there.
fn keep_up(members: &mut Members, happened: &Happened) -> Result<(), TestCaseError> {
    let key = happened.life.key.to_string();
    prop_assert_eq!(&*key, happened.name.key());
    let there = members.entry(key).or_default();
    let mut goes = |nick: &Nick| there.remove(nick.as_str());
    let once = match &happened.what {
        What::Joined { who } => there.insert(who.nick.as_str().to_owned()),
        What::Parted { who, .. } | What::Gone { who, .. } => goes(&who.nick),
        What::Kicked { nick, .. } => goes(nick),
        What::Renamed { who, new } => goes(&who.nick) && there.insert(new.as_str().to_owned()),
        What::RoomRenamed { old, new, .. } => {
            let there = members.remove(old.key()).unwrap_or_default();
            members.insert(new.key().to_owned(), there);
            true
        }
        What::Topic { .. } | What::Modes { .. } | What::Tagged { .. } => true,
    };
    prop_assert!(once, "{happened:?}");
    Ok(())
}

fn current(script: &Script, id: u64) -> Option<String> {
    let room = script.chat.client(ClientId(id))?.current?;
    Some(script.chat.room(room)?.name.key().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_chat_agrees_with_a_simple_model(steps in prop::collection::vec(step(), 1..60)) {
        let mut script = begun();
        let mut model = Model::new();
        for step in &steps {
            let before: BTreeMap<u64, _> =
                script.chat.clients().map(|c| (c.id.0, current(&script, c.id.0))).collect();
            // `Script` checks the invariants and to whom effects go.
            let Some((id, Ok(told))) = take(&mut script, step) else { continue };
            if let Step::Attach | Step::Come(..) = step {
                model.insert(id, Vec::new());
            }
            for (client, event) in &told.clients {
                follow(&mut model, *client, event);
            }
            model.retain(|client, _| !told.closed.contains(client));
            if let Step::By(_, Command::Say { to: Target::Current, .. }) = step {
                let here = before[&id].clone().expect("it was in a room");
                let others: Vec<u64> = model
                    .iter()
                    .filter(|(other, rooms)| **other != id && rooms.contains(&here))
                    .map(|(other, _)| *other)
                    .collect();
                // The others of its room, and its user's other clients; itself, where that is IRC, by its echo.
                let mut heard = told.to(|e| matches!(e, Event::Said { .. }));
                heard.retain(|other| *other != id);
                heard.sort_unstable();
                prop_assert_eq!(heard, others);
            }
            let mut rooms: BTreeSet<&str> = model.values().flatten().map(String::as_str).chain(["#lobby"]).collect();
            for (_, room) in script.chat.rooms() {
                let Some(owned) = &room.owned else { continue };
                rooms.insert(room.name.key());
                let all = owned.access.iter().map(|entry| entry.0).chain([owned.founder]);
                prop_assert!(all.into_iter().all(|id| script.chat.registered(id).is_some()));
            }
            prop_assert_eq!(script.chat.rooms_count(), rooms.len());
            for client in script.chat.clients() {
                let user = script.chat.user(client.user).unwrap();
                let rooms: Vec<_> = user.rooms().map(|r| script.chat.room(r).unwrap().name.key()).collect();
                prop_assert_eq!(&rooms, &model[&client.id.0]);
                let account = user.account.as_ref();
                prop_assert!(account.is_none_or(|account| script.chat.registered_as(account).is_some()));
            }
            prop_assert_eq!(script.chat.clients_count(), model.len());
        }
    }

    #[test]
    fn who_is_where_follows_from_what_is_kept_of_what_happens(steps in prop::collection::vec(step(), 1..60)) {
        let mut script = begun();
        script.notes = true;
        let mut members = Members::new();
        for step in &steps {
            let (said, remembered) = (script.chat.said, script.chat.recent.back().map(|recent| recent.id));
            let Some((_, Ok(told))) = take(&mut script, step) else { continue };
            let mut last = remembered;
            let mut numbers: Vec<u64> = Vec::new();
            for happened in &told.happened {
                prop_assert!(last < Some(happened.id), "{:?} after {:?}", happened, last);
                last = Some(happened.id);
                numbers.push(happened.id.nth());
                keep_up(&mut members, happened)?;
            }
            let latest = script.chat.recent.back().map(|recent| recent.id).filter(|id| Some(*id) != remembered);
            numbers.extend(latest.map(MessageId::nth));
            numbers.sort_unstable();
            // What was said for programs only has its number as a message, once.
            numbers.dedup();
            prop_assert_eq!(numbers, (said..script.chat.said).collect::<Vec<_>>());
            members.retain(|_, there| !there.is_empty());
            let there = script.chat.rooms().map(|(_, room)| {
                let nicks = room.members().iter().map(|member| script.chat.user(member.user).unwrap().nick.as_str().to_owned());
                (room.name.key().to_owned(), nicks.collect::<BTreeSet<_>>())
            });
            prop_assert_eq!(&members, &there.filter(|(_, nicks)| !nicks.is_empty()).collect::<Members>());
        }
    }

    /// `Script` checks that it is told which rooms are kept otherwise than before.
    #[test]
    fn rooms_in_which_somebody_is_always_on_are_kept_as_they_are(steps in prop::collection::vec(step(), 1..60)) {
        let mut script = begun();
        for mut registered in script.chat.registry_for_tests() {
            registered.always_on = true;
            script.operator(Command::Register(registered));
        }
        for step in &steps {
            take(&mut script, step);
        }
    }

    #[test]
    fn a_chat_that_was_read_back_goes_on_as_the_one_it_came_from(
        steps in prop::collection::vec(step(), 1..60),
        at in any::<prop::sample::Index>(),
    ) {
        let mut script = begun();
        let (first, then) = steps.split_at(at.index(steps.len()));
        for step in first {
            take(&mut script, step);
        }
        let written = serde_json::to_string(&script.chat).unwrap();
        let mut other = Script {
            chat: serde_json::from_str(&written).unwrap(),
            now: script.now,
            next: script.next,
            notes: false,
        };
        prop_assert!(script.chat == other.chat);
        for step in then {
            prop_assert_eq!(take(&mut script, step), take(&mut other, step));
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
            r#"[{"user":0,"ranks":0,"joined":0,"ranked":0},{"user":1,"ranks":0,"joined":0,"ranked":0}]"#,
            r#"[{"user":1,"ranks":0,"joined":0,"ranked":0},{"user":0,"ranks":0,"joined":0,"ranked":0}]"#,
        ),
        (r#",{"user":1,"ranks":0,"joined":0,"ranked":0}"#, ""),
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
