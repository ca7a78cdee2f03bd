//! Listeners: accepting, letting in or turning away, and backing off when the kernel has nothing left to give.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::spawn_local;

use super::admission::{PAUSED, Refused};
use super::bind::BACKLOG;
use super::connection::EndOnPanic;
use super::plan::{Plan, Planned, Socket, Transport};
use super::{Net, connection, handshake, linger};
use crate::chat::Protocol;
use crate::hub;

/// What a listener gives its new clients; a reload may change it.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub(super) name: Arc<str>,
    pub(super) protocol: Protocol,
    pub(super) greeting: Arc<str>,
    pub(super) news: bool,
    pub(super) transport: Transport,
}

impl Spec {
    /// As one is told who is turned away at the door: nothing where only TLS would be understood.
    fn told(&self, refused: Refused) -> Vec<u8> {
        if self.transport.tls.is_some() {
            return Vec::new();
        }
        refused.told(self.protocol, self.transport.websocket.is_some())
    }
}

/// One listener. It outlives its socket while clients that came through it are here.
#[derive(Debug)]
pub(super) struct Listener {
    pub(super) spec: RefCell<Spec>,
    pub(super) clients: Cell<u64>,
    closing: Notify,
}

impl Listener {
    /// A second's rest, or less if the listener is to close: then the next look at `closing` says so again.
    async fn rest(&self) {
        let closing = async {
            self.closing.notified().await;
            self.closing.notify_one();
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), closing).await;
    }
}

/// One listener, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerCount {
    /// Its name.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// What is spoken there.
    pub protocol: Protocol,
    /// Whether it is spoken in WebSocket messages.
    pub websocket: bool,
    /// Whether it is spoken over TLS.
    pub tls: bool,
    /// Clients here that came through it.
    pub clients: u64,
}

struct Open {
    listener: Rc<Listener>,
    socket: Rc<TcpListener>,
}

/// The open listeners, by the address they listen on.
#[derive(Default)]
pub(super) struct Listeners(BTreeMap<SocketAddr, Open>);

impl Listeners {
    /// Makes it so. A connection that the kernel has accepted for a listener that goes is let in before it is closed.
    pub(super) async fn apply(&mut self, net: &Rc<Net>, plan: Plan) -> io::Result<()> {
        let mut outcome = Ok(());
        *net.settings.borrow_mut() = Rc::new(plan.settings);
        let mut before = std::mem::take(&mut self.0);
        for Planned {
            name,
            address,
            protocol,
            greeting,
            news,
            transport,
            socket,
        } in plan.listeners
        {
            let spec = Spec {
                name,
                protocol,
                greeting,
                news,
                transport,
            };
            let open = match (socket, before.remove(&address)) {
                (Socket::Kept, Some(open)) => {
                    *open.listener.spec.borrow_mut() = spec;
                    open
                }
                (Socket::New(socket), former) => {
                    if let Some(former) = former {
                        before.insert(address, former);
                    }
                    match Open::new(net, spec, socket) {
                        Ok(open) => open,
                        Err(error) => {
                            tracing::error!(%address, %error, "a bound listener cannot be used");
                            outcome = Err(error);
                            continue;
                        }
                    }
                }
                (Socket::Kept, None) => {
                    outcome = Err(io::Error::other(format!("{address} is not open any more")));
                    continue;
                }
            };
            // Connections inherit it; a socket from the service manager, or from before a reload, has another.
            let send_buffer = net.settings().send_buffer;
            if let Err(error) = SockRef::from(&*open.socket).set_send_buffer_size(send_buffer) {
                tracing::warn!(%address, %error, "limits.send_buffer cannot be set");
            }
            self.0.insert(address, open);
        }
        for open in before.into_values() {
            open.close();
            open.empty(net).await;
        }
        outcome
    }

    /// Closes all of them.
    pub(super) fn close(&mut self) {
        for open in std::mem::take(&mut self.0).into_values() {
            open.close();
        }
    }

    pub(super) fn count(&self) -> Vec<ListenerCount> {
        self.0
            .iter()
            .map(|(&address, open)| {
                let spec = open.listener.spec.borrow();
                ListenerCount {
                    name: spec.name.to_string(),
                    address,
                    protocol: spec.protocol,
                    websocket: spec.transport.websocket.is_some(),
                    tls: spec.transport.tls.is_some(),
                    clients: open.listener.clients.get(),
                }
            })
            .collect()
    }
}

