//! Capability negotiation (IRCv3 capability-negotiation, cap-notify, sts): what is offered, and what a `CAP` comes to, before
//! registration and after it. What the outcome changes is the caller's.

#[cfg(test)]
mod tests;

use smallvec::SmallVec;

use super::capability::{speaks_302, with_302};
use super::lengths::{self, clip};
use super::sasl::mechanisms;
use super::{Capability, Numeric, Replies, Server, in_set};
use crate::chat::{Capabilities, Tls};

/// The version of the negotiation that brings values, lists of several lines and cap-notify.
const VERSION: u64 = 302;

/// What one connection is offered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer<'a> {
    /// The server that offers.
    pub(super) server: &'a Server,
    /// Whether the connection speaks TLS.
    pub(super) secure: bool,
    /// Whether it has shown a certificate.
    pub(super) certificate: bool,
    /// The host that it has named in its TLS handshake.
    pub(super) host: Option<&'a str>,
}

impl<'a> Offer<'a> {
    /// What a connection with this TLS, or without any, is offered.
    pub(super) fn to(server: &'a Server, tls: Option<&'a Tls>) -> Offer<'a> {
        Offer {
            server,
            secure: tls.is_some(),
            certificate: tls.is_some_and(|tls| tls.fingerprint.is_some()),
            host: tls.and_then(|tls| tls.server_name.as_deref()),
        }
    }
}

/// What a `CAP` comes to, beside its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) struct Negotiated {
    /// What the client has from now on: after the answer, which is still written as before.
    pub(super) capabilities: Capabilities,
    /// What it means to a registration that is not complete.
    pub(super) progress: Progress,
}

/// What a `CAP` means to a registration that is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing.
    Same,
    /// It waits for `CAP END`.
    Suspended,
    /// It waits no more.
    Ended,
}

impl Offer<'_> {
    /// Whether it is offered.
    pub(super) fn has(self, capability: Capability) -> bool {
        match capability {
            Capability::ChatHistory | Capability::EventPlayback => return self.server.history,
            Capability::Sasl => return self.server.accounts.is_some(),
            Capability::AccountRegistration => {
                let accounts = self.server.accounts;
                return accounts.is_some_and(|accounts| accounts.registration);
            }
            _ => {}
        }
        let Some(sts) = &self.server.sts else {
            return capability != Capability::Sts;
        };
        // The policy holds for the name that the client has connected to, and for none if it has named none (IRCv3 sts).
        let is_meant = self.host.is_some_and(|host| {
            let mut known = sts.hosts.iter();
            sts.hosts.is_empty() || known.any(|known| known.eq_ignore_ascii_case(host))
        });
        capability != Capability::Sts || !self.secure || is_meant
    }

    /// Its value, for clients that speak version 302.
    pub(super) fn value(self, capability: Capability) -> Option<String> {
        match capability {
            Capability::Multiline => {
                let (bytes, lines) = (lengths::MULTILINE_BYTES, lengths::MULTILINE_LINES);
                Some(format!("max-bytes={bytes},max-lines={lines}"))
            }
            Capability::Sasl => Some(mechanisms(self.certificate)),
            // With a password of the server's, one registers with the server first.
            Capability::AccountRegistration if !self.server.password => {
                Some("before-connect".to_owned())
            }
            Capability::Sts => {
                let sts = self.server.sts.as_ref()?;
                // The port is what an insecure client needs, the rest what a secure one does (IRCv3 sts).
                Some(match (self.secure, sts.preload) {
                    (false, _) => format!("port={}", sts.port),
                    (true, false) => format!("duration={}", sts.duration),
                    (true, true) => format!("duration={},preload", sts.duration),
                })
            }
            _ => None,
        }
    }

    /// What is listed: names, with their values or without.
    fn words(self, values: bool) -> Vec<String> {
        let offered = Capability::ALL.iter().filter(|c| self.has(**c));
        let words = offered.filter_map(|&capability| self.word(capability, values));
        words.collect()
    }

    /// How it is listed: its name, with its value or without.
    pub(super) fn word(self, capability: Capability, values: bool) -> Option<String> {
        match self.value(capability) {
            Some(value) if values => Some(format!("{}={value}", capability.name())),
            // These say nothing without their values (IRCv3 sts, multiline). The others are for older clients too.
            Some(_) if matches!(capability, Capability::Sts | Capability::Multiline) => None,
            _ => Some(capability.name().to_owned()),
        }
    }
}

