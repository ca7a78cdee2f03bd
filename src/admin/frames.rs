//! Messages that end in NUL, on a stream: bounded in bytes and in time. Knows nothing of what is in them.

use std::io;
use std::net::Shutdown;
use std::ops::ControlFlow::{self, Break, Continue};
use std::time::Duration;

use memchr::memchr;
use socket2::SockRef;
use tokio::net::UnixStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Limits;

/// Bytes that one read takes.
const READ: usize = 8192;

/// What came next from the other end.
#[derive(Debug)]
pub(super) enum Next {
    /// A message without its NUL.
    Message(Vec<u8>),
    /// Nothing any more.
    Gone,
    /// A message of more than this many bytes.
    TooLong(usize),
    /// A message that did not end within this time.
    Late(Duration),
}

/// A stream of messages. Idle, it owns no buffer.
#[derive(Debug)]
pub(super) struct Frames {
    stream: UnixStream,
    input: Vec<u8>,
}

impl Frames {
    pub(super) fn new(stream: UnixStream) -> Frames {
        Frames {
            stream,
            input: Vec::new(),
        }
    }

    /// The next message, however it was cut in transport. May be dropped and called again; the time then counts anew.
    pub(super) async fn next(&mut self, limits: &watch::Receiver<Limits>) -> Next {
        let mut searched = 0;
        let mut begun = None;
        loop {
            let Limits { request, time, .. } = *limits.borrow();
            let end = memchr(0, &self.input[searched..]).map(|at| searched + at);
            if end.unwrap_or(self.input.len()) > request {
                return Next::TooLong(request);
            }
            if let Some(end) = end {
                let rest = self.input.split_off(end + 1);
                let mut message = std::mem::replace(&mut self.input, rest);
                message.pop();
                return Next::Message(message);
            }
            searched = self.input.len();
            if searched > 0 && begun.is_none() {
                begun = Some(Instant::now());
            }
            let late = async {
                match begun {
                    Some(begun) => sleep_until(begun + time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                arrived = self.fill() => {
                    if arrived.is_break() {
                        return Next::Gone;
                    }
                }
                () = late => return Next::Late(time),
            }
        }
    }

    /// Waits for bytes and takes them. Breaks when none will come any more. May be dropped and called again.
    pub(super) async fn fill(&mut self) -> ControlFlow<()> {
        if self.stream.readable().await.is_err() {
            return Break(());
        }
        let mut chunk = [0; READ];
        match self.stream.try_read(&mut chunk) {
            Ok(0) => Break(()),
            Ok(count) => {
                self.input.extend_from_slice(&chunk[..count]);
                Continue(())
            }
            Err(error) if is_passing(&error) => Continue(()),
            Err(_) => Break(()),
        }
    }

    /// Bytes that have been read and are not yet taken as messages.
    pub(super) fn held(&self) -> usize {
        self.input.len()
    }

    /// Writes all of it, however long that takes.
    pub(super) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Says that nothing more will be written and throws away what still comes, at most so many bytes.
    pub(super) async fn read_away(&mut self, most: usize) {
        // Fails when the other end has gone, which is then noticed below.
        let _ = SockRef::from(&self.stream).shutdown(Shutdown::Write);
        let mut count = 0;
        while count < most {
            self.input.clear();
            if self.fill().await.is_break() {
                return;
            }
            count += self.input.len();
        }
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
