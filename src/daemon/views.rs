//! The hub's and the net's views in the words of the admin interface.

use jiff::fmt::temporal::DateTimePrinter;

use crate::accounts::{Device, Record};
use crate::admin;
use crate::chat::{self, Kept, OPERATOR, RoomName, Speaker, Timestamp};
use crate::hub::{ClientView, Counts, Happening, Heard, UserView, What};
use crate::protocol::irc;

/// RFC 3339 in UTC; with milliseconds if asked for.
pub(super) fn time(at: Timestamp, precision: Option<u8>) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    DateTimePrinter::new()
        .precision(precision)
        .timestamp_to_string(&at)
}

pub(super) fn client(view: &ClientView) -> admin::Client {
    let tls = view.tls.as_deref();
    let account = view.who.account.as_ref();
    let device = || view.device.as_deref().unwrap_or(Device::DEFAULT);
    admin::Client {
        id: view.id.0,
        nick: view.who.nick.to_string(),
        username: view.who.origin.username().to_owned(),
        host: view.who.origin.host().to_owned(),
        realname: view.realname.to_string(),
        account: account.map(ToString::to_string),
        device: account.map(|_| device().to_owned()),
        modes: view.flags.to_string(),
        role: view.role.map(|role| role.as_str().to_owned()),
        capabilities: irc::in_set(view.capabilities)
            .map(|capability| capability.name().to_owned())
            .collect(),
        tls: tls.map(|tls| tls.version.to_string()),
        cipher: tls.map(|tls| tls.cipher.to_string()),
        certificate: tls.and_then(|tls| Some(tls.fingerprint.as_ref()?.to_string())),
        address: view.address.to_string(),
        protocol: view.protocol.as_str().to_owned(),
        listener: view.listener.to_string(),
        rooms: view.rooms.iter().map(ToString::to_string).collect(),
        current_room: view.current.as_ref().map(ToString::to_string),
        away: view.away.as_ref().map(ToString::to_string),
        connected_at: time(view.connected_at, Some(0)),
        age_seconds: view.age_seconds,
        idle_seconds: view.idle_seconds,
        lines_received: view.lines,
        bytes_waiting: view.bytes_waiting as u64,
    }
}

/// A user.
pub(super) fn user(view: &UserView) -> admin::User {
    admin::User {
        nick: view.who.nick.to_string(),
        username: view.who.origin.username().to_owned(),
        host: view.who.origin.host().to_owned(),
        account: view.who.account.as_ref().map(ToString::to_string),
        always_on: view.always_on,
        clients: view.clients as u64,
        rooms: view.rooms.iter().map(ToString::to_string).collect(),
        away: view.away.as_ref().map(ToString::to_string),
    }
}

/// A message of the history.
pub(super) fn message(kept: &Kept) -> admin::Message {
    let in_room = RoomName::parse(&kept.to).is_ok();
    let to = Some(kept.to.to_string());
    let mut shown = admin::Message {
        id: kept.id.to_string(),
        time: time(kept.at, Some(3)),
        rank: kept.rank.map(|rank| rank.sign().into()),
        manner: kept.manner.as_str().into(),
        text: kept.text.as_ref().map(ToString::to_string),
        tags: kept.tags.as_ref().map(|tags| tags.0.to_string()),
        ..Default::default()
    };
    *(if in_room {
        &mut shown.room
    } else {
        &mut shown.to
    }) = to;
    match &kept.from {
        Speaker::Operator => shown.nick = OPERATOR.into(),
        Speaker::User(who) => {
            shown.nick = who.nick.to_string();
            shown.username = Some(who.origin.username().to_owned());
            shown.host = Some(who.origin.host().to_owned());
            shown.account = who.account.as_ref().map(ToString::to_string);
        }
    }
    shown
}

/// An account that so many clients are logged in to.
pub(super) fn account(record: &Record, clients: Option<usize>) -> admin::Account {
    let suspended = record.suspended.as_ref();
    admin::Account {
        id: record.id,
        name: record.name.to_string(),
        since: time(record.since, Some(0)),
        password: record.password.is_some(),
        certificates: record
            .certificates
            .iter()
            .map(ToString::to_string)
            .collect(),
        suspended: suspended.map(|suspended| admin::Suspension {
            reason: suspended.reason.to_string(),
            by: suspended.by.clone(),
            at: time(suspended.at, Some(0)),
        }),
        always_on: record.always_on,
        clients: clients.map(|clients| clients as u64),
    }
}

/// What the service manager shows in one line.
pub(super) fn status_line(paused: bool, counts: &Counts) -> String {
    let state = if paused { "paused" } else { "ready" };
    match counts.clients {
        0 => format!("{state}, no clients"),
        1 => format!("{state}, 1 client"),
        n => format!("{state}, {n} clients"),
    }
}

pub(super) fn happening(happening: &Happening) -> admin::Happening {
    let mut shown = admin::Happening {
        at: time(happening.at, Some(3)),
        ..Default::default()
    };
    if let Some(view) = &happening.client {
        shown.id = Some(view.id.0);
        shown.nick = Some(view.who.nick.to_string());
    }
    let by_operator = happening.client.is_none();
    if by_operator && !matches!(happening.what, What::Watching | What::Gap(_)) {
        shown.nick = Some(OPERATOR.into());
    }
    let kind = match &happening.what {
        What::Watching => "watching",
        What::Connected => {
            shown.address = happening
                .client
                .as_ref()
                .map(|view| view.address.to_string());
            shown.listener = happening
                .client
                .as_ref()
                .map(|view| view.listener.to_string());
            "connected"
        }
        What::Gone { reason } => {
            shown.address = happening
                .client
                .as_ref()
                .map(|view| view.address.to_string());
            shown.text.clone_from(reason);
            "gone"
        }
        What::Joined(room) => {
            shown.room = Some(room.to_string());
            "joined"
        }
        What::Parted(room, reason) => {
            shown.room = Some(room.to_string());
            shown.text = reason.as_ref().map(ToString::to_string);
            "parted"
        }
        What::Renamed { old, new } => {
            shown.old_nick = Some(old.to_string());
            shown.nick = Some(new.to_string());
            "renamed"
        }
        What::Topic(room, topic) => {
            shown.room = Some(room.to_string());
            shown.text = Some(topic.to_string());
            "topic"
        }
        What::Kicked(room, nick, reason) => {
            shown.room = Some(room.to_string());
            shown.to = Some(nick.to_string());
            shown.text = reason.as_ref().map(ToString::to_string);
            "kicked"
        }
        What::Modes(room, changes) => {
            shown.room = Some(room.to_string());
            shown.text = Some(chat::describe(changes));
            "modes"
        }
        What::RoomRenamed { old, new } => {
            shown.old_room = Some(old.to_string());
            shown.room = Some(new.to_string());
            "renamed_room"
        }
        What::Message {
            heard,
            manner,
            text,
        } => {
            match heard {
                Heard::Room(room) => shown.room = Some(room.to_string()),
                Heard::Ranked(rank, room) => {
                    shown.room = Some(room.to_string());
                    shown.rank = Some(rank.sign().into());
                }
                Heard::Private(nick) => shown.to = Some(nick.to_string()),
                Heard::Operator => shown.to = Some(OPERATOR.into()),
            }
            shown.manner = Some(manner.as_str().into());
            shown.text = Some(text.to_string());
            "message"
        }
        What::Gap(missing) => {
            shown.missing = Some(*missing);
            "gap"
        }
    };
    kind.clone_into(&mut shown.kind);
    shown
}
