//! What to measure, as the command line says it.

use std::net::SocketAddr;

use clap::Parser;

use crate::floor::Sending;
use crate::protocol::Protocol;

/// Measures a chat server under load: many clients on one thread with epoll, bounded in number and time.
///
/// Starts the servers with their limits off, puts each through the same scenarios, one server after the other, round after round, and
/// shows what each needs in multiples of the first or of the floor. Messages are counted exactly, for each pair of sender and reader:
/// one that is lost, doubled or overtaken fails the run.
#[derive(Parser)]
#[command(name = "load", after_long_help = AFTER, term_width = 120)]
pub(crate) struct Options {
    /// Only scenarios with one of these in their names: "fanout", "1,000", "registrations"
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<String>,

    /// What the clients speak
    #[arg(long, value_enum, default_value = "plain")]
    pub(crate) protocol: Protocol,

    /// How chatd keeps what is said: with each message on disk before it is seen, as it comes; with durability = "relaxed"; not at
    /// all. One chatd for each
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "HISTORY",
        default_value = "commit"
    )]
    history: Vec<Keeping>,

    /// How many threads chatd writes with (limits.workers). One chatd for each
    #[arg(long, value_delimiter = ',', value_name = "N", default_value = "2")]
    workers: Vec<u32>,

    /// How often each scenario goes round all servers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) rounds: u32,

    /// Also measure the least code that can fan out: sending once per recipient and turn of its loop, or once per recipient and
    /// message (with --protocol irc)
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SENDING")]
    floor: Vec<Sending>,

    /// Be such a floor
    #[arg(long, hide = true, value_name = "ADDRESS")]
    serve_floor: Option<SocketAddr>,

    /// Also start this server, if it is installed, with a configuration whose limits are off (with --protocol irc)
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SERVER")]
    beside: Vec<Installed>,

    /// Also measure a server that already runs there; --pid, once for each, says which process it is
    #[arg(long = "server", value_name = "ADDRESS:PORT", requires = "pid")]
    servers: Vec<SocketAddr>,

    /// The process of the server named by the --server at the same place among these, for its CPU time and memory
    #[arg(long, value_name = "PID", requires = "servers")]
    pid: Vec<u32>,

    /// Measure no chatd, only the servers named
    #[arg(long)]
    without_chatd: bool,

    /// What cargo passes; it means nothing here
    #[arg(long, hide = true)]
    bench: bool,
}

/// How chatd keeps what is said.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Keeping {
    Commit,
    Relaxed,
    Off,
}

/// A server to measure.
pub(crate) enum Which {
    /// With so many threads that write.
    Chatd(Keeping, u32),
    Floor(Sending),
    Installed(Installed),
    /// One that runs: its address and its process.
    Running(SocketAddr, u32),
}

