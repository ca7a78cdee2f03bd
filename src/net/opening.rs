//! The opening of a WebSocket (RFC 6455 §4.2): an HTTP request as bytes, the answer as bytes. Touches no socket.

use tungstenite::error::{Error, ProtocolError};
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::http::HeaderValue;

#[cfg(test)]
mod tests;

/// The longest request.
const LONGEST: usize = 8192;
const BINARY: &str = "binary.ircv3.net";
const TEXT: &str = "text.ircv3.net";

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Opening {
    /// It is not whole yet.
    More,
    /// It is a WebSocket from here on.
    Open {
        /// What has to be answered first.
        answer: Vec<u8>,
        /// How many bytes the request had; what follows is WebSocket.
        length: usize,
        /// Whether messages are binary ones.
        binary: bool,
    },
    /// It is answered, and that was all.
    Refused {
        /// The answer.
        answer: Vec<u8>,
        /// Why, for the log.
        why: &'static str,
    },
}

/// Reads what has come of a request. `origins`: the web sites whose pages may connect, in lower case; none: any.
pub(super) fn read(bytes: &[u8], origins: &[String]) -> Opening {
    let (length, request) = match Request::try_parse(bytes) {
        Ok(Some(parsed)) => parsed,
        Ok(None) if bytes.len() < LONGEST => return Opening::More,
        Ok(None) => {
            return refuse(
                "431 Request Header Fields Too Large",
                "",
                "the request is longer than 8192 bytes",
            );
        }
        Err(error) => return refused(&error),
    };
    let mut response = match create_response(&request) {
        Ok(response) => response,
        Err(error) => return refused(&error),
    };
    if !may_come(request.headers().get("Origin"), origins) {
        return refuse(
            "403 Forbidden",
            "",
            "pages of this web site may not connect here (origins of the listener)",
        );
    }
    let protocol = chosen(&request);
    if let Some(protocol) = protocol {
        let name = HeaderValue::from_static(protocol);
        response
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", name);
    }
    let mut answer = Vec::new();
    match write_response(&mut answer, &response) {
        Ok(()) => Opening::Open {
            answer,
            length,
            binary: protocol == Some(BINARY),
        },
        Err(error) => refused(&error),
    }
}

/// The first of the client's subprotocols that there is here: the order is the client's.
fn chosen(request: &Request) -> Option<&'static str> {
    request
        .headers()
        .get_all("Sec-WebSocket-Protocol")
        .iter()
        .filter_map(|offered| offered.to_str().ok())
        .flat_map(|offered| offered.split(','))
        .find_map(|offered| {
            [TEXT, BINARY]
                .into_iter()
                .find(|known| *known == offered.trim())
        })
}

/// Only browsers name an origin, and a page cannot make them lie; any other program could name whichever it likes.
fn may_come(origin: Option<&HeaderValue>, origins: &[String]) -> bool {
    let Some(origin) = origin else {
        return true;
    };
    origins.is_empty()
        || origin.to_str().is_ok_and(|origin| {
            origins
                .iter()
                .any(|known| known.eq_ignore_ascii_case(origin))
        })
}

fn refused(error: &Error) -> Opening {
    match error {
        Error::Protocol(ProtocolError::WrongHttpMethod) => refuse(
            "405 Method Not Allowed",
            "Allow: GET\r\n",
            "a WebSocket is opened with GET",
        ),
        Error::Protocol(
            ProtocolError::MissingConnectionUpgradeHeader
            | ProtocolError::MissingUpgradeWebSocketHeader
            | ProtocolError::MissingSecWebSocketVersionHeader,
        ) => refuse(
            "426 Upgrade Required",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            "this is IRC over WebSocket (version 13); a client with WebSocket is needed",
        ),
        _ => refuse(
            "400 Bad Request",
            "",
            "this is not how a WebSocket is opened",
        ),
    }
}

fn refuse(status: &str, headers: &str, why: &'static str) -> Opening {
    Opening::Refused {
        answer: answer(status, headers, why),
        why,
    }
}

/// An HTTP answer that ends the connection.
pub(super) fn answer(status: &str, headers: &str, text: &str) -> Vec<u8> {
    let connection = if headers.contains("Connection:") {
        ""
    } else {
        "Connection: close\r\n"
    };
    format!(
        "HTTP/1.1 {status}\r\n{connection}{headers}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n{text}\n",
        text.len() + 1
    )
    .into_bytes()
}
