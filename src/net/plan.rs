//! What the net is to listen on: made by the daemon, carried out as a whole.

use std::net::SocketAddr;
use std::sync::Arc;

use super::Settings;
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
    /// The socket.
    pub socket: Socket,
}

/// Where a listener's socket comes from.
#[derive(Debug)]
pub enum Socket {
    /// Made (or inherited) for it.
    New(std::net::TcpListener),
    /// The one that listens on the same address already, under whatever name.
    Kept,
}
