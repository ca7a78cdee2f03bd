//! The settings, made of the merged values. Nothing is checked here any more: the schema and the cross-checks have.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use cidr::IpCidr;

use crate::chat::{Protocol, Rate, Role, RoomName};
use crate::logging;

use super::credential::{File, Password};
use super::kind::Value;
use super::settings::{
    Accounts, Admin, Irc, Limits, Listener, Operator, Plain, Server, Settings, Sts, Tls,
};
use super::text;
use super::values::Values;

mod history;

impl Values {
    /// The settings, once every listener is known to have an address.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            server: self.server(),
            operators: self
                .names("operator")
                .into_iter()
                .map(|name| (name.to_owned(), self.operator(name)))
                .collect(),
            listen: self
                .names("listen")
                .into_iter()
                .map(|name| (name.to_owned(), self.listener(name)))
                .collect(),
            admin: Admin {
                socket: PathBuf::from(self.text("admin.socket")),
                readers: self.texts("admin.readers"),
                administrators: self.texts("admin.administrators"),
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
                keep_audit: self.count("log.keep_audit"),
            },
            plain: Plain {
                room: RoomName::parse(&self.text("plain.room"))
                    .expect("the schema accepts only what parses"),
                unterminated_after: self.time("plain.unterminated_after"),
            },
            irc: Irc {
                room_modes: self.text("irc.room_modes"),
                client_tag_deny: self.text("irc.client_tag_deny"),
                sts: self.sts(),
            },
            history: self.history(),
            accounts: Accounts {
                enabled: self.flag("accounts.enabled"),
                registration: self.flag("accounts.registration"),
                always_on: self.flag("accounts.always_on"),
                missed: self.count("accounts.missed"),
            },
            limits: self.limits(),
        }
    }

    fn server(&self) -> Server {
        let name = self.text("server.name");
        Server {
            network: self
                .text_if_set("server.network")
                .unwrap_or_else(|| name.clone()),
            name,
            greeting: self.text("server.greeting"),
            description: self.text("server.description"),
            location: self.text_if_set("server.location"),
            email: self.text_if_set("server.email"),
            icon: self.text_if_set("server.icon"),
            motd: self.text_if_set("server.motd").map(PathBuf::from),
            password: self.password("server.password"),
        }
    }

    fn sts(&self) -> Option<Sts> {
        let duration = self.text_if_set("irc.sts_duration")?;
        let port = match self.value("irc.sts_port") {
            Some(Value::Count(port)) => u16::try_from(*port).ok()?,
            _ => return None,
        };
        Some(Sts {
            port,
            duration: text::seconds(&duration).expect("the schema accepts only what parses"),
            preload: self.flag("irc.sts_preload"),
            hosts: self.texts("irc.sts_hosts"),
        })
    }

    fn operator(&self, name: &str) -> Operator {
        let path = |key: &str| format!("operator.{name}.{key}");
        Operator {
            password: self.password(&path("password")),
            certificate: self.text_if_set(&path("certificate")),
            role: Role::parse(&self.text(&path("role"))).unwrap_or(Role::Observer),
            host: self.text_if_set(&path("host")),
            from: self.networks(&path("from")),
        }
    }

    fn listener(&self, name: &str) -> Listener {
        let path = |key: &str| format!("listen.{name}.{key}");
        let address = match self.value(&path("address")) {
            Some(Value::Address(address)) => *address,
            _ => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        };
        let file = |key: &str| {
            let text = self.text_if_set(&path(key))?;
            Some(File::parse(&text).expect("the schema accepts only what parses"))
        };
        let ask = self
            .text_if_set(&path("tls.client_certificates"))
            .is_some_and(|word| word == "ask");
        let (protocol, websocket) = match self.text(&path("protocol")).as_str() {
            "irc" => (Protocol::Irc, false),
            "websocket" => (Protocol::Irc, true),
            _ => (Protocol::Plain, false),
        };
        Listener {
            address,
            protocol,
            websocket,
            enabled: self.flag(&path("enabled")),
            greeting: self.text_if_set(&path("greeting")),
            news: self.flag(&path("news")),
            tls: file("tls.certificate")
                .zip(file("tls.key"))
                .map(|(certificate, key)| Tls {
                    certificate,
                    key,
                    ask,
                }),
            origins: self.texts(&path("origins")),
        }
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
            exempt: self.networks("limits.exempt"),
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
            rooms_per_account: self.count("limits.rooms_per_account"),
            registration_time: self.always("limits.registration_time"),
            ping_interval: self.time("limits.ping_interval"),
            ping_timeout: self.always("limits.ping_timeout"),
            list_entries: self.capacity("limits.list_entries"),
            monitor: self.capacity("limits.monitor"),
            whowas: self.count("limits.whowas"),
            hashes: self.capacity("limits.hashes"),
            password_rate: self.rate("limits.password_rate"),
            register_rate: self.rate("limits.register_rate"),
            tls_handshakes: self.capacity("limits.tls_handshakes"),
            tls_handshake_time: self.always("limits.tls_handshake_time"),
            inbox: self.capacity("limits.inbox"),
            workers: self.capacity("limits.workers"),
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

    fn text_if_set(&self, path: &str) -> Option<String> {
        self.value(path).map(|_| self.text(path))
    }

    /// Of a list that is not set: none.
    fn texts(&self, path: &str) -> Vec<String> {
        match self.value(path) {
            Some(Value::Texts(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    fn networks(&self, path: &str) -> Vec<IpCidr> {
        match self.value(path) {
            Some(Value::Networks(networks)) => networks.clone(),
            _ => Vec::new(),
        }
    }

    fn password(&self, path: &str) -> Option<Password> {
        match self.value(path) {
            Some(Value::Secret(text)) => {
                Some(Password::parse(text).expect("the schema accepts only what parses"))
            }
            _ => None,
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
