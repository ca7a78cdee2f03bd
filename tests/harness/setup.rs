//! A `chatd` before it runs: its directory, its configuration file, its environment.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};

use tempfile::TempDir;

use super::chatd::{Chatd, Ctl};
use super::notify::Notify;
use super::{chatd_binary, free_port, run};

/// A daemon that is about to be started.
pub(crate) struct Setup {
    pub(super) dir: TempDir,
    port: u16,
    tables: String,
    listener: String,
    environment: Vec<(String, String)>,
    under: Vec<String>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup::new()
    }
}

impl Setup {
    /// A daemon with one plain listener on loopback. The limits per address and the rates do not hold for it: all
    /// clients of a test come from one address, at full speed. [`Setup::limited`] puts them in force.
    pub(crate) fn new() -> Setup {
        let dir = tempfile::Builder::new()
            .prefix("chatd-test-")
            .tempdir()
            .expect("a temporary directory");
        for name in ["run", "state", "log", "conf.d"] {
            fs::create_dir(dir.path().join(name)).expect("a directory");
        }
        Setup {
            dir,
            port: free_port(),
            tables: String::new(),
            listener: String::new(),
            environment: vec![("CHATD__LIMITS__EXEMPT".into(), "127.0.0.0/8".into())],
            under: Vec::new(),
        }
    }

    /// More tables for the configuration file.
    pub(crate) fn config(mut self, tables: &str) -> Setup {
        self.tables.push_str(tables);
        self.tables.push('\n');
        self
    }

    /// More keys for the plain listener.
    pub(crate) fn listener(mut self, keys: &str) -> Setup {
        self.listener.push_str(keys);
        self.listener.push('\n');
        self
    }

    /// A variable of the daemon's environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Setup {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Limits per address and rates hold for the test's clients too.
    pub(crate) fn limited(mut self) -> Setup {
        self.environment
            .retain(|(name, _)| name != "CHATD__LIMITS__EXEMPT");
        self
    }

    /// Starts the daemon through a command that becomes it, such as `prlimit`.
    pub(crate) fn under(mut self, command: &[&str]) -> Setup {
        self.under = command.iter().map(ToString::to_string).collect();
        self
    }

    /// Its directory, before it is started.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The port of its plain listener.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The configuration file's text.
    pub(crate) fn text(&self) -> String {
        format!(
            "[server]\nname = \"chat.example\"\ngreeting = \"Welcome to chat.example.\"\n{}\n\
             [listen.plain]\naddress = \"127.0.0.1:{}\"\n{}",
            self.tables, self.port, self.listener
        )
    }

    /// Starts it and waits until it is ready.
    pub(crate) fn start(self) -> Chatd {
        fs::write(self.dir.path().join("chatd.toml"), self.text()).expect("a file");
        let (child, notify) = self.launch();
        Chatd {
            port: self.port,
            setup: self,
            child,
            notify,
        }
    }

    /// Starts it on what there is in its directory, and waits until it is ready.
    pub(super) fn launch(&self) -> (Child, Notify) {
        let dir = self.dir.path();
        let _ = fs::remove_file(dir.join("notify"));
        let mut notify = Notify::at(&dir.join("notify"));
        let stderr = File::options()
            .create(true)
            .append(true)
            .open(dir.join("stderr"))
            .expect("a file");
        let mut child = self
            .command()
            .stdin(std::process::Stdio::null())
            .stdout(stderr.try_clone().expect("a descriptor"))
            .stderr(stderr)
            .spawn()
            .expect("chatd starts");
        let ready = notify.wait("READY=1", || {
            child.try_wait().is_ok_and(|status| status.is_some())
        });
        if let Err(why) = ready {
            let _ = child.kill();
            let said = fs::read_to_string(dir.join("stderr")).unwrap_or_default();
            panic!("chatd is not ready: {why}\n{said}");
        }
        (child, notify)
    }

    /// Runs it with its configuration file and these arguments, expecting it to end by itself.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ctl {
        let config = self.dir.path().join("chatd.toml");
        if !config.exists() {
            fs::write(&config, self.text()).expect("a file");
        }
        run(self.command().args(arguments))
    }

    /// The daemon with its configuration file, not started yet. Its output goes where the caller says.
    pub(crate) fn command(&self) -> Command {
        let dir = self.dir.path();
        let mut command = match self.under.split_first() {
            None => Command::new(chatd_binary()),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(chatd_binary());
                command
            }
        };
        command
            .arg("--config")
            .arg(dir.join("chatd.toml"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .env("RUST_BACKTRACE", "1")
            .env("HOME", dir)
            .env("NOTIFY_SOCKET", dir.join("notify"))
            .env("RUNTIME_DIRECTORY", dir.join("run"))
            .env("STATE_DIRECTORY", dir.join("state"))
            .env("LOGS_DIRECTORY", dir.join("log"))
            .envs(self.environment.iter().map(|(n, v)| (n, v)));
        command
    }
}
