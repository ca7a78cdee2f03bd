//! Errands: what IRC clients ask that is done outside of the chat, each with an outcome that goes back to the hub.

use super::control::{Daemon, Stop};
use crate::chat::ClientId;
use crate::hub::Ask;
use crate::protocol::irc::{Errand, Outcome};

impl Daemon {
    /// Does one, or has it done, and tells the hub what came of it.
    pub(super) async fn run_errand(&mut self, client: ClientId, errand: Errand) {
        let outcome = match &errand {
            Errand::ServerPassword(_) | Errand::OperatorPassword { .. } => {
                Outcome::Refused("no password is set".into())
            }
            Errand::Reload => match self.reload("REHASH").await {
                Ok(_) => Outcome::Done,
                Err(error) => Outcome::Refused(error.to_string().into()),
            },
            Errand::Stop | Errand::Restart => {
                self.stop = Some(Stop {
                    why: "DIE".into(),
                    text: None,
                    answer: None,
                });
                Outcome::Done
            }
        };
        let hub = self.chat.hub();
        tokio::spawn(async move { hub.tell(Ask::Returned(client, errand, outcome)).await });
    }
}
