//! What strings in the configuration may hold. Each check gives the text as it is from then on, or says why not.

use std::net::{IpAddr, SocketAddr};

use cidr::IpCidr;
use cidr::errors::NetworkParseError;

use crate::chat::RoomName;

use super::nearest;

/// The most bytes of a Unix socket's path, its end left out (`man 7 unix`).
const SOCKET_PATH: usize = 107;
/// The most bytes of a greeting: all that a client gets on connecting is one write of at most 1,000.
const GREETING: usize = 600;
/// What `log.level` and `chatctl log level` know.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

pub(super) fn server_name(text: &str) -> Result<String, String> {
    if !(1..=63).contains(&text.len()) {
        return Err(format!("it has {} bytes", text.len()));
    }
    match text.chars().find(|&c| is_unseen(c) || c.is_whitespace()) {
        None => Ok(text.to_owned()),
        Some(bad) => Err(format!("U+{:04X} may not be in it", u32::from(bad))),
    }
}

/// Lines may end in CR LF in the file; they end in LF from here on.
pub(super) fn greeting(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n");
    if text.len() > GREETING {
        return Err(format!("it has {} bytes", text.len()));
    }
    match text.chars().find(|&c| c != '\n' && c.is_control()) {
        None => Ok(text),
        Some(bad) => Err(format!("U+{:04X} may not be in it", u32::from(bad))),
    }
}

pub(super) fn room(text: &str) -> Result<String, String> {
    RoomName::parse(text)
        .map(|room| room.as_str().to_owned())
        .map_err(|error| error.to_string())
}

pub(super) fn directory(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err("there is a NUL in it".to_owned());
    }
    if !text.starts_with('/') {
        return Err("it does not begin with /".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn socket(text: &str) -> Result<String, String> {
    let text = directory(text)?;
    if text.len() > SOCKET_PATH {
        return Err(format!("it has {} bytes", text.len()));
    }
    if text.ends_with('/') {
        return Err("it names a directory".to_owned());
    }
    Ok(text)
}

/// An address with its port; the hint says what is wrong with the usual mistakes.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        if text.parse::<IpAddr>().is_ok() {
            "the port is missing".to_owned()
        } else if text.rsplit_once(':').is_none() {
            "there is no :PORT".to_owned()
        } else if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            "host names are not looked up; give the IP address".to_owned()
        } else {
            "it is not IP:PORT".to_owned()
        }
    })
}

/// A network; one of mapped IPv4 addresses (`::ffff:10.0.0.0/104`) is the IPv4 network that it means.
pub(super) fn network(text: &str) -> Result<IpCidr, String> {
    let network: IpCidr = text
        .trim()
        .parse()
        .map_err(|error: NetworkParseError| error.to_string())?;
    let IpCidr::V6(six) = network else {
        return Ok(network);
    };
    match six.first_address().to_canonical() {
        IpAddr::V4(four) if six.network_length() >= 96 => {
            IpCidr::new(IpAddr::V4(four), six.network_length() - 96)
                .map_err(|error| error.to_string())
        }
        _ => Ok(network),
    }
}

/// Whether this is a filter for the log: a level (`info`), or levels by module (`info,chatd::net=trace`); if not, why not.
pub fn check_level(text: &str) -> Result<(), String> {
    level(text).map(drop)
}

pub(super) fn level(text: &str) -> Result<String, String> {
    // EnvFilter takes any bare word for a module and gives it every level: `inof` would log everything of nothing.
    for part in text.split(',').map(str::trim) {
        let word = part.rsplit_once('=').map_or(part, |(_, level)| level);
        if !LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word)) {
            let known = LEVELS.join(", ");
            let hint = match nearest::word(&word.to_lowercase(), LEVELS.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the levels are {known}"),
            };
            return Err(format!("{} is no level; {hint}", super::found(word)));
        }
    }
    match tracing_subscriber::EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Controls, and characters that have no shape of their own or turn the direction of others.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x61C | 0x180E | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
            | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}
