//! The operator's requests. What asks the chat only is answered by a task of its own, so that a slow answer holds up no
//! other; what changes the daemon is answered in turn.

use tokio::sync::oneshot;

use super::control::{Daemon, Stop};
use super::patience::within;
use super::{target, views, watch};
use crate::admin::{Answer, Call, Client, Error, Reply, Request, Select};
use crate::chat::{ClientId, Nick, Refusal, Text};
use crate::hub::{Ask, Handle};
use crate::net;

#[cfg(test)]
mod tests;

pub(super) type Outcome = Result<Reply, Error>;

impl Daemon {
    pub(super) async fn answer(&mut self, call: Call) {
        let Call {
            peer,
            request,
            answer,
        } = call;
        let line = self.loaded.settings.limits.line;
        let outcome = match request {
            Request::Status {} => {
                let state = if self.paused { "paused" } else { "running" };
                return self.answer_status(state, answer).await;
            }
            about @ (Request::History { .. }
            | Request::Export { .. }
            | Request::ShowMessage { .. }
            | Request::RedactMessage { .. }
            | Request::ShowRetention {}
            | Request::StoreStatus {}
            | Request::CheckStore {}
            | Request::ReopenStore {}
            | Request::Backup {}) => return self.answer_of_history(about, answer),
            about @ (Request::ListAccounts {}
            | Request::ShowAccount { .. }
            | Request::AddAccount { .. }
            | Request::SetAccountPassword { .. }
            | Request::DisableAccount { .. }
            | Request::EnableAccount { .. }
            | Request::RemoveAccount { .. }
            | Request::RevokeAccount { .. }
            | Request::AddAccountCertificate { .. }
            | Request::RemoveAccountCertificate { .. }) => {
                return self.answer_of_accounts(about, &peer, answer);
            }
            Request::ListClients { select } => return self.beside(answer, |hub| list(hub, select)),
            Request::ShowClient { client } => return self.beside(answer, |hub| show(hub, client)),
            Request::ListUsers {} => return self.beside(answer, users),
            Request::EndUser { nick, reason } => {
                return self.beside(answer, move |hub| end_user(hub, nick, reason, line));
            }
            Request::KickClients {
                select,
                reason,
                dry_run,
            } => {
                return self.beside(answer, move |hub| kick(hub, select, reason, dry_run, line));
            }
            Request::Say { target, text } => {
                return self.beside(answer, move |hub| say(hub, target, text, line));
            }
            Request::Watch { select, messages } => {
                return self.watch(answer, &select, messages);
            }
            Request::Reload {} => self
                .reload("chatctl reload")
                .await
                .map(|changes| Reply::Changes { changes }),
            Request::CheckConfig { files } => self
                .load(files)
                .await
                .map(|read| Reply::Checked { files: read.names }),
            Request::DiffConfig { files } => self.load(files).await.map(|read| {
                let mut changes = crate::config::compare(&self.loaded, &read.new);
                changes.extend(self.files.changes(&read.files, &changes));
                Reply::Changes { changes }
            }),
            Request::ShowConfig {} => Ok(Reply::Settings {
                settings: self.loaded.show(),
            }),
            Request::SetLogLevel { level } => self
                .log
                .set_level(&level)
                .map(|old| Reply::Level { old, new: level })
                .map_err(|error| Error::Invalid {
                    parameter: "level".into(),
                    message: error.to_string(),
                }),
            Request::RotateLog {} => self
                .rotate("chatctl log rotate")
                .await
                .map(|rotated| Reply::Rotated {
                    closed: rotated.closed.map(|path| path.display().to_string()),
                    file: Some(rotated.file.display().to_string()),
                })
                .map_err(|error| failed(&error)),
            Request::Pause {} => self.pause(true).await,
            Request::Resume {} => self.pause(false).await,
            Request::Shutdown { reason } => return self.shut_down(reason, answer),
        };
        answer.send(outcome);
    }

