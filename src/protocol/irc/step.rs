//! What a client's line comes to: steps, taken in their order by the hub.

use smallvec::SmallVec;

use super::{BatchChange, Exchange, OpenBatch, Recall, Server};
use crate::chat::{Chat, Client, Command, Departure, Login, LookedUp, Stamp, User};
use crate::protocol::account;

/// Everything that a line is read against. Only read.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    /// The chat, as it is before the line.
    pub chat: &'a Chat,
    /// The server.
    pub server: &'a Server,
    /// The time.
    pub stamp: Stamp,
    /// What the hub counts.
    pub tally: Tally,
}

/// What the hub counts, for LUSERS and STATS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Connections that have not registered yet.
    pub newcomers: usize,
    /// Connections since the start.
    pub connections: u64,
    /// Commands since the start.
    pub commands: u64,
    /// Messages said since the start.
    pub messages: u64,
}

/// A client that has registered, and who it is.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The client.
    pub client: &'a Client,
    /// Its user.
    pub user: &'a User,
    /// The batch that it has begun and not ended.
    pub batch: Option<&'a OpenBatch>,
    /// The exchange by which it proves an account, if it has begun one.
    pub exchange: Option<&'a Exchange>,
}

/// What a line comes to.
#[derive(Debug, Default)]
pub struct Reading {
    /// The command's name as in the table (`PRIVMSG`), for refusals; empty for one that there is not.
    pub verb: &'static str,
    /// The line's `label` tag, for a client with labeled-response.
    pub label: Option<Box<str>>,
    /// What becomes of the batch that it has begun; whoever holds that applies it.
    pub batch: Option<BatchChange>,
    /// What is to be done, in order.
    pub steps: SmallVec<[Step; 1]>,
}

/// One step.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// The chat decides; a refusal becomes a reply ([`super::refusal`]).
    Do(Command),
    /// These whole lines go to the client.
    Tell(Vec<u8>),
    /// Something that is done outside and takes its time; the client's later lines wait until it has come back
    /// ([`super::returned`]).
    Outside(Errand),
    /// From now on this exchange is under way, or none.
    Exchange(Option<Box<Exchange>>),
    /// It is logged in to an account, or to none any more.
    Login(Option<Login>),
    /// A newcomer has said all that is needed: it becomes a client.
    Register,
    /// The client goes.
    Leave(Departure),
}

/// By which way a request about accounts came; its answer goes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A command of the protocol.
    Protocol,
    /// NickServ.
    NickServ,
}

/// What is done outside of the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Whether this is the server's password.
    ServerPassword(Box<str>),
    /// Whether this is the password of that operator; who it is and where it comes from has been checked.
    OperatorPassword {
        /// The name in the configuration.
        name: Box<str>,
        /// What was given.
        password: Box<str>,
    },
    /// Reload the configuration.
    Reload,
    /// Stop the server.
    Stop,
    /// Stop it and start it anew.
    Restart,
    /// Look something up in the history.
    History(Box<Recall>),
    /// Something about accounts.
    Account(Box<account::Request>, By),
}

/// What came of an errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The password is right; the reload is done.
    Done,
    /// The password is wrong; the reload was refused, the history cannot be read, for this reason.
    Refused(Box<str>),
    /// What was found in the history.
    History(LookedUp),
    /// What came of a request about accounts.
    Account(account::Answer),
}
