//! Starting while others start, or try to get in: one daemon serves, and nobody is in before the door is.

use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, setfsuid};

use crate::harness::{PATIENCE, Setup, chatctl_binary, is_root, run, skip, wait};

/// Somebody who has no business here.
const STRANGER: u32 = 47_113;

/// One that races; killed when dropped.
struct Racer(Child);

impl Racer {
    fn start(setup: &Setup, stderr: &str) -> Racer {
        let stderr = File::create(setup.dir().join(stderr)).expect("a file");
        let mut command = setup.command();
        command.env_remove("NOTIFY_SOCKET").stderr(stderr);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Racer(command.spawn().expect("chatd starts"))
    }

    fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("our own child").is_some()
    }
}

impl Drop for Racer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The process id that answers at the admin socket.
fn who_serves(socket: &Path) -> u32 {
    let mut command = Command::new(chatctl_binary());
    command.args(["status", "--json"]);
    command.env("CHATCTL_SOCKET", socket);
    let status = run(&command);
    assert_eq!(status.code, Some(0), "{status:?}");
    let status: serde_json::Value = serde_json::from_str(&status.stdout).expect("JSON");
    let pid = status["pid"].as_u64().expect("a process id");
    u32::try_from(pid).expect("a process id")
}

#[test]
fn of_two_that_start_at_once_one_serves_and_the_other_names_it() {
    let setup = Setup::new();
    fs::write(setup.dir().join("chatd.toml"), setup.text()).expect("a file");
    let socket = setup.dir().join("run/chatd.sock");
    for round in 0..50 {
        let mut racers = [Racer::start(&setup, "err0"), Racer::start(&setup, "err1")];
        let deadline = Instant::now() + PATIENCE;
        let loser = loop {
            if let Some(ended) = racers.iter_mut().position(Racer::has_ended) {
                break ended;
            }
            assert!(Instant::now() < deadline, "round {round}: both serve");
            thread::sleep(Duration::from_millis(2));
        };
        let winner = 1 - loser;
        let pid = racers[winner].0.id();
        let said = fs::read_to_string(setup.dir().join(format!("err{loser}"))).expect("a file");
        let status = wait(&mut racers[loser].0, "the loser");
        assert!(status.code().is_some_and(|code| code != 0), "{status}");
        assert!(
            said.contains(&pid.to_string()),
            "round {round}: {pid} is not named: {said}"
        );
        assert_eq!(who_serves(&socket), pid, "round {round}");
        // The next two find the socket gone, or left behind dead.
        let signal = [Signal::SIGTERM, Signal::SIGKILL][round % 2];
        let raw = i32::try_from(pid).expect("a process id");
        kill(Pid::from_raw(raw), signal).expect("the winner runs");
        let status = wait(&mut racers[winner].0, "the winner");
        let code = (signal == Signal::SIGTERM).then_some(0);
        assert_eq!(status.code(), code, "round {round}: {status}");
    }
}

/// Tries to connect as a stranger until told to stop, and until the door was there and closed at least once.
///
/// Only what this thread may do with files changes; a success is a breach.
fn knock(socket: &Path, stop: &AtomicBool) {
    setfsuid(Uid::from_raw(STRANGER));
    let deadline = Instant::now() + PATIENCE;
    let mut closed = false;
    while !closed || !stop.load(Ordering::Relaxed) {
        assert!(Instant::now() < deadline, "the door was never there");
        match UnixStream::connect(socket) {
            Ok(_) => panic!("a stranger was let in"),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => closed = true,
            Err(_) => {}
        }
    }
}

#[test]
fn nobody_is_accepted_before_the_permissions_are_right() {
    if !is_root() {
        skip("only root can knock as somebody else");
        return;
    }
    for round in 0..50 {
        // The stranger keeps the test's groups, so the daemon has another one.
        let group = format!("--regid={STRANGER}");
        let open = "umask 000; exec \"$0\" \"$@\"";
        let setup = Setup::new().under(&["setpriv", &group, "--clear-groups", "sh", "-c", open]);
        let socket = setup.dir().join("run/chatd.sock");
        for directory in [setup.dir(), &setup.dir().join("run")] {
            fs::set_permissions(directory, Permissions::from_mode(0o711)).expect("a mode");
        }
        let stop = AtomicBool::new(false);
        let chatd = thread::scope(|scope| {
            let knocking = scope.spawn(|| knock(&socket, &stop));
            let chatd = setup.start();
            stop.store(true, Ordering::Relaxed);
            knocking.join().expect("no stranger gets in");
            chatd
        });
        let mode = fs::metadata(chatd.socket()).expect("the socket").mode();
        assert_eq!(mode & 0o7777, 0o660, "round {round}: {mode:o}");
    }
}

#[test]
fn a_runtime_directory_that_others_may_write_to_or_own_is_refused() {
    let refused = |setup: &Setup, found: &str, remedy: &str| {
        let ended = setup.run(&[]);
        assert!(!matches!(ended.code, Some(0) | None), "{ended:?}");
        for text in ["run", found, remedy] {
            assert!(ended.stderr.contains(text), "{text}: {ended:?}");
        }
        let mut left = fs::read_dir(setup.dir().join("run")).expect("the directory");
        assert!(left.next().is_none(), "something was made in it");
    };
    for mode in [0o770, 0o775, 0o757, 0o1777] {
        let setup = Setup::new();
        let directory = setup.dir().join("run");
        fs::set_permissions(&directory, Permissions::from_mode(mode)).expect("a mode");
        refused(&setup, &format!("{mode:o}"), "chmod go-w");
    }
    if !is_root() {
        skip("only root can give a directory away");
        return;
    }
    let setup = Setup::new();
    chown(setup.dir().join("run"), Some(STRANGER), None).expect("root may");
    refused(&setup, &STRANGER.to_string(), "change its owner");
}
