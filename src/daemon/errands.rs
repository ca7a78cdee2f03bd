//! Errands: what IRC clients ask that is done outside of the chat, each with an outcome that goes back to the hub.

use std::net::IpAddr;

use super::control::{Daemon, Stop};
use super::passwords::{Asked, Rates, Tried};
use crate::chat::ClientId;
use crate::config::Limits;
use crate::hub::{self, Ask, Sent};
use crate::net::exempts;
use crate::protocol::irc::{Errand, Outcome};

/// Tells the hub what came of an errand, without waiting for it.
fn back(hub: hub::Handle, client: ClientId, errand: Errand, outcome: Outcome) {
    tokio::spawn(async move { hub.tell(Ask::Returned(client, errand, outcome)).await });
}

/// Who tries to prove something from there, for that account.
pub(super) fn tried(limits: &Limits, from: IpAddr, account: Option<u64>) -> Tried {
    let rate = limits.password_rate;
    Tried {
        from,
        account,
        rates: Rates {
            address: rate.filter(|_| !exempts(&limits.exempt, from)),
            account: rate,
        },
    }
}

impl Daemon {
    /// Does one, or has it done, and tells the hub what came of it.
    pub(super) async fn run_errand(&mut self, sent: Sent) {
        let (hub, settings) = (self.chat.hub(), &self.loaded.settings);
        let Sent {
            client,
            from,
            errand,
        } = sent;
        let mut hopeless = false;
        let (password, hash) = match &errand {
            Errand::ServerPassword(password) => match self.files.server_password(settings) {
                Some(hash) => (password, Some(hash)),
                // A reload has taken it away meanwhile: nobody has to know it any more.
                None => return back(hub, client, errand, Outcome::Done),
            },
            Errand::OperatorPassword { name, password } => {
                let own = self.files.operator_password(settings, name);
                hopeless = own.is_none();
                let anybody = || {
                    let mut names = settings.operators.keys();
                    names.find_map(|name| self.files.operator_password(settings, name))
                };
                (password, own.or_else(anybody))
            }
            Errand::Reload => {
                let outcome = match self.reload("REHASH").await {
                    Ok(_) => Outcome::Done,
                    Err(error) => Outcome::Refused(error.to_string().into()),
                };
                return back(hub, client, errand, outcome);
            }
            Errand::Account(request, _) => {
                let answer = self.account_request(request, from);
                let accounts = self.accounts.clone();
                tokio::spawn(async move {
                    let answer = answer.await;
                    let account = answer.login().map(|login| login.id);
                    let outcome = Outcome::Account(answer);
                    let told = hub.tell(Ask::Returned(client, errand, outcome)).await;
                    if let (Ok(()), Some(accounts), Some(account)) = (told, accounts, account) {
                        accounts.look_again(account).await;
                    }
                });
                return;
            }
            Errand::History(_) => {
                let outcome = Outcome::Refused("the server keeps no history".into());
                return back(hub, client, errand, outcome);
            }
            Errand::Stop => {
                self.stop = Some(Stop::because("DIE"));
                return back(hub, client, errand, Outcome::Done);
            }
            // With a configuration that is not in order it would stop and not come back.
            Errand::Restart => {
                let outcome = match self.load(None).await {
                    Ok(_) => {
                        let mut stop = Stop::because("RESTART");
                        stop.again = true;
                        self.stop = Some(stop);
                        Outcome::Done
                    }
                    Err(error) => Outcome::Refused(error.to_string().into()),
                };
                return back(hub, client, errand, outcome);
            }
        };
        let Some(hash) = hash else {
            let outcome = Outcome::Refused("no password is set".into());
            return back(hub, client, errand, outcome);
        };
        let asked = Asked {
            password: password.clone(),
            hash: Some(hash.clone()),
            by: tried(&settings.limits, from, None),
            hopeless,
            shared: matches!(errand, Errand::ServerPassword(_)),
        };
        let verdict = self.passwords.check(asked, settings.limits.hashes);
        tokio::spawn(async move {
            let outcome = match verdict.await {
                Ok(()) => Outcome::Done,
                Err(why) => {
                    if let Errand::OperatorPassword { name, .. } = &errand {
                        tracing::warn!(%name, %from, %why, "OPER is refused");
                    }
                    Outcome::Refused(why.to_string().into())
                }
            };
            hub.tell(Ask::Returned(client, errand, outcome)).await
        });
    }
}
