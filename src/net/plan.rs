//! What the net is to listen on: made by the daemon, carried out as a whole.

use std::net::SocketAddr;
use std::sync::Arc;

use super::{Certificate, Settings};
use crate::chat::Protocol;

/// Everything at once: these listeners and no others, these settings.
#[derive(Debug)]
pub struct Plan {
    /// The listeners.
    pub listeners: Vec<Planned>,
    /// The settings.
    pub settings: Settings,
}

/// One listener to be.
#[derive(Debug)]
pub struct Planned {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// Where it listens.
    pub address: SocketAddr,
    /// What is spoken there.
    pub protocol: Protocol,
    /// What new clients are greeted with.
    pub greeting: Arc<str>,
    /// Whether its clients are told news.
    pub news: bool,
    /// What is between its sockets and the protocol.
    pub transport: Transport,
    /// The socket.
    pub socket: Socket,
}

/// What is between a socket and the protocol that is spoken.
#[derive(Clone, Debug, Default)]
pub struct Transport {
    /// TLS, if it is spoken.
    pub tls: Option<Certificate>,
    /// WebSocket, if it is spoken: the web sites whose pages may connect, in lower case; none: any.
    pub websocket: Option<Arc<[String]>>,
}

impl Transport {
    /// Whether the socket's bytes are the protocol's.
    pub(super) fn is_bare(&self) -> bool {
        self.tls.is_none() && self.websocket.is_none()
    }
}

/// Where a listener's socket comes from.
#[derive(Debug)]
pub enum Socket {
    /// Made (or inherited) for it.
    New(std::net::TcpListener),
    /// The one that listens on the same address already, under whatever name.
    Kept,
}
