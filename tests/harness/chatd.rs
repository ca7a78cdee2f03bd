//! A running `chatd` with a directory of its own, and `chatctl` beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::notify::Notify;
use super::program::{ending, wait};
use super::setup::Setup;
use super::{PATIENCE, chatctl_binary, run};

/// What a command that ended has left.
#[derive(Debug)]
pub(crate) struct Ctl {
    /// Its exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout.
    pub(crate) stdout: String,
    /// What it wrote to stderr.
    pub(crate) stderr: String,
}

/// A daemon that runs. It is killed when dropped.
pub(crate) struct Chatd {
    pub(super) setup: Setup,
    pub(super) child: Child,
    pub(super) notify: Notify,
    /// The port of its plain listener on 127.0.0.1.
    pub(crate) port: u16,
}

impl Chatd {
    /// One with the test's defaults.
    pub(crate) fn start() -> Chatd {
        Setup::new().start()
    }

    /// Its directory.
    pub(crate) fn dir(&self) -> &Path {
        self.setup.dir()
    }

    /// Kills it at once, as a crash does.
    pub(crate) fn crashes(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again, after it has ended, on what it has left, and waits until it is ready.
    pub(crate) fn starts_again(&mut self) {
        (self.child, self.notify) = self.setup.launch();
    }

    /// Starts it again, after it has ended, expecting it to end by itself.
    pub(crate) fn starts_in_vain(&mut self) -> Ctl {
        self.setup.run(&[])
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The admin socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.dir().join("run/chatd.sock")
    }

    /// The configuration file.
    pub(crate) fn config_file(&self) -> PathBuf {
        self.dir().join("chatd.toml")
    }

    /// The configuration file's text.
    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.config_file()).expect("the configuration file")
    }

    /// Writes the configuration file anew, at once as a careful deployment does.
    pub(crate) fn write_config(&self, text: impl AsRef<[u8]>) {
        let new = self.dir().join("chatd.toml.new");
        fs::write(&new, text).expect("a file");
        fs::rename(new, self.config_file()).expect("a rename");
    }

    /// Replaces a part of the configuration file, which must be there.
    pub(crate) fn edit_config(&self, old: &str, new: &str) {
        let text = self.config();
        assert!(text.contains(old), "{old:?} is not in:\n{text}");
        self.write_config(text.replacen(old, new, 1));
    }

    /// Writes a drop-in, `conf.d/NAME`.
    pub(crate) fn drop_in(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.dir().join("conf.d").join(name), text).expect("a file");
    }

    /// `chatctl` with these arguments, not started yet.
    pub(crate) fn chatctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(chatctl_binary());
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", self.dir())
            .env("CHATCTL_SOCKET", self.socket());
        command
    }

    /// Runs `chatctl`.
    pub(crate) fn ctl(&self, arguments: &[&str]) -> Ctl {
        run(&self.chatctl(arguments))
    }

    /// Runs `chatctl`, which must succeed; what it wrote.
    pub(crate) fn ctl_ok(&self, arguments: &[&str]) -> String {
        let result = self.ctl(arguments);
        assert_eq!(result.code, Some(0), "chatctl {arguments:?}: {result:?}");
        result.stdout
    }

    /// Runs `chatctl --json`, which must succeed; what it wrote, read.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let text = self.ctl_ok(&arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in: {text}"))
    }

    /// The nicks of all clients, sorted.
    pub(crate) fn nicks(&self) -> Vec<String> {
        let list = self.json(&["list"]);
        let clients = list.as_array().expect("an array");
        let mut nicks: Vec<String> = clients
            .iter()
            .map(|client| client["nick"].as_str().expect("a nick").to_owned())
            .collect();
        nicks.sort();
        nicks
    }

    /// Waits for something that shows only in the daemon's state, by asking for it again and again.
    pub(crate) fn eventually(&self, what: &str, mut holds: impl FnMut(&Chatd) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The next notification with a line of this beginning.
    pub(crate) fn notified(&mut self, beginning: &str) -> String {
        let child = &mut self.child;
        self.notify
            .wait(beginning, || {
                child.try_wait().is_ok_and(|status| status.is_some())
            })
            .unwrap_or_else(|why| panic!("{why}"))
    }

    /// All notifications up to the next one with a line of this beginning, which is the last of them.
    pub(crate) fn notified_until(&mut self, beginning: &str) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            let next = self.notified("");
            let found = next.lines().any(|line| line.starts_with(beginning));
            told.push(next);
            if found {
                return told;
            }
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("chatd runs");
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_none()
    }

    /// Waits for its end; its exit code.
    pub(crate) fn exit_code(&mut self) -> i32 {
        let status = wait(&mut self.child, "chatd");
        status
            .code()
            .unwrap_or_else(|| panic!("chatd ended by {}", ending(status)))
    }

    /// The current log file; empty when there is none.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.dir().join("log/chatd.log")).unwrap_or_default()
    }

    /// The audit log; empty when there is none.
    pub(crate) fn audit(&self) -> String {
        fs::read_to_string(self.dir().join("log/audit/audit.log")).unwrap_or_default()
    }

    /// Waits until the log has a line with this, and returns that line. Records reach the disk a moment after the event.
    pub(crate) fn logged(&self, text: &str) -> String {
        self.written(text, Chatd::log)
    }

    /// Waits until the audit log has a line with this, and returns that line.
    pub(crate) fn audited(&self, text: &str) -> String {
        self.written(text, Chatd::audit)
    }

    fn written(&self, text: &str, read: fn(&Chatd) -> String) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = read(self);
            if let Some(line) = log.lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            assert!(Instant::now() < deadline, "no {text:?} in:\n{log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.pid()))
            .expect("chatd runs")
            .count()
    }

    /// How long a file of its may become from now on, in bytes (`RLIMIT_FSIZE`).
    pub(crate) fn limit_files(&self, most: &str) {
        let limited = Command::new("prlimit")
            .args(["--pid", &self.pid().to_string()])
            .arg(format!("--fsize={most}:"))
            .status();
        assert!(limited.expect("prlimit runs").success());
    }

    /// How many threads it has.
    pub(crate) fn threads(&self) -> usize {
        fs::read_dir(format!("/proc/{}/task", self.pid()))
            .expect("chatd runs")
            .count()
    }

    /// Its resident memory in KiB.
    pub(crate) fn resident(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most resident memory that it has had, in KiB.
    pub(crate) fn most_resident(&self) -> u64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with(field));
        line.and_then(|line| line.split_whitespace().nth(1))
            .and_then(|number| number.parse().ok())
            .unwrap_or_else(|| panic!("no {field} in proc(5)"))
    }

    /// CPU time it has used.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("it runs");
        let after_name = stat.rsplit_once(')').expect("proc(5)").1;
        let ticks: u64 = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|field| field.parse::<u64>().expect("a number"))
            .sum();
        // USER_HZ is 100 on every Linux that chatd runs on.
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Chatd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let status = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- chatd ended: {status:?}; stdout and stderr:");
            eprintln!("{}", tail(&self.dir().join("stderr")));
            eprintln!("--- its log:");
            eprintln!("{}", tail(&self.dir().join("log/chatd.log")));
        }
    }
}

fn tail(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let from = bytes.len().saturating_sub(6_000);
    String::from_utf8_lossy(&bytes[from..]).into_owned()
}
