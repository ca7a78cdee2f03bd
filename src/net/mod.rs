//! Connections: listeners, who is let in, reading, and how the hub's mailboxes reach the sockets. Knows no chat rules.
//!
//! All of it runs on the chat's one thread. An idle connection is a parked task and a registered socket: bytes are read
//! into one scratch buffer that the thread owns, and written from the hub's mailboxes.

mod accept;
mod admission;
mod bind;
mod connection;
mod handshake;
mod layers;
mod linger;
mod opening;
mod outgoing;
mod places;
mod plan;
mod reading;
mod tls;

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot};

pub use accept::ListenerCount;
pub use admission::Origin;
pub use bind::{BindError, Inherited, bind, inherited, take_over};
pub use outgoing::Line;
pub use plan::{Plan, Planned, Socket, Transport};
pub use tls::{Certificate, CertificateError};

use crate::chat::Rate;
use crate::hub::Input;
use crate::protocol;

/// What holds for connections. Live, but for what is said at a field.
#[derive(Clone, Debug)]
pub struct Settings {
    /// As many clients as there may be: `limits.connections`, or what the descriptors allow if that is less.
    pub connections: usize,
    /// `limits.connections_per_address`; an IPv6 /64 is one address.
    pub per_address: Option<u32>,
    /// `limits.connect_rate`, of one address.
    pub connect_rate: Option<Rate>,
    /// `limits.exempt`.
    pub exempt: Vec<cidr::IpCidr>,
    /// What the plain protocol bounds.
    pub plain: protocol::Limits,
    /// `plain.unterminated_after`.
    pub unterminated_after: Option<Duration>,
    /// `limits.linger`.
    pub linger: Duration,
    /// `limits.send_buffer`; for new connections: what the kernel holds for one that does not read.
    pub send_buffer: usize,
    /// `limits.keepalive`; for new connections.
    pub keepalive: Option<Duration>,
    /// How long the kernel tries to reach a peer that acknowledges nothing; for new connections.
    pub unreachable_after: Option<Duration>,
    /// `limits.tls_handshakes`: handshakes of TLS and WebSocket at once.
    pub handshakes: usize,
    /// `limits.tls_handshake_time`; for new connections.
    pub handshake_time: Duration,
    /// How many connections that are turned away may be waited for at once while they read why; read at start.
    pub farewells: usize,
}

impl Settings {
    fn exempts(&self, address: IpAddr) -> bool {
        exempts(&self.exempt, address)
    }
}

/// Whether an address is in one of those networks (`limits.exempt`).
pub fn exempts(networks: &[cidr::IpCidr], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

/// What the daemon tells the net from its own thread.
#[derive(Debug)]
pub enum Order {
    /// Have just these listeners and these settings; answers when that is so, or what the kernel has refused.
    Apply(Box<Plan>, oneshot::Sender<std::io::Result<()>>),
    /// Refuse new connections with a notice, or take them again.
    Pause(bool, oneshot::Sender<()>),
    /// Stop listening for good; what is connected stays.
    StopListening(oneshot::Sender<()>),
    /// Count.
    Count(oneshot::Sender<Counts>),
}

/// Counts of the net.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections turned away since the start, and those whose handshake failed.
    pub refused: u64,
    /// Each open listener.
    pub listeners: Vec<ListenerCount>,
}

/// What all connections share.
struct Net {
    settings: RefCell<Rc<Settings>>,
    admission: RefCell<admission::Admission>,
    inbox: mpsc::Sender<Input<Line>>,
    next_client: Cell<u64>,
    paused: Cell<bool>,
    /// How many turned-away connections may be waited for at once while they read why.
    farewells: Arc<Semaphore>,
    /// Who is in a handshake.
    places: places::Places,
    /// How many handshakes may compute at once, beside this thread.
    computing: Arc<Semaphore>,
}

/// More would take the processors away from the chat.
const COMPUTING: usize = 2;

impl Net {
    fn settings(&self) -> Rc<Settings> {
        self.settings.borrow().clone()
    }
}

/// Runs until the orders end. `inbox` leads to the hub.
pub async fn run(
    settings: Settings,
    inbox: mpsc::Sender<Input<Line>>,
    mut orders: mpsc::Receiver<Order>,
) {
    let _deaf = connection::EndOnPanic;
    let net = Rc::new(Net {
        farewells: Arc::new(Semaphore::new(settings.farewells)),
        settings: RefCell::new(Rc::new(settings)),
        admission: RefCell::default(),
        places: places::Places::default(),
        computing: Arc::new(Semaphore::new(COMPUTING)),
        inbox,
        next_client: Cell::new(1),
        paused: Cell::new(false),
    });
    let mut listeners = accept::Listeners::default();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Apply(plan, done) => {
                let _ = done.send(listeners.apply(&net, *plan).await);
            }
            Order::Pause(paused, done) => {
                net.paused.set(paused);
                let _ = done.send(());
            }
            Order::StopListening(done) => {
                listeners.close();
                let _ = done.send(());
            }
            Order::Count(back) => {
                let refused = net.admission.borrow().refused;
                let _ = back.send(Counts {
                    refused,
                    listeners: listeners.count(),
                });
            }
        }
    }
}
