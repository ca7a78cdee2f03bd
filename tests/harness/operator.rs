//! A connection to the admin socket that asks again and again, without a program started for each question.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;

use serde_json::Value;

use super::{Chatd, PATIENCE};

/// A connected operator.
pub(crate) struct Operator(BufReader<UnixStream>);

impl Operator {
    /// Connects.
    pub(crate) fn connect(chatd: &Chatd) -> Operator {
        let stream = UnixStream::connect(chatd.socket()).expect("the admin socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        Operator(BufReader::new(stream))
    }

    /// Sends a request of `io.chatd.Admin` without parameters and does not wait for the reply. Whether it was taken.
    pub(crate) fn ask(&mut self, method: &str) -> bool {
        let request = format!("{{\"method\":\"io.chatd.Admin.{method}\",\"parameters\":{{}}}}\0");
        self.0.get_mut().write_all(request.as_bytes()).is_ok()
    }

    /// The next reply; none when the connection ended before it.
    pub(crate) fn reply(&mut self) -> Option<Value> {
        let mut bytes = Vec::new();
        match self.0.read_until(0, &mut bytes) {
            Ok(_) if bytes.last() == Some(&0) => {
                bytes.pop();
                Some(serde_json::from_slice(&bytes).expect("a reply is JSON"))
            }
            Ok(_) if bytes.is_empty() => None,
            // The request was not read any more.
            Err(error) if bytes.is_empty() && error.kind() == ErrorKind::ConnectionReset => None,
            other => panic!("half a reply, {other:?}: {}", bytes.escape_ascii()),
        }
    }

    /// Asks and waits: the parameters of the reply, or the error's name.
    pub(crate) fn call(&mut self, method: &str) -> Result<Value, String> {
        assert!(self.ask(method), "the daemon takes no request");
        let reply = self.reply().expect("a reply");
        match reply["error"].as_str() {
            None => Ok(reply["parameters"].clone()),
            Some(error) => Err(error.to_owned()),
        }
    }
}
