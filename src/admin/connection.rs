//! One admin connection: frames messages, answers what Varlink itself defines, asks who may, hands the rest over, and
//! writes the replies, one call after the other. Carries nothing out.

use std::io;
use std::ops::ControlFlow::{self, Break, Continue};
use std::time::Duration;

use memchr::memchr;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::answer::Outcome;
use super::audit::Record;
use super::server::Seat;
use super::wire::{self, Incoming, Malformed, SERVICE, Standard};
use super::{Answer, Call, Error, INTERFACE, Limits, Peer, Reply, Request, service};

/// As many replies of a stream are written at once.
const STREAM_BATCH: usize = 64;
/// Bytes that one read takes.
const READ: usize = 8192;
/// Of a request that is too long, this many times `limits.request` are still read away, so that its sender gets to
/// read why it failed.
const READ_AWAY: usize = 16;

/// What came next from the caller.
enum Next {
    /// A message without its NUL.
    Message(Vec<u8>),
    /// Nothing any more.
    Gone,
    /// A message of more than this many bytes.
    TooLong(usize),
    /// A message that did not end within this time.
    Late(Duration),
}

/// One connection. Idle, it owns no buffer.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    peer: Peer,
    limits: watch::Receiver<Limits>,
    calls: mpsc::Sender<Call>,
    input: Vec<u8>,
    _seat: Seat,
}

impl Connection {
    pub(super) fn new(
        stream: UnixStream,
        peer: Peer,
        limits: watch::Receiver<Limits>,
        calls: mpsc::Sender<Call>,
        seat: Seat,
    ) -> Connection {
        Connection {
            stream,
            peer,
            limits,
            calls,
            input: Vec::new(),
            _seat: seat,
        }
    }

    /// Serves it until it ends.
    pub(super) async fn run(mut self) {
        loop {
            let flow = match self.next().await {
                Next::Message(message) => self.handle(&message).await,
                Next::Gone => Break(()),
                Next::TooLong(limit) => {
                    self.refuse(format!("a request of more than {limit} bytes"))
                        .await
                }
                Next::Late(time) => {
                    self.refuse(format!("a request that does not end within {time:?}"))
                        .await
                }
            };
            if flow.is_break() {
                return;
            }
        }
    }

    async fn handle(&mut self, message: &[u8]) -> ControlFlow<()> {
        let call = match wire::parse(message) {
            Ok(call) => call,
            Err(Malformed::Member { oneway: true, .. }) => return Continue(()),
            Err(Malformed::Member { error, .. }) => {
                return self.write(&wire::standard(&error)).await;
            }
            Err(Malformed::Json(error)) => {
                return self.refuse(format!("not a Varlink call: {error}")).await;
            }
        };
        let oneway = call.oneway;
        let reply = match self.answer(call).await {
            Ok(Outcome::Once(outcome)) => wire::outcome(&outcome, false),
            Ok(Outcome::Stream(replies)) => return self.stream(replies).await,
            Err(reply) => reply,
        };
        if oneway {
            return Continue(());
        }
        self.write(&reply).await
    }

    /// The outcome of a call; or a message that answers it without anybody having been asked.
    async fn answer(&mut self, call: Incoming) -> Result<Outcome, Vec<u8>> {
        if call.upgrade {
            return Err(wire::standard(&Standard::MethodNotImplemented {
                method: call.method,
            }));
        }
        let (interface, method) = call.method.rsplit_once('.').unwrap_or(("", &call.method));
        match interface {
            SERVICE => Err(match service::answer(method, call.parameters) {
                Ok(value) => wire::success(&value, false),
                Err(error) => wire::standard(&error),
            }),
            INTERFACE => {
                self.check_permission(method)?;
                let request = wire::request(method, call.parameters)
                    .map_err(|error| wire::standard(&error))?;
                let streams = matches!(request, Request::Watch { .. });
                if streams && !call.more {
                    return Err(wire::standard(&Standard::ExpectedMore {}));
                }
                Ok(self.ask(request, method, call.more && !call.oneway).await)
            }
            _ => Err(wire::standard(&Standard::InterfaceNotFound {
                interface: interface.into(),
            })),
        }
    }

