//! A stand-in for systemd's notification socket.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// What the daemon tells its service manager.
pub(crate) struct Notify {
    socket: UnixDatagram,
    told: Vec<String>,
}

impl Notify {
    /// Listens at `path`.
    pub(crate) fn at(path: &Path) -> Notify {
        let socket = UnixDatagram::bind(path).expect("a notification socket");
        socket
            .set_read_timeout(Some(Duration::from_millis(20)))
            .expect("a timeout");
        Notify {
            socket,
            told: Vec::new(),
        }
    }

    /// The next message that has a line of this beginning. Gives up when the deadline passes or `gone` says so.
    pub(crate) fn wait(
        &mut self,
        beginning: &str,
        mut gone: impl FnMut() -> bool,
    ) -> Result<String, String> {
        let deadline = Instant::now() + PATIENCE;
        let mut buffer = [0; 4096];
        let mut last = false;
        loop {
            if let Ok(length) = self.socket.recv(&mut buffer) {
                let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
                self.told.push(message.clone());
                if message.lines().any(|line| line.starts_with(beginning)) {
                    return Ok(message);
                }
            } else if last || Instant::now() > deadline {
                return Err(format!("no {beginning}; until then: {:?}", self.told));
            } else {
                // What was sent before the end is still read.
                last = gone();
            }
        }
    }
}