/// Answers a `CAP`, whose parameters these are, of a client that has `held`.
pub(super) fn negotiate(
    offer: Offer<'_>,
    held: Capabilities,
    params: &[&str],
    replies: &mut Replies<'_>,
) -> Negotiated {
    let same = Negotiated {
        capabilities: held,
        progress: Progress::Same,
    };
    let Some(&asked) = params.first().filter(|asked| !asked.is_empty()) else {
        let text = "Not enough parameters; CAP LS, LIST, REQ or END";
        replies.numeric(Numeric::NeedMoreParams, &["CAP"], text);
        return same;
    };
    match asked.to_ascii_uppercase().as_str() {
        "LS" => Negotiated {
            capabilities: ls(offer, held, params.get(1), replies),
            progress: Progress::Suspended,
        },
        "LIST" => {
            let names = in_set(held).map(Capability::name);
            list("LIST", speaks_302(held), names, replies);
            same
        }
        "REQ" if params.len() > 1 => Negotiated {
            capabilities: request(offer, held, &params[1..], replies),
            progress: Progress::Suspended,
        },
        "END" => Negotiated {
            capabilities: held,
            progress: Progress::Ended,
        },
        _ => {
            let text =
                "Invalid CAP command; LS, LIST, REQ with a list, and END are those that there are";
            replies.numeric(Numeric::InvalidCapCmd, &[clip(asked, 32)], text);
            same
        }
    }
}

/// The answer is that of the version asked for; the highest one ever asked for is kept.
fn ls(
    offer: Offer<'_>,
    held: Capabilities,
    version: Option<&&str>,
    replies: &mut Replies<'_>,
) -> Capabilities {
    let latest = version.is_some_and(|version| is_latest(version));
    let words = offer.words(latest);
    list("LS", latest, words.iter().map(String::as_str), replies);
    if latest { with_302(held) } else { held }
}

/// Whether a version, which is a number of any size, is 302 or more. What is no number is none.
fn is_latest(version: &str) -> bool {
    let is_number = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    is_number
        && version
            .parse()
            .map_or(true, |version: u64| version >= VERSION)
}

/// A list of capabilities: on as many lines as it takes for clients that can tell which is the last, else what one line holds.
fn list<'w>(
    subcommand: &str,
    several: bool,
    words: impl IntoIterator<Item = &'w str>,
    replies: &mut Replies<'_>,
) {
    // After the nick: " LS * :".
    let room = replies.room(3).saturating_sub(subcommand.len() + 5);
    let nick = replies.nick().to_owned();
    let mut text = String::new();
    for word in words {
        if !fits(&text, word, room) {
            if !several {
                continue;
            }
            replies.trailing("CAP", &[&nick, subcommand, "*"], &text);
            text.clear();
        }
        add(&mut text, word);
    }
    replies.trailing("CAP", &[&nick, subcommand], &text);
}

/// All of a request is granted, or nothing (IRCv3 capability-negotiation, "The CAP REQ subcommand").
fn request(
    offer: Offer<'_>,
    held: Capabilities,
    lists: &[&str],
    replies: &mut Replies<'_>,
) -> Capabilities {
    let words = lists.iter().flat_map(|list| list.split(' '));
    let words: SmallVec<[&str; 16]> = words.filter(|word| !word.is_empty()).collect();
    let mut wanted = held;
    let granted = words.iter().all(|word| {
        let (name, on) = word
            .strip_prefix('-')
            .map_or((*word, true), |name| (name, false));
        match Capability::of_name(name).filter(|capability| offer.has(*capability)) {
            // For reading only.
            Some(Capability::Sts) if on => false,
            // It comes with version 302 and cannot be taken off again.
            Some(Capability::CapNotify) if !on && speaks_302(held) => false,
            Some(capability) => {
                let bit = capability.bit();
                wanted.0 = if on { wanted.0 | bit } else { wanted.0 & !bit };
                true
            }
            None => false,
        }
    });
    echo(if granted { "ACK" } else { "NAK" }, &words, replies);
    if granted { wanted } else { held }
}

/// The words of a request back: on one line, but for a request that is itself nearly as long as a line can be.
fn echo(subcommand: &str, words: &[&str], replies: &mut Replies<'_>) {
    let room = replies.room(3).saturating_sub(subcommand.len() + 3);
    let nick = replies.nick().to_owned();
    let mut text = String::new();
    for word in words {
        // No capability has so long a name; its place is kept.
        let word = if word.len() > room { "*" } else { word };
        if !fits(&text, word, room) {
            replies.trailing("CAP", &[&nick, subcommand], &text);
            text.clear();
        }
        add(&mut text, word);
    }
    replies.trailing("CAP", &[&nick, subcommand], &text);
}

fn fits(text: &str, word: &str, room: usize) -> bool {
    text.is_empty() || text.len() + 1 + word.len() <= room
}

fn add(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}
