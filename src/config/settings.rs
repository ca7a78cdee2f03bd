//! The settings in force, typed: what the rest of chatd reads. Every value here has been checked; nobody checks it again.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use cidr::IpCidr;

use crate::chat::{Protocol, Rate, RoomName};
use crate::logging;

/// A whole configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `[server]`
    pub server: Server,
    /// `[listen.NAME]`, the disabled ones too; at least one is enabled.
    pub listen: BTreeMap<String, Listener>,
    /// `[admin]`
    pub admin: Admin,
    /// `[log]`
    pub log: logging::Settings,
    /// `[plain]`
    pub plain: Plain,
    /// `[limits]`
    pub limits: Limits,
}

/// What the server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// 1 to 63 bytes, without spaces or invisible characters.
    pub name: String,
    /// At most 600 bytes, lines separated by `\n`; empty: no greeting.
    pub greeting: String,
}

/// One place where connections are accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Port 0: the system chooses one.
    pub address: SocketAddr,
    /// What is spoken there.
    pub protocol: Protocol,
    /// Whether it is opened at all.
    pub enabled: bool,
    /// In place of `server.greeting`, if given.
    pub greeting: Option<String>,
    /// Whether its clients are told who comes and goes.
    pub news: bool,
}

/// The admin channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The Unix socket; an absolute path of at most 107 bytes.
    pub socket: PathBuf,
    /// Whether an operator who watches messages also sees the private ones between others.
    pub watch_private: bool,
}

/// The plain protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// Where a new client lands.
    pub room: RoomName,
    /// Bytes without a newline are a message after this much silence; `None`: only a newline ends a message.
    pub unterminated_after: Option<Duration>,
}

/// Everything that is bounded. `None` means that the limit is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once.
    pub connections: Option<u32>,
    /// Connections at once from one address (IPv6: one /64).
    pub connections_per_address: Option<u32>,
    /// New connections from one address (IPv6: one /64).
    pub connect_rate: Option<Rate>,
    /// Lines of one client: the burst is `limits.flood_burst`, the interval `limits.flood_rate`.
    pub flood: Option<Rate>,
    /// Joins of one client.
    pub join_rate: Option<Rate>,
    /// Changes of nick of one client.
    pub nick_rate: Option<Rate>,
    /// Networks that the limits per address and the rates do not hold for.
    pub exempt: Vec<IpCidr>,
    /// Bytes of one line, its newline not counted.
    pub line: usize,
    /// Bytes of one client that wait to be carried out.
    pub input_queue: usize,
    /// Bytes that wait to be written to one client.
    pub send_queue: usize,
    /// Bytes that wait to be written to all clients together.
    pub send_memory: usize,
    /// Bytes of the kernel's send buffer of one connection.
    pub send_buffer: usize,
    /// How long one client may take nothing while something waits for it.
    pub send_time: Option<Duration>,
    /// How long a closing connection may take to read its reason.
    pub linger: Duration,
    /// How long a shutdown may take to write out what is queued.
    pub grace: Duration,
    /// Silence before the kernel probes whether the other end is still there.
    pub keepalive: Option<Duration>,
    /// Rooms at once.
    pub rooms: Option<u32>,
    /// Rooms that one client is in at once.
    pub rooms_per_client: Option<u32>,
    /// Commands that wait for the hub.
    pub inbox: usize,
    /// Connections to the admin socket at once.
    pub admin_connections: usize,
    /// Bytes of one request to the admin socket.
    pub admin_request: usize,
    /// How long one admin request may take to arrive, and its reply to be taken.
    pub admin_time: Duration,
    /// Happenings that wait for one watcher.
    pub watch_queue: usize,
}
