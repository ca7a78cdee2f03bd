//! Registrations: clients that come, register, read the welcome and go, many at once.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use socket2::{Domain, Socket, Type};

use crate::figures::{Figures, figure};
use crate::latency::Latency;
use crate::lines::Lines;
use crate::protocol::Protocol;
use crate::server::{Server, own_cpu};

/// Its name.
pub(crate) const NAME: &str = "registrations";
/// Clients that come or go at once.
const AT_ONCE: usize = 100;
/// Clients in all.
const TOTAL: usize = 5000;
/// It does not take longer.
const DEADLINE: Duration = Duration::from_mins(2);

struct Client {
    number: usize,
    socket: TcpStream,
    lines: Lines,
    begun: Instant,
    /// Whether the connection stands and the registration has been sent.
    asked: bool,
    welcome: bool,
}

/// The run so far.
struct Run {
    protocol: Protocol,
    address: SocketAddr,
    epoll: Epoll,
    /// In places that are used again and again.
    places: Vec<Option<Client>>,
    begun: usize,
    ended: usize,
    welcome: usize,
    latency: Latency,
    /// The last words of a server that sent a client away unregistered.
    refused: Option<String>,
}

/// Runs it. An error: somebody was not welcomed.
pub(crate) fn run(protocol: Protocol, server: &Server) -> Result<Figures, String> {
    let mut run = Run {
        protocol,
        address: server.address(),
        epoll: Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).expect("an epoll"),
        places: Vec::new(),
        begun: 0,
        ended: 0,
        welcome: 0,
        latency: Latency::default(),
        refused: None,
    };
    let (server_before, own_before) = (server.cpu(), own_cpu());
    let begun = Instant::now();
    for place in 0..AT_ONCE {
        run.places.push(None);
        run.begin(place);
    }
    let mut scratch = vec![0; 64 * 1024];
    let mut events = [EpollEvent::empty(); 256];
    while run.ended < TOTAL && begun.elapsed() < DEADLINE {
        let timeout = EpollTimeout::from(100_u8);
        let ready = run.epoll.wait(&mut events, timeout).unwrap_or(0);
        for event in &events[..ready] {
            run.goes_on(event.data() as usize, &mut scratch);
        }
    }
    let took = begun.elapsed().as_secs_f64();
    let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / run.welcome.max(1) as f64;
    match (TOTAL - run.welcome, run.refused) {
        (0, _) => Ok(vec![
            figure("reg/s", run.welcome as f64 / took, 0),
            figure("p50 us", run.latency.below(0.5) as f64, 0),
            figure("p99 us", run.latency.below(0.99) as f64, 0),
            figure("max us", run.latency.below(1.0) as f64, 0),
            figure("srv us/reg", each(server.cpu().since(&server_before).0), 1),
            figure("load us/reg", each(own_cpu().saturating_sub(own_before)), 1),
        ]),
        (lost, None) => Err(format!("{lost} of {TOTAL} clients were not welcomed")),
        (lost, Some(words)) => Err(format!(
            "{lost} of {TOTAL} clients were not welcomed, the last of those who were told why with: {words}"
        )),
    }
}

impl Run {
    /// Lets the next client come, if there is one left.
    fn begin(&mut self, place: usize) {
        if self.begun == TOTAL {
            return;
        }
        self.begun += 1;
        let begun = Instant::now();
        let domain = Domain::for_address(self.address);
        let socket = Socket::new(domain, Type::STREAM, None).expect("a socket");
        socket.set_nonblocking(true).expect("a socket option");
        socket.set_tcp_nodelay(true).expect("a socket option");
        // Where the server's queue is full, this thread has others to serve.
        if let Err(error) = socket.connect(&self.address.into()) {
            let under_way = error.raw_os_error() == Some(Errno::EINPROGRESS as i32);
            assert!(under_way, "cannot connect to {}: {error}", self.address);
        }
        let interest = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT;
        let event = EpollEvent::new(interest, place as u64);
        self.epoll
            .add(socket.as_fd(), event)
            .expect("an epoll entry");
        self.places[place] = Some(Client {
            number: self.begun,
            socket: TcpStream::from(socket),
            lines: Lines::default(),
            begun,
            asked: false,
            welcome: false,
        });
    }

    /// Something has happened to a client.
    fn goes_on(&mut self, place: usize, scratch: &mut [u8]) {
        let Some(client) = &mut self.places[place] else {
            return;
        };
        if !client.asked {
            client.asked = true;
            let question = self.protocol.register(&format!("r{}", client.number));
            let _ = client.socket.write_all(&question);
            let mut readable = EpollEvent::new(EpollFlags::EPOLLIN, place as u64);
            self.epoll
                .modify(&client.socket, &mut readable)
                .expect("an epoll entry");
        }
        let protocol = self.protocol;
        let (mut answer, mut welcome) = (Vec::new(), false);
        let ended = match client.socket.read(scratch) {
            Ok(0) => true,
            Ok(n) => {
                client.lines.take(&scratch[..n], |line| {
                    if let Some(pong) = protocol.pong(line) {
                        answer.extend(pong);
                    } else if protocol.is_welcome(line) {
                        welcome = true;
                    } else if protocol.is_end(line) && !client.welcome {
                        self.refused = Some(String::from_utf8_lossy(line).into_owned());
                    }
                });
                false
            }
            // An error of a connection that is not made, or is no more, is its end.
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        };
        if welcome && !client.welcome {
            client.welcome = true;
            self.welcome += 1;
            let micros = client.begun.elapsed().as_micros();
            self.latency.add(u64::try_from(micros).unwrap_or(u64::MAX));
            answer.extend_from_slice(protocol.quit());
        }
        if !answer.is_empty() {
            let _ = client.socket.write_all(&answer);
        }
        if ended {
            self.places[place] = None;
            self.ended += 1;
            self.begin(place);
        }
    }
}
