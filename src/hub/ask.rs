//! What the operator's side asks of the hub, from another thread, and what it is told.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::history::Waiter;
use super::{Ending, Happening, Hub, Settings, Wire};
use crate::chat::{
    Audience, Capabilities, ClientId, Command, Effect, Event, Identity, Manner, MessageId, Nick,
    Place, Policy, Protocol, Refusal, Registered, Role, RoomName, Source, Target, Text, Timestamp,
    Tls, UserFlags,
};
use crate::protocol::irc::{self, Readvertisement};

/// A question to the hub; each carries the way back.
#[derive(Debug)]
pub enum Ask {
    /// Proves that the hub makes progress.
    Ping(oneshot::Sender<()>),
    /// A crowd has gone: gives up what was needed for it alone; answers with what is to be freed by a thread that ends.
    Shrink(oneshot::Sender<Vec<Vec<u8>>>),
    /// How much of everything.
    Counts(oneshot::Sender<Counts>),
    /// All clients, by id.
    Clients(oneshot::Sender<Vec<ClientView>>),
    /// The clients that are logged in to the account of this id, by id.
    ClientsOf(u64, oneshot::Sender<Vec<ClientView>>),
    /// Ends these; answers who was there.
    Kick(Vec<ClientId>, Text, oneshot::Sender<Vec<ClientView>>),
    /// All users, by nick.
    Users(oneshot::Sender<Vec<UserView>>),
    /// Ends a user that is always on and has no clients; answers which it was.
    EndUser(Nick, Text, oneshot::Sender<Result<UserView, Refusal>>),
    /// Says something as the operator.
    Say(Target, Text, oneshot::Sender<Result<Said, Refusal>>),
    /// Takes back a message, as the operator; answers when that is stored.
    Redact(
        MessageId,
        Option<Text>,
        oneshot::Sender<Result<(), Refusal>>,
    ),
    /// Sends what happens from now on; `true`: with what is said. `true`: private words between others too.
    Watch(mpsc::Sender<Happening>, bool, bool),
    /// From now on these rules hold.
    Configure(Box<Policy>, Settings, Arc<irc::Server>, oneshot::Sender<()>),
    /// Accounts have changed; answers when the chat knows, with the clients that were logged in to it and are so no more.
    Account(AccountNews, oneshot::Sender<Vec<ClientView>>),
    /// What came of something that was sent outside.
    Returned(ClientId, irc::Errand, irc::Outcome),
    /// Tells everybody and stops; answers when all is written or given up.
    Stop(Ending, oneshot::Sender<()>),
}

/// What the chat is to know of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountNews {
    /// There are these, from now on.
    Registered(Vec<Registered>),
    /// There is no such any more.
    Removed(u64),
    /// Its clients have to go, with a reason.
    Expelled(u64, Devices, Text),
    /// Nobody may log in to it any more: its clients have to go, and they alone are told why.
    Suspended(u64, Text),
}

/// Which of an account's devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Devices {
    /// All of them.
    All,
    /// This one; none: the one without a name.
    One(Option<Arc<str>>),
}

/// Counts since the start, and how many there are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Clients attached now.
    pub clients: usize,
    /// IRC connections that have not registered yet.
    pub registering: usize,
    /// Rooms now.
    pub rooms: usize,
    /// Connections taken in, those of IRC also when they never register.
    pub connections: u64,
    /// Commands carried out, refused, or answered by the protocol itself.
    pub commands: u64,
    /// Messages said.
    pub messages: u64,
    /// Copies of them put into mailboxes.
    pub deliveries: u64,
    /// Clients ended by the operator.
    pub kicked: u64,
    /// Clients ended by a limit.
    pub cut_off: u64,
    /// Decisions that panicked.
    pub panics: u64,
    /// Messages that were refused after they were handed to the store, which could not store them.
    pub unkept: u64,
}

