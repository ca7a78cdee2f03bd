//! Load: many clients, plain or IRC. One thread, epoll; bounded in count and time; starts its own chatd.
//!
//! `cargo bench --bench load` prints, for each scenario: messages and deliveries a second, latency (p50, p99, max),
//! the server's CPU time for a delivery beside this program's own, the memory of an idle client, and the exact count
//! of lost, doubled and reordered messages. Any of those three fails the run. `cargo bench --bench load -- --help` says
//! what else there is: IRC, other servers beside chatd, registrations.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "figures for people, far from the types' bounds"
)]

mod clients;
mod fanout;
mod latency;
mod lines;
mod options;
mod protocol;
mod registrations;
mod server;
mod tally;

use fanout::FanOut;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use options::{Keeping, Options};
use server::Server;

const FAN_OUT: [FanOut; 4] = [
    FanOut {
        name: "fanout 1,000, full rate",
        clients: 1000,
        senders: 10,
        messages: 300,
        rate: None,
    },
    FanOut {
        name: "fanout 100, full rate",
        clients: 100,
        senders: 10,
        messages: 3000,
        rate: None,
    },
    FanOut {
        name: "store 20, full rate",
        clients: 20,
        senders: 20,
        messages: 2000,
        rate: None,
    },
    FanOut {
        name: "fanout 1,000, 50/s",
        clients: 1000,
        senders: 10,
        messages: 25,
        rate: Some(50),
    },
];

fn main() {
    let options = Options::read();
    raise_files();
    let mut well = true;
    let wanted: Vec<&FanOut> = FAN_OUT
        .iter()
        .filter(|one| options.wants(one.name))
        .collect();
    if !wanted.is_empty() {
        FanOut::head();
    }
    for scenario in wanted {
        well &= each_server(&options, |server| scenario.run(options.protocol, server));
    }
    if options.wants(registrations::NAME) {
        registrations::head();
        well &= each_server(&options, |server| {
            registrations::run(options.protocol, server)
        });
    }
    if !well {
        std::process::exit(1);
    }
}

/// Whether it went well with each of them. Those that are started are new for each scenario, and alone.
fn each_server(options: &Options, mut scenario: impl FnMut(&Server) -> Result<(), String>) -> bool {
    let mut well = true;
    let mut measure = |server: Server| {
        if let Err(why) = scenario(&server) {
            eprintln!("load: {}: {why}", server.name());
            well = false;
        }
    };
    if !options.without_chatd {
        measure(Server::chatd(options.protocol, Keeping::Commit));
        if options.history {
            measure(Server::chatd(options.protocol, Keeping::Relaxed));
            measure(Server::chatd(options.protocol, Keeping::Off));
        }
    }
    for &which in &options.beside {
        measure(Server::installed(which));
    }
    for (address, pid) in options.running() {
        measure(Server::running(address, pid));
    }
    well
}

/// As many open files as are allowed, for the clients here and in the servers that are started.
fn raise_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
