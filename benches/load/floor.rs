//! The floor: the least code that can fan out, to measure servers against. One thread, one epoll, no checks, no limits, no news
//! of who comes and goes.
//!
//! It answers NICK and USER with 001, JOIN with 366, PING with PONG, and copies a PRIVMSG to every other member of a room, or to the
//! one who is called so. This program starts itself anew as one.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

use crate::lines::Lines;

/// When it sends.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Sending {
    /// Once per recipient and message.
    Each,
    /// Once per recipient and turn of the loop.
    Batched,
}

impl Sending {
    /// What such a floor is called in the figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Sending::Each => "floor, each",
            Sending::Batched => "floor",
        }
    }

    /// What it is called on the command line.
    pub(crate) fn argument(self) -> &'static str {
        match self {
            Sending::Each => "each",
            Sending::Batched => "batched",
        }
    }
}

/// The listener's number among the events.
const LISTENER: u64 = u64::MAX;

struct Client {
    socket: TcpStream,
    lines: Lines,
    nick: Vec<u8>,
    /// What waits to be sent.
    out: Vec<u8>,
    dirty: bool,
    /// Its socket takes nothing more until epoll says that it does.
    full: bool,
}

#[derive(Default)]
struct Chat {
    /// Whether each line's words are sent by themselves.
    each: bool,
    clients: Vec<Option<Client>>,
    free: Vec<usize>,
    nicks: HashMap<Vec<u8>, usize>,
    rooms: HashMap<Vec<u8>, Vec<usize>>,
    /// Those for whom something waits that nobody has tried to send.
    dirty: Vec<usize>,
}

/// Serves until it is killed.
pub(crate) fn serve(address: SocketAddr, sending: Sending) -> ! {
    let listener = TcpListener::bind(address).expect("the address is free");
    listener.set_nonblocking(true).expect("a socket option");
    nix::sys::socket::listen(
        &listener,
        nix::sys::socket::Backlog::new(4096).expect("a length"),
    )
    .expect("a listener");
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).expect("an epoll");
    epoll
        .add(&listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))
        .expect("an epoll entry");
    let mut chat = Chat {
        each: sending == Sending::Each,
        ..Chat::default()
    };
    let mut events = vec![EpollEvent::empty(); 4096];
    let mut scratch = vec![0; 64 * 1024];
    loop {
        let ready = epoll.wait(&mut events, EpollTimeout::NONE).unwrap_or(0);
        for event in &events[..ready] {
            if event.data() == LISTENER {
                while let Ok((socket, _)) = listener.accept() {
                    chat.come(&epoll, socket);
                }
                continue;
            }
            let number = event.data() as usize;
            if event.events().contains(EpollFlags::EPOLLOUT) {
                chat.flush(&epoll, number);
            }
            if event
                .events()
                .intersects(EpollFlags::EPOLLIN | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR)
            {
                chat.read(&epoll, number, &mut scratch);
            }
        }
        chat.flush_dirty(&epoll);
    }
}

impl Chat {
    fn come(&mut self, epoll: &Epoll, socket: TcpStream) {
        socket.set_nodelay(true).expect("a socket option");
        socket.set_nonblocking(true).expect("a socket option");
        let number = self.free.pop().unwrap_or(self.clients.len());
        let event = EpollEvent::new(EpollFlags::EPOLLIN, number as u64);
        epoll.add(&socket, event).expect("an epoll entry");
        let client = Client {
            socket,
            lines: Lines::default(),
            nick: Vec::new(),
            out: Vec::new(),
            dirty: false,
            full: false,
        };
        if number == self.clients.len() {
            self.clients.push(Some(client));
        } else {
            self.clients[number] = Some(client);
        }
    }

    /// Its last message is read; it goes.
    fn go(&mut self, number: usize) {
        if let Some(client) = self.clients[number].take() {
            self.nicks.remove(&client.nick);
            for members in self.rooms.values_mut() {
                members.retain(|member| *member != number);
            }
            self.free.push(number);
        }
    }