/// A client as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the fields are those of chat::Client and chat::User"
)]
pub struct ClientView {
    pub id: ClientId,
    pub who: Identity,
    pub realname: Arc<str>,
    pub device: Option<Arc<str>>,
    pub flags: UserFlags,
    pub role: Option<Role>,
    pub capabilities: Capabilities,
    pub tls: Option<Arc<Tls>>,
    pub address: SocketAddr,
    pub protocol: Protocol,
    pub listener: std::sync::Arc<str>,
    pub rooms: Vec<RoomName>,
    pub current: Option<RoomName>,
    pub away: Option<Text>,
    pub connected_at: Timestamp,
    pub age_seconds: u64,
    pub idle_seconds: u64,
    pub lines: u64,
    pub bytes_waiting: usize,
}

/// A user as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of chat::User")]
pub struct UserView {
    pub who: Identity,
    pub always_on: bool,
    pub clients: usize,
    pub rooms: Vec<RoomName>,
    pub away: Option<Text>,
}

/// What became of the operator's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The nick or room they went to.
    pub target: String,
    /// How many clients got them.
    pub clients: usize,
}

/// The way to the hub for other threads. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Handle(mpsc::Sender<Ask>);

/// The hub has stopped.
#[derive(Debug, thiserror::Error)]
#[error("the chat has stopped")]
pub struct Stopped;

impl Handle {
    /// A handle, and where its questions arrive.
    pub fn new() -> (Handle, mpsc::Receiver<Ask>) {
        let (sender, receiver) = mpsc::channel(64);
        (Handle(sender), receiver)
    }

    /// Asks and waits for the answer.
    pub async fn ask<A>(&self, ask: impl FnOnce(oneshot::Sender<A>) -> Ask) -> Result<A, Stopped> {
        let (sender, receiver) = oneshot::channel();
        self.0.send(ask(sender)).await.map_err(|_| Stopped)?;
        receiver.await.map_err(|_| Stopped)
    }

    /// Waits, on a thread that may, until the hub has come to a turn.
    pub fn await_turn(&self) -> Result<(), Stopped> {
        let (sender, receiver) = oneshot::channel();
        self.0
            .blocking_send(Ask::Ping(sender))
            .map_err(|_| Stopped)?;
        receiver.blocking_recv().map_err(|_| Stopped)
    }

    /// Tells the hub something that has no answer.
    pub async fn tell(&self, ask: Ask) -> Result<(), Stopped> {
        self.0.send(ask).await.map_err(|_| Stopped)
    }
}