impl Keeping {
    /// The name in the figures of a chatd that keeps it so and has so many workers.
    pub(crate) fn name(self, workers: u32) -> String {
        let name = match self {
            Keeping::Commit => "chatd",
            Keeping::Relaxed => "chatd relaxed",
            Keeping::Off => "chatd no history",
        };
        // As it comes, it writes with two.
        if workers == 2 {
            name.to_owned()
        } else {
            format!("{name}, {workers}")
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

impl Installed {
    /// Its program.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Installed::Ngircd => "ngircd",
            Installed::Inspircd => "inspircd",
        }
    }
}

const AFTER: &str = "\
Scenarios:
  fanout N, full rate   N clients sit in one room; 10 of them speak as fast as it goes, with 256 messages under way.
  fanout N, R/s         The same with R messages a second: the latency of a server that has little to do.
  rooms of 10, ...      2,000 clients sit in 200 rooms, in each of which one speaks.
  direct, ...           500 pairs of clients, of whom one speaks to the other alone.
  slow 10 of 1,000      As fanout 1,000, but 10 clients stop reading.
  store 20, full rate   20 clients sit in one room and all speak as fast as it goes: for --history.
  registrations         Connect, register, read the welcome, quit: 100 at once, 5,000 in all.
  idle N                N clients sit in rooms of ten; one speaks to one other, a message at a time; then all leave.

Columns:
  p50, p99, max         From before a message is written until this program has read it, for each reader; of a
                        registration, from connect(2) to the welcome. Microseconds.
  reload max            The same of the slowest message while chatd reads its configuration again.
  srv us/..., load us/...
                        CPU time of the server, all its threads, and of this program, for one delivery or registration.
  busiest               The part of the server's CPU time that its busiest thread has spent, from 0 to 1.
  B/client              Growth of the server's anonymous memory by the clients that sit in the room, for each of them.
  empty, full, left MB  The same memory before the clients come, when they are there, and within 15 s after they left.
  most MB               The most resident memory that the server ever had.
  still here            Clients that stopped reading and are still connected.

A server that already runs must let this program do what it does, and must be allowed enough open files (ulimit -n 20000).
What else has to be raised, as --beside does it:
  ngircd    [Limits]    MaxConnections = 0, MaxConnectionsIP = 0, MaxJoins = 0, MaxPenaltyTime = 0, MaxNickLength = 30
            [Options]   DNS = no, Ident = no, PAM = no
  inspircd  <connect    allow=\"*\" localmax=\"100000\" globalmax=\"100000\" limit=\"100000\" fakelag=\"no\" threshold=\"1000000\"
                        commandrate=\"100000000\" recvq=\"1M\" softsendq=\"64M\" hardsendq=\"64M\" resolvehostnames=\"no\">
            <performance softlimit=\"100000\" somaxconn=\"1024\" clonesonconnect=\"no\">

Examples:
  cargo bench --bench load
  cargo bench --bench load -- --history commit,relaxed,off store
  cargo bench --bench load -- --protocol irc --history off --floor batched --beside ngircd,inspircd --rounds 3 fanout
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
        } else if options.serve_floor.is_none()
            && options.protocol != Protocol::Irc
            && !(options.beside.is_empty() && options.floor.is_empty())
        {
            "--beside and --floor name servers that speak IRC; add --protocol irc".to_owned()
        } else {
            return options;
        };
        eprintln!("load: {wrong}");
        std::process::exit(2);
    }

    /// Where this process itself is to be a floor, and which.
    pub(crate) fn floor_here(&self) -> Option<(SocketAddr, Sending)> {
        self.serve_floor.zip(self.floor.first().copied())
    }

    /// The servers to measure, in turn.
    pub(crate) fn servers(&self) -> Vec<Which> {
        let chatd = self.history.iter().filter(|_| !self.without_chatd);
        let chatd =
            chatd.flat_map(|&keeping| self.workers.iter().map(move |&n| Which::Chatd(keeping, n)));
        let running = self.servers.iter().zip(&self.pid);
        let floors = self.floor.iter().map(|&sending| Which::Floor(sending));
        let installed = self.beside.iter().map(|&which| Which::Installed(which));
        floors
            .chain(chatd)
            .chain(installed)
            .chain(running.map(|(&address, &pid)| Which::Running(address, pid)))
            .collect()
    }

    /// The name of the server whose multiples the others' figures are shown as: the batched floor, if it is measured, or the first.
    pub(crate) fn base(&self) -> String {
        match self.servers().first() {
            _ if self.floor.contains(&Sending::Batched) => Sending::Batched.name().into(),
            Some(Which::Floor(sending)) => sending.name().into(),
            Some(Which::Chatd(keeping, workers)) => keeping.name(*workers),
            Some(Which::Installed(which)) => which.name().into(),
            Some(Which::Running(address, _)) => address.to_string(),
            None => String::new(),
        }
    }

    /// Whether a scenario was asked for.
    pub(crate) fn wants(&self, scenario: &str) -> bool {
        let mut asked = self.scenarios.iter();
        self.scenarios.is_empty() || asked.any(|part| scenario.contains(part.as_str()))
    }
}
