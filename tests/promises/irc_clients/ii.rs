//! ii, which is a directory: what is written to a room's file `in` is said there, and its file `out` shows what was said.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use nix::libc::O_NONBLOCK;

use super::server::{Security, Server};
use super::{Person, Sight};
use crate::harness::{PATIENCE, Program, shows};

/// ii and its directory.
pub(super) struct Ii {
    program: Program,
    port: u16,
    /// Has a directory for each time that it was started.
    home: PathBuf,
    directory: PathBuf,
    fifos: HashMap<&'static str, fs::File>,
}

impl Ii {
    /// Starts it as `eye` and joins #lobby.
    pub(super) fn start(server: &Server) -> Ii {
        let home = server.home("ii");
        let port = server.port(Security::None);
        let directory = home.join("first");
        let mut ii = Ii {
            program: run(&directory, port),
            port,
            home,
            directory,
            fifos: HashMap::new(),
        };
        ii.join();
        ii
    }

    fn join(&mut self) {
        self.until("", " Welcome to the ");
        self.write("", "/j #lobby");
        self.until("#lobby", " -!- eye(…) has joined #lobby");
    }

    /// The file of a room or a user; of the server when the place has no name.
    fn file(&self, place: &str, name: &str) -> PathBuf {
        self.directory.join("127.0.0.1").join(place).join(name)
    }

    /// Each FIFO stays open: at an end of file ii opens it anew, and what is written meanwhile is lost.
    fn write(&mut self, place: &'static str, line: &str) {
        let path = self.file(place, "in");
        let fifo = self.fifos.entry(place).or_insert_with(|| {
            // Without waiting for a reader that may have gone.
            let mut options = OpenOptions::new();
            let opened = options.write(true).custom_flags(O_NONBLOCK).open(path);
            opened.unwrap_or_else(|error| panic!("ii does not read {place}/in: {error}"))
        });
        let written = fifo.write_all(format!("{line}\n").as_bytes());
        written.unwrap_or_else(|error| panic!("ii does not read {place}/in: {error}"));
    }

    fn out(&self, place: &str) -> String {
        fs::read_to_string(self.file(place, "out")).unwrap_or_default()
    }

    fn until(&self, place: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.out(place).lines().any(|line| shows(line, text)) {
            assert!(
                Instant::now() < deadline,
                "no {text:?} in {place}/out of ii:\n{}\nthe server's:\n{}",
                self.out(place),
                self.out("")
            );
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn run(directory: &Path, port: u16) -> Program {
    let mut command = Command::new("ii");
    command
        .args(["-s", "127.0.0.1", "-p", &port.to_string(), "-n", "eye"])
        .arg("-i")
        .arg(directory);
    Program::start(command)
}

impl Person for Ii {
    fn say(&mut self, text: &str) {
        self.write("#lobby", text);
    }

    fn act(&mut self, text: &str) {
        // It has no /me; the bytes of one go through as they are.
        self.write("#lobby", &format!("\u{1}ACTION {text}\u{1}"));
    }

    fn whisper(&mut self, nick: &str, text: &str) {
        self.write("", &format!("/j {nick} {text}"));
    }

    fn rename(&mut self, nick: &str) {
        self.write("", &format!("/n {nick}"));
    }

    fn topic(&mut self, text: &str) {
        self.write("#lobby", &format!("/t {text}"));
    }

    fn sees(&mut self, sight: &Sight<'_>) {
        let (place, text) = match sight {
            Sight::Joined(nick) => ("#lobby", format!(" -!- {nick}(…) has joined #lobby")),
            Sight::Said(nick, text) => ("#lobby", format!(" <{nick}> {text}")),
            Sight::Acted(nick, text) => ("#lobby", format!(" <{nick}> \u{1}ACTION {text}\u{1}")),
            Sight::Whispered(nick, text) => (*nick, format!(" <{nick}> {text}")),
            Sight::Renamed(old, new) => ("", format!(" -!- {old} changed nick to {new}")),
            Sight::YouAre(nick) => ("", format!(" -!- changed nick to \"{nick}\"")),
            Sight::Topic(nick, text) => {
                ("#lobby", format!(" -!- {nick} changed topic to \"{text}\""))
            }
            Sight::Quit(nick, reason) => ("", format!(" -!- {nick}(…) has quit \"…{reason}")),
            Sight::Cut(reason) => ("", format!(" …{reason}")),
        };
        self.until(place, &text);
    }

    fn come_back(&mut self) {
        // It ends with its connection.
        self.directory = self.home.join("again");
        self.fifos.clear();
        let again = run(&self.directory, self.port);
        std::mem::replace(&mut self.program, again).finish();
        self.join();
    }

    fn times_shown(&mut self, text: &str) -> usize {
        let out = self.out("#lobby");
        out.lines().filter(|line| shows(line, text)).count()
    }

    fn quit(mut self: Box<Self>, reason: &str) {
        self.write("", &format!("/q {reason}"));
        let (status, rest) = self.program.finish();
        assert!(status.success(), "ii: {status}: {rest}");
    }
}
