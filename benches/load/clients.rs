//! The clients that sit in the room: nonblocking sockets on one epoll.

use std::collections::HashSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::lines::Lines;
use crate::protocol::Protocol;

/// Waiting longer for the answers to one question of all clients means that a server is not up to it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Clients that come at once: few, since some servers let no more wait to be accepted, or to be written to.
const AT_ONCE: usize = 8;

struct Client {
    socket: TcpStream,
    lines: Lines,
}

/// All clients.
pub(crate) struct Clients {
    protocol: Protocol,
    epoll: Epoll,
    all: Vec<Client>,
    scratch: Vec<u8>,
}

impl Clients {
    /// Connects so many and waits until all of them sit in the room and have read of each other.
    pub(crate) fn connect(
        protocol: Protocol,
        address: SocketAddr,
        count: usize,
    ) -> Result<Clients, String> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).expect("an epoll");
        let mut clients = Clients {
            protocol,
            epoll,
            all: Vec::with_capacity(count),
            scratch: vec![0; 256 * 1024],
        };
        let p = protocol;
        for first in (0..count).step_by(AT_ONCE) {
            let group = first..count.min(first + AT_ONCE);
            for _ in group.clone() {
                clients.add(address)?;
            }
            clients.ask(group, || p.register(), |line| p.is_welcome(line))?;
        }
        for first in (0..count).step_by(AT_ONCE) {
            let group = first..count.min(first + AT_ONCE);
            clients.ask(group, || p.enter(), |line| p.is_in(line))?;
        }
        clients.ask(0..count, || p.barrier().into(), |line| p.is_barrier(line))?;
        Ok(clients)
    }

    fn add(&mut self, address: SocketAddr) -> Result<(), String> {
        let number = self.all.len();
        let socket = TcpStream::connect(address)
            .map_err(|error| format!("client {number} cannot connect: {error}"))?;
        socket.set_nodelay(true).expect("a socket option");
        socket.set_nonblocking(true).expect("a socket option");
        self.epoll
            .add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, number as u64))
            .expect("an epoll entry");
        self.all.push(Client {
            socket,
            lines: Lines::default(),
        });
        Ok(())
    }

    /// Each of some clients sends something and waits for the line that answers it.
    fn ask(
        &mut self,
        group: Range<usize>,
        question: impl Fn() -> Vec<u8>,
        answers: impl Fn(&[u8]) -> bool,
    ) -> Result<(), String> {
        let mut missing: HashSet<usize> = group.clone().collect();
        for number in group {
            let question = question();
            let asked = self.send(number, &question)?;
            assert!(asked, "client {number}: its socket is full of nothing");
        }
        let begun = Instant::now();
        while !missing.is_empty() {
            if begun.elapsed() > PATIENCE {
                let count = missing.len();
                return Err(format!("{count} clients got no answer within {PATIENCE:?}"));
            }
            self.poll(Duration::from_millis(10), |client, line| {
                if answers(line) {
                    missing.remove(&client);
                }
            })?;
        }
        Ok(())
    }

    /// Sends a line; false: the socket takes nothing now, nothing was sent.
    pub(crate) fn send(&mut self, client: usize, line: &[u8]) -> Result<bool, String> {
        match self.all[client].socket.write(line) {
            Ok(n) => {
                assert_eq!(n, line.len(), "a short line is taken whole or not at all");
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(format!("client {client} cannot send: {error}")),
        }
    }

    /// Waits for what arrives, at most so long, and hands on each line. A PING is answered. An error: the server has let
    /// a client down.
    pub(crate) fn poll(
        &mut self,
        time: Duration,
        mut line: impl FnMut(usize, &[u8]),
    ) -> Result<(), String> {
        let mut events = [EpollEvent::empty(); 256];
        let timeout = EpollTimeout::try_from(time).unwrap_or(EpollTimeout::ZERO);
        let ready = self.epoll.wait(&mut events, timeout).unwrap_or(0);
        for event in &events[..ready] {
            let number = event.data() as usize;
            let Client { socket, lines } = &mut self.all[number];
            let (protocol, mut pongs, mut end) = (self.protocol, Vec::new(), None);
            match socket.read(&mut self.scratch) {
                Ok(0) => end = Some("was disconnected".to_owned()),
                Ok(n) => lines.take(&self.scratch[..n], |got| {
                    if let Some(pong) = protocol.pong(got) {
                        pongs.extend(pong);
                    } else if protocol.is_end(got) {
                        end = Some(format!("was told: {}", String::from_utf8_lossy(got)));
                    } else {
                        line(number, got);
                    }
                }),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => end = Some(format!("cannot read: {error}")),
            }
            if let Some(end) = end {
                return Err(format!("client {number} {end}"));
            }
            if let Err(error) = socket.write_all(&pongs) {
                return Err(format!("client {number} cannot answer a PING: {error}"));
            }
        }
        Ok(())
    }
}