impl<W: Wire> Hub<W> {
    /// Answers. That the asker has gone meanwhile is no matter.
    pub(super) fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Ping(back) => {
                let _ = back.send(());
            }
            Ask::Shrink(back) => {
                self.shrink();
                self.shrinks = Some(back);
            }
            Ask::Counts(back) => {
                let (clients, rooms) = (self.chat.clients_count(), self.chat.rooms_count());
                let _ = back.send(Counts {
                    clients,
                    rooms,
                    registering: self.newcomers.len(),
                    ..self.counts
                });
            }
            Ask::Clients(back) => {
                let all = self
                    .chat
                    .clients()
                    .filter_map(|client| self.view(client.id))
                    .collect();
                let _ = back.send(all);
            }
            Ask::ClientsOf(account, back) => {
                let _ = back.send(self.views_of(account));
            }
            Ask::Kick(clients, reason, back) => {
                let _ = back.send(self.kick(&clients, &reason, Command::Kick));
            }
            Ask::Users(back) => {
                let _ = back.send(self.users());
            }
            Ask::EndUser(nick, reason, back) => {
                let _ = back.send(self.end_user(nick, reason));
            }
            Ask::Say(target, text, back) => self.say(target, text, back),
            Ask::Redact(id, reason, back) => self.redact_as_operator(id, reason, back),
            Ask::Watch(to, messages, private) => {
                self.watchers.add(to, messages, private, self.stamp);
                self.count_consoles();
            }
            Ask::Account(news, back) => {
                let _ = back.send(self.hear_of_account(news));
            }
            Ask::Returned(client, errand, outcome) => self.returned(client, &errand, &outcome),
            Ask::Configure(policy, settings, server, back) => {
                self.configure(*policy, settings, server);
                let _ = back.send(());
            }
            Ask::Stop(ending, back) => self.stop(ending, back),
        }
    }

    /// Puts another configuration in force, and tells IRC clients what of it they have been told otherwise.
    fn configure(&mut self, policy: Policy, settings: Settings, server: Arc<irc::Server>) {
        let old = (self.chat.policy(), &*self.server);
        let changed = Readvertisement::between(old, (&policy, &server));
        self.chat.set_policy(policy, self.stamp.at);
        let silence = |of: &Settings| (of.ping_interval, of.ping_timeout);
        let other_silence = silence(&self.settings) != silence(&settings);
        self.settings = settings;
        self.server = server;
        if other_silence {
            self.look_at_all();
        }
        if changed.is_empty() {
            return;
        }
        let irc = self.chat.clients().filter(|c| c.protocol == Protocol::Irc);
        let told: Vec<_> = irc
            .filter_map(|client| {
                let nick = &self.chat.user(client.user)?.nick;
                let about = (nick.as_str(), client.capabilities, client.tls.as_deref());
                let mut bytes = Vec::new();
                changed.tell(&self.server, &self.stamp, about, &mut bytes);
                let left = changed.left(client.capabilities);
                let left = (left != client.capabilities).then_some(left);
                Some((client.id, client.seat, bytes, left))
            })
            .collect();
        for (client, seat, bytes, left) in told {
            self.put(client, seat, &bytes);
            if let Some(left) = left {
                self.do_for(client, seat, "CAP", Command::Negotiate(left));
            }
        }
        self.readvertise_to_newcomers(&changed);
    }

    pub(super) fn view(&self, client: ClientId) -> Option<ClientView> {
        super::watch::view(&self.chat, &self.mailboxes, self.stamp, client)
    }

    /// Ends clients by a command with that reason; those that there were.
    pub(super) fn kick(
        &mut self,
        clients: &[ClientId],
        reason: &Text,
        command: fn(ClientId, Text) -> Command,
    ) -> Vec<ClientView> {
        let mut kicked = Vec::new();
        for &client in clients {
            let Some(view) = self.view(client) else {
                continue;
            };
            let how = crate::chat::Departure::Kicked(reason.clone());
            self.watch();
            self.watchers
                .about_to_go(&self.chat, &self.mailboxes, self.stamp, client, &how);
            let command = command(client, reason.clone());
            if let Ok(decision) = self.decide(Source::Operator, command) {
                self.counts.kicked += 1;
                self.carry_out_all(Some(client), decision);
                kicked.push(view);
            }
        }
        kicked
    }

    fn say(&mut self, to: Target, text: Text, back: oneshot::Sender<Result<Said, Refusal>>) {
        let command = Command::Say {
            to,
            manner: Manner::Message,
            text,
            tags: None,
        };
        let decision = match self.decide(Source::Operator, command) {
            Ok(decision) => decision,
            Err(refusal) => return drop(back.send(Err(refusal))),
        };
        let mut said = Said {
            target: String::new(),
            clients: 0,
        };
        for effect in &decision.effects {
            if let Effect::Tell(audience, Event::Said { place, .. }) = effect {
                said.target = match place {
                    Place::Room(_, name) | Place::Ranked(_, _, name) => name.to_string(),
                    Place::Private(nick) => nick.to_string(),
                    // The operator's words go to clients only.
                    Place::Operator => continue,
                };
                self.chat
                    .for_each_recipient(audience, |_| said.clients += 1);
                if matches!(audience, Audience::Client(_)) {
                    said.clients = said.clients.max(1);
                }
            }
        }
        self.carry_out_for(None, decision, Some(Waiter::Said(back, said)));
    }

    /// Has the chat know how many consoles there are, when that has changed.
    pub(super) fn count_consoles(&mut self) {
        if let Some(consoles) = self.watchers.consoles_changed()
            && let Ok(decision) = self.decide(Source::Operator, Command::Consoles(consoles))
        {
            self.chat.apply(decision.changes);
        }
    }
}