    /// Who asks for the end is answered at the end.
    fn shut_down(&mut self, reason: Option<String>, answer: Answer) {
        let line = self.loaded.settings.limits.line;
        let text = reason.map(|reason| one_line("reason", &reason, line));
        match text.transpose() {
            Ok(text) => {
                self.stop = Some(Stop {
                    why: "chatctl shutdown".into(),
                    text,
                    answer: Some(answer),
                    again: false,
                });
            }
            Err(error) => answer.send(Err(error)),
        }
    }

    /// While the last words are written: how that goes, and who asks for the end as well waits for it (the answer comes
    /// back). The rest comes too late.
    pub(super) async fn answer_while_stopping(&self, call: Call) -> Option<Answer> {
        let Call {
            request, answer, ..
        } = call;
        match request {
            Request::Shutdown { .. } => return Some(answer),
            Request::Status {} => self.answer_status("stopping", answer).await,
            _ => answer.send(Err(failed(&super::Failure::Stopping))),
        }
        None
    }

    /// Answers by a task of its own.
    fn beside<F: Future<Output = Outcome> + Send + 'static>(
        &self,
        answer: Answer,
        outcome: impl FnOnce(Handle) -> F,
    ) {
        let outcome = outcome(self.chat.hub());
        tokio::spawn(async move { answer.send(outcome.await) });
    }

    async fn pause(&mut self, paused: bool) -> Outcome {
        self.chat
            .order(|done| net::Order::Pause(paused, done))
            .await
            .map_err(|error| failed(&error))?;
        if self.paused != paused {
            tracing::info!(
                "{}",
                if paused {
                    "new connections are turned away"
                } else {
                    "new connections are let in"
                }
            );
        }
        self.paused = paused;
        Ok(Reply::Done {})
    }

    fn watch(&self, mut answer: Answer, select: &Select, messages: bool) {
        let matcher = match select.compile() {
            Ok(matcher) => (!select.is_empty()).then_some(matcher),
            Err(error) => return answer.send(Err(error)),
        };
        let settings = &self.loaded.settings;
        let private = messages && settings.admin.watch_private;
        let queue = settings.limits.watch_queue;
        if private {
            answer.shows_private();
        }
        tokio::spawn(watch::run(
            self.chat.hub(),
            answer,
            matcher,
            messages,
            private,
            queue,
        ));
    }
}

pub(super) fn failed(error: &impl std::fmt::Display) -> Error {
    Error::Failed {
        message: error.to_string(),
    }
}

/// A parameter that is one line of text, of as many bytes as a client's line may have.
pub(super) fn one_line(parameter: &str, text: &str, most: usize) -> Result<Text, Error> {
    if text.len() > most {
        let message = format!(
            "{} bytes are more than the {most} that a line may have (limits.line)",
            text.len()
        );
        return Err(Error::Invalid {
            parameter: parameter.into(),
            message,
        });
    }
    Text::parse(text).map_err(|error| Error::Invalid {
        parameter: parameter.into(),
        message: error.to_string(),
    })
}

/// Asks the hub, with patience that ends.
pub(super) async fn ask<A>(
    hub: &Handle,
    ask: impl FnOnce(oneshot::Sender<A>) -> Ask,
) -> Result<A, Error> {
    let answer = within("the chat", hub.ask(ask))
        .await
        .map_err(|error| failed(&error))?;
    answer.map_err(|error| failed(&error))
}

/// Asks the hub to do something; `look`: what tells whether it is done when the hub has not answered in time.
async fn ask_for<A>(
    hub: &Handle,
    look: &str,
    ask: impl FnOnce(oneshot::Sender<A>) -> Ask,
) -> Result<A, Error> {
    let answer = within("the chat", hub.ask(ask)).await;
    let answer = answer.map_err(|error| unconfirmed(&error, look))?;
    answer.map_err(|error| failed(&error))
}

