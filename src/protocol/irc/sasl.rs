//! AUTHENTICATE (IRCv3 sasl-3.1, sasl-3.2), before registration and after it: responses are put together, challenges taken apart.
//! What a mechanism is, and whether anything proves an account, is found out outside.

use std::fmt::Display;

use data_encoding::BASE64;

use super::{By, Errand, Numeric, Replies, Server, Step};
use crate::protocol::account::{Answer, Denial, Request};

#[cfg(test)]
mod tests;

/// The most bytes of one AUTHENTICATE's parameter; a response goes on in another after one of so many.
const CHUNK: usize = 400;

/// The most bytes of a response, in base 64. Passwords have at most 1024 bytes, and names much less.
const LONGEST: usize = 8 * CHUNK;

/// The mechanisms that there are; the last one only for connections that have shown a certificate.
const MECHANISMS: [&str; 3] = ["SCRAM-SHA-256", "PLAIN", "EXTERNAL"];

/// An exchange that a client has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    mechanism: Box<str>,
    /// What came with the challenge that it answers now.
    state: Option<Box<str>>,
    /// What has come of the response so far.
    response: String,
}

/// The mechanisms for a connection that has shown a certificate or not.
fn offered(certificate: bool) -> &'static [&'static str] {
    let all = if certificate { 3 } else { 2 };
    &MECHANISMS[..all]
}

/// The mechanisms, separated by commas, for a connection that has shown a certificate or not.
pub(super) fn mechanisms(certificate: bool) -> String {
    offered(certificate).join(",")
}

/// Who authenticates: what is known of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connection<'a> {
    /// The fingerprint of its certificate.
    pub(super) certificate: Option<&'a str>,
    pub(super) exchange: Option<&'a Exchange>,
}

/// What an AUTHENTICATE comes to, beside its answer: another exchange (or none) from now on, or something to be found out; then there
/// is none until that has come back. None: all stays as it is.
pub(super) fn authenticate(
    server: &Server,
    connection: Connection<'_>,
    params: &[&str],
    replies: &mut Replies<'_>,
) -> Option<Step> {
    let Some(&data) = params.first().filter(|data| !data.is_empty()) else {
        let text = "Not enough parameters; AUTHENTICATE MECHANISM";
        replies.numeric(Numeric::NeedMoreParams, &["AUTHENTICATE"], text);
        return None;
    };
    if data.len() > CHUNK {
        let text = "SASL message too long; at most 400 bytes go into one";
        replies.numeric(Numeric::SaslTooLong, &[], text);
        return Some(Step::Exchange(None));
    }
    if data == "*" {
        replies.numeric(Numeric::SaslAborted, &[], "SASL authentication aborted");
        return Some(Step::Exchange(None));
    }
    match connection.exchange {
        None => begin(server, connection, data, replies),
        Some(exchange) => Some(respond(exchange, connection, data, replies)),
    }
}

fn begin(
    server: &Server,
    connection: Connection<'_>,
    mechanism: &str,
    replies: &mut Replies<'_>,
) -> Option<Step> {
    if server.accounts.is_none() {
        let text = "SASL authentication failed: this server has no accounts; connect without";
        replies.numeric(Numeric::SaslFail, &[], text);
        return None;
    }
    let mechanism = mechanism.to_ascii_uppercase();
    let certificate = connection.certificate.is_some();
    if !offered(certificate).contains(&mechanism.as_str()) {
        let there_are = mechanisms(certificate);
        replies.numeric(
            Numeric::SaslMechs,
            &[&there_are],
            "are available SASL mechanisms",
        );
        let text = "SASL authentication failed: there is no such mechanism";
        replies.numeric(Numeric::SaslFail, &[], text);
        return None;
    }
    // The client speaks first in all of them.
    replies.line("AUTHENTICATE", &["+"]);
    Some(Step::Exchange(Some(Box::new(Exchange {
        mechanism: mechanism.into(),
        state: None,
        response: String::new(),
    }))))
}

fn respond(
    exchange: &Exchange,
    connection: Connection<'_>,
    data: &str,
    replies: &mut Replies<'_>,
) -> Step {
    let mut exchange = exchange.clone();
    if data != "+" {
        exchange.response.push_str(data);
    }
    if exchange.response.len() > LONGEST {
        let text = "SASL message too long; nothing that proves an account is so long";
        replies.numeric(Numeric::SaslTooLong, &[], text);
        return Step::Exchange(None);
    }
    if data.len() == CHUNK {
        return Step::Exchange(Some(Box::new(exchange)));
    }
    let Ok(response) = BASE64.decode(exchange.response.as_bytes()) else {
        let text = "SASL authentication failed: that is no base 64";
        replies.numeric(Numeric::SaslFail, &[], text);
        return Step::Exchange(None);
    };
    let request = Request::Authenticate {
        mechanism: exchange.mechanism,
        state: exchange.state,
        response: response.into(),
        certificate: connection.certificate.map(Into::into),
    };
    Step::Outside(Errand::Account(Box::new(request), By::Protocol))
}

/// What came of a response, but for the case that the account is proven: then the client is logged in.
pub(super) fn returned(
    request: &Request,
    answer: &Answer,
    replies: &mut Replies<'_>,
) -> Option<Step> {
    let Request::Authenticate { mechanism, .. } = request else {
        return None;
    };
    match answer {
        Answer::Challenge { data, state } => {
            challenge(data, replies);
            Some(Step::Exchange(Some(Box::new(Exchange {
                mechanism: mechanism.clone(),
                state: Some(state.clone()),
                response: String::new(),
            }))))
        }
        Answer::Denied(why) => {
            denied(why, replies);
            None
        }
        _ => None,
    }
}

/// A challenge, in as many lines as it takes; after one that is full there is another.
fn challenge(data: &[u8], replies: &mut Replies<'_>) {
    let text = BASE64.encode(data);
    let mut rest = text.as_str();
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK));
        replies.line(
            "AUTHENTICATE",
            &[if chunk.is_empty() { "+" } else { chunk }],
        );
        if chunk.len() < CHUNK {
            return;
        }
        rest = after;
    }
}

/// Why an account is not proven.
fn denied(why: &Denial, replies: &mut Replies<'_>) {
    match why {
        Denial::Suspended(_) => {
            let text = format!("You must use a nick assigned to you: {why}");
            replies.numeric(Numeric::NickLocked, &[], &text);
        }
        why => failed(why, replies),
    }
}

/// It is done.
pub(super) fn succeeded(replies: &mut Replies<'_>) {
    replies.numeric(Numeric::SaslSuccess, &[], "SASL authentication successful");
}

/// No account is proven, or the one that is cannot be logged in to.
pub(super) fn failed(why: &impl Display, replies: &mut Replies<'_>) {
    let text = format!("SASL authentication failed: {why}");
    replies.numeric(Numeric::SaslFail, &[], &text);
}

/// Registration is complete before an exchange is: it ends.
pub(super) fn abandoned(replies: &mut Replies<'_>) {
    let text = "SASL authentication aborted: you have registered without waiting for it";
    replies.numeric(Numeric::SaslAborted, &[], text);
}
