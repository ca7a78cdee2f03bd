//! Which clients a [`Select`] means, pure: made ready once, then asked of each client.

use std::net::{IpAddr, SocketAddr};

use cidr::{IpCidr, Ipv4Cidr};
use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::{Client, Error, Select};
use crate::chat::{Nick, RoomName};

impl Select {
    /// Whether nothing is selected by it, which means every client.
    pub fn is_empty(&self) -> bool {
        *self == Select::default()
    }

    /// The selection made ready; [`Error::Invalid`] names the field (`select.addr`) and says what was expected.
    pub fn compile(&self) -> Result<Matcher, Error> {
        Ok(Matcher {
            wanted: [
                ids(&self.id),
                nicks(&self.nick),
                each("addr", &self.addr, Condition::addr)?,
                rooms(&self.room),
                protocols(&self.protocol),
                listeners(&self.listener),
                accounts(&self.account),
                each("idle", &self.idle, |text| span(text).map(Condition::Idle))?,
                each("age", &self.age, |text| span(text).map(Condition::Age))?,
            ],
            unwanted: [
                ids(&self.not_id),
                nicks(&self.not_nick),
                each("not_addr", &self.not_addr, Condition::addr)?,
                rooms(&self.not_room),
                protocols(&self.not_protocol),
                listeners(&self.not_listener),
                accounts(&self.not_account),
                each("not_idle", &self.not_idle, |text| {
                    span(text).map(Condition::Idle)
                })?,
                each("not_age", &self.not_age, |text| {
                    span(text).map(Condition::Age)
                })?,
            ]
            .concat(),
        })
    }
}

/// A selection made ready by [`Select::compile`].
#[derive(Clone, Debug)]
pub struct Matcher {
    /// One list for each kind; an empty one asks for nothing.
    wanted: [Vec<Condition>; 9],
    unwanted: Vec<Condition>,
}

impl Matcher {
    /// Whether this client is meant.
    pub fn matches(&self, client: &Client) -> bool {
        let any = |list: &[Condition]| list.iter().any(|condition| condition.holds(client));
        self.wanted.iter().all(|kind| kind.is_empty() || any(kind)) && !any(&self.unwanted)
    }
}

#[derive(Clone, Debug)]
enum Condition {
    Id(u64),
    /// By its key, as the chat tells nicks apart; none: what was given is no nick, so it is nobody's.
    Nick(Option<String>),
    Addr(IpCidr),
    /// By its key; none: what was given is no room's name.
    Room(Option<String>),
    Protocol(String),
    Listener(String),
    /// By its key; none: what was given is no account's name.
    Account(Option<String>),
    Idle(Length),
    Age(Length),
}

/// Longer or shorter than so many seconds.
#[derive(Clone, Copy, Debug)]
enum Length {
    Over(SignedDuration),
    Under(SignedDuration),
}

impl Condition {
    fn holds(&self, client: &Client) -> bool {
        match self {
            Condition::Id(id) => client.id == *id,
            Condition::Nick(key) => key.is_some() && nick_key(&client.nick) == *key,
            Condition::Addr(network) => client
                .address
                .parse()
                .is_ok_and(|address: SocketAddr| network.contains(&address.ip().to_canonical())),
            Condition::Room(key) => {
                key.is_some() && client.rooms.iter().any(|room| room_key(room) == *key)
            }
            Condition::Protocol(name) => client.protocol.eq_ignore_ascii_case(name),
            Condition::Listener(name) => client.listener == *name,
            Condition::Account(key) => {
                let account = client.account.as_deref();
                key.is_some() && account.and_then(nick_key) == *key
            }
            Condition::Idle(length) => length.holds(client.idle_seconds),
            Condition::Age(length) => length.holds(client.age_seconds),
        }
    }

    fn addr(text: &str) -> Result<Condition, String> {
        // Addresses are compared in their plain form, so that ::ffff:192.0.2.1 is 192.0.2.1.
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Condition::Addr(IpCidr::new_host(address.to_canonical())));
        }
        text.parse::<IpCidr>()
            .map(|network| Condition::Addr(canonical(network)))
            .map_err(|error| {
                format!(
                    "{text:?} is not an address or a network: {error}; expected something like 192.0.2.7 or 2001:db8::/32"
                )
            })
    }
}

/// A network of IPv4 addresses mapped into IPv6 as one of IPv4 addresses.
fn canonical(network: IpCidr) -> IpCidr {
    let (IpAddr::V4(first), Some(length)) = (
        network.first_address().to_canonical(),
        network.network_length().checked_sub(96),
    ) else {
        return network;
    };
    Ipv4Cidr::new(first, length).map_or(network, IpCidr::V4)
}

impl Length {
    fn holds(self, seconds: u64) -> bool {
        let found = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        match self {
            Length::Over(limit) => found > limit,
            Length::Under(limit) => found < limit,
        }
    }
}

fn span(text: &str) -> Result<Length, String> {
    let expected = || {
        format!(
            "{text:?} is not a length of time; expected something like '>5m', '<90s' or '>1h 30m'"
        )
    };
    let trimmed = text.trim();
    let (over, rest) = match trimmed.strip_prefix('>') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('<').ok_or_else(expected)?),
    };
    let duration = rest
        .trim()
        .parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .map_err(|error| format!("{} ({error})", expected()))?;
    if duration.is_negative() {
        return Err(expected());
    }
    Ok(if over {
        Length::Over(duration)
    } else {
        Length::Under(duration)
    })
}

fn each(
    field: &str,
    values: &[String],
    make: impl Fn(&str) -> Result<Condition, String>,
) -> Result<Vec<Condition>, Error> {
    let one = |text: &String| {
        make(text).map_err(|message| Error::Invalid {
            parameter: format!("select.{field}"),
            message,
        })
    };
    values.iter().map(one).collect()
}

fn ids(values: &[u64]) -> Vec<Condition> {
    values.iter().copied().map(Condition::Id).collect()
}

fn nicks(values: &[String]) -> Vec<Condition> {
    values
        .iter()
        .map(|text| Condition::Nick(nick_key(text)))
        .collect()
}

fn rooms(values: &[String]) -> Vec<Condition> {
    values
        .iter()
        .map(|text| Condition::Room(room_key(text)))
        .collect()
}

fn protocols(values: &[String]) -> Vec<Condition> {
    values.iter().cloned().map(Condition::Protocol).collect()
}

fn listeners(values: &[String]) -> Vec<Condition> {
    values.iter().cloned().map(Condition::Listener).collect()
}

/// An account's name is a nick that its owner may always have.
fn accounts(values: &[String]) -> Vec<Condition> {
    values
        .iter()
        .map(|text| Condition::Account(nick_key(text)))
        .collect()
}

/// What is equal for two spellings of one nick, if it is one.
fn nick_key(text: &str) -> Option<String> {
    Nick::parse(text).ok().map(|nick| nick.key().to_owned())
}

/// What is equal for two spellings of one room, if it is one.
fn room_key(text: &str) -> Option<String> {
    RoomName::parse(text).ok().map(|room| room.key().to_owned())
}

#[cfg(test)]
mod tests;
