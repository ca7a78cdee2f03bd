//! Errands: what IRC clients ask that is done outside of the chat, each with an outcome that goes back to the hub.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::control::{Daemon, Stop};
use crate::chat::ClientId;
use crate::hub::{self, Ask};
use crate::password::PasswordHash;
use crate::protocol::irc::{Errand, Outcome};

/// As many errands as may wait for their turn at the passwords; more are refused.
const MOST_WAITING: usize = 64;

/// Where passwords are verified: a bounded number at once, each on a thread of its own.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Passwords {
    /// `limits.hashes` at once; read at start.
    pub(super) fn new(at_once: usize) -> Passwords {
        Passwords {
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
        }
    }

    /// Has a password verified, and the hub told.
    fn verify(
        &self,
        hub: hub::Handle,
        client: ClientId,
        errand: Errand,
        hash: Option<PasswordHash>,
    ) {
        let refused = |why: &str| Outcome::Refused(why.into());
        let (password, Some(hash)) = (password_of(&errand), hash) else {
            return back(hub, client, errand, refused("no password is set"));
        };
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else {
            let outcome = refused("too many passwords are being verified; try again later");
            return back(hub, client, errand, outcome);
        };
        let turns = Arc::clone(&self.turns);
        tokio::spawn(async move {
            let turn = turns.acquire_owned().await;
            let work = move || hash.verify(password.as_bytes());
            let right = tokio::task::spawn_blocking(work).await.unwrap_or(false);
            drop((turn, place));
            let outcome = if right {
                Outcome::Done
            } else {
                Outcome::Refused("the password is wrong".into())
            };
            let _ = hub.tell(Ask::Returned(client, errand, outcome)).await;
        });
    }
}

fn password_of(errand: &Errand) -> Box<str> {
    match errand {
        Errand::ServerPassword(password) | Errand::OperatorPassword { password, .. } => {
            password.clone()
        }
        Errand::Reload | Errand::Stop | Errand::Restart => "".into(),
    }
}

/// Tells the hub what came of an errand, without waiting for it.
fn back(hub: hub::Handle, client: ClientId, errand: Errand, outcome: Outcome) {
    tokio::spawn(async move { hub.tell(Ask::Returned(client, errand, outcome)).await });
}

impl Daemon {
    /// Does one, or has it done, and tells the hub what came of it.
    pub(super) async fn run_errand(&mut self, client: ClientId, errand: Errand) {
        let (hub, settings) = (self.chat.hub(), &self.loaded.settings);
        match &errand {
            Errand::ServerPassword(_) => {
                let hash = settings.server.password.clone();
                self.passwords.verify(hub, client, errand, hash);
            }
            Errand::OperatorPassword { name, .. } => {
                let operator = settings.operators.get(&**name);
                let hash = operator.and_then(|operator| operator.password.clone());
                self.passwords.verify(hub, client, errand, hash);
            }
            Errand::Reload => {
                let outcome = match self.reload("REHASH").await {
                    Ok(_) => Outcome::Done,
                    Err(error) => Outcome::Refused(error.to_string().into()),
                };
                back(hub, client, errand, outcome);
            }
            Errand::Stop => {
                self.stop = Some(Stop::because("DIE"));
                back(hub, client, errand, Outcome::Done);
            }
            Errand::Restart => {
                let mut stop = Stop::because("RESTART");
                stop.again = true;
                self.stop = Some(stop);
                back(hub, client, errand, Outcome::Done);
            }
        }
    }
}
