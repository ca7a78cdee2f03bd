//! The settings in force, typed: what the rest of chatd reads. Every value here has been checked; nobody checks it again.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use cidr::IpCidr;

use crate::chat::{Protocol, Rate, Role, RoomName};
use crate::logging;
use crate::store::{Durability, Retention};

use super::credential::{File, Password};

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
    /// `[irc]`
    pub irc: Irc,
    /// `[history]`, and `[retention.NAME]`.
    pub history: History,
    /// `[accounts]`
    pub accounts: Accounts,
    /// `[operator.NAME]`
    pub operators: BTreeMap<String, Operator>,
    /// `[limits]`
    pub limits: Limits,
}

/// What the server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// 1 to 63 bytes, without spaces, `!`, `@` or invisible characters.
    pub name: String,
    /// The network's name; as the server's if none is set.
    pub network: String,
    /// One line.
    pub description: String,
    /// One line.
    pub location: Option<String>,
    /// One line.
    pub email: Option<String>,
    /// A URL that begins with `https://`.
    pub icon: Option<String>,
    /// The file with the message of the day; relative to the configuration file's directory.
    pub motd: Option<PathBuf>,
    /// What IRC clients must give with PASS.
    pub password: Option<Password>,
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
    /// Whether it is spoken in WebSocket messages (IRC only).
    pub websocket: bool,
    /// TLS, if it speaks that.
    pub tls: Option<Tls>,
    /// The web sites whose pages may connect by WebSocket, in lower case; empty: any.
    pub origins: Vec<String>,
    /// Whether it is opened at all.
    pub enabled: bool,
    /// In place of `server.greeting`, if given.
    pub greeting: Option<String>,
    /// Whether its clients are told who comes and goes.
    pub news: bool,
}

/// The files and the manner of a listener's TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate and those that it rests on, in PEM.
    pub certificate: File,
    /// Its private key, in PEM.
    pub key: File,
    /// Whether clients are asked for a certificate of theirs.
    pub ask: bool,
}

/// One `[operator.NAME]`; it has a password, a certificate or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// What OPER must give.
    pub password: Option<Password>,
    /// The SHA-256 hash of the certificate that the client must have: 64 digits in lower case.
    pub certificate: Option<String>,
    /// What the operator may do.
    pub role: Role,
    /// The host that others see of the operator.
    pub host: Option<String>,
    /// Where the operator may come from; empty: anywhere.
    pub from: Vec<IpCidr>,
}

/// The IRC protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Irc {
    /// The modes of a new room, each letter once.
    pub room_modes: String,
    /// The value of `CLIENTTAGDENY` (IRCv3 message-tags); empty: no tag is denied.
    pub client_tag_deny: String,
    /// The policy of strict transport security, if there is one.
    pub sts: Option<Sts>,
}

/// A policy of strict transport security (IRCv3 sts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sts {
    /// The port with TLS, for clients without.
    pub port: u16,
    /// Seconds that the policy is kept for; 0 takes a former one back.
    pub duration: u32,
    /// Whether it may be on lists that programs are shipped with.
    pub preload: bool,
    /// The host names that it holds for, in lower case; empty: any that a client names in its TLS handshake.
    pub hosts: Vec<String>,
}

/// What is kept of what was said.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of its own, and any of them can be set"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Whether anything is.
    pub enabled: bool,
    /// Where; an absolute path.
    pub directory: PathBuf,
    /// When a message counts as stored.
    pub durability: Durability,
    /// How long messages are kept.
    pub retention: Retention,
    /// How long those of some rooms are, by the names of the tables that say so; no two of the same room.
    pub rooms: BTreeMap<String, RoomRetention>,
    /// Whether private messages are kept too.
    pub direct_messages: bool,
    /// Whether joins, topics, modes and the like are kept too.
    pub events: bool,
    /// Whether those who enter a room may read what was said before while it was open to everybody.
    pub before_join: bool,
    /// Bytes that may wait for the disk.
    pub pending: usize,
    /// How long a message may wait for the disk until further ones are refused.
    pub stall: Duration,
    /// How many messages of a room an IRC client without CHATHISTORY gets on entering; `None`: none.
    pub replay: Option<u32>,
    /// How many a plain client gets; `None`: none.
    pub plain_replay: Option<u32>,
}

/// Accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// Whether there are any.
    pub enabled: bool,
    /// Whether people make them by themselves.
    pub registration: bool,
    /// Whether their users stay without clients, where they do not say otherwise.
    pub always_on: bool,
    /// How many missed messages of each room a device gets when it comes back; `None`: none.
    pub missed: Option<u32>,
}

/// One `[retention.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRetention {
    /// The room.
    pub room: RoomName,
    /// How long its messages are kept, in place of what is said for all.
    pub retention: Retention,
}

/// The admin channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The Unix socket; an absolute path of at most 107 bytes.
    pub socket: PathBuf,
    /// The groups whose members may look.
    pub readers: Vec<String>,
    /// The groups whose members may do everything.
    pub administrators: Vec<String>,
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
    /// Rooms that one account has registered.
    pub rooms_per_account: Option<u32>,
    /// How long an IRC client may take until it is registered, in total.
    pub registration_time: Duration,
    /// Silence before an IRC client is asked whether it is still there.
    pub ping_interval: Option<Duration>,
    /// How long it may take to answer that.
    pub ping_timeout: Duration,
    /// Entries of each list of a room.
    pub list_entries: usize,
    /// Nicks that one client may watch.
    pub monitor: usize,
    /// Users who have gone and are remembered; `None`: none are.
    pub whowas: Option<u32>,
    /// Passwords that are checked at once.
    pub hashes: usize,
    /// Wrong passwords from one address.
    pub password_rate: Option<Rate>,
    /// Accounts that are made from one address.
    pub register_rate: Option<Rate>,
    /// TLS and WebSocket handshakes at once.
    pub tls_handshakes: usize,
    /// How long one of them may take.
    pub tls_handshake_time: Duration,
    /// Commands that wait for the hub.
    pub inbox: usize,
    /// Threads that write to clients.
    pub workers: usize,
    /// Connections to the admin socket at once.
    pub admin_connections: usize,
    /// Bytes of one request to the admin socket.
    pub admin_request: usize,
    /// How long one admin request may take to arrive, and its reply to be taken.
    pub admin_time: Duration,
    /// Happenings that wait for one watcher.
    pub watch_queue: usize,
}
