//! A program in a terminal, read as a person reads it: by what stands on its screen.

use std::fs::File;
use std::io::Write;
use std::num::NonZero;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use super::PATIENCE;
use super::program::{chunks, spawn_in_terminal, wait};

/// So large that no line of a test wraps and none scrolls away.
const ROWS: NonZero<u16> = NonZero::new(60).expect("not 0");
const COLUMNS: NonZero<u16> = NonZero::new(200).expect("not 0");

/// A running program and its screen. It is killed when dropped.
pub(crate) struct Screen {
    name: String,
    child: Child,
    keyboard: File,
    output: Receiver<Vec<u8>>,
    terminal: vt100::Parser,
}

impl Screen {
    /// Starts it. The terminal is an xterm with UTF-8.
    pub(crate) fn start(command: &mut Command) -> Screen {
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        let (child, terminal) = spawn_in_terminal(command, ROWS.get(), COLUMNS.get());
        Screen {
            name: command.get_program().to_string_lossy().into_owned(),
            child,
            keyboard: terminal.try_clone().expect("a descriptor"),
            output: chunks(terminal),
            terminal: vt100::Parser::new(ROWS, COLUMNS, 0),
        }
    }

    /// Types a line and presses the return key.
    pub(crate) fn line(&mut self, text: &str) {
        let typed = self.keyboard.write_all(format!("{text}\r").as_bytes());
        if let Err(error) = typed {
            panic!("{} does not read: {error}; {}", self.name, self.shown());
        }
    }

    /// Waits until a row has this in it; see [`shows`].
    pub(crate) fn sees(&mut self, text: &str) {
        self.wait(&format!("no {text:?}"), |shown| shown.times_shown(text) > 0);
    }

    /// Waits until no row has this in it any more.
    pub(crate) fn sees_no_more(&mut self, text: &str) {
        self.wait(&format!("still {text:?}"), |shown| {
            shown.times_shown(text) == 0
        });
    }

    /// How many rows have this in them now.
    pub(crate) fn times_shown(&self, text: &str) -> usize {
        self.rows().filter(|row| shows(row, text)).count()
    }

    fn wait(&mut self, why_not: &str, holds: impl Fn(&Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            if let Err(why) = self.read(deadline) {
                panic!("{}: {why_not}: {why}; {}", self.name, self.shown());
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = String> {
        self.terminal.screen().rows(0, COLUMNS.get())
    }

    /// Waits for its end.
    pub(crate) fn finish(mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.read(deadline) {
                Ok(()) => {}
                Err("it ended") => return wait(&mut self.child, &self.name),
                Err(why) => panic!("{} did not end: {why}; {}", self.name, self.shown()),
            }
        }
    }

    fn read(&mut self, deadline: Instant) -> Result<(), &'static str> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.output.recv_timeout(left) {
            Ok(bytes) => {
                self.terminal.process(&bytes);
                Ok(())
            }
            Err(RecvTimeoutError::Timeout) => Err("nothing more came in time"),
            Err(RecvTimeoutError::Disconnected) => Err("it ended"),
        }
    }

    fn shown(&self) -> String {
        let rows: Vec<String> = self.rows().filter(|row| !row.trim().is_empty()).collect();
        format!("its screen:\n{}", rows.join("\n"))
    }
}

/// Whether a line has this in it. An ellipsis (…) stands for anything.
pub(crate) fn shows(line: &str, text: &str) -> bool {
    let mut rest = line;
    text.split('…').all(|part| {
        let found = rest.split_once(part);
        rest = found.map_or("", |(_, after)| after);
        found.is_some()
    })
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
