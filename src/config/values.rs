//! The merged values, typed, and the settings made of them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::admin::Problem;
use crate::chat::{Protocol, Rate, RoomName};
use crate::logging;

use super::kind::Value;
use super::merge::Merged;
use super::nearest;
use super::schema::{self, Key};
use super::settings::{Admin, Limits, Listener, Plain, Server, Settings};

/// A key, what it has, and where that comes from.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) key: &'static Key,
    pub(super) value: Value,
    pub(super) origin: String,
}

/// The values of all keys, in the order of the schema; the listeners follow each other by name.
#[derive(Clone, Debug)]
pub(super) struct Values(Vec<Entry>);

impl Values {
    /// Types each merged value. The layers' values were checked one by one, so a problem here is a default's.
    pub(super) fn new(merged: &Merged) -> Result<Values, Vec<Problem>> {
        let mut entries = Vec::new();
        let mut problems = Vec::new();
        for (path, (raw, origin)) in merged {
            let parts: Vec<&str> = path.splitn(3, '.').collect();
            let Some(key) = nearest::key_of(&parts) else {
                continue;
            };
            match key.kind.parse(raw) {
                Ok(value) => entries.push(Entry {
                    path: path.clone(),
                    key,
                    value,
                    origin: origin.clone(),
                }),
                Err(message) => problems.push(Problem {
                    place: origin.clone(),
                    key: Some(path.clone()),
                    message,
                }),
            }
        }
        let place = |entry: &Entry| {
            schema::KEYS
                .iter()
                .position(|key| std::ptr::eq(key, entry.key))
        };
        entries.sort_by_key(|entry| (listener_of(&entry.path).map(str::to_owned), place(entry)));
        if problems.is_empty() {
            Ok(Values(entries))
        } else {
            Err(problems)
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(super) fn get(&self, path: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.path == path)
    }

    /// The listeners' names, in order.
    pub(super) fn listeners(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .0
            .iter()
            .filter_map(|entry| listener_of(&entry.path))
            .collect();
        names.dedup();
        names
    }

    /// The settings, once every listener is known to have an address.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            server: Server {
                name: self.text("server.name"),
                greeting: self.text("server.greeting"),
            },
            listen: self.listen(),
            admin: Admin {
                socket: PathBuf::from(self.text("admin.socket")),
                watch_private: self.flag("admin.watch_private"),
            },
            log: logging::Settings {
                directory: PathBuf::from(self.text("log.directory")),
                level: self.text("log.level"),
                rotation: match self.text("log.rotation").as_str() {
                    "minutely" => logging::Rotation::Minutely,
                    "hourly" => logging::Rotation::Hourly,
                    "never" => logging::Rotation::Never,
                    _ => logging::Rotation::Daily,
                },
                max_size: self.bytes("log.max_size"),
                keep: self.count("log.keep"),
            },
            plain: Plain {
                room: RoomName::parse(&self.text("plain.room"))
                    .expect("the schema accepts only what parses"),
                unterminated_after: self.time("plain.unterminated_after"),
            },
            limits: self.limits(),
        }
    }

    fn listen(&self) -> BTreeMap<String, Listener> {
        let listener = |name: &str| {
            let path = |key: &str| format!("listen.{name}.{key}");
            let address = match self.value(&path("address")) {
                Some(Value::Address(address)) => *address,
                _ => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            };
            Listener {
                address,
                protocol: Protocol::parse(&self.text(&path("protocol")))
                    .expect("the schema accepts only what parses"),
                enabled: self.flag(&path("enabled")),
                greeting: self
                    .value(&path("greeting"))
                    .map(|_| self.text(&path("greeting"))),
                news: self.flag(&path("news")),
            }
        };
        self.listeners()
            .into_iter()
            .map(|name| (name.to_owned(), listener(name)))
            .collect()
    }

    fn limits(&self) -> Limits {
        let burst = self.capacity("limits.flood_burst");
        Limits {
            connections: self.count("limits.connections"),
            connections_per_address: self.count("limits.connections_per_address"),
            connect_rate: self.rate("limits.connect_rate"),
            flood: self.rate("limits.flood_rate").map(|rate| Rate {
                burst: u32::try_from(burst).unwrap_or(u32::MAX),
                ..rate
            }),
            join_rate: self.rate("limits.join_rate"),
            nick_rate: self.rate("limits.nick_rate"),
            exempt: match self.value("limits.exempt") {
                Some(Value::Networks(networks)) => networks.clone(),
                _ => Vec::new(),
            },
            line: self.size("limits.line"),
            input_queue: self.size("limits.input_queue"),
            send_queue: self.size("limits.send_queue"),
            send_memory: self.size("limits.send_memory"),
            send_buffer: self.size("limits.send_buffer"),
            send_time: self.time("limits.send_time"),
            linger: self.always("limits.linger"),
            grace: self.always("limits.grace"),
            keepalive: self.time("limits.keepalive"),
            rooms: self.count("limits.rooms"),
            rooms_per_client: self.count("limits.rooms_per_client"),
            inbox: self.capacity("limits.inbox"),
            admin_connections: self.capacity("limits.admin_connections"),
            admin_request: self.size("limits.admin_request"),
            admin_time: self.always("limits.admin_time"),
            watch_queue: self.capacity("limits.watch_queue"),
        }
    }

    fn value(&self, path: &str) -> Option<&Value> {
        self.get(path).map(|entry| &entry.value)
    }

    fn text(&self, path: &str) -> String {
        match self.value(path) {
            Some(Value::Text(text)) => text.clone(),
            other => unreachable!("the schema gives {path} a text, not {other:?}"),
        }
    }

    fn flag(&self, path: &str) -> bool {
        match self.value(path) {
            Some(Value::Flag(flag)) => *flag,
            other => unreachable!("the schema gives {path} a flag, not {other:?}"),
        }
    }

    fn count(&self, path: &str) -> Option<u32> {
        match self.value(path) {
            Some(Value::Count(count)) => Some(*count),
            Some(Value::Off) => None,
            other => unreachable!("the schema gives {path} a count, not {other:?}"),
        }
    }

    fn capacity(&self, path: &str) -> usize {
        let count = self.count(path).expect("the schema does not let it be off");
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    fn bytes(&self, path: &str) -> Option<u64> {
        match self.value(path) {
            Some(Value::Size(bytes)) => Some(*bytes),
            Some(Value::Off) => None,
            other => unreachable!("the schema gives {path} a size, not {other:?}"),
        }
    }

    fn size(&self, path: &str) -> usize {
        let bytes = self.bytes(path).expect("the schema does not let it be off");
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    fn time(&self, path: &str) -> Option<Duration> {
        match self.value(path) {
            Some(Value::Time(time)) => Some(*time),
            Some(Value::Off) => None,
            other => unreachable!("the schema gives {path} a time, not {other:?}"),
        }
    }

    fn always(&self, path: &str) -> Duration {
        self.time(path).expect("the schema does not let it be off")
    }

    fn rate(&self, path: &str) -> Option<Rate> {
        match self.value(path) {
            Some(Value::Rate(rate)) => Some(rate.rate()),
            Some(Value::Off) => None,
            other => unreachable!("the schema gives {path} a rate, not {other:?}"),
        }
    }
}

/// The listener that a path is about.
pub(super) fn listener_of(path: &str) -> Option<&str> {
    path.strip_prefix("listen.")?
        .rsplit_once('.')
        .map(|(name, _)| name)
}