/// What nobody has confirmed in time may be done all the same.
pub(super) fn unconfirmed(error: &impl std::fmt::Display, look: &str) -> Error {
    failed(&format!(
        "{error}: it was asked for, and {look} tells whether it is done once the chat goes on"
    ))
}

async fn clients(hub: &Handle) -> Result<Vec<Client>, Error> {
    let views = ask(hub, Ask::Clients).await?;
    Ok(views.iter().map(views::client).collect())
}

async fn selected(hub: &Handle, select: &Select) -> Result<Vec<Client>, Error> {
    let matcher = select.compile()?;
    let mut clients = clients(hub).await?;
    clients.retain(|client| matcher.matches(client));
    Ok(clients)
}

async fn list(hub: Handle, select: Select) -> Outcome {
    Ok(Reply::Clients {
        clients: selected(&hub, &select).await?,
    })
}

async fn show(hub: Handle, which: String) -> Outcome {
    let id: Option<u64> = which.parse().ok();
    let key = Nick::parse(&which).ok();
    let found = clients(&hub).await?.into_iter().find(|client| match id {
        Some(id) => client.id == id,
        None => Nick::parse(&client.nick)
            .ok()
            .zip(key.as_ref())
            .is_some_and(|(nick, key)| nick.key() == key.key()),
    });
    let client = found.ok_or_else(|| Error::NotFound {
        message: format!("no client is called {which}; see chatctl list"),
    })?;
    Ok(Reply::Client {
        client: Box::new(client),
    })
}

async fn kick(hub: Handle, select: Select, reason: String, dry_run: bool, line: usize) -> Outcome {
    if select.is_empty() {
        let message = "kick whom? name a nick, an id or an option".into();
        return Err(Error::Invalid {
            parameter: "select".into(),
            message,
        });
    }
    let reason = one_line("reason", &reason, line)?;
    let mut kicked = selected(&hub, &select).await?;
    if !dry_run {
        let ids = kicked.iter().map(|client| ClientId(client.id)).collect();
        let gone = ask_for(&hub, "chatctl list", |back| Ask::Kick(ids, reason, back)).await?;
        kicked = gone.iter().map(views::client).collect();
    }
    Ok(Reply::Kicked { kicked })
}

async fn users(hub: Handle) -> Outcome {
    let users = ask(&hub, Ask::Users).await?;
    Ok(Reply::Users {
        users: users.iter().map(views::user).collect(),
    })
}

async fn end_user(hub: Handle, nick: String, reason: String, line: usize) -> Outcome {
    let reason = one_line("reason", &reason, line)?;
    let nobody = || Error::NotFound {
        message: format!("no user without clients is called {nick}; see chatctl list --users"),
    };
    let parsed = Nick::parse(&nick).map_err(|_| nobody())?;
    let end = |back| Ask::EndUser(parsed, reason, back);
    match ask_for(&hub, "chatctl list --users", end).await? {
        Ok(user) => Ok(Reply::User {
            user: Box::new(views::user(&user)),
        }),
        Err(_) => Err(nobody()),
    }
}

async fn say(hub: Handle, target: String, text: String, line: usize) -> Outcome {
    let (to, text) = (target::parse(&target)?, one_line("text", &text, line)?);
    match ask(&hub, |back| Ask::Say(to, text, back)).await? {
        Ok(said) => Ok(Reply::Said {
            target: said.target,
            clients: said.clients as u64,
        }),
        Err(refusal) => Err(unreached(&target, &refusal)),
    }
}

/// Why the operator's words reached nobody, for an operator.
fn unreached(target: &str, refusal: &Refusal) -> Error {
    let message = match refusal {
        Refusal::NoSuchNick { .. } | Refusal::Detached => {
            format!("no client is called {target}; see chatctl list")
        }
        Refusal::NoSuchRoom { .. } => format!("there is no room {target}"),
        Refusal::NobodyReads { .. } => return failed(refusal),
        other => return failed(&format!("{target}: {other}")),
    };
    Error::NotFound { message }
}