    fn read(&mut self, epoll: &Epoll, number: usize, scratch: &mut [u8]) {
        let Some(client) = &mut self.clients[number] else {
            return;
        };
        let read = match client.socket.read(scratch) {
            Ok(0) => return self.go(number),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(_) => return self.go(number),
        };
        let mut lines = std::mem::take(&mut client.lines);
        lines.take(&scratch[..read], |line| {
            self.line(number, line.strip_suffix(b"\r").unwrap_or(line));
            if self.each {
                self.flush_dirty(epoll);
            }
        });
        if let Some(client) = &mut self.clients[number] {
            client.lines = lines;
        }
    }

    fn line(&mut self, number: usize, line: &[u8]) {
        let (command, rest) = split(line);
        match command {
            b"PRIVMSG" => self.say(number, rest),
            b"PING" => self.tell(number, &[b"PONG floor ", rest]),
            b"NICK" => {
                self.nicks.insert(rest.to_vec(), number);
                if let Some(client) = &mut self.clients[number] {
                    client.nick = rest.to_vec();
                }
            }
            b"USER" => self.tell(number, &[b":floor 001 you :welcome"]),
            b"JOIN" => {
                self.rooms.entry(rest.to_vec()).or_default().push(number);
                self.tell(number, &[b":floor 366 you ", rest, b" :end"]);
            }
            b"QUIT" => self.go(number),
            _ => {}
        }
    }

    fn say(&mut self, from: usize, rest: &[u8]) {
        let Some(client) = &self.clients[from] else {
            return;
        };
        let message = [
            b":",
            &client.nick[..],
            b"!~load@localhost PRIVMSG ",
            rest,
            b"\r\n",
        ]
        .concat();
        let (target, _) = split(rest);
        if let Some(members) = self.rooms.get(target) {
            for &member in members {
                if member != from {
                    append(&mut self.clients, &mut self.dirty, member, &[&message]);
                }
            }
        } else if let Some(&to) = self.nicks.get(target) {
            append(&mut self.clients, &mut self.dirty, to, &[&message]);
        }
    }

    fn tell(&mut self, to: usize, words: &[&[u8]]) {
        append(&mut self.clients, &mut self.dirty, to, words);
        append(&mut self.clients, &mut self.dirty, to, &[b"\r\n"]);
    }

    fn flush_dirty(&mut self, epoll: &Epoll) {
        let mut dirty = std::mem::take(&mut self.dirty);
        for number in dirty.drain(..) {
            if let Some(client) = &mut self.clients[number] {
                client.dirty = false;
                if !client.full {
                    self.flush(epoll, number);
                }
            }
        }
        self.dirty = dirty;
    }

    /// Sends what waits; what the socket does not take waits until it does.
    fn flush(&mut self, epoll: &Epoll, number: usize) {
        let Some(client) = &mut self.clients[number] else {
            return;
        };
        if let Ok(sent) = client.socket.write(&client.out) {
            client.out.drain(..sent);
        }
        let full = !client.out.is_empty();
        if full != client.full {
            client.full = full;
            let mut interest = EpollFlags::EPOLLIN;
            interest.set(EpollFlags::EPOLLOUT, full);
            let mut event = EpollEvent::new(interest, number as u64);
            let _ = epoll.modify(&client.socket, &mut event);
        }
    }
}

/// The first word, and what is after it.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', line) {
        Some(space) => (&line[..space], &line[space + 1..]),
        None => (line, b""),
    }
}

fn append(clients: &mut [Option<Client>], dirty: &mut Vec<usize>, to: usize, words: &[&[u8]]) {
    if let Some(client) = &mut clients[to] {
        for word in words {
            client.out.extend_from_slice(word);
        }
        if !client.dirty {
            client.dirty = true;
            dirty.push(to);
        }
    }
}
