//! The clients: nonblocking sockets on one epoll.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

struct Client {
    socket: TcpStream,
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
}

/// All clients.
pub(crate) struct Clients {
    epoll: Epoll,
    all: Vec<Client>,
    scratch: Vec<u8>,
}

impl Clients {
    /// Connects so many and waits until the server has answered each.
    pub(crate) fn connect(address: SocketAddr, count: usize) -> Clients {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).expect("an epoll");
        let mut all = Vec::with_capacity(count);
        for number in 0..count {
            let socket = TcpStream::connect(address).expect("the server accepts");
            socket.set_nodelay(true).expect("a socket option");
            socket.set_nonblocking(true).expect("a socket option");
            epoll
                .add(&socket, EpollEvent::new(EpollFlags::EPOLLIN, number as u64))
                .expect("an epoll entry");
            all.push(Client {
                socket,
                partial: Vec::new(),
            });
        }
        let mut clients = Clients {
            epoll,
            all,
            scratch: vec![0; 256 * 1024],
        };
        // An answered command shows that everything before it is done.
        let mut answered = vec![false; count];
        for number in 0..count {
            assert!(
                clients.send(number, b"/nick\n"),
                "a fresh connection takes a line"
            );
        }
        let begun = Instant::now();
        while answered.contains(&false) {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the server answers everybody within 30 s"
            );
            clients.poll(Duration::from_millis(10), |client, _| {
                answered[client] = true;
            });
        }
        clients
    }

    /// Sends a line; false: the socket takes nothing now, nothing was sent.
    pub(crate) fn send(&mut self, client: usize, line: &[u8]) -> bool {
        match self.all[client].socket.write(line) {
            Ok(n) => {
                assert_eq!(n, line.len(), "a short line is taken whole or not at all");
                true
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("client {client} cannot send: {error}"),
        }
    }

    /// Waits for what arrives, at most so long, and hands on each line.
    pub(crate) fn poll(&mut self, time: Duration, mut line: impl FnMut(usize, &[u8])) {
        let mut events = [EpollEvent::empty(); 256];
        let timeout = EpollTimeout::try_from(time).unwrap_or(EpollTimeout::ZERO);
        let ready = self.epoll.wait(&mut events, timeout).unwrap_or(0);
        for event in &events[..ready] {
            let number = event.data() as usize;
            let client = &mut self.all[number];
            match client.socket.read(&mut self.scratch) {
                Ok(0) => panic!(
                    "client {number} was disconnected; it had read: {}",
                    lossy(&client.partial)
                ),
                Ok(n) => client.take(&self.scratch[..n], |got| line(number, got)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => panic!("client {number} cannot read: {error}"),
            }
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Client {
    fn take(&mut self, mut bytes: &[u8], mut line: impl FnMut(&[u8])) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            if self.partial.is_empty() {
                line(&bytes[..end]);
            } else {
                self.partial.extend_from_slice(&bytes[..end]);
                line(&self.partial);
                self.partial.clear();
            }
            bytes = &bytes[end + 1..];
        }
        self.partial.extend_from_slice(bytes);
    }
}
