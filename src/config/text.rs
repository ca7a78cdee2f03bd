//! What strings in the configuration may hold. Each check gives the text as it is from then on, or says why not.

use std::net::{IpAddr, SocketAddr};

use cidr::IpCidr;
use cidr::errors::NetworkParseError;

use crate::admin;
use crate::chat::{RoomName, is_unseen};
use crate::logging;

/// The most bytes of a greeting: all that a client gets on connecting is one write of at most 1,000.
const GREETING: usize = 600;

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
    // Each line is sent with a mark of its own, and all of it in one write of 1,000 bytes with what follows it.
    let bytes = text.len() + 4 * text.matches('\n').count();
    if bytes > GREETING {
        return Err(format!("it has {bytes} bytes, a line break counted as 5"));
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
    if text.len() > admin::SOCKET_PATH_MOST {
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

pub(super) fn level(text: &str) -> Result<String, String> {
    match logging::Handle::parse_level(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(logging::Error::Level { problem, .. }) => Err(problem),
        Err(other) => Err(other.to_string()),
    }
}
