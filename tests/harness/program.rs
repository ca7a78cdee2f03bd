//! A program that runs beside the test: netcat, Python, `chatctl` in a terminal. Its output is read as it comes.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::PATIENCE;

/// A running program. It is killed when dropped.
pub(crate) struct Program {
    child: Child,
    input: Option<Box<dyn Write>>,
    output: Receiver<Vec<u8>>,
    seen: String,
    at: usize,
}

impl Program {
    /// Starts it with pipes; stderr comes in the order of writing among stdout.
    pub(crate) fn start(mut command: Command) -> Program {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        command
            .stdin(Stdio::piped())
            .stdout(writer.try_clone().expect("a pipe"))
            .stderr(writer);
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // The command holds the writing end; its end must be the end.
        drop(command);
        let input = child.stdin.take().expect("piped");
        Program::of(child, Box::new(input), reader)
    }

    /// Starts it in a terminal of this width, of which it has control.
    pub(crate) fn in_terminal(command: &Command, columns: u16) -> Program {
        let (child, terminal) = spawn_in_terminal(command, 40, columns);
        let input = terminal.try_clone().expect("a descriptor");
        Program::of(child, Box::new(input), terminal)
    }

    fn of(child: Child, input: Box<dyn Write>, reader: impl Read + Send + 'static) -> Program {
        Program {
            child,
            input: Some(input),
            output: chunks(reader),
            seen: String::new(),
            at: 0,
        }
    }

    /// Types a line.
    pub(crate) fn line(&mut self, text: &str) {
        self.write(format!("{text}\n").as_bytes());
    }

    /// Writes bytes to its input.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("its input is open");
        if let Err(error) = input.write_all(bytes).and_then(|()| input.flush()) {
            panic!("it does not read: {error}; so far:\n{}", self.seen);
        }
    }

    /// Stops it (SIGSTOP): it lives on and does nothing.
    pub(crate) fn stop(&self) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGSTOP).expect("it runs");
    }

    /// Closes its input.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// Reads until this has come and returns what came up to and with it.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = self.seen[self.at..].find(text) {
                let end = self.at + found + text.len();
                let passed = self.seen[self.at..end].to_owned();
                self.at = end;
                return passed;
            }
            if let Err(why) = self.read(deadline) {
                panic!("no {text:?}: {why}; so far:\n{}", self.seen);
            }
        }
    }

    /// The next line.
    pub(crate) fn next(&mut self) -> String {
        let line = self.until("\n");
        line.trim_end_matches(['\n', '\r']).to_owned()
    }

    /// Waits for its end; returns how it ended and what was not read yet.
    pub(crate) fn finish(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.read(deadline) {
                Ok(()) => {}
                Err("it ended") => break,
                Err(why) => panic!("{why}; so far:\n{}", self.seen),
            }
        }
        let status = self.child.wait().expect("our own child");
        (status, self.seen[self.at..].to_owned())
    }

    fn read(&mut self, deadline: Instant) -> Result<(), &'static str> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.output.recv_timeout(left) {
            Ok(bytes) => {
                self.seen.push_str(&String::from_utf8_lossy(&bytes));
                Ok(())
            }
            Err(RecvTimeoutError::Timeout) => Err("nothing more came in time"),
            Err(RecvTimeoutError::Disconnected) => Err("it ended"),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if thread::panicking() {
            while self.read(Instant::now()).is_ok() {}
            eprintln!(
                "--- output of a program, escaped:\n{}",
                self.seen.escape_debug()
            );
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program in a terminal of this size, of which it has control; the terminal's other end.
pub(super) fn spawn_in_terminal(command: &Command, rows: u16, columns: u16) -> (Child, File) {
    let size = Winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let terminal = openpty(Some(&size), None).expect("a terminal");
    let mut session = Command::new("setsid");
    session
        .arg("--ctty")
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .stdin(terminal.slave.try_clone().expect("a descriptor"))
        .stdout(terminal.slave.try_clone().expect("a descriptor"))
        .stderr(terminal.slave);
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            session.env(name, value);
        }
    }
    let child = session.spawn().expect("setsid (util-linux) runs");
    (child, File::from(terminal.master))
}

/// What a program writes, as it comes, up to its end.
pub(super) fn chunks(mut reader: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, output) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // A terminal whose program has ended gives an error, a pipe gives nothing.
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    output
}

/// Waits for a child, at most as long as patience lasts.
pub(crate) fn wait(child: &mut Child, what: &str) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("our own child") {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("{what} did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// How something ended, for a person: an exit code or a signal.
pub(crate) fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, signal) => format!("signal {signal:?}"),
    }
}
