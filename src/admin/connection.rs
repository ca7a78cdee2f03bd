//! One admin connection: answers what Varlink itself defines, asks who may, hands the rest over, and writes the
//! replies, one call after the other. Carries nothing out.

use std::ops::ControlFlow::{self, Break, Continue};

use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::answer::Outcome;
use super::audit::Record;
use super::frames::{Frames, Next};
use super::server::Seat;
use super::wire::{self, Incoming, Malformed, SERVICE, Standard};
use super::{Answer, Call, Error, INTERFACE, Limits, Peer, Reply, Request, service};

/// As many replies of a stream are written at once.
const STREAM_BATCH: usize = 64;
/// Of a request that is too long, this many times `limits.request` are still read away, so that its sender gets to
/// read why it failed.
const READ_AWAY: usize = 16;

/// One connection. Idle, it owns no buffer.
#[derive(Debug)]
pub(super) struct Connection {
    frames: Frames,
    peer: Peer,
    limits: watch::Receiver<Limits>,
    calls: mpsc::Sender<Call>,
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
            frames: Frames::new(stream),
            peer,
            limits,
            calls,
            _seat: seat,
        }
    }

    /// Serves it until it ends.
    pub(super) async fn run(mut self) {
        loop {
            let next = tokio::select! {
                next = self.frames.next(&self.limits) => next,
                () = self.calls.closed() => Next::Gone,
            };
            let flow = match next {
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
                if request.streams() && !call.more {
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
        Record::of_refusal(&self.peer, method).write(Err(&refusal));
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
                    if self.frames.write(&bytes).await.is_err() {
                        return Break(());
                    }
                }
                // Calls may follow already, but not without bound; above all this is how its end is noticed.
                arrived = self.frames.fill() => {
                    if arrived.is_break() || self.frames.held() > self.limits.borrow().request {
                        return Break(());
                    }
                }
            }
        }
    }

    /// Writes, within `limits.time`.
    async fn write(&self, bytes: &[u8]) -> ControlFlow<()> {
        let time = self.limits.borrow().time;
        match timeout(time, self.frames.write(bytes)).await {
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
            let away = self.frames.read_away(request.saturating_mul(READ_AWAY));
            let _ = timeout(time, away).await;
        }
        Break(())
    }
}

#[cfg(test)]
mod tests;
