//! The hub: the one owner of the chat. Takes commands in order, decides and applies each, renders what it brought once per
//! variant into mailboxes, and writes each mailbox that got something once, at the end of the turn. It waits
//! for nothing but its inbox: not for a client, not for a disk, not for an operator.
//!
//! A turn is all that arrived while the last one ran: the flush is the clock, so batching comes from load and never
//! from a timer.

/// What an IRC line is read against: parts of the hub, so that the rest of it can be changed meanwhile.
macro_rules! world {
    ($hub:ident, $tally:expr) => {
        irc::World {
            chat: &$hub.chat,
            server: &$hub.server,
            stamp: $hub.stamp,
            tally: $tally,
        }
    };
}

mod accounts;
mod ask;
mod audit;
mod clock;
mod ending;
mod going;
mod history;
mod input;
mod keep;
mod keepsakes;
mod labelled;
mod late;
mod lines;
mod look;
mod mail;
mod mailbox;
mod mailboxes;
mod marks;
mod memory;
mod newcomers;
mod render;
mod replay;
mod settle;
mod spool;
mod timers;
mod turn;
mod watch;
mod workers;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

pub use ask::{AccountNews, Ask, ClientView, Counts, Devices, Handle, Said, UserView};
pub use clock::{now, stamp, timestamp};
pub use ending::Ending;
pub use history::{FromStore, History, HistorySettings, Keep};
pub use input::Input;
pub use keepsakes::{Known, Notes};
pub use lines::Sent;
pub use mailbox::Wire;
pub use memory::kept_for_this_thread;
pub use watch::{Happening, Heard, What};
pub use workers::Workers;

use crate::chat::{Chat, ClientId, Policy, RoomId, Stamp};
use crate::protocol::irc;
use crate::store::{Found, Refused};
use mailbox::Mailbox;
use mailboxes::Mailboxes;
use watch::Watchers;

/// How many inputs one turn takes at most, so that the flush is never far away.
const TURN: usize = 4096;

/// How long what arrives waits while very much waits for the disk.
const CROWDED: std::time::Duration = std::time::Duration::from_millis(20);

/// What comes from the store next; never anything without one.
async fn from_store(history: &mut Option<History>) -> Option<FromStore> {
    match history {
        Some(history) => history.next().await,
        None => std::future::pending().await,
    }
}

/// What became of what outlives a restart; never anything where that is not stored.
async fn stored(keepsakes: &mut Option<keepsakes::Keepsakes>) -> Option<Result<(), Refused>> {
    match keepsakes {
        Some(keepsakes) => keepsakes.next().await,
        None => std::future::pending().await,
    }
}

/// What the hub needs to know besides the chat's policy. Live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `limits.send_queue`: bytes that may wait for one client.
    pub send_queue: usize,
    /// `limits.send_memory`: bytes that may wait for all clients together.
    pub send_memory: usize,
    /// `limits.send_time`: how long a client may take nothing while bytes wait for it.
    pub send_time: Option<std::time::Duration>,
    /// `limits.linger`: how long a client that has to go has for reading why.
    pub linger: std::time::Duration,
    /// `limits.registration_time`: how long an IRC client may take to register.
    pub registration_time: std::time::Duration,
    /// `limits.ping_interval`: after this much silence an IRC client is asked whether it is there.
    pub ping_interval: Option<std::time::Duration>,
    /// `limits.ping_timeout`: how long it may take to answer.
    pub ping_timeout: std::time::Duration,
    /// `[history]`
    pub history: HistorySettings,
    /// `accounts.missed`: messages of each room that a device has missed and is told of.
    pub missed: u32,
}

/// The hub. `W` is how a connection is written: a socket in the daemon, memory in tests.
pub struct Hub<W> {
    chat: Chat,
    settings: Settings,
    mailboxes: Mailboxes<W>,
    /// Connections whose client is gone and whose last bytes still have to be written.
    leaving: HashMap<ClientId, Mailbox<W>>,
    watchers: Watchers,
    counts: Counts,
    rendered: render::Rendered,
    /// Clients that a limit has to end, found while telling something, and which; ended at the end of the turn.
    overrun: Vec<(ClientId, &'static str)>,
    ending: Option<ending::Stop>,
    server: Arc<irc::Server>,
    /// IRC connections that have not registered.
    newcomers: HashMap<ClientId, newcomers::Newcomer<W>>,
    dirty_newcomers: Vec<ClientId>,
    /// Clients whose last command waits for something outside.
    waiting: HashMap<ClientId, lines::Waiting<W>>,
    /// Where slow work is sent.
    errands: mpsc::Sender<Sent>,
    /// Errands that nobody could take; they come back at the end of the turn.
    returned_later: Vec<(ClientId, irc::Errand, irc::Outcome)>,
    /// The labelled command that is being carried out.
    labelled: Option<labelled::Labelled>,
    /// Messages of several lines that clients are in the middle of.
    batches: HashMap<ClientId, Box<irc::OpenBatch>>,
    /// Clients that want to take back what somebody else is taking back; each waits for that.
    looked_for_later: Vec<(ClientId, look::Wanted)>,
    /// Exchanges by which clients are about to prove accounts.
    exchanges: HashMap<ClientId, Box<irc::Exchange>>,
    timers: timers::Timers,
    /// The store, where the history is on.
    history: Option<History>,
    /// What outlives a restart, where that is stored.
    keepsakes: Option<keepsakes::Keepsakes>,
    /// The batch of notes that what is told now waits for.
    awaited: Option<u64>,
    /// The verb of the IRC command that is carried out.
    verb: &'static str,
    /// Who has entered which room by the input that is taken.
    entered: Vec<(ClientId, RoomId)>,
    /// The time of this turn.
    stamp: Stamp,
    /// Who waits for all memory to be given up that can be; what holds a turn's inputs comes last.
    shrinks: Option<oneshot::Sender<Vec<Vec<u8>>>>,
}

impl<W: Wire> Hub<W> {
    /// A hub with nobody in it.
    pub fn new(
        policy: Policy,
        settings: Settings,
        server: Arc<irc::Server>,
        errands: mpsc::Sender<Sent>,
    ) -> Hub<W> {
        Hub {
            chat: Chat::new(policy, timestamp()),
            settings,
            mailboxes: Mailboxes::new(),
            leaving: HashMap::new(),
            watchers: Watchers::default(),
            counts: Counts::default(),
            rendered: render::Rendered::default(),
            overrun: Vec::new(),
            ending: None,
            server,
            newcomers: HashMap::new(),
            dirty_newcomers: Vec::new(),
            waiting: HashMap::new(),
            errands,
            returned_later: Vec::new(),
            labelled: None,
            batches: HashMap::new(),
            looked_for_later: Vec::new(),
            exchanges: HashMap::new(),
            timers: timers::Timers::default(),
            history: None,
            keepsakes: None,
            awaited: None,
            verb: "",
            entered: Vec::new(),
            stamp: stamp(),
            shrinks: None,
        }
    }

