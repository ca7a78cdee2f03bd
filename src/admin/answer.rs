//! The way back to a caller, and the audit record that goes with it: written when the outcome is known, whether the
//! caller is still there or not. Knows no sockets.

use tokio::sync::{mpsc, oneshot};

use super::audit::Record;
use super::{Error, Peer, Reply, Request};

/// How many replies of a stream may wait for the connection to take them.
const STREAM_WAITING: usize = 256;

/// A request, who makes it, and where the answer goes.
#[derive(Debug)]
pub struct Call {
    /// Who asks; already found to be allowed to.
    pub peer: Peer,
    /// What.
    pub request: Request,
    /// Where the answer goes.
    pub answer: Answer,
}

/// What comes back from whoever carries a call out.
#[derive(Debug)]
pub(super) enum Outcome {
    Once(Result<Reply, Error>),
    Stream(mpsc::Receiver<Result<Reply, Error>>),
}

/// Where the answer to one call goes. Dropped without an answer, it tells the caller so.
#[derive(Debug)]
pub struct Answer {
    to: Option<oneshot::Sender<Outcome>>,
    more: bool,
    record: Option<Record>,
}

impl Answer {
    pub(super) fn new(more: bool, record: Option<Record>) -> (Answer, oneshot::Receiver<Outcome>) {
        let (to, from) = oneshot::channel();
        let answer = Answer {
            to: Some(to),
            more,
            record,
        };
        (answer, from)
    }

    /// The one reply, or why there is none. Writes the audit record.
    pub fn send(mut self, outcome: Result<Reply, Error>) {
        if let Some(record) = self.record.take() {
            match &outcome {
                Ok(_) => record.write(Ok(())),
                Err(error) => record.write(Err(error)),
            }
        }
        if let Some(to) = self.to.take() {
            // Fails when the caller has gone, which changes nothing about what was done.
            let _ = to.send(Outcome::Once(outcome));
        }
    }

    /// Has the audit record say that the caller is shown private messages between others.
    pub fn shows_private(&mut self) {
        if let Some(record) = &mut self.record {
            record.of_private();
        }
    }

    /// Many replies, when the caller can take them (it said `more`; the server sees to it that what streams is always
    /// called so). Writes the audit record: the stream stands. `None`: the caller cannot, or has gone.
    pub fn stream(self) -> Option<StreamSender> {
        self.stream_of(STREAM_WAITING)
    }

    /// As [`Answer::stream`], of replies that may be large: only one waits while the one before it is written.
    pub fn stream_of_pages(self) -> Option<StreamSender> {
        self.stream_of(1)
    }

    fn stream_of(mut self, waiting: usize) -> Option<StreamSender> {
        if !self.more {
            return None;
        }
        let (replies, outcome) = mpsc::channel(waiting);
        self.to.take()?.send(Outcome::Stream(outcome)).ok()?;
        if let Some(record) = self.record.take() {
            record.write(Ok(()));
        }
        Some(StreamSender { replies })
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            record.write(Err(&"not answered"));
        }
    }
}

/// The sending end of a stream of replies. An `Err` is the last; dropping the sender ends the stream as well.
#[derive(Clone, Debug)]
pub struct StreamSender {
    replies: mpsc::Sender<Result<Reply, Error>>,
}

/// The caller of a stream has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the caller has gone")]
pub struct CallerGone;

impl StreamSender {
    /// Hands a reply over, as soon as there is room for it.
    pub async fn send(&self, reply: Result<Reply, Error>) -> Result<(), CallerGone> {
        let sent = self.replies.send(reply).await;
        sent.map_err(|_| CallerGone)
    }

    /// As [`StreamSender::send`], on a thread that may wait.
    pub fn send_waiting(&self, reply: Result<Reply, Error>) -> Result<(), CallerGone> {
        let sent = self.replies.blocking_send(reply);
        sent.map_err(|_| CallerGone)
    }

    /// Resolves when the caller has gone.
    pub async fn closed(&self) {
        self.replies.closed().await;
    }
}
