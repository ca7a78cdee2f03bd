//! The control loop: signals, requests, the clock. One thing at a time, so that every verdict is definite; what only
//! reads is answered beside it.

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch as latest};
use tokio::task::LocalSet;

use super::listeners::{self, Listeners};
use super::service::Service;
use super::signals::{Asked, Signals};
use super::{Failure, Wired, parts, views};
use crate::chat::{Text, Timestamp};
use crate::config::{Directories, Loaded, Settings, Sources};
use crate::hub::{self, Ask, Ending, Hub};
use crate::{admin, logging, net};

/// The chat's thread and the ways to it.
pub(super) struct Chat {
    pub(super) hub: hub::Handle,
    pub(super) net: mpsc::Sender<net::Order>,
    ended: oneshot::Receiver<()>,
    thread: JoinHandle<()>,
}

impl Chat {
    /// Starts the thread: hub and net on one event loop. Nothing listens yet.
    pub(super) fn start(settings: &Settings, descriptors: u64) -> Result<Chat, Failure> {
        let (hub, asks) = hub::Handle::new();
        let (net, orders) = mpsc::channel(16);
        let (end, ended) = oneshot::channel();
        let (policy, inbox) = (parts::policy(settings), settings.limits.inbox);
        let (hub_settings, net_settings) =
            (parts::hub(settings), parts::net(settings, descriptors));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::System("the chat's event loop", error))?;
        let run = move || {
            // Dropped when the thread ends, by whatever way; that is what `ended` waits for.
            let _end = end;
            LocalSet::new().block_on(&runtime, async move {
                let (inputs, inbox) = mpsc::channel::<Wired>(inbox);
                tokio::task::spawn_local(net::run(net_settings, inputs, orders));
                Hub::new(policy, hub_settings).run(inbox, asks).await;
                // Connections that were told farewell a moment ago get their bytes' last way into the kernel.
                tokio::task::yield_now().await;
            });
        };
        let thread = std::thread::Builder::new()
            .name("chat".into())
            .spawn(run)
            .map_err(|error| Failure::System("the chat's thread", error))?;
        Ok(Chat {
            hub,
            net,
            ended,
            thread,
        })
    }

    /// Asks the net and waits for the answer.
    pub(super) async fn net<A>(
        &self,
        order: impl FnOnce(oneshot::Sender<A>) -> net::Order,
    ) -> Result<A, Failure> {
        let (sender, receiver) = oneshot::channel();
        self.net
            .send(order(sender))
            .await
            .map_err(|_| Failure::Chat)?;
        receiver.await.map_err(|_| Failure::Chat)
    }
}

/// What the control loop owns.
pub(super) struct Daemon {
    pub(super) sources: Sources,
    pub(super) directories: Directories,
    pub(super) loaded: Loaded,
    pub(super) log: logging::Handle,
    pub(super) chat: Chat,
    pub(super) listeners: Listeners,
    pub(super) admin_limits: latest::Sender<admin::Limits>,
    pub(super) descriptors: u64,
    pub(super) started_at: Timestamp,
    pub(super) started: Instant,
    pub(super) loaded_at: Timestamp,
    pub(super) last_reload: Option<String>,
    pub(super) paused: bool,
    pub(super) service: Service,
    /// A stop that was asked for over the admin channel, and who waits for its end.
    pub(super) stop: Option<(String, Option<admin::Answer>)>,
}

