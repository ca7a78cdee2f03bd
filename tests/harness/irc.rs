//! A daemon that speaks IRC, and a client of it on a bare TCP socket.

use super::{Chatd, Client, Setup, free_port};

/// A daemon with an IRC listener beside its plain one.
pub(crate) struct Server {
    pub(crate) chatd: Chatd,
    /// The port that speaks IRC.
    pub(crate) irc: u16,
}

impl Server {
    /// One with the test's defaults.
    pub(crate) fn start() -> Server {
        Server::of(Setup::new())
    }

    /// One that is set up like this.
    pub(crate) fn of(setup: Setup) -> Server {
        let irc = free_port();
        let listener = format!("[listen.irc]\naddress = \"127.0.0.1:{irc}\"\nprotocol = \"irc\"");
        let chatd = setup.config(&listener).start();
        Server { chatd, irc }
    }

    /// A client that has connected and said nothing.
    pub(crate) fn opens(&self) -> Irc {
        Irc(Client::bare(self.irc))
    }

    /// One that has registered and read its welcome, with no account.
    pub(crate) fn registers(&self, nick: &str) -> Irc {
        let mut client = self.opens();
        client.says_hello(nick);
        client.welcomed();
        client
    }
}

/// A client that speaks IRC.
pub(crate) struct Irc(pub(crate) Client);

impl Irc {
    /// Sends a line.
    pub(crate) fn says(&mut self, line: &str) {
        self.0.send(format!("{line}\r\n"));
    }

    pub(crate) fn says_hello(&mut self, nick: &str) {
        self.says(&format!("NICK {nick}\r\nUSER u 0 * :real"));
    }

    pub(crate) fn welcomed(&mut self) {
        self.told(" 001 ");
        // There is no MOTD.
        self.told(" 422 ");
    }

    /// The next line that contains this.
    pub(crate) fn told(&mut self, text: &str) -> String {
        self.0.expect(text).trim_end().to_owned()
    }

    /// In a room, having read who is there.
    pub(crate) fn joins(&mut self, room: &str) {
        self.says(&format!("JOIN {room}"));
        self.told(" 366 ");
    }

    /// Leaves, and is gone for the others as well.
    pub(crate) fn quits(mut self) {
        self.says("QUIT");
        self.0.rest();
    }

    /// What comes up to the answer to a question that is asked now: all before has been handled, and what it led to is read.
    pub(crate) fn barrier(&mut self) -> Vec<String> {
        self.says("PING barrier");
        let mut lines = self.0.until("PONG chat.example :barrier");
        lines.pop();
        lines
            .iter()
            .map(|line| line.trim_end().to_owned())
            .collect()
    }
}
