//! What operators ask about accounts, each answered by a task of its own: hashes and disks take their time.

use std::time::Duration;

use super::changes::fingerprint;
use super::{Accounts, Denial, Device, Nick, Record};
use crate::accounts::Suspended;
use crate::admin::{Answer, Error, Peer, Reply, Request};
use crate::daemon::control::Daemon;
use crate::daemon::patience::PATIENCE;
use crate::daemon::requests::{Outcome, ask, failed, one_line, unconfirmed};
use crate::daemon::views;
use crate::hub::{Ask, ClientView, Devices, timestamp};

mod list;
#[cfg(test)]
mod tests;

/// What whoever tries to log in is told when the operator gives no reason.
const SUSPENDED: &str = "ask the server's operator";
/// What clients are told that were ended without a reason.
const REVOKED: &str = "an operator has ended what is logged in to your account; log in again";

/// An outcome that takes its time.
type Later = std::pin::Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// The accounts, for one who administers them.
struct Office {
    accounts: Accounts,
    /// As audit records name who asks.
    by: String,
    /// The longest that a line may be.
    line: usize,
    /// How long a change may take: the disk its time, and the chat, which is told of it and has to expel clients, twice its own.
    patience: Duration,
}

impl Daemon {
    /// Answers a request about accounts.
    pub(in crate::daemon) fn answer_of_accounts(
        &mut self,
        request: Request,
        peer: &Peer,
        answer: Answer,
    ) {
        let Some(accounts) = self.accounts.clone() else {
            return answer.send(Err(failed(
                &"there are no accounts: they are off (accounts.enabled = false)",
            )));
        };
        if let Request::ListAccounts {} = request {
            tokio::spawn(list::list(accounts, answer));
            return;
        }
        let settings = &self.loaded.settings;
        let office = Office {
            accounts,
            by: peer
                .user
                .clone()
                .unwrap_or_else(|| format!("uid {}", peer.uid)),
            line: settings.limits.line,
            patience: settings.history.stall + 3 * PATIENCE,
        };
        match self.with_password(request, office) {
            Ok(outcome) => drop(tokio::spawn(async move { answer.send(outcome.await) })),
            Err(error) => answer.send(Err(error)),
        }
    }

    /// What comes of it; a password is hashed in turn with those of clients.
    fn with_password(&mut self, request: Request, office: Office) -> Result<Later, Error> {
        Ok(match request {
            Request::AddAccount { account, password } => {
                let name = name(&account)?;
                let free = office.accounts.book().may_register(&name);
                free.map_err(|taken| failed(&taken))?;
                let hashed = password.map(|password| self.hashed(&name, password.0.as_bytes()));
                let hashed = hashed.transpose().map_err(denied)?;
                Box::pin(async move {
                    let hashes = match hashed {
                        Some(hashed) => Some(hashed.await.map_err(denied)?),
                        None => None,
                    };
                    let accounts = office.accounts.clone();
                    let made = async move { accounts.make(name, hashes).await };
                    Ok(office.now(&office.finished(made).await?).await)
                })
            }
            Request::SetAccountPassword { account, password } => {
                let record = office.find(&account)?;
                let hashed = self.hashed(&record.name, password.0.as_bytes());
                let hashed = hashed.map_err(denied)?;
                Box::pin(async move {
                    let hashes = hashed.await.map_err(denied)?;
                    let accounts = office.accounts.clone();
                    let set = async move { accounts.set_password(record.id, hashes).await };
                    Ok(office.now(&office.finished(set).await?).await)
                })
            }
            other => Box::pin(async move { office.answer(other).await }),
        })
    }
}

impl Office {
    async fn answer(self, request: Request) -> Outcome {
        match request {
            Request::ShowAccount { account } => {
                let record = self.find(&account)?;
                let clients = self.clients_of(&record).await?;
                Ok(reply(&record, Some(clients.len()), Some(&clients)))
            }
            Request::DisableAccount { account, reason } => self.disable(&account, reason).await,
            Request::EnableAccount { account } => {
                let (accounts, id) = (self.accounts.clone(), self.find(&account)?.id);
                let enable = |record: &mut Record| {
                    record.suspended = None;
                    Ok(())
                };
                let enabled = self.finished(async move { accounts.change(id, enable).await });
                Ok(self.now(&enabled.await?).await)
            }
            Request::RemoveAccount { account, id } => self.remove(&account, id).await,
            Request::RevokeAccount {
                account,
                device,
                reason,
            } => {
                let record = self.find(&account)?;
                let devices = match device {
                    Some(device) => Devices::One(self::device(&device)?),
                    None => Devices::All,
                };
                let reason = one_line("reason", reason.as_deref().unwrap_or(REVOKED), self.line)?;
                let gone = self.accounts.expel(record.id, devices, reason).await;
                let gone =
                    gone.map_err(|failure| unconfirmed(&failure, "chatctl account clients"))?;
                Ok(reply(&record, self.left(&record).await, Some(&gone)))
            }
            Request::AddAccountCertificate {
                account,
                fingerprint: given,
            } => {
                let (accounts, id) = (self.accounts.clone(), self.find(&account)?.id);
                let given = fingerprint(&given).map_err(|denial| no_fingerprint(&denial))?;
                let add = async move { accounts.add_certificate(id, given).await };
                Ok(self.now(&self.finished(add).await?).await)
            }
            Request::RemoveAccountCertificate {
                account,
                fingerprint: given,
            } => {
                let (accounts, record) = (self.accounts.clone(), self.find(&account)?);
                let given = fingerprint(&given).map_err(|denial| no_fingerprint(&denial))?;
                if !record.certificates.contains(&given) {
                    let message = format!("{} has no certificate {given}", record.name);
                    return Err(Error::NotFound { message });
                }
                let remove = async move { accounts.remove_certificate(record.id, given).await };
                Ok(self.now(&self.finished(remove).await?).await)
            }
            _ => unreachable!("all that is about accounts is here, or has a password"),
        }
    }

