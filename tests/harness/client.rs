//! A chat client on a bare TCP socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::PATIENCE;

/// A client that sits in the chat.
pub(crate) struct Client {
    stream: TcpStream,
    /// Its nick, as the welcome said.
    pub(crate) nick: String,
    waiting: Vec<u8>,
    transcript: String,
    barriers: u32,
}

impl Client {
    /// Connects and reads up to the line that says who one is.
    pub(crate) fn connect(port: u16) -> Client {
        let mut client = Client::bare(port);
        let welcome = client.expect("*** You are ");
        let rest = welcome.strip_prefix("*** You are ").expect("the welcome");
        let nick = rest.split(' ').next().expect("a nick");
        client.nick = nick.into();
        client
    }

    /// As [`Client::connect`], and takes a nick.
    pub(crate) fn named(port: u16, nick: &str) -> Client {
        let mut client = Client::connect(port);
        client.line(&format!("/nick {nick}"));
        client.barrier();
        client.nick = nick.into();
        client
    }

    /// Connects and reads nothing.
    pub(crate) fn bare(port: u16) -> Client {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let stream = TcpStream::connect_timeout(&address, PATIENCE)
            .unwrap_or_else(|error| panic!("cannot connect to {address}: {error}"));
        Client::on(stream)
    }

    /// On a socket that is connected already.
    pub(crate) fn on(stream: TcpStream) -> Client {
        stream.set_nodelay(true).expect("a TCP socket");
        Client {
            stream,
            nick: String::new(),
            waiting: Vec::new(),
            transcript: String::new(),
            barriers: 0,
        }
    }

    /// The socket itself.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Writes these bytes, as they are.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.note(">", bytes);
        self.stream
            .set_write_timeout(Some(PATIENCE))
            .expect("a timeout");
        if let Err(error) = self.stream.write_all(bytes) {
            panic!("cannot write: {error}\n{}", self.transcript);
        }
    }

    /// Writes these bytes; says whether the other end still took them.
    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.note(">", bytes.as_ref());
        self.stream
            .set_write_timeout(Some(PATIENCE))
            .expect("a timeout");
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, text: &str) {
        self.send(format!("{text}\n"));
    }

    /// The next line, without its LF.
    pub(crate) fn next(&mut self) -> String {
        self.next_before(Instant::now() + PATIENCE)
            .unwrap_or_else(|why| panic!("no line: {why}\n{}", self.transcript))
    }

    /// The next line that contains this; what comes before it is read away.
    pub(crate) fn expect(&mut self, text: &str) -> String {
        self.until(text).pop().expect("until ends with the line")
    }

    /// The next line that contains one of these; what comes before it is read away.
    pub(crate) fn until_one_of(&mut self, texts: &[&str]) -> String {
        loop {
            let line = self.next();
            if texts.iter().any(|text| line.contains(text)) {
                return line.trim_end().to_owned();
            }
        }
    }

    /// All lines up to and with the next one that contains this.
    pub(crate) fn until(&mut self, text: &str) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        loop {
            match self.next_before(deadline) {
                Ok(line) => {
                    let found = line.contains(text);
                    lines.push(line);
                    if found {
                        return lines;
                    }
                }
                Err(why) => panic!("no {text:?}: {why}\n{}", self.transcript),
            }
        }
    }

    /// Sends a command whose answer can be told from all others, and returns the lines that came before it: everything
    /// that this client sent before has been handled, and what it led to has been read.
    pub(crate) fn barrier(&mut self) -> Vec<String> {
        self.barriers += 1;
        let nobody = format!("barrier{}", self.barriers);
        self.line(&format!("/msg {nobody} x"));
        let mut lines = self.until(&format!("! no-such-nick: nobody here is called {nobody}"));
        lines.pop();
        lines
    }

    /// Everything up to the end of the connection.
    pub(crate) fn rest(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        loop {
            match self.next_before(deadline) {
                Ok(line) => lines.push(line),
                Err(why) if why.starts_with("ended") => return lines.join("\n"),
                Err(why) => panic!("the connection did not end: {why}\n{}", self.transcript),
            }
        }
    }

    /// Whatever comes next, as one read gives it.
    pub(crate) fn read_some(&mut self) -> Vec<u8> {
        assert!(self.waiting.is_empty(), "lines wait to be read");
        match self.read_before(Instant::now() + PATIENCE) {
            Ok(()) => std::mem::take(&mut self.waiting),
            Err(why) => panic!("nothing came: {why}\n{}", self.transcript),
        }
    }

    fn next_before(&mut self, deadline: Instant) -> Result<String, String> {
        loop {
            if let Some(end) = self.waiting.iter().position(|&b| b == b'\n') {
                let line: Vec<u8> = self.waiting.drain(..=end).collect();
                return String::from_utf8(line[..end].to_vec())
                    .map_err(|error| format!("not UTF-8: {error}"));
            }
            self.read_before(deadline)?;
        }
    }

    fn read_before(&mut self, deadline: Instant) -> Result<(), String> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(format!("nothing more within {PATIENCE:?}"));
        }
        self.stream
            .set_read_timeout(Some(left.max(Duration::from_millis(1))))
            .expect("a timeout");
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(format!("ended; unfinished: {:?}", self.waiting)),
            Ok(length) => {
                self.note("<", &buffer[..length]);
                self.waiting.extend_from_slice(&buffer[..length]);
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                Err(format!("nothing more within {PATIENCE:?}"))
            }
            Err(error) => Err(format!("ended by {error}")),
        }
    }

    fn note(&mut self, direction: &str, bytes: &[u8]) {
        const MOST: usize = 20_000;
        if self.transcript.len() < MOST {
            let shown = &bytes[..bytes.len().min(400)];
            self.transcript.push_str(direction);
            self.transcript.push(' ');
            self.transcript.push_str(&shown.escape_ascii().to_string());
            self.transcript.push('\n');
        }
    }
}

/// Two rounds of barriers: what each of these clients did has been handled, and each has been sent what it led to.
/// Returns what each of them read.
pub(crate) fn barriers(clients: &mut [&mut Client]) -> Vec<Vec<String>> {
    let mut read: Vec<Vec<String>> = clients.iter_mut().map(|c| c.barrier()).collect();
    for (client, lines) in clients.iter_mut().zip(&mut read) {
        lines.extend(client.barrier());
    }
    read
}