    fn check_permission(&self, method: &str) -> Result<(), Vec<u8>> {
        if self.peer.may_administer() {
            return Ok(());
        }
        tracing::warn!(
            uid = self.peer.uid,
            user = self.peer.user.as_deref(),
            pid = self.peer.pid,
            "an admin request is refused: only root and the user that chatd runs as may administer it"
        );
        let refusal = Error::PermissionDenied {
            message: format!(
                "uid {} may not administer this chatd; only root and the user that it runs as may",
                self.peer.uid
            ),
        };
        Record::of_refusal(&self.peer, method).write(&refusal.to_string());
        Err(wire::outcome(&Err(refusal), false))
    }

    /// Hands a request over and waits for its outcome, for as long as it takes, whether the caller is still there or not.
    async fn ask(&self, request: Request, method: &str, more: bool) -> Outcome {
        let record = Record::of(&self.peer, method, &request);
        let (answer, outcome) = Answer::new(more, record);
        let call = Call {
            peer: self.peer.clone(),
            request,
            answer,
        };
        // Not handed over, the call drops its answer, which ends `outcome`.
        let _ = self.calls.send(call).await;
        outcome.await.unwrap_or_else(|_| {
            Outcome::Once(Err(Error::Failed {
                message: "chatd did not answer this request; it may be stopping".into(),
            }))
        })
    }

    /// Writes a stream's replies until it ends or the caller goes.
    async fn stream(
        &mut self,
        mut replies: mpsc::Receiver<Result<Reply, Error>>,
    ) -> ControlFlow<()> {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                count = replies.recv_many(&mut batch, STREAM_BATCH) => {
                    let mut bytes = Vec::new();
                    for reply in batch.drain(..) {
                        bytes.extend(wire::outcome(&reply, reply.is_ok()));
                        if reply.is_err() {
                            return self.write(&bytes).await;
                        }
                    }
                    if count == 0 {
                        return self.write(&wire::outcome(&Ok(Reply::Done {}), false)).await;
                    }
                    // As slowly as the reader likes: what it misses in the meantime is a gap in the stream, and
                    // if it goes, this fails.
                    if self.write_all(&bytes).await.is_err() {
                        return Break(());
                    }
                }
                // Calls may follow already, but not without bound; above all this is how its end is noticed.
                ready = self.stream.readable() => {
                    let open = ready.is_ok() && self.read().is_continue();
                    if !open || self.input.len() > self.limits.borrow().request {
                        return Break(());
                    }
                }
            }
        }
    }

    /// The next message, however it was cut in transport.
    async fn next(&mut self) -> Next {
        let mut searched = 0;
        let mut begun = None;
        loop {
            let limits = *self.limits.borrow();
            let end = memchr(0, &self.input[searched..]).map(|at| searched + at);
            if end.unwrap_or(self.input.len()) > limits.request {
                return Next::TooLong(limits.request);
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
            let deadline = begun.map(|at| at + limits.time);
            let late = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                ready = self.stream.readable() => {
                    if ready.is_err() || self.read().is_break() {
                        return Next::Gone;
                    }
                }
                () = late => return Next::Late(limits.time),
                () = self.calls.closed() => return Next::Gone,
            }
        }
    }

    /// Takes what has arrived. Breaks when nothing will any more.
    fn read(&mut self) -> ControlFlow<()> {
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

    /// Writes, within `limits.time`.
    async fn write(&self, bytes: &[u8]) -> ControlFlow<()> {
        let time = self.limits.borrow().time;
        match timeout(time, self.write_all(bytes)).await {
            Ok(Ok(())) => Continue(()),
            Ok(Err(_)) => Break(()),
            Err(_) => {
                tracing::warn!(
                    uid = self.peer.uid,
                    pid = self.peer.pid,
                    "an admin connection is closed: it did not take its reply within {time:?}"
                );
                Break(())
            }
        }
    }

    async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
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

    /// Says what is wrong with the message and ends the connection: where the next one begins is not known.
    async fn refuse(&mut self, message: String) -> ControlFlow<()> {
        let error = Err(Error::Invalid {
            parameter: "request".into(),
            message,
        });
        if self
            .write(&wire::outcome(&error, false))
            .await
            .is_continue()
        {
            let Limits { request, time, .. } = *self.limits.borrow();
            // Whether that ends in time or not, the connection is closed.
            let _ = timeout(time, self.read_away(request.saturating_mul(READ_AWAY))).await;
        }
        Break(())
    }

    async fn read_away(&mut self, most: usize) {
        let _ = socket2::SockRef::from(&self.stream).shutdown(std::net::Shutdown::Write);
        let mut count = 0;
        while count < most && self.stream.readable().await.is_ok() {
            self.input.clear();
            if self.read().is_break() {
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

#[cfg(test)]
mod tests;
