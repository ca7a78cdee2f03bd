//! Starts the real binaries for the promises and talks to them. Every wait has a deadline and shows what came until then.

mod canary;
mod certificate;
mod chatd;
mod client;
mod disk;
mod injection;
mod irc;
mod notify;
mod operator;
mod program;
mod screen;
mod setup;
mod stopped;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

pub(crate) use canary::Canary;
pub(crate) use certificate::Certificate;
pub(crate) use chatd::{Chatd, Ctl};
pub(crate) use client::{Client, barriers};
pub(crate) use disk::SmallDisk;
pub(crate) use injection::Injection;
pub(crate) use irc::{Irc, Server};
pub(crate) use operator::Operator;
pub(crate) use program::{Program, wait};
pub(crate) use screen::{Screen, shows};
pub(crate) use setup::Setup;
pub(crate) use stopped::StoppedThread;

/// How long any one thing may take, on a slow and busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Ports below those that the system gives to outgoing connections, so that nobody takes one between its choice and
/// its use. Test processes that run side by side begin at different ones.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 97).expect("below 97") * 120;
    for _ in 0..COUNT {
        let port = FIRST + (offset + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        // On all addresses: some tests move a listener from one address to all.
        if TcpListener::bind(("0.0.0.0", port)).is_ok() && TcpListener::bind(("::1", port)).is_ok()
        {
            return port;
        }
    }
    panic!("no port from {FIRST} on is free");
}

/// A Python of the tests' own, with the packages of `tests/clients/requirements.txt`.
pub(crate) fn python(script: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let interpreter = root.join("target/venv/bin/python3");
    assert!(
        interpreter.exists(),
        "{} is missing; tests/run makes it",
        interpreter.display()
    );
    let mut command = Command::new(interpreter);
    // Unbuffered, and without the machine's own Python settings.
    command.args(["-u", "-E"]);
    command.arg(root.join("tests/clients").join(script));
    command
}

/// netcat-openbsd, which Debian also installs under a name of its own.
pub(crate) fn netcat(port: u16) -> Command {
    let mut command = Command::new("nc.openbsd");
    command.args(["127.0.0.1", &port.to_string()]);
    command
}

/// Whether the tests run as root. Some faults can only be made by root.
pub(crate) fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Says that a test does nothing here, and why.
pub(crate) fn skip(why: &str) {
    eprintln!("skipped: {why}");
}

/// The daemon's binary.
pub(crate) fn chatd_binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_chatd"))
}

/// The operator's binary.
pub(crate) fn chatctl_binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_chatctl"))
}

/// Runs a command to its end, or to the end of patience.
pub(crate) fn run(command: &Command) -> Ctl {
    let mut limited = Command::new("timeout");
    limited.args(["--kill-after=1", &PATIENCE.as_secs().to_string()]);
    limited.arg(command.get_program()).args(command.get_args());
    limited.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            limited.env(name, value);
        }
    }
    if let Some(directory) = command.get_current_dir() {
        limited.current_dir(directory);
    }
    limited.stdin(std::process::Stdio::null());
    let output = limited.output().expect("timeout (coreutils) runs");
    let result = Ctl {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    };
    assert!(
        !matches!(result.code, Some(124 | 137)),
        "{command:?} did not end within {PATIENCE:?}: {result:?}"
    );
    result
}
