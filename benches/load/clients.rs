//! Clients: nonblocking sockets on one epoll, each with a number, a nick and a room.

use std::collections::HashSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use socket2::{Domain, Socket, Type};

use crate::lines::Lines;
use crate::protocol::Protocol;
use crate::server::Server;

/// Waiting longer for the answers to one question of all clients means that a server is not up to it.
const PATIENCE: Duration = Duration::from_mins(2);

/// Clients that connect from one address: a pair of addresses has some 28,000 ports, and those that were left lately wait a minute.
const OF_AN_ADDRESS: usize = 2000;

/// A client's number among all that this program ever had, so that nobody is called like another.
static NEXT: AtomicUsize = AtomicUsize::new(1);

struct Client {
    socket: TcpStream,
    lines: Lines,
}

/// All clients.
pub(crate) struct Clients {
    protocol: Protocol,
    epoll: Epoll,
    all: Vec<Client>,
    /// What the first is called, without the letter.
    first: usize,
    /// How many sit in one room.
    members: usize,
    scratch: Vec<u8>,
}

impl Clients {
    /// Connects so many and waits until all of them sit in rooms of so many members and have read of each other. Then the last
    /// `stopped` of them read no more.
    pub(crate) fn connect(
        protocol: Protocol,
        server: &Server,
        count: usize,
        (members, stopped): (usize, usize),
    ) -> Result<Clients, String> {
        let mut clients = Clients {
            protocol,
            epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).expect("an epoll"),
            all: Vec::with_capacity(count),
            first: NEXT.fetch_add(count, Ordering::Relaxed),
            members,
            scratch: vec![0; 256 * 1024],
        };
        let groups = || {
            (0..count)
                .step_by(server.at_once())
                .map(|first| first..count.min(first + server.at_once()))
        };
        let p = protocol;
        for group in groups() {
            for _ in group.clone() {
                let small = clients.all.len() >= count - stopped;
                clients.add(server.address(), small)?;
            }
            let nicks = clients.nicks();
            clients.ask(group, |n| p.register(&nicks(n)), |line| p.is_welcome(line))?;
        }
        for group in groups() {
            let enter = |n| p.enter(&room(n / members));
            clients.ask(group, enter, |line| p.is_in(line))?;
        }
        clients.ask(0..count, |_| p.barrier().into(), |line| p.is_barrier(line))?;
        for client in &clients.all[count - stopped..] {
            clients
                .epoll
                .delete(&client.socket)
                .expect("an epoll entry");
        }
        Ok(clients)
    }

    fn nicks(&self) -> impl Fn(usize) -> String + use<> {
        let first = self.first;
        move |number| format!("n{}", first + number)
    }

    fn add(&mut self, address: SocketAddr, small: bool) -> Result<(), String> {
        let number = self.all.len();
        let socket = connect(address, self.first + number, small)
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
        question: impl Fn(usize) -> Vec<u8>,
        answers: impl Fn(&[u8]) -> bool,
    ) -> Result<(), String> {
        let mut missing: HashSet<usize> = group.clone().collect();
        for number in group {
            let asked = self.send(number, &question(number))?;
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

    /// Says a text in the client's room; false: the socket takes nothing now, nothing was sent.
    pub(crate) fn say(&mut self, client: usize, text: &[u8]) -> Result<bool, String> {
        let line = self.protocol.say(&room(client / self.members), text);
        self.send(client, &line)
    }

    /// Says a text to the next client; false: the socket takes nothing now, nothing was sent.
    pub(crate) fn say_to_next(&mut self, client: usize, text: &[u8]) -> Result<bool, String> {
        let line = self.protocol.say_to(&self.nicks()(client + 1), text);
        self.send(client, &line)
    }

    fn send(&mut self, client: usize, line: &[u8]) -> Result<bool, String> {
        match self.all[client].socket.write(line) {
            Ok(n) => {
                assert_eq!(n, line.len(), "a short line is taken whole or not at all");
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(format!("client {client} cannot send: {error}")),
        }
    }

    /// How many of these the server has ended the connection of, whatever of it has not been read.
    pub(crate) fn gone(&mut self, clients: Range<usize>) -> usize {
        let mut gone = 0;
        for client in clients {
            let socket = &mut self.all[client].socket;
            gone += usize::from(loop {
                match socket.read(&mut self.scratch) {
                    Ok(0) => break true,
                    Ok(_) => {}
                    Err(error) => break error.kind() != ErrorKind::WouldBlock,
                }
            });
        }
        gone
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

/// Connects the client of a number, on the loopback from an address that few others ever had. `small`: the kernel is to keep little for it.
fn connect(address: SocketAddr, number: usize, small: bool) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if small {
        socket.set_recv_buffer_size(4096)?;
    }
    if address.ip().is_loopback() && address.is_ipv4() {
        let [.., high, low] = (number / OF_AN_ADDRESS).to_be_bytes();
        socket.bind(&SocketAddr::from((Ipv4Addr::new(127, 1, high, low), 0)).into())?;
    }
    socket.connect(&address.into())?;
    Ok(socket.into())
}

fn room(number: usize) -> String {
    format!("#load{number}")
}
