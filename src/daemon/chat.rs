//! The chat's thread and the ways to it. Whatever is asked of it is waited for with patience that ends.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

use super::descriptors::Descriptors;
use super::patience::within;
use super::{Failure, crowd, parts};
use crate::config::Settings;
use crate::hub::{self, Ask, History, Hub, Input};
use crate::net::{self, Order, Plan};
use crate::protocol::irc;
use crate::store::{self, Found};

const CHAT: &str = "the chat";

/// What the chat asks to be done outside.
pub(super) type Errands = mpsc::Receiver<hub::Sent>;

/// The most of them that wait.
const ERRANDS: usize = 1024;

/// The chat's thread.
pub(super) struct Chat {
    hub: hub::Handle,
    net: mpsc::Sender<Order>,
    ended: oneshot::Receiver<()>,
    thread: JoinHandle<()>,
}

impl Chat {
    /// Starts the thread: hub and net on one event loop. Nothing listens yet.
    pub(super) fn start(
        settings: &Settings,
        server: Arc<irc::Server>,
        descriptors: Descriptors,
        (history, found): (Option<History>, Option<Found>),
        noted: Option<(store::Handle, hub::Known)>,
    ) -> Result<(Chat, Errands), Failure> {
        let (hub, asks) = hub::Handle::new();
        let (errands, errands_asked) = mpsc::channel(ERRANDS);
        let (net, orders) = mpsc::channel(16);
        let (end, ended) = oneshot::channel();
        let (policy, inbox) = (parts::policy(settings), settings.limits.inbox);
        let (hub_settings, net_settings) =
            (parts::hub(settings), parts::net(settings, descriptors));
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers = settings.limits.workers.min(processors);
        let workers = hub::Workers::new(workers).map_err(|error| {
            Failure::System("the threads that write", std::io::Error::other(error))
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .thread_keep_alive(crowd::IDLE)
            .build()
            .map_err(|error| Failure::System("the chat's event loop", error))?;
        let run = move || {
            // Dropped when the thread ends, by whatever way; that is what `ended` waits for.
            let _end = end;
            LocalSet::new().block_on(&runtime, async move {
                let (inputs, inbox) = mpsc::channel::<Input<net::Line>>(inbox);
                tokio::task::spawn_local(net::run(net_settings, inputs, orders));
                let mut hub = Hub::new(policy, hub_settings, server, errands).helped_by(workers);
                if let Some(found) = found {
                    hub = hub.following(found);
                }
                if let Some(history) = history {
                    hub = hub.keeping(history);
                }
                if let Some((store, known)) = noted {
                    hub = hub.noting(Box::new(store)).knowing(known);
                }
                hub.run(inbox, asks).await;
            });
        };
        let thread = std::thread::Builder::new()
            .name("chat".into())
            .spawn(run)
            .map_err(|error| Failure::System("the chat's thread", error))?;
        let chat = Chat {
            hub,
            net,
            ended,
            thread,
        };
        Ok((chat, errands_asked))
    }

    /// The hub, for tasks that ask it on their own.
    pub(super) fn hub(&self) -> hub::Handle {
        self.hub.clone()
    }

    /// Asks the hub.
    pub(super) async fn ask<A>(
        &self,
        ask: impl FnOnce(oneshot::Sender<A>) -> Ask,
    ) -> Result<A, Failure> {
        within(CHAT, self.hub.ask(ask))
            .await?
            .map_err(|_| Failure::Chat)
    }

    /// Orders something of the net.
    pub(super) async fn order<A>(
        &self,
        order: impl FnOnce(oneshot::Sender<A>) -> Order,
    ) -> Result<A, Failure> {
        let (sender, receiver) = oneshot::channel();
        let answer = async {
            self.net
                .send(order(sender))
                .await
                .map_err(|_| Failure::Chat)?;
            receiver.await.map_err(|_| Failure::Chat)
        };
        within(CHAT, answer).await?
    }

    /// Has the net listen as planned.
    pub(super) async fn listen(&self, plan: Plan) -> Result<(), Failure> {
        let listening = self
            .order(|done| Order::Apply(Box::new(plan), done))
            .await?;
        listening.map_err(|error| Failure::System("the listening sockets", error))
    }

    /// Comes back when the thread has ended.
    pub(super) async fn ended(&mut self) {
        let _ = (&mut self.ended).await;
    }

    /// Waits for the end of a thread that was told to stop.
    pub(super) async fn join(mut self) {
        self.ended().await;
        // It has nothing left to do but to return.
        let _ = self.thread.join();
    }
}
