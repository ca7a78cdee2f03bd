//! One thread of the daemon, stopped from outside as a thread that hangs.

use std::fs;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::Chatd;

/// A stopped thread. It goes on when this is dropped.
pub(crate) struct StoppedThread {
    release: Option<Sender<()>>,
    tracer: Option<JoinHandle<()>>,
}

impl StoppedThread {
    /// Stops the daemon's thread of this name, and no other. `None`: tracing is not allowed here.
    pub(crate) fn stop(chatd: &Chatd, name: &str) -> Option<StoppedThread> {
        let thread = thread_called(chatd, name);
        let (release, released) = channel::<()>();
        let (ready, stopped) = channel();
        // The thread that attaches has to be the one that lets go.
        let tracer = thread::spawn(move || {
            let attached = ptrace::seize(thread, ptrace::Options::empty())
                .and_then(|()| ptrace::interrupt(thread))
                .and_then(|()| waitpid(thread, Some(WaitPidFlag::__WALL)));
            let is_stopped = matches!(attached, Ok(WaitStatus::PtraceEvent(..)));
            let _ = ready.send(attached);
            if !is_stopped {
                return;
            }
            // A process ends only when the end of each traced thread has been seen.
            let flags = WaitPidFlag::__WALL | WaitPidFlag::WNOHANG;
            while released.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout)
            {
                match waitpid(thread, Some(flags)) {
                    Ok(WaitStatus::StillAlive) => {}
                    _ => return,
                }
            }
            let _ = ptrace::detach(thread, None);
        });
        match stopped.recv().expect("the tracer answers") {
            Ok(WaitStatus::PtraceEvent(..)) => Some(StoppedThread {
                release: Some(release),
                tracer: Some(tracer),
            }),
            Err(Errno::EPERM | Errno::ENOSYS) => None,
            other => panic!("the thread {name} cannot be stopped: {other:?}"),
        }
    }
}

impl Drop for StoppedThread {
    fn drop(&mut self) {
        self.release = None;
        if let Some(tracer) = self.tracer.take() {
            let _ = tracer.join();
        }
    }
}

fn thread_called(chatd: &Chatd, name: &str) -> Pid {
    let tasks = fs::read_dir(format!("/proc/{}/task", chatd.pid())).expect("chatd runs");
    let found = tasks
        .map(|task| task.expect("an entry").path())
        .find(|task| fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == name))
        .unwrap_or_else(|| panic!("chatd has no thread called {name}"));
    let id = found.file_name().and_then(|name| name.to_str());
    Pid::from_raw(id.and_then(|id| id.parse().ok()).expect("proc(5)"))
}
