//! The control loop: signals, requests, the clock. One thing at a time, so that every verdict is definite; what only
//! reads is answered beside it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch as latest};

use super::accounts::Accounts;
use super::aside::aside;
use super::chat::{Chat, Errands};
use super::crowd::Crowd;
use super::descriptors::Descriptors;
use super::files::Files;
use super::listeners::{Listeners, Prepared};
use super::passwords::Passwords;
use super::patience::{PATIENCE, on_disk};
use super::service::Service;
use super::signals::{Asked, Signals};
use super::{Failure, parts, sys, views};
use crate::chat::{Text, Timestamp};
use crate::config::{Directories, Loaded, Sources};
use crate::hub::{self, Ask, Ending};
use crate::{admin, logging, net, store};

/// What the control loop owns.
pub(super) struct Daemon {
    pub(super) sources: Sources,
    pub(super) directories: Directories,
    pub(super) loaded: Loaded,
    /// What the files hold that the configuration names.
    pub(super) files: Files,
    pub(super) log: logging::Handle,
    pub(super) chat: Chat,
    /// The store, where the history is on or there are accounts.
    pub(super) store: Option<store::Handle>,
    /// Whether the history is on.
    pub(super) keeps: bool,
    /// The accounts, where there are any.
    pub(super) accounts: Option<Accounts>,
    pub(super) listeners: Listeners,
    pub(super) admin_limits: latest::Sender<admin::Limits>,
    pub(super) roles: latest::Sender<Arc<admin::Roles>>,
    pub(super) descriptors: Descriptors,
    pub(super) crowd: Crowd,
    pub(super) service: Service,
    pub(super) since: Since,
    pub(super) last_reload: Option<String>,
    pub(super) passwords: Passwords,
    pub(super) paused: bool,
    /// A stop that was asked for.
    pub(super) stop: Option<Stop>,
}

/// A stop: why, what clients are told if anything particular, and who waits for its end.
pub(super) struct Stop {
    pub(super) why: String,
    pub(super) text: Option<Text>,
    pub(super) answer: Option<admin::Answer>,
    /// Whether chatd is to start anew afterwards.
    pub(super) again: bool,
}

impl Stop {
    /// A stop that nobody waits for, with the usual words.
    pub(super) fn because(why: &str) -> Stop {
        Stop {
            why: why.into(),
            text: None,
            answer: None,
            again: false,
        }
    }
}

/// How the daemon ended when it was told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// For good.
    Stopped,
    /// To be started anew.
    Again,
}

/// Since when.
pub(super) struct Since {
    /// The start, by the wall clock and by a clock that nobody sets.
    pub(super) start: (Timestamp, Instant),
    /// When the configuration in force was loaded.
    pub(super) loaded: Timestamp,
}

impl Since {
    /// From now on.
    pub(super) fn now() -> Since {
        let now = hub::timestamp();
        Since {
            start: (now, Instant::now()),
            loaded: now,
        }
    }
}

impl Daemon {
    /// The store, where it has a history to be read.
    pub(super) fn history(&self) -> Option<store::Handle> {
        self.store.clone().filter(|_| self.keeps)
    }

    /// Has the net listen for the first time.
    pub(super) async fn listen(&mut self, prepared: Prepared) -> Result<(), Failure> {
        let settings = &self.loaded.settings;
        let net = parts::net(settings, self.descriptors);
        let plan = self
            .listeners
            .plan(&prepared, settings, &self.files, net)
            .map_err(|error| Failure::System("the listening sockets", error))?;
        self.chat.listen(plan).await?;
        self.listeners.commit(prepared, &self.service);
        Ok(())
    }

