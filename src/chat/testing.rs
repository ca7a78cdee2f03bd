//! For tests, of whichever floor: what the chat is made with. Each says what is otherwise with it.

use super::{Attach, Capabilities, ClientId, Policy, Protocol, RoomFlags, RoomName};

/// Without limits, but on lists; rooms without flags.
pub(crate) fn policy() -> Policy {
    Policy {
        server: "chat.example".into(),
        landing: RoomName::parse("#lobby").expect("a room's name"),
        rooms: None,
        rooms_per_client: None,
        rooms_per_account: None,
        join_rate: None,
        nick_rate: None,
        room_modes: RoomFlags::default(),
        list_entries: 100,
        monitor: 100,
        whowas: 100,
        before_join: true,
        keeps_private: true,
    }
}

/// A plain connection, without TLS.
pub(crate) fn attach(client: u64) -> Attach {
    Attach {
        client: ClientId(client),
        address: "192.0.2.1:4711".parse().expect("an address"),
        protocol: Protocol::Plain,
        listener: "plain".into(),
        greeting: "".into(),
        news: true,
        exempt: false,
        nick: None,
        username: "plain".into(),
        host: "192.0.2.1".into(),
        away: None,
        realname: "".into(),
        capabilities: Capabilities::default(),
        tls: None,
        login: None,
        websocket: false,
    }
}
