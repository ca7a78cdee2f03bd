//! One admin connection: answers what Varlink itself defines, denies what the caller has no role for, hands the rest over, and writes the
//! replies, one call after the other. Carries nothing out.

use std::future;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;

use tokio::net::UnixStream;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::answer::Outcome;
use super::audit::Record;
use super::frames::{Frames, Next};
use super::server::Seat;
use super::wire::{self, Incoming, Malformed, SERVICE, Standard};
use super::{Answer, Call, Error, INTERFACE, Limits, Peer, Reply, Request, Role, Roles, service};

/// As many replies of a stream are written at once.
const STREAM_BATCH: usize = 64;
/// Of a request that is too long, this many times `limits.request` are still read away, so that its sender gets to
/// read why it failed.
const READ_AWAY: usize = 16;

/// What a call was carried out for: its method, and the role that it needs.
struct Grant {
    method: String,
    needs: Role,
}

/// One connection. Idle, it owns no buffer.
#[derive(Debug)]
pub(super) struct Connection {
    frames: Frames,
    peer: Peer,
    limits: watch::Receiver<Limits>,
    roles: watch::Receiver<Arc<Roles>>,
    calls: mpsc::Sender<Call>,
    _seat: Seat,
}

impl Connection {
    pub(super) fn new(
        stream: UnixStream,
        peer: Peer,
        limits: watch::Receiver<Limits>,
        roles: watch::Receiver<Arc<Roles>>,
        calls: mpsc::Sender<Call>,
        seat: Seat,
    ) -> Connection {
        Connection {
            frames: Frames::new(stream),
            peer,
            limits,
            roles,
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
            Ok((Outcome::Once(outcome), _)) => wire::outcome(&outcome, false),
            Ok((Outcome::Stream(replies), grant)) => return self.stream(replies, &grant).await,
            Err(reply) => reply,
        };
        if oneway {
            return Continue(());
        }
        self.write(&reply).await
    }

    /// The outcome of a call; or a message that answers it without anybody having been asked.
    async fn answer(&mut self, call: Incoming) -> Result<(Outcome, Grant), Vec<u8>> {
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
                let request = wire::request(method, call.parameters);
                let grant = Grant {
                    method: method.to_owned(),
                    needs: request.as_ref().map_or(Role::Reader, Request::needs),
                };
                if self.roles.borrow().of(&self.peer) < Some(grant.needs) {
                    let request = request.as_ref().ok();
                    let what = request.map_or("this", |_| method);
                    return Err(self.deny(what, &grant, request));
                }
                let request = request.map_err(|error| wire::standard(&error))?;
                if request.streams() && !call.more {
                    return Err(wire::standard(&Standard::ExpectedMore {}));
                }
                let more = call.more && !call.oneway;
                Ok((self.ask(request, method, more).await, grant))
            }
            _ => Err(wire::standard(&Standard::InterfaceNotFound {
                interface: interface.into(),
            })),
        }
    }

    /// Records that the caller lacks the role, and says which group has it.
    fn deny(&self, what: &str, grant: &Grant, request: Option<&Request>) -> Vec<u8> {
        let Grant { method, needs } = grant;
        tracing::warn!(
            uid = self.peer.uid,
            user = self.peer.user.as_deref(),
            pid = self.peer.pid,
            ?needs,
            "an admin request is denied: the caller is in no group that has the role"
        );
        let refusal = self.roles.borrow().refusal(&self.peer, what, *needs);
        Record::of_refusal(&self.peer, method, request).write(Err(&refusal));
        wire::outcome(&Err(refusal), false)
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

    /// Writes a stream's replies until it ends, or the caller goes or loses the role that it was granted for.
    async fn stream(
        &mut self,
        mut replies: mpsc::Receiver<Result<Reply, Error>>,
        grant: &Grant,
    ) -> ControlFlow<()> {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                () = lost(&mut self.roles, &self.peer, grant.needs) => {
                    return self.write(&self.deny(&grant.method, grant, None)).await;
                }
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

/// Resolves when the caller has the role no longer.
async fn lost(roles: &mut watch::Receiver<Arc<Roles>>, peer: &Peer, role: Role) {
    let lost = |roles: &Arc<Roles>| roles.of(peer) < Some(role);
    if roles.wait_for(lost).await.is_err() {
        // Nobody says any more who has which.
        future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests;
