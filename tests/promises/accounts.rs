//! An account is its owner's alone, by whatever protocol and on however many clients, and outlives a crash.

use data_encoding::BASE64;

use crate::harness::{Irc, Server};

mod always;
mod crowd;
mod external;
mod nicks;
mod proofs;
mod rooms;
mod scram;
mod users;

use scram::Scram;

const PASSWORD: &str = "correct-horse-battery";

impl Server {
    /// One that has made an account of its nick.
    fn makes(&self, nick: &str) -> Irc {
        let mut client = self.registers(nick);
        client.says(&format!("REGISTER * * {PASSWORD}"));
        client.told(&format!("REGISTER SUCCESS {nick} :"));
        client.told(&format!(" 900 {nick} {nick}!~u@"));
        client
    }

    /// One that has begun to authenticate, and is to register with this nick and these capabilities.
    fn begins(&self, nick: &str, capabilities: &str, mechanism: &str) -> Irc {
        let mut client = self.opens();
        client.says(&format!(
            "CAP REQ :sasl {capabilities}\r\nNICK {nick}\r\nUSER u 0 * :real\r\nAUTHENTICATE {mechanism}"
        ));
        client.told("AUTHENTICATE +");
        client
    }

    /// One that is logged in by PLAIN and has registered.
    fn comes(&self, nick: &str, capabilities: &str, account: &str) -> Irc {
        let mut client = self.begins(nick, capabilities, "PLAIN");
        client.answers(&plain(account, PASSWORD));
        client.told(" 903 ");
        client.says("CAP END");
        client.told(" 422 ");
        client
    }
}

/// The one response of PLAIN.
fn plain(account: &str, password: &str) -> String {
    format!("\0{account}\0{password}")
}

impl Irc {
    /// Answers a challenge; the answer is short.
    fn answers(&mut self, response: &str) {
        let response = BASE64.encode(response.as_bytes());
        self.says(&format!("AUTHENTICATE {response}"));
    }

    /// What the server asks next in an exchange.
    fn challenge(&mut self) -> String {
        let line = self.told("AUTHENTICATE ");
        let data = line.rsplit(' ').next().expect("a chunk");
        let data = BASE64.decode(data.as_bytes()).expect("base 64");
        String::from_utf8(data).expect("UTF-8")
    }
}