impl Daemon {
    #[expect(
        clippy::too_many_arguments,
        reason = "called once, in the list of start-up"
    )]
    pub(super) fn new(
        sources: Sources,
        directories: Directories,
        loaded: Loaded,
        log: logging::Handle,
        chat: Chat,
        listeners: Listeners,
        admin_limits: latest::Sender<admin::Limits>,
        descriptors: u64,
    ) -> Daemon {
        Daemon {
            sources,
            directories,
            loaded,
            log,
            chat,
            listeners,
            admin_limits,
            descriptors,
            started_at: hub::timestamp(),
            started: Instant::now(),
            loaded_at: hub::timestamp(),
            last_reload: None,
            paused: false,
            service: Service::new(),
            stop: None,
        }
    }

    /// Has the net listen for the first time.
    pub(super) async fn listen(&self) -> Result<(), Failure> {
        let settings = &self.loaded.settings;
        let net = parts::net(settings, self.descriptors);
        let plan = listeners::plan(&Listeners::new(), &self.listeners, settings, settings, net)
            .map_err(|error| Failure::System("the listening sockets", error))?;
        self.chat.net(|done| net::Order::Apply(plan, done)).await
    }

    /// Says that the daemon is up, to the log and to the service manager.
    pub(super) fn announce(&mut self) {
        let addresses: Vec<_> = self
            .listeners
            .values()
            .filter_map(|open| open.socket.local_addr().ok())
            .map(|a| a.to_string())
            .collect();
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            pid = std::process::id(),
            listeners = %addresses.join(" "),
            admin_socket = %self.loaded.settings.admin.socket.display(),
            clients_allowed = super::descriptors::clients_allowed(
                self.loaded.settings.limits.connections,
                self.descriptors
            ),
            "chatd is ready"
        );
        self.service.ready("ready, no clients");
    }

    /// The loop. Ends when it was told to, or when the chat has ended by itself.
    pub(super) async fn run(
        mut self,
        mut signals: Signals,
        mut requests: mpsc::Receiver<admin::Call>,
    ) -> Result<(), Failure> {
        let mut clock = tokio::time::interval(Duration::from_secs(1));
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let _watchdog = AbortOnDrop(tokio::spawn(watchdog(
            self.chat.hub.clone(),
            self.service.watchdog(),
        )));
        loop {
            tokio::select! {
                asked = signals.next() => match asked {
                    Asked::Reload => drop(self.reload("SIGHUP").await),
                    Asked::Rotate => drop(self.rotate("SIGUSR1")),
                    Asked::Stop(why) => self.stop = Some((why.into(), None)),
                },
                Some(call) = requests.recv() => self.answer(call).await,
                _ = clock.tick() => self.tick().await,
                _ = &mut self.chat.ended => return Err(Failure::Chat),
            }
            if let Some((why, answer)) = self.stop.take() {
                signals.arm();
                return self.end(&why, answer).await;
            }
        }
    }

    /// Once a second: what the log has suppressed, and the number of clients for the service manager.
    async fn tick(&mut self) {
        self.log.tick();
        let Ok(Ok(counts)) =
            tokio::time::timeout(Duration::from_millis(200), self.chat.hub.ask(Ask::Counts)).await
        else {
            return;
        };
        self.service
            .status(&views::status_line(self.paused, &counts));
    }

    pub(super) fn rotate(&self, why: &str) -> Result<logging::Rotated, logging::Error> {
        let rotated = self.log.rotate();
        match &rotated {
            Ok(_) => tracing::info!(why, "a new log file"),
            Err(error) => tracing::error!(why, %error, "no new log file"),
        }
        rotated
    }

    /// The one way to stop: nobody is let in any more, everybody is told, what waits is written, bounded by the grace.
    async fn end(mut self, why: &str, answer: Option<admin::Answer>) -> Result<(), Failure> {
        self.service.stopping();
        let grace = self.loaded.settings.limits.grace;
        tracing::info!(why, "chatd stops");
        let text = why
            .strip_prefix("chatctl: ")
            .unwrap_or("the server stops; it may be back soon");
        let text = Text::parse(text)
            .unwrap_or_else(|_| Text::parse("shutdown").expect("a plain word is a text"));
        let stopped = async {
            self.chat.net(net::Order::StopListening).await?;
            self.chat
                .hub
                .ask(|done| Ask::Stop(Ending::Shutdown(text, grace), done))
                .await
                .map_err(|_| Failure::Chat)
        };
        // The hub keeps the grace itself; this bounds a hub that does not come to it.
        let ended = tokio::time::timeout(grace + Duration::from_secs(2), stopped)
            .await
            .unwrap_or(Err(Failure::Chat));
        if ended.is_ok() {
            let _ = (&mut self.chat.ended).await;
            drop(self.chat.thread.join());
        }
        tracing::info!(
            uptime_seconds = self.started.elapsed().as_secs(),
            "chatd has stopped"
        );
        if let Some(answer) = answer {
            answer.send(match &ended {
                Ok(()) => Ok(admin::Reply::Done {}),
                Err(failure) => Err(admin::Error::Failed {
                    message: failure.to_string(),
                }),
            });
        }
        ended
    }
}

/// Pings the service manager as long as the hub answers: a hub that hangs withholds the ping, and the manager acts.
async fn watchdog(hub: hub::Handle, alive: Option<(Duration, impl Fn() + Send)>) {
    let Some((every, alive)) = alive else {
        return;
    };
    loop {
        if hub.ask(Ask::Ping).await.is_err() {
            return;
        }
        alive();
        tokio::time::sleep(every).await;
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
