//! Load: many plain clients in one room. One thread, epoll; bounded in count and time; starts its own chatd.
//!
//! `cargo bench --bench load` prints, for each scenario: messages and deliveries a second, latency (p50, p99, max),
//! the server's CPU time for a delivery beside this program's own, the memory of an idle client, and the exact count
//! of lost, doubled and reordered messages. Any of those three fails the run.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "figures for people, far from the types' bounds"
)]

mod clients;
mod server;
mod tally;

use std::time::{Duration, Instant};

use clients::Clients;
use server::Server;
use tally::Tally;

/// One scenario.
struct Scenario {
    name: &'static str,
    clients: usize,
    senders: usize,
    /// Messages of each sender.
    messages: u32,
    /// Messages a second of all senders together; none: as fast as it goes.
    rate: Option<u32>,
}

/// Bytes of a message's text.
const TEXT: usize = 100;
/// Messages under way at once when it goes as fast as it goes.
const WINDOW: u64 = 256;
/// No scenario takes longer.
const DEADLINE: Duration = Duration::from_mins(2);

fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario {
            name: "fanout 1,000, full rate",
            clients: 1000,
            senders: 10,
            messages: 300,
            rate: None,
        },
        Scenario {
            name: "fanout 100, full rate",
            clients: 100,
            senders: 10,
            messages: 3000,
            rate: None,
        },
        Scenario {
            name: "fanout 1,000, 50/s",
            clients: 1000,
            senders: 10,
            messages: 25,
            rate: Some(50),
        },
    ]
}

fn main() {
    // cargo passes --bench; what else there is selects scenarios by a part of their name.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let mut failed = false;
    println!(
        "{:<24} {:>9} {:>12} {:>9} {:>9} {:>9} {:>12} {:>12} {:>10} {:>6} {:>8} {:>9}",
        "scenario",
        "msg/s",
        "deliveries/s",
        "p50 us",
        "p99 us",
        "max us",
        "srv us/dlv",
        "load us/dlv",
        "B/client",
        "lost",
        "doubled",
        "reordered"
    );
    for scenario in scenarios() {
        if wanted.is_empty()
            || wanted
                .iter()
                .any(|word| scenario.name.contains(word.as_str()))
        {
            failed |= !run(&scenario);
        }
    }
    if failed {
        eprintln!("load: messages were lost, doubled or reordered, or did not arrive in time");
        std::process::exit(1);
    }
}

fn run(scenario: &Scenario) -> bool {
    let server = Server::start();
    let empty = server.memory();
    let mut clients = Clients::connect(server.address(), scenario.clients);
    let idle = server.memory();
    let per_client = idle.saturating_sub(empty) / scenario.clients as u64;

    let mut tally = Tally::new(scenario.clients, scenario.senders);
    let expected =
        scenario.senders as u64 * u64::from(scenario.messages) * (scenario.clients as u64 - 1);
    let (server_before, own_before) = (server.cpu(), server::own_cpu());
    let begun = Instant::now();
    let mut sent = 0_u64;
    let total = scenario.senders as u64 * u64::from(scenario.messages);
    while tally.received < expected && begun.elapsed() < DEADLINE {
        let arrived = tally.received / (scenario.clients as u64 - 1);
        let may = match scenario.rate {
            Some(rate) => {
                u64::try_from(begun.elapsed().as_millis()).unwrap_or(0) * u64::from(rate) / 1000 + 1
            }
            None => arrived + WINDOW,
        };
        while sent < may.min(total) {
            let (sender, number) = (
                (sent % scenario.senders as u64) as usize,
                sent / scenario.senders as u64,
            );
            let text = tally::message(sender, number as u32, TEXT);
            if !clients.send(sender, &text) {
                break;
            }
            sent += 1;
        }
        clients.poll(Duration::from_millis(1), |client, line| {
            tally.line(client, line);
        });
    }
    let took = begun.elapsed().as_secs_f64();
    let (server_cpu, own_cpu) = (
        server.cpu().checked_sub(server_before).unwrap(),
        server::own_cpu().checked_sub(own_before).unwrap(),
    );
    let per_delivery = |cpu: Duration| cpu.as_secs_f64() * 1e6 / tally.received.max(1) as f64;
    let lost = expected.saturating_sub(tally.received);
    println!(
        "{:<24} {:>9.0} {:>12.0} {:>9} {:>9} {:>9} {:>12.3} {:>12.3} {:>10} {:>6} {:>8} {:>9}",
        scenario.name,
        sent as f64 / took,
        tally.received as f64 / took,
        tally.latency(0.5),
        tally.latency(0.99),
        tally.latency(1.0),
        per_delivery(server_cpu),
        per_delivery(own_cpu),
        per_client,
        lost,
        tally.doubled,
        tally.reordered
    );
    lost == 0 && tally.doubled == 0 && tally.reordered == 0
}
