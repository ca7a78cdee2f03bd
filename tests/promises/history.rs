//! What was delivered is on disk before anyone sees it, and is never lost; what cannot be stored is refused, and nobody sees it.

use std::net::TcpStream;

use serde_json::Value;

use crate::harness::{Chatd, Client, Server};

mod events;
mod faults;
mod kills;
mod reading;

impl Server {
    /// One that has registered with these capabilities, and is in no room.
    fn negotiates(&self, nick: &str, capabilities: &str) -> Client {
        let mut client = Client::bare(self.irc);
        client.send(format!(
            "CAP REQ :{capabilities}\r\nNICK {nick}\r\nUSER u 0 * :real\r\nCAP END\r\n"
        ));
        client.expect(" 422 ");
        client
    }
}

/// What the operator reads of a room: all of it.
fn history(chatd: &Chatd, room: &str) -> Vec<Value> {
    let all = chatd.json(&["history", room, "--limit", "1000000"]);
    all.as_array().expect("an array").clone()
}

/// The texts of it.
fn texts(chatd: &Chatd, room: &str) -> Vec<String> {
    let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
    history(chatd, room).iter().map(text).collect()
}

/// A socket of a client, to be read and written by two threads.
fn halves(client: &Client) -> (TcpStream, TcpStream) {
    let stream = client.stream();
    let both = (stream.try_clone(), stream.try_clone());
    (both.0.expect("a descriptor"), both.1.expect("a descriptor"))
}
