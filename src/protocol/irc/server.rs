//! What the protocol knows of the server that it speaks for: made by the daemon from the configuration, another one at each
//! reload.

use std::sync::Arc;

use crate::chat::{OPERATOR, Role, Timestamp};

/// The server, as its IRC clients are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// `server.name`: the source of what the server says.
    pub name: Box<str>,
    /// `server.network`.
    pub network: Box<str>,
    /// `chatd-` and the version.
    pub version: Box<str>,
    /// `server.description`; may be empty.
    pub description: Box<str>,
    /// `server.location`; may be empty.
    pub location: Box<str>,
    /// `server.email`; may be empty.
    pub email: Box<str>,
    /// `server.icon`.
    pub icon: Option<Box<str>>,
    /// When it was started.
    pub started: Timestamp,
    /// The message of the day, line by line, each at most 400 bytes; none: there is no file.
    pub motd: Option<Arc<[Box<str>]>>,
    /// Whether clients need a password (`server.password`).
    pub password: bool,
    /// Whether what is said is kept and can be asked for.
    pub history: bool,
    /// Accounts; none: there are none.
    pub accounts: Option<Accounts>,
    /// The STS policy (`irc.sts_*`), if there is one.
    pub sts: Option<Sts>,
    /// `irc.client_tag_deny`: the value of CLIENTTAGDENY; empty: nothing is denied.
    pub client_tag_deny: Box<str>,
    /// Who may become an operator, by name.
    pub operators: Arc<[Operator]>,
    /// The listeners, as STATS P tells operators: `name address protocol`.
    pub listeners: Arc<[Box<str>]>,
    /// The most rooms one user may be in, if that is bounded.
    pub rooms_per_client: Option<u32>,
    /// `limits.send_queue`, in bytes: what may wait for one client. One answer takes a quarter of it at most.
    pub send_queue: usize,
}

impl Server {
    /// The source of what the operator at the console does.
    pub fn console(&self) -> String {
        let name = OPERATOR.trim_start_matches('*');
        format!("{OPERATOR}!{name}@{}", self.name)
    }

    /// The most bytes of one answer, but for its last lines.
    pub fn answer(&self) -> usize {
        self.send_queue / 4
    }

    /// A server of that name, with nothing else configured.
    pub fn named(name: &str) -> Server {
        Server {
            name: name.into(),
            network: name.into(),
            version: concat!("chatd-", env!("CARGO_PKG_VERSION")).into(),
            description: "".into(),
            location: "".into(),
            email: "".into(),
            icon: None,
            started: Timestamp(0),
            motd: None,
            password: false,
            history: false,
            accounts: None,
            sts: None,
            client_tag_deny: "".into(),
            operators: Arc::new([]),
            listeners: Arc::new([]),
            rooms_per_client: None,
            send_queue: 4 * 1024 * 1024,
        }
    }
}

/// What clients are told of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// Whether they may make some by themselves.
    pub registration: bool,
}

/// IRCv3 STS: clients are to use TLS only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sts {
    /// Where TLS is spoken.
    pub port: u16,
    /// For how many seconds the policy holds.
    pub duration: u64,
    /// Whether browsers and clients may have it built in.
    pub preload: bool,
    /// The hosts that it holds for; empty: any.
    pub hosts: Box<[Box<str>]>,
}

/// Who may become an operator by OPER (`[operator.NAME]`). The password itself is checked outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The name.
    pub name: Arc<str>,
    /// What it may do.
    pub role: Role,
    /// The host that it is shown with from then on.
    pub host: Option<Box<str>>,
    /// The SHA-256 fingerprint that its client's certificate must have, lower-case hexadecimal.
    pub certificate: Option<Box<str>>,
    /// Whether a password is needed.
    pub password: bool,
    /// Networks that it must come from; empty: any.
    pub from: Vec<cidr::IpCidr>,
}
