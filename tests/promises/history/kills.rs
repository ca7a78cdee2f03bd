//! `kill -9` at any moment: what any client had seen is there afterwards, once, in the order in which it was seen.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::{halves, texts};
use crate::harness::{Chatd, Client, Server, Setup};

/// How often it is killed.
const CYCLES: u64 = 250;
/// What each client says at most in one life of the daemon.
const MOST: usize = 200;

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        // Knuth's multiplier for 64 bits.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % most
    }
}

/// Says numbered lines until the connection ends.
fn says(mut socket: TcpStream, name: &str, before: &str) {
    for n in 0..MOST {
        if socket
            .write_all(format!("{before}{name}-{n}\r\n").as_bytes())
            .is_err()
        {
            return;
        }
    }
}

/// What one client reads of what anybody says, until the connection ends.
fn sees(socket: TcpStream, started: &AtomicBool) -> Vec<String> {
    let mut seen = Vec::new();
    let mut socket = BufReader::new(socket);
    loop {
        let mut line = Vec::new();
        let read = socket.read_until(b'\n', &mut line);
        // What has no end may have been cut by the end of the connection.
        if read.is_err() || !line.ends_with(b"\n") {
            return seen;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if let Some(word) = line.rsplit([' ', ':']).next()
            && let Some((name, number)) = word.split_once('-')
            && ["ann", "bob", "cid"].contains(&name)
            && number.bytes().all(|b| b.is_ascii_digit())
        {
            started.store(true, Ordering::Release);
            seen.push(word.to_owned());
        }
    }
}

/// One life of the daemon: three clients say and read, and it is killed. What each has seen.
fn live_and_die(server: &mut Server, room: &str, after: Duration) -> Vec<Vec<String>> {
    let names = ["ann", "bob", "cid"];
    let mut clients: Vec<Client> = Vec::new();
    for name in names {
        // Two over IRC, which hear their own words too; one in plain text.
        if name == "cid" {
            let mut client = Client::named(server.chatd.port, name);
            client.line(&format!("/join {room}"));
            client.barrier();
            clients.push(client);
        } else {
            let mut client = server.negotiates(name, "echo-message");
            client.send(format!("JOIN {room}\r\n"));
            client.expect(" 366 ");
            clients.push(client);
        }
    }
    let started = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading: Vec<_> = clients
            .iter()
            .zip(names)
            .map(|(client, name)| {
                let (read, write) = halves(client);
                let (started, irc) = (&started, name != "cid");
                let before = if irc {
                    format!("PRIVMSG {room} :")
                } else {
                    String::new()
                };
                scope.spawn(move || says(write, name, &before));
                scope.spawn(move || sees(read, started))
            })
            .collect();
        while !started.load(Ordering::Acquire) {
            thread::yield_now();
        }
        // Not to wait for anything: the moment of the kill, after the first line was seen, is what varies.
        thread::sleep(after);
        server.chatd.crashes();
        let seen = reading.into_iter();
        seen.map(|seen| seen.join().expect("no panic")).collect()
    })
}

/// Everything seen is in the history, once, in the order in which each client saw it.
fn check(chatd: &Chatd, room: &str, seen: &[Vec<String>]) -> usize {
    let kept = texts(chatd, room);
    let mut places = HashMap::new();
    for (place, text) in kept.iter().enumerate() {
        let before = places.insert(text.as_str(), place);
        assert_eq!(before, None, "{text} is in {room} twice");
    }
    for (client, seen) in seen.iter().enumerate() {
        let mut last = None;
        for text in seen {
            let place = places.get(text.as_str()).copied();
            assert!(
                place.is_some(),
                "client {client} saw {text}, which {room} has not"
            );
            assert!(
                last < place,
                "{text} of {room} is in another order than client {client} saw"
            );
            last = place;
        }
    }
    kept.len()
}

fn cycles(durability: &str, count: u64) {
    let config = format!("[history]\ndurability = \"{durability}\"\n");
    let mut server = Server::of(Setup::new().config(&config));
    let mut random = Random(7);
    let mut sizes = Vec::new();
    let mut seen_of_all = 0;
    for cycle in 0..count {
        let room = format!("#cycle{cycle}");
        let after = Duration::from_micros(random.below(60_000));
        let seen = live_and_die(&mut server, &room, after);
        server.chatd.starts_again();
        seen_of_all += seen.iter().map(Vec::len).sum::<usize>();
        sizes.push(check(&server.chatd, &room, &seen));
    }
    assert!(seen_of_all > 1_000, "{seen_of_all} lines were seen in all");
    // No later crash has taken anything of what was there.
    for (cycle, size) in sizes.iter().enumerate().step_by(10) {
        assert_eq!(texts(&server.chatd, &format!("#cycle{cycle}")).len(), *size);
    }
    server.chatd.ctl_ok(&["store", "check"]);
}

#[test]
fn what_anybody_saw_before_a_kill_is_there_once_and_in_order() {
    cycles("commit", CYCLES);
}

#[test]
fn a_kill_alone_takes_nothing_of_a_relaxed_history_either() {
    cycles("relaxed", CYCLES / 5);
}
