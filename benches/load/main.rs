//! Load: many clients, plain or IRC. One thread, epoll; bounded in count and time; starts the servers itself.
//!
//! `cargo bench --bench load` prints, for each scenario: messages and deliveries a second, latency, the server's CPU time for a
//! delivery beside this program's own, the memory of a client. Messages that are lost, doubled or reordered are counted exactly, and
//! any of them fails the run. Several servers take turns, round after round, and stand beside each other as ratios.
//! `cargo bench --bench load -- --help` says what else there is.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "figures for people, far from the types' bounds"
)]

mod clients;
mod figures;
mod floor;
mod idle;
mod latency;
mod lines;
mod options;
mod protocol;
mod registrations;
mod server;
mod talk;
mod tally;

use figures::{Figures, Table};
use idle::Idle;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use options::Options;
use protocol::Protocol;
use server::Server;
use talk::{ROOM, Talk};

/// What is measured.
enum Scenario {
    Talk(Talk),
    Registrations,
    Idle(Idle),
}

const SCENARIOS: [Scenario; 13] = [
    Scenario::Talk(Talk {
        name: "fanout 1,000, full rate",
        messages: 1000,
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "fanout 100, full rate",
        clients: 100,
        members: 100,
        messages: 4000,
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "fanout 100, 500/s",
        clients: 100,
        members: 100,
        messages: 300,
        rate: Some(500),
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "fanout 1,000, 50/s",
        messages: 30,
        rate: Some(50),
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "fanout 10,000, 5/s",
        clients: 10_000,
        members: 10_000,
        messages: 3,
        rate: Some(5),
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "rooms of 10, full rate",
        clients: 2000,
        members: 10,
        senders: 200,
        messages: 300,
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "direct, full rate",
        members: 10,
        senders: 500,
        messages: 300,
        direct: true,
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "slow 10 of 1,000",
        messages: 5000,
        stopped: 10,
        ..ROOM
    }),
    Scenario::Talk(Talk {
        name: "store 20, full rate",
        clients: 20,
        members: 20,
        senders: 20,
        messages: 2000,
        ..ROOM
    }),
    Scenario::Registrations,
    Scenario::Idle(Idle {
        name: "idle 1,000",
        clients: 1000,
    }),
    Scenario::Idle(Idle {
        name: "idle 10,000",
        clients: 10_000,
    }),
    Scenario::Idle(Idle {
        name: "idle 18,000",
        clients: 18_000,
    }),
];

impl Scenario {
    fn name(&self) -> &'static str {
        match self {
            Scenario::Talk(talk) => talk.name,
            Scenario::Registrations => registrations::NAME,
            Scenario::Idle(idle) => idle.name,
        }
    }

    fn run(&self, protocol: Protocol, server: &Server) -> Result<Figures, String> {
        match self {
            Scenario::Talk(talk) => talk.run(protocol, server),
            Scenario::Registrations => registrations::run(protocol, server),
            Scenario::Idle(idle) => idle.run(protocol, server),
        }
    }
}

fn main() {
    let options = Options::read();
    if let Some((address, sending)) = options.floor_here() {
        floor::serve(address, sending);
    }
    raise_files();
    let mut well = true;
    for scenario in &SCENARIOS {
        if !options.wants(scenario.name()) {
            continue;
        }
        let mut table = Table::new(scenario.name());
        for _ in 0..options.rounds {
            for which in options.servers() {
                // Those that are started are new for each scenario and round, and alone.
                let server = Server::of(&which, options.protocol);
                match scenario.run(options.protocol, &server) {
                    Ok(figures) => table.add(server.name(), figures),
                    Err(why) => {
                        eprintln!("load: {}: {}: {why}", scenario.name(), server.name());
                        well = false;
                    }
                }
            }
        }
        table.ratios(&options.base());
    }
    if !well {
        std::process::exit(1);
    }
}

/// As many open files as are allowed, for the clients here and in the servers that are started.
fn raise_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
