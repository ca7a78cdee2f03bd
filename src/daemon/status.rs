//! How the daemon is, in one reply.

use super::control::Daemon;
use super::requests::failed;
use super::{Failure, views};
use crate::admin::{self, Answer, Reply};
use crate::hub::Ask;
use crate::net;

impl Daemon {
    /// Answers how the daemon is. How the history is is asked beside the control loop: its disk may hang.
    pub(super) async fn answer_status(&self, state: &str, answer: Answer) {
        let mut status = match self.status(state).await {
            Ok(status) => Box::new(status),
            Err(failure) => return answer.send(Err(failed(&failure))),
        };
        let history = self.history_status();
        tokio::spawn(async move {
            status.history = history.await;
            answer.send(Ok(Reply::Status { status }));
        });
    }

    async fn status(&self, state: &str) -> Result<admin::Status, Failure> {
        let hub = self.chat.ask(Ask::Counts).await?;
        let net = self.chat.order(net::Order::Count).await?;
        let log = self.log.status();
        let settings = &self.loaded.settings;
        let inherited = |name: &str| {
            self.listeners
                .open
                .get(name)
                .is_some_and(|open| open.inherited)
        };
        let listeners = net.listeners.iter().map(|listener| admin::ListenerStatus {
            name: listener.name.clone(),
            address: listener.address.to_string(),
            protocol: if listener.websocket {
                "websocket".to_owned()
            } else {
                listener.protocol.as_str().to_owned()
            },
            tls: listener.tls,
            clients: listener.clients,
            inherited: inherited(&listener.name),
        });
        Ok(admin::Status {
            name: settings.server.name.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            started_at: views::time(self.since.start.0, Some(0)),
            uptime_seconds: self.since.start.1.elapsed().as_secs(),
            state: state.into(),
            config_file: self.sources.file.as_ref().map(|file| {
                let whole = std::path::absolute(file);
                whole.as_ref().unwrap_or(file).display().to_string()
            }),
            config_loaded_at: views::time(self.since.loaded, Some(0)),
            last_reload: self.last_reload.clone(),
            clients: hub.clients as u64,
            registering: hub.registering as u64,
            clients_allowed: self.descriptors.clients(settings) as u64,
            descriptors: self.descriptors.limit,
            rooms: hub.rooms as u64,
            listeners: listeners.collect(),
            counters: admin::Counters {
                connections: hub.connections,
                connections_refused: net.refused,
                commands: hub.commands,
                messages: hub.messages,
                deliveries: hub.deliveries,
                kicked: hub.kicked,
                cut_off: hub.cut_off,
                panics: hub.panics,
            },
            log: admin::LogStatus {
                file: Some(log.file.display().to_string()),
                level: log.level,
                failing: log.failing,
                error: log.error,
                write_errors: log.write_errors,
                dropped: log.dropped,
            },
            history: admin::HistoryStatus::default(),
        })
    }
}
