//! What to measure, as the command line says it.

use std::net::SocketAddr;

use clap::Parser;

use crate::protocol::Protocol;

/// Measures a chat server under load: many clients on one thread with epoll, bounded in number and time.
///
/// Each run starts a chatd of its own with its limits off. Each server that is named beside it is put through the same
/// scenarios, one after the other, so that the figures stand side by side. Messages are counted exactly, for each pair
/// of sender and reader: one that is lost, doubled or overtaken fails the run.
#[derive(Parser)]
#[command(name = "load", after_long_help = AFTER, term_width = 120)]
pub(crate) struct Options {
    /// Only scenarios with one of these in their names: "fanout", "1,000", "registrations"
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<String>,

    /// What the clients speak
    #[arg(long, value_enum, default_value = "plain")]
    pub(crate) protocol: Protocol,

    /// Measure chatd three times: with its history as it is (each message on disk before it is seen), with durability = "relaxed",
    /// and without
    #[arg(long)]
    pub(crate) history: bool,

    /// Also start this server, if it is installed, with a configuration whose limits are off (with --protocol irc)
    #[arg(long, value_enum, value_name = "SERVER")]
    pub(crate) beside: Vec<Installed>,

    /// Also measure a server that already runs there; --pid, once for each, says which process it is
    #[arg(long = "server", value_name = "ADDRESS:PORT", requires = "pid")]
    servers: Vec<SocketAddr>,

    /// The process of the server named by the --server at the same place among these, for its CPU time and memory
    #[arg(long, value_name = "PID", requires = "servers")]
    pid: Vec<u32>,

    /// Measure no chatd, only the servers named
    #[arg(long)]
    pub(crate) without_chatd: bool,

    /// What cargo passes; it means nothing here
    #[arg(long, hide = true)]
    bench: bool,
}

/// How chatd keeps what is said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// As it comes.
    Commit,
    Relaxed,
    Off,
}

impl Keeping {
    /// Its name in the figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Keeping::Commit => "chatd",
            Keeping::Relaxed => "relaxed",
            Keeping::Off => "no history",
        }
    }

    /// Its configuration.
    pub(crate) fn config(self) -> &'static str {
        match self {
            Keeping::Commit => "",
            Keeping::Relaxed => "[history]\ndurability = \"relaxed\"\n",
            Keeping::Off => "[history]\nenabled = false\n",
        }
    }
}

/// A server that this program knows how to start.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Installed {
    /// ngircd: apt install ngircd
    Ngircd,
    /// inspircd 3: apt install inspircd
    Inspircd,
}

const AFTER: &str = "\
Scenarios:
  fanout N, full rate   N clients sit in one room; 10 of them speak as fast as it goes, with 256 messages under way.
  store N, full rate    N clients sit in one room and all speak as fast as it goes: for --history.
  fanout N, R/s         The same with R messages a second: the latency of a server that has little to do.
  registrations         Connect, register, read the welcome, quit: 100 at once, 10,000 in all.

Columns:
  p50, p99, max         From before a message is written until this program has read it, for each reader; of a
                        registration, from connect(2) to the welcome. Microseconds.
  srv us/..., load us/...
                        CPU time of the server, all its threads, and of this program, for one delivery or registration.
  B/client              Growth of the server's anonymous memory by the clients that sit in the room, for each of them.

A server that already runs must let this program do what it does, and must be allowed enough open files (ulimit -n 20000).
What else has to be raised, as --beside does it:
  ngircd    [Limits]    MaxConnections = 0, MaxConnectionsIP = 0, MaxJoins = 0, MaxPenaltyTime = 0, MaxNickLength = 30
            [Options]   DNS = no, Ident = no, PAM = no
  inspircd  <connect    allow=\"*\" localmax=\"100000\" globalmax=\"100000\" limit=\"100000\" fakelag=\"no\" threshold=\"1000000\"
                        commandrate=\"100000000\" recvq=\"1M\" softsendq=\"64M\" hardsendq=\"64M\" resolvehostnames=\"no\">
            <performance softlimit=\"100000\" somaxconn=\"1024\" clonesonconnect=\"no\">

Examples:
  cargo bench --bench load
  cargo bench --bench load -- --history store
  cargo bench --bench load -- --protocol irc --beside ngircd --beside inspircd
  cargo bench --bench load -- --protocol irc --server 127.0.0.1:6667 --pid 4711 registrations";

impl Options {
    /// Reads the command line; ends the program with a message when it is wrong.
    pub(crate) fn read() -> Options {
        let options = Options::parse();
        let wrong = if options.servers.len() != options.pid.len() {
            format!(
                "{} --server and {} --pid: each --server needs the --pid of its process",
                options.servers.len(),
                options.pid.len()
            )
        } else if options.protocol != Protocol::Irc && !options.beside.is_empty() {
            "--beside names servers that speak IRC; add --protocol irc".to_owned()
        } else {
            return options;
        };
        eprintln!("load: {wrong}");
        std::process::exit(2);
    }

    /// The servers that already run, each with its process.
    pub(crate) fn running(&self) -> impl Iterator<Item = (SocketAddr, u32)> {
        self.servers.iter().copied().zip(self.pid.iter().copied())
    }

    /// Whether a scenario was asked for.
    pub(crate) fn wants(&self, scenario: &str) -> bool {
        let mut asked = self.scenarios.iter();
        self.scenarios.is_empty() || asked.any(|part| scenario.contains(part.as_str()))
    }
}
