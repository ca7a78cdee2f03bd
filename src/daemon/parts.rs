//! Each floor's own settings, out of the configuration.

use super::descriptors::Descriptors;
use std::sync::Arc;

use crate::chat::{Policy, RoomFlag, RoomFlags, Timestamp};
use crate::config::{self, Settings};
use crate::protocol::{self, irc};
use crate::{admin, hub, net, store};

pub(super) fn policy(settings: &Settings) -> Policy {
    Policy {
        server: settings.server.name.as_str().into(),
        landing: settings.plain.room.clone(),
        rooms: settings.limits.rooms,
        rooms_per_client: settings.limits.rooms_per_client,
        rooms_per_account: settings.limits.rooms_per_account,
        join_rate: settings.limits.join_rate,
        nick_rate: settings.limits.nick_rate,
        room_modes: room_modes(&settings.irc.room_modes),
        list_entries: u32::try_from(settings.limits.list_entries).unwrap_or(u32::MAX),
        monitor: u32::try_from(settings.limits.monitor).unwrap_or(u32::MAX),
        whowas: settings.limits.whowas.unwrap_or(0),
        before_join: settings.history.before_join,
        keeps_private: settings.history.enabled && settings.history.direct_messages,
    }
}

pub(super) fn hub(settings: &Settings) -> hub::Settings {
    hub::Settings {
        send_queue: settings.limits.send_queue,
        send_memory: settings.limits.send_memory,
        send_time: settings.limits.send_time,
        linger: settings.limits.linger,
        registration_time: settings.limits.registration_time,
        ping_interval: settings.limits.ping_interval,
        ping_timeout: settings.limits.ping_timeout,
        missed: settings.accounts.missed.unwrap_or(0),
        history: hub::HistorySettings {
            direct_messages: settings.history.direct_messages,
            events: settings.history.events,
            pending: settings.history.pending,
            stall: settings.history.stall,
            replay: settings.history.replay.unwrap_or(0),
            plain_replay: settings.history.plain_replay.unwrap_or(0),
        },
    }
}

/// Letters that the configuration has checked.
fn room_modes(letters: &str) -> RoomFlags {
    letters
        .chars()
        .filter_map(RoomFlag::of_letter)
        .fold(RoomFlags::default(), |flags, flag| flags.with(flag, true))
}

/// The server as IRC clients are told of it. `motd`: the lines of the file, if there is one.
pub(super) fn irc(
    settings: &Settings,
    started: Timestamp,
    motd: Option<Arc<[Box<str>]>>,
) -> Arc<irc::Server> {
    let server = &settings.server;
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().into();
    let operators = settings.operators.iter().map(|(name, operator)| {
        let config::Operator {
            password,
            certificate,
            role,
            host,
            from,
        } = operator;
        irc::Operator {
            name: name.as_str().into(),
            role: *role,
            host: host.as_deref().map(Into::into),
            certificate: certificate.as_deref().map(Into::into),
            password: password.is_some(),
            from: from.clone(),
        }
    });
    let listeners = settings.listen.iter().filter(|(_, listen)| listen.enabled);
    let listeners = listeners.map(|(name, listen)| {
        let tls = if listen.tls.is_some() { " tls" } else { "" };
        let socket = if listen.websocket { " websocket" } else { "" };
        let protocol = listen.protocol.as_str();
        format!("{name} {} {protocol}{tls}{socket}", listen.address).into()
    });
    Arc::new(irc::Server {
        network: server.network.as_str().into(),
        description: server.description.as_str().into(),
        location: text(&server.location),
        email: text(&server.email),
        icon: server.icon.as_deref().map(Into::into),
        started,
        motd,
        password: server.password.is_some(),
        sts: settings.irc.sts.as_ref().map(|sts| irc::Sts {
            port: sts.port,
            duration: sts.duration.into(),
            preload: sts.preload,
            hosts: sts.hosts.iter().map(|host| host.as_str().into()).collect(),
        }),
        client_tag_deny: settings.irc.client_tag_deny.as_str().into(),
        operators: operators.collect(),
        listeners: listeners.collect(),
        rooms_per_client: settings.limits.rooms_per_client,
        send_queue: settings.limits.send_queue,
        history: settings.history.enabled,
        accounts: settings.accounts.enabled.then_some(irc::Accounts {
            registration: settings.accounts.registration,
        }),
        ..irc::Server::named(&server.name)
    })
}

pub(super) fn net(settings: &Settings, descriptors: Descriptors) -> net::Settings {
    let limits = &settings.limits;
    net::Settings {
        connections: descriptors.clients(settings),
        per_address: limits.connections_per_address,
        connect_rate: limits.connect_rate,
        exempt: limits.exempt.clone(),
        plain: protocol::Limits {
            line: limits.line,
            input_queue: limits.input_queue,
            flood: limits.flood,
            unterminated: settings.plain.unterminated_after.is_some(),
        },
        unterminated_after: settings.plain.unterminated_after,
        linger: limits.linger,
        send_buffer: limits.send_buffer,
        keepalive: limits.keepalive,
        // The hub ends slow readers first, and tells them; this is for a peer that has vanished.
        unreachable_after: limits.send_time.map(|time| time + limits.linger * 2),
        handshakes: limits.tls_handshakes,
        handshake_time: limits.tls_handshake_time,
        farewells: descriptors.farewells(),
    }
}

pub(super) fn store(settings: &Settings) -> store::Settings {
    let history = &settings.history;
    let rooms = history.rooms.values();
    store::Settings {
        durability: history.durability,
        retention: history.retention,
        rooms: rooms
            .map(|of| (of.room.key().to_owned(), of.retention))
            .collect(),
    }
}

pub(super) fn admin(settings: &Settings, descriptors: Descriptors) -> admin::Limits {
    admin::Limits {
        connections: descriptors.operators(settings),
        request: settings.limits.admin_request,
        time: settings.limits.admin_time,
    }
}