impl Open {
    fn new(net: &Rc<Net>, spec: Spec, socket: std::net::TcpListener) -> io::Result<Open> {
        let socket = Rc::new(TcpListener::from_std(socket)?);
        let listener = Rc::new(Listener {
            spec: RefCell::new(spec),
            clients: Cell::new(0),
            closing: Notify::new(),
        });
        spawn_local(accept(net.clone(), listener.clone(), socket.clone()));
        Ok(Open { listener, socket })
    }

    /// Has the accepting end once it has handed on what it holds.
    fn close(&self) {
        self.listener.closing.notify_one();
    }

    /// Lets those in who wait to be accepted, as many as may wait: in a flood somebody always does. Asks the kernel itself, which knows
    /// of those too whom the event loop has not been told of yet.
    async fn empty(&self, net: &Rc<Net>) {
        for _ in 0..=BACKLOG {
            match accept_now(&self.socket) {
                Ok((stream, address)) => admit(net, &self.listener, stream, address).await,
                Err(error) if Trouble::of(&error) == Trouble::TheirOwn => {}
                Err(_) => return,
            }
        }
    }
}

fn accept_now(socket: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    let (stream, address) = SockRef::from(socket).accept()?;
    stream.set_nonblocking(true)?;
    let address = address.as_socket().ok_or(io::ErrorKind::AddrNotAvailable)?;
    Ok((TcpStream::from_std(stream.into())?, address))
}

async fn accept(net: Rc<Net>, listener: Rc<Listener>, socket: Rc<TcpListener>) {
    let _deaf = EndOnPanic;
    let mut reserve = Reserve::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = listener.closing.notified() => return,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => admit(&net, &listener, stream, address).await,
            Err(error) => {
                let trouble = Trouble::of(&error);
                if trouble == Trouble::NoDescriptors {
                    reserve.refuse_one(&net, &listener, &socket);
                }
                if trouble != Trouble::TheirOwn {
                    tracing::error!(%error, "cannot accept connections; trying again every second");
                    listener.rest().await;
                }
            }
        }
        // Connections that never end must not keep the hub from its turn.
        tokio::task::coop::consume_budget().await;
    }
}

async fn admit(net: &Rc<Net>, listener: &Rc<Listener>, stream: TcpStream, address: SocketAddr) {
    let settings = net.settings();
    let verdict = if net.paused.get() {
        net.admission.borrow_mut().refused += 1;
        Err(PAUSED)
    } else {
        net.admission
            .borrow_mut()
            .enter(address.ip(), &settings, hub::now())
    };
    match verdict {
        Ok(()) if listener.spec.borrow().transport.is_bare() => {
            connection::open(net, listener, stream, address, None).await;
        }
        Ok(()) => handshake::begin(net, listener, stream, address),
        Err(refused) => {
            tracing::warn!(
                code = refused.code,
                "connections are turned away: {}",
                refused.text
            );
            let told = listener.spec.borrow().told(refused);
            linger::turn_away(stream, &told, settings.linger, &net.farewells);
        }
    }
}

/// What an error of `accept` means (accept(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// The connection was gone before we took it.
    TheirOwn,
    /// The process or the machine has no descriptors left.
    NoDescriptors,
    /// No memory, or what nobody knows.
    Other,
}

impl Trouble {
    fn of(error: &io::Error) -> Trouble {
        use nix::errno::Errno;
        match error.raw_os_error().map(Errno::from_raw) {
            Some(
                Errno::ECONNABORTED
                | Errno::ECONNRESET
                | Errno::EINTR
                | Errno::EPERM
                | Errno::EPROTO
                | Errno::ENETDOWN
                | Errno::EHOSTDOWN
                | Errno::EHOSTUNREACH
                | Errno::ENETUNREACH
                | Errno::ENONET
                | Errno::ENOPROTOOPT
                | Errno::EOPNOTSUPP,
            ) => Trouble::TheirOwn,
            Some(Errno::EMFILE | Errno::ENFILE) => Trouble::NoDescriptors,
            _ => Trouble::Other,
        }
    }
}

/// A descriptor kept for the moment when there is none: given up, so that the one who waits at the door can be told.
struct Reserve(Option<std::fs::File>);

impl Reserve {
    fn new() -> Reserve {
        Reserve(std::fs::File::open("/dev/null").ok())
    }

    fn refuse_one(&mut self, net: &Net, listener: &Listener, socket: &TcpListener) {
        const NONE_LEFT: Refused = Refused {
            code: "full",
            text: "the server has no descriptors left; try again later",
        };
        self.0 = None;
        if let Ok((stream, _)) = accept_now(socket) {
            net.admission.borrow_mut().refused += 1;
            let _ = stream.try_write(&listener.spec.borrow().told(NONE_LEFT));
        }
        *self = Reserve::new();
    }
}
