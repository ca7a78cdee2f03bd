//! A program made with one of Python's IRC libraries, driven by lines.

use super::server::{Security, Server};
use super::{Person, Sight};
use crate::harness::{Program, python, shows};

/// The program, and what it has printed so far.
pub(super) struct Library {
    program: Program,
    printed: Vec<String>,
}

impl Library {
    /// Starts a program of `tests/clients/` as `robot`; it connects and joins #lobby.
    pub(super) fn start(script: &str, server: &Server, security: Security) -> Library {
        Library::with(script, server, security, None)
    }

    /// The same, with the password of the account that is called as it is.
    pub(super) fn with(
        script: &str,
        server: &Server,
        security: Security,
        account: Option<&str>,
    ) -> Library {
        let mut command = python(script);
        command.envs(account.map(|password| ("PASSWORD", password)));
        command.arg("localhost");
        command.arg(server.port(security).to_string());
        command.arg("robot");
        if security == Security::Tls {
            command.arg(server.certificate());
        }
        let mut library = Library {
            program: Program::start(command),
            printed: Vec::new(),
        };
        library.until("in #lobby");
        library
    }

    fn until(&mut self, text: &str) {
        while self.times_shown(text) == 0 {
            self.printed.push(self.program.next());
        }
    }
}

impl Person for Library {
    fn say(&mut self, text: &str) {
        self.program.line(&format!("say {text}"));
    }

    fn act(&mut self, text: &str) {
        self.program.line(&format!("me {text}"));
    }

    fn whisper(&mut self, nick: &str, text: &str) {
        self.program.line(&format!("msg {nick} {text}"));
    }

    fn rename(&mut self, nick: &str) {
        self.program.line(&format!("nick {nick}"));
    }

    fn topic(&mut self, text: &str) {
        self.program.line(&format!("topic {text}"));
    }

    fn sees(&mut self, sight: &Sight<'_>) {
        let line = match sight {
            Sight::Joined(nick) => format!("{nick} joined #lobby"),
            Sight::Said(nick, text) => format!("#lobby <{nick}> {text}"),
            Sight::Acted(nick, text) => format!("#lobby * {nick} {text}"),
            Sight::Whispered(nick, text) => format!("@ <{nick}> {text}"),
            Sight::Renamed(old, new) => format!("{old} is now {new}"),
            Sight::YouAre(nick) => format!(" is now {nick}"),
            Sight::Topic(nick, text) => format!("{nick} set the topic of #lobby: {text}"),
            Sight::Quit(nick, reason) => format!("{nick} quit: …{reason}"),
            // pydle takes its own QUIT for the end and reads no ERROR after it; the words are the same.
            Sight::Cut(reason) => format!("Killed (*operator ({reason}))"),
        };
        self.until(&line);
    }

    fn come_back(&mut self) {
        self.until("disconnected");
        self.printed.clear();
        self.program.line("connect");
        self.until("in #lobby");
    }

    fn times_shown(&mut self, text: &str) -> usize {
        self.printed.iter().filter(|line| shows(line, text)).count()
    }

    fn quit(self: Box<Self>, reason: &str) {
        let mut program = self.program;
        program.line(&format!("quit {reason}"));
        let (status, rest) = program.finish();
        assert!(status.success(), "{status}: {rest}");
    }
}