    async fn disable(&self, account: &str, reason: Option<String>) -> Outcome {
        let id = self.find(account)?.id;
        let reason = reason.as_deref().unwrap_or(SUSPENDED);
        let suspended = Suspended {
            reason: one_line("reason", reason, self.line)?,
            at: timestamp(),
            by: self.by.clone(),
        };
        let accounts = self.accounts.clone();
        let suspended = self.finished(async move { accounts.suspend(id, suspended).await });
        let (record, gone) = suspended.await?;
        Ok(reply(&record, gone.as_ref().map(|_| 0), gone.as_deref()))
    }

    async fn remove(&self, account: &str, id: Option<u64>) -> Outcome {
        let record = self.find(account)?;
        if id.is_some_and(|id| id != record.id) {
            let message = format!("{} is the name of another account since", record.name);
            return Err(Error::NotFound { message });
        }
        let (accounts, id) = (self.accounts.clone(), record.id);
        let removed = self.finished(async move { accounts.remove(id).await });
        let gone = removed.await?.ok_or_else(|| denied(Denial::Wrong))?;
        Ok(reply(&record, gone.as_ref().map(|_| 0), gone.as_deref()))
    }

    /// The account of that name.
    fn find(&self, account: &str) -> Result<Record, Error> {
        let book = self.accounts.book();
        let found = book.find(&name(account)?).cloned();
        found.ok_or_else(|| Error::NotFound {
            message: format!("there is no account {account}; chatctl account list shows all"),
        })
    }

    /// What comes of a change, unless the disk hangs, or what others change meanwhile takes too long. It is carried out in any case:
    /// what is stored has to be known.
    async fn finished<T: Send + 'static>(
        &self,
        change: impl Future<Output = Result<T, Denial>> + Send + 'static,
    ) -> Result<T, Error> {
        let change = tokio::spawn(change);
        match tokio::time::timeout(self.patience, change).await {
            Ok(Ok(done)) => done.map_err(denied),
            Ok(Err(error)) => Err(failed(&error)),
            Err(_) => Err(failed(
                &"the disk or the chat does not answer in time; chatctl account show tells whether it was done after all",
            )),
        }
    }

    /// Who is logged in to it.
    async fn clients_of(&self, record: &Record) -> Result<Vec<ClientView>, Error> {
        let id = record.id;
        ask(&self.accounts.0.hub, |back| Ask::ClientsOf(id, back)).await
    }

    /// How many are logged in to it after what is done, which a chat that does not tell is no reason to call undone.
    async fn left(&self, record: &Record) -> Option<usize> {
        match self.clients_of(record).await {
            Ok(clients) => Some(clients.len()),
            Err(error) => {
                let account = record.name.as_str();
                tracing::warn!(account, "how many clients it has is not known: {error}");
                None
            }
        }
    }

    async fn now(&self, record: &Record) -> Reply {
        reply(record, self.left(record).await, None)
    }
}

fn reply(record: &Record, clients: Option<usize>, of: Option<&[ClientView]>) -> Reply {
    Reply::Account {
        account: Box::new(views::account(record, clients)),
        clients: of.map(|of| of.iter().map(views::client).collect()),
    }
}

fn name(account: &str) -> Result<Nick, Error> {
    Nick::parse(account).map_err(|error| Error::Invalid {
        parameter: "account".into(),
        message: error.to_string(),
    })
}

fn device(text: &str) -> Result<Option<std::sync::Arc<str>>, Error> {
    let device = Device::parse(text).map_err(|error| Error::Invalid {
        parameter: "device".into(),
        message: error.to_string(),
    })?;
    Ok(device.map(|device| device.as_str().into()))
}

fn no_fingerprint(denial: &Denial) -> Error {
    Error::Invalid {
        parameter: "fingerprint".into(),
        message: denial.to_string(),
    }
}

/// Why not, for an operator.
fn denied(denial: Denial) -> Error {
    match denial {
        Denial::Wrong => Error::NotFound {
            message: "the account was removed just now".into(),
        },
        Denial::Weak(message) | Denial::Unacceptable(message) => Error::Invalid {
            parameter: "password".into(),
            message: message.into(),
        },
        Denial::Busy => Error::Busy {
            message: "too many passwords are being hashed; try again in a moment".into(),
        },
        other => failed(&other),
    }
}
