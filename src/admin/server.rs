//! Accepts admin connections, as many as are allowed, and gives each a task of its own. What is asked is carried out by
//! whoever reads the calls.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};

use super::connection::Connection;
use super::socket::SocketFile;
use super::wire;
use super::{Call, Error, Peer, Role, Roles, Socket};

/// One in so many connections is kept for root, so that an operator gets in whatever the others do.
const RESERVED_PART: usize = 16;
/// The most that are kept for root; the least, where there is more than one at all, is one.
const RESERVED_MOST: usize = 4;
/// How long to wait after `accept` failed for want of something (descriptors, memory).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// At most one line a log about that in this time.
const ACCEPT_LOG: Duration = Duration::from_secs(1);

/// What the admin channel allows; may change while it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time. A few of them are kept for root; of the others, those who are no administrators get half.
    pub connections: usize,
    /// Bytes of one request, its NUL not counted.
    pub request: usize,
    /// For a whole request to arrive once it has begun, and for a reply to be taken. A stream may be read as slowly
    /// as its reader likes.
    pub time: Duration,
}

/// The number of open connections.
pub(super) type Open = Arc<AtomicUsize>;

/// One of the open connections; dropped with it.
#[derive(Debug)]
pub(super) struct Seat(Open);

impl Seat {
    pub(super) fn take(open: &Open, allowed: usize) -> Option<Seat> {
        open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
            (now < allowed).then(|| now + 1)
        })
        .ok()
        .map(|_| Seat(open.clone()))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves the socket, handing what is asked by those who may to `calls`, until nobody reads `calls` any more: then it accepts nobody
/// else, removes the socket, lets the answers that are under way be written (for `limits.time` at most) and
/// returns. When limits are sent, which each reload does, it makes the socket anew if somebody has removed it. Dropped, it stops accepting at once, and each connection ends with the answer it waits for.
pub async fn serve(
    socket: Socket,
    limits: watch::Receiver<Limits>,
    roles: watch::Receiver<Arc<Roles>>,
    calls: mpsc::Sender<Call>,
) {
    let Socket {
        listener,
        mut file,
        lock,
    } = socket;
    let mut listener = match UnixListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the admin socket cannot be served");
            return;
        }
    };
    let open = Open::default();
    let mut reloads = limits.clone();
    // Closed when the last connection has dropped its end.
    let (alive, mut all_gone) = mpsc::channel::<Infallible>(1);
    let mut complained: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            () = calls.closed() => break,
            Ok(()) = reloads.changed() => {
                if let Some(again) = made_again(&file) {
                    (listener, file) = again;
                }
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let Some((peer, seat)) = admit(&stream, *limits.borrow(), &roles.borrow(), &open)
                else {
                    continue;
                };
                let (limits, roles) = (limits.clone(), roles.clone());
                let (calls, alive) = (calls.clone(), alive.clone());
                tokio::spawn(async move {
                    let peer = peer.named().await;
                    Connection::new(stream, peer, limits, roles, calls, seat)
                        .run()
                        .await;
                    drop(alive);
                });
            }
            Err(error) => {
                if complained.is_none_or(|at| at.elapsed() >= ACCEPT_LOG) {
                    complained = Some(Instant::now());
                    tracing::warn!(%error, "the admin socket cannot accept; trying on");
                }
                if !concerns_one_connection(&error) {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
    drop((listener, file));
    drop((calls, alive));
    let time = limits.borrow().time;
    // Late ones end with the process.
    let _ = tokio::time::timeout(time, all_gone.recv()).await;
    drop(lock);
}

/// The socket anew, if it was removed and can be.
fn made_again(file: &SocketFile) -> Option<(UnixListener, SocketFile)> {
    let unreachable = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "nobody reaches chatd by its admin socket; a reload tries to make it anew");
    };
    let (listener, file) = file.again().map_err(|error| unreachable(&error)).ok()??;
    let listener = UnixListener::from_std(listener);
    let listener = listener.map_err(|error| unreachable(&error)).ok()?;
    tracing::warn!(path = %file.path().display(), "the admin socket was removed, and is made anew");
    Some((listener, file))
}

/// Who it is, and a seat; or an answer why not.
fn admit(stream: &UnixStream, limits: Limits, roles: &Roles, open: &Open) -> Option<(Peer, Seat)> {
    let peer = match Peer::of(stream) {
        Ok(peer) => peer,
        Err(error) => {
            tracing::warn!(%error, "an admin connection without credentials is closed");
            return None;
        }
    };
    let Some(seat) = Seat::take(open, allowed(&peer, roles.of(&peer), limits)) else {
        let busy = Err(Error::Busy {
            message: format!(
                "as many admin connections are open as there may be (limits.admin_connections = {}, of which some \
                 are kept for root); try again later",
                limits.connections
            ),
        });
        // A new socket takes this much at once; one that does not is closed without a word.
        let _ = stream.try_write(&wire::outcome(&busy, false));
        return None;
    };
    Some((peer, seat))
}

/// How many connections there may be for this one to be let in.
fn allowed(peer: &Peer, role: Option<Role>, limits: Limits) -> usize {
    let all = limits.connections;
    if peer.uid == 0 {
        return all;
    }
    let reserved = (all / RESERVED_PART).clamp(1, RESERVED_MOST);
    let others = all.saturating_sub(reserved).max(1);
    if role == Some(Role::Administrator) {
        others
    } else {
        others.div_ceil(2)
    }
}

/// Whether accepting the next one may well succeed.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests;