    /// The same, going on after what was found in the store; the first that is made of a new one.
    #[must_use]
    pub fn following(mut self, found: Found) -> Hub<W> {
        let policy = self.chat.policy().clone();
        self.chat = Chat::after(policy, timestamp(), found.last, found.lives, stamp().salt);
        self
    }

    /// The same with a history.
    #[must_use]
    pub fn keeping(mut self, history: History) -> Hub<W> {
        self.history = Some(history);
        self
    }

    /// The same, with threads that help where very many are to be written to.
    #[must_use]
    pub fn helped_by(mut self, workers: Workers) -> Hub<W> {
        self.mailboxes.workers = workers;
        self
    }

    /// Runs until every sender of `inputs` has gone or it was told to stop and has stopped.
    pub async fn run(
        mut self,
        mut inputs: mpsc::Receiver<Input<W>>,
        mut asks: mpsc::Receiver<Ask>,
    ) {
        let mut turn = VecDeque::new();
        let mut arrived = Vec::new();
        let mut clock = tokio::time::interval(std::time::Duration::from_millis(250));
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            // The clock only matters while somebody is slow or leaving; an idle hub sleeps.
            let watching = !self.leaving.is_empty()
                || self.mailboxes.any_blocked()
                || self.ending.is_some()
                || self.somebody_is_going()
                || self.keepsakes_wait();
            // While very much waits for the disk, what arrives waits too, for a moment.
            let crowded = self.is_crowded();
            tokio::select! {
                got = inputs.recv_many(&mut arrived, TURN), if turn.is_empty() && !crowded => {
                    if got == 0 {
                        return;
                    }
                    // The two change places: what has arrived is the turn, in the memory that it came in.
                    arrived = std::mem::replace(&mut turn, std::mem::take(&mut arrived).into()).into();
                }
                Some(heard) = from_store(&mut self.history) => {
                    self.stamp = stamp();
                    self.hear_from_store(heard);
                }
                Some(done) = stored(&mut self.keepsakes) => {
                    self.stamp = stamp();
                    self.stored_keepsakes(done);
                }
                Some(ask) = asks.recv() => { self.stamp = stamp(); self.answer(ask) }
                () = std::future::ready(()), if !turn.is_empty() && !crowded => {}
                () = tokio::time::sleep(CROWDED), if crowded => {}
                _ = clock.tick(), if watching => {}
                () = clock::until(self.timers.first()) => {}
            }
            self.some(&mut turn);
            if let Some(back) = self.shrinks.take() {
                turn.shrink_to_fit();
                arrived.shrink_to_fit();
                let _ = back.send(kept_for_this_thread());
            }
            if self.has_stopped() {
                return;
            }
        }
    }

    /// One turn: all of `inputs` in their order, then what is due, then one write for each mailbox that got something.
    pub fn turn(&mut self, inputs: impl Iterator<Item = Input<W>>) {
        let mut inputs = inputs.collect();
        self.some(&mut inputs);
        while !inputs.is_empty() {
            self.some(&mut inputs);
        }
    }

    /// One turn with as many of `inputs` as there may be before what waits for the disk is too much for the memory.
    fn some(&mut self, inputs: &mut VecDeque<Input<W>>) {
        self.stamp = stamp();
        self.count_consoles();
        while let Some(input) = inputs.pop_front() {
            self.take(input);
            if self.is_crowded() {
                break;
            }
        }
        while let Some((client, errand, outcome)) = self.returned_later.pop() {
            self.returned(client, &errand, &outcome);
        }
        self.replay_for_the_entered(false);
        self.look_at_the_due();
        self.end_the_late();
        self.end_the_gone();
        self.hand_over();
        self.store_keepsakes();
        self.flush_newcomers();
        self.flush();
    }

    /// What an event is told with.
    fn telling(&self) -> irc::Telling<'_> {
        irc::Telling {
            chat: &self.chat,
            server: &self.server,
            stamp: self.stamp,
            newcomers: self.newcomers.len(),
        }
    }

    /// Whether so much waits for the disk that what arrives has to wait for a moment.
    fn is_crowded(&self) -> bool {
        let Some(history) = &self.history else {
            return false;
        };
        let much = self.mailboxes.bytes_held() > self.settings.send_memory / 4;
        history.is_behind(&self.settings.history, much, self.stamp.tick)
    }
}
