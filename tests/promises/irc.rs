//! IRC under attack and at its edges: what comes is answered as the specifications have it, what is too much meets a limit with
//! a name, and the others notice nothing.

use std::net::{IpAddr, SocketAddr};

use socket2::{Domain, Socket, Type};

use crate::harness::{Chatd, Client, PATIENCE, Setup, free_port};

mod ends;
mod floods;
mod input;
mod passwords;

/// A daemon with an IRC listener beside its plain one.
struct Server {
    chatd: Chatd,
    port: u16,
}

impl Server {
    fn start() -> Server {
        Server::of(Setup::new())
    }

    fn of(setup: Setup) -> Server {
        let port = free_port();
        let listener = format!("[listen.irc]\naddress = \"127.0.0.1:{port}\"\nprotocol = \"irc\"");
        Server {
            chatd: setup.config(&listener).start(),
            port,
        }
    }

    /// One that has connected and said nothing.
    fn opens(&self) -> Irc {
        Irc(Client::bare(self.port))
    }

    /// The same, from another address.
    fn opens_from(&self, from: [u8; 4]) -> Irc {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let from = SocketAddr::new(IpAddr::from(from), 0);
        socket.bind(&from.into()).expect("loopback is a whole /8");
        let to = SocketAddr::from(([127, 0, 0, 1], self.port));
        let connected = socket.connect_timeout(&to.into(), PATIENCE);
        connected.expect("chatd listens");
        Irc(Client::on(socket.into()))
    }

    /// One that has registered and read its welcome.
    fn registers(&self, nick: &str) -> Irc {
        let mut client = self.opens();
        client.says_hello(nick);
        client.welcomed();
        client
    }
}

/// An IRC client.
struct Irc(Client);

impl Irc {
    fn says(&mut self, line: &str) {
        self.0.send(format!("{line}\r\n"));
    }

    fn says_hello(&mut self, nick: &str) {
        self.0.send(format!("NICK {nick}\r\nUSER u 0 * :real\r\n"));
    }

    fn welcomed(&mut self) {
        self.0.expect(" 001 ");
        // There is no MOTD.
        self.0.expect(" 422 ");
    }

    /// In a room, having read who is there.
    fn joins(&mut self, room: &str) {
        self.says(&format!("JOIN {room}"));
        self.0.expect(" 366 ");
    }

    /// What comes up to the answer to a question that is asked now: all before has been handled, and what it led to is read.
    fn barrier(&mut self) -> Vec<String> {
        self.says("PING barrier");
        let mut lines = self.0.until("PONG chat.example :barrier");
        lines.pop();
        lines
            .iter()
            .map(|line| line.trim_end().to_owned())
            .collect()
    }

    /// Everything up to the end of the connection, whose last line must be an ERROR with this.
    fn ends_with(&mut self, reason: &str) {
        let rest = self.0.rest();
        let last = rest.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("ERROR :") && last.contains(reason),
            "{reason}: {rest}"
        );
    }

    /// Resets the connection, as one whose machine has gone does.
    fn resets(self) {
        let zero = Some(std::time::Duration::ZERO);
        let set = socket2::SockRef::from(self.0.stream()).set_linger(zero);
        set.expect("a socket option");
    }
}