    /// Says that the daemon is up, to the log and to the service manager.
    pub(super) fn announce(&mut self) {
        let open = self.listeners.open.values();
        let addresses: Vec<_> = open
            .filter_map(|open| open.socket.local_addr().ok())
            .map(|address| address.to_string())
            .collect();
        let settings = &self.loaded.settings;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            pid = std::process::id(),
            listeners = %addresses.join(" "),
            admin_socket = %settings.admin.socket.display(),
            clients_allowed = self.descriptors.clients(settings),
            "chatd is ready"
        );
        self.service.ready("ready, no clients");
    }

    /// The loop. Ends when it was told to, or when the chat has ended by itself.
    pub(super) async fn run(
        mut self,
        mut signals: Signals,
        mut requests: mpsc::Receiver<admin::Call>,
        mut errands: Errands,
    ) -> Result<Ended, Failure> {
        let mut clock = tokio::time::interval(Duration::from_secs(1));
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.service.watch(self.chat.hub())?;
        loop {
            tokio::select! {
                asked = signals.next() => match asked {
                    Asked::Reload => drop(self.reload("SIGHUP").await),
                    Asked::Rotate => drop(self.rotate("SIGUSR1").await),
                    Asked::Stop(why) => {
                        self.stop = Some(Stop::because(why));
                    }
                },
                Some(call) = requests.recv() => self.answer(call).await,
                Some(sent) = errands.recv() => self.run_errand(sent).await,
                _ = clock.tick() => self.tick().await,
                () = self.chat.ended() => return Err(Failure::Chat),
            }
            if let Some(stop) = self.stop.take() {
                signals.arm();
                return self.end(stop, requests).await;
            }
        }
    }

    /// Once a second: what the log has suppressed, certificates that expire, the number of clients for the service manager, and the memory of a crowd that has
    /// gone for the system.
    async fn tick(&mut self) {
        self.log.tick();
        self.files.warn_daily(jiff::Timestamp::now());
        let counts = tokio::time::timeout(Duration::from_millis(200), self.chat.ask(Ask::Counts));
        if let Ok(Ok(counts)) = counts.await {
            self.service
                .status(&views::status_line(self.paused, &counts));
            if self.crowd.has_gone(counts.clients) {
                let (chat, store) = (self.chat.hub(), self.store.clone());
                tokio::spawn(async move {
                    let kept = chat.ask(Ask::Shrink).await;
                    // What these two have kept is of the configuration, when it was read again.
                    let own = hub::kept_for_this_thread();
                    // Without a thread for it the memory stays.
                    let given_back = aside(move || {
                        if let Some(store) = store {
                            store.shrink(Duration::from_secs(5));
                        }
                        sys::trim((kept, own, hub::kept_for_this_thread()));
                    });
                    given_back.await.ok()
                });
            }
        }
    }

    pub(super) async fn rotate(&self, why: &str) -> Result<logging::Rotated, Failure> {
        let log = self.log.clone();
        let rotated = on_disk("the log's disk", move || log.rotate())
            .await?
            .map_err(Failure::Log);
        match &rotated {
            Ok(_) => tracing::info!(why, "a new log file"),
            Err(error) => tracing::error!(why, %error, "no new log file"),
        }
        rotated
    }

    /// The one way to stop: nobody is let in any more, everybody is told, what waits is written, bounded by the grace.
    async fn end(
        mut self,
        stop: Stop,
        mut requests: mpsc::Receiver<admin::Call>,
    ) -> Result<Ended, Failure> {
        self.service.stopping();
        let Stop {
            why,
            text,
            answer,
            again,
        } = stop;
        tracing::info!(why, "chatd stops");
        let usual = || {
            Text::parse("the server stops; it may be back soon").expect("plain words are a text")
        };
        let text = text.unwrap_or_else(usual);
        // Both copies of each listening socket go, so that a successor can bind while the last words are written.
        self.listeners = Listeners::default();
        self.chat.order(net::Order::StopListening).await?;
        let (hub, grace) = (self.chat.hub(), self.loaded.settings.limits.grace);
        // The hub keeps the grace itself; this bounds a hub that does not come to it.
        let stopped = tokio::time::timeout(grace + PATIENCE, async move {
            hub.ask(|done| Ask::Stop(Ending::Shutdown(text, grace), done))
                .await
        });
        tokio::pin!(stopped);
        let mut waiting: Vec<_> = answer.into_iter().collect();
        let ended = loop {
            tokio::select! {
                ended = &mut stopped => break match ended {
                    Ok(ended) => ended.map_err(|_| Failure::Chat),
                    Err(_) => Err(Failure::Stuck("the chat")),
                },
                Some(call) = requests.recv() => waiting.extend(self.answer_while_stopping(call).await),
            }
        };
        if ended.is_ok() {
            self.chat.join().await;
        }
        tracing::info!(
            uptime_seconds = self.since.start.1.elapsed().as_secs(),
            "chatd has stopped"
        );
        for answer in waiting {
            let done = ended.as_ref().map(|()| admin::Reply::Done {});
            answer.send(done.map_err(|failure| admin::Error::Failed {
                message: failure.to_string(),
            }));
        }
        self.service.flush();
        ended.map(|()| if again { Ended::Again } else { Ended::Stopped })
    }
}
