//! Each floor's own settings, out of the configuration.

use super::descriptors::Descriptors;
use std::sync::Arc;

use crate::chat::{Policy, RoomFlag, RoomFlags, Timestamp};
use crate::config::Settings;
use crate::protocol::{self, irc};
use crate::{admin, hub, net};

pub(super) fn policy(settings: &Settings) -> Policy {
    Policy {
        landing: settings.plain.room.clone(),
        rooms: settings.limits.rooms,
        rooms_per_client: settings.limits.rooms_per_client,
        join_rate: settings.limits.join_rate,
        nick_rate: settings.limits.nick_rate,
        room_modes: [RoomFlag::NoExternal, RoomFlag::TopicLocked]
            .into_iter()
            .fold(RoomFlags::default(), |flags, flag| flags.with(flag, true)),
        list_entries: 100,
        monitor: 100,
        whowas: 1000,
    }
}

pub(super) fn hub(settings: &Settings) -> hub::Settings {
    hub::Settings {
        send_queue: settings.limits.send_queue,
        send_memory: settings.limits.send_memory,
        send_time: settings.limits.send_time,
        linger: settings.limits.linger,
        registration_time: std::time::Duration::from_secs(30),
        ping_interval: Some(std::time::Duration::from_mins(2)),
        ping_timeout: std::time::Duration::from_mins(1),
    }
}

/// The server as IRC clients are told of it.
pub(super) fn irc(settings: &Settings, started: Timestamp) -> Arc<irc::Server> {
    Arc::new(irc::Server {
        started,
        rooms_per_client: settings.limits.rooms_per_client,
        ..irc::Server::named(&settings.server.name)
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
        farewells: descriptors.farewells(),
    }
}

pub(super) fn admin(settings: &Settings, descriptors: Descriptors) -> admin::Limits {
    admin::Limits {
        connections: descriptors.operators(settings),
        request: settings.limits.admin_request,
        time: settings.limits.admin_time,
    }
}
