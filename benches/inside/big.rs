//! Very many users in rooms of ten.

use std::fs;
use std::time::Instant;

use chatd::chat::{
    Audience, Chat, ClientId, Command, Effect, Manner, Source, Stamp, Target, Text, Tick, Timestamp,
};

use crate::people::{attach, join, policy, room_name};

/// Members of a room.
const MEMBERS: u64 = 10;
/// How often each thing is timed.
const TIMES: u64 = 10_000;

/// Runs it and prints the figures.
pub(crate) fn run(users: u64) {
    let mut chat = Chat::new(policy(), Timestamp(0));
    let stamp = Stamp {
        at: Timestamp(0),
        tick: Tick(0),
        salt: 1,
    };
    let mut told = 0_u64;
    let mut does = |chat: &mut Chat, client: u64, command: Command| {
        let decided = chat.decide(&stamp, Source::Client(ClientId(client)), command);
        let decision = decided.expect("nothing is limited");
        chat.apply(decision.changes);
        for effect in &decision.effects {
            let audience = match effect {
                Effect::Tell(audience, _) => audience,
                Effect::Echo(seat) => &Audience::Echo(*seat),
                Effect::Close(..) => continue,
            };
            chat.for_each_recipient(audience, |_| told += 1);
        }
    };
    let empty = memory();
    for client in 1..=users {
        does(&mut chat, client, Command::Attach(attach(client, true)));
        does(&mut chat, client, join(client / MEMBERS));
    }
    let each = (memory() - empty) as f64 / users as f64;
    // Clients that are spread over all of them.
    let some = || (0..TIMES).map(|n| 1 + n * 7919 % users);
    let mut timed = |command: &dyn Fn(u64) -> Command| {
        let begun = Instant::now();
        for client in some() {
            does(&mut chat, client, command(client));
        }
        begun.elapsed().as_secs_f64() * 1e6 / TIMES as f64
    };
    let say = |client: u64| Command::Say {
        to: Target::Room(room_name(&format!("#r{}", client / MEMBERS))),
        manner: Manner::Message,
        text: Text::parse(&"x".repeat(100)).expect("a text"),
        tags: None,
    };
    let (message, entered) = (timed(&say), timed(&|client| join(users + client)));
    let begun = Instant::now();
    let snapshot = serde_json::to_vec(&chat).expect("the chat is a value");
    let took = begun.elapsed().as_secs_f64();
    println!(
        "{:>10} {:>12} {:>12} {:>10} {:>12} {:>14}",
        "users", "bytes/user", "message us", "join us", "snapshot s", "snapshot MB"
    );
    println!(
        "{users:>10} {each:>12.0} {message:>12.2} {entered:>10.2} {took:>12.2} {:>14.0}",
        snapshot.len() as f64 / 1e6
    );
}

/// Anonymous memory of this process, in bytes (`proc_pid_status(5)`).
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("a Linux system");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number") * 1024
}
