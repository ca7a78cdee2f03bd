//! Answers to system calls of a running daemon in the kernel's place, by strace.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Chatd, is_root, skip};

/// Such answers, until it is dropped.
pub(crate) struct Injection(Child);

impl Injection {
    /// For calls on this file: `what` is as strace's `inject` has it, such as `write:error=EROFS`. None, and it says so, where that
    /// cannot be done.
    pub(crate) fn of_file(chatd: &Chatd, what: &str, file: &Path) -> Option<Injection> {
        let file = file.to_str().expect("a path of a test");
        Injection::start(chatd, what, &["-P", file])
    }

    /// For all calls.
    pub(crate) fn of_all(chatd: &Chatd, what: &str) -> Option<Injection> {
        Injection::start(chatd, what, &[])
    }

    fn start(chatd: &Chatd, what: &str, more: &[&str]) -> Option<Injection> {
        if !is_root() {
            skip("only root can trace what it has not started under strace");
            return None;
        }
        let child = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null"])
            .args(more)
            .args(["-e", &format!("inject={what}"), "-p"])
            .arg(chatd.pid().to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            skip("strace is missing");
            return None;
        };
        let injection = Injection(child);
        chatd.eventually("all its threads are traced", all_traced);
        Some(injection)
    }
}

fn all_traced(chatd: &Chatd) -> bool {
    let tasks = fs::read_dir(format!("/proc/{}/task", chatd.pid())).expect("chatd runs");
    tasks.flatten().all(|task| {
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let tracer = status.lines().find(|line| line.starts_with("TracerPid:"));
        tracer.is_none_or(|tracer| !tracer.ends_with("\t0"))
    })
}

impl Drop for Injection {
    fn drop(&mut self) {
        // By the signal at which it lets the daemon go on.
        let pid = Pid::from_raw(i32::try_from(self.0.id()).expect("a process id"));
        let _ = kill(pid, Signal::SIGTERM);
        let _ = self.0.wait();
    }
}
