//! Whom the chat is made of here: IRC users `n1`, `n2`... in rooms `#r0`, `#r1`..., without limits.

use chatd::chat::{
    Attach, Capabilities, ClientId, Command, Nick, Policy, Protocol, RoomFlags, RoomName,
};

/// No limit on anything.
pub(crate) fn policy() -> Policy {
    Policy {
        server: "chat.example".into(),
        landing: room_name("#lobby"),
        rooms: None,
        rooms_per_client: None,
        rooms_per_account: None,
        join_rate: None,
        nick_rate: None,
        room_modes: RoomFlags::default(),
        list_entries: 100,
        monitor: 100,
        whowas: 1000,
        before_join: true,
        keeps_private: false,
    }
}

/// A client, called `n` and its number where it has a nick.
pub(crate) fn attach(client: u64, named: bool) -> Box<Attach> {
    Box::new(Attach {
        client: ClientId(client),
        address: "127.0.0.1:4711".parse().expect("an address"),
        protocol: Protocol::Irc,
        listener: "load".into(),
        greeting: "".into(),
        news: true,
        exempt: true,
        nick: named.then(|| Nick::parse(&format!("n{client}")).expect("a nick")),
        username: "~load".into(),
        host: "127.0.0.1".into(),
        away: None,
        realname: "load".into(),
        capabilities: Capabilities::default(),
        tls: None,
        login: None,
        websocket: false,
    })
}

/// Joining the room of a number.
pub(crate) fn join(room: u64) -> Command {
    Command::Join(room_name(&format!("#r{room}")), None)
}

pub(crate) fn room_name(name: &str) -> RoomName {
    RoomName::parse(name).expect("a room's name")
}
