//! IRC under attack and at its edges: what comes is answered as the specifications have it, what is too much meets a limit with
//! a name, and the others notice nothing.

use std::net::{IpAddr, SocketAddr};

use socket2::{Domain, Socket, Type};

use crate::harness::{Client, Irc, PATIENCE, Server};

mod ends;
mod floods;
mod input;
mod passwords;

impl Server {
    /// One that has connected from that address and said nothing.
    fn opens_from(&self, from: [u8; 4]) -> Irc {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let from = SocketAddr::new(IpAddr::from(from), 0);
        socket.bind(&from.into()).expect("loopback is a whole /8");
        let to = SocketAddr::from(([127, 0, 0, 1], self.irc));
        let connected = socket.connect_timeout(&to.into(), PATIENCE);
        connected.expect("chatd listens");
        Irc(Client::on(socket.into()))
    }
}

impl Irc {
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
