//! The server under load: started with its limits off, measured by what the kernel says of it.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A chatd of its own, in a directory of its own; ended when dropped.
pub(crate) struct Server {
    process: Child,
    address: SocketAddr,
    _directory: tempfile::TempDir,
}

impl Server {
    /// Starts it and waits until it accepts.
    pub(crate) fn start() -> Server {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let address = free.expect("a free port on the loopback address");
        let config = directory.path().join("chatd.toml");
        let text = format!(
            "[server]\nname = \"load\"\ngreeting = \"\"\n[limits]\nconnections = \"off\"\nconnections_per_address = \"off\"\n\
             connect_rate = \"off\"\nflood_rate = \"off\"\n[listen.plain]\naddress = \"{address}\"\nnews = false\n"
        );
        fs::write(&config, text).expect("the temporary directory is writable");
        let process = Command::new(env!("CARGO_BIN_EXE_chatd"))
            .arg("--config")
            .arg(&config)
            .env("XDG_RUNTIME_DIR", directory.path())
            .env("RUNTIME_DIRECTORY", directory.path().join("run"))
            .env("STATE_DIRECTORY", directory.path().join("state"))
            .env("LOGS_DIRECTORY", directory.path().join("log"))
            .stdin(Stdio::null())
            .spawn()
            .expect("chatd starts");
        let server = Server {
            process,
            address,
            _directory: directory,
        };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "chatd does not accept within 10 s"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        server
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its anonymous memory in bytes (`proc_pid_status(5)`).
    pub(crate) fn memory(&self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"))
            .unwrap_or("0");
        line.split_whitespace()
            .next()
            .and_then(|kib| kib.parse::<u64>().ok())
            .unwrap_or(0)
            * 1024
    }

    /// The CPU time of all its threads.
    pub(crate) fn cpu(&self) -> Duration {
        cpu(&self.process.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The CPU time of this program.
pub(crate) fn own_cpu() -> Duration {
    cpu("self")
}

/// The time on the CPU of all threads (Documentation/scheduler/sched-stats: the first field, in nanoseconds).
fn cpu(process: &str) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let spent = threads.filter_map(|thread| {
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(spent.sum())
}
