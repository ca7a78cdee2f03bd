//! A server under load: started with its limits off, or running already; measured by what the kernel says of it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::floor::Sending;
use crate::options::{Installed, Keeping, Which};
use crate::protocol::Protocol;

/// A server. One that this program has started is in a directory of its own, and is ended when this is dropped.
pub(crate) struct Server {
    name: String,
    address: SocketAddr,
    pid: u32,
    started: Option<(Child, tempfile::TempDir)>,
}

impl Server {
    /// Starts it, if it does not run already.
    pub(crate) fn of(which: &Which, protocol: Protocol) -> Server {
        match *which {
            Which::Chatd(keeping, workers) => Server::chatd(protocol, keeping, workers),
            Which::Floor(sending) => Server::floor(sending),
            Which::Installed(which) => Server::installed(which),
            Which::Running(address, pid) => Server::running(address, pid),
        }
    }

    /// This program, as the least that can fan out.
    fn floor(sending: Sending) -> Server {
        Server::start(sending.name(), |_, address| {
            let mut command = Command::new(std::env::current_exe().expect("this program"));
            command
                .args(["--serve-floor", &address.to_string(), "--floor"])
                .arg(sending.argument());
            command
        })
    }

    /// Starts this project's own.
    fn chatd(protocol: Protocol, keeping: Keeping, workers: u32) -> Server {
        Server::start(&keeping.name(workers), |directory, address| {
            let config = directory.join("chatd.toml");
            // Only plain clients can be kept from the news of who comes and goes.
            let news = match protocol {
                Protocol::Plain => "news = false\n",
                Protocol::Irc => "",
            };
            let text = format!(
                "[server]\nname = \"load.example\"\ngreeting = \"\"\n[limits]\nconnections = \"off\"\nconnections_per_address = \"off\"\n\
                 connect_rate = \"off\"\nflood_rate = \"off\"\njoin_rate = \"off\"\nnick_rate = \"off\"\n\
                 workers = {workers}\n{}[listen.load]\naddress = \"{address}\"\nprotocol = \"{}\"\n{news}",
                keeping.config(),
                protocol.name()
            );
            write(&config, &text);
            let mut command = Command::new(env!("CARGO_BIN_EXE_chatd"));
            command
                .arg("--config")
                .arg(&config)
                .env("XDG_RUNTIME_DIR", directory)
                .env("RUNTIME_DIRECTORY", directory.join("run"))
                .env("STATE_DIRECTORY", directory.join("state"))
                .env("LOGS_DIRECTORY", directory.join("log"));
            command
        })
    }

    /// Starts one that comes from the system's packages.
    fn installed(which: Installed) -> Server {
        match which {
            Installed::Ngircd => Server::start(which.name(), |directory, address| {
                let config = directory.join("ngircd.conf");
                let text = format!(
                    "[Global]\nName = load.example\nInfo = load\nListen = {}\nPorts = {}\nMotdPhrase = load\n\
                     [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxNickLength = 30\nMaxPenaltyTime = 0\n\
                     [Options]\nDNS = no\nIdent = no\nPAM = no\n",
                    address.ip(),
                    address.port()
                );
                write(&config, &text);
                let mut command = Command::new(which.name());
                command.arg("--nodaemon").arg("--config").arg(&config);
                command
            }),
            Installed::Inspircd => Server::start(which.name(), |directory, address| {
                let config = directory.join("inspircd.conf");
                let text = format!(
                    "<server name=\"load.example\" description=\"load\" network=\"load\" id=\"000\">\n\
                     <admin name=\"load\" nick=\"load\" email=\"load@load.example\">\n\
                     <bind address=\"{}\" port=\"{}\" type=\"clients\">\n\
                     <connect allow=\"*\" timeout=\"60\" pingfreq=\"120\" localmax=\"100000\" globalmax=\"100000\" limit=\"100000\"\n\
                     fakelag=\"no\" commandrate=\"100000000\" threshold=\"1000000\" recvq=\"1M\" softsendq=\"64M\" hardsendq=\"64M\"\n\
                     resolvehostnames=\"no\" maxchans=\"100\">\n\
                     <performance softlimit=\"100000\" somaxconn=\"1024\" clonesonconnect=\"no\">\n\
                     <options defaultmodes=\"nt\">\n",
                    address.ip(),
                    address.port()
                );
                write(&config, &text);
                let mut command = Command::new(which.name());
                command.args(["--nofork", "--nolog", "--nopid"]);
                if nix::unistd::geteuid().is_root() {
                    command.arg("--runasroot");
                }
                command.arg("--config").arg(&config);
                command
            }),
        }
    }

    /// One that runs already.
    fn running(address: SocketAddr, pid: u32) -> Server {
        Server {
            name: address.to_string(),
            address,
            pid,
            started: None,
        }
    }

    /// Starts one where nobody listens yet, and waits until it accepts.
    fn start(name: &str, command: impl FnOnce(&Path, SocketAddr) -> Command) -> Server {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = free.expect("a free port on the loopback address");
        let mut child = command(directory.path(), address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{name} does not start: {error}; is it installed, and in PATH?")
            });
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Ok(Some(status)) = child.try_wait() {
                panic!("{name} ended before it accepted: {status}");
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{name} does not accept within 30 s"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        Server {
            name: name.to_owned(),
            address,
            pid: child.id(),
            started: Some((child, directory)),
        }
    }

    /// What to call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many clients may come at once: ngircd lets few wait to be accepted, inspircd registers once a second all who wait.
    pub(crate) fn at_once(&self) -> usize {
        if self.name == Installed::Ngircd.name() {
            8
        } else {
            500
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its anonymous memory in bytes (`proc_pid_status(5)`).
    pub(crate) fn memory(&self) -> u64 {
        self.status("RssAnon:")
    }

    /// The most memory in bytes that it ever had, files that it has mapped included.
    pub(crate) fn most_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or(0) * 1024
    }

    /// Has this project's own read its configuration again; the others go on as they are.
    pub(crate) fn reload(&self) {
        if self.name.starts_with("chatd") {
            let pid = Pid::from_raw(i32::try_from(self.pid).expect("a process"));
            kill(pid, Signal::SIGHUP).expect("a process that is there");
        }
    }

    /// The CPU time of each of its threads.
    pub(crate) fn cpu(&self) -> Threads {
        cpu(&self.pid.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.started {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).expect("the temporary directory is writable");
}

/// The CPU time of this program.
pub(crate) fn own_cpu() -> Duration {
    cpu("self").since(&Threads::default()).0
}

/// The CPU time of a process, thread by thread, in nanoseconds.
#[derive(Default)]
pub(crate) struct Threads(HashMap<OsString, u64>);

impl Threads {
    /// What all spent since then, and which part of it the busiest thread, from 0 to 1.
    pub(crate) fn since(&self, before: &Threads) -> (Duration, f64) {
        let spent = |(thread, now): (&OsString, &u64)| {
            now.saturating_sub(before.0.get(thread).copied().unwrap_or(0))
        };
        let all: u64 = self.0.iter().map(spent).sum();
        let busiest = self.0.iter().map(spent).max().unwrap_or(0);
        (
            Duration::from_nanos(all),
            busiest as f64 / all.max(1) as f64,
        )
    }
}

/// The time on the CPU of all threads (Documentation/scheduler/sched-stats: the first field, in nanoseconds).
fn cpu(process: &str) -> Threads {
    let threads = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let spent = threads.filter_map(|thread| {
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let spent = stat.split_whitespace().next()?.parse().ok()?;
        Some((thread.file_name(), spent))
    });
    Threads(spent.collect())
}
