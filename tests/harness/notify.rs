//! A stand-in for systemd's notification socket.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// What the daemon tells its service manager.
pub(crate) struct Notify {
    messages: Receiver<String>,
    told: Vec<String>,
}

impl Notify {
    /// Listens at `path`.
    pub(crate) fn at(path: &Path) -> Notify {
        let socket = UnixDatagram::bind(path).expect("a notification socket");
        let (sender, messages) = channel();
        // Read at once, as a service manager does: the kernel holds ten messages and then makes the sender wait.
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = socket.recv(&mut buffer) {
                let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Notify {
            messages,
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
        let mut last = false;
        loop {
            if let Ok(message) = self.messages.recv_timeout(Duration::from_millis(20)) {
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
