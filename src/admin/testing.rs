//! What the admin channel's tests share: a client, a caller that says exact bytes, a log that keeps audit records.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tracing::Dispatch;
use tracing::field::{Field, Visit};
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::connection::Connection;
use super::server::{Open, Seat};
use super::{Call, Client, Limits, Peer, Reply, Request, Roles};

/// A client as the daemon tells of it: a plain one, in `#lobby`.
pub(crate) fn client(id: u64, nick: &str) -> Client {
    Client {
        id,
        nick: nick.into(),
        username: "plain".into(),
        host: "127.0.0.1".into(),
        realname: String::new(),
        account: None,
        device: None,
        modes: String::new(),
        role: None,
        capabilities: Vec::new(),
        tls: None,
        cipher: None,
        certificate: None,
        address: "127.0.0.1:4711".into(),
        protocol: "plain".into(),
        listener: "plain".into(),
        rooms: vec!["#lobby".into()],
        current_room: None,
        away: None,
        connected_at: "2026-11-22T10:00:00Z".into(),
        age_seconds: 0,
        idle_seconds: 0,
        lines_received: 0,
        bytes_waiting: 0,
    }
}

/// Limits that no test runs into by accident.
pub(super) const LIMITS: Limits = Limits {
    connections: 16,
    request: 64 * 1024,
    time: Duration::from_secs(30),
};

/// Longer than anything takes; a test that waits this long has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The other end of an admin connection.
pub(super) struct Caller(BufReader<UnixStream>);

impl Caller {
    pub(super) async fn connect(path: &Path) -> Caller {
        Caller(BufReader::new(UnixStream::connect(path).await.unwrap()))
    }

    /// Says a message.
    pub(super) async fn say(&mut self, message: &str) {
        self.try_say(message).await.unwrap();
    }

    /// Says a message, if the other end still listens.
    pub(super) async fn try_say(&mut self, message: &str) -> io::Result<()> {
        self.0.get_mut().write_all(message.as_bytes()).await?;
        self.0.get_mut().write_all(b"\0").await
    }

    pub(super) async fn say_bytes(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).await.unwrap();
    }

    /// The next reply; none at the end.
    pub(super) async fn hear(&mut self) -> Option<Value> {
        let hear = async {
            let mut message = Vec::new();
            loop {
                match self.0.read_u8().await {
                    Ok(0) => return Some(serde_json::from_slice(&message).unwrap()),
                    Ok(byte) => message.push(byte),
                    Err(_) => return None,
                }
            }
        };
        tokio::time::timeout(PATIENCE, hear).await.expect("a reply")
    }

    /// Says a message and takes the reply.
    pub(super) async fn ask(&mut self, message: &str) -> Value {
        self.say(message).await;
        self.hear().await.expect("a reply before the end")
    }
}

/// A process of that user.
pub(super) fn peer(uid: u32) -> Peer {
    Peer {
        uid,
        user: Some("someone".into()),
        gid: uid,
        groups: Some(vec![4, 24]),
        pid: 4321,
    }
}

/// A connection of root's, without a server around it.
pub(super) fn connection() -> (Caller, mpsc::Receiver<Call>) {
    connection_of(peer(0), LIMITS)
}

pub(super) fn connection_of(peer: Peer, limits: Limits) -> (Caller, mpsc::Receiver<Call>) {
    let (_, roles) = watch::channel(Arc::default());
    connection_where(roles, peer, limits)
}

/// A connection where these have roles.
pub(super) fn connection_where(
    roles: watch::Receiver<Arc<Roles>>,
    peer: Peer,
    limits: Limits,
) -> (Caller, mpsc::Receiver<Call>) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let (_, limits) = watch::channel(limits);
    let (calls, asked) = mpsc::channel(4);
    let seat = Seat::take(&Open::default(), 1).unwrap();
    tokio::spawn(Connection::new(theirs, peer, limits, roles, calls, seat).run());
    (Caller(BufReader::new(ours)), asked)
}

/// Carries out what is asked: a log level is set, everything else is done.
pub(super) fn carry_out(mut calls: mpsc::Receiver<Call>) {
    tokio::spawn(async move {
        while let Some(call) = calls.recv().await {
            call.answer.send(Ok(match call.request {
                Request::SetLogLevel { level } => Reply::Level {
                    old: "info".into(),
                    new: level,
                },
                _ => Reply::Done {},
            }));
        }
    });
}

/// The next call; there must be one.
pub(super) async fn next(calls: &mut mpsc::Receiver<Call>) -> Call {
    let call = tokio::time::timeout(PATIENCE, calls.recv()).await;
    call.expect("a call in time").expect("a call")
}

/// The audit records of this thread since [`keep_records`].
#[derive(Clone, Default)]
pub(super) struct Records(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

impl Records {
    /// What, parameters and outcome of each.
    pub(super) fn taken(&self) -> Vec<[String; 3]> {
        let records = self.0.lock().unwrap();
        let field = |record: &BTreeMap<_, String>, name| record[name].clone();
        records
            .iter()
            .map(|record| ["what", "parameters", "outcome"].map(|name| field(record, name)))
            .collect()
    }

    pub(super) fn field(&self, index: usize, name: &str) -> String {
        self.0.lock().unwrap()[index][name].clone()
    }
}

pub(super) fn keep_records() -> (Records, DefaultGuard) {
    // Alone, a log would have no records of what another thread, which keeps none, comes to first: tracing asks that one only.
    static ANOTHER: OnceLock<Dispatch> = OnceLock::new();
    ANOTHER.get_or_init(|| Dispatch::new(NoSubscriber::new()));
    let records = Records::default();
    let log = tracing_subscriber::registry().with(records.clone());
    (records, tracing::subscriber::set_default(log))
}

impl<S: tracing::Subscriber> Layer<S> for Records {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "audit" {
            let mut fields = Fields::default();
            event.record(&mut fields);
            self.0.lock().unwrap().push(fields.0);
        }
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().into(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().into(), format!("{value:?}"));
    }
}
