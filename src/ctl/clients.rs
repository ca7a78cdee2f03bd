//! Clients as a table: the columns, what stands in them, how they sort.

use std::cmp::Ordering;
use std::net::SocketAddr;

use clap::ValueEnum;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::admin::Client;

use super::duration::human;
use super::table::{Heading, render};

#[cfg(test)]
mod tests;

/// A column. Each can also be called by the field's name in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Column {
    Id,
    Nick,
    User,
    Account,
    Device,
    Role,
    Tls,
    Address,
    Protocol,
    Listener,
    Rooms,
    CurrentRoom,
    Away,
    #[value(alias = "connected_at")]
    Connected,
    #[value(alias = "age_seconds")]
    Age,
    #[value(alias = "idle_seconds")]
    Idle,
    #[value(alias = "lines_received")]
    Lines,
    #[value(alias = "bytes_waiting")]
    Waiting,
}

/// The columns when none are named.
pub(crate) const DEFAULT: [Column; 8] = [
    Column::Id,
    Column::Nick,
    Column::Address,
    Column::Protocol,
    Column::Listener,
    Column::Rooms,
    Column::Idle,
    Column::Connected,
];

/// By which column, and whether the largest comes first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sort {
    column: Column,
    /// The largest first.
    pub(crate) falling: bool,
}

impl Sort {
    /// `idle`, `-idle`.
    pub(crate) fn parse(text: &str) -> Result<Sort, String> {
        let (falling, name) = text
            .strip_prefix('-')
            .map_or((false, text), |name| (true, name));
        let column = Column::from_str(name, true).map_err(|_| {
            let names: Vec<_> = Column::value_variants()
                .iter()
                .map(|column| column.title())
                .collect();
            format!(
                "there is no such column; expected one of {}, or '-' and one of them",
                names.join(", ")
            )
        })?;
        Ok(Sort { column, falling })
    }

    /// Puts the clients in this order; equal ones stay as they were.
    pub(crate) fn apply(self, clients: &mut [Client]) {
        clients.sort_by(|a, b| {
            let order = self.column.compare(a, b);
            if self.falling { order.reverse() } else { order }
        });
    }
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Column::Id => "id",
            Column::Nick => "nick",
            Column::User => "user",
            Column::Account => "account",
            Column::Device => "device",
            Column::Role => "role",
            Column::Tls => "tls",
            Column::Address => "address",
            Column::Protocol => "protocol",
            Column::Listener => "listener",
            Column::Rooms => "rooms",
            Column::CurrentRoom => "current_room",
            Column::Away => "away",
            Column::Connected => "connected",
            Column::Age => "age",
            Column::Idle => "idle",
            Column::Lines => "lines",
            Column::Waiting => "waiting",
        }
    }

    fn is_number(self) -> bool {
        matches!(
            self,
            Column::Id | Column::Age | Column::Idle | Column::Lines | Column::Waiting
        )
    }

    fn cell(self, client: &Client, zone: &TimeZone) -> String {
        match self {
            Column::Id => client.id.to_string(),
            Column::Nick => client.nick.clone(),
            Column::User => user(client),
            Column::Account => client.account.clone().unwrap_or_default(),
            Column::Device => client.device.clone().unwrap_or_default(),
            Column::Role => client.role.clone().unwrap_or_default(),
            Column::Tls => client.tls.clone().unwrap_or_default(),
            Column::Address => client.address.clone(),
            Column::Protocol => client.protocol.clone(),
            Column::Listener => client.listener.clone(),
            Column::Rooms => client.rooms.join(" "),
            Column::CurrentRoom => client.current_room.clone().unwrap_or_default(),
            Column::Away => client.away.clone().unwrap_or_default(),
            Column::Connected => connected(client, zone),
            Column::Age => human(client.age_seconds),
            Column::Idle => human(client.idle_seconds),
            Column::Lines => client.lines_received.to_string(),
            Column::Waiting => client.bytes_waiting.to_string(),
        }
    }

    fn compare(self, a: &Client, b: &Client) -> Ordering {
        match self {
            Column::Id => a.id.cmp(&b.id),
            Column::Nick => a.nick.to_lowercase().cmp(&b.nick.to_lowercase()),
            Column::User => user(a).cmp(&user(b)),
            Column::Account => a.account.cmp(&b.account),
            Column::Device => a.device.cmp(&b.device),
            Column::Role => a.role.cmp(&b.role),
            Column::Tls => a.tls.cmp(&b.tls),
            Column::Address => address(a).cmp(&address(b)),
            Column::Protocol => a.protocol.cmp(&b.protocol),
            Column::Listener => a.listener.cmp(&b.listener),
            Column::Rooms => a.rooms.cmp(&b.rooms),
            Column::CurrentRoom => a.current_room.cmp(&b.current_room),
            Column::Away => a.away.cmp(&b.away),
            // RFC 3339 in UTC sorts as text.
            Column::Connected => a.connected_at.cmp(&b.connected_at),
            Column::Age => a.age_seconds.cmp(&b.age_seconds),
            Column::Idle => a.idle_seconds.cmp(&b.idle_seconds),
            Column::Lines => a.lines_received.cmp(&b.lines_received),
            Column::Waiting => a.bytes_waiting.cmp(&b.bytes_waiting),
        }
    }
}

/// The lines of a table of clients, its header first if it is wanted; no columns mean the usual ones.
pub(crate) fn table(
    clients: &[Client],
    columns: &[Column],
    header: bool,
    width: Option<u16>,
    zone: &TimeZone,
) -> Vec<String> {
    let columns = if columns.is_empty() {
        &DEFAULT[..]
    } else {
        columns
    };
    let headings: Vec<_> = columns
        .iter()
        .map(|column| Heading {
            title: column.title(),
            number: column.is_number(),
        })
        .collect();
    let rows: Vec<Vec<_>> = clients
        .iter()
        .map(|client| {
            columns
                .iter()
                .map(|column| column.cell(client, zone))
                .collect()
        })
        .collect();
    render(&headings, &rows, header, width)
}

/// `3 clients`, `1 client`.
pub(crate) fn count(number: usize) -> String {
    format!(
        "{number} {}",
        if number == 1 { "client" } else { "clients" }
    )
}

/// An RFC 3339 time in this zone; as it stands when it is none.
pub(crate) fn local(at: &str, format: &str, zone: &TimeZone) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(zone.clone()).strftime(format).to_string(),
        Err(_) => at.to_owned(),
    }
}

/// When it connected: the time, with the date before it if that was not today.
fn connected(client: &Client, zone: &TimeZone) -> String {
    let age = i64::try_from(client.age_seconds).unwrap_or(i64::MAX);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    let at = client.connected_at.parse::<Timestamp>().ok();
    let now = at.and_then(|at| at.checked_add(SignedDuration::from_secs(age)).ok());
    let today = at.is_some() && at.map(day) == now.map(day);
    let format = if today { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    local(&client.connected_at, format, zone)
}

/// `user@host`, as others see it.
fn user(client: &Client) -> String {
    format!("{}@{}", client.username, client.host)
}

fn address(client: &Client) -> Result<SocketAddr, &str> {
    client.address.parse().map_err(|_| client.address.as_str())
}
