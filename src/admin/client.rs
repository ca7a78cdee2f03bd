//! The caller's end of the admin channel, blocking. Trusts nothing that comes back: replies are bounded and may be
//! anything. Prints nothing.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use memchr::memchr;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::wire::SERVICE;
use super::{Error, INTERFACE, Request};
pub use stream::{Replies, Watching};

mod stream;

/// The most bytes of a reply.
pub const REPLY_MOST: usize = 64 * 1024 * 1024;
/// Bytes that one read takes.
const READ: usize = 64 * 1024;

/// Why a call brought no reply.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The connection failed or ended.
    #[error("the connection to chatd failed: {0}")]
    Io(#[from] io::Error),
    /// What came back is not a reply.
    #[error("what answers at the socket does not speak chatd's protocol: {0}")]
    Protocol(String),
    /// The daemon refused, and said why.
    #[error(transparent)]
    Refused(#[from] Error),
    /// An error that Varlink itself defines, or one that this version does not know.
    #[error("chatd answers {name}{}", parenthesised(.parameters))]
    Standard {
        /// Its full name.
        name: String,
        /// Its parameters.
        parameters: Value,
    },
}

fn parenthesised(parameters: &Value) -> String {
    match parameters {
        Value::Object(members) if members.is_empty() => String::new(),
        Value::Null => String::new(),
        other => format!(" {other}"),
    }
}

/// A connection to a daemon.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    input: Vec<u8>,
}

/// A reply as it stands on the wire.
#[derive(Deserialize)]
struct Incoming {
    #[serde(default)]
    parameters: Option<Map<String, Value>>,
    #[serde(default)]
    continues: Option<bool>,
    #[serde(default)]
    error: Option<String>,
}

impl Client {
    /// Connects to the daemon whose socket that is.
    pub fn connect(path: &Path) -> io::Result<Client> {
        Ok(Client {
            stream: UnixStream::connect(path)?,
            input: Vec::new(),
        })
    }

    /// Finds out whether the daemon answers at all, which one that is stopped or hangs does not: by what it is (`GetInfo`). What is
    /// asked afterwards may take as long as it takes. An error of the kind `WouldBlock`: nothing came in that time.
    pub fn greet(&mut self, time: Duration) -> Result<(), CallError> {
        self.set_timeout(Some(time))?;
        self.write(&json!({ "method": format!("{SERVICE}.GetInfo") }))?;
        match self.reply() {
            // Whatever it says of this request, it answers.
            Ok(_) | Err(CallError::Standard { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(self.set_timeout(None)?)
    }

    /// How long one read or write may wait.
    fn set_timeout(&self, time: Option<Duration>) -> io::Result<()> {
        self.stream.set_read_timeout(time)?;
        self.stream.set_write_timeout(time)
    }

    /// Asks, and waits for the reply's parameters; an empty object where the reply has none.
    pub fn call(&mut self, request: &Request) -> Result<Value, CallError> {
        self.send(request, false)?;
        let (parameters, continues) = self.reply()?;
        if continues {
            return Err(CallError::Protocol(
                "more replies than were asked for".into(),
            ));
        }
        Ok(parameters)
    }

    /// Asks, and waits for a reply of that shape.
    pub fn call_reply<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, CallError> {
        shaped(self.call(request)?)
    }

    /// Asks for a stream of happenings and waits for the first, so that a refusal is noticed here.
    pub fn watch(self, request: &Request) -> Result<Watching, CallError> {
        let mut watching = Watching {
            replies: self.stream(request)?,
            first: None,
        };
        watching.first = watching.next().transpose()?;
        Ok(watching)
    }

    /// Asks for a stream; its replies' parameters. A refusal is the first of them.
    pub fn stream(mut self, request: &Request) -> Result<Replies, CallError> {
        self.send(request, true)?;
        Ok(Replies {
            client: self,
            over: false,
        })
    }

    fn send(&mut self, request: &Request, more: bool) -> Result<(), CallError> {
        let mut call = serde_json::to_value(request)
            .map_err(|error| CallError::Protocol(error.to_string()))?;
        let method = call["method"].as_str().unwrap_or_default();
        call["method"] = json!(format!("{INTERFACE}.{method}"));
        if more {
            call["more"] = json!(true);
        }
        self.write(&call)
    }

    fn write(&mut self, call: &Value) -> Result<(), CallError> {
        let mut bytes = call.to_string().into_bytes();
        bytes.push(0);
        match self.stream.write_all(&bytes) {
            // A daemon that closes at once has said why: that is there to be read.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    fn reply(&mut self) -> Result<(Value, bool), CallError> {
        let message = self.message()?;
        // By way of an object, because serde would take an array for a struct.
        let reply: Incoming = serde_json::from_slice(&message)
            .and_then(|members: Map<String, Value>| serde_json::from_value(members.into()))
            .map_err(|error| CallError::Protocol(format!("not a Varlink reply: {error}")))?;
        let parameters = reply.parameters.unwrap_or_default();
        match reply.error {
            None => Ok((Value::Object(parameters), reply.continues.unwrap_or(false))),
            Some(name) => Err(refusal(name, Value::Object(parameters))),
        }
    }

    /// The next message, without its NUL.
    fn message(&mut self) -> Result<Vec<u8>, CallError> {
        let mut searched = 0;
        loop {
            if let Some(at) = memchr(0, &self.input[searched..]) {
                let rest = self.input.split_off(searched + at + 1);
                let mut message = std::mem::replace(&mut self.input, rest);
                message.pop();
                return Ok(message);
            }
            searched = self.input.len();
            if searched > REPLY_MOST {
                return Err(CallError::Protocol(format!(
                    "a reply of more than {REPLY_MOST} bytes"
                )));
            }
            self.input.resize(searched + READ, 0);
            let read = self.stream.read(&mut self.input[searched..]);
            self.input
                .truncate(searched + read.as_ref().map_or(0, |count| *count));
            match read {
                Ok(0) => {
                    return Err(CallError::Io(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "it ended without a reply",
                    )));
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn shaped<T: DeserializeOwned>(parameters: Value) -> Result<T, CallError> {
    serde_json::from_value(parameters)
        .map_err(|error| CallError::Protocol(format!("not the reply that was expected: {error}")))
}

fn refusal(name: String, parameters: Value) -> CallError {
    let ours = name
        .strip_prefix(INTERFACE)
        .and_then(|rest| rest.strip_prefix('.'))
        .and_then(|short| {
            let error = json!({ "error": short, "parameters": parameters });
            serde_json::from_value::<Error>(error).ok()
        });
    match ours {
        Some(error) => CallError::Refused(error),
        None => CallError::Standard { name, parameters },
    }
}

#[cfg(test)]
mod tests;
