//! What strings in the configuration may hold. Each check gives the text as it is from then on, or says why not.

use std::net::{IpAddr, SocketAddr};

use cidr::IpCidr;
use cidr::errors::NetworkParseError;

use crate::admin;
use crate::chat::{RoomName, is_unseen};
use crate::logging;

use super::credential::{File, Password};
use super::quantity;

/// The most bytes of a greeting: all that a client gets on connecting is one write of at most 1,000.
const GREETING: usize = 600;

pub(super) fn server_name(text: &str) -> Result<String, String> {
    if !(1..=63).contains(&text.len()) {
        return Err(format!("it has {} bytes", text.len()));
    }
    // In IRC it stands where a source does, whose parts these separate.
    if text.starts_with(':') {
        return Err("it begins with ':'".to_owned());
    }
    without(text, |c| {
        is_unseen(c) || c.is_whitespace() || matches!(c, '!' | '@')
    })
}

pub(super) fn network_name(text: &str) -> Result<String, String> {
    bounded(text, 63)?;
    without(text, |c| is_unseen(c) || c.is_whitespace())
}

/// One line for people.
pub(super) fn line(text: &str) -> Result<String, String> {
    bounded(text, 200)?;
    without(text, char::is_control)
}

/// The URL of a picture (IRCv3 network-icon).
pub(super) fn icon(text: &str) -> Result<String, String> {
    bounded(text, 300)?;
    if !text.starts_with("https://") {
        return Err("it does not begin with https://".to_owned());
    }
    without(text, |c| is_unseen(c) || c.is_whitespace())
}

/// A password's hash, or the name of a credential that has it.
pub(super) fn password(text: &str) -> Result<String, String> {
    Password::parse(text).map(|_| text.to_owned())
}

/// A path, or the name of a credential.
pub(super) fn file(text: &str) -> Result<String, String> {
    File::parse(text)?;
    path(text)
}

/// A path, absolute or beside the configuration file.
pub(super) fn path(text: &str) -> Result<String, String> {
    bounded(text, 4095)?;
    if text.ends_with('/') {
        return Err("it names a directory".to_owned());
    }
    without(text, |c| c == '\0')
}

/// A group of the system.
pub(super) fn group(text: &str) -> Result<String, String> {
    bounded(text, 63)?;
    without(text, |c| is_unseen(c) || matches!(c, ':' | ','))
}

/// A host as IRC shows it: what a source may have after the `@`.
pub(super) fn host(text: &str) -> Result<String, String> {
    bounded(text, 63)?;
    if text.starts_with(':') {
        return Err("it begins with ':'".to_owned());
    }
    without(text, |c| {
        !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.' | ':' | '/')
    })
}

/// A host name as TLS compares it: in lower case.
pub(super) fn server_host(text: &str) -> Result<String, String> {
    host(text).map(|host| host.to_ascii_lowercase())
}

/// An origin as a browser names it (RFC 6454 §6.1), in lower case; `null` is none.
pub(super) fn origin(text: &str) -> Result<String, String> {
    bounded(text, 300)?;
    let authority = text
        .split_once("://")
        .map_or("", |(_, authority)| authority);
    if authority.is_empty() || authority.contains('/') {
        return Err("it is not SCHEME://HOST or SCHEME://HOST:PORT".to_owned());
    }
    without(text, |c| !c.is_ascii_graphic()).map(|text| text.to_ascii_lowercase())
}

/// A certificate's SHA-256 hash, in lower case without colons from here on.
pub(super) fn fingerprint(text: &str) -> Result<String, String> {
    let digits = text.replace(':', "").to_ascii_lowercase();
    without(&digits, |c| !c.is_ascii_hexdigit())?;
    if digits.len() != 64 {
        return Err(format!("it has {} digits", digits.len()));
    }
    Ok(digits)
}

/// The modes of a new room: those that need no parameter and that nobody but an operator of the server is kept from.
pub(super) fn room_modes(text: &str) -> Result<String, String> {
    let mut seen = String::new();
    for mode in text.chars() {
        if !"CcSiKMmnNPpRstuU".contains(mode) {
            return Err(format!(
                "{} is none of them",
                super::found(&mode.to_string())
            ));
        }
        if seen.contains(mode) {
            return Err(format!("{mode} comes twice"));
        }
        seen.push(mode);
    }
    Ok(seen)
}

/// A value of `CLIENTTAGDENY` (IRCv3 message-tags).
pub(super) fn tag_deny(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    bounded(text, 200)?;
    for name in text.split(',') {
        let bare = name.strip_prefix('-').unwrap_or(name);
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/');
        if bare.is_empty() || (name != "*" && !bare.chars().all(good)) {
            return Err(format!("{} names no tag", super::found(name)));
        }
    }
    Ok(text.to_owned())
}

/// How long a policy is kept (IRCv3 sts): whole seconds, zero among them.
pub(super) fn persistence(text: &str) -> Result<String, String> {
    seconds(text).map(|_| text.to_owned())
}

/// The seconds of a [`persistence`].
pub(super) fn seconds(text: &str) -> Result<u32, String> {
    const LONGEST: u64 = 10 * 366 * 86_400;
    let time = quantity::time(text).ok_or("it is no time with a unit")?;
    if time.subsec_nanos() != 0 {
        return Err("it is no whole number of seconds".to_owned());
    }
    if time.as_secs() > LONGEST {
        return Err("it is longer than 10 years".to_owned());
    }
    u32::try_from(time.as_secs()).map_err(|_| "it is longer than 10 years".to_owned())
}

/// Refuses a text that is empty or has more bytes.
fn bounded(text: &str, most: usize) -> Result<(), String> {
    match text.len() {
        0 => Err("it is empty".to_owned()),
        bytes if bytes > most => Err(format!("it has {bytes} bytes")),
        _ => Ok(()),
    }
}

/// The text, if it has none of these characters.
fn without(text: &str, bad: impl Fn(char) -> bool) -> Result<String, String> {
    match text.chars().find(|&c| bad(c)) {
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
    without(&text, |c| c != '\n' && c.is_control())
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
