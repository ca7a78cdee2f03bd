//! A fresh machine: no configuration file, no root. It just serves, and chatctl finds it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::harness::{
    Program, chatctl_binary, chatd_binary, free_port, is_root, netcat, run, skip,
};

/// Nobody in particular: a user that no machine has.
const SOMEBODY: u32 = 47_113;

/// An ordinary user's home with the two programs in it.
struct Home {
    dir: TempDir,
    runtime: Option<PathBuf>,
    port: u16,
    uid: u32,
}

impl Home {
    fn new(with_runtime: bool) -> Home {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let uid = if is_root() {
            SOMEBODY
        } else {
            nix::unistd::geteuid().as_raw()
        };
        let runtime = with_runtime.then(|| dir.path().join("runtime"));
        if let Some(runtime) = &runtime {
            fs::create_dir(runtime).expect("a directory");
            fs::set_permissions(runtime, fs::Permissions::from_mode(0o700)).expect("a mode");
        }
        fs::create_dir(dir.path().join("bin")).expect("a directory");
        for (from, name) in [(chatd_binary(), "chatd"), (chatctl_binary(), "chatctl")] {
            fs::copy(from, dir.path().join("bin").join(name)).expect("a copy");
        }
        if is_root() {
            for path in [Some(dir.path()), runtime.as_deref()].into_iter().flatten() {
                chown(path, Some(uid), Some(uid)).expect("root gives things away");
            }
        }
        Home {
            dir,
            runtime,
            port: free_port(),
            uid,
        }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A command as the user would run it.
    fn command(&self, program: &str) -> Command {
        let program = self.path().join("bin").join(program);
        let mut command = if is_root() {
            let id = self.uid.to_string();
            let mut command = Command::new("setpriv");
            command.args(["--reuid", &id, "--regid", &id, "--clear-groups"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .env_clear()
            .env(
                "PATH",
                format!("{}/bin:/usr/bin:/bin", self.path().display()),
            )
            .env("HOME", self.path())
            .current_dir(self.path());
        if let Some(runtime) = &self.runtime {
            command
                .env("XDG_RUNTIME_DIR", runtime)
                .env("XDG_STATE_HOME", self.path().join("state"));
        }
        command
    }

    fn chatctl(&self, arguments: &[&str]) -> crate::harness::Ctl {
        run(self.command("chatctl").args(arguments))
    }

    /// Starts chatd without a configuration file; waits until chatctl finds it.
    fn serve(&self) -> Running {
        let stderr = fs::File::create(self.path().join("stderr")).expect("a file");
        let child = self
            .command("chatd")
            .env(
                "CHATD__LISTEN__PLAIN__ADDRESS",
                format!("127.0.0.1:{}", self.port),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .expect("chatd starts");
        let running = Running(child);
        let deadline = std::time::Instant::now() + crate::harness::PATIENCE;
        while self.chatctl(&["status"]).code != Some(0) {
            assert!(
                std::time::Instant::now() < deadline,
                "{:?}\n{}",
                self.chatctl(&["status"]),
                fs::read_to_string(self.path().join("stderr")).unwrap_or_default()
            );
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        running
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether this machine has a chatd of its own that would get in the way.
fn installed() -> bool {
    let found =
        Path::new("/etc/chatd/chatd.toml").exists() || Path::new("/run/chatd/chatd.sock").exists();
    if found {
        skip("a chatd is installed on this machine");
    }
    found
}

#[test]
fn without_configuration_and_without_root_it_just_serves() {
    if installed() {
        return;
    }
    let home = Home::new(true);
    let _running = home.serve();
    let mut alice = Program::start(netcat(home.port));
    alice.until("*** You are guest1 in #lobby");
    let mut bob = Program::start(netcat(home.port));
    bob.until("*** You are guest2 in #lobby");
    alice.line("it works");
    bob.until("<guest1> it works\n");

    // The operator's side of the tour, as it stands there.
    let list = home.chatctl(&["list"]);
    assert!(
        list.stdout.contains("guest1") && list.stdout.contains("guest2"),
        "{list:?}"
    );
    let kicked = home.chatctl(&["kick", "guest1", "--reason", "spam"]);
    assert_eq!(kicked.code, Some(0), "{kicked:?}");
    alice.until("! kicked: ");
    alice.until("spam");
    alice.close_input();
    alice.finish();
    let status = home.chatctl(&["status", "--json"]);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "kill -HUP $(printf %s \"$STATUS\" | jq .pid)"])
        .env("PATH", "/usr/bin:/bin")
        .env("STATUS", &status.stdout);
    let hung_up = run(&shell);
    assert_eq!(hung_up.code, Some(0), "{hung_up:?}");

    let log = home.path().join("state/chatd/log/chatd.log");
    assert!(log.exists(), "{}", log.display());
    let socket = home.path().join("runtime/chatd/chatd.sock");
    let found = fs::metadata(&socket).expect("the admin socket");
    assert_eq!((found.mode() & 0o777, found.uid()), (0o660, home.uid));
    bob.line("/rooms");
    bob.until("#lobby");
}

#[test]
fn without_a_runtime_directory_the_socket_is_in_a_private_one() {
    let uid = if is_root() {
        SOMEBODY
    } else {
        nix::unistd::geteuid().as_raw()
    };
    let place = PathBuf::from(format!("/tmp/chatd-{uid}"));
    if installed() || place.exists() {
        skip("somebody uses that directory already");
        return;
    }
    let home = Home::new(false);
    let running = home.serve();
    let found = fs::metadata(&place).expect("the directory");
    assert_eq!((found.mode() & 0o777, found.uid()), (0o700, uid));
    let log = home.path().join(".local/state/chatd/log/chatd.log");
    assert!(log.exists(), "{}", log.display());
    drop(running);
    fs::remove_dir_all(&place).expect("our own directory");
}

#[test]
fn chatctl_without_a_daemon_names_each_place_that_it_tried() {
    if installed() {
        return;
    }
    let home = Home::new(true);
    let mut command = home.command("chatctl");
    command
        .arg("status")
        .env("RUNTIME_DIRECTORY", home.path().join("service"));
    let result = run(&command);
    assert_eq!(result.code, Some(3), "{result:?}");
    for place in [
        home.path().join("service/chatd.sock"),
        home.path().join("runtime/chatd/chatd.sock"),
        PathBuf::from("/run/chatd/chatd.sock"),
    ] {
        let place = place.to_str().expect("a plain path").to_owned();
        assert!(result.stderr.contains(&place), "{place}: {result:?}");
    }
    let asked = home.chatctl(&["--socket", "/nonexistent/chatd.sock", "list"]);
    assert_eq!(asked.code, Some(3), "{asked:?}");
    assert!(
        asked.stderr.contains("/nonexistent/chatd.sock"),
        "{asked:?}"
    );
}

#[test]
fn both_programs_explain_themselves() {
    let home = Home::new(true);
    for program in ["chatd", "chatctl"] {
        let version = run(home.command(program).arg("--version"));
        assert_eq!(
            version.stdout,
            format!("{program} {}\n", env!("CARGO_PKG_VERSION"))
        );
        let help = run(home.command(program).arg("--help"));
        assert_eq!(help.code, Some(0));
        assert!(help.stdout.contains("Usage"), "{help:?}");
        let wrong = run(home.command(program).arg("--frobnicate"));
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(wrong.stderr.contains("--frobnicate"), "{wrong:?}");
    }
    let help = run(home.command("chatd").arg("--help")).stdout;
    assert!(
        help.contains("--config") && help.contains("--check"),
        "{help}"
    );
    let help = run(home.command("chatctl").arg("--help")).stdout;
    for command in [
        "list", "show", "kick", "say", "watch", "console", "status", "config", "reload", "log",
        "pause", "resume", "shutdown",
    ] {
        assert!(help.contains(&format!("  {command}")), "{command}: {help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = run(home.command("chatctl").args(["completions", shell]));
        assert!(script.stdout.contains("chatctl"), "{script:?}");
    }
    if !installed() {
        // The built-in defaults pass their own check.
        let check = run(home.command("chatd").arg("--check"));
        assert_eq!(check.code, Some(0), "{check:?}");
    }
    let missing = run(home
        .command("chatd")
        .args(["--config", "/nonexistent.toml", "--check"]));
    assert_ne!(missing.code, Some(0));
    assert!(missing.stderr.contains("/nonexistent.toml"), "{missing:?}");
}

#[test]
fn a_busy_port_ends_the_start_with_its_name() {
    if installed() {
        return;
    }
    let home = Home::new(true);
    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = holder.local_addr().expect("an address").to_string();
    let mut command = home.command("chatd");
    command.env("CHATD__LISTEN__PLAIN__ADDRESS", &address);
    let result = run(&command);
    assert!(!matches!(result.code, Some(0) | None), "{result:?}");
    assert!(result.stderr.contains(&address), "{result:?}");
}
